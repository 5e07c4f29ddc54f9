"""What an action or event did to a series: before against after, its own trend allowed for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError
from scorecard.judge.autoregression import Estimate, Row, Table, fit
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.gap import Better, noise
from scorecard.judge.values import Numbers, numbers, whole_number

# Harmonics of a year's course: two, as Bernal et al. (2017) take.
HARMONICS = 2


class Effect(StrEnum):
    """What can be said of an action. The value is the shown word."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NONE_SHOWN = "no effect shown"
    TOO_FEW = "too few"
    CANNOT_TELL = "cannot be told"


class Kept(NamedTuple):
    """How many of how many points kept the expected value."""

    kept: int
    of: int


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """What came of it. The four estimates are in the metric's unit, None where nothing was fitted.

    verdict         decided by `average` alone, so that one question is asked once
    reason          why there is no verdict, as a sentence; None where there is one
    average         mean distance, over the points since, from where the line before was heading
    level           the jump at the first point after
    slope           the change of the trend, per point; None where no such change was allowed for
    at_horizon      the distance `horizon` points after the first point after
    autocorrelation rho of the errors: how much a point resembles the one before
    durbin_watson   of the ordinary residuals: 2 without autocorrelation, below 2 with a positive
    n_before, n_after  points with a value that were used
    first, last     the stretch used, as indices (last included): it ends at the events beside
    seasonal        whether a yearly course was taken out
    without         for each point from `at` to `last`, where the line before was heading
    fitted          for each point from `first` to `last`, the fitted line
    kept_before, kept_after  of the points used, those that kept `expected`; None without one
    """

    verdict: Effect
    reason: str | None
    average: Estimate | None
    level: Estimate | None
    slope: Estimate | None
    at_horizon: Estimate | None
    horizon: int
    confidence: float
    autocorrelation: Estimate | None
    durbin_watson: float | None
    n_before: int
    n_after: int
    first: int
    last: int
    seasonal: bool
    without: tuple[float, ...]
    fitted: tuple[float, ...]
    kept_before: Kept | None
    kept_after: Kept | None


