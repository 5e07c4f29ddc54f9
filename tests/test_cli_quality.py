"""`scorecard quarantine`: counts first, then the rows, in a form that is safe to open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from tests.small_town import write_town

HEADINGS = "id,opened_at,due_at,closed_at,department,topic\n"
GOOD = "1,2026-01-01,,,Works,Tree\n"


class Town:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.standards, _ = write_town(folder)

    def run(self, *arguments: str | Path) -> Result:
        options = ["--standards", str(self.standards), "--workspace", str(self.folder / "w")]
        return CliRunner().invoke(main, [*options, *map(str, arguments)])

    def land(self, rows: str, name: str = "a.csv") -> None:
        file = self.folder / name
        file.write_text(HEADINGS + GOOD + rows, encoding="utf-8")
        assert self.run("import", "requests", file).exit_code == 0

    def listed(self, *arguments: str) -> str:
        ended = self.run("quarantine", "requests", *arguments)
        assert (ended.exit_code, ended.stderr) == (0, "")
        return ended.stdout


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_counts_by_code_come_before_the_rows(town: Town) -> None:
    town.land("2,bad,,,,\n3,worse,,,,\n4,2026-01-03,,2026-01-02,,\n")
    lines = town.listed().splitlines()
    assert lines[:3] == [
        "requests: 3 rows in quarantine",
        "             2  time-unreadable",
        "             1  closed-before-opened",
    ]
    assert lines[4].split() == ["file", "line", "column", "code", "reason"]
    assert lines[5].startswith("a.csv     3  opened_at  time-unreadable       opened_at: 'bad' is")
    assert lines[7].split()[:4] == ["a.csv", "5", "–", "closed-before-opened"]
    assert len(lines) == 8


def test_rows_are_chosen_by_code_and_file(town: Town) -> None:
    town.land("2,bad,,,,\n,2026-01-01,,,,\n")
    town.land("3,bad,,,,\n", "b.csv")
    assert json.loads(town.listed("--format", "json"))["total"] == 3
    found = json.loads(town.listed("--format", "json", "--code", "time-unreadable"))
    assert found["counts"] == {"time-unreadable": 2}
    assert [row["file"] for row in found["rows"]] == ["b.csv", "a.csv"]
    found = json.loads(town.listed("--format", "json", "--file", "some/where/a.csv"))
    assert [row["line"] for row in found["rows"]] == [3, 4]
    assert town.listed("--code", "no-such") == (
        "requests: no rows in quarantine; 3 not asked for.\n"
    )


def test_a_limit_bounds_the_list_and_not_the_counts(town: Town) -> None:
    town.land("".join(f"{number},bad,,,,\n" for number in range(2, 27)))
    text = town.listed()
    assert "requests: 25 rows in quarantine" in text
    assert text.count("a.csv") == 20
    assert text.endswith("5 rows more; --limit lists them.\n")
    assert town.listed("--limit", "30").count("a.csv") == 25
    assert town.listed("--limit", "0").splitlines()[0] == "requests: 25 rows in quarantine"
    found = json.loads(town.listed("--format", "json", "--limit", "2"))
    assert (found["total"], len(found["rows"])) == (25, 2)
    assert len(json.loads(town.listed("--format", "json"))["rows"]) == 25


def test_json_has_what_the_file_holds_and_null_for_the_row_as_a_whole(town: Town) -> None:
    town.land("2,bad,,,,Tree\n4,2026-01-03,,2026-01-02,,\n")
    unread, broken = json.loads(town.listed("--format", "json"))["rows"]
    assert json.loads(unread["row"])["topic"] == "Tree"
    assert (unread["column"], unread["key"]) == ("opened_at", "2")
    assert broken["column"] is None
    assert len(unread["file_sha256"]) == 64


def test_csv_holds_nothing_that_a_spreadsheet_would_run(town: Town) -> None:
    town.land("=1+1,bad,,,,Tree\n", "=cmd.csv")
    [row] = csv.DictReader(io.StringIO(town.listed("--format", "csv")))
    assert (row["file"], row["key"]) == ("'=cmd.csv", "'=1+1")
    assert (row["line"], row["code"]) == ("3", "time-unreadable")


def test_a_terminal_obeys_no_file_name(town: Town) -> None:
    town.land("2,bad,,,,\n", "a\x1b[31m.csv")
    text = town.listed()
    assert "\x1b" not in text
    assert r"a\x1b[31m.csv" in text


def test_nothing_imported_is_nothing_in_quarantine(town: Town) -> None:
    assert town.listed() == "requests: no rows in quarantine.\n"
    assert json.loads(town.listed("--format", "json"))["rows"] == []
    assert town.listed("--format", "csv").splitlines() == [
        "file,line,column,code,reason,key,row,file_sha256,moment,imported_at"
    ]


def test_the_sheet_of_a_workbook_is_given_by_name(town: Town) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("January")
    sheet.append(HEADINGS.strip().split(","))
    sheet.append([7, "2026-01-01", None, None, "Works", "Tree"])
    file = town.folder / "a.xlsx"
    book.save(file)
    assert town.run("import", "requests", file).stderr.startswith("file-empty: ")
    assert "1 new" in town.run("import", "requests", "--sheet", "January", file).stdout


def test_an_undeclared_source_is_refused_with_the_nearest_one(town: Town) -> None:
    refused = town.run("quarantine", "request")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("source-unknown: ")
    assert "'requests'" in refused.stderr


def test_a_synthetic_organisation_is_named_as_one_in_every_form(town: Town) -> None:
    town.land("2,bad,,,,\n")
    file = town.standards / "organisation.toml"
    file.write_text("synthetic = true\n" + file.read_text("utf-8"), encoding="utf-8")
    assert town.listed().startswith("requests (synthetic data): 1 row in quarantine\n")
    assert json.loads(town.listed("--format", "json"))["synthetic"] is True
    [row] = csv.DictReader(io.StringIO(town.listed("--format", "csv")))
    assert row["synthetic"] == "true"


def test_a_damaged_quarantine_is_refused_and_not_a_traceback(town: Town) -> None:
    town.land("2,bad,,,,\n")
    for file in (town.folder / "w" / "quarantine").rglob("*.parquet"):
        file.unlink()
    refused = town.run("quarantine", "requests")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("landed-damaged: ")


# --- quality ---

TREES = "".join(f"{n},2026-01-0{n},,,Works,Tree\n" for n in range(2, 8))


def counting_town(town: Town, more: str) -> None:
    """The town, its contract with more arguments."""
    file = town.standards / "sources.py"
    text = file.read_text("utf-8").replace("import rule,", "import near, replace, rule, steady,")
    file.write_text(text.replace('key="id",', f'key="id", {more},'), encoding="utf-8")


def test_quality_lists_what_to_look_at_first_with_count_share_n_and_trend(town: Town) -> None:
    town.land("2,2026-01-02,,,,tree\n3,bad,,,Works,Tree\n")
    assert "quality  3 things to look at; run: scorecard quality requests" in town.run(
        "import", "requests", town.folder / "a.csv"
    ).stdout.replace("\n  ", "\n")
    town.land(TREES, "b.csv")
    lines = town.run("quality", "requests").stdout.splitlines()
    assert lines[0] == "requests: 1 thing to look at"
    assert lines[1].startswith("  latest file b.csv, imported 20")
    assert lines[2].endswith("ago; the contract does not say how often they should come")
    assert lines[4].split() == [
        "check",
        "column",
        "count",
        *["share", "of", "n", "before", "trend", "example"],
    ]
    assert lines[5].split() == ["!", "volume", "–", "7", "233.3", "%", "of", "3", "3", "3", "7"]
    by_check = {tuple(line.split()[:2]): line for line in lines[6:]}
    assert "0.0 % of 7" in by_check["missing", "department"]
    assert " 1  50.0 0.0" in by_check["missing", "department"]
    assert " 1  50.0 0.0" in by_check["unlike-spellings", "topic"]
    assert lines[-1].endswith("checks found nothing.")


def test_quality_says_that_a_first_file_has_nothing_beside_it(town: Town) -> None:
    town.land("")
    assert "The first file: its rows and its mix have nothing" in town.run("quality").stdout


def test_quality_of_nothing_says_so(town: Town) -> None:
    assert town.run("quality").stdout == "requests: no file has been examined. Import one.\n"
    [page] = json.loads(town.run("quality", "--format", "json").stdout)
    assert (page["file"], page["checks"], page["stale"]) == (None, [], None)
    refused = town.run("quality", "request")
    assert refused.stderr.startswith("source-unknown: ")


def test_quality_in_json_and_csv(town: Town) -> None:
    town.land("2,2026-01-02,,,,tree\n")
    town.land(TREES, "b.csv")
    [page] = json.loads(town.run("quality", "--format", "json").stdout)
    [one] = [c for c in page["checks"] if (c["check"], c["column"]) == ("missing", "department")]
    assert one == {
        **{"check": "missing", "column": "department", "count": 0, "of": 7, "share": 0.0},
        **{"notable": False, "count_before": 1, "of_before": 2, "trend": [50.0, 0.0]},
        "examples": [],
    }
    [short] = json.loads(town.run("quality", "--format", "json", "--batches", "1").stdout)
    assert {len(check["trend"]) for check in short["checks"]} == {1}
    rows = list(csv.DictReader(io.StringIO(town.run("quality", "--format", "csv").stdout)))
    assert len(rows) == len(page["checks"])
    [row] = [r for r in rows if (r["check"], r["column"]) == ("missing", "department")]
    assert (row["count"], row["of"], row["trend"], row["file"]) == ("0", "7", "50 0", "b.csv")


def test_a_source_without_new_records_is_overdue(town: Town) -> None:
    counting_town(town, 'expected_every="7 days"')
    town.land("")
    text = town.run("quality").stdout
    assert ", expected every 7.0 days: overdue\n" in text
    [page] = json.loads(town.run("quality", "--format", "json").stdout)
    assert (page["stale"], page["expected_every_days"]) == (True, 7)
    assert page["age_days"] > 7


def test_examples_are_harmless_in_a_terminal_and_in_a_spreadsheet(town: Town) -> None:
    counting_town(town, "steady=steady(volume=2)")
    # A key that a spreadsheet would run, and a direction mark that a terminal would obey.
    town.land("=1+1,2026-01-02,,,,Tree\n3,2026-01-02,,,,\u202eTree\n4,2026-01-02,,,,\u202etree\n")
    text = town.run("quality").stdout
    assert "\u202e" not in text
    assert r"\u202e" in text
    [row] = [
        row
        for row in csv.DictReader(io.StringIO(town.run("quality", "--format", "csv").stdout))
        if (row["check"], row["column"]) == ("missing", "department")
    ]
    assert row["examples"].startswith("'=1+1 (line 3); ")


def test_a_dry_run_prints_the_checks_and_keeps_none(town: Town) -> None:
    file = town.folder / "a.csv"
    file.write_text(HEADINGS + GOOD + "2,2026-01-02,,,,tree\n", encoding="utf-8")
    text = town.run("import", "--dry-run", "requests", file).stdout
    assert "quality  2 things to look at\n" in text
    assert "!  missing" in text
    assert "Import one" in town.run("quality").stdout


def test_quality_names_synthetic_records_as_such(town: Town) -> None:
    town.land("")
    file = town.standards / "organisation.toml"
    file.write_text("synthetic = true\n" + file.read_text("utf-8"), encoding="utf-8")
    assert town.run("quality").stdout.startswith("requests (synthetic data): ")
    [page] = json.loads(town.run("quality", "--format", "json").stdout)
    assert page["synthetic"] is True
    row = next(csv.DictReader(io.StringIO(town.run("quality", "--format", "csv").stdout)))
    assert row["synthetic"] == "true"


# --- quarantine --mend ---


def test_rows_are_mended_by_a_declared_rule(town: Town) -> None:
    town.land("2,2026-13-01,,,Works,Tree\n3,never,,,Works,Tree\n")
    assert (
        "no row of quarantine can be landed" in town.run("quarantine", "requests", "--mend").stdout
    )
    counting_town(
        town, 'mends=[replace("opened_at", {"2026-13-01": "2026-01-13"}, reason="Day and month.")]'
    )
    text = town.run("quarantine", "requests", "--mend").stdout
    assert "read again from quarantine: 1 landed, 1 stay there" in text
    assert text.splitlines()[-3:-1] == [
        "requests: 1 row in quarantine",
        "             1  time-unreadable",
    ]
    assert "1 row was mended out of quarantine since" in town.run("quality").stdout
    wrong = town.run("quarantine", "requests", "--mend", "--limit", "3")
    assert wrong.exit_code == 2
