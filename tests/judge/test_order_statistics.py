"""Ranks that bound a percentile, against a published table and by adding up probabilities."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.intervals import Interval
from scorecard.judge.order_statistics import percentile_interval, percentile_ranks

NS = st.integers(1, 300)
QS = st.integers(1, 99).map(lambda percent: percent / 100)
CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def test_the_ranks_of_a_median_are_the_published_ones() -> None:
    # A table in many textbooks, for instance Conover (1999), "Practical Nonparametric Statistics":
    # of 10 values the 2nd and 9th (97.9 %), of 15 the 4th and 12th (96.5 %), of 20 the 6th and
    # 15th (95.9 %).
    published = {6: (1, 6), 8: (1, 8), 9: (2, 8), 10: (2, 9), 15: (4, 12), 20: (6, 15)}
    for n, ranks in published.items():
        assert percentile_ranks(n, 0.5)[:2] == ranks
    assert percentile_ranks(5, 0.5)[:2] == (None, None)


@given(NS, QS, CONFIDENCES)
def test_the_ranks_are_the_closest_that_err_seldom_enough(
    n: int, q: float, confidence: float
) -> None:
    """By the definition, with exact fractions in plain Python."""
    p = Fraction(q).limit_denominator(100)
    chances = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    beyond = (1 - Fraction(confidence).limit_denominator(100)) / 2

    found = percentile_ranks(n, q, confidence)

    # P(B ≤ k) and P(B ≥ k), each for k from 0.
    at_most = list(accumulate(chances))
    at_least = list(accumulate(reversed(chances)))[::-1]
    lower = [r for r in range(1, n + 1) if at_most[r - 1] <= beyond]
    upper = [s for s in range(1, n + 1) if at_least[s] <= beyond]
    assert (found.lower, found.upper) == (max(lower, default=None), min(upper, default=None))


@given(NS, QS, CONFIDENCES)
def test_ranks_from_the_top_mirror_those_from_the_bottom(
    n: int, q: float, confidence: float
) -> None:
    found, mirrored = percentile_ranks(n, q, confidence), percentile_ranks(n, 1 - q, confidence)

    assert found.lower == (None if mirrored.upper is None else n + 1 - mirrored.upper)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=200), QS, CONFIDENCES)
def test_the_interval_holds_the_percentile(
    values: list[float], q: float, confidence: float
) -> None:
    found = percentile_interval(values, q, confidence).interval

    if found is not None:
        actual = float(np.quantile(values, q))
        slack = 1e-12 * max(abs(end) for end in found)
        assert found.lower - slack <= actual <= found.upper + slack


def test_missing_values_are_left_out() -> None:
    values = [*range(1, 11), None, math.nan]

    assert percentile_interval(values, 0.5).interval == Interval(2.0, 9.0)


def test_too_few_values_are_named_with_how_many_it_takes() -> None:
    found = percentile_interval(range(35), 0.9)  # type: ignore[arg-type]

    assert found.interval is None
    assert found.ranks.why == (
        "35 values are too few: the 0.9 quantile with 95 % confidence needs 36"
    )
    assert percentile_interval(range(36), 0.9).interval is not None  # type: ignore[arg-type]
    assert percentile_ranks(0, 0.9).why == "there is no value"
    assert percentile_ranks(1, 0.5).why.startswith("1 value is too few")


def test_a_hundred_million_values_have_ranks() -> None:
    found = percentile_ranks(10**8, 0.9)

    assert found.lower is not None
    assert found.lower == pytest.approx(9e7 - 1.96 * 3000, abs=5)


@pytest.mark.parametrize("q", [0, 1, 90, math.nan])
def test_a_quantile_is_a_fraction(q: float) -> None:
    with pytest.raises(JudgeError, match=r"^quantile-out-of-range"):
        percentile_ranks(10, q)
