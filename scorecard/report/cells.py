"""What a line of a page says about one row: figures as text, and a series for a small chart."""

from __future__ import annotations

from dataclasses import dataclass, field

from scorecard.declare.periods import Period
from scorecard.report.behaviour import Behaviour, behaviour_of
from scorecard.report.history import (
    History,
    Streak,
    grain_of,
    last_ended,
    last_twelve,
    streak,
)
from scorecard.report.phrases import actual_words, expected_words, gap_words, period_words
from scorecard.report.ranking import largest_lately, relative_gap
from scorecard.report.row import ScorecardRow
from scorecard.report.status_style import Style, style_of


@dataclass(frozen=True)
class Line:
    """One standard of one department in one period, ready to be shown.

    `series` holds up to twelve periods of the service gap as a share of the expected value (of the
    largest of its figures, where 0 is expected), oldest first, None where it is not judged.
    `own_period` is set where the row is of another grain than the page. `behaviour` is what its
    control chart says.
    """

    row: ScorecardRow
    style: Style
    now: str
    expected: str
    gap: str
    own_period: str | None
    series: tuple[float | None, ...]
    series_words: str
    streak: Streak | None
    history: History = field(repr=False, compare=False)

    @property
    def behaviour(self) -> Behaviour:
        """What its control chart says, worked out when somebody looks."""
        return behaviour_of(self.row, self.history)


def line(row: ScorecardRow, history: History, period: Period) -> Line:
    """The line of `row` on a page that shows `period`."""
    own = history.period_of(row)
    until = {r.period: r for r in history.until(row)}
    wanted = last_twelve(last_ended(period, grain_of(row)))
    largest = largest_lately(list(until.values()))
    series = tuple(_judged_gap(until.get(each.start), largest) for each in wanted)
    return Line(
        row=row,
        style=style_of(row.status),
        now=actual_words(row),
        expected=expected_words(row),
        gap=gap_words(row),
        own_period=None if own == period else period_words(own),
        series=series,
        series_words=trend_words(series, wanted),
        streak=streak(list(until.values()), history.fiscal_year_start),
        history=history,
    )


def trend_words(series: tuple[float | None, ...], periods: list[Period]) -> str:
    """A small chart of service gaps in words: how often the promise was kept, and its two ends."""
    known = [(p, value) for p, value in zip(periods, series, strict=True) if value is not None]
    if not known:
        return "Nothing judged in these twelve periods."
    met = sum(value >= 0 for _, value in known)
    first, last = known[0], known[-1]
    text = f"Met in {met} of {len(known)} periods judged"
    if first is last:
        return f"{text}: {period_words(first[0])} {_share(first[1])}."
    return (
        f"{text}; from {_share(first[1])} in {period_words(first[0])} "
        f"to {_share(last[1])} in {period_words(last[0])}."
    )


def _share(value: float) -> str:
    percent = round(100 * abs(value))
    if percent == 0:
        return "as expected" if value >= 0 else "just behind"
    return f"{percent:,} % {'ahead' if value > 0 else 'behind'}"


def _judged_gap(row: ScorecardRow | None, largest: float) -> float | None:
    return relative_gap(row, largest) if row is not None and row.status.judged else None
