"""The organisation's calendar as tables an engine joins, so that no engine knows of time zones.

    _working_time     one row per day of UTC: the working time before it, the stretches of it at
                      which the organisation is open, the working days up to its start, and the
                      instants at which the local date moves on
    _working_dates    one row per local date: the working days up to and with it

Working time between two moments is then a difference of two look-ups by whole number, each with a
few comparisons, whatever the span. Within a day of UTC each stretch with one offset is cut against
the opening hours, so clocks that jump, and dates that never were, need no rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from scorecard.declare.organisation import WEEKDAYS, WorkingCalendar
from scorecard.declare.vocabulary import Column, KnownUntil
from scorecard.declare.working_time import Measure

INSTANTS, DATES = "_working_time", "_working_dates"
DAY = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Moments outside come from wrong dates. They have no working time, as if they were missing.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
# From year 1, so that no engine divides a number below 0.
_DAYS_BEFORE_EPOCH = EPOCH.date().toordinal() - 1

Moments = Mapping[str, tuple[Column | KnownUntil, Measure]]


@dataclass(frozen=True)
class _Day:
    """A day of UTC, all in microseconds since 1970."""

    worked: int
    open: tuple[tuple[int, int], ...]
    days: int
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class WorkingTime:
    """A calendar spread out over a range of days."""

    by_day: dict[int, _Day]
    by_date: dict[date, int]

    def until(self, moment: datetime, measure: Measure) -> int | None:
        """Working microseconds, or working days, from the first day of the range to `moment`."""
        at = microseconds(moment)
        day = self.by_day.get(at // DAY)
        if day is None:
            return None
        if measure == "days":
            return day.days + sum(by for step, by in day.steps if at >= step)
        return day.worked + sum(min(max(at, opens), closes) - opens for opens, closes in day.open)

    @cached_property
    def most(self) -> tuple[int, int]:
        """The most stretches and the most steps any day has."""
        days = self.by_day.values()
        return (
            max((len(day.open) for day in days), default=0),
            max((len(day.steps) for day in days), default=0),
        )

    @cached_property
    def tables(self) -> dict[str, dict[str, list[Any]]]:
        """Both tables, column by column."""
        stretches, steps = self.most
        days = [*self.by_day.values()]
        instants: dict[str, list[Any]] = {
            "day": [number + _DAYS_BEFORE_EPOCH for number in self.by_day],
            "worked": [day.worked for day in days],
            "days": [day.days for day in days],
        }
        for i in range(stretches):
            for j, name in enumerate(("opens", "closes")):
                held = [day.open[i][j] if i < len(day.open) else 0 for day in days]
                instants[f"{name}_{i}"] = held
        for i in range(steps):
            for j, name in enumerate(("step", "by")):
                held = [day.steps[i][j] if i < len(day.steps) else 0 for day in days]
                instants[f"{name}_{i}"] = held
        return {
            INSTANTS: instants,
            DATES: {"date": [*self.by_date], "days": [*self.by_date.values()]},
        }


def working_time(calendar: WorkingCalendar, zone: ZoneInfo, first: date, last: date) -> WorkingTime:
    """The calendar for every moment and date from `first` to `last`, and a little beyond."""
    numbers = range(
        (max(first, FIRST) - EPOCH.date()).days - 2, (min(last, LAST) - EPOCH.date()).days + 3
    )
    stretches = {number: [*_stretches(number, zone)] for number in numbers}
    by_date = _counted(calendar, (s for found in stretches.values() for s in found))
    opens, closes = _span(calendar.opens), _span(calendar.closes)
    by_day: dict[int, _Day] = {}
    worked = 0
    for number, found in stretches.items():
        open_: list[tuple[int, int]] = []
        steps: list[tuple[int, int]] = []
        days = held = by_date[_date(found[0][0] + found[0][2])]
        for start, end, offset in found:
            for local in _dates(start + offset, end + offset):
                begins = microseconds(local) - offset
                if by_date[local] != held:
                    steps.append((max(start, begins), by_date[local] - held))
                    held = by_date[local]
                stretch = max(start, begins + opens), min(end, begins + closes)
                if stretch[0] < stretch[1] and _works(calendar, local):
                    open_.append(stretch)
        by_day[number] = _Day(worked, tuple(open_), days, tuple(steps))
        worked += sum(end - start for start, end in open_)
    return WorkingTime(by_day, by_date)


def with_working_time(
    rows: sa.FromClause, moments: Moments, calendar: WorkingTime | None
) -> sa.FromClause:
    """The rows, with the working time up to each column that is asked for beside them."""
    asked: dict[str, tuple[ColumnElement[Any], Measure]] = {
        name: (rows.c[moment.name], measure)
        for name, (moment, measure) in moments.items()
        if isinstance(moment, Column)
    }
    if not asked or calendar is None:
        return rows
    joined = rows
    beside: dict[str, sa.FromClause] = {}
    extra: list[ColumnElement[Any]] = []
    for name, (column, measure) in asked.items():
        dated = isinstance(column.type, sa.Date)
        if column.name not in beside:
            table = _table(calendar, dated).alias(f"calendar_{len(beside)}")
            key = table.c["date"] == column if dated else table.c["day"] == utc_day(column)
            joined = joined.outerjoin(table, key)
            beside[column.name] = table
        table = beside[column.name]
        value = table.c["days"] if dated else _until(table, column, measure, calendar)
        extra.append(value.label(name))
    return sa.select(*rows.c, *extra).select_from(joined).subquery("worked")


def working_now(
    moments: Moments, calendar: WorkingTime | None, known_until: datetime
) -> dict[str, ColumnElement[Any]]:
    """The working time up to the latest known moment, as constants."""
    return {
        name: sa.cast(sa.literal(calendar.until(known_until, measure)), sa.BigInteger())
        for name, (moment, measure) in moments.items()
        if calendar is not None and isinstance(moment, KnownUntil)
    }


def _until(
    table: sa.FromClause, at: ColumnElement[Any], measure: Measure, calendar: WorkingTime
) -> ColumnElement[Any]:
    now = utc_microseconds(at)
    stretches, steps = calendar.most
    if measure == "days":
        value: ColumnElement[Any] = table.c["days"]
        for i in range(steps):
            passed = sa.case((now >= table.c[f"step_{i}"], table.c[f"by_{i}"]), else_=0)
            value = value + passed
        return value
    value = table.c["worked"]
    for i in range(stretches):
        opens, closes = table.c[f"opens_{i}"], table.c[f"closes_{i}"]
        inside = sa.func.least(sa.func.greatest(now, opens), closes, type_=sa.BigInteger())
        value = value + (inside - opens)
    return value


def _table(calendar: WorkingTime, dated: bool) -> sa.TableClause:
    name = DATES if dated else INSTANTS
    columns = [
        sa.column(column, sa.Date() if column == "date" else sa.BigInteger())
        for column in calendar.tables[name]
    ]
    return sa.table(name, *columns)


def _stretches(number: int, zone: ZoneInfo) -> Iterable[tuple[int, int, int]]:
    """The parts of a day of UTC that have one offset each: start, end, offset."""
    start, end = number * DAY, (number + 1) * DAY
    while start < end:
        offset = _offset(start, zone)
        until = end
        if _offset(end - 1, zone) != offset:
            low, high = start, end - 1
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
            until = high
        yield start, until, offset
        start = until


def _offset(at: int, zone: ZoneInfo) -> int:
    span = (EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    assert span is not None
    return span // timedelta(microseconds=1)


def _counted(
    calendar: WorkingCalendar, stretches: Iterable[tuple[int, int, int]]
) -> dict[date, int]:
    """Every local date that ever was, with the number of working days up to and with it."""
    dates = {d for start, end, offset in stretches for d in _dates(start + offset, end + offset)}
    by_date: dict[date, int] = {}
    days = 0
    for local in sorted(dates):
        days += _works(calendar, local)
        by_date[local] = days
    return by_date


def _dates(start: int, end: int) -> list[date]:
    """The dates from one local time up to, not including, another."""
    first, last = _date(start), _date(end - 1)
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _works(calendar: WorkingCalendar, local: date) -> bool:
    return WEEKDAYS[local.weekday()] in calendar.days and local not in calendar.holidays


def _date(at: int) -> date:
    return EPOCH.date() + timedelta(days=at // DAY)


def _span(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 10**6 + clock.microsecond


def microseconds(moment: datetime | date) -> int:
    """Since 1970 in UTC; a date is taken as beginning in UTC."""
    if isinstance(moment, datetime):
        return (moment - EPOCH) // timedelta(microseconds=1)
    return (moment - EPOCH.date()).days * DAY


class utc_microseconds(FunctionElement[int]):
    """Microseconds since 1970 of an instant, or of a day taken as beginning in UTC."""

    inherit_cache = False
    name = "utc_microseconds"
    type = sa.BigInteger()


class utc_day(FunctionElement[int]):
    """The number of the day of UTC that an instant lies in, counted from year 1."""

    inherit_cache = False
    name = "utc_day"
    type = sa.BigInteger()


@compiles(utc_microseconds)
@compiles(utc_microseconds, "postgresql")
def _microseconds_by_standard(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    at = compiler.process(next(iter(element.clauses)), **kw)
    return f"CAST(EXTRACT(EPOCH FROM {at}) * 1000000 AS BIGINT)"


@compiles(utc_microseconds, "duckdb")
def _microseconds_on_duckdb(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"epoch_us({compiler.process(next(iter(element.clauses)), **kw)})"


@compiles(utc_day)
@compiles(utc_day, "postgresql")
def _day_by_standard(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    at = _microseconds_by_standard(element, compiler, **kw)
    return f"(({at} + {_DAYS_BEFORE_EPOCH * DAY}) / {DAY})"


@compiles(utc_day, "duckdb")
def _day_on_duckdb(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    at = _microseconds_on_duckdb(element, compiler, **kw)
    return f"(({at} + {_DAYS_BEFORE_EPOCH * DAY}) // {DAY})"


@compiles(utc_microseconds, "spark")
def _microseconds_on_spark(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"unix_micros(CAST({compiler.process(next(iter(element.clauses)), **kw)} AS TIMESTAMP))"


@compiles(utc_day, "spark")
def _day_on_spark(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    at = _microseconds_on_spark(element, compiler, **kw)
    return f"(({at} + {_DAYS_BEFORE_EPOCH * DAY}) div {DAY})"
