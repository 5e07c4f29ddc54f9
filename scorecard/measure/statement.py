"""One scan as one statement: rows placed in periods, parts summed, levels rolled up.

    placed    each row with the index of its period, its dimensions and the columns metrics read
    finest    parts per period and finest level (where all of them add up)
    result    parts per period and wanted level, by GROUPING SETS

Periods are told apart by comparing with their boundaries, worked out once in `declare.periods`, so
no engine needs to know a time zone. The comparisons form a balanced tree: sixty months cost six.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Period, midnight
from scorecard.declare.sources import Source
from scorecard.declare.vocabulary import Column, KnownUntil, Mean, Percentile
from scorecard.declare.working_time import Measure, working_moments
from scorecard.measure.around import places_around
from scorecard.measure.engine import AnySelect
from scorecard.measure.observations import columns_of, dimension_column, observations
from scorecard.measure.parts import (
    PartList,
    additive_parts,
    holistic_parts,
    quantile_groups,
    quantile_key,
)
from scorecard.measure.plan import Level, Scan
from scorecard.measure.working_time import WorkingTime, with_working_time, working_now


class Places(NamedTuple):
    """Where the parts of one metric are: indexes into the parts of a result row.

    value         of an additive metric its numerator; of a percentile the list of quantiles
    denominator   of an additive metric
    n             in each case
    squares       of a mean
    quantiles     of a percentile: where in the list those at its `places_around` are, in order
    """

    value: int
    denominator: int | None
    n: int
    squares: int | None = None
    quantiles: Sequence[int] = ()


@dataclass(frozen=True)
class Statement:
    """The select of a scan, and where each metric's parts are in a result row.

    A result row is: period index, `grouping` number, the dimensions of `dimensions`, the parts.
    `places` gives of each metric where its parts are among them.
    """

    select: AnySelect
    dimensions: Level
    periods: Sequence[Period]
    groupings: dict[int, Level]
    places: dict[str, Places]


def scan_statement(
    scan: Scan,
    sources: dict[str, Source],
    periods: Sequence[Period],
    zone: ZoneInfo,
    known_until: datetime,
    calendar: WorkingTime | None = None,
) -> Statement:
    """The statement that answers a scan for the given periods, which are in order.

    `calendar` is needed where a metric asks for working time; the engine must hold its tables.
    """
    source = sources[scan.source]
    needed = {name for m in scan.metrics for name in columns_of(m, scan.finest)}
    rows = observations(source, sources, needed)
    moments = scan_moments(scan)
    rows = with_working_time(rows, moments, calendar)
    now = working_now(moments, calendar, known_until)
    placed = _placed(scan, rows, periods, zone, moments.keys() - now.keys())
    parts = PartList({**placed.c, **now}, known_until)
    places = _places(scan.metrics, parts)
    named = [part.label(f"part_{i}") for i, part in enumerate(parts.expressions)]
    dimensions = [placed.c[f"dimension_{name}"] for name in scan.finest]
    period = placed.c["period"]
    if scan.rolls_up:
        finest = sa.select(period, *dimensions, *named).group_by(period, *dimensions)
        if scan.levels == (scan.finest,):
            return Statement(
                _with_grouping(finest, sa.literal_column("0")),
                scan.finest,
                periods,
                {0: scan.finest},
                places,
            )
        inner = finest.subquery("finest")
        period = inner.c["period"]
        dimensions = [inner.c[f"dimension_{name}"] for name in scan.finest]
        named = [sa.func.sum(inner.c[f"part_{i}"]).label(f"part_{i}") for i in range(len(named))]
    select, groupings = at_levels(scan, period, dimensions, named)
    return Statement(select, scan.finest, periods, groupings, places)


def scan_moments(scan: Scan) -> dict[str, tuple[Column | KnownUntil, Measure]]:
    """The moments up to which the metrics of a scan ask for working time."""
    found: dict[str, tuple[Column | KnownUntil, Measure]] = {}
    for metric in scan.metrics:
        found |= working_moments(metric.aggregate)
    return found


def period_index(
    at: ColumnElement[Any], periods: Sequence[Period], zone: ZoneInfo
) -> ColumnElement[Any]:
    """The place of `at` among periods in order; it must lie within them."""
    starts = [boundary(at, period.start, zone) for period in periods]

    def tree(low: int, high: int) -> ColumnElement[Any]:
        if low == high:
            return sa.literal_column(str(low), sa.Integer())
        middle = (low + high + 1) // 2
        return sa.case((at < starts[middle], tree(low, middle - 1)), else_=tree(middle, high))

    return tree(0, len(periods) - 1)


def within(at: ColumnElement[Any], first: date, end: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Whether `at` lies from the local day `first` up to, not including, the local day `end`."""
    return sa.and_(at >= boundary(at, first, zone), at < boundary(at, end, zone))


