"""`scorecard new` and `check --examples`: what they write and print, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from tests.small_town import write_town


@pytest.fixture
def standards(tmp_path: Path) -> Path:
    folder, _ = write_town(tmp_path)
    return folder


def run(standards: Path, *arguments: str) -> Result:
    workspace = str(standards.parent / "workspace")
    options = ["--standards", str(standards), "--workspace", workspace]
    return CliRunner().invoke(main, [*options, *arguments])


def new_metric(standards: Path, name: str, source: str = "requests", at: str = "due_at") -> Result:
    return run(standards, "new", "metric", name, "--source", source, "--at", at)


def test_a_new_metric_works_at_once(standards: Path) -> None:
    made = new_metric(standards, "fallen_due")
    assert made.exit_code == 0, made.output
    place = made.output.split(": the metric")[0]
    file, line = place.rsplit(":", 1)
    assert Path(file).read_text().split("\n")[int(line) - 1] == "@metric("
    checked = run(standards, "check", "--examples")
    assert checked.exit_code == 0, checked.output
    assert "4 metrics" in checked.output
    assert "1 example checked; metrics without one: 3." in checked.output


def test_a_new_standard_is_shown_and_not_in_force(standards: Path, tmp_path: Path) -> None:
    made = run(standards, "new", "standard", "days-open", "--metric", "days_to_close")
    assert made.exit_code == 0, made.output
    assert (standards / "days_open.toml").is_file()
    assert run(standards, "import", "requests", str(tmp_path / "requests.csv")).exit_code == 0
    assert run(standards, "measure").exit_code == 0
    shown = run(standards, "show", "--standard", "days-open", "--period", "2026-01")
    assert "not in force" in shown.output, shown.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("metric", "kept_by_due", "--source", "requests", "--at", "due_at"), "already-there: "),
        (("metric", "x", "--source", "request", "--at", "due_at"), "mean 'requests'?"),
        (("metric", "x", "--source", "requests", "--at", "due"), "mean 'due_at'?"),
        (("metric", "x-y", "--source", "requests", "--at", "due_at"), "metric-name-invalid: "),
        (("standard", "potholes", "--metric", "days_to_close"), "already-there: "),
        (("standard", "new", "--metric", "day_to_close"), "mean 'days_to_close'?"),
    ],
)
def test_a_refusal_ends_with_1_and_changes_nothing(
    standards: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = {file: file.read_bytes() for file in standards.iterdir()}
    refused = run(standards, "new", *arguments)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert {file: file.read_bytes() for file in standards.iterdir()} == before


def test_a_failing_example_ends_the_check_with_1(standards: Path) -> None:
    assert new_metric(standards, "fallen_due").exit_code == 0
    file = standards / "metrics.py"
    file.write_text(file.read_text().replace("expect=2", "expect=3"))
    line = file.read_text().split("\n").index("fallen_due.example(") + 1
    assert run(standards, "check").exit_code == 0
    failed = run(standards, "check", "--examples")
    assert failed.exit_code == 1
    assert failed.stdout == ""
    assert failed.stderr == (
        f"example-failed: {file}:{line}: fallen_due gives 2, and the example expects 3. "
        "Rows 1, 2 of 2 count.\n1 of 1 example failed.\n"
    )


def test_a_count_can_be_explained(standards: Path, tmp_path: Path) -> None:
    assert new_metric(standards, "opened", at="opened_at").exit_code == 0
    assert run(standards, "new", "standard", "opened", "--metric", "opened").exit_code == 0
    assert run(standards, "import", "requests", str(tmp_path / "requests.csv")).exit_code == 0
    assert run(standards, "measure").exit_code == 0
    told = run(standards, "explain", "opened", "--period", "2026-01")
    assert told.exit_code == 0, told.output
