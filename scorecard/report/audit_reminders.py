"""What falls due in audits: the days ahead, the days gone by, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from scorecard.audit.body import Body
from scorecard.audit.commands import decide
from scorecard.audit.cycle import Cycle, State
from scorecard.audit.events import CycleClosed, FindingClosed
from scorecard.declare.load import Declarations
from scorecard.errors import AuditError
from scorecard.report.audit_names import Names
from scorecard.report.phrases import counted, day_words

Matter = Literal["fieldwork", "close", "action", "re-audit", "review", "signature"]


@dataclass(frozen=True)
class Reminder:
    """One thing to be done. `people` are ids, `who` their names; `cycle` is None for a review.

    `day` is the day it is due; of a signature, which has no such day, the day since when it waits.
    """

    day: date
    matter: Matter
    people: tuple[str, ...]
    who: str
    cycle: str | None
    sentence: str
    overdue: bool


def reminders(
    declared: Declarations, cycles: Sequence[Cycle], today: date, within: int = 14
) -> list[Reminder]:
    """What is overdue, and what falls due `within` so many days of `today`; the earliest first."""
    last = today + timedelta(days=within)
    found = [one for cycle in cycles for one in falling_due(declared, cycle, today, others=cycles)]
    found += _reviews(declared, today)
    return sorted(
        (one for one in found if one.day <= last), key=lambda one: (one.day, one.sentence)
    )


def falling_due(
    declared: Declarations, cycle: Cycle, today: date, others: Sequence[Cycle] = ()
) -> list[Reminder]:
    """All that is still to be done in a cycle by a day, and its signature where it waits for one.

    A re-audit is no more to be done once one of `others` was opened over the same scope since.
    """
    names = Names(declared)
    opened = cycle.opened.body
    found: list[Reminder] = []

    def due(day: date, matter: Matter, people: Sequence[str], what: str) -> None:
        overdue = day < today
        when = f"{'was due' if overdue else 'is due'} on {day_words(day)}"
        if overdue:
            when += f", {counted((today - day).days, 'day')} ago"
        sentence = f"{opened.title}: {what} {when}."
        people = tuple(people)
        found.append(
            Reminder(day, matter, people, names.people(people), cycle.id, sentence, overdue)
        )

    if cycle.state in (State.PLANNED, State.FIELDWORK) and opened.fieldwork_due:
        due(opened.fieldwork_due, "fieldwork", cycle.auditors, "the end of fieldwork")
    for action in cycle.actions.values():
        if not action.done and cycle.findings[action.finding].open:
            owner = action.plan.owner
            what = f"action {action.number} of {names.person(owner)} ({action.plan.text})"
            due(action.plan.due, "action", [owner], what)
    if cycle.state is not State.CLOSED and opened.close_due:
        due(opened.close_due, "close", turn(declared, cycle, today), "the closing of the cycle")
    if cycle.reaudit_on and not _followed(cycle, others):
        due(cycle.reaudit_on, "re-audit", cycle.auditors, "the next re-audit")
    if waits_for_signature(cycle):
        assert cycle.comparison is not None
        signers = _directors(declared, cycle, today)
        day = names.day(cycle.comparison.at)
        who = names.people(signers)
        sentence = f"{opened.title} waits for a signature since {day_words(day)}: " + (
            f"{who} may sign." if signers else "no director is there who may sign."
        )
        found.append(Reminder(day, "signature", signers, who, cycle.id, sentence, False))
    return sorted(found, key=lambda one: one.day)


def waits_for_signature(cycle: Cycle) -> bool:
    """Whether nothing but a director's signature is missing: re-audited, no major finding open."""
    return (
        cycle.state is State.REAUDIT
        and cycle.comparison is not None
        and cycle.signature is None
        and not any(one.grade == "major" for one in cycle.open_findings)
    )


def turn(declared: Declarations, cycle: Cycle, today: date) -> tuple[str, ...]:
    """Whose turn it is where no day says so: the ids of people.

    Its auditors, until the re-audit is recorded. Then whoever has an action that is not done; where
    a finding is in the way of the signature (a major one) or of the closing (any), whoever may
    settle it; and at last whoever may close the cycle.
    """
    if cycle.state is not State.REAUDIT or cycle.comparison is None:
        return cycle.auditors
    left = [one for one in cycle.open_findings if cycle.signature or one.grade == "major"]
    undone = [
        action.plan.owner
        for finding in left
        for action in cycle.actions_of(finding.number)
        if not action.done
    ]
    if undone:
        return tuple(dict.fromkeys(undone))
    if left:
        settling = FindingClosed(finding=left[0].number, remark="settled")
        return _may(declared, cycle, settling, today)
    if cycle.signature:
        return _may(declared, cycle, CycleClosed(), today)
    return _directors(declared, cycle, today)


def _may(declared: Declarations, cycle: Cycle, body: Body, today: date) -> tuple[str, ...]:
    found: list[str] = []
    for one in declared.organisation.people:
        try:
            decide(cycle, body, one.id, declared.organisation, today)
        except AuditError:
            continue
        found.append(one.id)
    return tuple(found)


def _directors(declared: Declarations, cycle: Cycle, today: date) -> tuple[str, ...]:
    return tuple(
        one.id
        for one in declared.organisation.people
        if "director" in one.roles and one.acts_on(today) and one.id not in cycle.worked
    )


def _followed(cycle: Cycle, others: Sequence[Cycle]) -> bool:
    return any(
        other.id != cycle.id
        and other.opened.seq > cycle.opened.seq
        and other.opened.body.scope.overlaps(cycle.opened.body.scope)
        for other in others
    )


def _reviews(declared: Declarations, today: date) -> list[Reminder]:
    found: list[Reminder] = []
    for standard in declared.standards.values():
        if standard.review is None:
            continue
        overdue = standard.review < today
        when = f"{'was due' if overdue else 'is due'} on {day_words(standard.review)}"
        owner = standard.owner or "nobody is named"
        sentence = f"The review of the standard {standard.title!r} {when}."
        # Owners of standards are declared by name or office, not by a person's id.
        people = tuple(one.id for one in declared.organisation.people if one.name == standard.owner)
        found.append(Reminder(standard.review, "review", people, owner, None, sentence, overdue))
    return found
