"""What stands at the end of each period: two clocks, one for coming in and one for leaving.

    moves     a row where a case begins to count, and one where it ends to
    result    moves per period and wanted level, by GROUPING SETS

What is open at the end of a period is then the sum of all moves up to it, taken here in whole
numbers: ages are summed as microseconds, so that what came in leaves again to the last digit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.declare.periods import Period, midnight
from scorecard.declare.sources import Source
from scorecard.declare.stocks import AgeOfOpen, Stock
from scorecard.declare.vocabulary import SECONDS
from scorecard.measure.observations import columns_of, dimension_column, observations
from scorecard.measure.parts import Figure
from scorecard.measure.plan import Scan
from scorecard.measure.statement import (
    Statement,
    at_levels,
    boundary,
    period_index,
    scan_moments,
)
from scorecard.measure.working_time import (
    WorkingTime,
    microseconds,
    utc_microseconds,
    with_working_time,
    working_now,
)
from scorecard.observe.render import render

Place = tuple[int, tuple[Any, ...]]


def stock_statement(
    scan: Scan,
    sources: dict[str, Source],
    periods: Sequence[Period],
    zone: ZoneInfo,
    known_until: datetime,
    calendar: WorkingTime | None = None,
) -> Statement:
    """The statement of the moves of a scan's one metric.

    A result row is: period index, `grouping` number, the dimensions, how many came in and left, and
    the sum of the entering times of each.
    """
    [metric] = scan.metrics
    aggregate = metric.aggregate
    assert isinstance(aggregate, Stock)
    rows = observations(sources[scan.source], sources, columns_of(metric, scan.finest))
    moments = scan_moments(scan)
    rows = with_working_time(rows, moments, calendar)
    columns = {**rows.c, **working_now(moments, calendar, known_until)}
    since = utc_microseconds(rows.c[aggregate.entered.name])
    none = sa.literal_column("0", sa.BigInteger())
    one = sa.literal_column("1", sa.BigInteger())
    end = periods[-1].end

    def moves(names: list[str], counts: list[ColumnElement[Any]]) -> sa.Select[Any]:
        times = [rows.c[name] for name in names]
        clock = times[0] if len(times) == 1 else sa.func.greatest(*times, type_=times[0].type)
        conditions: list[ColumnElement[Any]] = [time.is_not(sa.null()) for time in times]
        for time in times:
            conditions += [by(time, known_until, zone), time < boundary(time, end, zone)]
        if aggregate.where is not None:
            conditions.append(render(aggregate.where, columns, known_until=known_until))
        return sa.select(
            period_index(clock, periods, zone).label("period"),
            *(dimension_column(rows, name).label(f"dimension_{name}") for name in scan.finest),
            *(count.label(f"part_{i}") for i, count in enumerate(counts)),
        ).where(sa.and_(*conditions))

    begins = [aggregate.entered.name]
    if aggregate.overdue is not None:
        begins.append(aggregate.overdue.name)
    together = sa.union_all(
        moves(begins, [one, none, since, none]),
        moves([*begins, aggregate.left.name], [none, one, none, since]),
    ).subquery("moves")
    select, groupings = at_levels(
        scan,
        together.c["period"],
        [together.c[f"dimension_{name}"] for name in scan.finest],
        [sa.func.sum(together.c[f"part_{i}"]).label(f"part_{i}") for i in range(4)],
    )
    return Statement(select, scan.finest, periods, groupings, {})


def stock_figures(
    rows: Iterable[tuple[Any, ...]],
    statement: Statement,
    aggregate: Stock,
    zone: ZoneInfo,
    known_until: datetime,
) -> Iterable[tuple[int, int, tuple[Any, ...], Figure]]:
    """Period index, grouping, dimensions and figure, for every period from the first move on."""
    moves: dict[Place, dict[int, Sequence[int]]] = defaultdict(dict)
    width = len(statement.dimensions)
    for period, grouping, *rest in rows:
        place = grouping, tuple(rest[:width])
        moves[place][period] = [int(part or 0) for part in rest[width:]]
    ends = [
        end_of(period, aggregate.entered.type == "date", zone, known_until)
        for period in statement.periods
    ]
    for (grouping, values), by_period in moves.items():
        came = gone = since = 0
        for period in range(min(by_period), len(ends)):
            came_in, left, since_in, since_left = by_period.get(period, (0, 0, 0, 0))
            came, gone, since = came + came_in, gone + left, since + since_in - since_left
            found = _figure(aggregate, came, came - gone, since, ends[period])
            if found.n:
                yield period, grouping, values, found


def _figure(aggregate: Stock, came: int, open_: int, since: int, end: int) -> Figure:
    if isinstance(aggregate, AgeOfOpen):
        if not open_:
            return Figure(None, None, None, 0)
        total = (end * open_ - since) / (SECONDS[aggregate.unit] * 10**6)
        return Figure(total / open_, total, float(open_), open_)
    return Figure(float(open_), float(open_), None, came)


def end_of(period: Period, dated: bool, zone: ZoneInfo, known_until: datetime) -> int:
    """The end of a period, or of what is known of it, in microseconds since 1970.

    Of days, that of the day's beginning, as `utc_microseconds` takes a day.
    """
    if dated:
        day = min(period.end, known_until.astimezone(zone).date())
        return microseconds(day)
    return microseconds(min(midnight(period.end, zone), known_until))


def by(at: ColumnElement[Any], known_until: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """Whether it had happened by the latest known moment, that moment included."""
    if isinstance(at.type, sa.Date):
        text = known_until.astimezone(zone).date().isoformat()
    else:
        text = known_until.isoformat(sep=" ")
    return at <= sa.cast(sa.literal(text, sa.Text()), at.type)


def before_end(
    at: ColumnElement[Any], period: Period, zone: ZoneInfo, known_until: datetime
) -> ColumnElement[bool]:
    """Whether it had happened by the end of the period; a missing time has not."""
    happened = sa.and_(at < boundary(at, period.end, zone), by(at, known_until, zone))
    return sa.func.coalesce(happened, sa.false())


def stock_columns(
    aggregate: Stock,
    rows: sa.FromClause,
    is_open: ColumnElement[bool],
    enters: ColumnElement[bool],
    end: int,
) -> list[ColumnElement[Any]]:
    """Numerator, denominator (of an age) and n of one figure alone."""
    open_ = sa.and_(enters, is_open)
    count = sa.func.count().filter(open_)
    if not isinstance(aggregate, AgeOfOpen):
        return [count.label("numerator"), sa.func.count().filter(enters).label("n")]
    ages = sa.literal_column(str(end), sa.BigInteger()) - utc_microseconds(
        rows.c[aggregate.entered.name]
    )
    unit = sa.literal_column(f"{SECONDS[aggregate.unit]}e6", sa.Double())
    total = sa.cast(sa.func.sum(ages).filter(open_), sa.Double()) / unit
    return [total.label("numerator"), count.label("denominator"), count.label("n")]
