"""Opening, listing and showing a cycle at the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.cli_audit.audited_town import DAYS, OPENING, SOON, Room, by_team

AGO = date.today() - 2 * DAYS


def test_an_opening_says_what_was_frozen_and_what_has_no_figure(room: Room) -> None:
    # By the alias of the one department, and the name of the other.
    told = room.ok(
        "dora", "open", "one", *OPENING, "--department", "parks", "--standard", "potholes"
    )
    assert told.splitlines() == [
        "Small Town: On time (one) is opened, version 1: 3 requirements frozen, 3 figures as the "
        "baseline of January 2026.",
        "  Closed on time in Works: at least 70 % expected; 66.7 % in January 2026 (n = 3), "
        "3.3 points behind: near",
        "  Closed on time in Parks: at least 50 % expected; 50.0 % in January 2026 (n = 2), as "
        "expected: met",
        "  Potholes are filled in two days in Works: at most 2 days expected; 2.0 days in January "
        "2026 (n = 2), as expected: met",
    ]


def test_what_was_not_measured_is_named(room: Room) -> None:
    told = room.ok("dora", "open", "one", *OPENING, "--period", "2025-06")
    assert "1 requirement frozen, 0 figures as the baseline." in told
    assert "Closed on time: no figure was measured in Works\n" in told
    assert "no figure was measured" in room.ok("", "show", "one")


def test_the_list_keeps_to_what_is_asked_for(room: Room) -> None:
    assert "No audit cycle has been opened yet." in room.ok("", "list")
    room.ok("dora", "open", "one", *OPENING)
    assert "One audit cycle is open: On time, planned." in room.ok("", "list")
    found = json.loads(room.ok("", "list", "--open", "--format", "json"))
    assert [one["id"] for one in found["lines"]] == ["one"]
    assert found["lines"][0]["baseline"] == "January 2026"
    assert json.loads(room.ok("", "list", "--overdue", "--format", "json"))["lines"] == []


def test_what_is_shown_ends_with_the_head_of_the_chain(room: Room) -> None:
    room.ok("dora", "open", "one", *OPENING)
    last = f"Head of the chain: {room.chain()}"
    for command in (["show", "one"], ["history", "one"], ["list"]):
        assert room.ok("", *command).splitlines()[-1] == last
    assert (
        f"Head of the chain: {json.loads(room.ok('', 'show', 'one', '--format', 'json'))['head']}"
        == last
    )


def test_the_course_and_the_auditors_are_told_by_name(room: Room) -> None:
    room.ok("dora", "open", "one", *OPENING)
    room.ok("ada", "move", "one", "fieldwork")
    told = room.ok("dora", "auditors", "one", "--auditor", "amy", "--reason", "Ada is ill")
    assert told.startswith("Dora Dean named Amy Ott to audit from now on: Ada is ill.")
    shown = room.ok("", "show", "one")
    assert "version 3: planned → [fieldwork] → findings" in shown
    assert "PDCA: plan. DMAIC: measure. Audited by Amy Ott" in shown
    assert "Dora Dean may not sign: one is in fieldwork" in shown
    past = room.ok("", "history", "one").splitlines()
    assert [" ".join(line.split()[5:8]) for line in past[1:4]] == [
        "Dora Dean opened",
        "Ada Ames started",
        "Dora Dean named",
    ]


def test_reminders_are_for_cron_nothing_where_there_is_nothing(room: Room) -> None:
    assert room.ok("", "reminders") == ""
    room.ok("dora", "open", "one", *OPENING, "--fieldwork-due", SOON)
    assert room.ok("", "reminders", "--within", "5") == ""
    assert json.loads(room.ok("", "reminders", "--within", "5", "--format", "json")) == []
    line = room.ok("", "reminders", "--within", "30").splitlines()[2]
    assert line.startswith(f"{SOON}")
    assert "Ada Ames  one" in line
    assert room.ok("", "reminders", "--within", "30", "--person", "ada")
    assert room.ok("", "reminders", "--within", "30", "--person", "dora") == ""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--auditor", "gus"], "auditor-unfit: Gus Gone does not act on"),
        (["--auditor", "lea"], "auditor-unfit: Lea Lund is no auditor"),
        (["--auditor", "zoe"], "auditor-unfit: 'zoe' is not among the people declared"),
        (["--standard", "closed-in-time"], "scope-unknown: there is no standard 'closed-in-time'"),
        (["--department", "Fire"], "scope-unknown: there is no department 'Fire'"),
        (["--team", "night"], "scope-unknown: there is no team 'night'"),
        (["--period", "2026-13"], "period-unreadable: '2026-13' names no month"),
        (["--fieldwork-due", "2026-02-30"], "'2026-02-30' is no day; write one that exists"),
        (["--fieldwork-due", AGO], "due-before-opening: fieldwork is due on"),
        (["--close-due", AGO], "due-before-opening: the cycle is due on"),
        (
            ["--title", "  "],
            "audit-entry-invalid: Opening an audit cycle does not take this: title: must not",
        ),
        (
            ["--method", ""],
            "audit-entry-invalid: Opening an audit cycle does not take this: method: must not",
        ),
    ],
)
def test_an_opening_that_does_not_fit_is_refused(
    untouched: Room, more: list[str], told: str
) -> None:
    assert told in untouched.refused("dora", "open", "one", *OPENING, *more)


def test_who_may_not_open_is_told_why(untouched: Room) -> None:
    assert "role-may-not: Sam Stone is staff" in untouched.refused("sam", "open", "one", *OPENING)
    assert "person-unknown: 'zoe'" in untouched.refused("zoe", "open", "one", *OPENING)
    assert "person-away: Gus Gone left" in untouched.refused("gus", "open", "one", *OPENING)
    assert "person-not-named" in untouched.refused("", "open", "one", *OPENING)
    assert "cycle-id: 'One' cannot" in untouched.refused("dora", "open", "One", *OPENING)


def test_two_cycles_over_one_scope_are_refused(room: Room) -> None:
    room.ok("dora", "open", "one", *OPENING)
    told = room.refused("dora", "open", "two", *OPENING, "--standard", "potholes")
    assert "scope-taken: the cycle 'one' (On time) is open over the same scope: closed-on" in told
    assert "cycle-exists" in room.refused("dora", "open", "one", *OPENING)


def test_what_is_not_there_is_said_to_be_not_there(room: Room) -> None:
    for command in (["show", "none"], ["history", "none"], ["move", "none", "fieldwork"]):
        assert "cycle-unknown: there is no audit cycle 'none'" in room.refused("ada", *command)
    assert "person-unknown: 'zoe'" in room.refused("", "reminders", "--person", "zoe")


def test_nobody_has_seen_a_version_that_is_still_to_come(room: Room) -> None:
    room.ok("dora", "open", "one", *OPENING)
    told = room.refused("ada", "move", "one", "fieldwork", "--seen", 2)
    assert "version-ahead: version 2 of one cannot have been seen: it is at version 1." in told
    room.ok("ada", "move", "one", "fieldwork", "--seen", 1)


def test_teams_say_whether_a_gap_is_the_systems(tmp_path: Path) -> None:
    room = by_team(tmp_path)
    room.ok("dora", "open", "one", *OPENING)
    shown = room.ok("", "show", "one")
    assert "Individual or system" in shown
    assert "Closed on time in Works: Over the one month on record the figure is" in shown
    found = json.loads(room.ok("", "show", "one", "--format", "json"))
    (line,) = found["individual_or_system"]
    assert line["words"][-1].startswith("Where teams do different work")
