"""Whole audits in a ledger: somebody's desk, and a cycle from its opening to its signature."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from scorecard.audit import Body, Cycle, Desk, State, cycles
from scorecard.audit import events as e
from scorecard.audit.book import REGISTER, subject
from scorecard.declare.load import Declarations
from scorecard.ledger import Ledger, NewEvent, append_all, events
from scorecard.workspace import Workspace
from tests.audit.room import COMPARISON, OPENING, SAMPLE, TOWN, action, decision, finding, proposal
from tests.audit.room import result as late

CHILDREN = Path(__file__).with_name("children.py")
Step = tuple[Body, str]


def desk(ledger: Ledger, root: Path, by: str) -> Desk:
    """The desk of one of the people of TOWN, which has no declarations but those of its people."""
    declared = Declarations(TOWN, {}, {}, {}, (), root, {}, ())
    return Desk(declared, Workspace(root), ledger, by)


def opening(id: str) -> e.CycleOpened:
    """An opening whose scope is nobody else's: a team of that name."""
    scope = OPENING.scope.model_copy(update={"teams": (id,)})
    return OPENING.model_copy(update={"scope": scope})


def steps(at: Desk, id: str) -> Iterator[list[Step]]:
    """What is recorded in the cycle after its opening, one state after the other.

    With every kind of event that there is: it is closed, reopened, and signed once more.
    """
    photo, letter, frozen = (
        at.evidence.keep(io.BytesIO(f"{name} of {id}".encode()), name=name, dated=at.today, by=by)
        for name, by in (("queue.jpg", "ada"), ("letter.txt", "sam"), ("frozen.jsonl", "dora"))
    )
    seen = {"evidence": (photo,)}
    again = {"sample": 1, "key": "k1", "criterion": "answered in time", "outcome": "not-met"}
    yield [
        (e.AuditorsChanged(auditors=("ada", "amy"), reason="Dirk is ill"), "tom"),
        (e.FieldworkStarted(), "ada"),
        (SAMPLE, "ada"),
        (late("k1").model_copy(update=seen), "ada"),
        (late("k2"), "ada"),
        (e.RecheckRecorded.model_validate(again), "amy"),
        (finding("major", "complaint").model_copy(update=seen), "ada"),
        (finding("minor"), "ada"),
        (finding("observation"), "ada"),
        (
            e.FindingChanged(
                finding=2, grade="minor", nature="fault", lies_in="system", text="Ü", reason="clear"
            ),
            "ada",
        ),
    ]
    yield [
        (e.FieldworkEnded(), "ada"),
        (e.CauseRecorded(finding=1, whys=("one line", "no budget")), "lea"),
        (e.ControlRecorded(finding=1, text="count", owner="lea", every="week"), "lea"),
        (action(1).model_copy(update={"due": at.today}), "lea"),
        (e.InputRecorded(finding=1, voice="staff", text="we said so"), "sam"),
        (e.InputRecorded(voice="management", text="agreed"), "lea"),
        (e.FindingClosed(finding=3, remark="seen to"), "amy"),
    ]
    due = at.today + timedelta(days=30)
    yield [
        (e.ActionsStarted(), "ada"),
        (action(2).model_copy(update={"due": at.today}), "lea"),
        (e.ActionChanged(action=2, text="two", owner="sue", due=due, reason="ill"), "lea"),
        (e.ActionDone(action=1, on=at.today, evidence=(letter,)), "sam"),
        (e.FindingReopened(finding=3, reason="again"), "amy"),
    ]
    yield [
        (e.ActionDone(action=2, on=at.today), "sue"),
        *((e.FindingClosed(finding=number, remark="settled"), "dora") for number in (1, 2, 3)),
        (e.ReauditStarted(), "ada"),
        (COMPARISON, "ada"),
        (e.EffectRecorded(action=1, worked=True, change=-2.5, low=-4, high=-1), "ada"),
        (proposal(88), "amy"),
        (decision("accepted", 88, 1), "dora"),
        (e.LooseningSeconded(proposal=1, reason="fair"), "amy"),
        (e.StandardWritten(proposal=1, file="town.toml", diff="-90\n+88"), "amy"),
        (e.ReauditScheduled(on=at.today + timedelta(days=180)), "dora"),
        (e.CycleSigned(remark="seen", frozen="f" * 64, document=frozen), "dora"),
    ]
    yield [
        (e.CycleClosed(), "amy"),
        (e.CycleReopened(reason="one more look"), "dora"),
        (e.ReauditStarted(), "ada"),
        (COMPARISON, "ada"),
        (e.CycleSigned(frozen="a" * 64, document=frozen), "dora"),
    ]


def audit(ledger: Ledger, root: Path, id: str, until: int = 5) -> Cycle:
    """A cycle of this id with so many of the five parts of `steps`, each event by its person."""
    cycle = desk(ledger, root, "dora").open(id, opening(id))
    for part, _ in zip(steps(desk(ledger, root, "ada"), id), range(until), strict=False):
        for body, by in part:
            cycle = desk(ledger, root, by).record(id, body)
    return cycle


def copied(
    ledger: Ledger, like: str, count: int, at_once: int = 100, upto: int | None = None
) -> None:
    """So many cycles with the events of the one of the id `like`, the first `upto` of them."""
    past = events(ledger, TOWN.id, subject(like))[:upto]
    known = len(events(ledger, TOWN.id, REGISTER))
    for first in range(0, count, at_once):
        new, expected = list[NewEvent](), {REGISTER: known}
        for number in range(first, min(first + at_once, count)):
            id = f"{like}-{len(past)}-{number}"
            expected[subject(id)] = 0
            new += [NewEvent(subject(id), one.kind, one.actor, one.body) for one in past]
            new.append(NewEvent(REGISTER, "cycle-opened", "dora", {"cycle": id}))
            known += 1
        append_all(ledger, TOWN.id, new, expected_versions=expected)


def some_audits(ledger: Ledger, root: Path) -> list[Cycle]:
    """A cycle with every kind of event, and others that got less far, to every state."""
    whole = audit(ledger, root, "whole")
    for upto in range(1, whole.version, 4):
        copied(ledger, "whole", 1, upto=upto)
    found = cycles(ledger, TOWN.id)
    assert {one.state for one in found} == {*State}
    return found


def in_processes(repository: Path, function: str, *arguments: object) -> None:
    """Run a function of children.py with text arguments in a program of its own."""
    path = os.pathsep.join([str(repository), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, str(CHILDREN), function, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=1_500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
