"""A key that changes its type or its spelling between files: nothing is lost, and it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import scorecard as s
from scorecard.errors import ImportRefused
from scorecard.observe.receipt import Receipt
from tests.observe.desk import Desk, make_source

AT = datetime(2026, 1, 1, tzinfo=UTC)
NOTE = " new rows have keys that are landed in another spelling"


@pytest.fixture
def by_text(desk: Desk) -> Desk:
    return desk.under(make_source({"id": s.text(), "v": s.text(optional=True)}))


@pytest.fixture
def by_number(desk: Desk) -> Desk:
    return desk.under(make_source({"id": s.integer(), "v": s.text(optional=True)}))


def land(desk: Desk, *keys: str) -> Receipt:
    return desk.land_text("id,v\n" + "".join(f"{key},x\n" for key in keys), as_of=AT)


def respelt(receipt: Receipt) -> int:
    return sum(int(note.split(" ")[0]) for note in receipt.notes if NOTE in note)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (["7", "8"], ["007", "9"], 1),
        (["007", "8"], ["7"], 1),
        (["7.0"], ["7", "8"], 1),
        (["7", "8"], ["7.0", "8.0", "9.0"], 2),
        (["0007"], ["007", "08"], 1),
        (["007"], ["007", "008"], 0),
        (["7", "8"], ["7", "9"], 0),
        (["A7", "7"], ["A007", "A7.0"], 0),
        (["0", "10"], ["00", "1"], 1),
        (["7.5"], ["7", "075"], 0),
    ],
)
def test_a_number_written_otherwise_is_a_case_of_its_own_and_the_receipt_says_so(
    first: list[str], second: list[str], told: int, by_text: Desk
) -> None:
    assert respelt(land(by_text, *first)) == 0
    receipt = land(by_text, *second)
    assert respelt(receipt) == told
    assert by_text.rows("id") == sorted((key,) for key in {*first, *second})


def test_the_note_stays_with_the_file_and_is_not_of_rows_that_are_landed_already(
    by_text: Desk,
) -> None:
    land(by_text, "7")
    assert respelt(land(by_text, "007")) == 1
    # The same file again is known by its bytes, and its receipt with it; another is read anew.
    assert respelt(land(by_text, "007")) == 1
    assert respelt(land(by_text, "007", "9")) == 0


def test_of_a_key_of_two_columns_each_text_is_compared_as_a_number(desk: Desk) -> None:
    desk = desk.under(make_source({"a": s.text(), "b": s.text()}, key=("a", "b")))
    desk.land_text("a,b\n07,x\n7,y\n", as_of=AT)
    receipt = desk.land_text("a,b\n7,x\n7,z\n", as_of=AT)
    assert respelt(receipt) == 1
    assert len(desk.rows("a")) == 4


def test_an_integer_key_has_one_value_in_every_spelling(by_number: Desk) -> None:
    land(by_number, "7", "8")
    receipt = land(by_number, "007", "8.0", "+9")
    assert (receipt.rows_new, receipt.rows_unchanged, receipt.rows_quarantined) == (1, 2, 0)
    assert by_number.rows("id") == [(7,), (8,), (9,)]
    twice = land(by_number, "10", "010", "10.0")
    assert (twice.rows_new, twice.rows_quarantined) == (1, 2)
    assert {row.code for row in by_number.bad()} == {"row-duplicate"}


def test_texts_where_the_key_is_an_integer_wait_in_quarantine(by_number: Desk) -> None:
    land(by_number, "7")
    receipt = land(by_number, "A-7", "7.5", "8")
    assert (receipt.rows_new, receipt.rows_quarantined) == (1, 2)
    assert [(row.code, row.key) for row in by_number.bad()] == [
        ("integer-unreadable", "A-7"),
        ("integer-unreadable", "7.5"),
    ]


def test_a_contract_whose_key_changes_type_is_refused_and_the_landed_rows_stay(
    by_text: Desk, by_number: Desk
) -> None:
    land(by_text, "007")
    before = by_text.rows()
    with pytest.raises(ImportRefused) as caught:
        land(by_number, "7")
    assert caught.value.code == "landed-differs"
    assert by_text.rows() == before


@pytest.mark.parametrize(
    "ids",
    [pa.array([7, 8]), pa.array([7.0, 8.0]), pa.array(["7", "8"]), pa.array([7, 8], pa.int8())],
)
def test_numbers_of_any_type_in_parquet_are_the_texts_of_a_delimited_file(
    ids: pa.Array, by_text: Desk
) -> None:
    land(by_text, "7", "8")
    file = by_text.folder / "a.parquet"
    pq.write_table(pa.table({"id": ids, "v": ["x", "x"]}), file)
    receipt = by_text.land(file, as_of=AT)
    assert (receipt.rows_new, receipt.rows_unchanged, respelt(receipt)) == (0, 2, 0)


def test_fractions_and_large_floats_of_parquet_stay_what_they_are(by_text: Desk) -> None:
    file = by_text.folder / "a.parquet"
    pq.write_table(pa.table({"id": [7.5, 1e17, -3.0], "v": ["x"] * 3}), file)
    by_text.land(file, as_of=AT)
    assert by_text.rows("id") == [("-3",), ("1e+17",), ("7.5",)]


def test_a_json_number_written_with_a_fraction_is_told_of(by_text: Desk) -> None:
    land(by_text, "7")
    file = Path(by_text.folder / "a.json")
    file.write_text(json.dumps([{"id": 7.0, "v": "x"}, {"id": 8, "v": "x"}]))
    assert respelt(by_text.land(file, as_of=AT)) == 1