def boundary(at: ColumnElement[Any], day: date, zone: ZoneInfo) -> ColumnElement[Any]:
    """The beginning of a local day, as a constant of the type of `at`."""
    if isinstance(at.type, sa.Date):
        return sa.cast(sa.literal(day.isoformat(), sa.Text()), sa.Date())
    text = midnight(day, zone).isoformat(sep=" ")
    return sa.cast(sa.literal(text, sa.Text()), at.type)


def _placed(
    scan: Scan,
    rows: sa.FromClause,
    periods: Sequence[Period],
    zone: ZoneInfo,
    working: Set[str],
) -> sa.Subquery:
    at = rows.c[scan.at]
    needed = sorted({name for m in scan.metrics for name in m.aggregate.columns()} | working)
    return (
        sa.select(
            period_index(at, periods, zone).label("period"),
            *(dimension_column(rows, name).label(f"dimension_{name}") for name in scan.finest),
            *(rows.c[name] for name in needed),
        )
        .where(_within_any(at, periods, zone))
        .subquery("placed")
    )


def _within_any(
    at: ColumnElement[Any], periods: Sequence[Period], zone: ZoneInfo
) -> ColumnElement[bool]:
    """Whether `at` lies within one of the periods; a stretch of them costs two comparisons."""
    first, end = periods[0].start, periods[-1].end
    gaps = [(one.end, two.start) for one, two in pairwise(periods) if one.end < two.start]
    edges = [first, *(day for gap in gaps for day in gap), end]
    stretches = [within(at, edges[i], edges[i + 1], zone) for i in range(0, len(edges), 2)]
    # The bounds of all of them as well: engines skip what lies outside by them.
    return stretches[0] if not gaps else sa.and_(within(at, first, end, zone), sa.or_(*stretches))


def _places(metrics: Sequence[Metric], parts: PartList) -> dict[str, Places]:
    groups = quantile_groups([m.aggregate for m in metrics if isinstance(m.aggregate, Percentile)])
    places: dict[str, Places] = {}
    for metric in metrics:
        aggregate = metric.aggregate
        if isinstance(aggregate, Percentile):
            value, where, qs = groups[quantile_key(aggregate)]
            place = parts.asked(value, where, qs)
            places[metric.name] = Places(
                place,
                None,
                parts.known(value, where),
                quantiles=[qs.index(q) for q in places_around(aggregate.q)],
            )
        elif not aggregate.adds_over_units:
            value, n = holistic_parts(aggregate, parts)
            places[metric.name] = Places(value, None, n)
        else:
            squares = None
            if isinstance(aggregate, Mean):
                squares = parts.squared(aggregate.value, aggregate.where)
            places[metric.name] = Places(*additive_parts(aggregate, parts), squares)
    return places


def at_levels(
    scan: Scan,
    period: ColumnElement[Any],
    dimensions: list[Any],
    named: list[Any],
) -> tuple[AnySelect, dict[int, Level]]:
    """Parts per period at the levels of a scan, and the level behind each grouping number."""
    if not dimensions:
        select = sa.select(period, *named).group_by(period)
        return _with_grouping(select, sa.literal_column("0")), {0: ()}
    by_name = dict(zip(scan.finest, dimensions, strict=True))
    sets = [sa.tuple_(period, *(by_name[name] for name in level)) for level in scan.levels]
    grouping = sa.func.grouping(*dimensions)
    select = sa.select(period, *dimensions, *named).group_by(sa.func.grouping_sets(*sets))
    return _with_grouping(select, grouping), {
        _grouping_number(scan.finest, level): level for level in scan.levels
    }


def _with_grouping(select: AnySelect, grouping: ColumnElement[Any]) -> AnySelect:
    period, *others = select.selected_columns
    return select.with_only_columns(period, grouping.label("grouping"), *others)


def _grouping_number(finest: Level, level: Level) -> int:
    """What GROUPING(finest…) gives for a level: a bit for each dimension that is rolled up."""
    number = 0
    for name in finest:
        number = number * 2 + (0 if name in level else 1)
    return number
