"""Run charts against the published limits, plain Python, and the laws they must keep."""

from __future__ import annotations

from itertools import groupby
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtr

from scorecard.errors import JudgeError
from scorecard.judge.run_chart import RunVerdict, crossings_limit, longest_run_limit, run_chart
from tests.judge import published_charts as published

SERIES = st.lists(st.integers(-50, 50), max_size=60)


def test_the_limits_are_the_published_ones() -> None:
    counts = range(10, 10 + len(published.RUN_LIMITS))

    assert [longest_run_limit(n) for n in counts] == published.RUN_LIMITS
    assert [crossings_limit(n) for n in counts] == published.CROSSING_LIMITS


@pytest.mark.parametrize("useful", [10, 24, 71, 100, 250, 999])
def test_the_limit_of_crossings_is_the_five_percent_quantile(useful: int) -> None:
    limit = crossings_limit(useful)

    assert bdtr(limit, useful - 1, 0.5) >= 0.05 > bdtr(limit - 1, useful - 1, 0.5)


def test_the_falling_infections_of_qicharts2_have_shifted() -> None:
    found = run_chart(published.CLOSTRIDIUM)

    # qicharts2 draws the median at 17; the drop after an intervention is what the data are for.
    assert (found.median == 17).all()
    assert (found.useful, found.longest_run, found.crossings) == (32, 14, 6)
    assert (found.longest_run_limit, found.crossings_limit) == (8, 11)
    assert (found.run_first, found.run_last) == (22, 35)
    assert found.verdict == "shift"
    assert found.signals == (
        "14 points in a row below the median, more than 8",
        "the median is crossed 6 times, fewer than 11",
    )


def test_thirteen_points_as_their_authors_count_them() -> None:
    # Crossings of points 3-4, 6-7, 7-8, 9-10, 10-11; longest run 4-6: the example with which
    # Wentzel-Larsen and Anhøj introduce crossings and runs.
    above, below = 2, 1
    sides = [above] * 3 + [below] * 3 + [above] + [below] * 2 + [above] + [below] * 3

    found = run_chart(sides, centre=1.5)

    assert (found.useful, found.crossings, found.longest_run) == (13, 5, 3)
    assert (found.longest_run_limit, found.crossings_limit) == (7, 3)
    assert found.verdict == RunVerdict.RANDOM


@given(SERIES)
def test_runs_and_crossings_are_those_that_plain_python_counts(values: list[int]) -> None:
    centre = median(values) if values else 0
    sides = [value > centre for value in values if value != centre]
    runs = [len(list(group)) for _, group in groupby(sides)]

    found = run_chart(values)

    assert found.useful == len(sides)
    assert found.longest_run == max(runs, default=0)
    assert found.crossings == max(len(runs) - 1, 0)
    if values:
        assert (found.median == centre).all()
    assert (found.verdict == RunVerdict.TOO_FEW) == (len(sides) < 10)
    if found.run_first is not None and found.run_last is not None:
        inside = found.side[found.run_first : found.run_last + 1]
        assert np.count_nonzero(inside) == found.longest_run
        assert len(set(inside[inside != 0].tolist())) == 1


@given(SERIES)
def test_any_rising_scale_gives_the_same_judgement(values: list[int]) -> None:
    there, bent = run_chart(values), run_chart([2.0**value for value in values])

    assert (bent.side == there.side).all()
    assert (bent.verdict, bent.signals) == (there.verdict, there.signals)


@given(SERIES)
def test_upside_down_and_backwards_it_is_the_same_judgement(values: list[int]) -> None:
    there = run_chart(values)
    for other in (run_chart([-value for value in values]), run_chart(values[::-1])):
        assert (other.longest_run, other.crossings) == (there.longest_run, there.crossings)
        assert other.verdict == there.verdict


@given(SERIES, st.integers(0, 60))
def test_a_missing_point_neither_counts_nor_breaks_a_run(values: list[int], at: int) -> None:
    there = run_chart(values)
    gap = run_chart([*values[:at], None, *values[at:]])

    assert gap.values.size == len(values) + 1
    assert (gap.useful, gap.longest_run, gap.crossings) == (
        there.useful,
        there.longest_run,
        there.crossings,
    )


@pytest.mark.parametrize(
    "values", [[], [None, None], [4], [4.0] * 30, [1, 2, 3, 4, 5, 6, 7, 8, 9], [1] * 20 + [2] * 5]
)
def test_too_few_points_off_the_median_are_said_to_be(values: list[float | None]) -> None:
    found = run_chart(values)

    assert found.verdict == "too few points"
    assert (found.longest_run_limit, found.crossings_limit, found.signals) == (None, None, ())


def test_a_centre_from_elsewhere_is_called_centre() -> None:
    found = run_chart(range(1, 13), centre=0)

    assert found.signals[0] == "12 points in a row above the centre, more than 7"
    assert not found.side.flags.writeable
    assert not found.median.flags.writeable


def test_a_centre_must_be_a_number() -> None:
    with pytest.raises(JudgeError, match=r"^values-infinite: centre"):
        run_chart([1, 2], centre=float("inf"))
