"""Confidence intervals of percentiles: two of the ordered values, whatever their distribution."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, isfinite, log, log1p
from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, bdtrik

from scorecard.errors import JudgeError
from scorecard.judge.intervals import Interval, Series, tail
from scorecard.judge.values import numbers


class Ranks(NamedTuple):
    """The ordered values that bound a percentile: ranks from 1, smallest value first.

    lower, upper   None where no value of so few lies far enough out
    why            what is missing, as a sentence; empty where both are there
    """

    lower: int | None
    upper: int | None
    why: str


class PercentileInterval(NamedTuple):
    """The interval of a percentile, and the ranks that it was read at."""

    interval: Interval | None
    ranks: Ranks


@lru_cache(maxsize=65536)
def percentile_ranks(n: int, q: float, confidence: float = 0.95) -> Ranks:
    """The ranks whose values enclose the `q` quantile with at least `confidence`.

    With B binomial (n, q), the number of values at or below the quantile:

        lower   the largest r with P(B ≤ r - 1) ≤ alpha/2
        upper   the smallest s with P(B ≥ s) ≤ alpha/2

    so that the r-th and the s-th value enclose it with probability P(r ≤ B ≤ s - 1) ≥ 1 - alpha for
    values of any continuous distribution, and more where values are tied. Each side errs by no more
    than alpha/2.

    Raises JudgeError `confidence-out-of-range`, and `quantile-out-of-range` for a q outside 0 to 1.
    Source: Hahn, G. J. and Meeker, W. Q. (1991), "Statistical Intervals", section 5.2; Thompson,
    W. R. (1936), Annals of Mathematical Statistics 7(3), 122-128.
    """
    beyond = tail(confidence)
    if not 0 < q < 1:
        raise JudgeError("quantile-out-of-range", f"q is a fraction between 0 and 1, not {q!r}.")
    if n < 1:
        return Ranks(None, None, "there is no value")
    lower = _most_within(beyond, n, q)
    # The values counted from the top are those above the 1 - q quantile of the mirrored ones.
    upper = _most_within(beyond, n, 1 - q)
    found = Ranks(lower or None, n + 1 - upper if upper else None, "")
    if lower and upper:
        return found
    needed = _fewest(min(q, 1 - q), beyond)
    return found._replace(
        why=f"{n} {'value is' if n == 1 else 'values are'} too few: the {q:g} quantile with "
        f"{100 * confidence:g} % confidence needs {needed}"
    )


def percentile_interval(values: Series, q: float, confidence: float = 0.95) -> PercentileInterval:
    """The interval of the `q` quantile of the values (None and NaN left out), in their unit.

    No interval, and why, where there are too few values (see `percentile_ranks`). Raises JudgeError
    as `percentile_ranks` and `numbers` do.
    """
    known = numbers(values)
    ordered = np.sort(known[~np.isnan(known)])
    ranks = percentile_ranks(len(ordered), q, confidence)
    if ranks.lower is None or ranks.upper is None:
        return PercentileInterval(None, ranks)
    ends = Interval(float(ordered[ranks.lower - 1]), float(ordered[ranks.upper - 1]))
    return PercentileInterval(ends, ranks)


def _most_within(beyond: float, n: int, q: float) -> int:
    """The largest r with P(B ≤ r - 1) ≤ beyond; 0 where there is none."""
    found = float(bdtrik(beyond, n, q))
    rank = int(found) + 1 if isfinite(found) and found > 0 else 0
    # The inverse is inexact near whole numbers: settle it by the distribution itself.
    while rank < n and bdtr(rank, n, q) <= beyond:
        rank += 1
    while rank > 0 and bdtr(rank - 1, n, q) > beyond:
        rank -= 1
    return rank


def _fewest(rarer: float, beyond: float) -> int:
    """How many values it takes for one to lie beyond the quantile on its rarer side."""
    return ceil(log(beyond) / log1p(-rarer))
