"""Times in the hour a clock leaves out, or brings twice, are counted in the receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scorecard as s
from scorecard.declare.sources import ColumnContract
from scorecard.observe.clock_changes import clock_changes
from tests.observe.desk import Desk, make_source

ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
LEFT_OUT = "times without offset in {!r} in the hour that is left out when the clock goes forward"
TWICE = "times without offset in {!r} in the hour that comes twice when the clock goes back"


def odd(desk: Desk, content: str) -> dict[str, int]:
    """What the receipt says of such times: the beginning of each note, with its count."""
    receipt = desk.land_text(content, as_of=datetime(2027, 1, 1, tzinfo=UTC))
    notes = [note for note in receipt.notes if note.startswith("times without offset")]
    return {note.split(",")[0]: int(note.rsplit(": ")[1].replace(",", "")) for note in notes}


@settings(max_examples=200)
@given(
    st.datetimes(datetime(1970, 1, 3), datetime(2099, 12, 30)), st.sampled_from(ZONES), st.data()
)
def test_the_changes_are_those_of_the_zone_database(
    moment: datetime, name: str, data: st.DataObject
) -> None:
    changes = clock_changes(name)
    if changes and data.draw(st.booleans()):
        change = data.draw(st.sampled_from(changes))
        moment = change.first + data.draw(st.integers(-90, 90)) * timedelta(minutes=1)
    zone = ZoneInfo(name)
    early, late = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    is_there = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
    is_twice = is_there and early.utcoffset() != late.utcoffset()
    inside = [change.twice for change in changes if change.first <= moment < change.end]
    assert inside == ([] if is_there and not is_twice else [is_twice])


def test_only_times_without_an_offset_inside_the_hour_are_counted(desk: Desk) -> None:
    found = odd(
        desk,
        "id,Open Date,closed_at\n"
        "1,2026-03-08 01:59:59,2026-11-01T00:59:59\n"
        "2,2026-03-08 02:00:00,2026-11-01T01:00\n"
        "3,2026-03-08T02:59:59.999,2026-11-01 01:59:59\n"
        "4,2026-03-08 03:00:00,2026-11-01 02:00:00\n"
        "5,2026-03-08T02:30:00-05:00,2026-11-01T01:30:00-04:00\n"
        "6,2026-03-08T02:30:00Z,2026-11-01T01:30:00Z\n"
        "7,2026-03-08,2026-11-01\n"
        "8,,\n",
    )
    assert found == {LEFT_OUT.format("opened_at"): 2, TWICE.format("closed_at"): 2}


def test_the_time_left_out_is_read_as_after_the_change_and_the_double_one_as_the_second(
    desk: Desk,
) -> None:
    odd(desk, "id,Open Date,closed_at\n1,2026-03-08 02:30:00,2026-11-01 01:30:00\n")
    assert desk.rows("opened_at, closed_at") == [
        (datetime(2026, 3, 8, 7, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    ]


def test_rows_in_quarantine_are_not_counted(desk: Desk) -> None:
    found = odd(
        desk,
        "id,Open Date,closed_at\n"
        "1,2026-03-08 02:30:00,\n"
        "1,2026-03-08 02:30:00,\n"
        ",2026-03-08 02:30:00,\n"
        "3,2026-03-08 02:30:00,never\n",
    )
    assert found == {LEFT_OUT.format("opened_at"): 1}


@pytest.mark.parametrize(
    ("column", "value", "rows"),
    [
        (s.timestamp(formats=["%m/%d/%Y %H:%M"]), "03/08/2026 02:30", 1),
        (s.timestamp(formats=["%m/%d/%Y %H:%M"]), "03/08/2026 03:30", 0),
        (s.timestamp(formats=["%m/%d/%Y %H:%M %z"]), "03/08/2026 02:30 -0500", 0),
        (s.timestamp(zone="utc"), "2026-03-08 02:30:00", 0),
        (s.timestamp(planned=True), "2026-03-08 02:30:00", 1),
        (s.text(), "2026-03-08 02:30:00", 0),
    ],
)
def test_every_form_of_time_that_is_local_is_looked_at(
    desk: Desk, column: ColumnContract, value: str, rows: int
) -> None:
    desk = desk.under(make_source({"id": s.text(), "t": column}))
    assert odd(desk, f"id,t\n1,{value}\n") == ({LEFT_OUT.format("t"): 1} if rows else {})


def test_the_same_file_again_has_the_same_notes(desk: Desk) -> None:
    content = "id,Open Date\n1,2026-03-08 02:30:00\n2,2026-05-01 02:30:00\n"
    assert odd(desk, content) == odd(desk, content) == {LEFT_OUT.format("opened_at"): 1}


def test_many_batches_are_added_up(desk: Desk) -> None:
    lines = [f"{i},2026-11-01 01:{i % 60:02}:00" for i in range(70_000)]
    found = odd(desk, "id,Open Date\n" + "\n".join(lines) + "\n")
    assert found == {TWICE.format("opened_at"): 70_000}


def test_a_time_under_two_headings_is_looked_at_as_a_whole(desk: Desk) -> None:
    column = s.timestamp(("day", "hour"), formats=["%m/%d/%Y %I:%M %p"])
    desk = desk.under(make_source({"id": s.text(), "t": column}))
    found = odd(
        desk,
        "id,day,hour\n1,03/08/2026,02:30 AM\n2,2026-03-08,02:30\n3,03/08/2026,03:30 AM\n"
        "4,11/01/2026,01:30 AM\n5,,\n",
    )
    assert found == {LEFT_OUT.format("t"): 2, TWICE.format("t"): 1}


def test_a_time_from_two_columns_is_looked_at_whole(desk: Desk) -> None:
    column = s.timestamp(("day", "hour"), formats=["%m/%d/%Y %I:%M %p"], blank=["-"])
    desk = desk.under(make_source({"id": s.text(), "t": column}))
    found = odd(
        desk,
        "id,day,hour\n1,03/08/2026,02:30 AM\n2,03/08/2026,03:30 AM\n3,11/01/2026,01:30 AM\n4,-,-\n",
    )
    assert found == {LEFT_OUT.format("t"): 1, TWICE.format("t"): 1}
