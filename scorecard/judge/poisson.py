"""Confidence intervals of counts and rates: how many there were, of something that happens singly.

A count of cases is taken as Poisson: the cases come one by one and independently of one another.
Where they come in bursts (one burst main, forty calls) the true interval is wider.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from scipy.special import gammaincinv

from scorecard.judge.intervals import Interval, Limits, Series, aligned, normal_quantile, tail

# From here on Byar's approximation is within 0.2 % of the exact limits at 95 %.
_BYAR_FROM = 10


def garwood(count: float | None, confidence: float = 0.95) -> Interval | None:
    """Exact interval of the expected value of a Poisson count, in the unit of the count.

        lower = G(alpha/2; count), upper = G(1 - alpha/2; count + 1)

    with G the quantile of the gamma distribution of that shape and scale 1; lower is 0 for a count
    of 0. It covers at least at `confidence` (a fraction between 0 and 1), whatever the true value.

    None for a count that is unknown, infinite or negative. Raises JudgeError
    `confidence-out-of-range`.
    Source: Garwood, F. (1936), "Fiducial Limits for the Poisson Distribution", Biometrika 28(3/4),
    437-442.
    """
    beyond = tail(confidence)
    if count is None or not isfinite(count) or count < 0:
        return None
    lower = float(gammaincinv(count, beyond)) if count else 0.0
    return Interval(lower, float(gammaincinv(count + 1, 1 - beyond)))


def byar(count: float | None, confidence: float = 0.95) -> Interval | None:
    """Byar's approximation to `garwood`, in the unit of the count.

        lower = O · (1 - 1/(9·O) - z/(3·√O))³, O = count
        upper = U · (1 - 1/(9·U) + z/(3·√U))³, U = count + 1

    Within 0.2 % of the exact limits at 95 % for counts of 10 or more; lower is 0 for a count of 0,
    and never below. None and errors as `garwood`.
    Source: Rothman, K. J. and Boice, J. D. (1979), "Epidemiologic Analysis with a Programmable
    Calculator", NIH Publication 79-1649; Breslow, N. E. and Day, N. E. (1987), "Statistical Methods
    in Cancer Research II", IARC, equation 2.13.
    """
    z = normal_quantile(confidence)
    if count is None or not isfinite(count) or count < 0:
        return None
    lower = max(0.0, _byar(count, -z)) if count else 0.0
    return Interval(lower, _byar(count + 1, z))


def count_interval(count: float | None, confidence: float = 0.95) -> Interval | None:
    """The interval of a count: exact below 10, Byar's from 10 on, as public health reports do.

    None and errors as `garwood`. Source of the rule: Association of Public Health Observatories
    (2008), Technical Briefing 3, "Commonly used public health statistics and their confidence
    intervals".
    """
    few = count is not None and count < _BYAR_FROM
    return garwood(count, confidence) if few else byar(count, confidence)


def rate_interval(
    count: float | None, exposure: float | None, per: float = 1.0, confidence: float = 0.95
) -> Interval | None:
    """The interval of `per · count / exposure`: that of the count, divided as the rate is.

    The exposure (inhabitants, days, requests) is taken as known without error. None also where it
    is unknown, infinite, 0 or less, or too small to divide by. Errors as `garwood`.
    """
    found = count_interval(count, confidence)
    if found is None or exposure is None or not isfinite(exposure) or exposure <= 0:
        return None
    each = per / exposure
    return Interval(found.lower * each, found.upper * each) if isfinite(each) else None


def count_limits(counts: Series, confidence: float = 0.95) -> Limits:
    """`count_interval` for a row of counts in one go, NaN for None.

    Raises JudgeError as `garwood` and `numbers` do.
    """
    z = normal_quantile(confidence)
    [given] = aligned(counts=counts)
    known = given >= 0
    many = given >= _BYAR_FROM
    few = known & ~many
    lower, upper = np.full(given.shape, np.nan), np.full(given.shape, np.nan)
    lower[many], upper[many] = _byar(given[many], -z), _byar(given[many] + 1, z)
    upper[few] = gammaincinv(given[few] + 1, 1 - tail(confidence))
    # A gamma distribution of shape 0 has all its mass at 0.
    lower[few] = np.where(given[few] > 0, gammaincinv(given[few], tail(confidence)), 0.0)
    return Limits(lower, upper)


def rate_limits(
    counts: Series, exposures: Series, per: float = 1.0, confidence: float = 0.95
) -> Limits:
    """`rate_interval` for rows of counts and exposures in one go, NaN for None.

    Raises JudgeError as `count_limits` does, and `values-uneven` for rows of unlike length.
    """
    count, exposure = aligned(counts=counts, exposures=exposures)
    found = count_limits(count, confidence)
    with np.errstate(over="ignore"):
        each = per / np.where(exposure > 0, exposure, np.nan)
    each[np.isinf(each)] = np.nan
    return Limits(found.lower * each, found.upper * each)


def _byar(count: Any, z: float) -> Any:
    return count * (1 - 1 / (9 * count) + z / (3 * count**0.5)) ** 3
