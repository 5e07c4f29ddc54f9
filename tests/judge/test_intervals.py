"""Wilson and Student intervals against published figures, and the laws of an interval."""

from __future__ import annotations

import math
import statistics
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.intervals import (
    Interval,
    spread_of_sums,
    student,
    student_limits,
    wilson,
    wilson_limits,
)

# scipy.stats.binomtest(x, n).proportion_ci(confidence, method="wilson"), as fractions.
SCIPY = [
    (0, 10, 0.95, 0.0, 0.27753279986288926),
    (10, 10, 0.95, 0.7224672001371109, 1.0),
    (1, 100, 0.95, 0.001767432064140647, 0.054486196178705315),
    (65, 100, 0.95, 0.5525444329688796, 0.7363575175690247),
    (1045, 5000, 0.95, 0.19795549880013297, 0.2204913037318903),
    (65, 100, 0.998, 0.49549465740704474, 0.7783540614089686),
    (3, 7, 0.9, 0.18644319036395607, 0.7105229089864071),
]
TRIALS = st.integers(1, 10**9)
CONFIDENCES = st.floats(0.5, 0.999)


@pytest.mark.parametrize(("successes", "n", "confidence", "low", "high"), SCIPY)
def test_the_interval_is_the_one_scipy_gives(
    successes: int, n: int, confidence: float, low: float, high: float
) -> None:
    assert wilson(successes, n, confidence) == pytest.approx((low, high), rel=1e-9)


def test_newcombes_published_examples() -> None:
    # Newcombe, R. G. (1998), "Two-sided confidence intervals for the single proportion", Statistics
    # in Medicine 17, 857-872, Table I, method 3, to four decimals.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (successes, n), ends in published.items():
        assert wilson(successes, n) == pytest.approx(ends, abs=5e-5)


@given(st.data(), TRIALS)
def test_the_interval_holds_the_share_and_stays_between_0_and_1(
    data: st.DataObject, n: int
) -> None:
    successes = data.draw(st.integers(0, n))

    found = wilson(successes, n)

    assert found is not None
    assert 0 <= found.lower <= found.upper <= 1
    assert found.lower - 1e-11 <= successes / n <= found.upper + 1e-11


@given(st.data(), TRIALS)
def test_the_interval_of_failures_mirrors_that_of_successes(data: st.DataObject, n: int) -> None:
    successes = data.draw(st.integers(0, n))

    found, mirrored = wilson(successes, n), wilson(n - successes, n)

    assert found is not None
    assert mirrored is not None
    assert found == pytest.approx((1 - mirrored.upper, 1 - mirrored.lower), abs=1e-11)


@pytest.mark.parametrize(
    ("successes", "n"),
    [
        *((0, 0), (11, 10), (-1, 10), (None, 10), (5, None)),
        *((float("nan"), 10), (5, float("nan")), (5, float("inf"))),
    ],
)
def test_there_is_no_interval_where_there_is_no_share(
    successes: float | None, n: float | None
) -> None:
    assert wilson(successes, n) is None


@given(
    st.lists(
        st.tuples(st.none() | st.integers(-2, 50), st.none() | st.integers(-2, 50)), max_size=20
    ),
    CONFIDENCES,
)
def test_a_row_of_shares_has_the_intervals_of_each(
    shares: list[tuple[int | None, int | None]], confidence: float
) -> None:
    found = wilson_limits([s for s, _ in shares], [n for _, n in shares], confidence)

    alone = [wilson(s, n, confidence) or (math.nan, math.nan) for s, n in shares]
    np.testing.assert_allclose(np.array(found).T, np.reshape(alone, (-1, 2)), atol=1e-15)


def test_hundreds_of_thousands_of_shares_take_milliseconds() -> None:
    n = np.arange(1, 288_001)
    started = time.perf_counter()

    wilson_limits(n // 3, n)

    # A hundred times what it takes, for a busy machine.
    assert time.perf_counter() - started < 2


def test_rows_that_belong_together_are_of_one_length() -> None:
    with pytest.raises(JudgeError, match=r"^values-uneven: .* successes 2, n 1\."):
        wilson_limits([1, 2], [3])


def test_an_infinite_number_in_a_row_is_refused() -> None:
    with pytest.raises(JudgeError, match=r"^values-infinite: n\[0\]"):
        wilson_limits([1], [math.inf])


def test_students_own_sleep_data() -> None:
    # Student (1908): additional hours of sleep of ten patients, second drug less first. R's
    # documentation of t.test(extra ~ group, paired = TRUE) prints 0.7001142 to 2.4598858.
    gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]

    found = student(10, statistics.fmean(gained), statistics.stdev(gained))

    assert found == pytest.approx((0.7001142, 2.4598858), abs=5e-8)


def test_the_nist_handbooks_interval_of_a_mean() -> None:
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2: ZARR13.DAT, 195 values.
    assert student(195, 9.261460, 0.022789) == pytest.approx((9.258242, 9.264679), abs=1e-6)


@pytest.mark.parametrize(
    ("n", "mean", "sd"),
    [
        *((1, 3.0, 0.0), (0, None, None), (5, None, 1.0), (5, 3.0, None), (5, 3.0, -1.0)),
        *((5, math.nan, 1.0), (5, 3.0, math.inf), (None, 3.0, 1.0)),
    ],
)
def test_there_is_no_interval_where_there_is_no_mean(
    n: float | None, mean: float | None, sd: float | None
) -> None:
    assert student(n, mean, sd) is None


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(0, 50),
            st.none() | st.floats(-1e6, 1e6),
            st.none() | st.floats(-1, 1e6),
        ),
        max_size=20,
    ),
    CONFIDENCES,
)
def test_a_row_of_means_has_the_intervals_of_each(
    means: list[tuple[int | None, float | None, float | None]], confidence: float
) -> None:
    rows = [[row[place] for row in means] for place in range(3)]

    found = student_limits(rows[0], rows[1], rows[2], confidence)

    alone = [student(*row, confidence) or (math.nan, math.nan) for row in means]
    np.testing.assert_allclose(np.array(found).T, np.reshape(alone, (-1, 2)), rtol=1e-12)


def test_equal_values_give_an_interval_without_width() -> None:
    assert student(5, 3.0, 0.0) == Interval(3.0, 3.0)


@given(
    st.lists(st.floats(-1e4, 1e4).map(lambda x: round(x, 3)), min_size=2, max_size=30),
    st.floats(0.01, 1000),
)
def test_the_spread_of_sums_is_that_of_the_values(values: list[float], scale: float) -> None:
    scaled = [scale * value for value in values]
    size = math.sqrt(math.fsum(x * x for x in scaled))

    found = spread_of_sums(len(values), math.fsum(scaled), math.fsum(x * x for x in scaled))

    assert found == pytest.approx(statistics.stdev(scaled), rel=1e-4, abs=2e-5 * size)


def test_the_spread_of_one_value_is_not_known_and_of_equal_ones_is_none() -> None:
    assert spread_of_sums(1, 3.0, 9.0) is None
    assert spread_of_sums(20, 20 * 0.1, 20 * 0.1 * 0.1) == 0.0


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, math.nan])
def test_a_confidence_is_a_fraction(confidence: float) -> None:
    for ask in (
        lambda: wilson(5, 10, confidence),
        lambda: student(5, 3.0, 1.0, confidence),
        lambda: wilson_limits([5], [10], confidence),
        lambda: student_limits([5], [3.0], [1.0], confidence),
    ):
        with pytest.raises(JudgeError, match=r"^confidence-out-of-range: .* between 0 and 1"):
            ask()
