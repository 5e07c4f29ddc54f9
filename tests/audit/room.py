"""An audit room without a ledger: people, a scope, and cycles brought to any state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from scorecard.audit import Cycle, decide, fold
from scorecard.audit.events import (
    ActionDone,
    ActionPlanned,
    ActionsStarted,
    Body,
    Comparison,
    CycleClosed,
    CycleOpened,
    CycleReopened,
    CycleSigned,
    FieldworkEnded,
    FieldworkStarted,
    FindingClosed,
    FindingRaised,
    ReauditRecorded,
    ReauditStarted,
    ResultRecorded,
    SampleDrawn,
    Stratum,
    TighteningDecided,
    TighteningProposed,
)
from scorecard.audit.scope import Figure, Requirement, Scope
from scorecard.declare.organisation import Department, Organisation, Person
from scorecard.ledger import Event

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)

PEOPLE = [
    Person(id="dora", name="Dora", roles=["director"]),
    Person(id="dirk", name="Dirk", roles=["director", "auditor"]),
    Person(id="ada", name="Ada", roles=["auditor"]),
    Person(id="amy", name="Amy", roles=["auditor"]),
    Person(id="gus", name="Gus", roles=["auditor"], until=date(2026, 1, 31)),
    Person(id="pia", name="Pia", roles=["auditor"], departments=["parks"]),
    Person(id="lea", name="Lea", roles=["lead"], departments=["streets"]),
    Person(id="leo", name="Leo", roles=["lead"], departments=["parks"]),
    Person(id="sam", name="Sam", roles=["staff"], departments=["streets"]),
    Person(id="sue", name="Sue", roles=["staff"], departments=["streets"]),
    Person(id="tom", name="Tom", roles=["administrator"]),
]
TOWN = Organisation(
    id="town",
    name="Town",
    time_zone="America/New_York",
    departments=[
        Department(id="streets", name="Streets"),
        Department(id="parks", name="Parks"),
    ],
    people=PEOPLE,
)


def requirement(department: str | None, standard: str = "calls") -> Requirement:
    return Requirement(
        standard=standard,
        title="Calls are answered",
        metric="answered",
        definition="f" * 64,
        unit="percent",
        department=department,
        side="at_least",
        expected=90,
        tolerance=2,
        since=date(2025, 7, 1),
    )


BOTH = Scope(
    requirements=(requirement("streets"), requirement("parks")), departments=("streets", "parks")
)
BASELINE = Figure(
    standard="calls",
    department="streets",
    period=date(2026, 2, 1),
    grain="month",
    actual=81.5,
    numerator=163,
    denominator=200,
    n=200,
    known_at=NOON,
)
OPENING = CycleOpened(
    title="Calls",
    scope=BOTH,
    baseline=(BASELINE,),
    method="A sample of calls",
    auditors=("ada", "amy", "dirk"),
)
SAMPLE = SampleDrawn(
    standard="calls",
    department="streets",
    period=date(2026, 2, 1),
    seed="7",
    digest="d" * 64,
    strata=(Stratum(population=200, keys=("k1", "k2", "k3"), reserve=("k4", "k5")),),
    criteria=("answered in time",),
)
COMPARISON = ReauditRecorded(
    comparisons=(Comparison(standard="calls", department="streets", outcome="improved"),)
)


def result(key: str = "k1", sample: int = 1) -> ResultRecorded:
    return ResultRecorded(
        sample=sample, key=key, criterion="answered in time", outcome="not-met", remark="late"
    )


def finding(grade: str = "minor", origin: str = "audit", department: str = "streets") -> Body:
    return FindingRaised.model_validate(
        {
            "standard": "calls",
            "department": department,
            "grade": grade,
            "lies_in": "system",
            "origin": origin,
            "text": "Calls wait",
        }
    )


def action(of: int, owner: str = "sam") -> ActionPlanned:
    return ActionPlanned(finding=of, corrective=True, text="A second line", owner=owner, due=TODAY)


def proposal(value: float) -> TighteningProposed:
    return TighteningProposed(
        standard="calls",
        department="streets",
        side="at_least",
        value=value,
        current=90,
        ground="kept in nine months of ten",
    )


@dataclass
class Room:
    """One cycle as a list of events in memory; `do` decides and appends as the book does."""

    past: list[Event] = field(default_factory=list[Event])

    @property
    def cycle(self) -> Cycle:
        return fold("one", self.past)

    def do(self, body: Body, by: str, today: date = TODAY) -> None:
        allowed = decide(self.cycle if self.past else None, body, by, TOWN, today)
        self.write(allowed, by)

    def write(self, body: Body, by: str) -> None:
        """Append past the rules."""
        seq = len(self.past) + 1
        at = NOON + timedelta(seconds=seq)
        data = body.model_dump(mode="json")
        event = Event(seq, "town", "audit/one", body.kind, by, at, at, data, "", "")
        self.past.append(event)


STAGES = ("none", "planned", "fieldwork", "findings", "actions", "re-audit", "signed", "closed")


@cache
def staged(stage: str, settled: bool = False) -> tuple[Event, ...]:
    """A cycle's events up to a stage. With everything in it that any command could be about.

    Sample 1 with a result of Ada's. Findings of Ada's: 1 open with action 1 of Sam's, 2 closed,
    3 open and without actions, 4 open with action 2, done. Proposals: 1 not decided, 2 decided for
    less, 3 for more. `settled`: findings 1, 3 and 4 are
    closed before signing.
    """
    room = Room()
    steps: dict[str, list[tuple[Body, str]]] = {
        "none": [],
        "planned": [(OPENING, "dora")],
        "fieldwork": [
            (FieldworkStarted(), "ada"),
            (SAMPLE, "ada"),
            (result(), "ada"),
            *((finding(), "ada") for _ in range(4)),
        ],
        "findings": [
            (FieldworkEnded(), "ada"),
            (FindingClosed(finding=2, remark="settled"), "amy"),
            (action(1), "lea"),
            (action(4), "lea"),
        ],
        "actions": [(ActionsStarted(), "ada"), (ActionDone(action=2, on=TODAY), "sam")],
        "re-audit": [
            (ReauditStarted(), "ada"),
            (COMPARISON, "ada"),
            *((proposal(value), "amy") for value in (92, 88, 94)),
            (decision("accepted", 88, 2), "dirk"),
            (decision("accepted", 94, 3), "dirk"),
        ],
        "signed": [
            *(((ActionDone(action=1, on=TODAY), "sam"),) if settled else ()),
            *((FindingClosed(finding=n, remark="ok"), "dora") for n in (1, 3, 4) if settled),
            (CycleSigned(), "dora"),
        ],
        "closed": [(CycleClosed(), "amy")],
    }
    for name in STAGES[: STAGES.index(stage) + 1]:
        for body, by in steps[name]:
            room.do(body, by)
    return tuple(room.past)


def decision(word: str, value: float | None, of: int) -> TighteningDecided:
    return TighteningDecided.model_validate(
        {
            "proposal": of,
            "decision": word,
            "reason": "shown in the re-audit",
            "value": value,
            "from_": None if value is None else date(2026, 7, 1),
        }
    )


def room_at(stage: str, settled: bool = False) -> Room:
    return Room(list(staged(stage, settled or stage == "closed")))


REOPENING = CycleReopened(reason="it came back")
