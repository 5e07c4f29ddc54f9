"""XmR charts: each setting, what is stated of poor input, and what is refused."""

from __future__ import annotations

import math
import pickle
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from scorecard.errors import JudgeError
from scorecard.judge.chart import Assurance, Direction, NoLimits, Side, Variation
from scorecard.judge.special_cause import Rule, SpecialCause
from scorecard.judge.xmr import xmr


def test_the_published_flow_rates_have_the_published_limits() -> None:
    """NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, Individuals control charts.

    There the width is 3 / 1.128 of the mean moving range, here its usual rounding to 2.66.
    """
    chart = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])

    assert chart.mean[0] == pytest.approx(50.81)
    assert chart.phases[0].mean_moving_range == pytest.approx(1.8778, abs=5e-5)
    assert chart.upper[0] == pytest.approx(55.8041, abs=2e-3)
    assert chart.lower[0] == pytest.approx(45.8159, abs=2e-3)
    assert not any(chart.special_cause)


# --- each setting ---


@pytest.mark.parametrize(("times", "left_out"), [(3.26, 0), (3.2669, 0), (3.2671, 1), (3.28, 1)])
def test_a_range_is_screened_from_the_published_multiple_of_the_mean_on(
    times: float, left_out: int
) -> None:
    # Nineteen ranges of 1 and a last one that is `times` the mean of all twenty.
    last = 19 * times / (20 - times)
    chart = xmr([0.0, 1.0] * 10 + [1 + last])

    assert len(chart.values) == 21
    assert chart.phases[0].screened == left_out


def test_a_constant_series_of_any_value_is_common_cause() -> None:
    for value in (4.0, 0.1, 33.3333, 1e-9, 12345.678):
        for count in (2, 7, 15, 49, 120):
            for screen in (True, False):
                chart = xmr([value] * count, screen=screen)
                assert not any(chart.special_cause)
                assert (chart.mean == value).all()
                assert chart.variation is Variation.COMMON_CAUSE


def test_a_screened_constant_series_has_no_limits_and_says_so() -> None:
    chart = xmr([4.0] * 15, expected=3)

    assert np.isnan(chart.lower).all()
    assert chart.no_limits is NoLimits.NO_VARIATION
    assert chart.assurance is Assurance.HIT_OR_MISS  # as NHSRplotthedots has it
    assert xmr([4.0] * 15, expected=3, screen=False).assurance is Assurance.KEEPS


def test_one_point_has_a_mean_and_no_limits() -> None:
    chart = xmr([3.0], expected=2)

    assert chart.mean.tolist() == [3.0]
    assert np.isnan(chart.upper).all()
    assert (chart.variation, chart.assurance) == (Variation.COMMON_CAUSE, Assurance.HIT_OR_MISS)
    assert chart.no_limits is NoLimits.NO_RANGES


def test_a_last_phase_of_one_point_is_as_one_point() -> None:
    chart = xmr([1, 2, 3, 2, 9], rebase_at=[4], expected=5)

    assert chart.variation is Variation.COMMON_CAUSE
    assert chart.no_limits is NoLimits.NO_RANGES
    assert chart.phases[0].no_limits is None


@pytest.mark.parametrize("values", [[], [None], [None, math.nan, None]])
def test_without_any_measured_point_there_is_no_chart(values: list[float | None]) -> None:
    chart = xmr(values, expected=2)

    assert len(chart.special_cause) == len(chart.mean) == len(values)
    assert not any(chart.special_cause)
    assert np.isnan(chart.mean).all()
    assert (chart.variation, chart.assurance, chart.side) == (None, None, None)
    assert chart.no_limits is NoLimits.NO_POINTS
    assert chart.assurances == (None,) * len(values)


def test_a_last_phase_without_measured_points_is_not_judged_by_the_one_before() -> None:
    chart = xmr([1, 2, 1, 2, None, None], rebase_at=[4], expected=0)

    assert (chart.variation, chart.assurance) == (None, None)
    assert chart.phases[0].assurance is not None


def test_a_missing_point_breaks_a_run_and_a_trend_and_keeps_its_place() -> None:
    run = [0.0, 10, 0, 10, 0, 10, 0, 10] * 2 + [6.0] * 3 + [None] + [6.0] * 3
    chart = xmr(run, fix_first=16)
    assert not any(chart.special_cause)
    assert (chart.lower == chart.lower[0]).all()
    assert any(xmr([value for value in run if value is not None] + [6.0], fix_first=16).flags)

    rising = [1, 2, 3, None, 4, 5, 6, 7]
    assert not any(word.rule is Rule.TREND for word in xmr(rising).special_cause)
    assert all(xmr([1, 2, 3, 4, 5, 6, 7]).special_cause)


