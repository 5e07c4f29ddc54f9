"""Findings, causes, actions and controls at the command line, and two people at once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli_audit.audited_town import DAYS, OPENING, SOON, Room, copied

FINDING = [
    *("--standard", "closed-on-time", "--department", "DPW", "--grade", "minor"),
    *("--lies-in", "system", "--text", "Lights wait"),
]
PLAN = ["--text", "A second shift", "--owner", "sam", "--due", SOON]
COMPLAINT = ["--origin", "complaint", "--case", "3"]


@pytest.fixture(scope="session")
def prepared(measured_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cycle in actions with three findings of Ada's: 1 of her audit, 2 and 3 of complaints."""
    room = copied(measured_town, tmp_path_factory.mktemp("prepared"))
    room.ok("dora", "open", "one", *OPENING, "--auditor", "amy")
    room.ok("ada", "move", "one", "fieldwork")
    room.ok("ada", "find", "one", *FINDING)
    room.ok("ada", "find", "one", *FINDING, *COMPLAINT)
    room.ok("ada", "find", "one", *FINDING, "--origin", "hostile-feedback")
    room.ok("ada", "move", "one", "findings")
    room.ok("ada", "move", "one", "actions")
    return room.folder


@pytest.fixture
def acting(prepared: Path, tmp_path: Path) -> Room:
    shutil.copytree(prepared, tmp_path / "town")
    return Room(tmp_path / "town")


