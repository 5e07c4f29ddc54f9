"""The series behind a chart: the figure, its interval and the expected value, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.judge.rounding import shown
from scorecard.report.behaviour import Behaviour, behaviour_of
from scorecard.report.history import History
from scorecard.report.phrases import (
    actual_words,
    counted,
    expected_words,
    gap_words,
    grain_words,
    period_words,
    short_period,
    with_unit,
)
from scorecard.report.row import ScorecardRow
from scorecard.report.status_style import Style, style_of


@dataclass(frozen=True)
class Point:
    """One period of a chart and of the table beside it; `end` is the day after its last."""

    row: ScorecardRow
    end: date
    label: str
    period: str
    style: Style
    now: str
    expected: str
    gap: str
    interval: str


@dataclass(frozen=True)
class Chart:
    """A titled series, oldest period first, with its alternative in words.

    `behaviour` is its control chart; None where there is no row.
    """

    title: str
    unit: str
    points: tuple[Point, ...]
    words: str
    behaviour: Behaviour | None


def chart(
    title: str,
    rows: Sequence[ScorecardRow],
    history: History,
    *,
    synthetic: bool = False,
) -> Chart:
    """The chart of one standard and department; `rows` oldest first. Synthetic ones say so.

    It begins where the control chart does: before that, nothing was expected.
    """
    told = behaviour_of(rows[-1], history) if rows else None
    earlier = len(rows) - len(told.periods) if told else 0
    points = tuple(
        Point(
            row=row,
            end=history.period_of(row).end,
            label=short_period(history.period_of(row)),
            period=period_words(history.period_of(row)),
            style=style_of(row.status),
            now=actual_words(row),
            expected=expected_words(row),
            gap=gap_words(row),
            interval=interval_words(row),
        )
        for row in rows[earlier:]
    )
    marked = f"{title} (synthetic data)" if synthetic else title
    words = " ".join(filter(None, (_words(points), _behaviour_words(told), _earlier(earlier))))
    return Chart(marked, rows[0].unit if rows else "", points, words, told)


def _earlier(count: int) -> str:
    if not count:
        return ""
    periods, are = counted(count, "earlier period"), "is" if count == 1 else "are"
    return f"{periods}, in which nothing was expected, {are} in the download alone."


def _behaviour_words(told: Behaviour | None) -> str:
    if told is None or told.chart is None:
        return told.reason if told else ""
    usual = f"A usual {grain_words(told.grain, 1)} lies {told.usual}; "
    signs = int(told.chart.flags.sum())
    signals = (
        f"{counted(signs, grain_words(told.grain, 1), grain_words(told.grain, 2))} "
        f"{'is a sign' if signs == 1 else 'are signs'} of a change"
        if signs
        else "no sign of a change"
    )
    text = f"{usual if told.usual else ''}{signals}."
    return f"{text[0].upper()}{text[1:]}"


def interval_words(row: ScorecardRow) -> str:
    """`76.1 to 80.3 %`, `2.1 to 3.4 days`: the 95 % interval; empty where there is none."""
    if row.low is None or row.high is None:
        return ""
    low, high = shown(row.low, row.unit), shown(row.high, row.unit)
    return f"{low} to {with_unit(high, row.unit)}"


def _words(points: Sequence[Point]) -> str:
    known = [point for point in points if point.row.actual is not None]
    if not known:
        return f"No figure is known in {counted(len(points), 'period')}."
    first, last = known[0], known[-1]
    values = [point.row.actual for point in known if point.row.actual is not None]
    met = sum(point.style.kind == "met" for point in points)
    judged = sum(point.row.status.judged for point in points)
    return (
        f"From {first.now} in {first.period} to {last.now} in {last.period}; "
        f"lowest {_value(min(values), first.row)}, highest {_value(max(values), first.row)}; "
        f"{_expected(last)}; {f'met in {met} of {judged}' if judged else 'no'} periods judged."
    )


def _expected(last: Point) -> str:
    if last.row.expected is None:
        return "nothing expected in the last period"
    return f"expected in the last period: {last.expected}"


def _value(value: float, row: ScorecardRow) -> str:
    return with_unit(shown(value, row.unit), row.unit)
