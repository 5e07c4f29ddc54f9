"""Who may do something with a cycle as it is now, and why the others may not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit.commands import decide
from scorecard.audit.cycle import Cycle
from scorecard.audit.events import BODIES
from scorecard.audit.rules import RULES
from scorecard.declare.organisation import Organisation, Person
from scorecard.errors import AuditError


@dataclass(frozen=True)
class Permission:
    """A person; `why_not` is what would be refused, None where they may."""

    person: Person
    why_not: AuditError | None


def who_may(
    cycle: Cycle,
    kind: str,
    organisation: Organisation,
    today: date,
    others: Sequence[Cycle] = (),
    also: Collection[str] = (),
) -> list[Permission]:
    """Everybody with a role for which the table of rules has `kind`, as declared, and what `decide`
    says of each. Reads and writes nothing.

    kind     one that is about the cycle as a whole, such as `cycle-signed`
    others   the organisation's other cycles; a reopening is held against them
    also     ids of further people to tell of, whatever their roles

    Raises ValueError for a kind that is about a part of the cycle, such as one finding.
    """
    rule = RULES[kind]
    if rule.part != "all":
        raise ValueError(f"{kind} is about a part of a cycle: ask decide")
    # Of such kinds the rules do not look at what is said.
    body = BODIES[kind].model_construct()
    found: list[Permission] = []
    for person in organisation.people:
        if {*person.roles} & {*rule.roles} or person.id in also:
            why_not = None
            try:
                decide(cycle, body, person.id, organisation, today, others)
            except AuditError as error:
                why_not = error
            found.append(Permission(person, why_not))
    return found
