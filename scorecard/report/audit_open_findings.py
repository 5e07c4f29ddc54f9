"""A department's open findings by age, and whether it was audited at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit.cycle import Action, Cycle, Finding, State
from scorecard.declare.load import Declarations
from scorecard.declare.organisation import Organisation
from scorecard.report.audit_names import Names
from scorecard.report.audit_requirements import title_and_unit
from scorecard.report.phrases import counted, day_words, listed


@dataclass(frozen=True)
class OpenFinding:
    """A finding that is not settled. `days` is how many it has been open, since `since`.

    `since` is the day it was raised, or reopened last. `owner` and `due` are those of its next
    action, the names of people and the local day: empty and None where none is left to be done,
    and `next` says which it is.
    """

    cycle: str
    cycle_title: str
    number: int
    grade: str
    text: str
    standard: str
    title: str
    department: str | None
    department_name: str
    since: date
    days: int
    owner: str
    due: date | None
    overdue: bool
    next: str


@dataclass(frozen=True)
class DepartmentAudits:
    """The open findings, the oldest first, of the `cycles` that concern a department.

    The sentence tells no finding open from no audit yet.
    """

    cycles: int
    sentence: str
    findings: tuple[OpenFinding, ...]


def concerns(organisation: Organisation, cycle: Cycle, department: str) -> bool:
    """Whether a requirement of the cycle is the department's, or one that was merged into it."""
    return any(
        one.department is not None and _now(organisation, one.department) == department
        for one in cycle.opened.body.scope.requirements
    )


def department_audits(
    declared: Declarations, cycles: Sequence[Cycle], department: str, today: date
) -> DepartmentAudits:
    """What audits have found in a department (its id) and is not settled on `today`.

    Findings about the organisation as a whole count, where the cycle concerns the department.
    """
    mine = [one for one in cycles if concerns(declared.organisation, one, department)]
    found = [
        _line(declared, cycle, finding, today)
        for cycle in mine
        for finding in cycle.open_findings
        if finding.department is None
        or _now(declared.organisation, finding.department) == department
    ]
    found.sort(key=lambda one: (one.since, one.cycle, one.number))
    return DepartmentAudits(
        cycles=len(mine),
        sentence=_sentence(Names(declared).department(department), mine, found),
        findings=tuple(found),
    )


def _now(organisation: Organisation, department: str) -> str:
    return organisation.department_today(department)


def _line(declared: Declarations, cycle: Cycle, finding: Finding, today: date) -> OpenFinding:
    names = Names(declared)
    began = finding.reopenings[-1] if finding.reopenings else finding.raised
    since = names.day(began.at)
    actions = cycle.actions_of(finding.number)
    to_do = min((one for one in actions if not one.done), key=_due, default=None)
    return OpenFinding(
        cycle=cycle.id,
        cycle_title=cycle.opened.body.title,
        number=finding.number,
        grade=finding.grade,
        text=finding.wording.text,
        standard=finding.raised.body.standard,
        title=title_and_unit(cycle, finding.raised.body.standard)[0],
        department=finding.department,
        department_name=names.department(finding.department),
        since=since,
        days=max((today - since).days, 0),
        owner=names.person(to_do.plan.owner) if to_do else "",
        due=to_do.plan.due if to_do else None,
        overdue=to_do is not None and to_do.plan.due < today,
        next=_next(names, cycle, actions, to_do),
    )


def _due(action: Action) -> tuple[date, int]:
    return action.plan.due, action.number


def _next(names: Names, cycle: Cycle, actions: Sequence[Action], to_do: Action | None) -> str:
    if to_do is not None:
        return to_do.plan.text
    if not actions:
        return "No action is planned yet."
    done = "Its action is done" if len(actions) == 1 else "Its actions are done"
    return f"{done}; {listed([names.person(one) for one in cycle.auditors])} may settle it."


def _sentence(name: str, cycles: Sequence[Cycle], found: Sequence[OpenFinding]) -> str:
    if not cycles:
        return f"No audit yet: no audit cycle has had {name} in its scope."
    of = counted(len(cycles), "audit cycle")
    if found:
        oldest = found[0]
        late = sum(1 for one in found if one.overdue)
        told = f"{counted(len(found), 'finding')} open in {of}"
        since = f"since {day_words(oldest.since)}, {counted(oldest.days, 'day')}"
        told += f", the oldest {since}." if len(found) > 1 else f", {since}."
        if late:
            told += f" The next action of {counted(late, 'finding')} is overdue."
        return told
    if not any(one.findings for one in cycles) and all(
        one.state in (State.PLANNED, State.FIELDWORK) for one in cycles
    ):
        return f"No findings yet: {of} {'has' if len(cycles) == 1 else 'have'} not come so far."
    return f"No open findings in {of}."
