from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.declare.periods import Period
from scorecard.report.history import (
    History,
    choices,
    last_ended,
    last_twelve,
    period_of,
    pick,
    streak,
    usual,
)
from tests.report.rows_builder import months, row

JULY = Period(date(2026, 7, 1), "month")


def test_a_quarterly_standard_stands_with_its_last_whole_quarter() -> None:
    monthly = months([2.0, 2.0, 2.0])
    quarterly = months([1.0, 2.0, 9.0], grain="quarter", standard="audits")
    found = {r.standard: r for r in History([*monthly, *quarterly]).at(JULY)}
    assert found["potholes"].period == date(2026, 7, 1)
    assert found["audits"].period == date(2026, 4, 1)
    june = Period(date(2026, 6, 1), "month")
    assert last_ended(june, "quarter").start == date(2026, 4, 1)
    assert last_ended(JULY, "week").start == date(2026, 7, 20)


def test_a_standard_without_a_row_in_the_period_is_not_there() -> None:
    assert History(months([2.0], last=date(2026, 5, 1))).at(JULY) == []


def test_the_page_offers_the_grain_most_standards_are_judged_by_newest_first() -> None:
    rows = [
        *months([1.0, 1.0]),
        *months([1.0, 1.0], standard="lights"),
        *months([1.0], grain="quarter", standard="audits"),
    ]
    assert [p.start for p in choices(rows)] == [date(2026, 7, 1), date(2026, 6, 1)]
    assert choices([]) == []


def test_of_two_grains_with_as_many_standards_the_finer_one_is_offered() -> None:
    rows = [*months([1.0]), *months([1.0], grain="quarter", standard="audits")]
    assert choices(rows)[0].grain == "month"


def test_the_usual_period_is_the_newest_that_is_judged() -> None:
    rows = [*months([1.0, 1.0], last=date(2026, 6, 1)), row(1.0, complete=False)]
    assert usual(choices(rows), History(rows)) == Period(date(2026, 6, 1), "month")


def test_the_usual_period_is_the_newest_where_nothing_is_judged() -> None:
    rows = months([None, None])
    assert usual(choices(rows), History(rows)) == JULY
    assert usual([], History([])) is None


def test_any_day_of_a_period_picks_it() -> None:
    assert pick([JULY], date(2026, 7, 31)) == JULY
    assert pick([JULY], date(2026, 8, 1)) is None
    assert pick([JULY], None) is None


def test_a_streak_counts_near_and_missed_and_says_since_when() -> None:
    found = streak(months([2.0, 3.5, 9.0, 9.0]))
    assert found is not None
    assert (found.count, found.since.start, found.whole) == (3, date(2026, 5, 1), False)


def test_what_is_not_known_is_not_counted_as_missed() -> None:
    found = streak(months([2.0, 9.0, None, 9.0]))
    assert found is not None
    assert (found.count, found.whole) == (1, False)


def test_a_streak_as_long_as_the_records_says_so() -> None:
    found = streak(months([None, 9.0, 9.0]))
    assert found is not None
    assert (found.count, found.whole) == (2, True)


def test_a_period_that_is_met_or_unknown_ends_no_streak() -> None:
    assert streak(months([9.0, 2.0])) is None
    assert streak(months([9.0, None])) is None
    assert streak([]) is None


def test_a_total_over_all_periods_belongs_to_none() -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="belongs to no period"):
        period_of(replace(row(1.0), grain="all"))


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_twelve_periods_follow_one_another_and_end_in_the_one_asked_for(day: date) -> None:
    periods = last_twelve(Period(day.replace(day=1), "month"))
    assert len(periods) == 12
    assert periods[-1].start == day.replace(day=1)
    assert all(one.next() == two for one, two in pairwise(periods))