def test_six_points_count_in_the_six_point_rules_alone() -> None:
    rising, run = [1, 2, 3, 4, 5, 6], [10, 0] * 8 + [6, 7, 6, 7, 6, 7]

    assert not any(xmr(rising).special_cause)
    assert set(xmr(rising, rules="six-point").special_cause) == {SpecialCause.SIX_RISING}
    assert not any(xmr(run, fix_first=16).special_cause)
    found = xmr(run, fix_first=16, rules="six-point").special_cause
    assert found[16:] == (SpecialCause.SIX_ABOVE,) * 6


def test_since_2023_a_point_outside_the_limits_counts_in_two_of_three() -> None:
    """The example in words of NHSRplotthedots, issue 194: one between, the next beyond."""
    base = [12, 10] * 8
    limits = xmr(base)
    beyond, near = limits.upper[0] + 1, limits.near_upper[0] + 0.1
    values = [*base, near, beyond, 10]

    old = xmr(values, fix_first=16).special_cause[-3:]
    new = xmr(values, fix_first=16, rules="making-data-count-2023").special_cause[-3:]
    # The third point stands below the mean; the three must be on one side.
    assert (
        old
        == new
        == (SpecialCause.COMMON_CAUSE, SpecialCause.ABOVE_LIMIT, SpecialCause.COMMON_CAUSE)
    )
    values[-1] = 11.5
    old = xmr(values, fix_first=16).special_cause[-3:]
    new = xmr(values, fix_first=16, rules="making-data-count-2023").special_cause[-3:]
    assert not old[0]
    assert new[0] is SpecialCause.TWO_OF_THREE_ABOVE
    assert not new[2]


def test_two_trends_that_meet_are_named_as_the_published_tool_names_them() -> None:
    """In 0.2.2 a point in two trends is named after the step to the next point."""
    wide, up = [-50, 50] * 8, [1, 2, 3, 4, 5, 6, 7]
    up_and_down = xmr([*wide, *up, *up[-2::-1]], fix_first=16).special_cause[16:]
    assert [word.rule for word in up_and_down] == [Rule.TREND] * 13
    assert [word.upwards for word in up_and_down] == [True] * 6 + [False] * 7

    saw = xmr([*wide, *up, *up], fix_first=16).special_cause[16:]
    assert [word.upwards for word in saw] == [True] * 6 + [False] + [True] * 7


def test_limits_can_rest_on_the_first_points_of_each_phase() -> None:
    values = [1, 2, 1, 2, 9, 9, 9, 20, 22, 20, 22, 40, 40]
    chart = xmr(values, rebase_at=[7], fix_first=4)

    assert chart.mean.tolist() == [1.5] * 7 + [21.0] * 6
    assert [str(word) for word in chart.special_cause[4:7]] == ["Above UCL"] * 3
    assert chart.moving_range[4] == 7  # the moving ranges are those of all points
    assert np.isnan(chart.moving_range[7])


def test_the_expected_value_may_change_over_time() -> None:
    values = [10, 12] * 10
    expected = [None] * 5 + [5.0] * 10 + [11.0] * 5
    chart = xmr(values, expected=expected, rebase_at=[12])

    assert chart.assurance is Assurance.HIT_OR_MISS
    assert [phase.assurance for phase in chart.phases] == [Assurance.KEEPS, Assurance.HIT_OR_MISS]
    assert chart.assurances == (
        *[None] * 5,
        *[Assurance.KEEPS] * 10,
        *[Assurance.HIT_OR_MISS] * 5,
    )
    assert xmr(values, expected=[5.0] * 19 + [None]).assurance is None


@pytest.mark.parametrize(
    ("better", "expected", "word"),
    [
        ("higher", 100, Assurance.MISSES),
        ("higher", -100, Assurance.KEEPS),
        ("lower", 100, Assurance.KEEPS),
        ("lower", -100, Assurance.MISSES),
        ("higher", 11, Assurance.HIT_OR_MISS),
        ("neutral", 100, None),
        ("higher", None, None),
        ("higher", math.nan, None),
        ("higher", Decimal(-100), Assurance.KEEPS),
    ],
)
def test_assurance(better: Direction, expected: float | None, word: Assurance | None) -> None:
    assert xmr([10, 12] * 10, better=better, expected=expected).assurance is word


def test_an_expected_value_on_a_limit_is_hit_or_miss() -> None:
    for unit in (1.0, 0.1, 1 / 3, 1e6):
        values = [10 * unit, 12 * unit] * 10
        limits = xmr(values)
        for line in (limits.lower[0], 5.68 * unit, 16.32 * unit):
            assert xmr(values, expected=line, screen=False).assurance is Assurance.HIT_OR_MISS
        assert xmr(values, expected=limits.upper[0] * 1.000001).assurance is Assurance.MISSES


