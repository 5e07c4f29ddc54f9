"""Bring every measurement up to date: scan, work out figures, keep them in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Period, between
from scorecard.declare.standards import scope_text
from scorecard.declare.vocabulary import Percentile, Stock
from scorecard.errors import MeasureError
from scorecard.ledger.measurements import DefinitionText, MeasurementRow, RunReceipt, record_run
from scorecard.ledger.session import Ledger
from scorecard.measure.calendar import provide_calendar
from scorecard.measure.days import last_known_day as last_known_day
from scorecard.measure.days import local_day
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.observations import columns_of, lookup_sources, observations
from scorecard.measure.parts import Figure, figure, holistic_figure
from scorecard.measure.plan import DEPARTMENT, Cut, Level, Scan, cuts, scans
from scorecard.measure.statement import Statement, scan_moments, scan_statement
from scorecard.measure.stock import stock_figures, stock_statement
from scorecard.observe.landed import Landed, landed
from scorecard.workspace import Workspace

# More periods than this in one scan come from a wrong date, not from a long history.
MOST_PERIODS = 5000

Progress = Callable[[str, float], None]


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
    wanted = [cut for cut in cuts(declarations) if _readable(cut, declarations, tables)]
    rows: list[MeasurementRow] = []
    with DuckDB(tables, declarations) as engine:
        for row in figures(declarations, tables, engine, wanted, progress):
            rows.append(row)
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
        [DefinitionText(c.metric.fingerprint, c.metric.name, c.metric.definition) for c in wanted],
        rows,
        {(cut.metric.name, cut.grain) for cut in wanted},
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


def figures(
    declarations: Declarations,
    tables: dict[str, Landed],
    engine: DuckDB,
    wanted: list[Cut],
    progress: Progress | None = None,
) -> Iterable[MeasurementRow]:
    """The figures of all cuts, scan by scan."""
    wanted_levels = {(cut.metric.name, cut.grain): cut.levels for cut in wanted}
    planned = scans(wanted)
    for number, scan in enumerate(planned):
        if progress:
            progress(f"measuring {scan.source} by {scan.at}", number / len(planned))
        known_until = tables[scan.source].moment
        if known_until is None:
            continue
        periods = scan_periods(scan, declarations, engine, known_until)
        if not periods:
            continue
        zone = declarations.organisation.zone
        calendar = provide_calendar(
            scan_moments(scan),
            declarations.sources[scan.source],
            declarations,
            engine,
            known_until,
        )
        asked = scan, declarations.sources, periods, zone, known_until, calendar
        if isinstance(scan.metrics[0].aggregate, Stock):
            moves = stock_statement(*asked)
            yield from _stocks(engine, moves, scan, wanted_levels, zone, known_until)
            continue
        statement = scan_statement(*asked)
        for row in engine.rows(statement.select):
            yield from _measurements(row, scan, statement, wanted_levels)
    if progress:
        progress("measured", 1.0)


def scan_periods(
    scan: Scan, declarations: Declarations, engine: DuckDB, known_until: datetime
) -> list[Period]:
    """Every period from the first row's to the one in which the data's knowledge ends."""
    organisation = declarations.organisation
    source = declarations.sources[scan.source]
    at = observations(source, declarations.sources, {scan.at}).c[scan.at]
    earliest, latest = (sa.cast(bound(at), sa.Text()) for bound in (sa.func.min, sa.func.max))
    [(earliest, latest)] = engine.rows(sa.select(earliest, latest))
    if earliest is None:
        return []
    first = local_day(earliest, organisation.zone)
    # A row at the very moment at which the data's knowledge ends has its period too.
    ends = known_until.astimezone(organisation.zone).date()
    last = max(
        last_known_day(known_until, organisation.zone),
        min(local_day(latest, organisation.zone), ends),
    )
    periods = between(first, last, scan.grain, organisation.fiscal_year_start)
    return periods[-MOST_PERIODS:]


def _readable(cut: Cut, declarations: Declarations, tables: dict[str, Landed]) -> bool:
    """Whether the cut's source is landed, and every source it looks something up in."""
    source = declarations.sources[cut.metric.source]
    needed = columns_of(cut.metric, {name for level in cut.levels for name in level})
    return {source.name, *lookup_sources(source, declarations.sources, needed)} <= set(tables)


def _measurements(
    row: tuple[Any, ...],
    scan: Scan,
    statement: Statement,
    wanted_levels: dict[tuple[str, str], frozenset[Level]],
) -> Iterable[MeasurementRow]:
    period, grouping, *rest = row
    level = statement.groupings[grouping]
    width = len(statement.dimensions)
    values = dict(zip(statement.dimensions, rest[:width], strict=True))
    parts = rest[width:]
    for metric in scan.metrics:
        if level not in wanted_levels[metric.name, scan.grain]:
            continue
        found = _figure(metric, parts, statement.places[metric.name])
        if found.n == 0:
            continue
        yield _measurement(metric, scan, level, statement.periods[period], values, found)


def _stocks(
    engine: DuckDB,
    statement: Statement,
    scan: Scan,
    wanted_levels: dict[tuple[str, str], frozenset[Level]],
    zone: ZoneInfo,
    known_until: datetime,
) -> Iterable[MeasurementRow]:
    [metric] = scan.metrics
    assert isinstance(metric.aggregate, Stock)
    moves = engine.rows(statement.select)
    for period, grouping, values, found in stock_figures(
        moves, statement, metric.aggregate, zone, known_until
    ):
        level = statement.groupings[grouping]
        if level in wanted_levels[metric.name, scan.grain]:
            named = dict(zip(statement.dimensions, values, strict=True))
            yield _measurement(metric, scan, level, statement.periods[period], named, found)


def _measurement(
    metric: Metric,
    scan: Scan,
    level: Level,
    period: Period,
    values: dict[str, Any],
    found: Figure,
) -> MeasurementRow:
    return MeasurementRow(
        metric.name,
        metric.fingerprint,
        scan.grain,
        period.start,
        values[DEPARTMENT] if DEPARTMENT in level else None,
        scope_text({name: values[name] for name in level if name != DEPARTMENT}),
        found.value,
        found.numerator,
        found.denominator,
        found.n,
    )


def _figure(metric: Metric, parts: list[Any], places: tuple[int, int, int]) -> Figure:
    first, second, n = places
    if isinstance(metric.aggregate, Percentile):
        quantiles = parts[first]
        return holistic_figure(metric.aggregate, quantiles[second] if quantiles else None, parts[n])
    if not metric.aggregate.adds_over_units:
        return holistic_figure(metric.aggregate, parts[first], parts[n])
    return figure(metric.aggregate, parts[first], parts[second], parts[n])
