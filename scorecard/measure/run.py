"""Bring every measurement up to date: scan, work out figures, keep them in the ledger."""

from __future__ import annotations

from scorecard import __version__
from scorecard.declare.load import Declarations
from scorecard.errors import MeasureError
from scorecard.ledger.measurements import DefinitionText, Overtaken, RunReceipt, record_run
from scorecard.ledger.runs import latest_run
from scorecard.ledger.session import Ledger
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import Progress, figures, readable
from scorecard.measure.plan import cuts
from scorecard.measure.touched import only, plan_of, since_last_run
from scorecard.observe.landed import Landed, landed
from scorecard.workspace import Workspace


def measure(
    declarations: Declarations,
    workspace: Workspace,
    ledger: Ledger,
    progress: Progress | None = None,
    *,
    in_full: bool = False,
) -> RunReceipt:
    """Bring the figures of every metric up to date with the landed records and record the run.

    Only periods that something has touched since the last run are measured again; with `in_full`,
    all of them. The figures are the same.

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
    organisation = declarations.organisation.id
    wanted = [cut for cut in cuts(declarations) if readable(cut, declarations, tables)]
    with DuckDB(tables, declarations) as engine:
        plan = plan_of(declarations, wanted, f"{engine.name} {engine.version} {__version__}")
        last = None if in_full else latest_run(ledger, organisation)
        if last is not None:
            wanted = since_last_run(wanted, declarations, tables, workspace, plan, last)
        rows = list(figures(declarations, tables, engine, wanted, progress))
    try:
        return record_run(
            ledger,
            organisation,
            DuckDB.name,
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
                DefinitionText(c.metric.fingerprint, c.metric.name, c.metric.definition)
                for c in wanted
            ],
            rows,
            {(cut.metric.name, cut.grain) for cut in wanted},
            only=only(wanted, declarations),
            plan=plan,
            after=last.id if last is not None else None,
        )
    except Overtaken:
        # Somebody else has measured in the meantime: what stays is not what was counted on.
        return measure(declarations, workspace, ledger, progress, in_full=True)


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