@pytest.mark.parametrize(
    ("better", "last", "variation", "side"),
    [
        ("higher", 50, Variation.IMPROVING, Side.HIGH),
        ("higher", -50, Variation.CONCERNING, Side.LOW),
        ("lower", 50, Variation.CONCERNING, Side.HIGH),
        ("lower", -50, Variation.IMPROVING, Side.LOW),
        ("neutral", 50, Variation.NEUTRAL, Side.HIGH),
        ("neutral", -50, Variation.NEUTRAL, Side.LOW),
        ("neutral", 11, Variation.COMMON_CAUSE, None),
    ],
)
def test_variation(better: Direction, last: int, variation: Variation, side: Side | None) -> None:
    chart = xmr([10, 12] * 10 + [last], better=better)
    assert (chart.variation, chart.side) == (variation, side)
    assert chart.kinds[-1] is variation


def test_what_a_chart_holds_cannot_be_written_to() -> None:
    values = np.array([1.0, 2.0, 3.0])
    chart = xmr(values)
    values[0] = 9
    assert chart.values.tolist() == [1.0, 2.0, 3.0]
    for one in (chart.mean, chart.lower, chart.flags, chart.moving_range, chart.side_of_mean):
        with pytest.raises(ValueError, match="read-only"):
            one[0] = 1


def test_special_causes_are_words_and_truth_values() -> None:
    for word in SpecialCause:
        assert bool(word) == (word.value != "Common Cause")
        assert (word.rule is None) == (word.upwards is None) == (not word)
        assert pickle.loads(pickle.dumps(word)) is word
    assert f"{SpecialCause.SEVEN_ABOVE}" == "7 Points Above CL"
    assert SpecialCause.TWO_OF_THREE_BELOW.rule is Rule.TWO_OF_THREE
    assert SpecialCause.SIX_BELOW.rule is Rule.RUN
    assert SpecialCause.BELOW_LIMIT.rule is Rule.OUTSIDE
    assert SpecialCause.SIX_RISING.rule is Rule.TREND


# --- refusals ---


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"rebase_at": [4]}, "place-unknown"),
        ({"rebase_at": [-1]}, "place-unknown"),
        ({"rebase_at": [1.5]}, "place-unknown"),
        ({"rebase_at": [True]}, "place-unknown"),
        ({"rebase_at": ["2026-01-01"]}, "place-unknown"),
        ({"rebase_at": [0]}, "rebase-at-start"),
        ({"rebase_at": [2, 2]}, "place-repeated"),
        ({"fix_first": 1}, "fix-first-too-few"),
        ({"fix_first": 0}, "fix-first-too-few"),
        ({"fix_first": True}, "fix-first-too-few"),
        ({"fix_first": 2.5}, "fix-first-too-few"),
        ({"exclude": [7]}, "place-unknown"),
        ({"exclude": [1, 1]}, "place-repeated"),
        ({"exclude": [0, 1, 2, 3]}, "all-excluded"),
        ({"exclude": [2, 3], "rebase_at": [2]}, "all-excluded"),
        ({"exclude": [0, 1], "fix_first": 2}, "all-excluded"),
        ({"expected": [1, 2]}, "expected-length"),
        ({"expected": "90"}, "values-not-numbers"),
        ({"expected": True}, "values-not-numbers"),
        ({"expected": math.inf}, "values-infinite"),
        ({"rules": "nelson"}, "rules-unknown"),
        ({"better": "up"}, "direction-unknown"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(JudgeError) as refused:
        xmr([1, 2, 3, 4], **asked)
    assert refused.value.code == code


def test_an_unknown_rule_set_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(JudgeError, match="making-data-count-2021, making-data-count-2023, six-"):
        xmr([1, 2], rules="making-data-count")


@pytest.mark.parametrize("value", [math.inf, 1e300])
def test_values_without_a_sum_are_refused(value: float) -> None:
    with pytest.raises(JudgeError, match=r"values-(infinite|too-large)"):
        xmr([1, value, -value])


def test_each_phase_may_rest_on_its_own_number_of_points() -> None:
    values = [1.0, 2.0, 1.5, 9.0, 8.0, 9.5, 8.5, 30.0]
    chart = xmr(values, rebase_at=[3], fix_first=[None, 4])
    assert [phase.resting for phase in chart.phases] == [3, 4]
    assert chart.phases[0].mean == xmr(values[:3]).phases[0].mean
    assert chart.phases[1].mean == xmr(values[3:7]).phases[0].mean
    assert chart.moving_range[-1] == 21.5
    both = xmr(values, rebase_at=[3], fix_first=[3, 3])
    assert np.array_equal(both.mean, xmr(values, rebase_at=[3], fix_first=3).mean)
    for wrong in ([3], [3, 3, 3]):
        with pytest.raises(JudgeError, match="2 phases") as refused:
            xmr(values, rebase_at=[3], fix_first=wrong)
        assert refused.value.code == "fix-first-length"
    with pytest.raises(JudgeError) as refused:
        xmr(values, rebase_at=[3], fix_first=[None, 1])
    assert refused.value.code == "fix-first-too-few"
