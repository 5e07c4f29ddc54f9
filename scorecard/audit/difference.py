"""Two figures of one requirement set beside each other: the difference, its interval, the test."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import isfinite, sqrt
from typing import Any, NamedTuple

from scorecard.audit.observed import Observed
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.intervals import Interval, normal_quantile, spread_of_sums, wilson
from scorecard.judge.poisson import garwood


class Test(StrEnum):
    """The test that was used. The value is the shown name."""

    __test__ = False  # no class of tests, whatever pytest may think of its name

    NEWCOMBE = "Newcombe's hybrid score interval"
    MCNEMAR = "McNemar's exact test"
    WELCH = "Welch's t test"
    POISSON = "conditional exact test of two Poisson counts"
    INTERVALS = "intervals that do not overlap"


class Difference(NamedTuple):
    """The later figure less the earlier one.

    value     in the unit of the two figures
    interval  of the difference, in the same unit
    p         chance of a difference at least so large where there is none, 0 to 1
    test      what `p` comes of
    """

    value: float
    interval: Interval
    p: float
    test: Test


class Pairs(NamedTuple):
    """The cases that are in both: how many were kept both times, only before, only after, never."""

    both: int
    only_before: int
    only_after: int
    neither: int


def two_shares(
    kept_before: float, n_before: float, kept_after: float, n_after: float, confidence: float = 0.95
) -> Difference | None:
    """Two independent shares, as fractions: after less before, by Newcombe's hybrid score interval.

        d - √((p₂-l₂)² + (u₁-p₁)²)  to  d + √((u₂-p₂)² + (p₁-l₁)²),   d = p₂ - p₁

    with l and u the ends of Wilson's interval of each share, 1 before and 2 after. `p` is found by
    turning the interval round: 1 less the confidence at which it just reaches 0, so that interval
    and test never contradict each other. None where either is no share (see `wilson`).

    Source: Newcombe, R. G. (1998), "Interval Estimation for the Difference Between Independent
    Proportions: Comparison of Eleven Methods", Statistics in Medicine 17(8), 873-890, method 10.
    """

    def interval(level: float) -> Interval | None:
        return _hybrid(
            (kept_before / n_before, wilson(kept_before, n_before, level)),
            (kept_after / n_after, wilson(kept_after, n_after, level)),
        )

    if n_before <= 0 or n_after <= 0 or (found := interval(confidence)) is None:
        return None
    change = kept_after / n_after - kept_before / n_before
    return Difference(change, found, _inverted(change, interval), Test.NEWCOMBE)


def paired_shares(pairs: Pairs, confidence: float = 0.95) -> Difference | None:
    """The share of the same cases before and after, as fractions: McNemar's exact test.

    `p` is the exact binomial one of the cases that changed. The interval is Newcombe's hybrid score
    interval for paired shares, in which the two half widths of each end are taken together with
    their correlation φ (corrected for continuity as he does):

        √(a² - 2·φ·a·b + b²)

    None without cases. Interval and test are made differently and may part at the edge; the test
    decides. Sources: McNemar, Q. (1947), "Note on the sampling error of the difference between
    correlated proportions or percentages", Psychometrika 12(2), 153-157; Newcombe, R. G. (1998),
    "Improved confidence intervals for the difference between binomial proportions based on paired
    data", Statistics in Medicine 17(22), 2635-2650, method 10.
    """
    from scipy.stats import binomtest

    n = sum(pairs)
    if n <= 0 or min(pairs) < 0:
        return None
    before, after = pairs.both + pairs.only_before, pairs.both + pairs.only_after
    found = _hybrid(
        (before / n, wilson(before, n, confidence)),
        (after / n, wilson(after, n, confidence)),
        _phi(pairs),
    )
    changed = pairs.only_before + pairs.only_after
    p = float(binomtest(pairs.only_after, changed).pvalue) if changed else 1.0
    assert found is not None
    return Difference((after - before) / n, found, p, Test.MCNEMAR)


def two_means(before: Observed, after: Observed, confidence: float = 0.95) -> Difference | None:
    """Two means from their sums and sums of squares, in the metric's unit: Welch's t test.

    The degrees of freedom are Satterthwaite's. None where a spread cannot be told, or where neither
    varies: nothing is then left to chance. Source: Welch, B. L. (1947), "The generalization of
    'Student's' problem when several different population variances are involved", Biometrika
    34(1-2), 28-35.
    """
    from scipy.special import stdtr, stdtrit

    quantile = (1 + confidence_level(confidence)) / 2
    parts: list[tuple[float, float, int]] = []
    for one in (before, after):
        if one.numerator is None or one.squares is None:
            return None
        spread = spread_of_sums(one.n, one.numerator, one.squares)
        if spread is None:
            return None
        parts.append((one.numerator / one.n, spread**2 / one.n, one.n))
    (mean_before, error_before, n_before), (mean_after, error_after, n_after) = parts
    error = error_before + error_after
    if error <= 0:
        return None
    degrees = error**2 / (error_before**2 / (n_before - 1) + error_after**2 / (n_after - 1))
    change = mean_after - mean_before
    half = float(stdtrit(degrees, quantile)) * sqrt(error)
    p = 2 * float(stdtr(degrees, -abs(change) / sqrt(error)))
    return Difference(change, Interval(change - half, change + half), p, Test.WELCH)


def two_rates(
    count_before: float,
    exposure_before: float,
    count_after: float,
    exposure_after: float,
    confidence: float = 0.95,
) -> Difference | None:
    """Two Poisson counts over what they were counted in: after less before, per unit of exposure.

    `p` is exact given the sum of both counts: the later one is then binomial, its share that of its
    exposure. The interval sets the exact interval of each rate together as Newcombe's does that of
    each share (Zou and Donner). None where a count is no whole number of 0 or more, or an exposure
    is not above 0; with no case at all the two are the same, and p is 1.

    Sources: Przyborowski, J. and Wilenski, H. (1940), "Homogeneity of results in testing samples
    from Poisson series", Biometrika 31(3-4), 313-323; Zou, G. Y. and Donner, A. (2008),
    "Construction of confidence limits about effect measures: a general approach", Statistics in
    Medicine 27(10), 1693-1702.
    """
    from scipy.stats import binomtest

    counts = (count_before, count_after)
    exposures = (exposure_before, exposure_after)
    if not all(isfinite(one) and one >= 0 and one == int(one) for one in counts):
        return None
    if not all(isfinite(one) and one > 0 for one in exposures):
        return None
    rates: list[tuple[float, Interval | None]] = []
    for count, exposure in zip(counts, exposures, strict=True):
        own = garwood(count, confidence)
        assert own is not None
        rates.append((count / exposure, Interval(own.lower / exposure, own.upper / exposure)))
    found = _hybrid(rates[0], rates[1])
    assert found is not None
    total = int(sum(counts))
    part = exposure_after / (exposure_before + exposure_after)
    p = float(binomtest(int(count_after), total, part).pvalue) if total else 1.0
    return Difference(rates[1][0] - rates[0][0], found, p, Test.POISSON)


def two_percentiles(before: Observed, after: Observed) -> Difference | None:
    """Two percentiles with their 95 % intervals, in the metric's unit: do the intervals overlap?

    The interval of the difference goes from the lower end after less the upper end before to the
    upper end after less the lower end before. That is conservative: the true interval is narrower
    (by about 30 % where both are alike), so what is shown is surely there, and what is not shown
    may be there all the same. `p` is below 0.05 exactly where they do not overlap. None where
    either has no interval. Source: Schenker, N. and Gentleman, J. F. (2001), "On Judging the
    Significance of Differences by Examining the Overlap Between Confidence Intervals", The American
    Statistician 55(3), 182-186.
    """
    from scipy.special import ndtr

    ends = (before.value, before.lower_95, before.upper_95)
    later = (after.value, after.lower_95, after.upper_95)
    if None in ends or None in later:
        return None
    was, was_low, was_high = (float(one) for one in ends if one is not None)
    now, low, high = (float(one) for one in later if one is not None)
    change = now - was
    # The two ends that face each other.
    facing = (was_high - was) + (now - low) if change > 0 else (was - was_low) + (high - now)
    if change == 0:
        p = 1.0
    else:
        z = normal_quantile(0.95) * abs(change) / facing if facing > 0 else float("inf")
        p = 2 * float(ndtr(-z))
    return Difference(change, Interval(low - was_high, high - was_low), p, Test.INTERVALS)


def _hybrid(
    before: tuple[float, Interval | None], after: tuple[float, Interval | None], phi: float = 0.0
) -> Interval | None:
    """The interval of a difference from a value and an interval of either side."""
    (was, around_was), (now, around_now) = before, after
    if around_was is None or around_now is None:
        return None

    def together(a: float, b: float) -> float:
        return sqrt(max(0.0, a * a - 2 * phi * a * b + b * b))

    change = now - was
    return Interval(
        change - together(now - around_now.lower, around_was.upper - was),
        change + together(around_now.upper - now, was - around_was.lower),
    )


def _inverted(change: float, interval: Callable[[float], Interval | None]) -> float:
    """1 less the confidence at which the interval just reaches 0."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    if change == 0:
        return 1.0

    def beyond(z: float) -> float:
        found = interval(2 * float(ndtr(z)) - 1)
        assert found is not None
        return found.lower if change > 0 else -found.upper

    # A double cannot hold a confidence nearer to 1 than this.
    furthest = 8.0
    if beyond(furthest) > 0:
        return 2 * float(ndtr(-furthest))
    root: Any = brentq(beyond, 1e-6, furthest)
    return 2 * float(ndtr(-root))


def _phi(pairs: Pairs) -> float:
    """The correlation of both times, corrected for continuity where positive; 0 at an edge."""
    both, only_before, only_after, neither = pairs
    n = sum(pairs)
    margins = (
        (both + only_before)
        * (only_after + neither)
        * (both + only_after)
        * (only_before + neither)
    )
    if margins == 0:
        return 0.0
    product = both * neither - only_before * only_after
    corrected = max(product - n / 2, 0.0) if product > 0 else product
    return corrected / sqrt(margins)
