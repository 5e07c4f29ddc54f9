"""t charts against published ones, and the laws they must keep."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.t_chart import t_chart
from tests.judge import published_charts as published

TIMES = st.lists(st.integers(0, 10_000), min_size=2, max_size=30)


def test_the_t_charts_of_days_between_deaths_are_those_of_qicharts2() -> None:
    first, others = published.DAYS_BETWEEN[:33], published.DAYS_BETWEEN[33:]

    for times, (lower, centre, upper) in (
        (first, published.DAYS_FIRST),
        (others, published.DAYS_OTHERS),
    ):
        found = t_chart(times)
        assert found.lower == pytest.approx(lower, rel=1e-9)
        assert found.mean == pytest.approx(centre, rel=1e-12)
        assert found.upper == pytest.approx(upper, rel=1e-12)
    fixed = t_chart(published.DAYS_BETWEEN, fix_first=33)
    assert fixed.upper == pytest.approx(published.DAYS_FIRST[2], rel=1e-12)
    assert np.flatnonzero(fixed.outside).tolist() == [23]


def test_montgomerys_valve() -> None:
    # The book takes 0.2777 for 1/3.6, charts the powers, and finds no point beyond the limits.
    powers = [hours**0.2777 for hours in published.VALVE_HOURS]
    centre = sum(powers) / 20
    upper = centre + 3 * sum(abs(b - a) for a, b in pairwise(powers)) / 19 / 1.128

    found = t_chart(published.VALVE_HOURS)

    assert found.mean[0] ** 0.2777 == pytest.approx(centre, rel=1e-3)
    assert found.upper[0] ** 0.2777 == pytest.approx(upper, rel=1e-3)
    assert found.lower[0] == 0
    assert not found.outside.any()
    assert np.isnan(found.sigma).all()


@given(TIMES, st.floats(1e-3, 1e3))
def test_another_unit_of_time_scales_the_chart(times: list[int], factor: float) -> None:
    there, scaled = t_chart(times), t_chart([time * factor for time in times])

    for name in ("values", "mean", "lower", "upper"):
        assert getattr(scaled, name) == pytest.approx(
            getattr(there, name) * factor, rel=1e-6, abs=1e-6 * factor, nan_ok=True
        )


@given(TIMES)
def test_time_running_backwards_gives_the_same_chart_backwards(times: list[int]) -> None:
    there, back = t_chart(times), t_chart(times[::-1])

    assert back.mean == pytest.approx(there.mean)
    assert back.upper[::-1] == pytest.approx(there.upper, nan_ok=True)


def test_times_of_zero_are_charted_and_said() -> None:
    found = t_chart([3, 0, 7, None, 12, 0])

    assert found.values[1] == 0
    assert not np.isnan(found.upper).any()
    assert found.notes[0].startswith("2 of 5 times are 0, which widens the limits")


@pytest.mark.parametrize(
    ("times", "centre", "why"),
    [
        ([], None, "nothing is measured"),
        ([None, None], float("nan"), "nothing is measured"),
        ([7, None], 7.0, "only one point is measured"),
        ([7, 7, 7], 7.0, "the points the limits would rest on do not vary"),
        ([0, 0], 0.0, "the points the limits would rest on do not vary"),
    ],
)
def test_where_nothing_varies_there_are_no_limits_and_it_is_said(
    times: list[float | None], centre: float | None, why: str
) -> None:
    found = t_chart(times)

    assert np.isnan(found.upper).all()
    assert found.no_limits == why
    assert found.notes == ()
    if centre is not None:
        assert found.mean == pytest.approx(centre, nan_ok=True)


@pytest.mark.parametrize(
    ("times", "code"),
    [([3, -1], "values-negative: times"), ([3, float("inf")], "values-infinite: times")],
)
def test_what_cannot_be_a_time_is_refused(times: list[float], code: str) -> None:
    with pytest.raises(JudgeError, match=rf"^{code}"):
        t_chart(times)
