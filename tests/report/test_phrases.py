from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.declare.periods import Period
from scorecard.report.phrases import (
    actual_words,
    counted,
    expected_words,
    gap_words,
    listed,
    moment_words,
    period_words,
    short_period,
    shortened,
    with_unit,
)
from tests.report.rows_builder import SHARE, row


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(date(2026, 7, 5), "day"), "5 July 2026"),
        (Period(date(2026, 7, 6), "week"), "week 28 of 2026"),
        (Period(date(2026, 7, 1), "month"), "July 2026"),
        (Period(date(2026, 7, 1), "quarter"), "2026 Q3"),
        (Period(date(2026, 1, 1), "year"), "2026"),
        (Period(date(2023, 4, 1), "fiscal_year", 4), "fiscal year 2023-24"),
        (Period(date(2023, 7, 1), "fiscal_quarter", 4), "fiscal year 2023-24 Q2"),
    ],
)
def test_a_period_reads_as_people_say_it(period: Period, words: str) -> None:
    assert period_words(period) == words


def test_units_agree_in_number_and_percent_has_a_sign() -> None:
    assert with_unit("1", "days") == "1 day"
    assert with_unit("1.0", "days") == "1.0 days"
    assert with_unit("78.5", "percent") == "78.5 %"
    assert with_unit("1,204", "count") == "1,204"
    assert with_unit("–", "days") == "–"


def test_a_figure_is_never_rounded_onto_the_promise_it_missed() -> None:
    missed = row(79.96, **SHARE | {"tolerance": 0.0})
    assert actual_words(missed) == "79.96 %"
    assert gap_words(missed) == "0.04 points behind"


def test_behind_is_worse_whichever_direction_is_better() -> None:
    assert gap_words(row(4.0)) == "1.0 days behind"
    assert gap_words(row(2.0)) == "1.0 days ahead"
    assert gap_words(row(75.0, **SHARE)) == "5.0 points behind"
    assert gap_words(row(85.0, **SHARE)) == "5.0 points ahead"
    assert gap_words(row(3.0)) == "as expected"


def test_a_gap_that_is_not_judged_is_not_put_in_words() -> None:
    few = row(9.0, n=3, min_n=20)
    assert few.service_gap == -6.0
    assert gap_words(few) == "–"
    assert gap_words(row(None)) == "–"


def test_expected_says_which_side_is_kept() -> None:
    assert expected_words(row(4.0)) == "at most 3 days"
    assert expected_words(row(75.0, **SHARE)) == "at least 80 %"
    assert expected_words(row(4.0, expected=None)) == "–"


@given(actual=st.floats(0, 100), expected=st.floats(0, 100))
def test_words_never_contradict_the_status(actual: float, expected: float) -> None:
    made = row(actual, **SHARE | {"expected": expected})
    words = gap_words(made)
    assert words.endswith("behind") == (str(made.status) in ("near", "missed"))


def test_lists_and_counts_read_as_a_sentence() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b"], "or") == "a or b"
    assert counted(1, "record") == "1 record"
    assert counted(12005, "record") == "12,005 records"
    assert moment_words(datetime(2026, 7, 5, 14, 5)) == "5 July 2026, 14:05"


def test_long_titles_are_cut_after_a_whole_word() -> None:
    assert shortened("short") == "short"
    assert shortened("one two, three", 9) == "one two…"


def test_a_chart_names_months_shortly() -> None:
    assert short_period(Period(date(2026, 7, 1), "month")) == "Jul 2026"
    assert short_period(Period(date(2023, 4, 1), "fiscal_year", 4)) == "FY 2023-24"
