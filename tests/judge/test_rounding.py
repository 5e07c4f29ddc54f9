"""Numbers as shown: rounded for people, and never against their status."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.gap import Better
from scorecard.judge.rounding import half_up, shown
from scorecard.judge.status import judge

UNITS = ["percent", "count", "number", "seconds", "minutes", "hours", "days", "weeks"]
# Near the promise, where rounding can do harm, as well as far from it.
DIFFERENCES = st.floats(-100, 100) | st.floats(-0.01, 0.01) | st.floats(-1e-6, 1e-6)


@pytest.mark.parametrize(
    ("value", "unit", "expected", "status", "text"),
    [
        (89.96, "percent", 90.0, "missed", "89.96"),
        (89.96, "percent", 90.0, "near", "89.96"),
        (89.999999, "percent", 90.0, "missed", "89.999999"),
        (89.84, "percent", 90.0, "missed", "89.8"),
        (90.04, "percent", 90.0, "met", "90.0"),
        (100 * 0.7, "percent", 70.0, "met", "70.0"),
        (89.96, "percent", 89.97, "missed", "89.96"),
        (5.04, "days", 5.0, "missed", "5.04"),
        (4.96, "days", 5.0, "met", "5.0"),
        (1.0868802, "days", None, None, "1.1"),
        (12005.0, "count", None, None, "12,005"),
        (9822.6, "count", 9823.0, "missed", "9,822.6"),
        (0.125, "number", None, None, "0.13"),
        (89.96, "percent", 90.0, "too few", "90.0"),
        (-0.04, "percent", None, None, "0.0"),
        (None, "percent", 90.0, "no data", "–"),
    ],
)
def test_a_number_is_shown_with_as_many_decimals_as_its_status_needs(
    value: float | None, unit: str, expected: float | None, status: str | None, text: str
) -> None:
    assert shown(value, unit, expected, status) == text


def test_near_and_missed_are_kept_apart_too() -> None:
    assert shown(87.96, "percent", 90.0, "missed", tolerance=2) == "87.96"
    assert shown(88.04, "percent", 90.0, "near", tolerance=2) == "88.0"
    assert shown(6.04, "days", 5.0, "missed", tolerance=1) == "6.04"


def test_a_publishers_precision_is_not_exceeded() -> None:
    assert shown(89.96, "percent", 90.0, "met", decimals=1) == "90.0"
    assert shown(89.5, "percent", 90.0, "met", decimals=0) == "90"
    assert shown(89.4, "percent", 90.0, "missed", decimals=0) == "89"


def test_a_gap_is_shown_with_its_sign() -> None:
    assert shown(5.04, "percent", 0.0, "met", signed=True) == "+5.0"
    assert shown(-0.04, "percent", 0.0, "missed", signed=True) == "-0.04"
    assert shown(0.0, "percent", 0.0, "met", signed=True) == "0.0"


@given(
    st.floats(-1000, 1000) | st.integers(0, 100).map(float),
    DIFFERENCES,
    st.sampled_from(UNITS),
    st.sampled_from(get_args(Better)),
    st.floats(0, 10) | st.integers(0, 10).map(float),
    st.none() | st.integers(0, 3),
)
def test_what_is_shown_has_the_status_that_stands_beside_it(
    expected: float,
    difference: float,
    unit: str,
    better: Better,
    tolerance: float,
    decimals: int | None,
) -> None:
    actual = expected + difference
    status = judge(actual, expected, better, tolerance=tolerance, decimals=decimals).status

    text = shown(actual, unit, expected, status, tolerance=tolerance, decimals=decimals)

    read = float(text.replace(",", ""))
    assert judge(read, expected, better, tolerance=tolerance).status is status


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [(2.675, 2, 2.68), (0.5, 0, 1.0), (-0.5, 0, -1.0), (1e300, 2, 1e300), (1234.5, -2, 1200.0)],
)
def test_halves_are_rounded_away_from_zero(value: float, decimals: int, rounded: float) -> None:
    assert half_up(value, decimals) == rounded


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_rounding_moves_a_number_by_half_a_place_at_most(value: float, decimals: int) -> None:
    moved = abs(Decimal(repr(half_up(value, decimals))) - Decimal(repr(value)))

    assert moved <= Decimal(1).scaleb(-decimals) / 2


def test_what_is_not_finite_cannot_be_rounded() -> None:
    with pytest.raises(ValueError, match="finite"):
        half_up(float("nan"), 1)
