"""Bring every measurement up to date: scan, work out figures, keep them in the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from scorecard import __version__
from scorecard.declare.load import Declarations
from scorecard.ledger.measurements import (
    DefinitionText,
    MeasurementRow,
    Overtaken,
    RunReceipt,
    current,
    record_run,
)
from scorecard.ledger.runs import latest_run
from scorecard.ledger.scope import RunScope
from scorecard.ledger.session import Ledger
from scorecard.measure.derived import derived_rows
from scorecard.measure.engines import (
    IN_PLACE,
    EngineName,
    Note,
    opened_engine,
    sources_of,
    usual_engine,
)
from scorecard.measure.figures import Progress, figures
from scorecard.measure.plan import DerivedCut, cuts, derived_cuts
from scorecard.measure.touched import (
    derived_plan,
    only,
    plan_of,
    since_last_run,
    untouched_derived,
)
from scorecard.workspace import Workspace


def measure(
    declarations: Declarations,
    workspace: Workspace,
    ledger: Ledger,
    progress: Progress | None = None,
    *,
    engine: EngineName | None = None,
    note: Note | None = None,
    in_full: bool = False,
) -> RunReceipt:
    """Bring the figures of every metric up to date with the records and record the run.

    Of landed records only periods that something has touched since the last run are measured again;
    with `in_full`, all of them. The figures are the same. `engine` is the usual one of the
    workspace unless given; `note` is told what a person should know of the records.

    Raises MeasureError `nothing-imported` where no source has been imported yet, and what
    `opened_engine` raises. The ledger changes in one transaction or not at all.
    """
    everything = cuts(declarations)
    chosen = engine or usual_engine(workspace)
    organisation = declarations.organisation.id
    with opened_engine(chosen, declarations, workspace, everything, note) as (held, tables):
        wanted = [cut for cut in everything if sources_of(cut, declarations) <= tables.keys()]
        plan = plan_of(declarations, wanted, f"{held.name} {held.version} {__version__}")
        last = None if in_full or chosen in IN_PLACE else latest_run(ledger, organisation)
        if last is not None:
            wanted = since_last_run(wanted, declarations, tables, workspace, plan, last)
        rows = list(figures(declarations, tables, held, wanted, progress))
    pairs = {(cut.metric.name, cut.grain) for cut in wanted}
    parts = only(wanted, declarations)
    derived = [
        cut
        for cut in derived_cuts(declarations)
        if all((metric.name, cut.grain) in pairs for metric in cut.metric.measured)
    ]
    plan |= derived_plan(derived)
    if last is not None:
        settled = untouched_derived(derived, parts, plan, last)
        parts |= dict.fromkeys(settled, ())
    again = [cut for cut in derived if parts.get((cut.metric.name, cut.grain)) != ()]
    kept: list[MeasurementRow] = []
    if last is not None and again:
        kept = _kept(ledger, organisation, last.id, again, RunScope(frozenset(pairs), parts))
    moments = {name: table.moment for name, table in tables.items() if table.moment is not None}
    rows += list(derived_rows(declarations, again, [*kept, *rows], moments))
    try:
        return record_run(
            ledger,
            organisation,
            chosen,
            {
                name: {
                    "version": table.version,
                    "commit": table.commit,
                    "moment": table.moment.isoformat() if table.moment else None,
                    "rows": table.rows,
                }
                for name, table in tables.items()
            },
            [
                DefinitionText(metric.fingerprint, metric.name, metric.definition)
                for metric in (*(cut.metric for cut in wanted), *(cut.metric for cut in derived))
            ],
            rows,
            pairs | {(cut.metric.name, cut.grain) for cut in derived},
            only=parts,
            plan=plan,
            after=last.id if last is not None else None,
        )
    except Overtaken:
        # Somebody else has measured in the meantime: what stays is not what was counted on.
        return measure(
            declarations, workspace, ledger, progress, engine=engine, note=note, in_full=True
        )


def _kept(
    ledger: Ledger, organisation: str, last: int, derived: Iterable[DerivedCut], scope: RunScope
) -> list[MeasurementRow]:
    """The figures that derived ones rest on and that this run did not measure again."""
    inputs = {metric.name for cut in derived for metric in cut.metric.measured}
    grains = {cut.grain for cut in derived}
    return [
        row
        for row in current(ledger, organisation, run=last, metrics=inputs, grains=grains)
        if not scope.holds(row.metric, row.grain, row.period)
    ]
