"""Every role × action × state, against a second account of who may do what (trial 14)."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import get_args

import pytest

from scorecard.audit import RULES, Body, decide, open_cycle, record
from scorecard.audit import events as e
from scorecard.audit.book import subject
from scorecard.audit.conditions import CONDITIONS
from scorecard.audit.events import BODIES
from scorecard.audit.rules import TO_DO
from scorecard.declare.organisation import Role
from scorecard.errors import AuditError
from scorecard.ledger import Ledger, append, verify
from tests.audit.kept_room import KeptRoom, stop_clock
from tests.audit.room import (
    COMPARISON,
    NOON,
    OPENING,
    REOPENING,
    SAMPLE,
    STAGES,
    TODAY,
    TOWN,
    action,
    decision,
    finding,
    proposal,
    result,
    room_at,
)

# By role, everything that it may ever do; the table has it by action.
COURSE = {"fieldwork-started", "fieldwork-ended", "actions-started", "reaudit-started"}
MAY: dict[Role, set[str]] = {
    "director": {
        *("cycle-opened", "auditors-changed", "action-planned", "action-changed", "action-done"),
        *("input-recorded", "finding-closed", "finding-reopened", "tightening-proposed"),
        *("tightening-decided", "loosening-seconded", "standard-written", "reaudit-scheduled"),
        *("cycle-signed", "cycle-closed", "cycle-reopened"),
    },
    "auditor": {
        *COURSE,
        *("cycle-opened", "sample-drawn", "result-recorded", "recheck-recorded", "finding-raised"),
        *("finding-changed", "cause-recorded", "action-planned", "control-recorded"),
        *("finding-closed", "finding-reopened", "reaudit-recorded", "effect-recorded"),
        *("tightening-proposed", "loosening-seconded", "standard-written", "reaudit-scheduled"),
        "cycle-closed",
    },
    "lead": {
        *("cause-recorded", "action-planned", "action-changed", "action-done"),
        *("control-recorded", "input-recorded"),
    },
    "staff": {"action-done", "input-recorded"},
    "administrator": {"auditors-changed", "standard-written"},
}
# By stage, everything that anybody may do then.
TESTING = {"sample-drawn", "result-recorded", "recheck-recorded"}
ANSWERS = {"cause-recorded", "action-planned", "action-changed", "control-recorded"}
ANSWERS |= {"finding-closed", "input-recorded"}
WORDING = {"finding-raised", "finding-changed", "auditors-changed"}
AFTER = {"cycle-reopened", "reaudit-scheduled"}
WHEN: dict[str, set[str]] = {
    "none": {"cycle-opened"},
    "planned": {"auditors-changed", "fieldwork-started"},
    "fieldwork": {*TESTING, *WORDING, "input-recorded", "fieldwork-ended"},
    "findings": {*WORDING, *ANSWERS, "actions-started"},
    "actions": {*WORDING, *ANSWERS, "action-done", "finding-reopened", "reaudit-started"},
    "re-audit": {
        *(*WORDING, *TESTING, *ANSWERS, "action-done", "finding-reopened", "reaudit-recorded"),
        *("effect-recorded", "tightening-proposed", "tightening-decided", "loosening-seconded"),
        *("standard-written", "reaudit-scheduled", "cycle-signed"),
    },
    "signed": {*ANSWERS, *AFTER, "action-done", "cycle-closed"},
    "closed": AFTER,
}
REFUSED = ("role-may-not", "state-forbids", "signed-already", "not-signed")
ACTOR: dict[Role, str] = {
    "director": "dora",
    "auditor": "amy",
    "lead": "lea",
    "staff": "sam",
    "administrator": "tom",
}


def wanted(kind: str, role: Role) -> Body:
    """Something of this kind that fits what is in the room."""
    case = {"sample": 1, "key": "k1", "criterion": "answered in time", "outcome": "met"}
    bodies: dict[str, Body] = {
        "cycle-opened": OPENING,
        "auditors-changed": e.AuditorsChanged(auditors=("ada",), reason="enough"),
        "sample-drawn": SAMPLE.model_copy(update={"reason": "too few answers"}),
        "result-recorded": result(),
        "recheck-recorded": e.RecheckRecorded.model_validate(case),
        "finding-raised": finding(),
        "finding-changed": e.FindingChanged(
            finding=1, grade="minor", nature="fault", lies_in="system", text="new", reason="clear"
        ),
        "cause-recorded": e.CauseRecorded(finding=1, whys=("one line", "no budget")),
        "action-planned": action(1),
        "action-changed": e.ActionChanged(
            action=1, text="two lines", owner="sam", due=TODAY, reason="more"
        ),
        "action-done": e.ActionDone(action=1, on=TODAY),
        "control-recorded": e.ControlRecorded(finding=1, text="count", owner="lea", every="week"),
        "input-recorded": e.InputRecorded(
            voice="staff" if role == "staff" else "management", text="we saw it coming"
        ),
        "finding-closed": e.FindingClosed(finding=3, remark="settled"),
        "finding-reopened": e.FindingReopened(finding=2, reason="again"),
        "reaudit-recorded": COMPARISON,
        "effect-recorded": e.EffectRecorded(action=2, worked=True),
        "tightening-proposed": proposal(93),
        "tightening-decided": decision("declined", None, 1),
        "loosening-seconded": e.LooseningSeconded(proposal=2, reason="fair"),
        "standard-written": e.StandardWritten(proposal=3, file="town.toml", diff="-90\n+94"),
        "reaudit-scheduled": e.ReauditScheduled(on=date(2026, 9, 1)),
        "cycle-reopened": REOPENING,
    }
    return bodies[kind] if kind in bodies else BODIES[kind]()


def test_the_table_has_a_line_for_every_event_and_asks_only_what_is_defined() -> None:
    assert set(RULES) == set(BODIES) == set(TO_DO)
    assert {word for rule in RULES.values() for word in rule.only_if} == set(CONDITIONS)
    assert set(RULES) == set.union(*MAY.values()) == set.union(*WHEN.values())


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_may_do_what_is_its_to_do_and_nothing_else(role: Role, stage: str) -> None:
    allowed: set[str] = set()
    refused: dict[str, AuditError] = {}
    for kind in BODIES:
        room = room_at(stage, settled=kind == "cycle-closed")
        cycle = room.cycle if room.past else None
        try:
            decide(cycle, wanted(kind, role), ACTOR[role], TOWN, TODAY)
            allowed.add(kind)
        except AuditError as error:
            refused[kind] = error
    for kind, error in refused.items():
        assert error.code in REFUSED, error
        assert (error.code == "role-may-not") == (kind not in MAY[role])
        if error.code == "role-may-not":
            who = {one for one, kinds in MAY.items() if kind in kinds}
            assert all(one in error.message for one in who), "a refusal says who may"
    assert allowed == MAY[role] & WHEN[stage]


def tried(room: KeptRoom, body: Body, by: str) -> str:
    """The code of the refusal, or nothing where it was recorded."""
    try:
        if isinstance(body, e.CycleOpened) and not room.past:
            open_cycle(room.ledger, room.town, "one", body, by, NOON)
        else:
            room.do(body, by)
    except AuditError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("ledger_url", "one_in"),
    [
        pytest.param("sqlite", 9, id="sqlite-some"),
        pytest.param("sqlite", 1, id="sqlite-all", marks=pytest.mark.slow),
        pytest.param("postgresql", 1, id="postgresql-all", marks=pytest.mark.slow),
    ],
    indirect=["ledger_url"],
)
def test_the_book_records_what_the_table_allows_and_nothing_of_what_it_refuses(
    ledger: Ledger, one_in: int
) -> None:
    """The same matrix once more, all of it through the ledger."""
    stop_clock(ledger)
    cells = list(product(STAGES, get_args(Role), BODIES))
    assert len(cells) == 8 * 5 * 29
    rooms: dict[tuple[str, bool], KeptRoom] = {}
    recorded = 0
    for stage, role, kind in cells[::one_in]:
        settled = kind == "cycle-closed"
        past = room_at(stage, settled).past
        if (stage, settled) not in rooms:
            rooms[stage, settled] = KeptRoom(ledger, past)
        room = rooms[stage, settled]
        body = wanted(kind, role)
        assert body.kind == kind

        code = tried(room, body, ACTOR[role])

        written = [one.kind for one in room.past[len(past) :]]
        if kind in MAY[role] & WHEN[stage]:
            assert (code, written) == ("", [kind]), (stage, role, kind)
            del rooms[stage, settled]  # the next one finds it as it was
            recorded += 1
        else:
            assert code in (*REFUSED, "cycle-unknown"), (stage, role, kind, code)
            assert written == [], "what was refused is not in the ledger"
    print(f"{len(cells[::one_in])} cells, {recorded} of them allowed")
    assert verify(ledger).faults == ()


def test_a_director_cannot_sign_with_a_major_finding_open_by_any_way(ledger: Ledger) -> None:
    """Trial 15: refused by direct call; appended past the rules, it is told for ever."""
    stop_clock(ledger)
    room = KeptRoom(ledger, room_at("re-audit").past)
    room.do(finding("major"), "ada")
    before = room.past
    for seen in (None, len(before), 1):
        with pytest.raises(AuditError) as caught:
            record(ledger, room.town, "one", e.CycleSigned(), "dora", seen=seen, now=NOON)
        assert caught.value.code == ("audit-clash" if seen == 1 else "major-finding-open")
    assert room.past == before

    append(
        *(ledger, room.town.id, subject("one"), "cycle-signed", "dora", {}),
        expected_version=len(before),
    )
    assert verify(ledger).faults == (), "nothing was altered"
    (fault,) = room.cycle.faults
    assert fault.endswith("cycle-signed by dora: with a major finding open")


@pytest.mark.parametrize("stage", STAGES[3:7])
@pytest.mark.parametrize("person", [one.id for one in TOWN.people])
def test_nobody_closes_their_own_finding_in_any_state(person: str, stage: str) -> None:
    """Ada raised them. Whoever words one anew makes it theirs too."""
    for number in (1, 3, 4):
        room = room_at(stage)
        for writer in ("dirk", "amy") if room.cycle.signature is None else ():
            again = wanted("finding-changed", "auditor").model_copy(update={"finding": number})
            room.do(again, writer)
        code = ""
        try:
            body = e.FindingClosed(finding=number, remark="mine")
            decide(room.cycle, body, person, TOWN, TODAY)
        except AuditError as error:
            code = error.code
        own = person in ({"ada", "dirk", "amy"} if stage != "signed" else {"ada"})
        assert (code == "own-finding") == own, (code, person, number)


@pytest.mark.parametrize("kind", sorted(set(RULES) - {"cycle-opened"}))
def test_a_department_s_people_act_in_it_alone(kind: str) -> None:
    stage = next(s for s in reversed(STAGES) if kind in WHEN[s])
    room = room_at(stage, settled=kind == "cycle-closed")
    rule = RULES[kind]
    for role in rule.roles:
        body = wanted(kind, role)
        if kind == "input-recorded":
            body = body.model_copy(update={"finding": 1})
        people = [
            one.model_copy(update={"departments": ["parks"]}) if one.id == ACTOR[role] else one
            for one in TOWN.people
        ]
        town = TOWN.model_copy(update={"people": people})
        with pytest.raises(AuditError) as caught:
            decide(room.cycle, body, ACTOR[role], town, TODAY)
        assert caught.value.code == "department-may-not"