def before_after(
    values: ArrayLike | Sequence[float | None],
    at: int,
    *,
    better: Better,
    expected: float | Sequence[float | None] | None = None,
    n: Sequence[float | None] | None = None,
    others: Iterable[int] = (),
    slope: bool = True,
    season: int | None = None,
    horizon: int | None = None,
    min_points: int = 8,
    confidence: float = 0.95,
    rho: float | None = None,
) -> BeforeAfter:
    """The effect of what happened just before point `at`, by interrupted time series.

        y(t) = a + b·(t-at) + level·D(t) + slope·D(t)·(t-at) [+ season(t)] + u(t)

    with D(t) = 1 from `at` on and u an autoregression of order one, fitted with rho averaged out
    (`scorecard.judge.autoregression`). The counterfactual is the line before, drawn on.

    values      one a period, in order, in the metric's unit; None where missing (gaps are kept)
    at          index of the first point after
    expected    the value expected, or one a period: only counted, before and after
    n           observations behind each value: a value's variance is taken as proportional to 1/n
    others      indices of the first points after other events: nothing beyond them is used
    slope       False: the action can only have moved the level (fewer points are then enough)
    season      periods in a year: two harmonics are fitted, where two whole seasons are there
    horizon     points after `at` for which `at_horizon` is given; the last point if None
    min_points  fewest points with a value on either side; 8 as Penfold & Zhang (2013) advise
    rho         a known autocorrelation; None averages over all

    Improved or worsened: the interval of the average effect lies on one side of 0. No effect
    shown is a result: with few or scattered points an effect may be there and not show.

    Raises JudgeError: `event-outside` unless 0 < at < number of values; `values-not-numbers`,
    `values-infinite`, `values-uneven`, `n-negative`, `confidence-out-of-range`,
    `horizon-negative`, `season-too-short`, `rho-out-of-range`.

    Sources: Wagner, A. K., Soumerai, S. B., Zhang, F. and Ross-Degnan, D. (2002), "Segmented
    regression analysis of interrupted time series studies in medication use research", Journal of
    Clinical Pharmacy and Therapeutics 27(4), 299-309; Bernal, J. L., Cummins, S. and Gasparrini,
    A. (2017), "Interrupted time series regression for the evaluation of public health
    interventions: a tutorial", International Journal of Epidemiology 46(1), 348-355.
    """
    y = numbers(values)
    _refuse(y, at, horizon, confidence, season, rho)
    weight = _weights(n, y)
    standard = _expected(expected, y)
    first, end, cut = _stretch(at, others, len(y))
    seen = np.flatnonzero(~np.isnan(y) & (weight > 0))
    used = seen[(seen >= first) & (seen < end)]
    before, after = int((used < at).sum()), int((used >= at).sum())
    horizon = end - 1 - at if horizon is None else horizon
    x, seasonal = _design(np.arange(first, end), used, at, slope, season)

    fitted = None
    verdict, reason = _hindrance(y, seen, used, at, min_points, cut, x[used - first])
    if verdict is None:
        fitted = fit(y[used], x[used - first], used, weight[used], rho)
    direction = 1 if better == "higher" else -1
    effect = _effect(slope, x.shape[1])
    average = None
    if fitted is not None:
        average = fitted.estimate(effect(float((used[used >= at] - at).mean())), confidence)
        verdict = _verdict(average, direction)
    assert verdict is not None
    coefficients = None if fitted is None else fitted.weight @ fitted.coefficients
    counterfactual = x.copy()
    counterfactual[:, 2 : 4 if slope else 3] = 0
    return BeforeAfter(
        verdict=verdict,
        reason=reason,
        average=average,
        level=fitted and fitted.estimate(effect(0), confidence),
        slope=fitted.estimate(effect(1) - effect(0), confidence) if fitted and slope else None,
        at_horizon=fitted and fitted.estimate(effect(horizon), confidence),
        horizon=horizon,
        confidence=confidence,
        autocorrelation=fitted and fitted.autocorrelation(confidence),
        durbin_watson=fitted and _durbin_watson(y[used], x[used - first], used),
        n_before=before,
        n_after=after,
        first=first,
        last=end - 1,
        seasonal=seasonal,
        without=_line(counterfactual[at - first :], coefficients),
        fitted=_line(x, coefficients),
        kept_before=_kept(y, standard, used[used < at], direction),
        kept_after=_kept(y, standard, used[used >= at], direction),
    )


def _refuse(
    y: Numbers,
    at: int,
    horizon: int | None,
    confidence: float,
    season: int | None,
    rho: float | None,
) -> None:
    at = whole_number(at, "at")
    if not 0 < at < len(y):
        raise JudgeError(
            "event-outside",
            f"Point {at} is the first after the event, of {len(y)} points: one side is empty.",
            hint="Give the index, counted from 0, of the first point after the event.",
        )
    confidence_level(confidence)
    if horizon is not None and horizon < 0:
        raise JudgeError("horizon-negative", f"horizon is {horizon}: it counts points after {at}.")
    if season is not None and season < 2:
        raise JudgeError("season-too-short", f"A season of {season} has no course.")
    if rho is not None and not -1 < rho < 1:
        raise JudgeError("rho-out-of-range", f"rho is {rho!r}, not between -1 and 1.")


def _weights(n: Sequence[float | None] | None, y: Numbers) -> Row:
    if n is None:
        return np.ones(len(y))
    counts = numbers(n, "n")
    if len(counts) != len(y):
        raise JudgeError("values-uneven", f"{len(y)} values, and {len(counts)} of n.")
    if (counts < 0).any():
        raise JudgeError("n-negative", f"n[{int((counts < 0).argmax())}] is below 0.")
    return np.nan_to_num(counts)


def _expected(expected: float | Sequence[float | None] | None, y: Numbers) -> Numbers | None:
    if expected is None:
        return None
    if isinstance(expected, int | float):
        return numbers([expected] * len(y), "expected")
    given = numbers(expected, "expected")
    if len(given) != len(y):
        raise JudgeError("values-uneven", f"{len(y)} values, and {len(given)} of expected.")
    return given


def _stretch(at: int, others: Iterable[int], count: int) -> tuple[int, int, bool]:
    """First point used, first not used any more, and whether another event cut anything off."""
    places = [whole_number(other, "others") for other in others]
    beside = [other for other in places if other != at and 0 < other < count]
    first = max((other for other in beside if other < at), default=0)
    end = min((other for other in beside if other > at), default=count)
    return first, end, bool(beside)


