"""The tests of two figures against published examples, statsmodels, scipy and plain Python."""

from __future__ import annotations

from math import comb, exp, factorial, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import test_poisson_2indep as poisson_2indep

from scorecard.audit.difference import (
    Pairs,
    Test,
    paired_shares,
    two_means,
    two_percentiles,
    two_rates,
    two_shares,
)
from scorecard.audit.observed import Observed

# Newcombe (1998), Statistics in Medicine 17, table II, method 10: first less second.
PUBLISHED = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize(("first", "second", "ends"), PUBLISHED)
def test_newcombes_published_examples(
    first: tuple[int, int], second: tuple[int, int], ends: tuple[float, float]
) -> None:
    found = two_shares(*second, *first)
    assert found is not None
    assert tuple(round(end, 4) for end in found.interval) == ends
    assert found.test is Test.NEWCOMBE


@given(shares(), shares(), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=100)
def test_newcombe_equals_statsmodels(
    before: tuple[int, int], after: tuple[int, int], confidence: float
) -> None:
    found = two_shares(*before, *after, confidence)
    assert found is not None
    expected = confint_proportions_2indep(
        *after, *before, method="newcomb", compare="diff", alpha=1 - confidence
    )
    assert found.interval == pytest.approx(expected, abs=1e-9)


@given(shares(), shares(), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=100)
def test_interval_and_p_of_two_shares_never_contradict(
    before: tuple[int, int], after: tuple[int, int], confidence: float
) -> None:
    found = two_shares(*before, *after, confidence)
    assert found is not None
    assume(abs(found.p - (1 - confidence)) > 1e-7)
    excludes = found.interval.lower > 0 or found.interval.upper < 0
    assert (found.p < 1 - confidence) == excludes
    turned = two_shares(*after, *before, confidence)
    assert turned is not None
    assert turned.value == -found.value
    assert turned.p == pytest.approx(found.p, rel=1e-6)


@pytest.mark.parametrize("shares", [(0, 0, 1, 2), (1, 2, 0, 0), (3, 2, 1, 2), (-1, 2, 1, 2)])
def test_what_is_no_share_is_not_compared(shares: tuple[int, int, int, int]) -> None:
    assert two_shares(*shares) is None


def test_the_paired_interval_by_hand() -> None:
    # 20 kept both times, 12 only before, 2 only after, 16 never.
    found = paired_shares(Pairs(20, 12, 2, 16))
    assert found is not None
    z, n = 1.959963984540054, 50

    def wilson(kept: int) -> tuple[float, float]:
        p = kept / n
        middle, half = p + z * z / 2 / n, z * sqrt(p * (1 - p) / n + z * z / 4 / n / n)
        return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)

    (low1, high1), (low2, high2) = wilson(32), wilson(22)
    phi = (20 * 16 - 12 * 2 - 25) / sqrt(32 * 18 * 22 * 28)
    a, b, c, d = 0.44 - low2, high1 - 0.64, high2 - 0.44, 0.64 - low1
    lower = -0.2 - sqrt(a * a - 2 * phi * a * b + b * b)
    upper = -0.2 + sqrt(c * c - 2 * phi * c * d + d * d)
    assert found.value == pytest.approx(-0.2)
    assert found.interval == pytest.approx((lower, upper))
    # Two-sided binomial of 2 among 14 that changed.
    assert found.p == pytest.approx(2 * sum(comb(14, k) for k in range(3)) / 2**14)


@given(st.tuples(*[st.integers(0, 300)] * 4))
@settings(max_examples=60)
def test_mcnemar_equals_statsmodels(cells: tuple[int, int, int, int]) -> None:
    assume(cells[1] + cells[2] > 0)
    found = paired_shares(Pairs(*cells))
    assert found is not None
    theirs: Any = mcnemar([[cells[0], cells[1]], [cells[2], cells[3]]], exact=True)
    assert found.p == pytest.approx(min(1.0, theirs.pvalue), abs=1e-9)
    assert -1 - 1e-9 <= found.interval.lower <= found.value <= found.interval.upper <= 1 + 1e-9


