from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.report.history import History
from scorecard.report.ranking import by_service_gap, largest_lately, relative_gap
from tests.report.rows_builder import SHARE, months, row


def test_gaps_of_different_units_are_ranked_by_their_share_of_the_expected_value() -> None:
    one_day_of_three = row(4.0)
    ten_points_of_eighty = row(70.0, **SHARE)
    two_days_of_ninety = row(92.0, standard="permits", expected=90.0)
    rows = [two_days_of_ninety, ten_points_of_eighty, one_day_of_three]
    ranked = by_service_gap(rows, History(rows))
    assert ranked == [one_day_of_three, ten_points_of_eighty, two_days_of_ninety]


def test_only_judged_rows_that_are_not_met_are_ranked() -> None:
    met, few, empty = row(2.0), row(9.0, n=1, min_n=20), row(None)
    rows = [met, few, empty]
    assert by_service_gap(rows, History(rows)) == []


ZERO: dict[str, Any] = {
    "standard": "complaints",
    "unit": "count",
    "expected": 0.0,
    "tolerance": 0.0,
}


def test_where_zero_is_expected_the_gap_is_a_share_of_the_largest_of_twelve_periods() -> None:
    # The 90 lies thirteen periods back, and what is too few to judge is no figure.
    rows = months([90.0, *[3.0] * 9, 8.0, 0.0, 2.0], **ZERO)
    assert largest_lately(rows) == 8
    assert relative_gap(rows[-1], 8.0) == -0.25
    assert largest_lately([*rows[:-1], row(50.0, n=1, min_n=20, **ZERO)]) == 8


def test_a_standard_of_zero_stands_among_the_others_by_its_own_past() -> None:
    mild = months([8.0, 2.0], **ZERO)
    worst = months([1.0, 2.0], **{**ZERO, "standard": "injuries"})
    half, double, a_little = row(4.5), row(7.0, standard="lights"), row(3.3, standard="x")
    history = History([*mild, *worst, half, double, a_little])
    ranked = by_service_gap([mild[-1], a_little, half, worst[-1], double], history)
    assert ranked == [double, worst[-1], half, mild[-1], a_little]


def test_the_first_figure_above_zero_is_as_wide_as_the_whole_of_what_is_expected() -> None:
    first = row(1.0, **ZERO)
    assert relative_gap(first, largest_lately([first])) == -1
    kept = row(0.0, **ZERO)
    assert relative_gap(kept, largest_lately([kept])) == 0


def test_below_an_expected_zero_where_more_is_better() -> None:
    rows = months([-40.0, 10.0, -10.0], **{**ZERO, "better": "higher"})
    assert relative_gap(rows[-1], largest_lately(rows)) == -0.25
    assert relative_gap(rows[1], largest_lately(rows)) == 0.25


def test_what_is_unknown_has_no_share() -> None:
    assert relative_gap(row(None, **ZERO), 8.0) is None
    assert relative_gap(row(3.0, expected=None, tolerance=None), 8.0) is None


@given(
    st.lists(st.integers(0, 10**6).map(lambda n: n / 10), min_size=1, max_size=20),
    st.floats(0.001, 1000),
)
def test_with_zero_expected_the_share_lies_between_0_and_1_and_has_no_unit(
    actuals: list[float], unit: float
) -> None:
    def share(values: list[float]) -> float:
        rows = months(list(values), **ZERO)
        found = relative_gap(rows[-1], largest_lately(rows))
        assert found is not None
        return found

    here = share(actuals)
    assert -1 <= here <= 0
    assert share([actual * unit for actual in actuals]) == pytest.approx(here, rel=1e-9, abs=1e-9)


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6), st.floats(0.001, 1000))
def test_the_share_does_not_depend_on_the_unit(actual: float, expected: float, unit: float) -> None:
    here = relative_gap(row(actual, expected=expected), 0.0)
    there = relative_gap(row(actual * unit, expected=expected * unit), 0.0)
    assert here is not None
    assert there is not None
    assert abs(here - there) <= 1e-9 * max(1.0, abs(here))
