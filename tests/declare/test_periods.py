from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.declare.periods import (
    GRAINS,
    Grain,
    Period,
    between,
    containing,
    fiscal_year_label,
    midnight,
    parse_period,
)
from scorecard.errors import ScorecardError

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
STARTS = st.integers(1, 12)
NEW_YORK = ZoneInfo("America/New_York")


@given(DAYS, st.sampled_from(GRAINS), STARTS)
def test_each_day_is_in_exactly_one_period(day: date, grain: Grain, start: int):
    period = containing(day, grain, start)
    assert period.start <= day < period.end
    assert containing(period.start, grain, start) == period
    assert containing(period.end - timedelta(days=1), grain, start) == period
    assert containing(period.end, grain, start) == period.next()


@given(DAYS, st.sampled_from(GRAINS), STARTS)
def test_next_and_previous_undo_one_another(day: date, grain: Grain, start: int):
    period = containing(day, grain, start)
    assert period.next().previous() == period
    assert period.previous().next() == period
    assert period.previous().end == period.start


@given(DAYS, st.integers(0, 900), st.sampled_from(GRAINS), STARTS)
def test_the_periods_between_two_days_have_no_gap_and_no_overlap(
    first: date, length: int, grain: Grain, start: int
):
    last = first + timedelta(days=length)
    periods = between(first, last, grain, start)
    assert periods[0] == containing(first, grain, start)
    assert periods[-1] == containing(last, grain, start)
    assert [one.end for one in periods[:-1]] == [one.start for one in periods[1:]]


@given(DAYS, STARTS)
def test_quarters_make_up_years(day: date, start: int):
    for quarter, whole in (("quarter", "year"), ("fiscal_quarter", "fiscal_year")):
        year = containing(day, whole, start)  # type: ignore[arg-type]
        quarters = between(year.start, year.end - timedelta(days=1), quarter, start)  # type: ignore[arg-type]
        assert len(quarters) == 4
        assert (quarters[0].start, quarters[-1].end) == (year.start, year.end)


@given(DAYS, STARTS)
def test_a_fiscal_year_begins_in_its_month(day: date, start: int):
    year = containing(day, "fiscal_year", start)
    assert (year.start.month, year.start.day) == (start, 1)
    assert year.label == fiscal_year_label(day, start)


@pytest.mark.parametrize(
    ("day", "grain", "start", "first", "label"),
    [
        (date(2026, 7, 15), "day", 1, date(2026, 7, 15), "2026-07-15"),
        (date(2026, 7, 15), "week", 1, date(2026, 7, 13), "2026-W29"),
        (date(2027, 1, 1), "week", 1, date(2026, 12, 28), "2026-W53"),
        (date(2026, 7, 15), "month", 1, date(2026, 7, 1), "2026-07"),
        (date(2026, 7, 15), "quarter", 4, date(2026, 7, 1), "2026 Q3"),
        (date(2026, 7, 15), "year", 4, date(2026, 1, 1), "2026"),
        (date(2024, 3, 31), "fiscal_year", 4, date(2023, 4, 1), "FY 2023-24"),
        (date(2024, 4, 1), "fiscal_year", 4, date(2024, 4, 1), "FY 2024-25"),
        (date(2024, 3, 31), "fiscal_quarter", 4, date(2024, 1, 1), "FY 2023-24 Q4"),
        (date(1999, 8, 1), "fiscal_year", 7, date(1999, 7, 1), "FY 1999-00"),
        (date(2026, 7, 15), "fiscal_year", 1, date(2026, 1, 1), "FY 2026"),
    ],
)
def test_known_periods(day: date, grain: Grain, start: int, first: date, label: str):
    period = containing(day, grain, start)
    assert (period.start, period.label) == (first, label)


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (date(2026, 3, 8), 5),  # clocks go forward during this day
        (date(2026, 3, 9), 4),
        (date(2026, 11, 1), 4),  # clocks go back during this day
        (date(2026, 11, 2), 5),
    ],
)
def test_a_day_begins_at_local_midnight_whatever_the_clocks_do(day: date, hour: int):
    assert midnight(day, NEW_YORK) == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@given(DAYS, st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC"]))
def test_midnights_are_a_day_apart_save_when_clocks_change(day: date, name: str):
    zone = ZoneInfo(name)
    length = midnight(day + timedelta(days=1), zone) - midnight(day, zone)
    assert length in [timedelta(hours=hours) for hours in (23, 24, 25)]
    assert midnight(day, zone).astimezone(zone).date() == day


def test_a_day_that_begins_without_midnight_begins_at_its_first_instant():
    # In Cairo clocks went from 0:00 to 1:00 on 28 April 2023.
    cairo = ZoneInfo("Africa/Cairo")
    start = midnight(date(2023, 4, 28), cairo)
    assert start == datetime(2023, 4, 27, 22, tzinfo=UTC)
    assert (start - timedelta(seconds=1)).astimezone(cairo).date() == date(2023, 4, 27)


@pytest.mark.parametrize(
    ("text", "grain", "start", "first"),
    [
        ("2026-07-15", "month", 1, date(2026, 7, 1)),
        ("2026-07", "month", 1, date(2026, 7, 1)),
        (" 2026 ", "year", 1, date(2026, 1, 1)),
        ("2023", "fiscal_year", 4, date(2023, 4, 1)),
        ("2023-24", "fiscal_year", 4, date(2023, 4, 1)),
        ("2023-2024", "fiscal_year", 4, date(2023, 4, 1)),
        ("1999-00", "fiscal_year", 4, date(1999, 4, 1)),
        ("2024-02", "fiscal_year", 4, date(2023, 4, 1)),
    ],
)
def test_periods_as_people_write_them(text: str, grain: Grain, start: int, first: date):
    assert parse_period(text, grain, start) == Period(first, grain, start)


@pytest.mark.parametrize("text", ["", "July", "2026-13", "2026-02-30", "2026-1-1-1", "2023-24"])
def test_what_names_no_period_is_refused(text: str):
    with pytest.raises(ScorecardError) as caught:
        parse_period(text, "month")
    assert caught.value.code == "period-unreadable"
