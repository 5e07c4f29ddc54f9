"""What is refused and why, by direct call: signing, bad days, merged departments, people gone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scorecard.audit import Body, body_of, decide
from scorecard.audit import events as e
from scorecard.declare.organisation import Department, Organisation, Person
from scorecard.errors import AuditError
from tests.audit.room import (
    COMPARISON,
    OPENING,
    SAMPLE,
    TODAY,
    TOWN,
    Room,
    action,
    decision,
    finding,
    requirement,
    result,
    room_at,
)


def refusal(room: Room, body: Body, by: str, today: date = TODAY) -> AuditError:
    with pytest.raises(AuditError) as caught:
        decide(room.cycle if room.past else None, body, by, TOWN, today)
    return caught.value


def changed(body: Body, **fields: Any) -> Body:
    return body.model_copy(update=fields)


def test_a_director_cannot_sign_with_a_major_finding_open() -> None:
    room = room_at("re-audit")
    room.do(finding("major"), "ada")
    error = refusal(room, e.CycleSigned(), "dora")
    assert error.code == "major-finding-open"
    assert "5" in error.message

    room.do(e.FindingClosed(finding=5, remark="mended"), "amy")
    room.do(e.CycleSigned(), "dora")
    assert room.cycle.signature is not None


def test_a_finding_that_is_graded_up_keeps_the_director_from_signing_and_graded_down_not() -> None:
    room = room_at("re-audit")
    again = {"finding": 1, "nature": "fault", "lies_in": "system", "text": "x", "reason": "y"}
    room.do(e.FindingChanged.model_validate(again | {"grade": "major"}), "ada")
    assert refusal(room, e.CycleSigned(), "dora").code == "major-finding-open"
    room.do(e.FindingChanged.model_validate(again | {"grade": "observation"}), "ada")
    room.do(e.CycleSigned(), "dora")


def test_nobody_signs_their_own_audit_even_when_they_are_its_auditor_no_more() -> None:
    room = room_at("re-audit")
    assert refusal(room, e.CycleSigned(), "dirk").code == "own-audit"
    room.do(e.AuditorsChanged(auditors=("ada",), reason="conflict of interest"), "dora")
    assert refusal(room, e.CycleSigned(), "dirk").code == "own-audit"


def test_signing_needs_the_re_audit_and_closing_needs_every_finding_closed() -> None:
    room = room_at("actions")
    room.do(e.ReauditStarted(), "ada")
    assert refusal(room, e.CycleSigned(), "dora").code == "reaudit-missing"
    room.do(COMPARISON, "ada")
    assert refusal(room, e.CycleClosed(), "dora").code == "not-signed"
    room.do(e.CycleSigned(), "dora")
    assert refusal(room, e.CycleClosed(), "dora").code == "finding-left-open"


def test_reopening_withdraws_the_signature_and_asks_for_another_re_audit() -> None:
    room = room_at("closed")
    room.do(e.CycleReopened(reason="it came back"), "dora")
    cycle = room.cycle
    assert (cycle.state, cycle.signature, cycle.comparison) == ("actions", None, None)
    room.do(e.ReauditStarted(), "ada")
    assert refusal(room, e.CycleSigned(), "dora").code == "reaudit-missing"


def test_a_complaint_needs_cause_action_and_control_to_be_closed() -> None:
    room = room_at("actions")
    room.do(finding(origin="complaint"), "ada")
    closing = e.FindingClosed(finding=5, remark="answered")
    steps: list[tuple[Body, str]] = [
        (e.CauseRecorded(finding=5, tree=e.CauseNode(text="one line")), "no cause and no action"),
        (action(5), "no action and no control"),
        (e.ActionDone(action=3, on=TODAY), "not done: 3"),
        (e.ControlRecorded(finding=5, text="count", owner="lea", every="week"), "no control"),
    ]
    for step, missing in steps:
        assert missing in refusal(room, closing, "amy").message
        room.do(step, "lea")
    room.do(closing, "amy")
    assert not room.cycle.findings[5].open


def test_whoever_owns_an_action_does_not_close_its_finding() -> None:
    room = room_at("actions")
    room.do(action(3, owner="amy"), "lea")
    room.do(e.ActionDone(action=3, on=TODAY), "lea")
    assert refusal(room, e.FindingClosed(finding=3, remark="x"), "amy").code == "own-finding"


def test_an_action_due_before_today_is_refused_and_one_due_today_is_not() -> None:
    room = room_at("actions")
    yesterday = changed(action(1), due=TODAY - timedelta(days=1))
    assert refusal(room, yesterday, "lea").code == "due-before-opening"
    room.do(action(1), "lea")


def test_an_action_is_done_between_its_planning_and_today() -> None:
    room = room_at("actions")
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        assert refusal(room, e.ActionDone(action=1, on=day), "sam").code == "done-out-of-time"
    assert refusal(room, e.ActionDone(action=1, on=TODAY), "sue").code == "not-the-owner"


def test_an_auditor_who_left_does_nothing_more_and_cannot_be_named() -> None:
    opened = Room()
    opened.do(changed(OPENING, auditors=("gus", "ada")), "dora", date(2026, 1, 15))
    error = refusal(opened, e.FieldworkStarted(), "gus")
    assert (error.code, "2026-01-31" in error.message) == ("person-away", True)
    named = refusal(opened, e.AuditorsChanged(auditors=("gus",), reason="back"), "dora")
    assert named.code == "auditor-unfit"
    opened.do(e.FieldworkStarted(), "gus", date(2026, 1, 31))
    assert refusal(opened, e.FieldworkEnded(), "dirk").code == "auditor-not-assigned"
    assert refusal(opened, e.FieldworkEnded(), "eve").code == "person-unknown"
    owner = changed(action(1), owner="gus")
    assert refusal(room_at("actions"), owner, "lea").code == "owner-unfit"


@pytest.mark.parametrize(
    ("stage", "body", "by", "told"),
    [
        (
            "re-audit",
            e.CycleSigned(),
            "ada",
            "Ada is an auditor; signing an audit is for directors.",
        ),
        (
            "re-audit",
            e.FindingReopened(finding=1, reason="again"),
            "lea",
            "Lea is a lead; reopening a finding is for directors and auditors.",
        ),
        (
            "planned",
            e.ReauditStarted(),
            "ada",
            "one is planned; starting the re-audit is possible while a cycle is in actions.",
        ),
        (
            "actions",
            e.CauseRecorded(finding=1, whys=("one line",)),
            "leo",
            "Leo belongs to Parks; recording a cause here concerns Streets.",
        ),
        ("signed", e.ReauditStarted(), "ada", "one is in re-audit; starting the re-audit is"),
        ("signed", e.ReauditRecorded.model_construct(), "ada", "one was signed by Dora, and is"),
        ("planned", e.FieldworkStarted(), "gil", "Gil does not audit one; Ada, Amy, Dirk do."),
    ],
)
def test_refusals_say_in_plain_words_what_is_done_and_name_people(
    stage: str, body: e.Body, by: str, told: str
) -> None:
    room = room_at(stage)
    gil = Person(id="gil", name="Gil", roles=["auditor"])
    town = TOWN.model_copy(update={"people": [*TOWN.people, gil]})
    with pytest.raises(AuditError) as caught:
        decide(room.cycle, body, by, town, TODAY)
    assert caught.value.message.startswith(told)


def test_who_belongs_to_the_department_it_was_merged_into_acts_for_it() -> None:
    """Streets is gone; its id is an alias of Parks now, and Leo leads Parks."""
    room = room_at("actions")
    why = e.CauseRecorded(finding=1, whys=("one line",))
    assert refusal(room, why, "leo").code == "department-may-not"
    merged = Organisation(
        id="town",
        name="Town",
        time_zone="America/New_York",
        departments=[Department(id="parks", name="Parks", aliases=["streets"])],
        people=TOWN.people,
    )
    assert decide(room.cycle, why, "leo", merged, TODAY) is why
    # Lea is still declared as of Streets, which is Parks now.
    assert decide(room.cycle, why, "lea", merged, TODAY) is why


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"strata": (e.Stratum(population=1, keys=("a", "b")),)}, "sample-unfit"),
        ({"strata": (e.Stratum(population=9, keys=("a", "a")),)}, "sample-unfit"),
        ({"strata": (e.Stratum(population=9, keys=("a",), reserve=("a",)),)}, "sample-unfit"),
        ({}, "sample-again"),
        ({"reason": "  "}, "sample-again"),
        ({"department": None, "reason": "x"}, "outside-scope"),
        ({"standard": "letters", "reason": "x"}, "outside-scope"),
    ],
)
def test_a_sample_that_cannot_be_is_refused(fields: dict[str, Any], code: str) -> None:
    assert refusal(room_at("fieldwork"), changed(SAMPLE, **fields), "ada").code == code


def test_drawing_again_takes_a_reason_and_keeps_both_samples() -> None:
    room = room_at("fieldwork")
    room.do(changed(SAMPLE, seed="8", reason="two calls were tests"), "ada")
    assert {n: one.body.seed for n, one in room.cycle.samples.items()} == {1: "7", 2: "8"}


def test_a_reserve_takes_the_place_of_a_case_that_is_not_applicable_in_the_order_drawn() -> None:
    room = room_at("fieldwork")
    assert [*room.cycle.cases(1)] == ["k1", "k2", "k3"]
    assert refusal(room, result("k4"), "ada").code == "case-not-drawn"
    room.do(changed(result("k2"), outcome="not-applicable"), "ada")
    assert [*room.cycle.cases(1)] == ["k1", "k2", "k3", "k4"]
    assert "in reserve" in str(refusal(room, result("k5"), "ada"))
    room.do(changed(result("k4"), outcome="not-applicable"), "ada")
    room.do(result("k5"), "ada")
    assert [*room.cycle.cases(1)] == ["k1", "k2", "k3", "k4", "k5"]


def test_results_are_of_drawn_cases_and_re_checks_by_another_auditor() -> None:
    room = room_at("fieldwork")
    assert refusal(room, result("k9"), "ada").code == "case-not-drawn"
    assert refusal(room, changed(result(), criterion="polite"), "ada").code == "case-not-drawn"
    assert refusal(room, result(sample=9), "ada").code in ("audit-number-unknown",)
    again = e.RecheckRecorded.model_validate(result().model_dump())
    assert refusal(room, again, "ada").code == "recheck-not-blind"
    assert refusal(room, changed(again, key="k2"), "amy").code == "recheck-not-blind"
    room.do(again, "amy")
    assert room.cycle.rechecks[1, "k1", "answered in time"].by == "amy"


def test_loosening_takes_a_second_person_before_it_is_written() -> None:
    room = room_at("re-audit")
    write = e.StandardWritten(proposal=2, file="town.toml", diff="-90\n+88")
    assert refusal(room, write, "dora").code == "second-person-missing"
    agree = e.LooseningSeconded(proposal=2, reason="the law changed")
    assert refusal(room, agree, "dirk").code == "second-person-missing"
    assert refusal(room, changed(agree, proposal=3), "amy").code == "nothing-to-second"
    room.do(agree, "amy")
    assert refusal(room, agree, "dora").code == "nothing-to-second"  # nobody takes Amy's place
    room.do(write, "dora")
    assert room.cycle.proposals[2].written is not None


def test_a_decision_says_what_it_is() -> None:
    room = room_at("re-audit")
    assert refusal(room, decision("accepted", 91, 1), "dora").code == "decision-unclear"
    assert refusal(room, decision("changed", 92, 1), "dora").code == "decision-unclear"
    assert refusal(room, decision("declined", None, 2), "dora").code == "proposal-decided"
    room.do(decision("declined", None, 1), "dora")
    write = e.StandardWritten(proposal=1, file="a.toml", diff="+")
    assert refusal(room, write, "dora").code == "nothing-to-write"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (e.FindingClosed(finding=2, remark="x"), "finding-is-closed"),
        (e.FindingReopened(finding=1, reason="x"), "finding-is-open"),
        (e.FindingClosed(finding=9, remark="x"), "audit-number-unknown"),
        (e.EffectRecorded(action=1, worked=True), "action-not-done"),
        (e.ReauditScheduled(on=TODAY), "day-not-ahead"),
    ],
)
def test_what_does_not_fit_the_state_of_a_thing_is_refused(body: Body, code: str) -> None:
    assert refusal(room_at("re-audit"), body, "amy").code == code


def test_done_is_done_and_staff_do_not_speak_for_management() -> None:
    room = room_at("actions")
    assert refusal(room, e.ActionDone(action=2, on=TODAY), "sam").code == "action-is-done"
    voice = e.InputRecorded(voice="management", text="fine")
    assert refusal(room, voice, "sam").code == "voice-unfit"
    assert refusal(room, changed(voice, voice="staff"), "lea").code == "voice-unfit"
    room.do(changed(voice, voice="staff", finding=1), "sam")
    assert room.cycle.findings[1].inputs[0].by == "sam"


def test_one_open_scope_has_one_cycle_and_the_other_is_named() -> None:
    open_ = room_at("fieldwork").cycle
    with pytest.raises(AuditError) as caught:
        decide(None, OPENING, "dora", TOWN, TODAY, [open_])
    assert caught.value.code == "scope-taken"
    assert "'one'" in caught.value.message
    for fields in (
        {"requirements": (requirement("streets", "letters"),)},
        {"departments": ("libraries",)},
    ):
        scope = OPENING.scope.model_copy(update=fields)
        decide(None, changed(OPENING, scope=scope), "dora", TOWN, TODAY, [open_])
    decide(None, OPENING, "dora", TOWN, TODAY, [room_at("closed").cycle])


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("finding-reopened", {"finding": 1, "reason": "  "}, "reason: must not be blank"),
        ("cause-recorded", {"finding": 1}, "either whys or a tree"),
        ("action-done", {"action": 1, "on": "soon"}, "on:"),
        ("effect-recorded", {"action": 1, "worked": True, "change": float("nan")}, "finite"),
        ("cycle-signed", {"remark": "", "frozen": "abc"}, "frozen:"),
        ("cycle-closed", {"remarks": ""}, "remarks:"),
        (
            "result-recorded",
            {"sample": 1, "key": "k", "criterion": "c", "outcome": "met"}
            | {"evidence": [{"sha256": "a" * 64, "name": "x", "bytes": 0}]},
            "greater than 0",
        ),
    ],
)
def test_an_entry_that_says_nothing_or_nonsense_is_refused(
    kind: str, data: dict[str, Any], told: str
) -> None:
    with pytest.raises(AuditError, match="does not take this") as caught:
        body_of(kind, data)
    assert caught.value.code == "audit-entry-invalid"
    assert told in caught.value.message


def test_an_unknown_kind_is_no_event_of_an_audit() -> None:
    with pytest.raises(AuditError) as caught:
        body_of("cycle-burnt", {})
    assert caught.value.code == "audit-kind-unknown"
