"""`scorecard verify`: its exit code and its words, and a checker of twenty lines that agrees."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from scorecard.ledger import head, open_ledger
from scorecard.workspace import Workspace
from tests.documents import section, text_of
from tests.ledger.tampering import around_the_guards, delete_events, fill, rewrite, set_field


class Place:
    """A workspace with thirty events."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder / "w")
        with self.ledger() as ledger:
            fill(ledger, 30, at_once=10)
            self.head = head(ledger)
            assert ledger.anchors is not None
            self.anchors = ledger.anchors

    def ledger(self):
        return open_ledger(self.workspace.ledger, self.workspace.anchors)

    def run(self, *arguments: object) -> Result:
        options = ["--workspace", str(self.workspace.root), "verify", *map(str, arguments)]
        return CliRunner().invoke(main, options)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_whole_chain_ends_with_0_and_prints_its_head(place: Place) -> None:
    ended = place.run()

    assert ended.exit_code == 0
    assert ended.stdout.splitlines() == [
        "30 events, anchored up to 30.",
        f"head {place.head}",
        "Nothing was altered.",
    ]
    assert place.anchors == place.workspace.root / "anchors" / "ledger.txt"
    found = json.loads(place.run("--format", "json").stdout)
    assert place.head is not None
    assert found == {
        "events": 30,
        "head": {"seq": 30, "hash": place.head.hash},
        "anchors": 3,
        "anchored": 30,
        "audits": {
            "cycles": 0,
            "evidence": 0,
            "signatures": [],
            "figures": 0,
            "computed_anew": None,
            "notes": [],
        },
        "faults": [],
    }


def test_a_fault_ends_with_1_and_names_code_and_place(place: Place) -> None:
    with place.ledger() as ledger, around_the_guards(ledger) as connection:
        set_field(connection, 7, "actor", "bob")

    ended = place.run()
    assert ended.exit_code == 1
    assert ended.stdout.startswith("event-altered: event 7 is not what its hash was made of.\n")
    assert ended.stdout.endswith("1 fault.\n")
    [fault] = json.loads(place.run("--format", "json").stdout)["faults"]
    assert (fault["code"], fault["seq"], fault["file"]) == ("event-altered", 7, None)


def test_a_file_of_anchors_that_is_gone_is_begun_again_only_when_asked(place: Place) -> None:
    place.anchors.unlink()

    for _ in range(2):
        assert place.run().stdout.startswith(f"anchor-missing: {place.anchors}: ")
    assert place.run("--anchor").exit_code == 0
    assert place.run().exit_code == 0
    assert place.run("--anchor").exit_code == 0
    assert len(place.anchors.read_text().splitlines()) == 1


def test_nothing_is_anchored_where_the_chain_is_broken(place: Place) -> None:
    with place.ledger() as ledger, around_the_guards(ledger) as connection:
        delete_events(connection, 21, 30)
    before = place.anchors.read_text()

    ended = place.run("--anchor")

    assert (ended.exit_code, "chain-cut-off" in ended.stdout) == (1, True)
    assert place.anchors.read_text() == before


def test_a_printed_head_and_another_machines_file_are_held_against_the_chain(
    place: Place, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(place.anchors.read_text())
    short = str(place.head)[:20]
    with place.ledger() as ledger, around_the_guards(ledger) as connection:
        rewrite(connection, 25, {"actor": "bob"})
    place.anchors.write_text("".join(place.anchors.read_text().splitlines(keepends=True)[:2]))

    assert place.run("--anchor").exit_code == 0  # nothing that is here shows it
    assert "chain-rewritten" in place.run("--head", short).stdout
    assert f"chain-rewritten: {copy}:3: " in place.run("--anchors", copy).stdout


def test_a_head_that_cannot_be_read_is_wrong_usage(place: Place) -> None:
    for text in ("30", "30:abc", "x:0123456789abcdef"):
        assert place.run("--head", text).exit_code == 2


def test_verification_makes_and_upgrades_nothing(tmp_path: Path, place: Place) -> None:
    away = tmp_path / "nowhere"
    ended = CliRunner().invoke(main, ["--workspace", str(away), "verify"])
    assert (ended.exit_code, ended.stderr.split(":")[0]) == (1, "ledger-missing")
    assert not away.exists()
    with place.ledger() as ledger, ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_version SET version_num = '0004'")
    ended = place.run()
    assert (ended.exit_code, ended.stderr.split(":")[0]) == (1, "ledger-behind")


# --- The independent checker of docs/auditors.md ---


@pytest.fixture
def checker(repository: Path, tmp_path: Path) -> Path:
    text = section(text_of(repository, "docs/auditors.md"), "Check it without this software")
    block = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert block
    assert len(block[1].splitlines()) <= 24
    file = tmp_path / "check.py"
    file.write_text(block[1])
    return file


def checked(checker: Path, file: Path, *heads: str) -> tuple[int, str]:
    command = [sys.executable, "-I", str(checker), str(file), *heads]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr.strip()


def test_the_checker_in_the_documents_agrees_and_finds_what_was_altered(
    place: Place, checker: Path, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    assert place.run("--export", file).exit_code == 0
    lines = file.read_text().splitlines(keepends=True)
    short = str(place.head)[:20]

    assert len(lines) == 30
    assert checked(checker, file) == (0, "")
    assert checked(checker, file, short) == (0, "")

    def after(changed: list[str], *heads: str) -> tuple[int, str]:
        file.write_text("".join(changed))
        return checked(checker, file, *heads)

    spoilt = [*lines[:6], lines[6].replace("remark", "remorse"), *lines[7:]]
    assert after(spoilt) == (1, "event 7: altered")
    assert after(lines[:6] + lines[7:]) == (1, "event 7: the chain is broken before it")
    assert after([lines[1], lines[0], *lines[2:]]) == (1, "event 1: the chain is broken before it")
    assert after(lines[:25]) == (0, "")
    assert after(lines[:25], short) == (1, "the chain ends before event 30")
    assert after(lines, f"15:{'0' * 16}") == (1, "event 15: not the one that was anchored")


def test_an_export_that_cannot_be_whole_leaves_no_file(place: Place, tmp_path: Path) -> None:
    with place.ledger() as ledger, around_the_guards(ledger) as connection:
        connection.exec_driver_sql("UPDATE event SET body = CAST(x'ff' AS TEXT) WHERE seq = 9")

    ended = place.run("--export", tmp_path / "events.jsonl")

    assert (ended.exit_code, ended.stderr.split(":")[0]) == (1, "event-unreadable")
    assert not list(tmp_path.glob("*events*"))
