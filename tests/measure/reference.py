"""The metrics in plain Python, written apart from the engine, to hold SQL's answers against."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from scorecard.declare import vocabulary as v
from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Grain, between, containing

Row = dict[str, Any]
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}


def value(node: v.Expression, row: Row, known_until: datetime) -> Any:
    """The value of an expression for a row; None where it is missing."""

    def of(part: v.Expression) -> Any:
        return value(part, row, known_until)

    match node:
        case v.Column():
            return row[node.name]
        case v.Constant():
            return node.value
        case v.KnownUntil():
            return known_until
        case v.Known():
            return of(node.value) is not None
        case v.Not():
            inner = of(node.condition)
            return None if inner is None else not inner
        case v.And():
            parts = [of(c) for c in node.conditions]
            return False if False in parts else None if None in parts else True
        case v.Or():
            parts = [of(c) for c in node.conditions]
            return True if True in parts else None if None in parts else False
        case v.Comparison():
            left, right = of(node.left), of(node.right)
            if left is None or right is None:
                return None
            return {
                "=": left == right,
                "!=": left != right,
                "<": left < right,
                "<=": left <= right,
                ">": left > right,
                ">=": left >= right,
            }[node.operator]
        case v.Contains():
            text = of(node.value)
            return None if text is None else node.part in text
        case v.Elapsed():
            start, end = of(node.start), of(node.end)
            if start is None or end is None:
                return None
            span = end - start
            microseconds = (span.days * 86400 + span.seconds) * 10**6 + span.microseconds
            return microseconds / (SECONDS[node.unit] * 1e6)
        case v.WorkingHours() | v.WorkingDays():
            start, end = of(node.start), of(node.end)
            if start is None or end is None:
                return None
            if isinstance(node, v.WorkingHours):
                return working_hours(start, end)
            return working_days(start, end)
        case v.Arithmetic():
            left, right = of(node.left), of(node.right)
            if left is None or right is None:
                return None
            if node.operator == "/":
                return None if right == 0 else left / right
            return {"+": left + right, "-": left - right, "*": left * right}[node.operator]
        case v.Tally():
            return sum(of(condition) is True for condition in node.conditions)
        case v.Rounded():
            number = of(node.value)
            if number is None:
                return None
            scale = 10**node.decimals
            return math.copysign(math.floor(abs(number) * scale + 0.5) / scale, number)
    raise TypeError(type(node).__name__)


# The small town's calendar: Monday to Friday, 9 to 17, but for one holiday.
ZONE, HOLIDAYS = ZoneInfo("America/New_York"), {date(2026, 2, 16)}


@cache
def opening_hours(day: date) -> tuple[datetime, datetime]:
    """When a working day begins and ends, in UTC."""
    opens, closes = (datetime.combine(day, time(h), ZONE).astimezone(UTC) for h in (9, 17))
    return opens, closes


@cache
def working_hours(start: datetime, end: datetime) -> float:
    """Overlap with every day's opening hours, one day after the other."""
    if end < start:
        return -working_hours(end, start)
    total, day = 0.0, start.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        if day.weekday() < 5 and day not in HOLIDAYS:
            opens, closes = opening_hours(day)
            total += max(timedelta(0), min(end, closes) - max(start, opens)) / timedelta(hours=1)
        day += timedelta(days=1)
    return total


@cache
def working_days(start: date, end: date) -> float:
    """Working days after the first date up to the last."""
    if end < start:
        return -working_days(end, start)
    first, last = (
        at.astimezone(ZONE).date() if isinstance(at, datetime) else at for at in (start, end)
    )
    days = (first + timedelta(days=i + 1) for i in range((last - first).days))
    return float(sum(day.weekday() < 5 and day not in HOLIDAYS for day in days))


