"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from tests.small_town import write_town


class Town:
    def __init__(self, folder: Path) -> None:
        self.standards, self.records = write_town(folder)
        self.workspace = folder / "workspace"

    def run(self, *arguments: str | Path) -> Result:
        options = ["--standards", str(self.standards), "--workspace", str(self.workspace)]
        return CliRunner().invoke(main, [*options, *map(str, arguments)])


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.fixture
def measured(town: Town) -> Town:
    assert town.run("import", "requests", town.records).exit_code == 0
    assert town.run("measure").exit_code == 0
    return town


def test_three_commands_take_a_file_to_a_scorecard(town: Town) -> None:
    receipt = town.run("import", "requests", town.records)
    assert receipt.exit_code == 0
    assert "11 rows read" in receipt.output
    assert "1 quarantined" in receipt.output
    measured = town.run("measure")
    assert measured.exit_code == 0
    assert "new" in measured.output
    shown = town.run("show", "--period", "2026-01")
    assert "Works" in shown.output
    assert "66.7 %" in shown.output


def test_json_holds_the_promised_keys_and_null_for_the_unknown(measured: Town) -> None:
    rows = json.loads(measured.run("show", "--format", "json").stdout)
    wanted = {
        *("standard", "metric", "department", "period", "grain", "unit", "better", "actual"),
        *("expected", "gap", "service_gap", "status", "n", "low", "high"),
    }
    assert all(wanted <= row.keys() for row in rows)
    [none] = [
        row
        for row in rows
        if (row["standard"], row["department"], row["period"])
        == ("closed-on-time", "parks", "2026-02-01")
    ]
    assert (none["actual"], none["gap"], none["status"], none["n"]) == (None, None, "no data", 0)
    assert any(row["department"] is None for row in rows)


def test_importing_again_changes_nothing(measured: Town) -> None:
    before = measured.run("show", "--format", "csv").stdout
    again = measured.run("import", "requests", measured.records)
    assert "10 unchanged" in again.output
    assert "0 new, 0 changed" in measured.run("measure").output
    after = measured.run("show", "--format", "csv").stdout
    assert [line.rsplit(",", 1)[0] for line in after.splitlines()] == [
        line.rsplit(",", 1)[0] for line in before.splitlines()
    ]


def test_measure_says_what_it_did_not_measure_again_and_all_measures_everything(
    measured: Town,
) -> None:
    again = measured.run("measure").output
    assert "0 unchanged, 0 withdrawn. Measured in full: 0;" in again
    assert "untouched: 3." in again
    everything = measured.run("measure", "--all").output
    assert "Measured in full" not in everything
    assert "0 new, 0 changed" in everything
    assert " 0 unchanged" not in everything


def test_a_dry_run_says_what_would_be_imported_and_leaves_everything_as_it_was(town: Town) -> None:
    tried = town.run("import", "requests", "--dry-run", town.records)
    assert tried.exit_code == 0
    assert "would be imported into" in tried.stdout
    assert "10 new" in tried.stdout
    assert "1 quarantined" in tried.stdout
    assert "dry run: nothing was landed, quarantined or recorded\n" in tried.stdout
    assert not list(town.workspace.rglob("*.parquet"))
    assert town.run("measure").stderr.startswith("nothing-imported: ")
    imported = town.run("import", "requests", town.records)
    assert "10 new" in imported.stdout
    assert "dry run" not in imported.stdout


def test_a_dry_run_of_a_file_without_a_good_row_is_refused_as_the_import_would_be(
    town: Town, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("id,opened_at,due_at,closed_at,department,topic\n1,yesterday,,,Works,Tree\n")
    refused = town.run("import", "requests", "--dry-run", file)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("nothing-landed: ")
    assert "would be in quarantine" in refused.stderr
    assert not (town.workspace / "quarantine").exists()


def test_a_total_says_what_it_leaves_out(measured: Town) -> None:
    shown = measured.run("show", "--period", "all")
    assert "potholes" in shown.stderr
    assert "potholes" not in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("import", "requsts", "x.csv"), "source-unknown"),
        (("import", "requests", "not-there.csv"), "file-missing"),
        (("measure",), "nothing-imported"),
        (("show", "--department", "Wroks"), "department-unknown"),
        (("show", "--standard", "closed-on-tim"), "standard-unknown"),
        (("show", "--as-of", "yesterday"), "moment-unreadable"),
        (("explain", "closed-on-time"), "figure-unknown"),
        (("export", "scorecard.xlsx"), "export-format"),
    ],
)
def test_a_refusal_is_one_coded_line_on_standard_error_and_ends_with_1(
    town: Town, arguments: tuple[str, ...], code: str
) -> None:
    refused = town.run(*arguments)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith(f"{code}: ")
    assert "Traceback" not in refused.output


def test_an_unreadable_period_is_refused(measured: Town) -> None:
    refused = measured.run("show", "--period", "July")
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (1, "period-unreadable")


def test_wrong_usage_ends_with_2(town: Town) -> None:
    assert town.run("show", "--format", "yaml").exit_code == 2
    assert town.run("import", "requests").exit_code == 2
    assert town.run("no-such-command").exit_code == 2


def test_no_folder_of_declarations_is_refused(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["--workspace", str(tmp_path), "show"], env={})
    assert refused.exit_code == 1
    assert refused.stderr.startswith("standards-not-given: ")


def test_check_counts_what_is_declared(town: Town) -> None:
    checked = town.run("check", "--list")
    assert checked.exit_code == 0
    assert "3 metrics and 3 standards" in checked.stdout
    assert "closed_on_time" in checked.stdout


