"""Workbooks: dates stay dates, rows keep their numbers, damaged files are refused."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import scorecard as s
from scorecard.errors import ImportRefused
from scorecard.observe import workbook_reader
from tests.observe.desk import Desk, make_source

NAMES = ["ID", "open date", "Dept"]
FIRST = [1, datetime(2026, 1, 1, 12, 30), "DPW"]


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def refusal(desk: Desk, content: bytes, name: str = "a.xlsx", **more: Any) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        desk.land_text(content, name, **more)
    assert desk.landed() is None
    assert desk.bad() == []
    return caught.value


def test_the_first_sheet_is_landed(desk: Desk) -> None:
    rows = [NAMES, FIRST, ["x", date(2026, 1, 2), " Parks "], [3, "2026-01-03", None]]
    content = workbook(records=rows, other=[["nothing"]])
    assert desk.land_text(content, "a.xlsx").rows_new == 3
    assert desk.rows("id, opened_at, department") == [
        ("1", datetime(2026, 1, 1, 17, 30, tzinfo=UTC), "DPW"),
        ("3", datetime(2026, 1, 3, 5, tzinfo=UTC), None),
        ("x", datetime(2026, 1, 2, 5, tzinfo=UTC), "Parks"),
    ]
    assert desk.land_text(content, "a.xlsx").rows_unchanged == 3


def test_a_sheet_is_chosen_by_its_name(desk: Desk) -> None:
    content = workbook(cover=[NAMES, FIRST], more=[NAMES, FIRST, [2, "2026-01-02", None]])
    assert desk.land_text(content, "a.xlsx").rows_new == 1
    again = desk.land_text(content, "a.xlsx", sheet="more")
    assert (again.rows_new, again.rows_unchanged) == (1, 1)


def test_an_unknown_sheet_is_refused_with_the_nearest(desk: Desk) -> None:
    refused = refusal(desk, workbook(records=[NAMES, FIRST]), sheet="record")
    assert refused.code == "sheet-unknown"
    assert "'records'" in str(refused)
    assert refusal(desk, b"id,Open Date\n", "a.csv", sheet="a").code == "sheet-unknown"


def test_values_of_every_type_are_read_as_the_contract_says(desk: Desk) -> None:
    columns = {
        **{"id": s.text(), "n": s.number(), "i": s.integer(), "flag": s.boolean()},
        **{"day": s.date(), "seen": s.timestamp(), "says": s.text()},
    }
    desk = desk.under(make_source(columns))
    values = ["a", 1.25, 3.0, True, datetime(2026, 2, 3), datetime(2026, 2, 3, 1, 2, 3), " =1 "]
    desk.land_text(workbook(a=[list(columns), values]), "a.xlsx")
    at = datetime(2026, 2, 3, 6, 2, 3, tzinfo=UTC)
    assert desk.rows(", ".join(columns)) == [("a", 1.25, 3, True, date(2026, 2, 3), at, "=1")]


def test_a_formula_counts_as_the_value_that_was_saved_with_it(desk: Desk) -> None:
    plain = workbook(a=[NAMES, ["kept", "2026-01-01", "=1+1"]])
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<f>1+1</f>" in data
                for empty in (b"<v></v>", b"<v />", b"<v/>"):
                    data = data.replace(b"<f>1+1</f>" + empty, b"<f>1+1</f><v>2</v>")
            new.writestr(name, data)
    desk.land_text(written.getvalue(), "a.xlsx")
    assert desk.rows("department") == [("2",)]


def test_a_bad_row_goes_to_quarantine_under_its_row_of_the_sheet(desk: Desk) -> None:
    rows = [[], ["", None], NAMES, FIRST, [], [2, "soon", "Parks", "beyond"], [3, None, None]]
    receipt = desk.land_text(workbook(a=rows), "a.xlsx")
    assert (receipt.rows_new, receipt.rows_quarantined) == (2, 1)
    [row] = desk.bad()
    assert (row.line, row.code) == (6, "time-unreadable")
    assert json.loads(row.row) == {"ID": "2", "open date": "soon", "Dept": "Parks"}


def test_rows_are_numbered_over_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_reader, "_ROWS", 3)
    rows = [[number, "bad" if number % 4 else "2026-01-01", None] for number in range(2, 30)]
    desk.land_text(workbook(a=[NAMES, *rows]), "a.xlsx")
    assert [row.line for row in desk.bad()] == [n for n in range(2, 30) if n % 4]


def test_wrong_columns_are_refused(desk: Desk) -> None:
    assert refusal(desk, workbook(a=[["id", "open dat"], [1, 2]])).code == "column-missing"
    twice = workbook(a=[["id", "open date", "Open Date"], [1, 2, 3]])
    assert refusal(desk, twice).code == "header-duplicate"


def test_an_empty_sheet_and_one_with_headings_alone_are_refused(desk: Desk) -> None:
    assert refusal(desk, workbook(a=[])).code == "file-empty"
    assert refusal(desk, workbook(a=[NAMES])).code == "no-rows"
    assert refusal(desk, b"").code == "file-empty"


def test_a_damaged_workbook_is_refused(desk: Desk) -> None:
    whole = workbook(a=[NAMES, *([number, "2026-01-01", "x"] for number in range(500))])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("readme.txt", "no workbook")
    torn = bytearray(whole)
    at = whole.index(b"xl/worksheets/sheet1.xml") + 60
    torn[at : at + 400] = bytes(400)
    legacy = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    damaged = (b"id,Open Date\n", whole[:-30], whole[:900], other.getvalue(), bytes(torn), legacy)
    for content in damaged:
        assert refusal(desk, content).code == "workbook-unreadable"


def test_a_workbook_that_would_grow_without_bounds_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_reader, "_ALWAYS_ALLOWED", 1000)
    monkeypatch.setattr(workbook_reader, "_GROWTH", 1)
    assert refusal(desk, workbook(a=[NAMES, FIRST])).code == "workbook-too-large"


def test_a_packed_workbook_and_one_by_another_name_are_refused(desk: Desk) -> None:
    content = workbook(a=[NAMES, FIRST])
    assert refusal(desk, content, "a.csv").code == "format-unknown"
    assert refusal(desk, content, "a.xlsx.gz").code == "format-unknown"


def test_the_file_may_be_called_anything(desk: Desk) -> None:
    assert desk.land_text(workbook(a=[NAMES, FIRST]), "A [1]*.XLSX").rows_new == 1
    assert Path(desk.batches()[0].file_name).suffix == ".XLSX"
