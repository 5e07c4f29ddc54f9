"""Sheets whose keys, remarks and forms nobody would choose."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from pathlib import Path

import pytest

from tests.audit.sampled import SampledTown

KEYS = ["a,b", 'say "no"', "two\nlines", "semi;colon", "tab\tbed", "=1+1", "-5", "#7", "##"]
KEYS += [
    "é\u202ee",
    "'q'",
    "1e5",
    "007",
    "O'Brien; DROP TABLE event",
    "<b>x</b>",
    "a\r\nb",
    "x" * 300,
]
DAY = "2026-01-{:02d}T10:00:00-05:00".format


class OddTown(SampledTown):
    """Each key of the list once, twice over: the works' and the parks' are others."""

    def measured(self) -> OddTown:
        rows = [[key, DAY(2), DAY(12), DAY(10), "Works", "Light"] for key in KEYS]
        rows += [[f"p{n}", DAY(2), DAY(12), DAY(20), "Parks", "Tree"] for n in range(5)]
        self.write([*rows, ["last", *["2026-02-02T10:00:00-05:00"] * 3, "Parks", "Tree"]])
        super().measured()
        return self


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OddTown:
    found = OddTown(tmp_path_factory.mktemp("odd"), "closed-on-time")
    drawing = ["--department", "works", "--criterion", "=A1?", "--cases", str(len(KEYS))]
    drawn = found.audit("ada", "draw", "one", "closed-on-time", *drawing)
    assert drawn.exit_code == 0, drawn.output
    return found


def sheet(town: OddTown, file: Path) -> list[dict[str, str]]:
    done = town.audit("ada", "sheet", "one", "1", file)
    assert done.exit_code == 0, done.output
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def refused(town: OddTown, file: Path) -> str:
    with town.desk("ada") as desk:
        before = desk.cycle("one").version
    done = town.audit("ada", "results", "one", "1", file)
    assert done.exit_code == 1, done.output
    with town.desk("ada") as desk:
        assert desk.cycle("one").version == before
    assert "internal-error" not in done.stderr
    return done.stderr


def test_no_cell_of_a_sheet_is_run_by_a_spreadsheet(town: OddTown, tmp_path: Path) -> None:
    for row in sheet(town, tmp_path / "sheet.csv"):
        for name, cell in row.items():
            runs = cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not runs or cell == "-5", (name, cell)


def test_what_is_no_sheet_is_refused_with_its_reason(town: OddTown, tmp_path: Path) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as inside:
        inside.writestr("xl/workbook.xml", "<workbook/>" * 100)
    many = "case,criterion,outcome\n" + "".join(f"#{n},=A1?,met\n" for n in range(100_000))
    for name, content, said in (
        ("book.xlsx.csv", book.getvalue(), "sheet-unreadable"),
        ("nul.csv", b"case,criterion,outcome\n#\x00,x,met\n", "sheet-unreadable"),
        ("empty.csv", b"", "sheet-heading"),
        ("many.csv", many.encode(), "case-not-drawn"),
        ("wide.csv", b"case,criterion,outcome" + b",x" * 100_000 + b"\n#1,x,met", "case-not-drawn"),
        ("quote.csv", b'case,criterion,outcome\n"#1,x,met\n', "sheet-unreadable"),
        ("long.csv", b"case,criterion,outcome\n#p1,x," + b"m" * 100_000, "outcome-unknown"),
        ("key.csv", b"case,criterion,outcome\n" + b"m" * 100_000 + b",x,met", "case-not-drawn"),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        begun = time.monotonic()
        told = refused(town, file)
        assert told.startswith(f"{said}: "), name
        assert len(told) < 1000
        assert time.monotonic() - begun < 10
    (tmp_path / "folder.csv").mkdir()
    done = town.audit("ada", "results", "one", "1", tmp_path / "folder.csv")
    assert done.exit_code == 2


def test_any_key_and_any_remark_go_to_a_sheet_and_back(town: OddTown, tmp_path: Path) -> None:
    """Last, since everything is recorded then."""
    file = tmp_path / "sheet.csv"
    rows = sheet(town, file)
    assert sorted(row["case"].removeprefix("#") for row in rows) == sorted(KEYS)
    remarks = ["=cmd|' /C calc'!A0", 'a "b"; c,d', "two\nlines", "\u202ertl", "@x", "x" * 100_000]
    for place, row in enumerate(rows):
        row["outcome"], row["remark"] = "met", remarks[place % len(remarks)]
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    done = town.audit("ada", "results", "one", "1", file)
    assert done.exit_code == 0, done.output
    with town.desk("ada") as desk:
        results = desk.cycle("one").results
    kept = {key: one.body.remark for (_, key, _), one in results.items()}
    assert kept == {row["case"].removeprefix("#"): row["remark"] for row in rows}
    shown = town.audit("ada", "cases", "one", "1")
    assert shown.exit_code == 0
    assert not {"\u202e", "\0"} & {*shown.output}
