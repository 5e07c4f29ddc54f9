"""From events to a state: every stage, the other names of the states, and what cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scorecard.audit import Body, State, fold
from scorecard.audit import events as e
from scorecard.audit.cycle import DMAIC, PDCA
from scorecard.errors import AuditError
from tests.audit.room import REOPENING, SAMPLE, STAGES, finding, room_at


def test_a_cycle_walks_through_its_states_in_order_without_a_fault() -> None:
    cycles = [room_at(stage).cycle for stage in STAGES[1:]]
    assert [one.state for one in cycles] == [*list(State)[:5], State.REAUDIT, State.CLOSED]
    assert {one.faults for one in cycles} == {()}
    reopened = room_at("closed")
    reopened.do(REOPENING, "dora")
    assert reopened.cycle.state is State.ACTIONS


@pytest.mark.parametrize(
    ("names", "steps"),
    [
        (PDCA, ["plan", "do", "check", "act"]),
        (DMAIC, ["define", "measure", "analyse", "improve", "control"]),
    ],
)
def test_the_states_go_by_other_names_in_the_same_order(
    names: dict[State, str], steps: list[str]
) -> None:
    assert list(dict.fromkeys(names[state] for state in State)) == steps


@pytest.mark.parametrize(
    ("body", "by", "fault"),
    [
        (e.FindingClosed(finding=1, remark="x"), "ada", "by its author"),
        (e.FindingClosed(finding=1, remark="x"), "sam", "by the owner of an action"),
        (e.FindingClosed(finding=1, remark="x"), "amy", "with an action that is not done"),
        (e.FindingClosed(finding=5, remark="x"), "amy", "without cause, action and control"),
        (e.CycleSigned(), "ada", "by one of its auditors"),
        (e.CycleSigned(), "dora", "without a re-audit"),
        (e.CycleClosed(), "amy", "with a finding open"),
        (SAMPLE.model_copy(update={"sample": 2}), "ada", None),
    ],
)
def test_what_was_appended_past_the_rules_is_told(body: Body, by: str, fault: str | None) -> None:
    room = room_at("actions")
    room.do(finding("minor", "complaint"), "ada")
    room.do(e.ReauditStarted(), "ada")
    assert room.cycle.faults == ()
    room.write(body, by)
    told = [one.split(": ")[1] for one in room.cycle.faults]
    assert told == ([fault] if fault else [])


def test_what_is_no_audit_or_about_nothing_is_said_to_be_unreadable() -> None:
    with pytest.raises(AuditError) as caught:
        fold("one", [])
    assert caught.value.code == "cycle-unknown"
    past = room_at("findings").past
    late = next(one for one in past if one.kind == "finding-closed")
    for events in (
        past[1:],
        [*past, replace(late, kind="finding-burnt")],
        [*past, replace(late, body={"finding": 9, "remark": "x"})],
        [*past, replace(late, body={"finding": 1})],
    ):
        with pytest.raises(AuditError) as caught:
            fold("one", events)
        assert caught.value.code == "audit-event-unreadable"
