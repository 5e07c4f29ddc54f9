"""The figures of every cut, scan by scan, from an engine that holds the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Grain, Period, between
from scorecard.declare.standards import scope_text
from scorecard.declare.vocabulary import Percentile, Stock
from scorecard.errors import MeasureError
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.calendar import provide_calendar
from scorecard.measure.days import last_known_day, local_day
from scorecard.measure.engine import Engine, Records
from scorecard.measure.observations import observations
from scorecard.measure.parts import Figure, figure, holistic_figure, percentile_figure
from scorecard.measure.plan import DEPARTMENT, MOST_PERIODS, Cut, Level, Scan, scans
from scorecard.measure.statement import Places, Statement, scan_moments, scan_statement
from scorecard.measure.stock import stock_figures, stock_statement
from scorecard.observe.touched import Days

Progress = Callable[[str, float], None]


def figures(
    declarations: Declarations,
    tables: Mapping[str, Records],
    engine: Engine,
    wanted: list[Cut],
    progress: Progress | None = None,
) -> Iterable[MeasurementRow]:
    """The figures of all cuts, scan by scan.

    Raises MeasureError `engine-inexact` for a metric that the engine cannot work out exactly.
    """
    refuse_inexact(engine, wanted)
    wanted_levels = {(cut.metric.name, cut.grain): cut.levels for cut in wanted}
    lone_tops = {(cut.metric.name, cut.grain) for cut in wanted if cut.lone_tops}
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
        at_level = {
            level: [m for m in scan.metrics if level in wanted_levels[m.name, scan.grain]]
            for level in scan.levels
        }
        tops = {m.name for m in scan.metrics if (m.name, scan.grain) in lone_tops}
        for row in engine.rows(statement.select):
            yield from _measurements(row, scan.grain, statement, at_level, tops)
    if progress:
        progress("measured", 1.0)


def refuse_inexact(engine: Engine, wanted: list[Cut]) -> None:
    """Raise `engine-inexact` for the first metric that is to be exact and cannot be here."""
    for metric in {cut.metric.name: cut.metric for cut in wanted}.values():
        reason = None if metric.approximate else engine.inexact(metric.aggregate)
        if reason is not None:
            raise MeasureError(
                "engine-inexact",
                f"{metric.name!r} cannot be exact on {engine.name}: {reason}",
                file=metric.file,
                line=metric.line,
                hint="Measure it on another engine, or write approximate=True.",
            )


def scan_periods(
    scan: Scan, declarations: Declarations, engine: Engine, known_until: datetime
) -> list[Period]:
    """Every period from the first row's to the one in which the data's knowledge ends.

    Of these, the ones in which one of the scan's days lies, where it has any.
    """
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
    return [period for period in periods[-MOST_PERIODS:] if _holds_one(period, scan.days)]


def _holds_one(period: Period, days: Days | None) -> bool:
    return days is None or any(first < period.end and last >= period.start for first, last in days)


def _measurements(
    row: tuple[Any, ...],
    grain: Grain,
    statement: Statement,
    at_level: Mapping[Level, list[Metric]],
    lone_tops: set[str],
) -> Iterable[MeasurementRow]:
    period, grouping, *rest = row
    level = statement.groupings[grouping]
    width = len(statement.dimensions)
    department, scope = _place(level, dict(zip(statement.dimensions, rest[:width], strict=True)))
    start = statement.periods[period].start
    parts = rest[width:]
    for metric in at_level[level]:
        found = _figure(metric, parts, statement.places[metric.name])
        if found.n or (found.numerator is not None and metric.name in lone_tops):
            yield _measurement(metric, grain, start, department, scope, found)


def _stocks(
    engine: Engine,
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
            place = _place(level, dict(zip(statement.dimensions, values, strict=True)))
            yield _measurement(metric, scan.grain, statement.periods[period].start, *place, found)


def _place(level: Level, values: dict[str, Any]) -> tuple[str | None, str]:
    """The department (None: the whole organisation) and the scope of the further dimensions."""
    scope = scope_text({name: values[name] for name in level if name != DEPARTMENT})
    return (values[DEPARTMENT] if DEPARTMENT in level else None), scope


def _measurement(
    metric: Metric, grain: Grain, period: date, department: str | None, scope: str, found: Figure
) -> MeasurementRow:
    return MeasurementRow(metric.name, metric.fingerprint, grain, period, department, scope, *found)


def _figure(metric: Metric, parts: list[Any], places: Places) -> Figure:
    value, n = parts[places.value], parts[places.n]
    if isinstance(metric.aggregate, Percentile):
        asked = [value[place] for place in places.quantiles] if value else None
        return percentile_figure(metric.aggregate, asked, n)
    if places.denominator is None:
        return holistic_figure(metric.aggregate, value, n)
    squares = None if places.squares is None else parts[places.squares]
    return figure(metric.aggregate, value, parts[places.denominator], n, squares)
