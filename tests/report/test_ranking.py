from hypothesis import given
from hypothesis import strategies as st

from scorecard.report.ranking import by_service_gap, relative_gap
from tests.report.rows_builder import SHARE, row


def test_gaps_of_different_units_are_ranked_by_their_share_of_the_expected_value() -> None:
    one_day_of_three = row(4.0)
    ten_points_of_eighty = row(70.0, **SHARE)
    two_days_of_ninety = row(92.0, standard="permits", expected=90.0)
    ranked = by_service_gap([two_days_of_ninety, ten_points_of_eighty, one_day_of_three])
    assert ranked == [one_day_of_three, ten_points_of_eighty, two_days_of_ninety]


def test_only_judged_rows_that_are_not_met_are_ranked() -> None:
    met, few, empty = row(2.0), row(9.0, n=1, min_n=20), row(None)
    assert by_service_gap([met, few, empty]) == []


def test_falling_short_of_zero_comes_first_and_the_wider_one_before_the_other() -> None:
    some = row(2.0, standard="complaints", unit="count", expected=0.0, tolerance=0.0)
    more = row(5.0, standard="injuries", unit="count", expected=0.0, tolerance=0.0)
    far = row(300.0)
    assert relative_gap(some) is None
    assert by_service_gap([far, some, more]) == [more, some, far]


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6), st.floats(0.001, 1000))
def test_the_share_does_not_depend_on_the_unit(actual: float, expected: float, unit: float) -> None:
    here = relative_gap(row(actual, expected=expected))
    there = relative_gap(row(actual * unit, expected=expected * unit))
    assert here is not None
    assert there is not None
    assert abs(here - there) <= 1e-9 * max(1.0, abs(here))
