"""Bring every measurement up to date: scan, work out figures, keep them in the ledger."""

from __future__ import annotations

from scorecard.declare.load import Declarations
from scorecard.errors import MeasureError
from scorecard.ledger.measurements import DefinitionText, MeasurementRow, RunReceipt, record_run
from scorecard.ledger.session import Ledger
from scorecard.measure.derived import derived_rows
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import Progress, figures, readable
from scorecard.measure.plan import cuts, derived_cuts
from scorecard.observe.landed import Landed, landed
from scorecard.workspace import Workspace


def measure(
    declarations: Declarations,
    workspace: Workspace,
    ledger: Ledger,
    progress: Progress | None = None,
) -> RunReceipt:
    """Measure every metric over all landed records and record the run.

    Raises MeasureError `nothing-landed` where no source has been imported yet. The ledger changes
    in one transaction or not at all.
    """
    tables = landed_tables(declarations, workspace)
    if not tables:
        raise MeasureError(
            "nothing-imported",
            "There are no records to measure.",
            hint=f"First run: scorecard import {next(iter(declarations.sources))} FILE",
        )
    wanted = [cut for cut in cuts(declarations) if readable(cut, declarations, tables)]
    rows: list[MeasurementRow] = []
    with DuckDB(tables, declarations) as engine:
        for row in figures(declarations, tables, engine, wanted, progress):
            rows.append(row)
    scope = {(cut.metric.name, cut.grain) for cut in wanted}
    derived = [
        cut
        for cut in derived_cuts(declarations)
        if all((metric.name, cut.grain) in scope for metric in cut.metric.measured)
    ]
    moments = {name: table.moment for name, table in tables.items() if table.moment is not None}
    rows += list(derived_rows(declarations, derived, rows, moments))
    organisation = declarations.organisation.id
    return record_run(
        ledger,
        organisation,
        DuckDB.name,
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


def landed_tables(
    declarations: Declarations, workspace: Workspace, versions: dict[str, int] | None = None
) -> dict[str, Landed]:
    """The landed tables of the declared sources, as they are or as they were at `versions`."""
    found = {
        name: landed(
            workspace, declarations.organisation.id, name, version=(versions or {}).get(name)
        )
        for name in declarations.sources
    }
    return {name: table for name, table in found.items() if table is not None}
