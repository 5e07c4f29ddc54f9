"""A drafted contract loads, and lands every row of the file that it was drafted from."""

from __future__ import annotations

import csv
import io
import json
import string
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecard.declare.load import load
from scorecard.declare.sources import Source
from scorecard.errors import ImportRefused, ScorecardError
from scorecard.ledger import open_ledger
from scorecard.report.draft import drafted_source
from tests.declare.folders import ORGANISATION
from tests.observe.desk import Desk, make_source

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def loaded(draft: str, folder: Path) -> Source:
    """The one source of a drafted sources.py, by the way that `scorecard check` goes."""
    folder.mkdir(exist_ok=True)
    (folder / "organisation.toml").write_text(ORGANISATION)
    (folder / "sources.py").write_text(draft, "utf-8")
    [source] = load(folder).sources.values()
    return source


def draft_of(desk: Desk, name: str, content: str | bytes, **more: Any) -> tuple[str, Source]:
    draft = drafted_source(desk.write(name, content), "requests", **more)
    return draft, loaded(draft, desk.folder / "standards")


def noted(draft: str, said: str) -> bool:
    """Whether the comments say so, wherever their lines end."""
    comments = [line.strip().removeprefix("# ") for line in draft.split("\n") if "# " in line]
    return said in " ".join(comments)


HEADINGS = "Case ID,openedAt,Closed Date,Due,Agency,Request Type,Score,Zip,Flag,Note"
CASES = HEADINGS + "".join(
    f"\n{1000 + n},2024-01-{n % 28 + 1:02d}T09:00:00Z,"
    f"{'N/A' if n % 3 else f'01/{n % 28 + 1:02d}/2024'},2024-02-{n % 28 + 1:02d},"
    f"{'Parks' if n % 2 else 'Works'},{'Tree' if n % 4 else 'Bench'},{n % 5}.5,0{n % 7}123,"
    f"{'Y' if n % 2 else 'N'},{'' if n % 2 else 'text'}"
    for n in range(200)
)


def test_columns_are_known_by_their_values_and_headings(desk: Desk) -> None:
    draft, source = draft_of(desk, "a.csv", CASES)
    kinds = {name: column.type for name, column in source.columns.items()}
    assert kinds == {
        "case_id": "text",
        "opened_at": "timestamp",
        "closed_date": "date",
        "due": "date",
        "agency": "text",
        "request_type": "text",
        "score": "number",
        "zip": "text",
        "flag": "boolean",
        "note": "text",
    }
    columns = source.columns
    assert source.key == ("case_id",)
    assert (source.department, source.dimensions) == ("agency", {"topic": "request_type"})
    assert columns["case_id"].names == ("Case ID",)
    assert columns["opened_at"].names == ("openedAt",)
    assert columns["due"].names == ()
    assert [name for name, column in columns.items() if column.planned] == ["due"]
    assert columns["closed_date"].formats == ("%m/%d/%Y",)
    assert columns["closed_date"].blank == ("N/A",)
    required = {name for name, column in columns.items() if column.required}
    assert required == {"case_id", "opened_at", "agency", "request_type", "score", "zip", "flag"}
    assert noted(draft, "Unique and never missing in all 200 rows.")
    assert noted(draft, "GUESS: these mean missing: 'N/A' (133).")
    assert noted(draft, "Numbers with zeros in front (200 rows, as 00123): text, to keep them.")
    desk = desk.under(source)
    assert desk.land(desk.folder / "a.csv").rows_new == 200


def test_a_rule_is_proposed_with_the_rows_that_break_it(desk: Desk) -> None:
    rows = "".join(f"{n},2024-01-02,2024-01-0{1 if n < 3 else 3}\n" for n in range(30))
    draft, _ = draft_of(desk, "a.csv", f"id,opened,closed\n{rows}")
    assert noted(draft, "3 of 30 rows that have both break it.")
    proposed = draft.replace("    # ", "    ").replace(
        "import date, source", "import date, rule, source"
    )
    uncommented = "\n".join(
        line
        for line in proposed.split("\n")
        if not line.startswith("    Rules") and "break it" not in line
    )
    start = uncommented.index("    rules=[")
    taken = draft[: draft.index("    # Rules")].replace("date, source", "date, rule, source")
    source = loaded(taken + uncommented[start:], desk.folder / "standards")
    assert [code for code, _, _ in source.rules] == ["closed-before-opened"]
    assert desk.under(source).land(desk.folder / "a.csv").rows_quarantined == 3