@pytest.fixture(scope="session")
def standing(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """For refusals, which record nothing. Finding 1 has an action."""
    folder = tmp_path_factory.mktemp("standing") / "town"
    shutil.copytree(prepared, folder)
    room = Room(folder)
    room.ok("lea", "plan", "one", 1, *PLAN)
    return room


def test_a_finding_goes_from_its_raising_to_its_closing_and_back(acting: Room) -> None:
    told = acting.ok("lea", "cause", "one", 1, "--why", "one shift", "--why", "no money")
    assert told.startswith("Lea Lund recorded the cause of finding 1: one shift; because no money.")
    acting.ok("lea", "plan", "one", 1, *PLAN, "--effect", 5, "--control", "counted weekly")
    acting.ok("lea", "change-action", "one", 1, "--owner", "lea", "--reason", "Sam is away")
    shown = acting.ok("", "show", "one")
    assert "action 1 (corrective, Lea Lund), due on" in shown
    assert ": A second shift; expected: +5.0 percentage points; control: counted weekly" in shown
    acting.ok("lea", "done", "one", 1, "--on", _today(), "--remark", "since Monday")
    acting.ok("lea", "control", "one", 1, "--text", "Count", "--owner", "lea", "--every", "week")
    acting.ok("sam", "say", "one", 1, "--voice", "staff", "--text", "It helps")
    acting.ok("lea", "say", "one", "--voice", "management", "--text", "Go on")
    told = acting.ok("amy", "settle", "one", 1, "--remark", "It is mended")
    assert told.startswith("Amy Ott closed finding 1: It is mended.")
    found = json.loads(acting.ok("", "show", "one", "--format", "json"))
    assert [one["open"] for one in found["findings"]] == [False, True, True]
    assert [one["text"] for one in found["findings"][0]["staff"]] == ["It helps"]
    assert [one["text"] for one in found["management"]] == ["Go on"]
    acting.ok("ada", "reopen-finding", "one", 1, "--reason", "dark again")
    found = json.loads(acting.ok("", "show", "one", "--format", "json"))
    assert found["findings"][0]["open"]


def _today() -> date:
    """The town's day, which may be one behind the machine's."""
    return datetime.now(ZoneInfo("America/New_York")).date()


def test_a_change_keeps_what_is_not_given_and_the_old_wording(acting: Room) -> None:
    acting.ok("ada", "change", "one", 1, "--grade", "major", "--reason", "seen twice")
    finding = json.loads(acting.ok("", "show", "one", "--format", "json"))["findings"][0]
    kept = [finding[name] for name in ("grade", "text", "nature")]
    assert kept == ["major", "Lights wait", "fault"]
    assert [one["text"].split()[2] for one in finding["history"]] == ["raised", "changed"]
    assert "Reason: seen twice." in finding["history"][1]["text"]


def test_a_complaint_closes_only_with_a_cause_an_action_and_a_control(acting: Room) -> None:
    finding = 2

    def refusal() -> str:
        return acting.refused("amy", "settle", "one", finding, "--remark", "answered")

    assert "complaint-unanswered" in refusal()
    assert "has no cause and no action and no control." in refusal()
    acting.ok("lea", "cause", "one", finding, "--why", "nobody listened")
    assert "has no action and no control." in refusal()
    acting.ok("lea", "plan", "one", finding, *PLAN)
    assert "action-not-done" in refusal()
    acting.ok("sam", "done", "one", 1, "--on", _today())
    assert "has no control." in refusal()
    acting.ok("lea", "control", "one", finding, "--text", "Ask", "--owner", "lea", "--every", "day")
    assert "Amy Ott closed finding" in acting.ok(
        "amy", "settle", "one", finding, "--remark", "answered"
    )


def test_the_second_of_two_sees_both_versions_whole_and_can_record_on_top(acting: Room) -> None:
    seen = json.loads(acting.ok("", "show", "one", "--format", "json"))["version"]
    acting.ok("amy", "change", "one", 1, "--text", "Lights wait a week", "--reason", "counted")
    mine = ["change", "one", 1, "--text", "Lights wait long", "--reason", "because I saw it"]
    told = acting.refused("ada", *mine, "--seen", seen)
    assert told.startswith("audit-clash: Not recorded, since somebody was first.")
    theirs, yours = told.split("Yours, not recorded:")
    assert "Amy Ott changed finding 1" in theirs
    assert "  text: Lights wait a week\n" in theirs
    assert "  text: Lights wait long\n  reason: because I saw it\n" in yours
    assert f"with --seen {seen + 1};" in yours
    # Something else was changed since: that is no hindrance.
    acting.ok("ada", "change", "one", 2, "--grade", "major", "--reason", "x", "--seen", seen)
    acting.ok("ada", *mine, "--seen", seen + 1)
    assert "Lights wait long" in acting.ok("", "show", "one")


def _toml() -> tuple[str, str]:
    return "causes.toml", 'text = "dark"\n[[because]]\ntext = "no money"\n[[because]]\ntext = "ill"'


def _json() -> tuple[str, str]:
    whys = [{"text": "no money"}, {"text": "ill"}]
    return "causes.json", json.dumps({"text": "dark", "because": whys})


@pytest.mark.parametrize("written", [_toml, _json])
def test_a_tree_of_causes_is_read_from_a_file(
    acting: Room, written: Callable[[], tuple[str, str]]
) -> None:
    name, text = written()
    (acting.folder / name).write_text(text, encoding="utf-8")
    told = acting.ok("lea", "cause", "one", 1, "--tree", acting.folder / name)
    assert "dark (because no money; because ill)" in told


def test_a_tree_that_cannot_be_read_is_refused(standing: Room) -> None:
    file = standing.folder / "causes.json"
    for text, told in (
        ("{", "cause-tree-unreadable: the tree of causes in causes.json cannot be read:"),
        ('{"because": []}', "audit-entry-invalid: Recording a cause does not take this: tree.text"),
        ('{"text": " "}', "tree.text: must not be blank"),
    ):
        file.write_text(text, encoding="utf-8")
        assert told in standing.refused("lea", "cause", "one", 1, "--tree", file)
    none = standing.folder / "none.json"
    assert "No such file" in standing.refused("lea", "cause", "one", 1, "--tree", none)
    assert "give either whys or a tree" in standing.refused("lea", "cause", "one", 1)


def test_evidence_is_kept_with_its_day_and_not_where_the_step_is_refused(acting: Room) -> None:
    photo = acting.folder / "hole.jpg"
    photo.write_bytes(b"a hole")
    more = ["--evidence", photo, "--dated", "2026-01-09"]
    assert "role-may-not" in acting.refused("sam", "find", "one", *FINDING, *more)
    assert acting.evidence() == []
    told = acting.ok("ada", "find", "one", *FINDING, *more)
    assert "(evidence: hole.jpg of 2026-01-09, SHA-256 " in told
    assert [one.read_bytes() for one in acting.evidence()] == [b"a hole"]
    assert "evidence: hole.jpg of 2026-01-09" in acting.ok("", "show", "one")


CHANGE = ["change", "one", 1, "--reason", "x"]


@pytest.mark.parametrize(
    ("by", "arguments", "told"),
    [
        ("lea", ["plan", "one", 1, *PLAN, "--due", date.today() - 2 * DAYS], "due-before-opening"),
        ("lea", ["plan", "one", 1, *PLAN, "--due", "2026-02-30"], "'2026-02-30' is no day"),
        (
            "lea",
            ["plan", "one", 1, *PLAN, "--owner", "gus"],
            "owner-unfit: Gus Gone is not here on",
        ),
        ("lea", ["plan", "one", 1, *PLAN, "--owner", "zoe"], "owner-unfit: 'zoe' is not among"),
        ("lea", ["plan", "one", 1, *PLAN, "--text", " "], "text: must not be blank"),
        ("lea", ["plan", "one", 9, *PLAN], "audit-number-unknown: there is no finding 9"),
        ("lea", ["plan", "one", 1, *PLAN, "--effect-standard", "x"], "Give --effect"),
        ("lea", ["change-action", "one", 5, "--reason", "x"], "there is no action 5"),
        ("gus", ["find", "one", *FINDING], "person-away: Gus Gone left after 2026-01-31"),
        ("zoe", ["find", "one", *FINDING], "person-unknown: 'zoe' is not among the people"),
        ("sam", ["find", "one", *FINDING], "role-may-not: Sam Stone is staff"),
        ("ada", ["find", "one", *FINDING, "--department", "Fire"], "outside-scope"),
        ("ada", ["find", "one", *FINDING, "--standard", "potholes"], "outside-scope"),
        ("ada", ["find", "one", *FINDING, "--text", "\t"], "text: must not be blank"),
        ("ada", ["find", "one", *FINDING, "--dated", "2026-01-01"], "evidence-undated: 0 files"),
        ("ada", [*CHANGE, "--text", ""], "text: must not be blank"),
        ("ada", [*CHANGE, "--seen", 99], "version-ahead: version 99 of one cannot have been seen"),
        ("ada", ["settle", "one", 1, "--remark", "ok"], "own-finding: Ada Ames cannot close"),
        ("amy", ["settle", "one", 1, "--remark", "ok"], "action-not-done: finding 1"),
        (
            "amy",
            ["settle", "one", 3, "--remark", "ok"],
            "complaint-unanswered: finding 3 is from hostile",
        ),
        ("amy", ["reopen-finding", "one", 1, "--reason", "x"], "finding-is-open"),
        ("sam", ["done", "one", 1, "--on", SOON], "done-out-of-time: action 1 was planned on"),
        ("sam", ["say", "one", "--voice", "management", "--text", "x"], "voice-unfit: Sam Stone"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_recorded(
    standing: Room, by: str, arguments: list[str], told: str
) -> None:
    assert told in standing.refused(by, *arguments)
