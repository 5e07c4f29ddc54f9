"""Quarantine holds each bad row of each file once, and can be asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scorecard.observe.quarantine import quarantine_counts
from tests.observe.desk import TOWN, Desk

BAD = "id,Open Date\n1,2026-01-01\n2,bad\n,2026-01-01\n"


def test_a_file_imported_again_replaces_its_rows(desk: Desk) -> None:
    desk.land_text(BAD, "a.csv")
    desk.land_text("id,Open Date\n5,2026-01-01\n6,worse\n", "b.csv")
    # Not the last file any more, so it is read in full again.
    desk.land_text(BAD, "renamed.csv")
    assert sorted((row.file_name, row.line) for row in desk.bad()) == [
        ("b.csv", 3),
        ("renamed.csv", 3),
        ("renamed.csv", 4),
    ]
    assert quarantine_counts(desk.workspace, TOWN.id, "requests") == {
        "time-unreadable": 2,
        "value-missing": 1,
    }


def test_rows_can_be_asked_for_by_file_and_code(desk: Desk) -> None:
    receipt = desk.land_text(BAD, "a.csv")
    desk.land_text("id,Open Date\n6,worse\n7,2026-01-01\n", "b.csv")
    assert len(desk.bad()) == 3
    assert [row.file_name for row in desk.bad()] == ["b.csv", "a.csv", "a.csv"]
    assert [row.line for row in desk.bad(file_sha256=receipt.file_sha256)] == [3, 4]
    assert [row.line for row in desk.bad(code="value-missing")] == [4]
    assert [row.line for row in desk.bad(file_name="b.csv")] == [2]
    assert desk.bad(file_name="c.csv") == []
    assert len(desk.bad(limit=1)) == 1
    row = desk.bad(code="value-missing")[0]
    assert (row.moment, row.imported_at) == (receipt.moment, receipt.imported_at)
    assert row.moment == datetime(2026, 1, 1, 5, tzinfo=UTC)


def test_rows_are_counted_by_file_and_code(desk: Desk) -> None:
    desk.land_text(BAD, "a.csv")
    desk.land_text("id,Open Date\n6,worse\n7,2026-01-01\n", "b.csv")
    place = desk.workspace, TOWN.id, "requests"
    assert quarantine_counts(*place, file_name="a.csv") == {
        "time-unreadable": 1,
        "value-missing": 1,
    }
    assert quarantine_counts(*place, code="time-unreadable") == {"time-unreadable": 2}
    assert quarantine_counts(*place, code="value-missing", file_name="b.csv") == {}


def test_nothing_imported_is_nothing_in_quarantine(desk: Desk) -> None:
    assert desk.bad() == []
    assert quarantine_counts(desk.workspace, TOWN.id, "requests") == {}


@pytest.mark.parametrize("count", [20_001])
def test_many_bad_rows_are_all_kept(desk: Desk, count: int) -> None:
    rows = "".join(f"{number},bad\n" for number in range(count))
    receipt = desk.land_text(f"id,Open Date\nx,2026-01-01\n{rows}")
    assert receipt.rows_quarantined == count
    assert [row.line for row in desk.bad()] == list(range(3, count + 3))
