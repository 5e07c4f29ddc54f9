"""The rules one by one, as the tests of NHSRplotthedots 0.2.2 state them; see golden/README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from scorecard.declare import charts as declared
from scorecard.errors import JudgeError
from scorecard.judge.rule_sets import RULE_SETS, Points, rule_set

UNIT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "golden/xmr_unit_rules.json").read_text()
)
RUN, TWO_OF_THREE, TREND = 1, 2, 3


def found(
    code: int,
    *,
    values: list[float] | None = None,
    side: list[int] | None = None,
    near: list[int] | None = None,
) -> list[bool]:
    """Which points the rule of that code names, where no other says anything."""
    count = len(next(one for one in (values, side, near) if one is not None))
    points = Points(
        np.array(values if values is not None else [0, 1] * count, dtype=float)[:count],
        np.array(side if side is not None else [0] * count, dtype=np.int8),
        np.zeros(count, dtype=bool),
        np.array(near if near is not None else [0] * count, dtype=bool),
        None,
    )
    codes = RULE_SETS["making-data-count-2021"].codes(points)
    return (np.abs(codes) == code).tolist()


def part_of_seven(ends: list[int]) -> list[bool]:
    """The published test marks the seventh point; the six before it belong to the pattern."""
    return [any(ends[place : place + 7]) for place in range(len(ends))]


@pytest.mark.parametrize("case", UNIT["part_of_seven"], ids=str)
def test_seven_points_belong_to_a_pattern_of_seven(case: dict[str, list[int]]) -> None:
    assert part_of_seven(case["in"]) == [bool(one) for one in case["out"]]


@pytest.mark.parametrize("case", UNIT["seven_point_one_side_mean"], ids=str)
def test_a_run_of_seven(case: dict[str, list[int]]) -> None:
    assert found(RUN, side=case["in"]) == part_of_seven(case["out"])


@pytest.mark.parametrize("case", UNIT["seven_point_trend"], ids=str)
def test_a_trend_of_seven(case: dict[str, list[float]]) -> None:
    ends = [int(one) for one in case["out"]]
    assert found(TREND, values=case["in"]) == part_of_seven(ends)


@pytest.mark.parametrize("case", UNIT["two_in_three"], ids=str)
def test_two_of_three_flags_the_near_points_of_its_windows(case: dict[str, list[int]]) -> None:
    windows = zip(case["out"], case["close"], strict=True)
    expected = [bool(inside and close) for inside, close in windows]
    assert found(TWO_OF_THREE, side=case["side"], near=case["close"]) == expected


@pytest.mark.parametrize("case", UNIT["part_of_two_in_three"], ids=str)
def test_the_far_point_of_three_is_not_flagged(case: dict[str, list[int]]) -> None:
    expected = [bool(one) for one in case["out"]]
    assert found(TWO_OF_THREE, side=case["side"], near=case["close"]) == expected


def test_each_rule_set_has_its_name_and_a_source() -> None:
    for name, one in RULE_SETS.items():
        assert rule_set(name) is one
        assert one.name == name
        assert "Making Data Count" in one.source
    with pytest.raises(JudgeError, match="rules-unknown"):
        rule_set("")


def test_a_standard_may_name_every_rule_set_and_no_other() -> None:
    # A declaration knows nothing of judging, so the names stand in both.
    assert set(get_args(declared.RuleSet)) == set(RULE_SETS)
