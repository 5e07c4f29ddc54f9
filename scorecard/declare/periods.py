"""Periods: the calendar stretches over which service is measured.

A period is named by its grain and the local date of its first day. Its boundaries are local
midnights of the organisation's time zone, turned into UTC instants once, here, with zoneinfo: every
engine compares against the same instants, so no engine's own time zone rules can differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from scorecard.errors import ScorecardError

Grain = Literal["day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
CYCLES: dict[Grain, int] = {"day": 7, "week": 52, "month": 12, "quarter": 4, "fiscal_quarter": 4}
"""Periods after which things repeat themselves: those of a year; of days, those of a week."""


@dataclass(frozen=True, order=True)
class Period:
    """One period: `start` is its first local day, `grain` its kind."""

    start: date
    grain: Grain
    fiscal_year_start: int = 1

    @property
    def end(self) -> date:
        """The first day that is no longer in the period."""
        return _next(self.start, self.grain)

    @property
    def label(self) -> str:
        """How people write the period: 2026-07, 2026-W28, 2026 Q3, FY 2023-24."""
        year, month = self.start.year, self.start.month
        match self.grain:
            case "day":
                return self.start.isoformat()
            case "week":
                iso = self.start.isocalendar()
                return f"{iso.year}-W{iso.week:02d}"
            case "month":
                return f"{year}-{month:02d}"
            case "quarter":
                return f"{year} Q{(month - 1) // 3 + 1}"
            case "year":
                return str(year)
            case "fiscal_quarter":
                number = (month - self.fiscal_year_start) % 12 // 3 + 1
                return f"{fiscal_year_label(self.start, self.fiscal_year_start)} Q{number}"
            case "fiscal_year":
                return fiscal_year_label(self.start, self.fiscal_year_start)

    def next(self) -> Period:
        """The period that follows."""
        return Period(self.end, self.grain, self.fiscal_year_start)

    def previous(self) -> Period:
        """The period before."""
        return containing(self.start - timedelta(days=1), self.grain, self.fiscal_year_start)


def containing(day: date, grain: Grain, fiscal_year_start: int = 1) -> Period:
    """The period of `grain` that holds the local date `day`.

    `fiscal_year_start` is the month (1–12) in which fiscal years begin.
    """
    match grain:
        case "day":
            start = day
        case "week":
            start = day - timedelta(days=day.weekday())
        case "month":
            start = day.replace(day=1)
        case "quarter":
            start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case "year":
            start = date(day.year, 1, 1)
        case "fiscal_quarter":
            start = _months_later(day.replace(day=1), -((day.month - fiscal_year_start) % 3))
        case "fiscal_year":
            start = _months_later(day.replace(day=1), -((day.month - fiscal_year_start) % 12))
    return Period(start, grain, fiscal_year_start)


def between(first: date, last: date, grain: Grain, fiscal_year_start: int = 1) -> list[Period]:
    """Every period of `grain` from the one holding `first` to the one holding `last`, in order."""
    period = containing(first, grain, fiscal_year_start)
    periods: list[Period] = []
    while period.start <= last:
        periods.append(period)
        period = period.next()
    return periods


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the local date `day` begins in `zone`."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def parse_period(text: str, grain: Grain, fiscal_year_start: int = 1) -> Period:
    """The period a person means by `2026-07`, `2026-07-01`, `2026`, `2023-24` or `2023-2024`.

    Raises `period-unreadable` where the text is none of these.
    """
    parts = text.strip().split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            day = date(*numbers)
        elif len(numbers) == 2 and grain in ("fiscal_year", "fiscal_quarter", "year"):
            if numbers[1] % 100 != (numbers[0] + 1) % 100:
                day = date(numbers[0], numbers[1], 1)
            else:
                day = date(numbers[0], fiscal_year_start, 1)
        elif len(numbers) == 2:
            day = date(numbers[0], numbers[1], 1)
        elif len(numbers) == 1:
            day = date(numbers[0], fiscal_year_start if grain.startswith("fiscal") else 1, 1)
        else:
            raise ValueError(text)
    except ValueError:
        raise ScorecardError(
            "period-unreadable",
            f"{text!r} names no {grain.replace('_', ' ')}.",
            hint="Write the first day (2026-07-01), a month (2026-07) or a fiscal year (2023-24).",
        ) from None
    return containing(day, grain, fiscal_year_start)


def fiscal_year_label(day: date, fiscal_year_start: int) -> str:
    """`FY 2023-24` for any day of the fiscal year that begins in 2023."""
    year = day.year if day.month >= fiscal_year_start else day.year - 1
    return f"FY {year}" if fiscal_year_start == 1 else f"FY {year}-{(year + 1) % 100:02d}"


def _months_later(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _next(start: date, grain: Grain) -> date:
    match grain:
        case "day":
            return start + timedelta(days=1)
        case "week":
            return start + timedelta(days=7)
        case "month":
            return _months_later(start, 1)
        case "quarter" | "fiscal_quarter":
            return _months_later(start, 3)
        case "year" | "fiscal_year":
            return _months_later(start, 12)
