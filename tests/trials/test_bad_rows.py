"""Trial 4: a bad row at any place is found there, and costs no other row anything."""

from __future__ import annotations

import random
import shutil
from collections.abc import Container
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import scorecard as s
from scorecard.errors import ImportRefused
from scorecard.ledger import Ledger, open_ledger
from scorecard.observe.quarantine import QuarantinedRow
from tests.observe.desk import COLUMNS, TOWN, Desk, make_source

ROWS = 1_000
SOME_OR_ALL = [
    pytest.param([*range(7), 500, *range(993, 1_000)], id="15 places"),
    pytest.param([*range(ROWS)], id="1,000 places", marks=pytest.mark.slow),
]
HEADINGS = "id,Open Date,closed_at,Dept,note"
FIRST = "first,2026-01-01,,Parks,one line"
START = datetime(2026, 1, 1)
AS_OF = datetime.fromisoformat("2026-06-01T00:00:00+00:00")
RULE = s.rule("closed-first", lambda r: r.closed_at >= r.opened_at, "closed too soon")

# What stands in place of the good row of a number: its text, the column at fault, code, reason.
BAD = [
    ("{n},someday,,,", "opened_at", "time-unreadable", "Open Date: 'someday' is no time in ISO"),
    (",2026-01-01,,,", "id", "value-missing", "id: the value is missing."),
    ("{n},2026-02-30,,,", "opened_at", "date-impossible", "Open Date: '2026-02-30' is a time that"),
    ("{n},2026-01-01,,", None, "fields-count", "The row has 4 fields, the headings are 5."),
    ("{n},2026-01-02,2026-01-01,,", None, "closed-first", "closed too soon"),
    ("{n},2026-01-01,,a\x07b,", "department", "text-control", "Dept: the text holds a control"),
    ('{n},2026-01-01,,"a"b,', None, "quote-misplaced", "There is text after a closing quotation"),
    ("first,2026-01-01,,,", None, "key-duplicate", "another row with this key, which was kept."),
]


def good_row(number: int) -> str:
    """Every seventh row goes over three lines of the file."""
    opened = (START + timedelta(days=number % 90)).date().isoformat()
    note = f'"two\n\nlines of {number}"' if number % 7 == 3 else "one line"
    return f"{number},{opened},,Parks,{note}"


def spoilt(rows: int, places: dict[int, int]) -> tuple[str, dict[int, int]]:
    """A file of so many rows with bad ones of these kinds at `places`, and the lines of those."""
    lines, texts = dict[int, int](), [HEADINGS, FIRST]
    line = 1 + len(texts)
    for number in range(rows):
        text = good_row(number)
        if number in places:
            text = BAD[places[number]][0].format(n=number)
            lines[number] = line
        texts.append(text)
        line += text.count("\n") + 1
    return "\n".join(texts) + "\n", lines


def landed_row(number: int) -> tuple[Any, ...]:
    """What is to be landed of a good row."""
    opened = (START + timedelta(days=number % 90)).replace(tzinfo=ZoneInfo(TOWN.time_zone))
    note = f"two\n\nlines of {number}" if number % 7 == 3 else "one line"
    return str(number), opened, "Parks", note


def desk_in(folder: Path, ledger: Ledger, *, strict: bool = False) -> Desk:
    folder.mkdir()
    columns = {**COLUMNS, "note": s.text()}
    return Desk(folder, ledger, make_source(columns, rules=[RULE], strict=strict))


def kinds(places: list[int]) -> dict[int, int]:
    """Each kind of bad row in its turn."""
    return {place: number % len(BAD) for number, place in enumerate(places)}


def landed_in(desk: Desk) -> list[tuple[Any, ...]]:
    return desk.rows("id, opened_at, department, note")


def expected_but(rows: int, places: Container[int]) -> list[tuple[Any, ...]]:
    first = ("first", START.replace(tzinfo=ZoneInfo(TOWN.time_zone)), "Parks", "one line")
    return sorted([first, *(landed_row(number) for number in range(rows) if number not in places)])


def assert_found(row: QuarantinedRow, kind: int, line: int) -> None:
    """The row is in quarantine with line, column and reason."""
    _, column, code, reason = BAD[kind]
    assert (row.line, row.column, row.code) == (line, column, code)
    assert reason in row.reason


@pytest.mark.parametrize("places", SOME_OR_ALL)
def test_a_bad_row_at_any_place_is_quarantined_and_harms_no_other(
    tmp_path: Path, places: list[int]
) -> None:
    every = expected_but(ROWS, ())
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        for place, kind in kinds(places).items():
            content, lines = spoilt(ROWS, {place: kind})
            desk = desk_in(tmp_path / str(place), ledger)
            receipt = desk.land_text(content, as_of=AS_OF)
            assert (receipt.rows_new, receipt.rows_quarantined) == (ROWS, 1)
            [row] = desk.bad()
            assert_found(row, kind, lines[place])
            assert landed_in(desk) == [one for one in every if one[0] != str(place)]
            shutil.rmtree(desk.folder)


@pytest.mark.parametrize("places", SOME_OR_ALL)
def test_a_strict_contract_refuses_the_file_for_a_bad_row_at_any_place(
    tmp_path: Path, places: list[int]
) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        desk = desk_in(tmp_path / "strict", ledger, strict=True)
        for place, kind in kinds(places).items():
            content, lines = spoilt(ROWS, {place: kind})
            with pytest.raises(ImportRefused) as caught:
                desk.land_text(content, as_of=AS_OF)
            error, (_, column, code, reason) = caught.value, BAD[kind]
            assert (error.code, error.line) == ("row-refused", lines[place])
            assert f"line {lines[place]:,}{f', column {column!r}' if column else ''}" in str(error)
            assert reason in str(error)
            assert f"({code})" in str(error)
        assert (desk.landed(), desk.bad(), desk.batches()) == (None, [], [])


def test_a_thousand_bad_rows_at_random_places_are_all_found(tmp_path: Path) -> None:
    """In a file of several blocks, with texts that go over lines."""
    rows = 150_000
    places = kinds(sorted(random.Random(4).sample(range(rows), 1_000)))
    content, lines = spoilt(rows, places)
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        desk = desk_in(tmp_path / "many", ledger)
        receipt = desk.land_text(content, as_of=AS_OF)
        assert (receipt.rows_new, receipt.rows_quarantined) == (rows + 1 - 1_000, 1_000)
        bad = sorted(desk.bad(), key=lambda row: row.line)
        for row, (place, kind) in zip(bad, places.items(), strict=True):
            assert_found(row, kind, lines[place])
        assert landed_in(desk) == expected_but(rows, places)
