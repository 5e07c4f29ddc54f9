"""What people do with a proposed expected value: propose one, and decide."""

from __future__ import annotations

from datetime import date

from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.events import TighteningDecided, TighteningProposed, body_of
from scorecard.audit.moment import numbered
from scorecard.declare.periods import containing
from scorecard.declare.standards import Standard
from scorecard.declare.suggest import hint
from scorecard.errors import AuditError


def propose(
    desk: Desk,
    id: str,
    *,
    standard: str,
    department: str | None,
    value: float,
    ground: str,
    seen: int | None = None,
) -> Cycle:
    """Record a person's own proposal: tighter or easier than what is in force today.

    `department` None: the organisation as a whole, or the one department that reports it. Raises
    AuditError `standard-unknown`, `nothing-in-force`, `outside-scope`, or what `record` says.
    """
    held = _standard(desk, standard)
    where = department or held.department
    present = held.expected_on(desk.today, where)
    if present is None or present.value is None:
        raise AuditError(
            "nothing-in-force",
            f"No expected value of {standard!r} is in force today, {desk.today}.",
            hint="Declare a first one by hand; an audit makes it tighter.",
        )
    side = "at_least" if present.at_least is not None else "at_most"
    data = {"standard": standard, "department": where, "side": side, "value": value}
    body = body_of(TighteningProposed.kind, {**data, "current": present.value, "ground": ground})
    return desk.record(id, body, seen=seen)


def decide_on(
    desk: Desk,
    id: str,
    number: int,
    decision: str,
    reason: str,
    *,
    value: float | None = None,
    from_: date | None = None,
    seen: int | None = None,
) -> Cycle:
    """Record what a person made of a proposal.

    decision   accepted, changed or declined
    value      of a changed one; an accepted one has the proposal's
    from_      the day it comes into force: the first day of the next period unless given

    Raises AuditError `audit-number-unknown`, `standard-unknown`, `expected-in-past`, or what
    `record` says.
    """
    proposed = numbered("proposal", desk.cycle(id).proposals, number).proposed.body
    if decision == "accepted" and value is None:
        value = proposed.value
    if decision != "declined":
        following = next_period(desk, _standard(desk, proposed.standard))
        from_ = from_ or following
        if from_ < desk.today:
            raise AuditError(
                "expected-in-past",
                f"{from_} is before today, {desk.today}: periods that were judged would be judged "
                "anew.",
                hint=f"Decide for {following}, the first day of the next period, or later.",
            )
    data = {"proposal": number, "decision": decision, "reason": reason}
    body = body_of(TighteningDecided.kind, {**data, "value": value, "from_": from_})
    return desk.record(id, body, seen=seen)


def next_period(desk: Desk, standard: Standard) -> date:
    """The first day of the period that follows today's."""
    start = desk.organisation.fiscal_year_start
    return containing(desk.today, standard.period, start).next().start


def _standard(desk: Desk, id: str) -> Standard:
    held = desk.declared.standards.get(id)
    if held is None:
        raise AuditError(
            "standard-unknown",
            f"There is no standard {id!r}.",
            hint=hint(id, desk.declared.standards),
        )
    return held
