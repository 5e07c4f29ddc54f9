"""Somebody about to record something: what the rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from scorecard.audit.cycle import Action, Cycle, Finding, Proposal
from scorecard.audit.scope import Scope
from scorecard.declare.organisation import Organisation, Person
from scorecard.errors import AuditError

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Moment:
    """Somebody about to record something. `others` are the organisation's other cycles."""

    cycle: Cycle | None
    body: Any
    person: Person
    organisation: Organisation
    today: date
    others: Sequence[Cycle] = ()

    @property
    def known(self) -> Cycle:
        """The cycle, where there is one."""
        assert self.cycle is not None
        return self.cycle

    @property
    def scope(self) -> Scope:
        """The scope, frozen or about to be."""
        return self.cycle.opened.body.scope if self.cycle else self.body.scope

    @property
    def action(self) -> Action:
        """The action it is about."""
        return numbered("action", self.known.actions, self.body.action)

    @property
    def finding(self) -> Finding:
        """The finding it is about, if only through an action."""
        number = getattr(self.body, "finding", None)
        return numbered(
            "finding", self.known.findings, self.action.finding if number is None else number
        )

    @property
    def proposal(self) -> Proposal:
        """The proposal it is about."""
        return numbered("proposal", self.known.proposals, self.body.proposal)

    def department_name(self, department: str | None) -> str:
        """Its name today; its id where it is declared no more."""
        if department is None:
            return "the organisation as a whole"
        found = self.organisation.department(self.organisation.department_today(department))
        return found.name if found else department


def numbered(what: str, there: Mapping[int, _Thing], number: int) -> _Thing:
    """The thing of this number. Raises AuditError `audit-number-unknown`."""
    if number not in there:
        last = f"the last one is {max(there)}" if there else "there is none yet"
        raise AuditError("audit-number-unknown", f"there is no {what} {number}; {last}.")
    return there[number]