def test_nobody_changed_is_no_difference_and_no_case_no_test() -> None:
    found = paired_shares(Pairs(7, 0, 0, 3))
    assert found is not None
    assert (found.value, found.p) == (0, 1)
    assert found.interval == pytest.approx((0, 0), abs=0.25)
    assert paired_shares(Pairs(0, 0, 0, 0)) is None


def summed(values: np.ndarray) -> Observed:
    return Observed(
        float(values.mean()),
        len(values),
        float(values.sum()),
        float(len(values)),
        float((values**2).sum()),
    )


@given(st.integers(0, 2**32 - 1), st.integers(2, 80), st.integers(2, 80))
@settings(max_examples=60)
def test_welch_equals_scipy(seed: int, n_before: int, n_after: int) -> None:
    chance = np.random.default_rng(seed)
    before, after = chance.gamma(2, 3, n_before), chance.gamma(2, 4, n_after)
    found = two_means(summed(before), summed(after))
    assert found is not None
    expected: Any = stats.ttest_ind(after, before, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    assert found.interval == pytest.approx((interval.low, interval.high), rel=1e-6, abs=1e-9)


def test_means_without_squares_or_spread_are_not_compared() -> None:
    flat = summed(np.array([4.0, 4.0, 4.0]))
    assert two_means(flat, flat) is None
    assert two_means(Observed(4.0, 3, 12.0), flat) is None
    assert two_means(Observed(4.0, 1, 4.0, 1.0, 16.0), flat) is None


@given(st.integers(0, 120), st.integers(0, 120), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=60)
def test_two_rates_equal_statsmodels_and_the_binomial_sum(
    before: int, after: int, long_before: int, long_after: int
) -> None:
    found = two_rates(before, long_before, after, long_after)
    assert found is not None
    total, part = before + after, long_after / (long_before + long_after)
    chances = [comb(total, k) * part**k * (1 - part) ** (total - k) for k in range(total + 1)]
    plain = sum(one for one in chances if one <= chances[after] * (1 + 1e-7))
    assert found.p == pytest.approx(min(1.0, plain), abs=1e-9)
    if before:  # theirs divides by its rate
        theirs = poisson_2indep(after, long_after, before, long_before, method="exact-cond")
        assert found.p == pytest.approx(min(1.0, float(theirs.pvalue)), abs=1e-9)
    assert found.interval.lower <= found.value <= found.interval.upper


def test_the_interval_of_two_rates_is_put_together_from_the_exact_ones() -> None:
    def chance(most: int, mean: float) -> float:
        return sum(exp(-mean) * mean**k / factorial(k) for k in range(most + 1))

    found = two_rates(0, 2, 3, 1)
    assert found is not None
    # 0 cases in 2: up to 3.689/2. 3 in 1: 0.619 to 8.767, the limits of Garwood's table.
    assert chance(3, 8.7673) == pytest.approx(0.025, abs=1e-4)
    assert chance(0, 3.6889) == pytest.approx(0.025, abs=1e-4)
    assert found.interval.lower == pytest.approx(3 - sqrt(2.3813**2 + 1.8444**2), abs=1e-3)
    assert found.interval.upper == pytest.approx(8.7673, abs=1e-3)


@pytest.mark.parametrize("rates", [(1.5, 1, 2, 1), (1, 0, 2, 1), (-1, 1, 2, 1), (1, 1, 2, -1)])
def test_what_is_no_count_is_not_compared(rates: tuple[float, float, float, float]) -> None:
    assert two_rates(*rates) is None


@given(*[st.floats(-50, 50)] * 2, *[st.floats(0.01, 20)] * 4)
@settings(max_examples=100)
def test_percentiles_differ_exactly_where_their_intervals_do_not_overlap(
    was: float, now: float, a: float, b: float, c: float, d: float
) -> None:
    before = Observed(was, 50, lower_95=was - a, upper_95=was + b)
    after = Observed(now, 50, lower_95=now - c, upper_95=now + d)
    gap = max((now - c) - (was + b), (was - a) - (now + d))
    assume(abs(gap) > 1e-6)
    found = two_percentiles(before, after)
    assert found is not None
    assert (found.p < 0.05) == (gap > 0)
    assert (found.interval.lower > 0 or found.interval.upper < 0) == (gap > 0)
    assert two_percentiles(before, Observed(now, 50)) is None
