"""The exact interval of a share in a finite population, from a sample without replacement."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.intervals import Interval

# What the arithmetic may lose: chances that are equal are held to be so.
_ALIKE = 1 + 1e-7


def exact_share(met: int, n: int, population: int, confidence: float = 0.95) -> Interval:
    """Where the share met of `population` cases lies, after `met` of `n` drawn ones were met.

    Every number M of met cases there might be gives the chance of what was seen: the hypergeometric
    distribution, exact for drawing without replacement. M is held possible as long as results at
    least as far in a tail as this one together have a chance above 1 - confidence (Blaker's
    acceptability). The interval reaches from the smallest to the largest possible M, over the
    population; both ends are fractions. It covers the true share with at least `confidence`,
    whatever the share and the sizes are, and never lies outside what is possible: the cases seen
    count as seen, and a census has no width.

    `n` is at least 1, and 0 ≤ `met` ≤ `n` ≤ `population`; JudgeError `confidence-out-of-range`.
    Source: Blaker, H. (2000), "Confidence curves and improved exact confidence intervals for
    discrete distributions", Canadian Journal of Statistics 28(4), 783-798.
    """
    risk = 1 - confidence_level(confidence)
    fewest = _fewest(met, n, population, risk)
    # The most met is the fewest not met, seen from the other side.
    most = population - _fewest(n - met, n, population, risk)
    return Interval(fewest / population, most / population)


@lru_cache(maxsize=65536)
def _fewest(met: int, n: int, population: int, risk: float) -> int:
    """The smallest number of met cases in the population that is possible."""
    if met == 0:
        return 0
    # Below `first` one tail alone is too unlikely for both, from `last` on it is likely enough.
    first = _smallest(met, n, population, risk / 2)
    last = _smallest(met, n, population, risk)
    for there in range(first, last):
        if _acceptability(met, n, population, there) > risk:
            return there
    return last


def _smallest(met: int, n: int, population: int, risk: float) -> int:
    """The smallest number of met cases with which `met` or more are drawn with more than `risk`."""
    low, high = met, population - n + met
    while low < high:
        middle = (low + high) // 2
        start, chances = _chances(n, population, middle)
        if chances[max(0, met - start) :].sum() > risk:
            high = middle
        else:
            low = middle + 1
    return low


def _acceptability(met: int, n: int, population: int, there: int) -> float:
    """The chance of `met` or more, and of the lower tail that is no likelier than that."""
    start, chances = _chances(n, population, there)
    upper = float(chances[max(0, met - start) :].sum())
    lower = np.cumsum(chances)
    place = int(np.searchsorted(lower, upper * _ALIKE, side="right"))
    return upper + (float(lower[place - 1]) if place else 0.0)


def _chances(n: int, population: int, there: int) -> tuple[int, np.ndarray]:
    """The chance of drawing each number of met cases, from the smallest number there can be."""
    from scipy.special import gammaln

    def ways(of: int, take: np.ndarray | int) -> np.ndarray:
        return gammaln(of + 1.0) - gammaln(np.add(take, 1.0)) - gammaln(np.subtract(of, take) + 1.0)

    start = max(0, n - (population - there))
    drawn = np.arange(start, min(n, there) + 1)
    found = np.exp(ways(there, drawn) + ways(population - there, n - drawn) - ways(population, n))
    return start, found / found.sum()