def test_check_ends_with_1_and_names_file_and_line(town: Town) -> None:
    file = town.standards / "metrics.py"
    file.write_text(file.read_text().replace("r.closed_at <= r.due_at,", "r.closd_at <= r.due_at,"))
    checked = town.run("check")
    assert checked.exit_code == 1
    line = checked.stderr.splitlines()[0]
    assert line.startswith("column-unknown: ")
    assert "metrics.py:7" in line
    assert "'closed_at'" in line


def test_export_writes_what_show_prints(measured: Town, tmp_path: Path) -> None:
    file = tmp_path / "scorecard.json"
    assert measured.run("export", file).exit_code == 0
    assert json.loads(file.read_text("utf-8")) == json.loads(
        measured.run("show", "--format", "json").stdout
    )


def test_as_of_shows_what_was_known_then(measured: Town) -> None:
    before = measured.run("show", "--format", "json", "--as-of", "2000-01-01").stdout
    assert json.loads(before) == []


def test_nothing_but_the_answer_reaches_a_pipe(measured: Town, repository: Path) -> None:
    environment = os.environ | {
        "SCORECARD_STANDARDS": str(measured.standards),
        "SCORECARD_WORKSPACE": str(measured.workspace),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "scorecard.cli", "measure"],
        env=environment,
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    assert ended.stdout.count("\n") == 1


def test_help_loads_no_more_than_the_command_line_needs(repository: Path) -> None:
    code = (
        "import sys; from scorecard.cli import main; main(['--help'], standalone_mode=False); "
        "print([m for m in ('duckdb', 'sqlalchemy', 'pydantic', 'streamlit') if m in sys.modules])"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=repository, text=True)
    assert printed.splitlines()[-1] == "[]"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_figure_of_another_definition_is_missing_and_it_is_said(measured: Town) -> None:
    edit(
        measured.standards / "metrics.py",
        "r.closed_at <= r.due_at, of",
        "r.closed_at < r.due_at, of",
    )
    shown = measured.run("show", "--standard", "closed-on-time")
    assert "closed_on_time; run: scorecard measure" in shown.stderr
    assert shown.stdout.count("closed-on-time") == 3
    assert "not complete yet" in shown.stdout
    measured.run("measure")
    assert measured.run("show").stderr == ""


def test_records_imported_since_the_last_measuring_are_told(measured: Town, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text(
        "id,opened_at,due_at,closed_at,department,topic\n"
        "12,2026-03-03T10:00Z,2026-03-09T10:00Z,2026-03-05T10:00Z,Works,Tree\n"
    )
    assert measured.run("import", "requests", more).exit_code == 0
    assert "'requests' has records that were imported since" in measured.run("show").stderr


def test_a_column_that_the_contract_gained_is_missing_until_it_is_imported(measured: Town) -> None:
    edit(
        measured.standards / "sources.py",
        '"topic": text(),',
        '"topic": text(), "channel": text(optional=True),',
    )
    edit(
        measured.standards / "metrics.py",
        "r.closed_at <= r.due_at, of=",
        "r.channel.missing & (r.closed_at <= r.due_at), of=",
    )
    assert measured.run("measure").exit_code == 0
    assert "66.7 %" in measured.run("show", "--period", "2026-01").stdout


def test_a_column_of_another_type_is_refused(measured: Town) -> None:
    edit(measured.standards / "sources.py", '"topic": text()', '"topic": integer()')
    edit(measured.standards / "sources.py", "import rule", "import integer, rule")
    edit(measured.standards / "town.toml", 'topic = "Pothole"', "topic = 1")
    refused = measured.run("measure")
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (1, "landed-differs")


def test_a_department_is_found_under_its_new_names_without_another_import(measured: Town) -> None:
    edit(measured.standards / "organisation.toml", 'id = "works"', 'id = "public-works"')
    edit(measured.standards / "town.toml", 'department = "works"', 'department = "public-works"')
    assert measured.run("measure").exit_code == 0
    shown = measured.run("show", "--period", "2026-01", "--department", "public-works")
    assert "66.7 %" in shown.stdout


def test_every_standard_can_be_explained(measured: Town) -> None:
    edit(
        measured.standards / "metrics.py",
        "from scorecard import",
        "from scorecard import count\nfrom scorecard import",
    )
    with (measured.standards / "metrics.py").open("a", encoding="utf-8") as metrics:
        metrics.write(
            '\n\n@metric(source="requests", at="closed_at", unit="count", better="lower")\n'
            'def closed(r):\n    """Closed."""\n    return count(where=r.due_at.known)\n'
        )
    with (measured.standards / "town.toml").open("a", encoding="utf-8") as standards:
        standards.write(
            '\n[[standard]]\nid = "closed"\ntitle = "Closed"\nmetric = "closed"\n'
            'departments = "all"\nexpected = [{ from = 2026-01-01, at_most = 9 }]\n'
        )
    assert measured.run("measure").exit_code == 0
    for standard in ("closed-on-time", "kept-by-due", "potholes", "closed"):
        explained = measured.run("explain", standard)
        assert explained.exit_code == 0, explained.output


def test_the_moment_that_measure_prints_reads_that_run(measured: Town) -> None:
    printed = measured.run("measure").stdout
    moment = printed.split("known at ")[1].split(": ")[0]
    then = json.loads(measured.run("show", "--format", "json", "--as-of", moment).stdout)
    now = json.loads(measured.run("show", "--format", "json").stdout)
    assert then == now


def test_what_nobody_foresaw_is_one_line_too(
    measured: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr("scorecard.report.show.shown_rows", broken)
    ended = measured.run("show")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("internal-error: RuntimeError: out of cheese")


def test_a_reader_who_has_had_enough_is_no_mistake_of_the_software(
    measured: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("scorecard.report.show.shown_rows", gone)
    ended = measured.run("show")
    assert (ended.exit_code, ended.stderr) == (141, "")
