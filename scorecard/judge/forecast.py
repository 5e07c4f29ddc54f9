"""What comes next, and whether the promise will be kept: only where it beats guessing simply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from scorecard.errors import JudgeError
from scorecard.judge import smoothing
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.gap import Better, noise
from scorecard.judge.intervals import Interval
from scorecard.judge.scale import Line, line_for
from scorecard.judge.smoothing import Form, Smoothing
from scorecard.judge.values import Numbers, numbers, whole_number

Row = NDArray[np.float64]

# Held out: so many of the last points, fewer where the series is short.
HELD_OUT = 12
HELD_OUT_SHORT = 8
# Fewest held-out points with a value that a comparison may rest on.
FEWEST_HELD_OUT = 6


class Outcome(StrEnum):
    """Whether a forecast is shown. The value is the shown word."""

    SHOWN = "shown"
    NO_BETTER = "no better than a simple guess"
    TOO_FEW = "too few"
    NOT_FITTED = "could not be fitted"


class Guess(StrEnum):
    """The naive rivals. The value is what they do, in words."""

    LAST = "saying the last value again"
    SEASON = "saying the value of a year before"
    MEAN = "saying the mean of all values so far"


class Ahead(NamedTuple):
    """One coming period, in the metric's unit.

    value      the middle of what may come: half of it lies above
    intervals  one for each confidence asked for, in their order
    expected   the value expected then, and `chance` that it is kept (0 to 1); None without one
    """

    value: float
    intervals: tuple[Interval, ...]
    expected: float | None
    chance: float | None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How it went on the last points, each foretold from those before it alone.

    points   held-out points with a value; each is foretold from every origin within the horizon
    error    mean absolute error of the forecast over all of these, in the metric's unit
    rivals   that of each naive rival, over the same
    covered  share of them inside the widest interval that the fit alone gives
    stretch  by how much the errors were larger than the fit said (root mean square of error over
             standard error); the intervals shown are widened by it where it is above 1
    """

    points: int
    error: float
    rivals: dict[Guess, float]
    covered: float
    stretch: float

    @property
    def best(self) -> Guess:
        """The rival with the smallest error."""
        return min(self.rivals, key=self.rivals.__getitem__)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes next. `periods` is empty unless the forecast is shown.

    reason    why it is not shown, as a sentence
    form      what was fitted
    n         points with a value
    chance    that the expected value is kept in the last of the periods: at the review
    """

    outcome: Outcome
    reason: str | None
    periods: tuple[Ahead, ...]
    form: Form | None
    n: int
    held_out: HeldOut | None
    confidence: tuple[float, ...]

    @property
    def chance(self) -> float | None:
        """The chance of the last period."""
        return self.periods[-1].chance if self.periods else None


def forecast(
    values: ArrayLike | Sequence[float | None],
    horizon: int,
    *,
    better: Better,
    season: int | None = 12,
    expected: float | Sequence[float | None] | None = None,
    scale: tuple[float, float | None] | None = None,
    confidence: Sequence[float] = (0.8, 0.95),
    min_points: int = 24,
) -> Forecast:
    """The next `horizon` points of a series, and the chance that each keeps what is expected.

    values      one a period, in order, in the metric's unit; None where missing (not filled in)
    season      periods in a year; None: no yearly course
    expected    the value expected, or one for each coming period (None: none in force)
    scale       the ends of the metric's scale, (0, 100) for percent, (0, None) for a time or a
                count: the forecast is made on the logit or the log, and never leaves the scale
    confidence  of each interval wanted
    min_points  fewest points with a value

    Exponential smoothing in three forms (`Form`); the one with the smallest AICc on the points
    before those held out is taken. The last 12 points (8 in series under 36) are then foretold from
    every origin before them, 1 to `horizon` steps ahead, the window growing and the parameters
    those of before the first. If the mean absolute error is not below that of each naive rival, the
    forecast is not shown. If it is, the form is fitted to the whole series; what may come is
    Student's t about the forecast on the line of the scale, widened by `HeldOut.stretch`.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `horizon-none`, `values-uneven`,
    `season-too-short`, `confidence-out-of-range`, `scale-reversed`, `value-beyond-scale`,
    `expected-beyond-scale`.

    Sources: see `scorecard.judge.smoothing.fit`; for the origins, Tashman, L. J. (2000),
    "Out-of-sample tests of forecasting accuracy: an analysis and review", International Journal
    of Forecasting 16(4), 437-450.
    """
    y = numbers(values)
    horizon = whole_number(horizon, "horizon")
    coming = _expected(expected, horizon)
    levels = tuple(confidence)
    _refuse(horizon, season, levels)
    seen = np.flatnonzero(~np.isnan(y))
    line = line_for(scale, y[seen])
    _refuse_beyond(coming, scale)
    n = len(seen)

    def none(outcome: Outcome, reason: str, held_out: HeldOut | None = None) -> Forecast:
        return Forecast(outcome, reason, (), None, n, held_out, levels)

    if n < min_points:
        return none(Outcome.TOO_FEW, f"{n} points with a value; {min_points} are needed.")
    y = y[seen[0] :]
    held = HELD_OUT if n >= 3 * HELD_OUT else HELD_OUT_SHORT
    first = len(y) - held
    there = int((~np.isnan(y[first:])).sum())
    if there < FEWEST_HELD_OUT or n - there < FEWEST_HELD_OUT:
        return none(Outcome.TOO_FEW, f"{there} of the last {held} points have a value to test on.")
    if _constant(y):
        return none(Outcome.NO_BETTER, "Every value is the same: the last value says it all.")
    if _constant(y[:first]):
        return none(Outcome.NOT_FITTED, "Nothing varied before the points that were held out.")

    row = line.there(y)
    chosen = _choose(row[:first], season)
    if chosen is None:
        return none(Outcome.NOT_FITTED, "The search for the best fit came to no end.")
    held_out = _held_out(chosen, y, row, line, first, horizon, season, max(levels, default=0.95))
    best = held_out.best
    # Written so that an error that is no number beats nothing.
    if not held_out.error < held_out.rivals[best] - noise(held_out.error):
        return none(Outcome.NO_BETTER, f"No better than {best}: not shown.", held_out)
    whole = smoothing.fit(row, chosen.form, season, chosen.parameters)
    if whole is None:
        return none(Outcome.NOT_FITTED, "The search for the best fit came to no end.", held_out)
    periods = _periods(whole, row, line, n, coming, levels, better, held_out.stretch)
    if not periods:
        return none(Outcome.NOT_FITTED, "Nothing is left to chance: no interval.", held_out)
    return Forecast(Outcome.SHOWN, None, periods, whole.form, n, held_out, levels)


def _refuse(horizon: int, season: int | None, levels: tuple[float, ...]) -> None:
    if horizon < 1:
        raise JudgeError("horizon-none", f"horizon is {horizon}: there is nothing to forecast.")
    if season is not None and season < 2:
        raise JudgeError("season-too-short", f"A season of {season} has no course.")
    for level in levels:
        confidence_level(level)


def _expected(expected: float | Sequence[float | None] | None, horizon: int) -> Numbers:
    if expected is None or isinstance(expected, int | float):
        return numbers([expected] * max(horizon, 0), "expected")
    given = numbers(expected, "expected")
    if len(given) != horizon:
        raise JudgeError(
            "values-uneven", f"{horizon} coming periods, and {len(given)} of expected."
        )
    return given


def _refuse_beyond(coming: Numbers, scale: tuple[float, float | None] | None) -> None:
    if scale is None:
        return
    low, high = scale
    for value in coming.tolist():
        if value < low or (high is not None and value > high):
            raise JudgeError(
                "expected-beyond-scale",
                f"{value:g} is expected, beyond the scale from {low:g}"
                + (f" to {high:g}." if high is not None else "."),
            )


def _constant(y: Row) -> bool:
    seen = y[~np.isnan(y)]
    return bool(np.ptp(seen) <= noise(float(np.abs(seen).max())))


def _choose(row: Row, season: int | None) -> Smoothing | None:
    forms = [Form.LEVEL, Form.TREND]
    if season is not None and (~np.isnan(row)).sum() >= 2 * season:
        forms.append(Form.SEASON)
    fitted = [smoothing.fit(row, form, season) for form in forms]
    return min((one for one in fitted if one), key=lambda one: one.aicc, default=None)


def _held_out(
    chosen: Smoothing,
    y: Row,
    row: Row,
    line: Line,
    first: int,
    horizon: int,
    season: int | None,
    confidence: float,
) -> HeldOut:
    ours: list[float] = []
    inside: list[bool] = []
    surprises: list[float] = []
    theirs: dict[Guess, list[float]] = {}
    for origin in range(first, len(y)):
        steps = min(horizon, len(y) - origin)
        actual = y[origin : origin + steps]
        seen = ~np.isnan(actual)
        mean, error = smoothing.ahead(chosen, row[:origin], steps)
        freedom = max(int((~np.isnan(row[:origin])).sum()) - chosen.counted, 1)
        half = stdtrit(freedom, (1 + confidence) / 2) * error
        within = (line.back(mean - half) <= actual) & (actual <= line.back(mean + half))
        ours += np.abs(actual - line.back(mean))[seen].tolist()
        inside += within[seen].tolist()
        surprises += ((row[origin : origin + steps] - mean) / error)[seen].tolist()
        for guess, said in _guesses(y[:origin], steps, season).items():
            theirs.setdefault(guess, []).extend(np.abs(actual - said)[seen].tolist())
    return HeldOut(
        points=int((~np.isnan(y[first:])).sum()),
        error=float(np.mean(ours)),
        rivals={guess: float(np.mean(errors)) for guess, errors in theirs.items()},
        covered=float(np.mean(inside)),
        stretch=float(np.sqrt(np.mean(np.square(surprises)))),
    )


def _guesses(past: Row, steps: int, season: int | None) -> dict[Guess, Row]:
    """What each rival says of the next `steps` points. Where nothing was seen a year before, or two
    or more, the rival of the season says the last value."""
    seen = past[~np.isnan(past)]
    said = {Guess.LAST: np.full(steps, seen[-1]), Guess.MEAN: np.full(steps, seen.mean())}
    if season is not None and len(past) >= season:
        yearly = said[Guess.LAST].copy()
        for step in range(steps):
            before = past[len(past) + step - season * (1 + step // season) :: -season]
            known = before[~np.isnan(before)]
            if len(known):
                yearly[step] = known[0]
        said[Guess.SEASON] = yearly
    return said


def _periods(
    fitted: Smoothing,
    row: Row,
    line: Line,
    n: int,
    coming: Numbers,
    levels: tuple[float, ...],
    better: Better,
    stretch: float,
) -> tuple[Ahead, ...]:
    mean, error = smoothing.ahead(fitted, row, len(coming))
    error = error * max(1.0, stretch)
    if not (np.isfinite(mean).all() and (error > 0).all()):
        return ()
    freedom = max(n - fitted.counted, 1)
    middle = line.back(mean)
    ends = []
    for level in levels:
        half = stdtrit(freedom, (1 + level) / 2) * error
        ends.append((line.back(mean - half), line.back(mean + half)))
    above = stdtr(freedom, (mean - line.there(coming)) / error)
    kept = above if better == "higher" else 1 - above
    return tuple(
        Ahead(
            value=float(middle[step]),
            intervals=tuple(Interval(float(low[step]), float(high[step])) for low, high in ends),
            expected=None if np.isnan(coming[step]) else float(coming[step]),
            chance=None if np.isnan(coming[step]) else float(kept[step]),
        )
        for step in range(len(coming))
    )
