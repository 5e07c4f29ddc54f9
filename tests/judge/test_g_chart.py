"""g charts against published ones, and the laws they must keep."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.g_chart import g_chart
from tests.judge import published_charts as published


def test_the_g_chart_of_operations_between_deaths_is_that_of_qicharts2() -> None:
    found = g_chart(published.OPERATIONS_BETWEEN)
    fixed = g_chart(published.OPERATIONS_BETWEEN, fix_first=33)

    assert found.upper == pytest.approx(published.OPERATIONS_UPPER, rel=1e-12)
    assert (found.lower == 0).all()
    assert found.mean == pytest.approx(sum(published.OPERATIONS_BETWEEN) / 67)
    assert np.flatnonzero(found.outside).tolist() == [23]
    assert fixed.upper == pytest.approx(published.OPERATIONS_UPPER_FROZEN, rel=1e-12)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=40))
def test_limits_are_those_of_a_geometric_distribution_of_this_mean(cases: list[int]) -> None:
    found = g_chart(cases)
    mean = sum(cases) / len(cases)

    assert found.mean == pytest.approx(mean)
    if mean == 0:
        assert found.no_limits == "the points the limits would rest on do not vary"
    else:
        # The variance of a geometric number of failures is (1 - p)/p², with p = 1/(mean + 1).
        p = 1 / (mean + 1)
        assert found.upper == pytest.approx(mean + 3 * sqrt((1 - p) / p**2))
        assert (found.lower == 0).all()
        assert found.notes == ("The lower limit is cut off at 0: no point can fall below it.",)


@given(
    st.lists(st.integers(0, 10_000), min_size=2, max_size=40).flatmap(
        lambda cases: st.tuples(st.just(cases), st.permutations(cases))
    )
)
def test_the_order_of_the_counts_does_not_matter(pair: tuple[list[int], list[int]]) -> None:
    there, shuffled = g_chart(pair[0]), g_chart(pair[1])

    assert shuffled.mean == pytest.approx(there.mean)
    assert shuffled.upper == pytest.approx(there.upper, nan_ok=True)


@pytest.mark.parametrize("mean", [3, 49, 999])
def test_probability_limits_leave_the_same_chance_beyond_each(mean: int) -> None:
    found = g_chart([0, 2 * mean], probability=True)

    # P(more than x cases) is the chance of x + 1 cases without an event, one after the other.
    none = 1 - 1 / (mean + 1)
    assert none ** (found.upper[0] + 1) == pytest.approx(0.00135)
    if found.lower[0] > 0:
        assert none ** (found.lower[0] + 1) == pytest.approx(0.99865)
        assert mean == 999
    assert found.upper[0] > g_chart([0, 2 * mean]).upper[0]


def test_a_missing_count_keeps_its_place() -> None:
    found = g_chart([4, None, 9])

    assert np.isnan(found.values).tolist() == [False, True, False]
    assert found.mean.tolist() == [6.5, 6.5, 6.5]


@pytest.mark.parametrize(
    ("cases", "why"),
    [
        ([], "nothing is measured"),
        ([None], "nothing is measured"),
        ([8], "only one point is measured"),
        ([0, 0, 0], "the points the limits would rest on do not vary"),
    ],
)
def test_where_nothing_varies_there_are_no_limits_and_it_is_said(
    cases: list[float | None], why: str
) -> None:
    found = g_chart(cases)

    assert np.isnan(found.upper).all()
    assert found.no_limits == why
    assert found.notes == ()


@pytest.mark.parametrize(
    ("cases", "code"),
    [
        ([3, -1], "values-negative: cases"),
        ([3, 2.5], "values-not-whole: cases"),
        ([3, float("inf")], "values-infinite: cases"),
    ],
)
def test_what_cannot_be_a_number_of_cases_is_refused(cases: list[float], code: str) -> None:
    with pytest.raises(JudgeError, match=rf"^{code}"):
        g_chart(cases)
