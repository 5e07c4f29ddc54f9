"""The subtraction."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.gap import gap, service_gap

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(NUMBERS, NUMBERS)
def test_the_gap_is_exactly_actual_less_expected(actual: float, expected: float) -> None:
    assert gap(actual, expected) == actual - expected


@given(NUMBERS)
def test_a_service_gap_turns_the_gap_where_less_is_better(difference: float) -> None:
    assert service_gap(difference, "higher") == difference
    assert service_gap(difference, "lower") == -difference
    assert str(service_gap(0.0, "lower")) == "0.0"


def test_what_is_unknown_stays_unknown() -> None:
    assert gap(None, 90.0) is None
    assert gap(90.0, None) is None
    assert service_gap(None, "higher") is None
    assert service_gap(None, "lower") is None
