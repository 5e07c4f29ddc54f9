"""Whether a row of numbers may be taken for a sample of a normal distribution."""

from __future__ import annotations

from math import log

import numpy as np
from scipy.special import ndtr, ndtri

from scorecard.judge.values import Numbers


def normality(values: Numbers) -> float | None:
    """The p-value of the Shapiro-Francia test: small where `values` hardly are of one normal.

        W = r², r the correlation of the sorted values with Blom's normal scores
             Φ⁻¹((i − 3/8) / (n + 1/4))
        ln(1 − W) is about normal, with u = ln n, v = ln u:
            mean −1.2725 + 1.0521 (v − u), standard deviation 1.0308 − 0.26758 (v + 2/u)

    Holds for 5 to 5,000 values, none of them missing; None outside, and where all are equal.
    Source: Royston, P. (1993), "A Pocket-Calculator Algorithm for the Shapiro-Francia Test for
    Non-Normality: An Application to Medicine", Statistics in Medicine 12(2), 181-184.
    """
    n = len(values)
    if not 5 <= n <= 5000 or constant(values):
        return None
    scores = ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    straight = np.corrcoef(np.sort(values), scores)[0, 1] ** 2
    u = log(n)
    v = log(u)
    mean = -1.2725 + 1.0521 * (v - u)
    spread = 1.0308 - 0.26758 * (v + 2 / u)
    bent = log(max(1 - straight, 1e-300))
    return float(ndtr(-(bent - mean) / spread))


def constant(values: Numbers) -> bool:
    """Whether one or more values, none missing, differ by no more than arithmetic does.

    That is 1e-12 of the largest; below 1e-150 the squares of differences are 0 in doubles.
    """
    return bool(np.ptp(values) <= max(1e-12 * float(np.abs(values).max()), 1e-150))
