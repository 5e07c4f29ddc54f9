"""How unusual a count or a share is where an expected one is known, and what would be usual."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtri, pdtr, pdtrc, stdtr

from scorecard.judge.values import Numbers

Tails = tuple[Numbers, Numbers]


def count_tails(
    y: Numbers, mean: Numbers, spread: Numbers, freedom: Numbers | float = np.inf
) -> Tails:
    """The chance of `y` or fewer, and of `y` or more, where `mean` is expected.

        negative binomial with mean μ and variance spread · μ; Poisson where spread is 1

    `spread` is φ + μ · (variance of log μ) where the mean was estimated itself. `freedom` are the
    degrees of freedom it was estimated with: tails are read from Student's distribution in place of
    the normal one. Source of the negative binomial: Noufaily et al. (2013), see history_fit.
    """
    size = mean / np.maximum(spread - 1, 1e-12)
    share = 1 / spread
    poisson = spread - 1 < 1e-9
    lower = np.where(poisson, pdtr(np.floor(y), mean), betainc(size, np.floor(y) + 1, share))
    start = np.ceil(y)
    upper = np.where(
        poisson,
        pdtrc(start - 1, mean),
        betainc(np.maximum(start, 1), size, 1 - share),
    )
    upper = np.where(start < 1, 1.0, upper)
    return widened(lower, freedom), widened(upper, freedom)


def share_tails(
    y: Numbers, of: Numbers, share: Numbers, spread: Numbers, freedom: Numbers | float = np.inf
) -> Tails:
    """The chance of `y` or fewer, and of `y` or more, out of `of` where `share` is expected.

        binomial with of / spread trials and y / spread successes, as a beta integral

    `spread` is how many times the binomial's the variance is. Source of trials divided by a design
    effect: Korn, E. L. and Graubard, B. I. (1998), "Confidence Intervals for Proportions with Small
    Expected Number of Positive Counts Estimated from Survey Data", Survey Methodology 24, 193-201.
    """
    won, lost = y / spread, (of - y) / spread
    lower = np.where(lost <= 0, 1.0, betainc(np.maximum(lost, 1e-12), won + 1, 1 - share))
    upper = np.where(won <= 0, 1.0, betainc(np.maximum(won, 1e-12), lost + 1, share))
    return widened(lower, freedom), widened(upper, freedom)


def widened(chance: Numbers, freedom: Numbers | float) -> Numbers:
    """A tail of the normal distribution as the same tail of Student's."""
    z = np.clip(-ndtri(chance), -38.0, 38.0)
    finite = np.where(np.isinf(freedom), 1e10, freedom)
    return stdtr(finite, -z)


def usual(tails: Callable[[Numbers], Tails], top: Numbers, chance: float) -> Tails:
    """The least and the greatest whole number up to `top` neither tail of which is `chance` rare.

    `tails` gives both tails of a number for each series.
    """
    least = _first(lambda y: tails(y)[0] > chance, top)
    beyond = _first(lambda y: tails(y)[1] <= chance, top + 1)
    return least, np.maximum(beyond - 1, least)


def _first(holds: Callable[[Numbers], NDArray[np.bool_]], top: Numbers) -> Numbers:
    """The least whole number for which it holds, by halving; `top` where for none below it."""
    low, high = np.zeros_like(top), np.floor(top)
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        yes = holds(middle)
        high = np.where(yes & (low < high), middle, high)
        low = np.where(~yes & (low < high), middle + 1, low)
    return low
