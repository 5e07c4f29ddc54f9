"""Rows of the scorecard: who reports, which value was in force, and what is no number."""

from __future__ import annotations

from datetime import date

import pytest

from scorecard.judge.status import Status
from scorecard.report.opened import Opened
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import scorecard_rows

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def one(town: Opened, standard: str, department: str | None, period: date) -> ScorecardRow:
    rows = scorecard_rows(town.declarations, town.ledger, standard=standard, period=period)
    [row] = [row for row in rows if row.department == department]
    return row


def test_a_department_is_counted_under_all_its_names(town: Opened) -> None:
    row = one(town, "closed-on-time", "works", JANUARY)
    assert (row.numerator, row.denominator, row.n) == (2, 3, 3)
    assert row.actual == pytest.approx(200 / 3)
    assert (row.expected, row.status) == (60, Status.MET)


def test_a_departments_own_expected_value_takes_the_place_of_the_shared_one(town: Opened) -> None:
    row = one(town, "closed-on-time", "parks", JANUARY)
    assert (row.actual, row.expected, row.gap, row.status) == (50, 50, 0, Status.MET)


def test_rows_without_a_department_count_for_the_organisation_and_show_as_unassigned(
    town: Opened,
) -> None:
    whole = one(town, "closed-on-time", None, JANUARY)
    lost = one(town, "closed-on-time", "unassigned", JANUARY)
    assert (whole.numerator, whole.denominator) == (4, 6)
    assert (lost.numerator, lost.denominator, lost.status) == (1, 1, Status.TOO_FEW)


def test_the_value_in_force_on_the_first_day_of_the_period_is_expected(town: Opened) -> None:
    assert one(town, "closed-on-time", "works", JANUARY).expected == 60
    assert one(town, "closed-on-time", "works", FEBRUARY).expected == 70
    before = one(town, "kept-by-due", "works", JANUARY)
    assert (before.expected, before.gap, before.status) == (None, None, Status.NOT_IN_FORCE)


def test_too_few_rows_and_no_rows_are_not_judged_and_not_zero(town: Opened) -> None:
    few = one(town, "closed-on-time", "works", FEBRUARY)
    assert (few.actual, few.n, few.status) == (100, 1, Status.TOO_FEW)
    none = one(town, "closed-on-time", "parks", FEBRUARY)
    assert (none.actual, none.gap, none.n, none.status) == (None, None, 0, Status.NO_DATA)


def test_the_period_in_which_the_data_ends_is_not_complete(town: Opened) -> None:
    row = one(town, "kept-by-due", "works", MARCH)
    assert (row.complete, row.status) == (False, Status.NOT_COMPLETE)


def test_a_case_still_open_is_not_kept_and_one_not_due_yet_does_not_count(town: Opened) -> None:
    february = one(town, "kept-by-due", "works", FEBRUARY)
    assert (february.numerator, february.denominator) == (1, 2)
    march = one(town, "kept-by-due", "works", MARCH)
    assert march.denominator is None


def test_a_standard_about_some_rows_measures_those_rows(town: Opened) -> None:
    row = one(town, "potholes", "works", JANUARY)
    assert (row.actual, row.n) == (2.0, 2)
    assert (row.gap, row.service_gap, row.status) == (0, 0, Status.MET)


def test_a_departments_own_standard_has_no_row_for_the_organisation(town: Opened) -> None:
    rows = scorecard_rows(town.declarations, town.ledger, standard="potholes")
    assert {row.department for row in rows} == {"works"}


def test_every_shared_standard_has_a_row_for_each_reporter_and_period(town: Opened) -> None:
    rows = scorecard_rows(town.declarations, town.ledger, standard="closed-on-time")
    seen = [(row.department, row.period) for row in rows]
    assert seen == [
        (department, period)
        for department in (None, "works", "parks", "unassigned")
        for period in (JANUARY, FEBRUARY, MARCH)
    ]


def test_the_gap_is_the_difference_wherever_both_sides_are_known(town: Opened) -> None:
    rows = scorecard_rows(town.declarations, town.ledger)
    for row in rows:
        if row.actual is None or row.expected is None:
            assert (row.gap, row.service_gap) == (None, None)
        else:
            gap = row.actual - row.expected
            assert row.gap == gap
            assert row.service_gap == (gap if row.better == "higher" else -gap)


def test_shares_have_an_interval_that_holds_them_and_few_days_have_none(town: Opened) -> None:
    for row in scorecard_rows(town.declarations, town.ledger):
        if row.unit == "percent" and row.actual is not None:
            assert row.low is not None
            assert row.high is not None
            assert row.low <= row.actual <= row.high
        else:
            assert (row.low, row.high) == (None, None)


def test_each_status_says_how_sure_it_is(town: Opened) -> None:
    words = {
        Status.MET: {"surely met", "likely met", "uncertain", "too few"},
        Status.NEAR: {"surely missed", "likely missed", "uncertain", "too few"},
        Status.MISSED: {"surely missed", "likely missed", "uncertain", "too few"},
        Status.TOO_FEW: {"too few"},
    }
    rows = scorecard_rows(town.declarations, town.ledger)
    assert {row.status for row in rows} >= {Status.MET, Status.TOO_FEW, Status.NO_DATA}
    for row in rows:
        assert row.confidence in words.get(row.status, {None}), row
