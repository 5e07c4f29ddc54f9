"""`scorecard draft-source`: what it prints and writes, and how it ends."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from scorecard.cli import main
from tests.small_town import write_town


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_a_draft_is_checked_and_imports_its_file(tmp_path: Path) -> None:
    standards, _ = write_town(tmp_path)
    for file in standards.iterdir():
        if file.name != "organisation.toml":
            file.unlink()
    requests = tmp_path / "requests.csv"
    drafted = run("draft-source", requests, "--name", "cases")
    assert drafted.exit_code == 0, drafted.output
    written = run("draft-source", requests, "--name", "cases", "--output", standards / "sources.py")
    assert written.exit_code == 0, written.output
    assert "the source 'cases', drafted from requests.csv" in written.stdout
    assert (standards / "sources.py").read_text() == drafted.stdout
    options = ("--standards", standards, "--workspace", tmp_path / "workspace")
    checked = run(*options, "check")
    assert checked.exit_code == 0, checked.output
    assert "1 source" in checked.stdout
    imported = run(*options, "import", "cases", requests)
    assert imported.exit_code == 0, imported.output
    assert " 0 quarantined" in imported.stdout


def test_no_file_is_replaced(tmp_path: Path) -> None:
    records, there = tmp_path / "a.csv", tmp_path / "sources.py"
    records.write_text("id,n\n1,2\n")
    there.write_text("mine")
    refused = run("draft-source", records, "--output", there)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("already-there: ")
    assert there.read_text() == "mine"
    refused = run("draft-source", records, "--output", tmp_path / "none" / "sources.py")
    assert refused.stderr.startswith("file-unwritable: ")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    refused = run("draft-source", tmp_path / "a.csv")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("file-missing: ")
