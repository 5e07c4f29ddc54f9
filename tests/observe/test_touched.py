"""A commit says which days it touched: no fewer than the rows that came, left or changed have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorecard as s
from scorecard.observe import landing
from scorecard.observe.landed import landed
from scorecard.observe.touched import Days, fewest, joined, touched_since
from tests.observe.desk import COLUMNS, Desk, make_source

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
JUNE = date(2026, 6, 1)
days_of_june = st.integers(0, 400).map(lambda n: JUNE + timedelta(days=n))
stretches = st.lists(st.tuples(days_of_june, days_of_june).map(lambda pair: tuple(sorted(pair))))


def within(days: Days | list[tuple[date, date]]) -> set[date]:
    return {
        first + timedelta(days=n) for first, last in days for n in range((last - first).days + 1)
    }


@given(stretches)
def test_joined_stretches_hold_the_same_days_in_order_and_apart(
    some: list[tuple[date, date]],
) -> None:
    found = joined(some)
    assert within(found) == within(some)
    assert all(one[1] + timedelta(days=1) < two[0] for one, two in pairwise(found))


@given(stretches, st.integers(1, 5))
def test_the_fewest_stretches_hold_all_days_and_close_the_shortest_gaps(
    some: list[tuple[date, date]], most: int
) -> None:
    days = joined(some)
    found = fewest(days, most)
    assert within(found) >= within(days)
    assert len(found) == min(most, len(days))
    gaps = sorted((two[0] - one[1]).days - 1 for one, two in pairwise(days))
    closed = len(days) - len(found)
    assert len(within(found)) == len(within(days)) + sum(gaps[:closed])


def text(*rows: str) -> str:
    return "\n".join(["id,Open Date,closed_at,Dept", *rows, ""])


def since(desk: Desk, version: int) -> dict[str, Days] | None:
    """What was touched since the version, of which its own commit's mark is known."""
    earlier = landed(desk.workspace, desk.organisation.id, "requests", version)
    now = desk.landed()
    assert earlier is not None
    assert now is not None
    return touched_since(
        desk.workspace,
        desk.organisation.id,
        desk.source,
        now.version,
        {"version": earlier.version, "commit": earlier.commit},
        NEW_YORK,
    )


def day(month: int, day: int) -> tuple[date, date]:
    return date(2026, month, day), date(2026, month, day)


def test_new_rows_touch_their_days_and_changed_rows_those_they_had_too(desk: Desk) -> None:
    desk.land_text(
        text("1,2026-01-01,,", "2,2026-02-01,2026-02-05,", "3,2026-03-01,,"), as_of=MONDAY
    )
    desk.land_text(
        text("1,2026-01-01,,", "2,2026-02-03,2026-02-04,", "4,2026-04-30T23:59:00,,"),
        as_of=MONDAY + timedelta(days=1),
    )
    assert since(desk, 0) == {
        "opened_at": (day(2, 1), day(2, 3), day(4, 30)),
        "due_at": (),
        "closed_at": ((date(2026, 2, 4), date(2026, 2, 5)),),
    }
    desk.land_text(text("3,2026-03-02,,"), as_of=MONDAY + timedelta(days=2))
    touched = since(desk, 0)
    assert touched is not None
    assert touched["opened_at"] == (
        day(2, 1),
        day(2, 3),
        (date(2026, 3, 1), date(2026, 3, 2)),
        day(4, 30),
    )
    assert since(desk, 1) == {"opened_at": touched["opened_at"][2:3], "due_at": (), "closed_at": ()}
    assert since(desk, 2) == {"opened_at": (), "due_at": (), "closed_at": ()}


def test_rows_that_are_only_of_a_later_moment_touch_nothing(desk: Desk) -> None:
    desk.land_text(text("1,2026-01-01,,", "2,2026-02-01,,"), as_of=MONDAY)
    desk.land_text(text("1,2026-01-01,,"), as_of=MONDAY + timedelta(days=1))
    found = desk.landed()
    assert found is not None
    assert found.version == 1
    assert since(desk, 0) == {"opened_at": (), "due_at": (), "closed_at": ()}


def test_days_are_those_of_the_organisations_zone(desk: Desk) -> None:
    desk.land_text(text("1,2026-01-01,,"), as_of=MONDAY)
    desk.land_text(text("2,2026-02-01T04:59:59Z,,", "3,2026-07-01T04:00:00Z,,"), as_of=MONDAY)
    found = since(desk, 0)
    assert found is not None
    assert found["opened_at"] == (day(1, 31), day(7, 1))


def test_days_and_fiscal_years_are_touched_as_they_are(desk: Desk) -> None:
    columns = COLUMNS | {"on": s.date(optional=True), "year": s.fiscal_year(optional=True)}
    desk = desk.under(make_source(columns))
    heading = "id,Open Date,on,year\n"
    desk.land_text(heading + "1,2026-01-01,2026-01-01,\n", as_of=MONDAY)
    desk.land_text(heading + "2,,2026-03-01,2025-26\n", as_of=MONDAY)
    found = since(desk, 0)
    assert found is not None
    assert (found["opened_at"], found["on"]) == ((), (day(3, 1),))
    assert found["year"] == ((date(2025, 4, 1), date(2025, 4, 1)),)


@pytest.mark.parametrize("then", [{}, {"version": 0}, {"version": 0, "commit": "x"}])
def test_from_a_state_that_is_not_of_this_table_nothing_is_known(
    desk: Desk, then: dict[str, object]
) -> None:
    desk.land_text(text("1,2026-01-01,,"), as_of=MONDAY)
    found = desk.landed()
    assert found is not None
    arguments = (desk.workspace, desk.organisation.id, desk.source, found.version)
    assert touched_since(*arguments, then, NEW_YORK) is None
    ahead = {"version": 7, "commit": found.commit}
    assert touched_since(*arguments, ahead, NEW_YORK) is None


def test_a_load_of_very_many_rows_and_a_table_given_another_form_say_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.land_text(text("1,2026-01-01,,"), as_of=MONDAY)
    monkeypatch.setattr(landing, "MOST_ROWS", 1)
    desk.land_text(text("2,2026-01-02,,", "3,2026-01-02,,"), as_of=MONDAY)
    assert since(desk, 0) is None
    desk.under(make_source(COLUMNS | {"more": s.text(optional=True)})).land_text(
        text("4,2026-01-02,,"), as_of=MONDAY
    )
    assert since(desk, 1) is None


def test_days_that_were_cut_by_another_clock_say_nothing(desk: Desk) -> None:
    desk.land_text(text("1,2026-01-01,,"), as_of=MONDAY)
    desk.land_text(text("2,2026-01-01,,"), as_of=MONDAY)
    found, first = desk.landed(), landed(desk.workspace, desk.organisation.id, "requests", 0)
    assert found is not None
    assert first is not None
    then = {"version": 0, "commit": first.commit}
    arguments = (desk.workspace, desk.organisation.id, desk.source, found.version, then)
    assert touched_since(*arguments, NEW_YORK) is not None
    assert touched_since(*arguments, ZoneInfo("UTC")) is None


def test_an_earlier_state_is_told_from_those_after_it(desk: Desk) -> None:
    commits: list[str | None] = []
    for number in range(3):
        desk.land_text(text(f"{number},2026-01-01,,"), as_of=MONDAY)
        found = desk.landed()
        assert found is not None
        commits.append(found.commit)
    again = [landed(desk.workspace, desk.organisation.id, "requests", v) for v in range(3)]
    assert [state and state.commit for state in again] == commits
    assert len({*commits, None}) == 4
