"""A stretch of periods whose figures are looked at together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from scorecard.declare.periods import Period, containing
from scorecard.report.phrases import period_words


@dataclass(frozen=True)
class Span:
    """One period or several one after another, oldest first."""

    periods: tuple[Period, ...]

    @property
    def starts(self) -> frozenset[date]:
        """The first days of its periods."""
        return frozenset(period.start for period in self.periods)

    @property
    def last(self) -> Period:
        """The newest of its periods."""
        return self.periods[-1]

    @property
    def words(self) -> str:
        """`July 2026`, `August 2025 to July 2026`."""
        ends = dict.fromkeys(period_words(each) for each in (self.periods[0], self.last))
        return " to ".join(ends)

    def within(self, known: Collection[date]) -> bool:
        """Whether something is known of its first and of its last period."""
        return self.periods[0].start in known and self.last.start in known

    def before(self) -> Span:
        """As many periods, just before it."""
        return span(self.periods[0].previous(), len(self.periods))

    def year_before(self) -> Span:
        """The same periods of the year before: of days and weeks, 52 weeks earlier."""
        return Span(tuple(_year_before(period) for period in self.periods))


def span(last: Period, count: int = 1) -> Span:
    """The `count` periods that end with `last`."""
    periods = [last]
    while len(periods) < count:
        periods.append(periods[-1].previous())
    return Span(tuple(reversed(periods)))


def _year_before(period: Period) -> Period:
    start = period.start
    if period.grain in ("day", "week"):
        day = start - timedelta(weeks=52)
    else:
        day = start.replace(year=start.year - 1)
    return containing(day, period.grain, period.fiscal_year_start)
