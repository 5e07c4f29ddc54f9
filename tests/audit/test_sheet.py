"""Sheets of cases: written for spreadsheets, read back whole or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from scorecard.audit.drawing import Size, draw_sample
from scorecard.audit.sheet import record_sheet, sheet
from scorecard.errors import AuditError
from tests.audit.sampled import SampledTown

ON_TIME = "Was it closed by its due date?"
FORMULA = "=Is the remark of the crew there?"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SampledTown:
    return SampledTown(tmp_path_factory.mktemp("sheet"))


@pytest.fixture
def sample(town: SampledTown) -> int:
    """A new sample of eight cases of parks, with two criteria."""
    with town.desk("ada") as desk:
        criteria, size = [ON_TIME, FORMULA], Size(cases=8)
        return draw_sample(
            desk, "one", "closed-on-time", "parks", criteria, size, reason="a test"
        ).number


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def filled(town: SampledTown, sample: int, outcomes: list[str], delimiter: str = ",") -> str:
    """The sheet with these outcomes from its first line on, as a spreadsheet writes it."""
    with town.desk("ada") as desk:
        rows = rows_of(sheet(desk, "one", sample))
    for row, outcome in zip(rows, outcomes, strict=False):
        row["outcome"] = outcome
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def read(town: SampledTown, sample: int, content: bytes, encoding: str = "utf-8") -> int:
    file = town.folder / "filled.csv"
    file.write_bytes(content)
    with town.desk("ada") as desk:
        return record_sheet(desk, "one", sample, file, encoding=encoding)[1]


def test_a_sheet_has_a_line_for_each_case_and_criterion_and_what_the_record_says(
    town: SampledTown, sample: int
) -> None:
    with town.desk("ada") as desk:
        text = sheet(desk, "one", sample)
        keys = desk.cycle("one").samples[sample].body.keys
    rows = rows_of(text)
    assert [(row["case"], row["criterion"]) for row in rows] == [
        (f"#{key}", criterion) for key in keys for criterion in (ON_TIME, f"'{FORMULA}")
    ]
    assert {(row["audit"], row["sample"], row["outcome"], row["remark"]) for row in rows} == {
        ("one", str(sample), "", "")
    }
    assert {(row["record: department"], row["record: topic"]) for row in rows} == {
        ("Parks", "'=Tree")
    }
    # No cell that a spreadsheet would run.
    assert not [
        cell for row in csv.reader(io.StringIO(text)) for cell in row if cell[:1] in "=+-@" and cell
    ]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";")],
)
def test_a_filled_in_sheet_is_recorded_whole_in_whatever_form_a_spreadsheet_saves_it(
    town: SampledTown, sample: int, encoding: str, delimiter: str
) -> None:
    text = filled(town, sample, ["Met", " not met ", "Not-Applicable"], delimiter=delimiter)
    text = text.replace("remark", "Remark")
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    assert read(town, sample, text.encode(encoding), encoding=name) == 3
    with town.desk("ada") as desk:
        cycle = desk.cycle("one")
        keys = cycle.samples[sample].body.keys
        recorded = {
            case[1:]: one.body.outcome for case, one in cycle.results.items() if case[0] == sample
        }
        assert recorded == {
            (keys[0], ON_TIME): "met",
            (keys[0], FORMULA): "not-met",
            (keys[1], ON_TIME): "not-applicable",
        }
        # What is recorded waits no more, and the first of the reserve has come to wait.
        left = [(row["case"], row["criterion"]) for row in rows_of(sheet(desk, "one", sample))]
        assert ("#" + keys[0], ON_TIME) not in left
        assert left[-1][0] == "#" + cycle.samples[sample].body.strata[0].reserve[0]
    # Read once more, it says nothing new.
    assert read(town, sample, text.encode(encoding), encoding=name) == 0


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column"),
    [
        ("not met", "perhaps", "outcome-unknown", 3, 6),
        ("#", "#9", "case-not-drawn", 2, 3),
        ("'=Is the remark", "Is a remark", "case-not-drawn", 3, 5),
        ("not met,", ",the crew", "remark-alone", 3, 7),
        ("one,", "two,", "sheet-elsewhere", 2, 1),
        ("'=Is the remark of the crew there?", ON_TIME, "result-twice", 3, 3),
        ("outcome", "finding", "sheet-heading", 1, None),
        (",remark", ",case", "sheet-heading", 1, None),
        ("not met", 'not" met', "outcome-unknown", 3, 6),
        ("not met", '"not met" x', "sheet-unreadable", 3, None),
        ("not met", "n\0t met", "sheet-unreadable", 3, None),
    ],
)
def test_a_sheet_with_one_fault_says_where_and_records_nothing(
    town: SampledTown,
    sample: int,
    old: str,
    new: str,
    code: str,
    line: int,
    column: int | None,
) -> None:
    text = filled(town, sample, ["met", "not met"])
    assert old in text
    with town.desk("ada") as desk:
        before = desk.cycle("one").version
    with pytest.raises(AuditError) as caught:
        read(town, sample, text.replace(old, new, 1).encode())
    assert caught.value.code == code
    place = (caught.value.file, caught.value.line, caught.value.column)
    assert place == (town.folder / "filled.csv", line, column)
    with town.desk("ada") as desk:
        assert desk.cycle("one").version == before


def test_a_sheet_in_another_encoding_than_said_is_refused_with_its_line(
    town: SampledTown, sample: int
) -> None:
    text = filled(town, sample, ["met", "not met"]).replace("Parks", "Pärks")
    with pytest.raises(AuditError) as caught:
        read(town, sample, text.encode("cp1252"))
    assert (caught.value.code, caught.value.line) == ("sheet-unreadable", 2)
    with pytest.raises(AuditError) as caught:
        read(town, sample, text.encode(), encoding="klingon")
    assert caught.value.code == "sheet-unreadable"
    assert read(town, sample, text.encode("cp1252"), encoding="cp1252") == 2


def test_a_sheet_that_is_not_there(town: SampledTown, sample: int) -> None:
    with town.desk("ada") as desk, pytest.raises(AuditError) as caught:
        record_sheet(desk, "one", sample, Path("nowhere.csv"))
    assert caught.value.code == "sheet-unreadable"


def test_a_sheet_for_the_second_auditor_shows_nothing_of_the_first(
    town: SampledTown, sample: int
) -> None:
    with town.desk("amy") as desk, pytest.raises(AuditError) as caught:
        sheet(desk, "one", sample, recheck=True)
    assert caught.value.code == "nothing-to-examine"
    text = filled(town, sample, ["met", "not met", "met"]).replace(",met,,", ",met,seen myself,")
    assert read(town, sample, text.encode()) == 3
    with town.desk("amy") as desk:
        blind = sheet(desk, "one", sample, recheck=True)
        rows = rows_of(blind)
        assert len(rows) == 3
        assert {(row["outcome"], row["remark"]) for row in rows} == {("", "")}
        assert "seen myself" not in blind
        assert len(rows_of(sheet(desk, "one", sample, recheck=True, first=1))) == 2
        file = town.folder / "again.csv"
        file.write_text(blind.replace("?,,", "?,met,"), encoding="utf-8")
        now, number = record_sheet(desk, "one", sample, file, recheck=True)
        assert number == 3
        kinds = [one.by for case, one in now.rechecks.items() if case[0] == sample]
        assert kinds == ["amy"] * 3
    with town.desk("ada") as desk, pytest.raises(AuditError) as caught:
        record_sheet(desk, "one", sample, file, recheck=True)
    assert caught.value.code == "recheck-not-blind"
    assert (caught.value.line, caught.value.column) == (2, 3)
