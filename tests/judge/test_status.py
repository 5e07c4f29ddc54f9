"""The status: its precedence, its bounds, and the laws it keeps."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.gap import Better
from scorecard.judge.status import Judgement, Status, judge

NUMBERS = st.floats(-1e9, 1e9)
TOLERANCES = st.floats(0, 1e6)
BETTER = st.sampled_from(get_args(Better))
ORDER = [Status.MISSED, Status.NEAR, Status.MET]


@pytest.mark.parametrize(
    ("actual", "expected", "better", "tolerance", "status"),
    [
        (95.0, 90.0, "higher", 0, "met"),
        (90.0, 90.0, "higher", 0, "met"),
        (89.9, 90.0, "higher", 0, "missed"),
        (88.0, 90.0, "higher", 2, "near"),
        (87.9, 90.0, "higher", 2, "missed"),
        (3.0, 3.0, "lower", 0, "met"),
        (3.5, 3.0, "lower", 1, "near"),
        (4.0, 3.0, "lower", 1, "near"),
        (4.1, 3.0, "lower", 1, "missed"),
        (0.0, 0.0, "lower", 0, "met"),
    ],
)
def test_the_service_gap_decides(
    actual: float, expected: float, better: Better, tolerance: float, status: str
) -> None:
    assert judge(actual, expected, better, tolerance=tolerance, n=1).status == status


@pytest.mark.parametrize(
    ("actual", "expected", "better", "tolerance", "status"),
    [
        (0.7 * 100, 70.0, "higher", 0, "met"),
        (0.1 + 0.2, 0.3, "lower", 0, "met"),
        (0.1 + 0.2 - 0.3, 0.0, "lower", 0, "met"),
        (90 - 0.1 - 0.2, 90.0, "higher", 0.3, "near"),
        (70 - 1e-6, 70.0, "higher", 0, "missed"),
    ],
)
def test_the_noise_of_binary_fractions_costs_no_promise(
    actual: float, expected: float, better: Better, tolerance: float, status: str
) -> None:
    assert judge(actual, expected, better, tolerance=tolerance).status == status


def test_what_cannot_be_judged_is_named_in_one_order() -> None:
    for in_force, complete, known, enough in product([True, False], repeat=4):
        found = judge(
            95.0 if known else None,
            90.0 if in_force else None,
            "higher",
            n=20 if enough else 19,
            min_n=20,
            complete=complete,
        )

        if not in_force:
            assert found.status is Status.NOT_IN_FORCE
        elif not complete:
            assert found.status is Status.NOT_COMPLETE
        elif not known:
            assert found.status is Status.NO_DATA
        elif not enough:
            assert found.status is Status.TOO_FEW
        else:
            assert found.status is Status.MET
        assert found.gap == (5.0 if known and in_force else None)


@pytest.mark.parametrize(
    ("actual", "decimals", "status"),
    [
        (89.96, None, "missed"),
        (89.96, 1, "met"),
        (89.5, 0, "met"),
        (89.4999, 0, "missed"),
        (2.675, 2, "missed"),
    ],
)
def test_a_publisher_may_compare_after_rounding_half_up(
    actual: float, decimals: int | None, status: str
) -> None:
    found = judge(actual, 90.0, "higher", decimals=decimals)

    assert found == Judgement(Status(status), actual - 90.0, actual - 90.0)


@given(NUMBERS, NUMBERS, BETTER, TOLERANCES, st.integers(0, 50), st.booleans())
def test_the_gaps_are_given_whenever_both_sides_are_known(
    actual: float, expected: float, better: Better, tolerance: float, n: int, complete: bool
) -> None:
    found = judge(actual, expected, better, tolerance=tolerance, n=n, min_n=20, complete=complete)

    assert found.gap == actual - expected
    assert found.service_gap == (actual - expected if better == "higher" else expected - actual)


@given(NUMBERS, NUMBERS, NUMBERS, BETTER, TOLERANCES, st.none() | st.integers(0, 4))
def test_better_service_never_has_a_worse_status(
    one: float,
    other: float,
    expected: float,
    better: Better,
    tolerance: float,
    decimals: int | None,
) -> None:
    worse, improved = sorted([one, other], reverse=better == "lower")
    options: dict[str, Any] = {"tolerance": tolerance, "decimals": decimals}

    before = judge(worse, expected, better, **options).status
    after = judge(improved, expected, better, **options).status

    assert ORDER.index(after) >= ORDER.index(before)


@given(NUMBERS, NUMBERS, BETTER, TOLERANCES)
def test_a_service_gap_of_zero_or_more_is_met(
    actual: float, expected: float, better: Better, tolerance: float
) -> None:
    found = judge(actual, expected, better, tolerance=tolerance)

    assert found.service_gap is not None
    if found.service_gap >= 0:
        assert found.status is Status.MET
    elif found.service_gap >= -tolerance:
        assert found.status is not Status.MISSED


def test_nan_is_missing_and_not_missed() -> None:
    nan = float("nan")

    assert judge(nan, 5, "higher", n=9) == Judgement(Status.NO_DATA, None, None)
    assert judge(5, nan, "higher", n=9) == Judgement(Status.NOT_IN_FORCE, None, None)


@pytest.mark.parametrize(
    ("arguments", "options", "code"),
    [
        ((5, 6, "neutral"), {}, "direction-unknown"),
        ((5, 6, "more"), {}, "direction-unknown"),
        ((5, 6, "higher"), {"tolerance": -1}, "tolerance-impossible"),
        ((5, 6, "higher"), {"tolerance": float("nan")}, "tolerance-impossible"),
        ((5, 6, "higher"), {"tolerance": None}, "values-not-numbers"),
        ((float("inf"), 6, "higher"), {}, "values-infinite"),
        ((5, float("-inf"), "lower"), {}, "values-infinite"),
        (("5", 6, "higher"), {}, "values-not-numbers"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    arguments: tuple[Any, Any, Any], options: dict[str, Any], code: str
) -> None:
    with pytest.raises(JudgeError, match=f"^{code}: "):
        judge(*arguments, **options)
