"""All periods together."""

from __future__ import annotations

import pytest

from scorecard.report.opened import Opened
from scorecard.report.rows import scorecard_rows
from scorecard.report.show import shown_rows
from scorecard.report.totals import not_additive, totals


def test_sums_are_added_and_then_divided(town: Opened) -> None:
    rows = totals(scorecard_rows(town.declarations, town.ledger), town.declarations)
    [works] = [r for r in rows if (r.standard, r.department) == ("closed-on-time", "works")]
    # January 2 of 3 and February 1 of 1: not the average of 66.7 and 100.
    assert (works.numerator, works.denominator) == (3, 4)
    assert works.actual == 75
    assert works.as_json()["grain"] == "all"


def test_an_expected_value_that_changed_is_none_over_all_periods(town: Opened) -> None:
    rows = shown_rows(town, standard="closed-on-time", period="all")
    by_department = {row.department: row for row in rows}
    assert by_department["works"].expected is None
    assert by_department["parks"].expected == 50


def test_what_does_not_add_up_is_left_out_and_named(town: Opened) -> None:
    rows = totals(scorecard_rows(town.declarations, town.ledger), town.declarations)
    assert {row.standard for row in rows} == {"closed-on-time", "kept-by-due"}
    assert not_additive(town.declarations) == ["potholes"]


def test_departments_and_the_unassigned_sum_to_the_organisation(town: Opened) -> None:
    rows = shown_rows(town, standard="closed-on-time", period="all")
    whole = next(row for row in rows if row.department is None)
    parts = [row for row in rows if row.department is not None]
    assert sum(row.numerator or 0 for row in parts) == pytest.approx(whole.numerator)
    assert sum(row.n for row in parts) == whole.n
