"""What is told of a cycle when the world around it has moved on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from scorecard.audit import events as e
from scorecard.audit import fold, notices
from scorecard.audit.scope import Scope, freeze_scope
from scorecard.declare.load import load
from tests.audit.room import OPENING, TODAY, Room, room_at
from tests.declare.folders import GOOD, changed, write


def room_over(scope: Scope) -> Room:
    room = Room()
    body = OPENING.model_copy(update={"scope": scope, "fieldwork_due": TODAY})
    room.write(body, "dora")
    return room


def told(room: Room, folder: Path, today: date = TODAY) -> list[str]:
    return [f"{one.topic}: {one.text}" for one in notices(room.cycle, load(folder), today)]


def test_a_standard_that_is_gone_or_defined_otherwise_is_told(tmp_path: Path) -> None:
    was = load(write(tmp_path / "was", GOOD))
    room = room_over(freeze_scope(was, ["pothole-repair", "closed-on-time"], TODAY))
    assert not [one for one in told(room, tmp_path / "was") if one.startswith("standard")]

    gone = changed(GOOD, "public_works.toml", 'id = "pothole-repair"', 'id = "holes"')
    gone = changed(gone, "metrics.py", "r.closed_at <= r.due_at", "r.closed_at < r.due_at")
    found = told(room, write(tmp_path / "is", gone))
    assert [one for one in found if one.startswith("standard")] == [
        "standard: The standard 'pothole-repair' is declared no more; the cycle goes on by its "
        "definition of then.",
        "standard: The metric of 'closed-on-time' is defined otherwise than when the cycle opened.",
    ]


def test_a_value_that_was_written_and_is_in_the_file_no_more_is_told(tmp_path: Path) -> None:
    about = {"standard": "pothole-repair", "department": "public-works", "side": "at_most"}
    proposed = {**about, "value": 4, "current": 5, "ground": "kept"}
    decided = {"proposal": 1, "decision": "accepted", "reason": "kept", "value": 4}
    was = load(write(tmp_path / "was", GOOD))
    room = room_over(freeze_scope(was, ["pothole-repair"], TODAY))
    for kind, data in (
        ("tightening-proposed", proposed),
        ("tightening-decided", {**decided, "from_": "2027-07-01"}),
        ("standard-written", {"proposal": 1, "file": "public_works.toml", "diff": "+"}),
        ("cycle-closed", {}),
    ):
        room.write(e.body_of(kind, {"proposal": 1, **data} if "tight" in kind else data), "dora")

    old = "  { from = 2025-07-01, at_most = 5,"
    entry = f"  {{{{ from = {{}}, at_most = {{}} }}}},\n{old.replace('{', '{{')}".format
    no_more = (
        "standard: Proposal 1 was written into public_works.toml: at most 4 from 2027-07-01 on. It "
        "is among the expected values of 'pothole-repair' no more."
    )
    for name, day, value, said in (
        ("kept", "2027-07-01", 4, []),
        ("value", "2027-07-01", 4.5, [no_more]),
        ("day", "2027-08-01", 4, [no_more]),
    ):
        files = changed(GOOD, "public_works.toml", old, entry(day, value))
        found = told(room, write(tmp_path / name, files))
        assert [one for one in found if one.startswith("standard: P")] == said
    gone = changed(GOOD, "public_works.toml", 'id = "pothole-repair"', 'id = "holes"')
    assert no_more in told(room, write(tmp_path / "gone", gone))
    assert no_more in told(room, tmp_path / "was")


def test_a_department_that_was_merged_or_is_gone_is_told(tmp_path: Path) -> None:
    was = load(write(tmp_path / "was", GOOD))
    room = room_over(freeze_scope(was, ["closed-on-time"], TODAY, departments=["parks"]))
    base = {**GOOD, "public_works.toml": GOOD["public_works.toml"].split("[standard.over")[0]}
    name = "organisation.toml"
    people = base[name].index("[[people]]")
    parks = base[name].index('[[departments]]\nid = "parks"')
    without = base[name][:parks] + base[name][people:].replace('["parks"]', '["public-works"]')
    merged = without.replace('["PWD"]', '["PWD", "parks"]')
    assert any(
        "merged into 'public-works'" in one
        for one in told(room, write(tmp_path / "merged", {**base, name: merged}))
    )
    assert any(
        "no department 'parks'" in one
        for one in told(room, write(tmp_path / "gone", {**base, name: without}))
    )


def test_people_who_left_are_told(tmp_path: Path) -> None:
    """Ann, of the folder, left on 2026-03-31."""
    folder = write(tmp_path, GOOD)
    was = load(folder)
    room = Room()
    scope = freeze_scope(was, ["closed-on-time"], TODAY)
    room.write(OPENING.model_copy(update={"scope": scope, "auditors": ("ann", "eve")}), "ann")
    assert told(room, folder) == ["person: 'eve' audits this cycle, and is declared no more."]
    assert told(room, folder, date(2026, 4, 1)) == [
        "person: Ann audits this cycle, and left after 2026-03-31.",
        "person: 'eve' audits this cycle, and is declared no more.",
    ]


def test_a_clock_that_went_back_and_what_was_written_past_the_rules_are_told(
    tmp_path: Path,
) -> None:
    room = room_at("fieldwork")
    last = room.past[-1]
    room.past[-1] = replace(last, clock=last.at - timedelta(hours=1))
    room.write(e.CycleClosed(), "ada")
    folder = write(tmp_path, GOOD)
    found = told(room, folder)
    assert f"clock: The clock had gone back when event {last.seq} was recorded." in found
    assert any(
        one.startswith("fault: Recorded past the rules: event") and "fieldwork" in one
        for one in found
    )
    assert fold("one", room.past).clock_went_back == (last.seq,)
