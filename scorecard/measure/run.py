"""Bring every measurement up to date: scan, work out figures, keep them in the ledger."""

from __future__ import annotations

from scorecard.declare.load import Declarations
from scorecard.ledger.measurements import DefinitionText, MeasurementRow, RunReceipt, record_run
from scorecard.ledger.session import Ledger
from scorecard.measure.derived import derived_rows
from scorecard.measure.engines import (
    EngineName,
    Note,
    opened_engine,
    sources_of,
    usual_engine,
)
from scorecard.measure.figures import Progress, figures
from scorecard.measure.plan import cuts, derived_cuts
from scorecard.workspace import Workspace


def measure(
    declarations: Declarations,
    workspace: Workspace,
    ledger: Ledger,
    progress: Progress | None = None,
    *,
    engine: EngineName | None = None,
    note: Note | None = None,
) -> RunReceipt:
    """Measure every metric over all records and record the run.

    `engine` is the usual one of the workspace unless given; `note` is told what a person should
    know of the records. Raises MeasureError `nothing-imported` where no source has been imported
    yet, and what `opened_engine` raises. The ledger changes in one transaction or not at all.
    """
    everything = cuts(declarations)
    chosen = engine or usual_engine(workspace)
    rows: list[MeasurementRow] = []
    with opened_engine(chosen, declarations, workspace, everything, note) as (held, tables):
        wanted = [cut for cut in everything if sources_of(cut, declarations) <= tables.keys()]
        for row in figures(declarations, tables, held, wanted, progress):
            rows.append(row)
    scope = {(cut.metric.name, cut.grain) for cut in wanted}
    derived = [
        cut
        for cut in derived_cuts(declarations)
        if all((metric.name, cut.grain) in scope for metric in cut.metric.measured)
    ]
    moments = {name: table.moment for name, table in tables.items() if table.moment is not None}
    rows += list(derived_rows(declarations, derived, rows, moments))
    return record_run(
        ledger,
        declarations.organisation.id,
        chosen,
        {
            name: {
                "version": table.version,
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
        scope | {(cut.metric.name, cut.grain) for cut in derived},
    )
