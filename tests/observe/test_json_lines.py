"""JSON Lines: each line is a row of its own, and a broken one costs no other."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import ImportRefused
from scorecard.observe import files, json_lines, json_reader
from scorecard.observe.batches import BrokenRow
from scorecard.observe.files import SourceFile
from scorecard.observe.json_reader import JsonReader
from scorecard.observe.receipt import NothingLanded
from tests.observe.desk import Desk, make_source

ONE = '{"id": "1", "open date": "2026-01-01"}'
TWO = '{"id": "2", "open date": "2026-01-02"}'


def refusal(desk: Desk, content: str | bytes, name: str = "a.jsonl") -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        desk.land_text(content, name)
    assert desk.landed() is None
    assert desk.bad() == []
    return caught.value


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.NDJSON", "a.jsonl.gz", "a.ndjson.gz"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n"])
def test_every_line_is_a_row(desk: Desk, name: str, end: str) -> None:
    content = f"\ufeff{ONE}\r\n\n \t\r\n{TWO}{end}".encode()
    packed = gzip.compress(content) if name.endswith(".gz") else content
    receipt = desk.land_text(packed, name)
    assert (receipt.rows_new, receipt.rows_quarantined) == (2, 0)
    assert desk.rows("id") == [("1",), ("2",)]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ('{"id": "3", "open date"', "json-invalid"),
        ("{'id': 3}", "json-invalid"),
        (f"{TWO} {TWO}", "json-invalid"),
        (f"{TWO},", "json-invalid"),
        ('{"id": NaN}', "json-invalid"),
        ("[" * 100_000, "json-invalid"),
        ('{"id": ' + "9" * 5_000 + "}", "json-invalid"),
        ('{"id": "a\u2028b"', "json-invalid"),
        ("[1, 2]", "row-not-object"),
        ("null", "row-not-object"),
        ('{"id": "3", "id": "4"}', "field-duplicate"),
        (r'{"id": "\ud800"}', "text-control"),
        ('{"id": "3", "open date": "soon"}', "time-unreadable"),
    ],
)
def test_a_broken_line_goes_to_quarantine_alone(desk: Desk, broken: str, code: str) -> None:
    receipt = desk.land_text(f"{ONE}\n\n{broken}\n{TWO}\n", "a.jsonl")
    assert (receipt.rows_new, receipt.rows_quarantined) == (2, 1)
    [row] = desk.bad()
    assert (row.line, row.code) == (3, code)
    assert json.loads(row.row) is not None or broken == "null"


def test_the_reason_says_where_the_line_is_broken(desk: Desk) -> None:
    desk.land_text(f'{ONE}\n{{"id": 3, "open date": }}\n', "a.jsonl")
    [row] = desk.bad()
    assert row.reason == "The line is not valid JSON: expecting value at character 24."
    assert json.loads(row.row) == '{"id": 3, "open date": }'


def test_a_line_break_within_a_text_parts_nothing(desk: Desk) -> None:
    desk.land_text(f'{ONE}\n{{"id": "a\\nb\u2028c", "open date": null}}\nbroken\n', "a.jsonl")
    assert ("a\nb\u2028c",) in desk.rows("id")
    assert [row.line for row in desk.bad()] == [3]


def test_columns_may_come_and_go_from_line_to_line(desk: Desk) -> None:
    more = '{"Dept": "DPW", "OPENED_AT": "2026-01-02T05:00:00Z", "id": 2, "colour": "red"}'
    receipt = desk.land_text(f"{ONE}\n{more}\n", "a.jsonl")
    assert receipt.rows_new == 2
    assert any("colour" in note for note in receipt.notes)
    assert desk.rows("department") == [("DPW",), (None,)]


def test_a_file_without_the_contract_s_columns_is_refused(desk: Desk) -> None:
    assert refusal(desk, '{"id": 1, "opened": "2026-01-01"}\n').code == "column-missing"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\n\n \n", "no-rows"),
        (b"PK\x03\x04....", "format-unknown"),
        (ONE.encode("utf-16"), "encoding-unknown"),
        (b'{"id": "\xff"}', "encoding-unknown"),
        (b'{"id": "' + b"x" * (9 << 20) + b'"}', "line-too-long"),
        (ONE.encode() + b"\n" + b"x" * (9 << 20) + b"\n", "line-too-long"),
    ],
)
def test_a_useless_file_is_refused(desk: Desk, content: bytes, code: str) -> None:
    assert refusal(desk, content).code == code


@pytest.mark.parametrize("content", ["no JSON\nat all\n", f"[{ONE},\n{TWO}]\n"])
def test_where_every_line_is_broken_all_are_in_quarantine(desk: Desk, content: str) -> None:
    with pytest.raises(NothingLanded) as caught:
        desk.land_text(content, "a.jsonl")
    assert caught.value.code == "nothing-landed"
    assert [(row.line, row.code) for row in desk.bad()] == [
        (1, "json-invalid"),
        (2, "json-invalid"),
    ]
    assert desk.landed() is None


LINES = st.lists(st.sampled_from(["", " ", "broken", "é\u2028\u0085", '{"id": "é"}', "[]", "1"]))


@given(LINES, st.integers(1, 9), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_lines_are_numbered_as_an_editor_would_however_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], chunk: int, end: str, last: bool
) -> None:
    content = end.join(lines) + (end if last else "")
    file = tmp_path_factory.mktemp("lines") / "a.jsonl"
    file.write_bytes(content.encode() or b"\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "_CHUNK", chunk)
        found = list(json_lines.json_lines(SourceFile(file, "utf-8")))
    said = [one.line if isinstance(one, BrokenRow) else one[0] for one in found]
    assert said == [number for number, text in enumerate(lines, 1) if text.strip(" ")]
    broken = [one.line for one in found if isinstance(one, BrokenRow)]
    wrong = ("broken", "é\u2028\u0085")
    assert broken == [number for number, text in enumerate(lines, 1) if text in wrong]


def peak(file: Path, rows: int) -> int:
    reader = JsonReader(SourceFile(file, "utf-8"), make_source())
    tracemalloc.start()
    try:
        assert sum(pending().rows for pending in reader.batches()) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("line", [ONE, '{"id": 1, "open date": null, "long": "' + "x" * 500 + '"}'])
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(files, "_CHUNK", 1 << 16)
    monkeypatch.setattr(json_reader, "_ROWS", 500)
    monkeypatch.setattr(json_reader, "_LETTERS", 1 << 18)
    small, large = tmp_path / "small.jsonl", tmp_path / "large.jsonl"
    small.write_text(f"{line}\n" * 4_000)
    large.write_text(f"{line}\n" * 32_000)
    peak(small, 4_000)
    assert peak(large, 32_000) < 1.3 * peak(small, 4_000)
