"""Whose department, which role, which of two namesakes, and who was taken out of the file."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli_audit.audited_town import OPENING, SOON, Room, copied

ABOUT = ["--standard", "closed-on-time", "--department", "works"]
FINDING = [*ABOUT, "--grade", "minor", "--lies-in", "system", "--text", "Lights wait"]
PLAN = ["--text", "A second shift", "--owner", "sam", "--due", SOON]
TODAY = datetime.now(ZoneInfo("America/New_York")).date()
MORE = """
[[people]]
id = "leo"
name = "Leo Lind"
roles = ["lead"]
departments = ["parks"]

[[people]]
id = "sam-2"
name = "Sam Stone"
roles = ["staff"]
departments = ["works"]

[[people]]
id = "dee"
name = "Dee Dual"
roles = ["director", "auditor"]
"""


@pytest.fixture(scope="module")
def made(measured_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cycle of Ada's and Dee's in actions, with a finding of Ada's and an action of Sam's."""
    room = copied(measured_town, tmp_path_factory.mktemp("access"))
    people = room.folder / "small_town" / "organisation.toml"
    people.write_text(people.read_text("utf-8") + MORE, encoding="utf-8")
    room.ok("dora", "open", "one", *OPENING, "--auditor", "dee")
    room.ok("ada", "move", "one", "fieldwork")
    room.ok("ada", "find", "one", *FINDING)
    room.ok("ada", "move", "one", "findings")
    room.ok("ada", "move", "one", "actions")
    room.ok("lea", "plan", "one", 1, *PLAN)
    return room.folder


@pytest.fixture
def room(made: Path, tmp_path: Path) -> Room:
    return Room(Path(shutil.copytree(made, tmp_path / "town")))


@pytest.fixture(scope="module")
def standing(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """For refusals, which record nothing."""
    return Room(Path(shutil.copytree(made, tmp_path_factory.mktemp("standing") / "town")))


@pytest.mark.parametrize(
    "arguments",
    [
        ["cause", "one", 1, "--why", "x"],
        ["plan", "one", 1, *PLAN],
        ["change-action", "one", 1, "--text", "x", "--reason", "x"],
        ["done", "one", 1, "--on", TODAY],
        ["control", "one", 1, "--text", "x", "--owner", "leo", "--every", "day"],
        ["say", "one", 1, "--voice", "management", "--text", "x"],
        ["find", "one", *FINDING],
        ["change", "one", 1, "--text", "x", "--reason", "x"],
        ["settle", "one", 1, "--remark", "x"],
        ["reopen-finding", "one", 1, "--reason", "x"],
        ["move", "one", "re-audit"],
        ["auditors", "one", "--auditor", "leo", "--reason", "x"],
        ["open", "two", *OPENING],
        ["propose", "one", *ABOUT, "--value", 99, "--ground", "x"],
        ["schedule", "one", "9999-12-31"],
        ["sign", "one"],
        ["close", "one"],
        ["reopen", "one", "--reason", "x"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_lead_of_another_department_does_nothing_in_this_one(
    standing: Room, arguments: list[object]
) -> None:
    told = standing.refused("leo", *arguments)
    assert "department-may-not" in told or "role-may-not" in told
    assert "Leo Lind" in told
    assert standing.evidence() == []


def test_whoever_has_two_roles_has_what_each_allows_and_not_what_they_did_themselves(
    room: Room,
) -> None:
    room.ok("dee", "find", "one", *FINDING)  # as an auditor
    room.ok("dee", "auditors", "one", "--auditor", "ada", "--reason", "enough")  # as a director
    assert "role-may-not" not in (told := room.refused("dee", "settle", "one", 2, "--remark", "x"))
    assert "own" in told
    assert "Dee Dual may not sign" in room.run("", "sign", "one", "--dry-run").stdout


def test_of_two_with_one_name_only_the_one_whose_it_is_may(room: Room) -> None:
    told = room.refused("sam-2", "done", "one", 1, "--on", TODAY)
    assert "not-owner" in told or "owner" in told
    reminded = room.ok("", "reminders", "--person", "sam-2", "--within", 60)
    assert reminded == ""
    assert "A second shift" in room.ok("", "reminders", "--person", "sam", "--within", 60)
    room.ok("sam", "done", "one", 1, "--on", TODAY)


def test_whoever_was_taken_out_of_the_file_is_missed_and_kept_in_what_they_did(room: Room) -> None:
    people = room.folder / "small_town" / "organisation.toml"
    text = people.read_text("utf-8")
    for id in ("sam", "ada"):
        start = text.index(f'[[people]]\nid = "{id}"\n')
        text = text[:start] + text[text.index("[[people]]", start + 5) :]
    people.write_text(text, encoding="utf-8")

    shown = room.ok("", "show", "one")
    assert "sam" in shown
    assert "is declared no more" in shown
    view = json.loads(room.ok("", "show", "one", "--format", "json"))
    assert [one["text"] for one in view["actions"]] == ["A second shift"]
    assert "person-unknown" in room.refused("sam", "done", "one", 1, "--on", TODAY)
    for command in ("list", "reminders"):
        room.ok("", command)
    assert "sam" in room.ok("", "history", "one")
    room.ok("lea", "change-action", "one", 1, "--owner", "lea", "--reason", "Sam is gone")
    room.ok("lea", "done", "one", 1, "--on", TODAY)