@pytest.mark.parametrize(
    ("values", "kind", "formats", "said"),
    [
        (["2024-01-05", "2024-02-06"], "date", (), ""),
        (["2024-01-05T00:00:00.000"], "date", (), ""),
        (["2024-01-05 10:00", "2024-01-05"], "timestamp", (), 'say zone="utc"'),
        (["2024-01-05T10:00Z", "2024-01-05 11:00"], "timestamp", (), "1 of 2 have an offset"),
        (["13/05/2024", "01/02/2024"], "date", ("%d/%m/%Y",), ""),
        (["03/05/2024", "01/02/2024"], "date", ("%m/%d/%Y",), "the order is month, day, year"),
        (["05/13/2024 02:55 PM"], "timestamp", ("%m/%d/%Y %I:%M %p",), 'say zone="utc"'),
        (["5.1.2024 14:30", "31.12.2024 09:00:10"], "timestamp", None, ""),
        (["05-Jan-2024"], "date", ("%d-%b-%Y",), ""),
        (["20240105", "20241231"], "date", ("%Y%m%d",), ""),
        (["2024-01-05", "05/13/2024", "soon"], "text", (), ""),
        (["2023-24", "2024-25"], "fiscal_year", (), ""),
        (["2023-26", "2024-25"], "text", (), ""),
        (["1", "-20", "300"], "integer", (), ""),
        (["1.0", "2.0"], "number", (), "All are whole, written with decimals"),
        (["1.5", "2", "NA", "-"], "number", (), "these mean missing: '-' (1), 'NA' (1)"),
        (["$1,200.50", "$3"], "text", (), "look like numbers with signs"),
        (["007", "12"], "text", (), "zeros in front"),
        (["yes", "no", "Yes"], "boolean", (), "Yes is written Yes, yes; no, no."),
        (["yes", "no", "N/A"], "text", (), ""),
        (["1", "0"], "integer", (), ""),
        (["99999999999999999999"], "number", (), ""),
        (["-", "-"], "text", (), "Always missing."),
        (["Ω", "*/ '''", "a\u2028b"], "text", (), ""),
    ],
)
def test_a_type_is_guessed_from_all_values(
    desk: Desk, values: list[str], kind: str, formats: tuple[str, ...] | None, said: str
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["ref", "seen_on"], *enumerate(values)])
    draft, source = draft_of(desk, "a.csv", written.getvalue())
    column = source.columns["seen_on"]
    assert column.type == kind
    assert formats is None or column.formats == formats
    assert noted(draft, said)
    receipt = desk.under(source).land(desk.folder / "a.csv", as_of=NOW)
    assert (receipt.rows_new, receipt.rows_quarantined) == (len(values), 0)


def test_the_rows_behind_a_draft_are_named(desk: Desk) -> None:
    content = "id,n\n" + "".join(f"{n},{n}\n" for n in range(50)) + "x,y\n"
    draft, source = draft_of(desk, "a.csv", content, rows=50)
    assert noted(draft, "the first 50 rows; the others were not looked at")
    assert noted(draft, "Unique and never missing in the first 50 rows.")
    assert source.columns["n"].type == "integer"
    draft, source = draft_of(desk, "a.csv", content)
    assert noted(draft, "all 51 rows")
    assert source.columns["n"].type == "text"


def test_a_key_of_several_columns_is_found(desk: Desk) -> None:
    rows = [
        f"{org},{month},{kind},{7 * month}\n"
        for org in "AB"
        for month in range(1, 13)
        for kind in (1, 2)
    ]
    draft, source = draft_of(desk, "a.csv", f"org,month,type,seen\n{''.join(rows)}")
    assert set(source.key) == {"org", "month", "type"}
    assert noted(draft, "no column is unique alone. Together unique in all 48 rows.")
    assert desk.under(source).land(desk.folder / "a.csv", as_of=NOW).rows_new == 48


