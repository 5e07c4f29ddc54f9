"""Random walks through the workflow: no way leads to an unlawful closing or signing (trial 13)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from scorecard.audit import Body, fold
from scorecard.audit import events as e
from scorecard.errors import AuditError
from scorecard.ledger import Event, Ledger, verify
from tests.audit.kept_room import KeptRoom, stop_clock
from tests.audit.room import (
    COMPARISON,
    OPENING,
    REOPENING,
    SAMPLE,
    TODAY,
    TOWN,
    Room,
    action,
    decision,
    finding,
    proposal,
    result,
    room_at,
)

REACHED: Counter[str] = Counter()
NUMBERS = st.integers(1, 3)
WHO = st.sampled_from([one.id for one in TOWN.people])
LEFT = {"gus"}
# What the long walks must have come to, if they are to prove anything.
WANTED = {"cycle-signed", "cycle-closed", "cycle-reopened", "finding-closed"}
WANTED |= {"own-finding", "own-audit", "major-finding-open", "complaint-unanswered"}


def anything(kind: str, number: int, grade: str, origin: str) -> Body:
    """A body of this kind about that number."""
    case = {"sample": 1, "key": "k1", "criterion": "answered in time", "outcome": "met"}
    made: dict[str, Any] = {
        "cycle-opened": OPENING,
        "auditors-changed": e.AuditorsChanged(auditors=("amy",), reason="left"),
        "sample-drawn": SAMPLE,
        "result-recorded": result(),
        "recheck-recorded": e.RecheckRecorded.model_validate(case),
        "finding-raised": finding(grade, origin),
        "finding-changed": e.FindingChanged.model_validate(
            {"finding": number, "grade": grade, "nature": "fault", "lies_in": "system"}
            | {"text": "again", "reason": "clearer"}
        ),
        "cause-recorded": e.CauseRecorded(finding=number, whys=("one line",)),
        "action-planned": action(number),
        "action-changed": e.ActionChanged(
            action=number, text="two", owner="sue", due=TODAY, reason="ill"
        ),
        "action-done": e.ActionDone(action=number, on=TODAY),
        "control-recorded": e.ControlRecorded(
            finding=number, text="count", owner="lea", every="week"
        ),
        "input-recorded": e.InputRecorded(voice="staff", text="yes"),
        "finding-closed": e.FindingClosed(finding=number, remark="done"),
        "finding-reopened": e.FindingReopened(finding=number, reason="again"),
        "reaudit-recorded": COMPARISON,
        "effect-recorded": e.EffectRecorded(action=number, worked=False),
        "tightening-proposed": proposal(88 if number == 1 else 95),
        "tightening-decided": decision("accepted", 88 if number == 1 else 95, number),
        "loosening-seconded": e.LooseningSeconded(proposal=number, reason="fair"),
        "standard-written": e.StandardWritten(proposal=number, file="a.toml", diff="+"),
        "reaudit-scheduled": e.ReauditScheduled(on=TODAY + timedelta(days=90)),
        "cycle-reopened": REOPENING,
    }
    return made[kind] if kind in made else e.BODIES[kind]()


def unlawful(past: list[Event]) -> list[str]:
    """What a plain reading of the events finds against the rules; written without the software."""
    wrong: list[str] = []
    grade: dict[int, str] = {}
    author: dict[int, set[str]] = {}
    origin: dict[int, str] = {}
    open_: set[int] = set()
    beside: dict[int, set[str]] = {}
    undone: dict[int, set[int]] = {}
    belongs: dict[int, int] = {}
    worked: set[str] = set()
    signed = False
    for one in past:
        body, number = one.body, one.body.get("finding")
        match one.kind:
            case "cycle-opened" | "auditors-changed":
                worked |= set(body["auditors"])
            case "finding-raised":
                grade[number], author[number] = body["grade"], {one.actor}
                origin[number] = body["origin"]
                beside[number], undone[number] = set(), set()
                open_.add(number)
            case "finding-changed":
                grade[number] = body["grade"]
                author[number].add(one.actor)
            case "cause-recorded" | "control-recorded":
                beside[number].add(one.kind)
            case "action-planned":
                beside[number].add(one.kind)
                undone[number].add(body["action"])
                belongs[body["action"]] = number
            case "action-done":
                undone[belongs[body["action"]]].discard(body["action"])
            case "finding-closed":
                if one.actor in author[number]:
                    wrong.append("own finding")
                if origin[number] == "complaint" and len(beside[number]) < 3:
                    wrong.append("complaint without an answer")
                if undone[number]:
                    wrong.append("undone action")
                open_.discard(number)
            case "finding-reopened":
                open_.add(number)
            case "cycle-signed":
                if one.actor not in ("dora", "dirk") or one.actor in worked:
                    wrong.append("signed by the wrong person")
                if any(grade[n] == "major" for n in open_):
                    wrong.append("signed with a major finding open")
                signed = True
            case "cycle-closed":
                if not signed or open_:
                    wrong.append("closed too early")
            case "cycle-reopened":
                signed = False
            case _:
                pass
        if one.actor in LEFT:
            wrong.append("by somebody who left")
    return wrong


class Walk(RuleBasedStateMachine):
    """Any person tries anything at any time; now and then the cycle is pushed on."""

    room: Room | KeptRoom

    def __init__(self) -> None:
        super().__init__()
        self.room = room_at("fieldwork")

    def attempt(self, body: Body, by: str) -> None:
        try:
            self.room.do(body, by)
            REACHED[body.kind] += 1
        except AuditError as error:
            REACHED[error.code] += 1

    @rule(
        kind=st.sampled_from(sorted(e.BODIES)),
        by=WHO,
        number=NUMBERS,
        grade=st.sampled_from(["major", "minor"]),
        origin=st.sampled_from(["audit", "complaint"]),
    )
    def somebody_tries_something(
        self, kind: str, by: str, number: int, grade: str, origin: str
    ) -> None:
        self.attempt(anything(kind, number, grade, origin), by)

    @rule(grade=st.sampled_from(["major", "minor"]), number=NUMBERS)
    def a_complaint_is_answered(self, grade: str, number: int) -> None:
        self.attempt(finding(grade, "complaint"), "ada")
        for kind in ("cause-recorded", "control-recorded", "action-planned", "action-done"):
            self.attempt(anything(kind, number, grade, "complaint"), "lea")

    @rule(by=st.sampled_from(["dora", "amy", "ada"]))
    def what_is_ready_is_closed(self, by: str) -> None:
        for action_ in list(self.room.cycle.actions):
            self.attempt(e.ActionDone(action=action_, on=TODAY), "lea")
        for one in list(self.room.cycle.open_findings):
            self.attempt(e.FindingClosed(finding=one.number, remark="ready"), by)

    @rule(by=st.sampled_from(["ada", "amy", "dirk", "dora"]))
    def the_cycle_moves_on(self, by: str) -> None:
        for body in (e.CycleClosed(), e.CycleSigned(), COMPARISON, e.ReauditStarted()):
            self.attempt(body, by)
        for body in (e.ActionsStarted(), e.FieldworkEnded()):
            self.attempt(body, by)

    @rule()
    def a_director_wants_one_more_look(self) -> None:
        self.attempt(REOPENING, "dora")

    @invariant()
    def nothing_unlawful_is_recorded(self) -> None:
        past = self.room.past
        assert unlawful(past) == []
        assert fold("one", past).faults == ()


def walk(times: int, steps: int, machine: type[Walk] = Walk) -> None:
    REACHED.clear()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=times,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_random_walks_never_close_or_sign_unlawfully() -> None:
    walk(40, 25)


@pytest.mark.slow
def test_2000_random_walks_never_close_or_sign_unlawfully() -> None:
    walk(2_000, 40)
    assert set(REACHED) >= WANTED, REACHED


@pytest.mark.parametrize(
    ("ledger_url", "times", "steps"),
    [
        pytest.param("sqlite", 6, 10, id="sqlite-6"),
        pytest.param("sqlite", 2_000, 20, id="sqlite-2000", marks=pytest.mark.slow),
        pytest.param("postgresql", 3, 10, id="postgresql-3"),
        pytest.param("postgresql", 2_000, 20, id="postgresql-2000", marks=pytest.mark.slow),
    ],
    indirect=["ledger_url"],
)
def test_random_walks_through_the_ledger_never_close_or_sign_unlawfully(
    ledger: Ledger, times: int, steps: int
) -> None:
    stop_clock(ledger)

    class WalkInLedger(Walk):
        """The same, and everything is written and read again."""

        def __init__(self) -> None:
            super().__init__()
            self.room = KeptRoom(ledger, self.room.past)

    walk(times, steps, WalkInLedger)
    assert verify(ledger).faults == ()
    print(f"{times} walks, {verify(ledger).events:,} events: {dict(REACHED)}")
    if times > 100:
        assert set(REACHED) >= WANTED, REACHED


def test_the_plain_reading_finds_what_is_unlawful() -> None:
    """The judge of the walks is no rubber stamp, and the cycle itself says the same."""
    room = room_at("re-audit")
    room.write(e.FindingClosed(finding=1, remark="mine"), "ada")
    room.write(
        e.FindingRaised.model_validate(finding("major").model_dump() | {"finding": 5}), "ada"
    )
    room.write(e.CycleSigned(), "dirk")
    room.write(e.CycleClosed(), "dora")
    found = unlawful(room.past)
    assert found == [
        "own finding",
        "undone action",
        "signed by the wrong person",
        "signed with a major finding open",
        "closed too early",
    ]
    told = [one.split(": ")[1] for one in room.cycle.faults]
    assert told == ["by its author", "with a major finding open", "with a finding open"]
