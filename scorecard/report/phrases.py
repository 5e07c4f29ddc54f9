"""Figures, gaps and periods as people say them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from scorecard.declare.periods import Period
from scorecard.judge.rounding import shown
from scorecard.report.row import ScorecardRow

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_GRAINS = {
    "day": ("day", "days"),
    "week": ("week", "weeks"),
    "month": ("month", "months"),
    "quarter": ("quarter", "quarters"),
    "year": ("year", "years"),
    "fiscal_quarter": ("fiscal quarter", "fiscal quarters"),
    "fiscal_year": ("fiscal year", "fiscal years"),
}
UNKNOWN = "–"


def period_words(period: Period) -> str:
    """`July 2026`, `5 July 2026`, `week 28 of 2026`, `2026 Q3`, `fiscal year 2023-24`."""
    match period.grain:
        case "day":
            return day_words(period.start)
        case "week":
            year, week, _ = period.start.isocalendar()
            return f"week {week} of {year}"
        case "month":
            return f"{_MONTHS[period.start.month - 1]} {period.start.year}"
        case "fiscal_year" | "fiscal_quarter":
            return period.label.replace("FY", "fiscal year", 1)
        case _:
            return period.label


def day_words(day: date) -> str:
    """`5 July 2026`, whatever the locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_words(moment: datetime) -> str:
    """`5 July 2026, 14:05`, in the zone the moment is given in."""
    return f"{day_words(moment.date())}, {moment:%H:%M}"


def grain_words(grain: str, count: int) -> str:
    """`month`, `months`: the grain's name for that many."""
    one, many = _GRAINS[grain]
    return one if count == 1 else many


def number_word(count: int) -> str:
    """Words up to ten, figures above."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 standard`, `12 standards`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def shortened(text: str, most: int = 90) -> str:
    """`text`, cut after a whole word and ended by … where it has more than `most` characters."""
    if len(text) <= most:
        return text
    return f"{text[:most].rsplit(' ', 1)[0].rstrip(' ,;.:')}…"


def short_period(period: Period) -> str:
    """`Jul 2026`, else the period's label: what fits below a chart."""
    if period.grain == "month":
        return f"{_MONTHS[period.start.month - 1][:3]} {period.start.year}"
    return period.label


def with_unit(text: str, unit: str) -> str:
    """A number's text with its unit: `78.5 %`, `1 day`, `9.4 days`; a bare number stays bare."""
    if text == UNKNOWN or unit in ("count", "number"):
        return text
    if unit == "percent":
        return f"{text} %"
    return f"{text} {unit.removesuffix('s') if text == '1' else unit}"


def actual_words(row: ScorecardRow) -> str:
    """The actual service with its unit, rounded so that it agrees with the status."""
    number = shown(
        row.actual, row.unit, row.expected, str(row.status), tolerance=row.tolerance or 0.0
    )
    return with_unit(number, row.unit)


def plain(value: float | None) -> str:
    """A declared value as it was written: `90`, `2.5`; `–` where it is unknown."""
    return UNKNOWN if value is None else f"{value:,.15g}"


def expected_words(row: ScorecardRow) -> str:
    """`at least 90 %`, `at most 3 days`; `–` where nothing is in force."""
    if row.expected is None:
        return UNKNOWN
    side = "at least" if row.better == "higher" else "at most"
    return f"{side} {with_unit(plain(row.expected), row.unit)}"


def gap_amount(row: ScorecardRow) -> str:
    """The size of the gap with its unit (percentage points for shares), without a sign.

    Empty where the gap is unknown or nothing.
    """
    if row.service_gap is None:
        return ""
    number = shown(
        row.service_gap, row.unit, 0.0, str(row.status), tolerance=row.tolerance or 0.0
    ).lstrip("-−")
    if not number.strip("0.,"):
        return ""
    return distance_words(number, row.unit)


def gap_words(row: ScorecardRow) -> str:
    """`9.4 days behind`, `2.0 points ahead`, `as expected`; `–` where it is not judged.

    Points are percentage points, written short for tables. "Behind" is always worse, whichever
    direction is better for the metric.
    """
    if row.service_gap is None or not row.status.judged:
        return UNKNOWN
    amount = gap_amount(row).replace("percentage ", "")
    if not amount:
        return "as expected"
    return f"{amount} {'behind' if row.service_gap < 0 else 'ahead'}"


def distance_words(number: str, unit: str) -> str:
    """A difference with its unit: `4.1 percentage points` between shares, `2.0 days`."""
    if unit == "percent":
        return f"{number} percentage {'point' if number == '1' else 'points'}"
    return with_unit(number, unit)