def test_a_count_is_no_name_of_a_thing(desk: Desk) -> None:
    content = "case_no,num_calls,phone_number,total_no\n" + "".join(
        f"{n},{n % 3},{5550 + n},{n % 4}\n" for n in range(30)
    )
    _, source = draft_of(desk, "a.csv", content)
    kinds = [column.type for column in source.columns.values()]
    assert kinds == ["text", "integer", "text", "integer"]


def test_rows_that_no_key_tells_apart_are_counted(desk: Desk) -> None:
    draft, source = draft_of(desk, "a.csv", "a,b\n1,2\n1,2\n1,3\n")
    assert noted(draft, "1 of 3 rows have the key of another row and will be in quarantine.")
    assert desk.under(source).land(desk.folder / "a.csv", as_of=NOW).rows_quarantined == 1


def test_encoding_and_delimiter_are_found(desk: Desk) -> None:
    content = "id;name;at\n1;Café, north;2024-01-01\n2;Zoë;2024-01-02\n"
    for encoding, found in (("cp1252", "cp1252"), ("utf-8", "utf-8"), ("utf-16", "utf-16")):
        draft, source = draft_of(desk, "a.csv", content.encode(encoding))
        assert (source.encoding, source.delimiter) == (found, ";")
        assert noted(draft, "GUESS: the text is") == (found != "utf-8")
        assert replace(desk, source=source).land(desk.folder / "a.csv").rows_quarantined == 0
    _, source = draft_of(desk, "a.csv", content, delimiter=",", encoding="latin-1")
    assert (source.encoding, source.delimiter) == ("latin-1", ",")


def test_headings_become_names_that_python_takes(desk: Desk) -> None:
    content = "case#,CASE,class,2nd Visit,Straße,日付,__x__,a b,a_b,A-B,,two,two\n"
    draft, source = draft_of(desk, "a.csv", content + ",".join(map(str, range(13))) + "\n")
    assert list(source.columns) == [
        "case_2",
        "case",
        "class_",
        "column_2nd_visit",
        "straße",
        "日付",
        "x",
        "a_b_2",
        "a_b",
        "a_b_3",
    ]
    assert noted(draft, "A column has no heading, so it is left out.")
    assert noted(draft, "The heading 'two' is twice, so it is left out.")
    assert desk.under(source).land(desk.folder / "a.csv", as_of=NOW).rows_new == 1


def test_a_day_and_a_time_of_day_look_like_one_moment(desk: Desk) -> None:
    rows = "".join(f"{n},01/{n:02d}/2024,{n:02d}:15 PM\n" for n in range(1, 12))
    draft, _ = draft_of(desk, "a.csv", f"id,CREATION DATE,CREATION TIME\n{rows}")
    said = "'CREATION DATE' and 'CREATION TIME' look like the day and the time of one moment"
    assert noted(draft, said)


def test_every_form_of_file_can_be_drafted_from(desk: Desk, tmp_path: Path) -> None:
    rows = [{"id": f"c{n}", "opened": f"2024-01-{n:02d}", "n": n} for n in range(1, 25)]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(tmp_path / "a.xlsx")
    elements = "".join(
        f"<row>{''.join(f'<{k}>{v}</{k}>' for k, v in row.items())}</row>" for row in rows
    )
    desk.write("a.json", json.dumps(rows))
    desk.write("a.jsonl", "\n".join(json.dumps(row) for row in rows))
    desk.write("a.xml", f"<rows>{elements}</rows>")
    for name in ("a.xlsx", "a.json", "a.jsonl", "a.xml"):
        source = loaded(drafted_source(tmp_path / name, "requests"), tmp_path / "standards")
        kinds = [(column, contract.type) for column, contract in source.columns.items()]
        assert kinds == [("id", "text"), ("opened", "date"), ("n", "integer")], name
        with open_ledger(tmp_path / f"{name}.sqlite3") as ledger:
            desk_of_its_own = Desk(tmp_path / f"of {name}", ledger, source)
            assert desk_of_its_own.land(tmp_path / name).rows_new == 24


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", "id,name\n", "no-rows"),
        ("a.csv", "\n", "file-empty"),
        ("a.csv", ",,\n1,2,3\n", "no-rows"),
        ("a.json", "[]", "no-rows"),
        ("a.doc", "x", "format-unknown"),
        ("a.xml", "<a", "xml-invalid"),
    ],
)
def test_a_file_without_records_gives_no_draft(
    desk: Desk, name: str, content: str, code: str
) -> None:
    with pytest.raises(ImportRefused) as caught:
        drafted_source(desk.write(name, content), "requests")
    assert caught.value.code == code


