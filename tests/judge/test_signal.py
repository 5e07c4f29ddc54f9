"""The signal: which pattern it is, since when, and whether it still runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.chart import Chart, Variation
from scorecard.judge.rule_sets import RULE_SETS
from scorecard.judge.signal import Signal, run_start, signal, signals
from scorecard.judge.special_cause import Rule
from scorecard.judge.xmr import xmr

WIDE = [-50.0, 50.0] * 8
"""Sixteen points that fix a mean of 0, with limits and near limits far away, ending above."""


def chart_of(tail: Sequence[float | None], rules: str = "making-data-count-2021") -> Chart:
    return xmr([*WIDE, *tail], fix_first=16, rules=rules)


def found(tail: Sequence[float | None], rules: str = "making-data-count-2021") -> Signal:
    one = signal(chart_of(tail, rules))
    assert one is not None
    return one


def test_a_run_that_lasts() -> None:
    one = found([-5, -6] * 4)
    assert one == Signal(Rule.RUN, False, 16, 23, 8, True, Variation.CONCERNING)
    assert one.length == 8


def test_a_run_that_has_ended() -> None:
    assert found([-5, -6] * 4 + [5]) == Signal(
        Rule.RUN, False, 16, 23, 8, False, Variation.CONCERNING
    )


def test_a_missing_month_at_the_end_does_not_end_a_run() -> None:
    assert found([-5, -6] * 4 + [None]).running


def test_a_trend_reaches_back_over_the_mean() -> None:
    one = found([-20, -14, -8, -2, 4, 10, 16, 22])
    assert (one.rule, one.upwards, one.start, one.length) == (Rule.TREND, True, 16, 8)
    assert one.kind is Variation.IMPROVING


def test_points_outside_in_succession_are_one_signal() -> None:
    limit = chart_of([0]).upper[0]
    assert found([limit + 1]).length == 1
    one = found([-1, limit + 1, limit + 5])
    assert (one.rule, one.upwards, one.start, one.length) == (Rule.OUTSIDE, True, 17, 2)
    assert found([limit + 1, -limit - 1]).start == 17


@pytest.mark.parametrize(
    ("steps", "start", "near"),
    [
        ((2.5, 0.5, 2.5), 16, 2),
        ((2.5, 2.5, 2.5), 16, 3),
        ((0.5, 2.5, 2.5), 17, 2),
        ((2.5, 2.5, 0.5), 16, 2),
    ],
)
def test_two_of_three(steps: tuple[float, ...], start: int, near: int) -> None:
    sigma = chart_of([0]).upper[0] / 3
    one = found([-step * sigma for step in steps])
    assert (one.rule, one.upwards, one.start, one.near) == (Rule.TWO_OF_THREE, False, start, near)


def test_of_several_patterns_the_first_in_order_is_told_and_the_others_are_kept() -> None:
    chart = chart_of([-5, -6] * 3 + [-500])
    assert [one.rule for one in signals(chart)] == [Rule.OUTSIDE, Rule.RUN]
    first = signal(chart)
    assert first is not None
    assert first.rule is Rule.OUTSIDE


def test_without_a_signal_there_is_none() -> None:
    assert signal(chart_of([1, -1])) is None
    assert signal(xmr([])) is None
    assert signal(xmr([None, None])) is None


def test_a_new_phase_begins_without_the_signals_of_the_old_one() -> None:
    values = [*WIDE, *[-5.0, -6.0] * 4]
    assert signal(xmr(values, fix_first=16)) is not None
    assert signal(xmr([*values, 1, 2, 3], rebase_at=[24], fix_first=16)) is None


@given(
    values=st.one_of(
        st.lists(st.one_of(st.none(), st.integers(-9, 9)), max_size=45),
        st.lists(st.integers(-3, 4), max_size=40).map(lambda steps: np.cumsum(steps).tolist()),
    ),
    rules=st.sampled_from(sorted(RULE_SETS)),
    fix_first=st.one_of(st.none(), st.integers(2, 20)),
)
def test_the_signal_is_what_the_chart_calls_its_last_flagged_point(
    values: list[int | None], rules: str, fix_first: int | None
) -> None:
    chart = xmr(values, rules=rules, fix_first=fix_first)
    one = signal(chart)
    flagged = np.flatnonzero(chart.flags)
    assert (one is None) == (len(flagged) == 0)
    if one is None:
        return
    assert one.end == flagged[-1]
    word = chart.special_cause[one.end]
    assert (one.rule, one.upwards) == (word.rule, word.upwards)
    assert one.kind is chart.kinds[one.end]
    assert one.running == (chart.variation is not Variation.COMMON_CAUSE)
    assert chart.flags[[one.start, one.end]].all()
    if one.rule in (Rule.RUN, Rule.TREND):
        assert chart.flags[one.start : one.end + 1].all()
    if one.rule is Rule.RUN:
        assert one.start == run_start(chart, one.end)
