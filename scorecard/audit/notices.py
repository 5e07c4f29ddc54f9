"""What has changed around an open cycle since its scope was frozen, and past the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from scorecard.audit.cycle import Cycle, State
from scorecard.audit.tighten_file import values_of
from scorecard.declare.load import Declarations

Topic = Literal["standard", "department", "person", "clock", "fault"]


@dataclass(frozen=True)
class Notice:
    """Something a person must know of a cycle, as a sentence."""

    topic: Topic
    text: str


def notices(cycle: Cycle, declared: Declarations, today: date) -> list[Notice]:
    """What somebody who works on the cycle must know; `today` is the organisation's day.

    A cycle goes on by its frozen scope whatever happens to the files: a standard that is gone can
    still be audited by the definition it had, and is said to be gone.
    """
    found = [Notice("fault", f"Recorded past the rules: {one}.") for one in cycle.faults]
    found += [
        Notice("clock", f"The clock had gone back when event {seq} was recorded.")
        for seq in cycle.clock_went_back
    ]
    found += _values(cycle, declared)
    if cycle.state is not State.CLOSED:
        found += [*_standards(cycle, declared), *_departments(cycle, declared)]
        found += _people(cycle, declared, today)
    return found


def _standards(cycle: Cycle, declared: Declarations) -> Iterator[Notice]:
    told: set[str] = set()
    for one in cycle.opened.body.scope.requirements:
        if one.standard in told:
            continue
        told.add(one.standard)
        now = declared.standards.get(one.standard)
        if now is None:
            yield Notice(
                "standard",
                f"The standard {one.standard!r} is declared no more; the cycle goes on by its "
                "definition of then.",
            )
        elif declared.metric(now.metric).fingerprint != one.definition:
            yield Notice(
                "standard",
                f"The metric of {one.standard!r} is defined otherwise than when the cycle opened.",
            )


def _values(cycle: Cycle, declared: Declarations) -> Iterator[Notice]:
    """Values that were decided and written, and are in the declarations no more: also of a closed
    cycle, since that is when its values are in force."""
    for one in cycle.proposals.values():
        if not one.written or not one.decided:
            continue
        proposed, decided = one.proposed.body, one.decided.body
        held = declared.standards.get(proposed.standard)
        there = values_of(held, proposed.department if held.shared else None) if held else []
        if not any(
            (value.from_, getattr(value, proposed.side)) == (decided.from_, decided.value)
            for value in there
        ):
            yield Notice(
                "standard",
                f"Proposal {one.number} was written into {one.written.body.file}: "
                f"{proposed.side.replace('_', ' ')} {decided.value:.15g} from {decided.from_} on. "
                f"It is among the expected values of {proposed.standard!r} no more.",
            )


def _departments(cycle: Cycle, declared: Declarations) -> Iterator[Notice]:
    held = (one.department for one in cycle.opened.body.scope.requirements)
    for department in dict.fromkeys(held):
        if department is None or declared.organisation.department(department):
            continue
        merged = declared.organisation.find_department(department)
        yield Notice(
            "department",
            f"The department {department!r} was merged into {merged!r}, whose people act for it."
            if merged
            else f"There is no department {department!r} any more; who belongs to the whole "
            "organisation acts for it.",
        )


def _people(cycle: Cycle, declared: Declarations, today: date) -> Iterator[Notice]:
    roles = [(id, "audits this cycle") for id in cycle.auditors]
    roles += [
        (action.plan.owner, f"owns action {action.number}, which is not done")
        for action in cycle.actions.values()
        if not action.done
    ]
    for id, what in roles:
        person = declared.organisation.person(id)
        if person is None:
            yield Notice("person", f"{id!r} {what}, and is declared no more.")
        elif not person.acts_on(today):
            gone = person.until is not None and person.until < today
            when = f"left after {person.until}" if gone else f"comes only on {person.since}"
            yield Notice("person", f"{person.name} {what}, and {when}.")
