"""Signed figures computed anew from the records as they were when they were signed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scorecard.audit.export import Frozen
from scorecard.audit.signed_figures import differences
from scorecard.audit.verifying import Signature
from scorecard.declare.load import Declarations
from scorecard.errors import AuditError, ScorecardError
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.derived import derived_rows
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engines import landed_tables, sources_of
from scorecard.measure.figures import figures
from scorecard.measure.plan import cuts, derived_cuts
from scorecard.workspace import Workspace

# What keeps a figure from being computed anew without anything having been altered.
_HINDRANCES = {"definition-changed", "records-not-kept"}


@dataclass(frozen=True)
class ComputedAnew:
    """What computing signed figures once more gave: how many were, and what comes out otherwise.

    `notes` say what could not be computed anew though nothing was altered: a metric that is defined
    otherwise today, records that lie in a database, another organisation's audits.
    """

    figures: int
    faults: tuple[ScorecardError, ...]
    notes: tuple[str, ...]


def compute_anew(
    signatures: Sequence[Signature], declared: Declarations, workspace: Workspace
) -> ComputedAnew:
    """Compute the signed figures of the declared organisation from the records as they were.

    The codes of the faults are `figure-altered` and `records-gone`.
    """
    faults: dict[str, ScorecardError] = {}
    notes: dict[str, None] = {}
    figures = 0
    for one in signatures:
        if one.organisation != declared.organisation.id:
            notes[f"The audits of {one.organisation} are not of these declarations."] = None
            continue
        found = verify_computed(declared, workspace, one.frozen)
        notes |= dict.fromkeys(str(fault) for fault in found if fault.code in _HINDRANCES)
        # One figure may stand behind several signatures.
        faults |= {str(fault): fault for fault in found if fault.code not in _HINDRANCES}
        figures += len(computable(declared, one.frozen))
    return ComputedAnew(figures, tuple(faults.values()), tuple(notes))


def verify_computed(
    declarations: Declarations, workspace: Workspace, frozen: Frozen
) -> list[AuditError]:
    """What comes out otherwise, byte for byte, where the signed figures are computed once more.

    For each run that figures were signed with, the records are read at the landed versions that the
    run read, by today's declarations, with DuckDB. The codes are

    figure-altered      another figure comes out
    definition-changed  the metric is defined otherwise today, so it is passed over
    records-not-kept    the records lie in a database and have no versions
    records-gone        a landed version is there no more, or cannot be read
    """
    there = _fingerprints(declarations)
    faults = [
        AuditError(
            "definition-changed",
            f"{one['metric']} was signed by the definition {one['fingerprint'][:12]}, and is "
            "defined otherwise today: its figures cannot be computed anew by it.",
            hint="Use the folder of declarations as it was then, with the same workspace.",
        )
        for one in frozen.definitions
        if one["fingerprint"] not in there
    ]
    signed = computable(declarations, frozen)
    for data in frozen.data:
        run, versions = data["run"], {n: read["version"] for n, read in data["sources"].items()}
        faults += [
            AuditError(
                "records-not-kept",
                f"{name} was read where it lives, and what it held at run {run} is not kept.",
                hint="What was signed is held against the ledger all the same.",
            )
            for name, version in versions.items()
            if version is None
        ]
        wanted = {(one["metric"], one["grain"]) for one in signed if one["run"] == run}
        if not wanted:
            continue
        try:
            found = list(_rows(declarations, workspace, versions, wanted))
        except ScorecardError as error:
            faults.append(
                AuditError(
                    "records-gone",
                    f"what run {run} read cannot be read any more: {error.message}",
                    file=error.file,
                    hint="Take the landed records from a backup of the workspace.",
                )
            )
            continue
        faults += differences(signed, found, run, f"the records of run {run}")
    return faults


def computable(declarations: Declarations, frozen: Frozen) -> list[Mapping[str, Any]]:
    """The signed figures whose metric is defined today as then and whose records have versions."""
    there = _fingerprints(declarations)
    kept = {
        data["run"]
        for data in frozen.data
        if None not in [read["version"] for read in data["sources"].values()]
    }
    return [one for one in frozen.figures if one["run"] in kept and one["fingerprint"] in there]


def _fingerprints(declarations: Declarations) -> set[str]:
    """Of all metrics as they are defined today."""
    declared = (*declarations.metrics.values(), *declarations.derived.values())
    return {one.fingerprint for one in declared}


def _rows(
    declarations: Declarations,
    workspace: Workspace,
    versions: dict[str, int],
    wanted: Collection[tuple[str, str]],
) -> Iterator[MeasurementRow]:
    derived = [cut for cut in derived_cuts(declarations) if (cut.metric.name, cut.grain) in wanted]
    needed = {(metric.name, cut.grain) for cut in derived for metric in cut.metric.measured}
    # A source that was landed only later was not read then.
    measured = [
        cut
        for cut in cuts(declarations)
        if (cut.metric.name, cut.grain) in needed.union(wanted)
        and sources_of(cut, declarations) <= versions.keys()
    ]
    tables = {
        name: table
        for name, table in landed_tables(declarations, workspace, versions).items()
        if name in versions
    }
    for name in {name for cut in measured for name in sources_of(cut, declarations)}:
        if name not in tables:
            raise AuditError("records-gone", f"nothing of {name} is landed.")
    with DuckDB(tables, declarations) as engine:
        rows = list(figures(declarations, tables, engine, measured))
    yield from rows
    moments = {name: table.moment for name, table in tables.items() if table.moment is not None}
    yield from derived_rows(declarations, derived, rows, moments)
