"""From events to a state: every stage, the other names of the states, and what cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scorecard.audit import State, fold
from scorecard.audit.cycle import DMAIC, PDCA
from scorecard.errors import AuditError
from tests.audit.room import REOPENING, STAGES, room_at


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
