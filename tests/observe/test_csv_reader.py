"""Delimited text is taken apart exactly, and every broken row is kept with its line."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorecard as s
from scorecard.errors import ImportRefused
from scorecard.observe import csv_blocks, files
from scorecard.observe.csv_blocks import StrayMarks
from scorecard.observe.csv_reader import CsvReader
from scorecard.observe.files import SourceFile
from tests.observe.desk import Desk, make_source

PLAIN = make_source({"id": s.text(), "b": s.text(), "c": s.text()})


def refusal(desk: Desk, content: str | bytes, **more: str) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        desk.land_text(content, **more)
    assert desk.landed() is None
    assert desk.bad() == []
    return caught.value


def test_line_ends_and_quoted_line_breaks_are_read(desk: Desk) -> None:
    text = 'id,Open Date,Dept\n1,2026-01-01,"Par\nks"\n\n2,2026-01-02,"say ""hi"", you"\n'
    for end in ("\n", "\r\n"):
        desk.land_text(text.replace("\n", end))
        found = [(i, d.replace("\r", "")) for i, d in desk.rows("id, department")]
        assert found[-2:] == [("1", "Par\nks"), ("2", 'say "hi", you')]
    desk.land_text("id,Open Date,Dept\r7,2026-01-01,x\r8,2026-01-01,y\r", "old.csv")
    assert ("8", "y") in desk.rows("id, department")


def test_a_last_line_needs_no_end(desk: Desk) -> None:
    assert desk.land_text("id,Open Date\n1,2026-01-01").rows_new == 1


def test_headings_are_found_whatever_their_case_and_place(desk: Desk) -> None:
    receipt = desk.land_text("more, OPEN  date ,ID,\n.,2026-01-01,1,\n")
    assert desk.rows("id") == [("1",)]
    assert "columns not in the contract, ignored: more" in receipt.notes
    assert "due_at" in receipt.notes[1]


def test_a_missing_column_is_refused_with_the_nearest_heading(desk: Desk) -> None:
    error = refusal(desk, "id,Opened Date\n1,2026-01-01\n")
    assert (error.code, error.line) == ("column-missing", 1)
    assert "'opened_at'" in error.message
    assert "'Opened Date'" in (error.hint or "")


def test_a_heading_over_two_columns_is_refused(desk: Desk) -> None:
    assert refusal(desk, "id,open date,Open Date\n1,,\n").code == "header-duplicate"
    # Headings nobody asks for may be there twice.
    assert desk.land_text("id,open date,,\n1,2026-01-01,,\n").rows_new == 1


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_wrong_delimiter_is_refused_and_the_right_one_named(desk: Desk, delimiter: str) -> None:
    text = "id,Open Date\n1,2026-01-01\n".replace(",", delimiter)
    error = refusal(desk, text)
    assert error.code == "delimiter-wrong"
    assert repr(delimiter) in (error.hint or "")
    assert desk.land_text(text, delimiter=delimiter).rows_new == 1


def test_a_delimiter_is_one_plain_character(desk: Desk) -> None:
    for delimiter in (",,", "é", '"', "\n"):
        assert refusal(desk, "id,Open Date\n1,\n", delimiter=delimiter).code == "delimiter-wrong"


def test_broken_rows_go_to_quarantine_with_their_lines(desk: Desk) -> None:
    lines = [
        "id,Open Date,Dept",
        '1,2026-01-01,"two',
        'lines"',
        "2,2026-01-01",
        "",
        "3,2026-01-01,x,y",
        '4,2026-01-01,"x"y',
        "5,2026-01-01,a\rb",
        "6,2026-01-01,a\0b",
        '7,2026-01-01,5" pipe',
    ]
    receipt = desk.land_text("\r\n".join(lines).replace("a\r\nb", "a\rb") + "\r\n")
    assert (receipt.rows_read, receipt.rows_new, receipt.rows_quarantined) == (7, 2, 5)
    assert [(row.line, row.code) for row in desk.bad()] == [
        (4, "fields-count"),
        (6, "fields-count"),
        (7, "quote-misplaced"),
        (8, "text-control"),
        (9, "text-control"),
    ]
    assert json.loads(desk.bad()[0].row) == ["2", "2026-01-01"]
    assert json.loads(desk.bad()[4].row) == {"id": "6", "Open Date": "2026-01-01", "Dept": "a\0b"}
    assert desk.rows("id") == [("1",), ("7",)]


def test_a_quotation_that_is_never_closed_is_refused_where_it_opens(desk: Desk) -> None:
    error = refusal(desk, 'id,Open Date,Dept\n1,,x\n2,,"never\n3,,x\n')
    assert (error.code, error.line) == ("quote-unclosed", 3)


def test_a_row_without_end_is_refused_in_little_memory(desk: Desk) -> None:
    file = desk.folder / "a.csv"
    with file.open("wb") as opened:
        opened.write(b"id,Open Date,Dept\n1,2026-01-01,x\n2,2026-01-01,")
        for _ in range(100):
            opened.write(b"x" * (1 << 20))
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from scorecard.errors import ImportRefused\n"
        "from scorecard.ledger import open_ledger\n"
        "from tests.memory import peak_bytes\n"
        "from tests.observe.desk import Desk, make_source\n"
        "folder = Path(sys.argv[1])\n"
        "try:\n"
        "    with open_ledger(folder / 'l.sqlite3') as ledger:\n"
        "        Desk(folder, ledger, make_source()).land(folder / 'a.csv')\n"
        "except ImportRefused as error:\n"
        "    print(error.code, error.line)\n"
        "print(peak_bytes() >> 20)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(desk.folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    refused, peak = done.stdout.splitlines()
    assert refused == "line-too-long 3"
    assert int(peak) < 500


def test_a_long_value_goes_to_quarantine(desk: Desk) -> None:
    text = f"id,Open Date,Dept\n1,2026-01-01,x\n2,2026-01-01,{'y' * 1_100_000}\n"
    assert desk.land_text(text).rows_new == 1
    [row] = desk.bad()
    assert (row.line, row.code) == (3, "value-too-long")
    assert len(row.row) < 20_000


CELLS = st.text(st.sampled_from('ab ,;"\n\té\u00a0'), max_size=5)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=12), st.booleans())
def test_any_table_is_read_as_it_was_written(rows: list[list[str]], windows: bool) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n" if windows else "\n")
    writer.writerows([["id", "b", "c"], *rows])
    text = written.getvalue()
    lines = []
    parted = csv.reader(io.StringIO(text, newline=""))
    before = 0
    for row in parted:
        if row:
            lines.append((before + 1, row))
        before = parted.line_num
    good = [(line, [cell.strip() for cell in row]) for line, row in lines if len(row) == 3][1:]
    bad = [line for line, row in lines if len(row) != 3]
    found, broken = read(text.encode())
    assert found == good
    assert broken == bad


def read(content: bytes) -> tuple[list[tuple[int, list[str]]], list[int]]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.csv"
        file.write_bytes(content)
        try:
            reader = CsvReader(SourceFile(file, "utf-8"), PLAIN, ",")
            batches = [make() for make in reader.batches()]
        except StrayMarks:
            reader = CsvReader(SourceFile(file, "utf-8"), PLAIN, ",", exact=True)
            batches = [make() for make in reader.batches()]
    rows = [
        (int(line), list(row.values()))
        for batch in batches
        for line, row in zip(batch.lines, batch.table.to_pylist(), strict=True)
    ]
    return rows, [broken.line for batch in batches for broken in batch.broken]


def test_rows_across_blocks_are_whole_and_keep_their_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_blocks, "_BLOCK", 50)
    rows = [[str(i), 'x"\n' * (i % 4), "z" * (i % 70)] for i in range(300)]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([["id", "b", "c"], *rows])
    found, broken = read(written.getvalue().encode())
    assert [row for _, row in found] == [[cell.strip() for cell in row] for row in rows]
    assert not broken
    line = 2
    for (at, _), row in zip(found, rows, strict=True):
        assert at == line
        line += 1 + row[1].count("\n")


@pytest.mark.parametrize("block", [40, 200, 1 << 24])
def test_marks_that_stand_where_they_should_not_do_not_part_rows(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(csv_blocks, "_BLOCK", block)
    monkeypatch.setattr(files, "_CHUNK", 16)
    texts = ['5" pipe', '"two\nlines"', '6" and 7"', "plain", '"a ""b"" c"', '"\n\n"']
    rows = [f"{n},{texts[n * n % 7 % 6]},{texts[n % 6]}\n" for n in range(200)]
    text = "id,b,c\n" + "".join(rows)
    parted = csv.reader(io.StringIO(text, newline=""))
    before, expected = 0, []
    for row in parted:
        expected.append((before + 1, [cell.strip() for cell in row]))
        before = parted.line_num
    assert read(text.encode()) == (expected[1:], [])
