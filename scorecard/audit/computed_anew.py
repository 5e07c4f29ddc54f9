"""Signed figures computed anew from the records as they were when they were signed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scorecard.audit.export import Frozen
from scorecard.audit.signed_figures import differences
from scorecard.declare.load import Declarations
from scorecard.errors import AuditError
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.derived import derived_rows
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engines import landed_tables, sources_of
from scorecard.measure.figures import figures
from scorecard.measure.plan import cuts, derived_cuts
from scorecard.workspace import Workspace


def verify_computed(
    declarations: Declarations, workspace: Workspace, frozen: Frozen
) -> list[AuditError]:
    """What comes out otherwise, byte for byte, where the signed figures are computed once more.

    The records are read at the landed versions of the signing run, by today's declarations, with
    DuckDB. The codes are `figure-altered`, `definition-changed` for a metric that is defined
    otherwise today, so that its figures cannot be held against the signed ones, and
    `records-not-kept` where they rest on records that lie in a database and have no versions.
    Raises what reading landed tables raises.
    """
    versions = {name: read["version"] for name, read in frozen.data["sources"].items()}
    faults = [
        AuditError(
            "records-not-kept",
            f"{name} was read where it lives, and what it held then is not kept.",
            hint="What was signed is held against the ledger all the same.",
        )
        for name, version in versions.items()
        if version is None
    ]
    if faults:
        return faults
    today = {
        one.fingerprint for one in (*declarations.metrics.values(), *declarations.derived.values())
    }
    faults += [
        AuditError(
            "definition-changed",
            f"{one['metric']} was signed by the definition {one['fingerprint'][:12]}, and is "
            "defined otherwise today: its figures cannot be computed anew by it.",
            hint="Use the folder of declarations as it was then, with the same workspace.",
        )
        for one in frozen.definitions
        if one["fingerprint"] not in today
    ]
    signed = [one for one in frozen.figures if one["fingerprint"] in today]
    wanted = {(one["metric"], one["grain"]) for one in signed}
    found = _rows(declarations, workspace, versions, wanted) if wanted else []
    return faults + differences(signed, found, "the records as they were when it was signed")


def _rows(
    declarations: Declarations,
    workspace: Workspace,
    versions: dict[str, int],
    wanted: Collection[tuple[str, str]],
) -> Iterator[MeasurementRow]:
    derived = [cut for cut in derived_cuts(declarations) if (cut.metric.name, cut.grain) in wanted]
    needed = {(metric.name, cut.grain) for cut in derived for metric in cut.metric.measured}
    # A source that was landed only later was not read then.
    tables = {
        name: table
        for name, table in landed_tables(declarations, workspace, versions).items()
        if name in versions
    }
    measured = [
        cut
        for cut in cuts(declarations)
        if (cut.metric.name, cut.grain) in needed.union(wanted)
        and sources_of(cut, declarations) <= tables.keys()
    ]
    with DuckDB(tables, declarations) as engine:
        rows = list(figures(declarations, tables, engine, measured))
    yield from rows
    moments = {name: table.moment for name, table in tables.items() if table.moment is not None}
    yield from derived_rows(declarations, derived, rows, moments)
