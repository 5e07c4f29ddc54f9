"""Intervals of counts and rates against published tables, and the laws they keep."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.poisson import (
    byar,
    count_interval,
    count_limits,
    garwood,
    rate_interval,
    rate_limits,
)

# The 95 % limits tabulated by Garwood (1936), and by Ulm (1990), American Journal of Epidemiology
# 131(2), 373-375, to two decimals.
EXACT = {
    0: (0.0, 3.69),
    1: (0.03, 5.57),
    2: (0.24, 7.22),
    5: (1.62, 11.67),
    10: (4.80, 18.39),
    20: (12.22, 30.89),
    50: (37.11, 65.92),
}
COUNTS = st.integers(0, 10**6)
CONFIDENCES = st.floats(0.5, 0.999)


@pytest.mark.parametrize(("count", "ends"), EXACT.items())
def test_the_exact_limits_are_the_published_ones(count: int, ends: tuple[float, float]) -> None:
    assert garwood(count) == pytest.approx(ends, abs=0.0051)


@given(st.integers(0, 60), CONFIDENCES)
def test_at_the_exact_limits_so_many_or_so_few_are_just_too_rare(
    count: int, confidence: float
) -> None:
    """The definition, by adding up probabilities in plain Python."""
    found = garwood(count, confidence)
    assert found is not None
    beyond = (1 - confidence) / 2

    assert _at_most(count, found.upper) == pytest.approx(beyond, rel=1e-6)
    if count:
        assert 1 - _at_most(count - 1, found.lower) == pytest.approx(beyond, rel=1e-6)
    else:
        assert found.lower == 0


def _at_most(count: int, mean: float) -> float:
    return math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1)
    )


def test_byars_approximation_is_near_the_exact_limits() -> None:
    """Public Health England (2018), Technical Guide: within 0.2 % for counts of 10 or more."""
    for count in [*range(10, 200), 1000, 10**6]:
        assert byar(count) == pytest.approx(garwood(count), rel=0.002)


def test_byars_limits_by_hand() -> None:
    # 100 · (1 - 1/900 - 1.96/30)³ and 101 · (1 - 1/909 + 1.96/(3·√101))³, on paper.
    assert byar(100) == pytest.approx((81.36, 121.63), abs=0.01)


def test_few_cases_have_exact_limits_and_many_byars() -> None:
    assert count_interval(9) == garwood(9)
    assert count_interval(10) == byar(10)


@given(COUNTS, CONFIDENCES)
def test_the_interval_holds_the_count(count: int, confidence: float) -> None:
    found = count_interval(count, confidence)

    assert found is not None
    assert 0 <= found.lower <= count <= found.upper


def test_a_rate_is_divided_as_its_count_is() -> None:
    alone, rate = count_interval(17), rate_interval(17, 8500, 1000)

    assert alone is not None
    assert rate == pytest.approx((alone.lower * 1000 / 8500, alone.upper * 1000 / 8500))


@pytest.mark.parametrize("count", [None, -1, math.nan, math.inf])
def test_what_is_no_count_has_no_interval(count: float | None) -> None:
    assert garwood(count) is None
    assert byar(count) is None
    assert count_interval(count) is None


@pytest.mark.parametrize("exposure", [None, 0, -1, math.nan, math.inf])
def test_without_exposure_there_is_no_rate(exposure: float | None) -> None:
    assert rate_interval(5, exposure) is None


@given(
    st.lists(
        st.tuples(st.none() | st.integers(-1, 40), st.none() | st.floats(-1, 1e4)), max_size=20
    ),
    CONFIDENCES,
)
def test_rows_have_the_intervals_of_each(
    given: list[tuple[int | None, float | None]], confidence: float
) -> None:
    none = (math.nan, math.nan)
    counts, exposures = [c for c, _ in given], [e for _, e in given]

    alone = [count_interval(c, confidence) or none for c in counts]
    rates = [rate_interval(c, e, 1000, confidence) or none for c, e in given]

    for found, each in (
        (count_limits(counts, confidence), alone),
        (rate_limits(counts, exposures, 1000, confidence), rates),
    ):
        np.testing.assert_allclose(np.array(found).T, np.reshape(each, (-1, 2)), rtol=1e-12)


def test_a_confidence_is_a_fraction() -> None:
    for ask in (garwood, byar, count_interval):
        with pytest.raises(JudgeError, match=r"^confidence-out-of-range"):
            ask(5, 95)