def figure(
    aggregate: v.Aggregate, rows: list[Row], known_until: datetime
) -> tuple[float | None, int]:
    """The figure of an aggregate over rows, and its n."""

    def holds(condition: v.Expression | None) -> list[Row]:
        if condition is None:
            return rows
        return [row for row in rows if value(condition, row, known_until) is True]

    def values(of: v.Expression, where: v.Expression | None) -> list[Any]:
        found = [value(of, row, known_until) for row in holds(where)]
        return [one for one in found if one is not None]

    match aggregate:
        case v.Count():
            return float(len(holds(aggregate.where))), len(rows)
        case v.Share() if aggregate.part.type == "boolean":
            whole = holds(aggregate.of)
            kept = [row for row in whole if value(aggregate.part, row, known_until) is True]
            return (100 * len(kept) / len(whole) if whole else None), len(whole)
        case v.Share():
            assert aggregate.of is not None
            pairs = [
                (value(aggregate.part, row, known_until), value(aggregate.of, row, known_until))
                for row in holds(aggregate.where)
            ]
            pairs = [pair for pair in pairs if None not in pair]
            top, bottom = sum(a for a, _ in pairs), sum(b for _, b in pairs)
            return (100 * top / bottom if bottom else None), int(bottom)
        case v.Mean():
            found = values(aggregate.value, aggregate.where)
            return (math.fsum(found) / len(found) if found else None), len(found)
        case v.Sum():
            found = values(aggregate.value, aggregate.where)
            return (math.fsum(found) if found else None), len(found)
        case v.Percentile():
            found = sorted(values(aggregate.value, aggregate.where))
            if not found:
                return None, 0
            rank = (len(found) - 1) * aggregate.q
            low = math.floor(rank)
            high = min(low + 1, len(found) - 1)
            return found[low] + (found[high] - found[low]) * (rank - low), len(found)
        case v.Distinct():
            found = values(aggregate.value, aggregate.where)
            return (float(len(set(found))) if found else None), len(found)
        case v.Spread():
            found = values(aggregate.value, aggregate.where)
            return (statistics.stdev(found) if len(found) > 1 else None), len(found)
        case v.Rate():
            plain, n = figure(v.Ratio(aggregate.top, aggregate.bottom), rows, known_until)
            return (None if plain is None else plain * aggregate.per), n
        case v.Ratio():
            top, _ = figure(aggregate.top, rows, known_until)
            bottom, n = figure(aggregate.bottom, rows, known_until)
            if isinstance(aggregate.bottom, v.Count):
                n = int(bottom or 0)
            return (None if top is None or not bottom else top / bottom), n
    raise TypeError(type(aggregate).__name__)


def figures(
    metric: Metric,
    rows: Iterable[Row],
    level: tuple[str, ...],
    grain: Grain,
    zone: ZoneInfo,
    known_until: datetime,
    fiscal_year_start: int = 1,
) -> dict[tuple[date, tuple[Any, ...]], tuple[float | None, int]]:
    """By period and place in the level: the figure and its n, where n is not 0."""
    if isinstance(metric.aggregate, v.Stock):
        return stocks(metric, rows, level, grain, zone, known_until, fiscal_year_start)
    last = containing((known_until.astimezone(zone)).date(), grain, fiscal_year_start)
    groups: dict[tuple[date, tuple[Any, ...]], list[Row]] = defaultdict(list)
    for row in rows:
        at = row[metric.at]
        if at is None:
            continue
        day = at.astimezone(zone).date() if isinstance(at, datetime) else at
        period = containing(day, grain, fiscal_year_start)
        if period.start > last.start:
            continue
        place = tuple(row["_department" if name == "department" else name] for name in level)
        groups[period.start, place].append(row)
    found = {key: figure(metric.aggregate, group, known_until) for key, group in groups.items()}
    return {key: one for key, one in found.items() if one[1]}


def stocks(
    metric: Metric,
    rows: Iterable[Row],
    level: tuple[str, ...],
    grain: Grain,
    zone: ZoneInfo,
    known_until: datetime,
    fiscal_year_start: int,
) -> dict[tuple[date, tuple[Any, ...]], tuple[float | None, int]]:
    """What stands at the end of each period: every row looked at once for every period."""
    aggregate = metric.aggregate
    assert isinstance(aggregate, v.Stock)
    rows = [row for row in rows if row[metric.at] is not None]
    if not rows:
        return {}
    dated = aggregate.entered.type == "date"

    def day_of(at: Any) -> date:
        return at if dated else at.astimezone(zone).date()

    known: Any = known_until.astimezone(zone).date() if dated else known_until
    until = max(
        (known_until.astimezone(zone) - timedelta(microseconds=1)).date(),
        min(max(day_of(row[metric.at]) for row in rows), known_until.astimezone(zone).date()),
    )
    found: dict[tuple[date, tuple[Any, ...]], tuple[float | None, int]] = {}
    first = min(day_of(row[metric.at]) for row in rows)
    for period in between(first, until, grain, fiscal_year_start):
        end: Any = period.end if dated else datetime.combine(period.end, time(), zone)
        groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in rows:
            begins = [row[metric.at]]
            if aggregate.overdue is not None:
                begins.append(row[aggregate.overdue.name])
            counts = aggregate.where is None or value(aggregate.where, row, known_until) is True
            if counts and all(at is not None and at < end and at <= known for at in begins):
                place = tuple(row["_department" if n == "department" else n] for n in level)
                groups[place].append(row)
        for place, group in groups.items():
            open_ = [
                row
                for row in group
                if (left := row[aggregate.left.name]) is None or not (left < end and left <= known)
            ]
            if isinstance(aggregate, v.Backlog):
                found[period.start, place] = float(len(open_)), len(group)
            elif isinstance(aggregate, v.AgeOfOpen) and open_:
                ages = [min(end, known) - row[metric.at] for row in open_]
                unit = timedelta(seconds=SECONDS[aggregate.unit])
                mean = sum(ages, timedelta()) / len(ages) / unit
                found[period.start, place] = mean, len(open_)
    return found


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]