def _design(
    times: NDArray[Any], used: NDArray[Any], at: int, slope: bool, season: int | None
) -> tuple[Table, bool]:
    """Constant, trend, level and slope of the change, and what of the year's course fits in."""
    since = (times - at).astype(float)
    after = (times >= at).astype(float)
    columns = [np.ones(len(times)), since, after, *([after * since] if slope else [])]
    seasonal = (
        season is not None and len(used) >= 2 * season and bool(np.ptp(used) >= 2 * season - 1)
    )
    if season is not None and seasonal:
        for harmonic in range(1, min(HARMONICS, season // 2) + 1):
            angle = 2 * np.pi * harmonic * times / season
            columns.append(np.cos(angle))
            if 2 * harmonic < season:
                columns.append(np.sin(angle))
    return np.column_stack(columns), seasonal


def _hindrance(
    y: Numbers,
    seen: NDArray[Any],
    used: NDArray[Any],
    at: int,
    min_points: int,
    cut: bool,
    x: Table,
) -> tuple[Effect | None, str | None]:
    """Why nothing can be fitted, if so."""
    before, after = int((used < at).sum()), int((used >= at).sum())
    # A line has two ends, and something must be left over to judge chance by.
    fewest = max(min_points, 3)
    if before < fewest or after < fewest:
        alone = min((seen < at).sum(), (seen >= at).sum()) >= fewest
        counted = f"{before} points with a value before and {after} after; {fewest} are needed"
        if cut and alone:
            return Effect.CANNOT_TELL, f"Another event is too close: {counted} between the events."
        return Effect.TOO_FEW, f"There are {counted} on either side."
    if len(used) <= x.shape[1] + 1 or np.linalg.matrix_rank(x) < x.shape[1]:
        return Effect.TOO_FEW, "The points with a value are too few for a yearly course as well."
    row = y[used]
    if np.ptp(row) <= noise(float(np.abs(row).max())):
        return Effect.NONE_SHOWN, "Every value is the same."
    residual = row - x @ np.linalg.lstsq(x, row)[0]
    if np.abs(residual).max() <= noise(float(np.abs(row).max())):
        return (
            Effect.CANNOT_TELL,
            "The values lie exactly on their lines: there is no chance to hold the change against.",
        )
    return None, None


def _effect(slope: bool, width: int):
    """The contrast for the distance from the counterfactual, so many points after the first."""

    def contrast(points: float) -> Row:
        chosen = np.zeros(width)
        chosen[2] = 1
        if slope:
            chosen[3] = points
        return chosen

    return contrast


def _verdict(average: Estimate, direction: int) -> Effect:
    if average.lower <= 0 <= average.upper:
        return Effect.NONE_SHOWN
    return Effect.IMPROVED if average.value * direction > 0 else Effect.WORSENED


def _durbin_watson(row: Row, x: Table, times: NDArray[Any]) -> float:
    """Σ(e(t)-e(t-1))² / Σe(t)² of the ordinary least squares residuals, over neighbours seen.

    Durbin and Watson (1950), Biometrika 37, 409-428; where points are missing the sum above runs
    over the pairs there are and is scaled to all.
    """
    residual = row - x @ np.linalg.lstsq(x, row)[0]
    steps = np.diff(residual)[np.diff(times) == 1]
    if not len(steps):
        return float("nan")
    scaled = np.square(steps).sum() * (len(row) - 1) / len(steps)
    return float(scaled / np.square(residual).sum())


def _line(x: Table, coefficients: Row | None) -> tuple[float, ...]:
    return () if coefficients is None else tuple((x @ coefficients).tolist())


def _kept(y: Numbers, standard: Numbers | None, used: NDArray[Any], direction: int) -> Kept | None:
    if standard is None:
        return None
    promised = used[~np.isnan(standard[used])]
    pairs = zip(y[promised].tolist(), standard[promised].tolist(), strict=True)
    kept = sum(direction * (actual - value) >= -noise(value) for actual, value in pairs)
    return Kept(kept, len(promised))
