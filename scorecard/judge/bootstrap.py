"""The named last resort: an interval for any statistic of raw values, by drawing them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from scorecard.errors import JudgeError
from scorecard.judge.intervals import Interval, Series, tail
from scorecard.judge.values import Numbers, numbers

# Below this many values the draws repeat one another, and no resampling helps.
_FEWEST = 8
# How many drawn values are held at a time.
_AT_A_TIME = 2_000_000

Method = Literal["bca", "percentile"]


class Bootstrap(NamedTuple):
    """An interval by resampling, or why there is none.

    interval   in the unit of the statistic
    why        what stands in the way, as a sentence; empty where there is an interval
    """

    interval: Interval | None
    why: str


def bootstrap(
    values: Series,
    statistic: Callable[[Numbers], float],
    confidence: float = 0.95,
    *,
    seed: int,
    resamples: int = 4999,
    method: Method = "bca",
) -> Bootstrap:
    """The bootstrap interval of `statistic` over the values (None and NaN left out).

    statistic    from one row of values to one number
    seed         of the draws: the same seed gives the same interval
    resamples    how many times as many values are drawn as there are, with replacement
    method       "percentile": the alpha/2 and 1 - alpha/2 quantiles of the drawn statistics.
                 "bca": the quantiles Φ(z₀ + (z₀ ± z) / (1 - a·(z₀ ± z))), corrected for bias
                 (z₀ = Φ⁻¹ of the share of draws below the statistic) and acceleration
                 (a = Σd³ / 6(Σd²)^1.5 of the jackknife's differences d)

    A last resort: it covers below `confidence` for few values (see docs/judging/intervals.md), and
    says nothing of what lies beyond the largest value seen. No interval below 8 values, for values
    that are all equal, and where the statistic of a draw is not finite.

    Raises JudgeError `confidence-out-of-range`, `resamples-too-few` for fewer than 99, and as
    `numbers` does.
    Source: Efron, B. and Tibshirani, R. J. (1993), "An Introduction to the Bootstrap", sections
    13.3 and 14.3; Efron, B. (1987), Journal of the American Statistical Association 82, 171-185.
    """
    beyond = tail(confidence)
    if resamples < 99:
        raise JudgeError(
            "resamples-too-few",
            f"{resamples} resamples say too little of the ends.",
            hint="Draw 999 or more.",
        )
    given = numbers(values)
    known = given[~np.isnan(given)]
    if len(known) < _FEWEST:
        return Bootstrap(None, f"fewer than {_FEWEST} values are known")
    if known.min() == known.max():
        return Bootstrap(None, "all values are equal")
    drawn = _drawn(known, statistic, resamples, seed)
    if not np.isfinite(drawn).all():
        return Bootstrap(None, "the statistic cannot be worked out for every draw")
    ends = np.array([beyond, 1 - beyond])
    if method == "bca":
        corrected = _corrected(known, statistic, drawn, ends)
        if corrected is None:
            return Bootstrap(None, "the statistic hardly changes from draw to draw")
        ends = corrected
    lower, upper = np.quantile(drawn, ends)
    return Bootstrap(Interval(float(lower), float(upper)), "")


def _drawn(
    known: Numbers, statistic: Callable[[Numbers], float], resamples: int, seed: int
) -> Numbers:
    draw = np.random.default_rng(seed)
    found = np.empty(resamples)
    rows = max(1, _AT_A_TIME // len(known))
    for start in range(0, resamples, rows):
        places = draw.integers(0, len(known), (min(rows, resamples - start), len(known)))
        for row, place in enumerate(places, start):
            found[row] = statistic(known[place])
    return found


def _corrected(
    known: Numbers, statistic: Callable[[Numbers], float], drawn: Numbers, ends: Numbers
) -> Numbers | None:
    """Where BCa reads the drawn statistics; None where bias or acceleration cannot be told."""
    observed = statistic(known)
    # Draws that equal the statistic count by half: many do where values are few or tied.
    below = ((drawn < observed).sum() + (drawn == observed).sum() / 2) / len(drawn)
    without = np.array([statistic(np.delete(known, place)) for place in range(len(known))])
    away = without.mean() - without
    squares = (away**2).sum()
    if not 0 < below < 1 or not np.isfinite(squares) or squares == 0:
        return None
    bias = ndtri(below)
    acceleration = (away**3).sum() / (6 * squares**1.5)
    moved = bias + ndtri(ends)
    return ndtr(bias + moved / (1 - acceleration * moved))