def test_a_name_that_no_source_can_have_is_refused(desk: Desk) -> None:
    with pytest.raises(ScorecardError, match="id-invalid"):
        drafted_source(desk.write("a.csv", "id\n1\n"), "My Source")


LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"
)
CELLS = st.one_of(
    st.sampled_from(
        ["", "N/A", "null", "-", "0", "007", "1.0", "yes", "n", "2024-02-29", "2023-24"]
    ),
    st.sampled_from(["05/06/2024", "31/12/24", "2024-01-01 10:00", "2024-01-01T10:00:00+02:00"]),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes().map(str),
    st.dates().map(str),
    st.text(LETTERS, max_size=8),
    st.text(string.printable[:95], max_size=4),
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A heading row, and rows of which no two have the same first cell."""
    headings = draw(st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=4))
    columns = [st.just(draw(CELLS)) | CELLS if draw(st.booleans()) else CELLS for _ in headings]
    rows = draw(st.lists(st.tuples(*columns).map(list), min_size=1, max_size=12))
    return [["№", *headings], *([f"r{n}", *row] for n, row in enumerate(rows))]


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_draft_of_any_table_loads_and_lands_all_rows(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("draft")
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(table)
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        desk = Desk(folder, ledger, make_source())
        _, source = draft_of(desk, "a.csv", written.getvalue())
        desk = desk.under(source)
        receipt = desk.land(folder / "a.csv", as_of=NOW)
    assert (receipt.rows_new, receipt.rows_quarantined) == (len(table) - 1, 0)


@pytest.mark.parametrize(
    ("name", "key", "department"),
    [
        ("boston311/cases_2026-02-10.csv.gz", {"case_id"}, "assigned_department"),
        ("kcmo311/cases_2007-2020.csv.gz", {"case_id"}, "department"),
        ("nhs_ae/ae_attendances.csv.gz", {"period", "org_code", "type"}, None),
        ("open311/sf_requests_2011.json", {"service_request_id"}, None),
        (
            "cityscore/cityscore_full_metrics_2026-03-25_and_2026-05-16.csv",
            {"metric_name", "score_calculated_ts"},
            None,
        ),
        (
            "gc_service_standards/ss_2024_snapshot_2025-03-01.csv.gz",
            {"fiscal_yr", "service_id", "service_standard_id"},
            "owner_org",
        ),
        (
            "gc_service_standards/si_2024_snapshot_2025-03-01.csv.gz",
            {"fiscal_yr", "service_id"},
            "owner_org",
        ),
        ("surveys/kiosk_servqual_2019.csv", {"respondent"}, None),
        ("surveys/kcmo_resident_survey_wave1_aug_sep2021.csv.gz", {"id"}, None),
    ],
)
def test_real_extracts_land_whole_under_their_drafts(
    desk: Desk, shared_data: Path, name: str, key: set[str], department: str | None
) -> None:
    draft = drafted_source(shared_data / name, "requests")
    assert all(len(line) <= 100 or "=" in line for line in draft.split("\n"))
    source = loaded(draft, desk.folder / "standards")
    assert (set(source.key), source.department) == (key, department)
    receipt = desk.under(source).land(shared_data / name, as_of=NOW)
    assert receipt.rows_quarantined == 0
    assert receipt.rows_new == receipt.rows_read > 40
