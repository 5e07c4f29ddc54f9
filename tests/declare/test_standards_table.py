from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from scorecard.declare.load import Declarations, load
from scorecard.declare.table_values import first_day, id_of, is_none, number_of, scope_value
from scorecard.errors import DeclarationErrors
from tests.declare.folders import GOOD, TABLE, WITH_TABLE, changed, write

LANDED = {
    **GOOD,
    "results.toml": TABLE.replace('file = "results.csv"', 'source = "results"')
    .replace('department = "department"', 'department = "owner"')
    .replace('titles = { fr = "titre" }\n', "")
    .replace('owner = "owner"\n', ""),
}


def landed_row(**changes: Any) -> dict[str, Any]:
    row = {
        "number": 1,
        "title": "Calls answered",
        "owner": "PWD",
        "year": date(2024, 7, 1),
        "target": 0.8,
    }
    return {**row, **changes}


def load_landed(folder: Path, rows: list[dict[str, Any]]) -> Declarations:
    asked: list[tuple[str, list[str]]] = []

    def tables(organisation: str, source: str, columns: Sequence[str]) -> list[dict[str, Any]]:
        asked.append((source, list(columns)))
        return [{name: row[name] for name in columns} for row in rows]

    found = load(write(folder, LANDED), tables)
    assert asked == [("results", ["number", "title", "owner", "year", "target"])]
    return found


def test_rows_of_a_csv_file_become_standards(tmp_path: Path):
    found = load(write(tmp_path, WITH_TABLE))

    one, two = found.standards["result-1"], found.standards["result-2"]
    assert (one.department, one.metric, one.period) == (
        "public-works",
        "performance",
        "fiscal_year",
    )
    assert one.where == {"number": 1}
    assert one.owner == "Bob"
    assert one.title == "Calls answered soon"
    assert one.titles == {"fr": "Appels"}
    assert [(value.from_, value.at_least) for value in one.expected] == [
        (date(2024, 7, 1), 80.0),
        (date(2025, 7, 1), 7.0),
    ]
    assert two.title == "Letters\nanswered"
    assert two.titles == {}
    assert found.tables[0].file == "results.csv"


def test_every_standard_of_a_file_has_its_row_as_its_place(tmp_path: Path):
    found = load(
        write(
            tmp_path,
            {
                **WITH_TABLE,
                "results.csv": WITH_TABLE["results.csv"] + ("3,Third,,parks,2025-26,0.5,\n"),
            },
        )
    )

    assert found.places["result-1"] == (tmp_path / "results.csv", 2)
    assert found.places["result-2"] == (tmp_path / "results.csv", 4)
    assert found.places["result-3"] == (tmp_path / "results.csv", 6)


def test_a_standard_without_a_target_is_there_and_not_in_force(tmp_path: Path):
    standard = load(write(tmp_path, WITH_TABLE)).standards["result-2"]

    assert standard.expected[0].withdrawn
    assert standard.expected_on(date(2026, 1, 1)) is None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_workbook_gives_what_the_csv_file_gives(kind: str, tmp_path: Path):
    files = changed(WITH_TABLE, "results.toml", "results.csv", f"results.{kind}")
    del files["results.csv"]
    write(tmp_path, files)
    rows = [
        ["number", "title", "titre", "department", "year", "target", "owner"],
        [1, "Calls", None, "PWD", "2024-25", 0.8, "Ann"],
        [1, "Calls", None, "PWD", datetime(2025, 7, 1), 0.9, "Ann"],
        [],
        [2, "Letters", None, "parks", date(2025, 7, 1), "-", None],
    ]
    if kind == "xlsx":
        workbook = Workbook()
        sheet = workbook.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        workbook.save(tmp_path / "results.xlsx")
    else:
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
        (tmp_path / "results.csv").write_text("\n".join(lines))

    found = load(tmp_path).standards
    assert [value.value for value in found["result-1"].expected] == [80, 90]
    assert found["result-1"].where == {"number": 1}
    assert found["result-2"].expected[0].from_ == date(2025, 7, 1)
    assert found["result-2"].expected[0].withdrawn


def test_a_mistake_in_a_workbook_has_its_row(tmp_path: Path):
    files = changed(WITH_TABLE, "results.toml", "results.csv", "results.xlsx")
    del files["results.csv"]
    write(tmp_path, files)
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["number", "title", "titre", "department", "year", "target", "owner"])
    sheet.append([1, "Calls", None, "PWD", "2024-25", 0.8, "Ann"])
    sheet.append([2, "Calls", None, "Librry", "2024-25", 0.8, "Ann"])
    workbook.save(tmp_path / "results.xlsx")

    with pytest.raises(DeclarationErrors) as caught:
        load(tmp_path)
    (error,) = caught.value.errors
    assert (error.code, error.file, error.line) == (
        "department-unknown",
        tmp_path / "results.xlsx",
        3,
    )


def test_landed_rows_become_standards(tmp_path: Path):
    found = load_landed(
        tmp_path,
        [
            landed_row(number=2, owner="Greens"),
            landed_row(),
            landed_row(year=date(2025, 7, 1), target=None),
        ],
    )

    assert list(found.standards)[2:] == ["result-1", "result-2"]
    one = found.standards["result-1"]
    assert [(value.value, value.withdrawn) for value in one.expected] == [(80, False), (None, True)]
    assert found.standards["result-2"].department == "parks"
    assert found.places["result-1"] == (tmp_path / "results.toml", 1)
    assert found.notes == ()


@pytest.mark.parametrize("reader", [None, lambda organisation, source, columns: None])
def test_a_table_that_has_not_landed_gives_no_standards_and_a_note(reader: Any, tmp_path: Path):
    found = load(write(tmp_path, LANDED), reader)

    assert list(found.standards) == ["pothole-repair", "closed-on-time"]
    (note,) = found.notes
    assert (note.code, note.file, note.line) == ("table-not-landed", tmp_path / "results.toml", 2)


