"""Actions of audits that were carried out, as events of the standards that they are held by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit.cycle import Action, Cycle
from scorecard.declare.charts import Event
from scorecard.declare.organisation import Organisation
from scorecard.declare.standards import Standard


@dataclass(frozen=True)
class Aim:
    """The requirement that an action is held by, the day it was done, and the gain expected.

    `department` is None for the organisation as a whole; `gain` is of the service gap, in the
    metric's unit, None where none above 0 was expected.
    """

    standard: str
    department: str | None
    day: date
    gain: float | None


@dataclass(frozen=True)
class DoneAction:
    """An action that was carried out: what it was, in which cycle, and what it is held by."""

    aim: Aim
    cycle: str
    cycle_title: str
    number: int
    text: str

    @property
    def event(self) -> Event:
        """It as the event of a control chart."""
        text = f"{self.text} (action {self.number} of the audit {self.cycle_title})"
        where = self.aim.department
        return Event(on=self.aim.day, text=text, kind="action", department=where)


def aim_of(organisation: Organisation, cycle: Cycle, action: Action) -> Aim:
    """What an action that was done is held by: its expected effect, else its finding.

    A department that was merged is the one it is in now.
    """
    assert action.done is not None
    expected = action.planned.body.effect
    about = expected or cycle.findings[action.finding].raised.body
    department = about.department
    if department is not None:
        department = organisation.department_today(department)
    gain = expected.change if expected and expected.change > 0 else None
    return Aim(about.standard, department, action.done.body.on, gain)


def done_actions(
    organisation: Organisation, cycles: Iterable[Cycle], standard: str
) -> tuple[DoneAction, ...]:
    """The actions of all cycles that a standard is held by, in the order of their days."""
    found = [
        DoneAction(held, cycle.id, cycle.opened.body.title, one.number, one.plan.text)
        for cycle in cycles
        for one in cycle.actions.values()
        if one.done is not None and (held := aim_of(organisation, cycle, one)).standard == standard
    ]
    return tuple(sorted(found, key=lambda one: (one.aim.day, one.cycle, one.number)))


def with_actions(standard: Standard, done: Sequence[DoneAction]) -> Standard:
    """The standard with these actions beside the events that it declares."""
    if not done:
        return standard
    return standard.model_copy(update={"events": [*standard.events, *(one.event for one in done)]})
