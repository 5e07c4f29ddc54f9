"""Confidence intervals of a measured share."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """Both ends of an interval, in the unit of what it is of."""

    lower: float
    upper: float


def wilson(
    successes: float | None, n: float | None, confidence: float = 0.95
) -> tuple[float, float] | None:
    """Wilson score interval of the share `successes / n`, both ends in percent (0 to 100).

        centre = (p + z²/2n) / (1 + z²/n)
        half   = z / (1 + z²/n) · √(p(1-p)/n + z²/4n²)

    with p = successes / n and z the two-sided normal quantile of `confidence` (a fraction between
    0 and 1). No continuity correction. Unlike the plain normal interval it never leaves 0 to 100
    and is honest for small n.

    None where there is no share to judge: n is 0, either is unknown or negative, or there are more
    successes than trials (published figures over 100 %).

    Raises ValueError for a confidence outside 0 to 1.
    Source: Wilson, E. B. (1927), "Probable Inference, the Law of Succession, and Statistical
    Inference", Journal of the American Statistical Association 22(158), 209-212.
    """
    z = _two_sided_quantile(confidence)
    # Written so that NaN is refused too.
    if successes is None or n is None or not (n > 0 and 0 <= successes <= n):
        return None
    share = successes / n
    stretch = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / stretch
    half = z / stretch * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return 100 * low, 100 * high


@lru_cache(maxsize=16)
def _two_sided_quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is a fraction between 0 and 1, not {confidence!r}")
    return NormalDist().inv_cdf((1 + confidence) / 2)
