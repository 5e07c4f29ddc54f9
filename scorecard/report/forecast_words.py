"""The forecast of a standard to its next review, or why none is shown, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.errors import JudgeError
from scorecard.judge.forecast import Forecast, Outcome, forecast
from scorecard.judge.rounding import shown
from scorecard.report.behaviour import Behaviour, charted
from scorecard.report.effects import SEASONS
from scorecard.report.phase_series import scale_of
from scorecard.report.phrases import (
    UNKNOWN,
    day_words,
    distance_words,
    grain_words,
    number_word,
    period_words,
    plain,
    with_unit,
)

MOST = 12
"""Further ahead nothing is forecast."""
ENOUGH = 24
"""Fewer periods are not forecast from."""
_USUAL = 3
# Percentage points; what lies between them is nearly anything.
_WIDE = 80


@dataclass(frozen=True)
class ForecastLine:
    """One coming period: each cell as words; `chance` (0..1) that what is expected then is kept."""

    period: str
    start: date
    value: str
    likely: str
    surely: str
    expected: str
    chance: float | None
    chance_words: str


@dataclass(frozen=True)
class ForecastOutlook:
    """The forecast. `lines` are empty unless it is shown; `words` say the chance or why not.

    found   what was computed; None where the figures could not be handed in at all
    basis   how it did on held-out periods
    """

    words: str
    lines: tuple[ForecastLine, ...]
    basis: str
    found: Forecast | None

    @property
    def is_shown(self) -> bool:
        """Whether it beat the naive rivals."""
        return bool(self.lines)


def forecast_outlook(told: Behaviour, standard: Standard) -> ForecastOutlook:
    """From the last row to the standard's review: the last period that ends by then.

    Without a review ahead the next three periods; never more than twelve. Imports statsmodels,
    which takes two to three seconds the first time.
    """
    row = told.rows[-1]
    coming, to = _coming(told.periods[-1], standard.review)
    entries = [standard.expected_on(each.start, row.department) for each in coming]
    left_out = set(told.chart.excluded) if told.chart else set[int]()
    values = [None if place in left_out else charted(each) for place, each in enumerate(told.rows)]
    low, high = scale_of(row, [value for value in values if value is not None])
    try:
        found = forecast(
            values,
            len(coming),
            better=row.better,
            season=SEASONS.get(told.periods[-1].grain),
            expected=[entry.value if entry else None for entry in entries],
            scale=None if low is None else (low, high),
            min_points=ENOUGH,
        )
    except JudgeError as error:
        return ForecastOutlook(f"No forecast: {error}", (), "", None)
    if found.outcome is not Outcome.SHOWN or _no_better_as_shown(found, told):
        return ForecastOutlook(_not_shown(found, told), (), "", found)
    lines = tuple(_lines(found, coming, row.unit, row.better))
    words = _chance(lines[-1], to)
    if row.unit == "percent" and _width(found) >= _WIDE:
        words = f"{words} So wide an interval says next to nothing."
    return ForecastOutlook(words, lines, _basis(found, told), found)


def _coming(last: Period, review: date | None) -> tuple[list[Period], str]:
    """The periods to forecast, and what the last of them is."""
    coming = [last.next()]
    while len(coming) < MOST:
        coming.append(coming[-1].next())
    after = date.min if review is None else review + timedelta(days=1)
    until = [each for each in coming if each.end <= after]
    if review is None or not until:
        return coming[:_USUAL], ""
    whole = coming[len(until) - 1].next().end > after
    one = grain_words(last.grain, 1)
    return until, f", the last whole {one} by the review on {day_words(review)}," * whole


def _lines(found: Forecast, coming: list[Period], unit: str, better: str) -> Iterator[ForecastLine]:
    side = "at least" if better == "higher" else "at most"
    for period, ahead in zip(coming, found.periods, strict=True):
        likely, surely = (
            f"{shown(each.lower, unit)} to {with_unit(shown(each.upper, unit), unit)}"
            for each in ahead.intervals
        )
        yield ForecastLine(
            period=period_words(period),
            start=period.start,
            value=with_unit(shown(ahead.value, unit), unit),
            likely=likely,
            surely=surely,
            expected=UNKNOWN
            if ahead.expected is None
            else f"{side} {with_unit(plain(ahead.expected), unit)}",
            chance=ahead.chance,
            chance_words=UNKNOWN if ahead.chance is None else chance_words(ahead.chance),
        )


def chance_words(chance: float) -> str:
    """`about 8 in 10`; `under 5 in 100` and `over 95 in 100` at the ends."""
    if chance < 0.05:
        return "under 5 in 100"
    if chance > 0.95:
        return "over 95 in 100"
    return f"about {min(9, max(1, round(10 * chance)))} in 10"


def _width(found: Forecast) -> float:
    """Of the widest interval of the last period, in the metric's unit."""
    return max(each.upper - each.lower for each in found.periods[-1].intervals)


def _chance(last: ForecastLine, to: str) -> str:
    ahead = f"The forecast for {last.period}{to} is {last.value} (95 % interval {last.surely})"
    if last.chance is None:
        return f"{ahead}; no expected value is in force then."
    return f"{ahead}; the chance that {last.expected} is kept is {last.chance_words}."


def _basis(found: Forecast, told: Behaviour) -> str:
    held = found.held_out
    assert held is not None
    return (
        f"Rests on {found.n} {grain_words(told.grain, found.n)}. Put to the test on the last "
        f"{held.points}, each foretold from those before it, the forecast was off by "
        f"{_off(held.error, told)} on average; {held.best} by {_off(held.rivals[held.best], told)}."
    )


def _no_better_as_shown(found: Forecast, told: Behaviour) -> bool:
    """Whether it beat its best rival by less than the figures show."""
    held = found.held_out
    return held is not None and _off(held.error, told) == _off(held.rivals[held.best], told)


def _not_shown(found: Forecast, told: Behaviour) -> str:
    held = found.held_out
    if found.outcome in (Outcome.NO_BETTER, Outcome.SHOWN) and held is not None:
        many = grain_words(told.grain, held.points)
        return (
            f"No forecast is shown, since it is no better than {held.best}: on the last "
            f"{number_word(held.points)} {many}, each foretold from those before it, it was off by "
            f"{_off(held.error, told)} on average, and {held.best} by "
            f"{_off(held.rivals[held.best], told)}."
        )
    if found.n < ENOUGH:
        known = f"{number_word(found.n)} {grain_words(told.grain, found.n)}"
        return (
            f"No forecast is shown: it takes {ENOUGH} {grain_words(told.grain, 2)}, and {known} "
            f"{'is' if found.n == 1 else 'are'} known."
        )
    reason = (found.reason or "").replace("points", grain_words(told.grain, 2))
    return f"No forecast is shown. {reason}"


def _off(error: float, told: Behaviour) -> str:
    unit = told.rows[-1].unit
    return distance_words(shown(error, unit), unit)
