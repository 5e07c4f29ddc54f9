"""Confidence intervals of a share (Wilson) and of a mean (Student), one by one and by the row.

The other kinds have files of their own: `log_normal` (skewed means), `order_statistics`
(percentiles), `poisson` (counts and rates), `bootstrap` (whatever is left).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.values import Numbers, numbers

Series = ArrayLike | Sequence[float | None]


class Interval(NamedTuple):
    """Both ends of an interval, in the unit of what it is of."""

    lower: float
    upper: float


class Limits(NamedTuple):
    """The intervals of a whole row of figures: lower and upper ends, NaN where there is none."""

    lower: Numbers
    upper: Numbers


def wilson(successes: float | None, n: float | None, confidence: float = 0.95) -> Interval | None:
    """Wilson score interval of the share `successes / n`, both ends as fractions (0 to 1).

        centre = (p + z²/2n) / (1 + z²/n)
        half   = z / (1 + z²/n) · √(p(1-p)/n + z²/4n²)

    with p = successes / n and z the two-sided normal quantile of `confidence` (a fraction between
    0 and 1). No continuity correction. Unlike the plain normal interval it never leaves 0 to 1
    and is honest for small n.

    None where there is no share to judge: n is 0, either is unknown or negative, or there are more
    successes than trials (published figures over 100 %).

    Raises JudgeError `confidence-out-of-range` for a confidence outside 0 to 1.
    Source: Wilson, E. B. (1927), "Probable Inference, the Law of Succession, and Statistical
    Inference", Journal of the American Statistical Association 22(158), 209-212.
    """
    z = normal_quantile(confidence)
    # Written so that NaN is refused too.
    if successes is None or n is None or not (isfinite(n) and n > 0 and 0 <= successes <= n):
        return None
    lower, upper = _score(successes, n, z)
    return Interval(
        0.0 if successes == 0 else max(0.0, lower), 1.0 if successes == n else min(1.0, upper)
    )


def wilson_limits(successes: Series, n: Series, confidence: float = 0.95) -> Limits:
    """`wilson` for rows of shares in one go: each end as a row of fractions, NaN for None.

    Raises JudgeError as `wilson` and `numbers` do, and `values-uneven` for rows of unlike length.
    """
    z = normal_quantile(confidence)
    of, out_of = aligned(successes=successes, n=n)
    known = (out_of > 0) & (of >= 0) & (of <= out_of)
    of, out_of = _where(known, of, out_of)
    lower, upper = _score(of, out_of, z)
    lower = np.where(of == 0, 0.0, np.maximum(lower, 0.0))
    upper = np.where(of == out_of, 1.0, np.minimum(upper, 1.0))
    return Limits(*_where(known, lower, upper))


def student(
    n: float | None, mean: float | None, sd: float | None, confidence: float = 0.95
) -> Interval | None:
    """Student's t interval of a mean, in the unit of the values: mean ± t · sd / √n.

    n is how many values there are, `sd` their standard deviation with divisor n - 1, t the
    two-sided quantile of Student's distribution with n - 1 degrees of freedom. Exact for normal
    values, and close for others once n is large; how close for skewed ones is in the table of
    docs/judging/intervals.md. Values that are all equal (`sd` 0) give an interval without width.

    None where there is none: fewer than two values, a mean or `sd` that is unknown or infinite, a
    negative `sd`. Raises JudgeError `confidence-out-of-range`.
    Source: "Student" (Gosset, W. S.) (1908), "The Probable Error of a Mean", Biometrika 6(1), 1-25.
    """
    quantile = (1 + confidence_level(confidence)) / 2
    given = (n, mean, sd)
    if n is None or mean is None or sd is None or not all(isfinite(x) for x in given if x):
        return None
    if n < 2 or sd < 0:
        return None
    half = _t(n - 1, quantile) * sd / n**0.5
    return Interval(mean - half, mean + half)


def student_limits(n: Series, mean: Series, sd: Series, confidence: float = 0.95) -> Limits:
    """`student` for rows of means in one go, NaN for None; raises as `wilson_limits` does."""
    from scipy.special import stdtrit

    quantile = (1 + confidence_level(confidence)) / 2
    count, centre, spread = aligned(n=n, mean=mean, sd=sd)
    known = (count >= 2) & (spread >= 0) & ~np.isnan(centre)
    count, centre, spread = _where(known, count, centre, spread)
    half = stdtrit(count - 1, quantile) * spread / np.sqrt(count)
    return Limits(*_where(known, centre - half, centre + half))


def spread_of_sums(n: float, total: float, squares: float) -> float | None:
    """The standard deviation (n - 1) of n values from their sum and the sum of their squares.

        √((squares - total²/n) / (n - 1))

    None for fewer than two values. Where the values lie so far from 0 that the difference has no
    digit left that can be trusted (less than 1e-10 of `squares`), the spread is taken as 0.
    """
    if n < 2:
        return None
    around = squares - total * total / n
    return (around / (n - 1)) ** 0.5 if around > 1e-10 * squares else 0.0


def aligned(**rows: Series) -> tuple[Numbers, ...]:
    """The named rows as rows of doubles; JudgeError `values-uneven` where their lengths differ."""
    found = {name: numbers(row, name) for name, row in rows.items()}
    lengths = {name: len(row) for name, row in found.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise JudgeError("values-uneven", f"Rows that belong together differ in length: {said}.")
    return tuple(found.values())


def normal_quantile(confidence: float) -> float:
    """The two-sided quantile z of the normal distribution: 1.96 for 0.95."""
    return _z(confidence_level(confidence))


@lru_cache(maxsize=16)
def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def tail(confidence: float) -> float:
    """What is left beyond each end of a two-sided interval: 0.025 for 0.95."""
    return (1 - confidence_level(confidence)) / 2


def _score(successes: Any, n: Any, z: float) -> tuple[Any, Any]:
    share = successes / n
    stretch = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / stretch
    half = z / stretch * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return centre - half, centre + half


@lru_cache(maxsize=4096)
def _t(degrees: float, quantile: float) -> float:
    # Loaded here, since it takes longer to load than a page of shares to judge.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, quantile))


def _where(known: NDArray[np.bool_], *rows: Numbers) -> tuple[Numbers, ...]:
    return tuple(np.where(known, row, np.nan) for row in rows)