def test_what_is_wrong_with_landed_rows_is_noted_and_stops_nothing(tmp_path: Path):
    found = load_landed(
        tmp_path,
        [
            landed_row(),
            landed_row(target=0.7),
            landed_row(number=2, target=1.2),
            landed_row(number=3, owner="Librry"),
            landed_row(number=4, owner="Librry"),
            landed_row(number=None),
            landed_row(number=5, year=None),
            landed_row(number=6, title=None),
        ],
    )

    assert {note.code for note in found.notes} == {
        "table-row-contradiction",
        "percent-out-of-range",
        "department-unknown",
        "table-value-missing",
        "table-value-invalid",
    }
    assert len(found.notes) == 5
    assert "in 2 rows" in next(
        note.message for note in found.notes if note.code == "department-unknown"
    )
    # Neither of two contradicting targets is taken, and no impossible one.
    assert found.standards["result-1"].expected_on(date(2025, 1, 1)) is None
    assert found.standards["result-2"].expected_on(date(2025, 1, 1)) is None
    assert found.standards["result-6"].title == "result-6"


def test_equal_rows_are_no_contradiction(tmp_path: Path):
    found = load_landed(tmp_path, [landed_row(), landed_row()])
    assert len(found.standards["result-1"].expected) == 1


def test_a_landed_standard_with_the_id_of_a_declared_one_is_left_out(tmp_path: Path):
    files = changed(LANDED, "public_works.toml", 'id = "closed-on-time"', 'id = "result-1"')
    found = load(write(tmp_path, files), lambda organisation, source, columns: [landed_row()])

    assert found.standards["result-1"].metric == "closed_on_time"
    assert [note.code for note in found.notes] == ["duplicate-id"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('source = "results"', 'source = "result"', "source-unknown"),
        ('value = "target"', 'value = "targt"', "column-unknown"),
        ('value = "target"', 'value = "year"', "type-mismatch"),
        ('from = "year"', 'from = "kept"', "type-mismatch"),
    ],
)
def test_the_declared_source_must_have_what_the_table_names(
    old: str, new: str, code: str, tmp_path: Path
):
    with pytest.raises(DeclarationErrors) as caught:
        load(write(tmp_path, changed(LANDED, "results.toml", old, new)))
    assert [error.code for error in caught.value.errors] == [code]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-2024", date(2023, 7, 1)),
        ("2023/24", date(2023, 7, 1)),
        ("2023–24", date(2023, 7, 1)),
        ("1999-00", date(1999, 7, 1)),
        ("2023-25", None),
        ("2024-05-06", date(2024, 5, 6)),
        ("2024-05-06T07:08:09", date(2024, 5, 6)),
        (date(2024, 5, 6), date(2024, 5, 6)),
        (datetime(2024, 5, 6), date(2024, 5, 6)),
        (datetime(2024, 5, 6, 2, tzinfo=UTC), date(2024, 5, 5)),
        ("2024-05-06T02:00:00+00:00", date(2024, 5, 5)),
        ("soon", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_cell_means_a_day(written: Any, day: date | None, tmp_path: Path):
    organisation = load(write(tmp_path, GOOD)).organisation
    assert first_day(written, organisation) == day


def test_a_scaled_number_is_what_a_person_would_write():
    assert [number_of(one, 100) for one in ("0.07", 0.29, "0.1125", 1)] == [7.0, 29.0, 11.25, 100.0]
    assert [number_of(one, 100) for one in ("", "n/a", True, "nan", "inf", None)] == [None] * 6


def test_no_target_is_told_by_spelling_or_by_number():
    assert is_none(None, [])
    assert is_none("  ", [])
    assert is_none("N/a", ["n/A"])
    assert is_none(0.0, ["0"])
    assert is_none("0.00", ["0"])
    assert not is_none("0", [])
    assert not is_none("0.01", ["0"])


def test_an_id_keeps_blanks_and_takes_hyphens_for_what_it_cannot_hold():
    row = {"a": "No  standard ID", "b": 12.0, "c": None, "d": "7/8"}
    assert id_of("x-{a}-{b}", row) == "x-No standard ID-12"
    assert id_of("x-{d}", row) == "x-7-8"
    assert id_of("x-{c}", row) is None


def test_a_scope_has_the_type_of_its_column():
    assert scope_value("007", "text") == "007"
    assert scope_value("007", "integer") == 7
    assert scope_value("7.5", "integer") is None
    assert scope_value("7.5", "number") == 7.5
    assert scope_value("True", "boolean") is True
    assert scope_value("2024-01-01", "date") is None


def test_canada_keeps_its_standards_in_the_published_table(repository: Path, shared_data: Path):
    import csv
    import gzip

    published = shared_data / "gc_service_standards" / "ss_2024_snapshot_2025-03-01.csv.gz"
    with gzip.open(published, "rt", encoding="utf-8-sig", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        row["fiscal_yr"] = date(int(row["fiscal_yr"][:4]), 4, 1)
        row["target"] = float(row["target"]) if row["target"] else None

    found = load(
        repository / "standards" / "canada",
        lambda organisation, source, columns: [
            {name: row[name] for name in columns} for row in rows
        ],
    )
    from_table = [one for one in found.standards.values() if one.metric == "performance"]
    # 2,341 rows, of which five are the same standard in an earlier year.
    assert len(from_table) == 2336
    assert found.notes == ()
    withdrawn = [value.withdrawn for one in from_table for value in one.expected]
    assert (len(withdrawn), sum(withdrawn)) == (2341, 162)
