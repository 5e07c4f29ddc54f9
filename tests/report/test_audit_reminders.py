"""What falls due in audits, and what no longer does."""

from __future__ import annotations

from datetime import date, timedelta

from scorecard.audit.events import ActionDone, FindingRaised, ReauditScheduled
from scorecard.report.audit_cycle import cycle_sentence
from scorecard.report.audit_reminders import falling_due, reminders, turn
from tests.audit.room import TODAY, action, finding, room_at
from tests.report.audited import planned, renamed, town

DAY = timedelta(days=1)


def matters(*cycles, today: date = TODAY, within: int = 14, review: date | None = None):
    found = reminders(town(review), cycles, today, within)
    return [(one.day, one.matter, one.people, one.cycle, one.overdue) for one in found]


def test_fieldwork_and_closing_are_told_when_near_and_when_gone_by() -> None:
    cycle = planned(fieldwork_due=TODAY + 5 * DAY, close_due=TODAY + 30 * DAY)
    three = ("ada", "amy", "dirk")
    field = (TODAY + 5 * DAY, "fieldwork", three, "one")
    close = (TODAY + 30 * DAY, "close", three, "one")
    assert matters(cycle, within=4) == []
    assert matters(cycle, within=5) == [(*field, False)]
    assert matters(cycle, within=30) == [(*field, False), (*close, False)]
    assert matters(cycle, today=TODAY + 31 * DAY) == [(*field, True), (*close, True)]
    # On the day itself it is due, not overdue.
    assert matters(cycle, today=TODAY + 5 * DAY, within=0) == [(*field, False)]


def test_an_action_is_its_owners_until_it_is_done() -> None:
    room = room_at("actions")
    assert matters(room.cycle, today=TODAY + DAY) == [(TODAY, "action", ("sam",), "one", True)]
    (one,) = reminders(town(), [room.cycle], TODAY + DAY)
    assert (one.who, one.sentence) == (
        "Sam",
        "Calls: action 1 of Sam (A second line) was due on 2 March 2026, 1 day ago.",
    )
    room.do(ActionDone(action=1, on=TODAY), "sam")
    assert matters(room.cycle, today=TODAY + DAY) == []


def test_a_cycle_waits_for_a_signature_only_when_nothing_else_is_missing() -> None:
    room = room_at("re-audit")
    waiting = [one for one in matters(room.cycle) if one[1] == "signature"]
    # Dirk is a director too, but audits here.
    assert waiting == [(TODAY, "signature", ("dora",), "one", False)]
    major = finding("major")
    assert isinstance(major, FindingRaised)
    room.do(major, "ada")
    assert not [one for one in matters(room.cycle) if one[1] == "signature"]
    assert not [one for one in matters(room_at("signed").cycle) if one[1] == "signature"]


def test_a_re_audit_is_due_until_a_cycle_over_its_scope_was_opened() -> None:
    room = room_at("closed")
    room.do(ReauditScheduled(on=TODAY + DAY), "amy")
    assert [one[:2] for one in matters(room.cycle)] == [(TODAY + DAY, "re-audit")]
    assert matters(renamed(room, "one", "Calls"), planned("two", seq=500)) == []


def test_the_review_of_a_standard_is_its_owners() -> None:
    assert matters(review=TODAY + 15 * DAY) == []
    assert matters(review=TODAY - DAY) == [(TODAY - DAY, "review", ("lea",), None, True)]
    (one,) = reminders(town(TODAY - DAY), [], TODAY)
    assert one.sentence == (
        "The review of the standard 'Holes are filled' was due on 1 March 2026."
    )


def test_where_no_day_says_so_it_is_the_turn_of_whoever_can_take_the_next_step() -> None:
    declared = town()
    # Before the re-audit is recorded: its auditors.
    assert turn(declared, room_at("fieldwork").cycle, TODAY) == ("ada", "amy", "dirk")
    room = room_at("re-audit")
    major = finding("major")
    assert isinstance(major, FindingRaised)
    room.do(major, "ada")
    # It is Ada's own; Gus has left, and Pia audits elsewhere.
    assert turn(declared, room.cycle, TODAY) == ("dora", "dirk", "amy")
    room.do(action(5), "lea")
    assert turn(declared, room.cycle, TODAY) == ("sam",)
    # Signed: what is open of the minor ones keeps the cycle from being closed.
    assert turn(declared, room_at("signed").cycle, TODAY) == ("sam",)
    assert turn(declared, room_at("signed", settled=True).cycle, TODAY) == (
        *("dora", "dirk", "ada", "amy"),
    )
    due = falling_due(declared, room.cycle, TODAY)
    assert cycle_sentence(declared, room.cycle, [], TODAY).endswith(
        "Next to act: Sam; no day is set."
    )
    assert "action 1 of Sam" in cycle_sentence(declared, room.cycle, due, TODAY)
