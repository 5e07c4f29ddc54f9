"""Where the next value of a stable series will fall: predictive distributions, by several methods.

A prediction is of one coming value and not of the mean: it holds the ups and downs of a single
period, and what is not known of the mean and the spread besides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, exp, floor, log, sqrt

import numpy as np
from scipy.special import betainc, gammaincinv, stdtr, stdtrit

from scorecard.judge.gap import Better
from scorecard.judge.normality import normality
from scorecard.judge.values import Numbers

# With 19 values the least of them is the 95 % limit of the next.
ENOUGH_FOR_ORDER = 19
# What the spread may be is averaged over these of its quantiles (Gauss-Legendre on 0..1).
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
# What is left of differences by arithmetic alone.
_NOISE = 1e-9


class Method(StrEnum):
    """How the next value is predicted. The value is the shown word."""

    NORMAL = "normal"
    LOG_NORMAL = "log-normal"
    BETA = "beta"
    BETA_BINOMIAL = "beta-binomial"
    ORDER = "order statistic"


@dataclass(frozen=True, slots=True)
class Prediction:
    """How the next value is distributed.

    method   by which it was found
    limit    (confidence, better) → the value the next one keeps with this probability, that is
             reaches (higher) or does not exceed (lower); None where the values cannot tell
    kept     (value, better) → the probability that the next one keeps this value
    """

    method: Method
    limit: Callable[[float, Better], float | None]
    kept: Callable[[float, Better], float]


def normal(values: Numbers) -> Prediction:
    """x̄ ± t · s · √(1 + 1/n), t the quantile of Student's distribution with n − 1 degrees.

    Source: Hahn, G. J. and Meeker, W. Q. (1991), "Statistical Intervals", chapter 4.
    """
    n = len(values)
    mean, width = float(values.mean()), float(values.std(ddof=1)) * sqrt(1 + 1 / n)

    def limit(confidence: float, better: Better) -> float:
        away = width * float(stdtrit(n - 1, confidence))
        return mean - away if better == "higher" else mean + away

    def kept(value: float, better: Better) -> float:
        ahead = mean - value if better == "higher" else value - mean
        return float(stdtr(n - 1, ahead / width))

    return Prediction(Method.NORMAL, limit, kept)


def log_normal(values: Numbers) -> Prediction:
    """The normal prediction of the logarithms, for values that are all above 0."""
    logs = normal(np.log(values))

    def limit(confidence: float, better: Better) -> float | None:
        found = logs.limit(confidence, better)
        # Beyond the largest double nothing is promised.
        return exp(found) if found is not None and found < 700 else None

    def kept(value: float, better: Better) -> float:
        if value <= 0:
            return 1.0 if better == "higher" else 0.0
        return logs.kept(log(value), better)

    return Prediction(Method.LOG_NORMAL, limit, kept)


def order(values: Numbers) -> Prediction:
    """The r-th least (or greatest) value, r = ⌊(1 − confidence)(n + 1)⌋, whatever the distribution.

    The next value is equally likely to fall between any two of them. No limit where r is 0.
    Source: Hahn and Meeker (1991), chapter 5.
    """
    ordered = np.sort(values)
    n = len(ordered)

    def limit(confidence: float, better: Better) -> float | None:
        r = floor((1 - confidence) * (n + 1) + _NOISE)
        if r < 1:
            return None
        return float(ordered[r - 1] if better == "higher" else ordered[n - r])

    def kept(value: float, better: Better) -> float:
        keep = ordered >= value if better == "higher" else ordered <= value
        return int(keep.sum()) / (n + 1)

    return Prediction(Method.ORDER, limit, kept)


def beta(shares: Numbers) -> Prediction:
    """A beta distribution with the shares' mean and the variance s² (1 + 1/n), for fractions 0..1.

    The spread is as uncertain as in the normal limit: averaged over (n − 1) s² / χ². Where the
    shares keep clear of 0 and 1 it is close to the normal limit; it never leaves the scale.
    """
    n = len(shares)
    variance = float(shares.var(ddof=1)) * (1 + 1 / n)
    below = _mixture(float(shares.mean()), variance * _inflation(n - 1), 0.0)

    def limit(confidence: float, better: Better) -> float:
        return _quantile(below, 1 - confidence if better == "higher" else confidence)

    def kept(value: float, better: Better) -> float:
        return 1 - below(value) if better == "higher" else below(value)

    return Prediction(Method.BETA, limit, kept)


def beta_binomial(shares: Numbers, sizes: Numbers, next_size: float) -> Prediction:
    """Shares of so many cases: what varies between periods, and chance in the next one's cases.

        variance = p(1 − p)/m + (1 − 1/m)(between + uncertainty of p),  m = `next_size`

    p is weighted by what each period knows and drawn half a case towards the middle (Jeffreys), so
    that 100 % in every period is not taken for certain; `between` by the method of moments, 0 where
    chance alone explains the differences, and as uncertain as n − 1 degrees leave it. A beta
    distribution has this mean and variance; a limit is a share that m cases can have.
    Source: Kleinman, J. C. (1973), "Proportions with Extraneous Variance: Single and Independent
    Samples", Journal of the American Statistical Association 68(341), 46-54.
    """
    n, cases = len(shares), float(sizes.sum())
    pooled = (float(shares @ sizes) + 0.5) / (cases + 1)
    chance = pooled * (1 - pooled)
    excess = float(sizes @ (shares - pooled) ** 2) / chance - (n - 1)
    between = max(0.0, excess * chance / (cases - float(sizes @ sizes) / cases))
    weights = 1 / (between + chance / sizes)
    # Half a case on either side, in the weights of the periods.
    p = (float(weights @ shares) + 0.5 / chance) / (float(weights.sum()) + 1 / chance)
    m = next_size
    varying = (1 - 1 / m) * (between * _inflation(n - 1) + 1 / float(weights.sum()))
    below = _mixture(p, varying, p * (1 - p) / m)

    def limit(confidence: float, better: Better) -> float:
        if better == "higher":
            reached = floor(m * _quantile(below, 1 - confidence) + 0.5)
            return max(0.0, reached / m)
        return min(1.0, ceil(m * _quantile(below, confidence) - 0.5) / m)

    def kept(value: float, better: Better) -> float:
        if better == "higher":
            return 1 - below((ceil(value * m - _NOISE) - 0.5) / m)
        return below((floor(value * m + _NOISE) + 0.5) / m)

    return Prediction(Method.BETA_BINOMIAL, limit, kept)


def fitting(values: Numbers, *, positive: bool = False, share: bool = False) -> Prediction:
    """The prediction that fits two or more values, which are not all the same.

    positive   values are 0 or more by nature: log-normal where it is the likelier of the two
    share      values are fractions 0..1: beta

    Where even the likelier does not fit (Shapiro-Francia, p < 0.05; shares on the arcsine scale)
    and there are 19 values or more, the order statistic.
    """
    if share:
        chosen, scale = beta, np.arcsin(np.sqrt(values))
    elif positive and values.min() > 0 and _logs_likelier(values):
        chosen, scale = log_normal, np.log(values)
    else:
        chosen, scale = normal, values
    fit = normality(scale)
    if len(values) >= ENOUGH_FOR_ORDER and fit is not None and fit < 0.05:
        chosen = order
    return chosen(values)


def _logs_likelier(values: Numbers) -> bool:
    """Whether a log-normal has the greater likelihood: the smaller spread, put back in the unit."""
    logs = np.log(values)
    return bool(log(values.std()) > log(logs.std()) + logs.mean()) if logs.std() > 0 else False


def _inflation(degrees: int) -> Numbers:
    """How much larger the variance may be than the one seen: degrees / χ², at its quantiles."""
    return degrees / (2 * gammaincinv(degrees / 2, _NODES))


def _mixture(mean: float, varying: Numbers, chance: float) -> Callable[[float], float]:
    """P(next ≤ x) of beta distributions of one mean, averaged over their variances."""
    widest = mean * (1 - mean)
    # A beta distribution has less variance than a coin; what is left keeps it one.
    strength = widest / np.clip(varying + chance, widest * 1e-12, widest * 0.98) - 1
    a, b = mean * strength, (1 - mean) * strength

    def below(x: float) -> float:
        return float(betainc(a, b, min(1.0, max(0.0, x))) @ _WEIGHTS)

    return below


def _quantile(below: Callable[[float], float], share: float) -> float:
    """Where `below` is `share`: halving first, then the false position with Illinois's step."""
    low, high = 0.0, 1.0
    at_low, at_high = -share, 1 - share
    for step in range(60):
        middle = (low + high) / 2
        if step > 6:
            middle = low - at_low * (high - low) / (at_high - at_low)
        there = below(middle) - share
        if abs(there) < 1e-12 or high - low < 1e-13:
            return middle
        if there < 0:
            # The end that stays counts half, or it would stay for ever.
            low, at_low, at_high = middle, there, at_high / 2 if step > 6 else at_high
        else:
            high, at_high, at_low = middle, there, at_low / 2 if step > 6 else at_low
    return (low + high) / 2
