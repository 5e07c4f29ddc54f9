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
