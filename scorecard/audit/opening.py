"""Opening a cycle: its scope and its baseline are frozen as they are at that moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.events import CycleOpened, body_of
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.declare.periods import Grain, Period, containing, parse_period
from scorecard.errors import AuditError, ScorecardError


@dataclass(frozen=True)
class Planned:
    """What somebody wants to audit. Departments by id, name or alias; `period` as people write it.

    `standards` are ids, `auditors` ids of people. Empty places leave them unrestricted.
    """

    title: str
    standards: Sequence[str]
    period: str
    method: str
    auditors: Sequence[str]
    departments: Sequence[str] = ()
    teams: Sequence[str] = ()
    touchpoints: Sequence[str] = ()
    customers: Sequence[str] = ()
    fieldwork_due: date | None = None
    close_due: date | None = None


def open_audit(desk: Desk, id: str, plan: Planned) -> Cycle:
    """Open a cycle under a new id, with the baseline of the period that is known now.

    Raises AuditError `scope-unknown`, `due-before-opening`, `audit-entry-invalid`, or what
    `desk.open` says, and ScorecardError `period-unreadable`. Then nothing was recorded.
    """
    refuse_past(desk, plan.fieldwork_due, plan.close_due)
    scope = freeze_scope(
        desk.declared,
        list(dict.fromkeys(plan.standards)),
        desk.today,
        departments=list(
            dict.fromkeys(desk.organisation.department_today(one) for one in plan.departments)
        ),
        teams=plan.teams,
        touchpoints=plan.touchpoints,
        customers=plan.customers,
    )
    baseline = freeze_baseline(desk.ledger, desk.declared, scope, _periods(desk, plan))
    body = body_of(
        CycleOpened.kind,
        {
            "title": plan.title,
            "scope": scope,
            "baseline": baseline,
            "method": plan.method,
            "auditors": tuple(dict.fromkeys(plan.auditors)),
            "fieldwork_due": plan.fieldwork_due,
            "close_due": plan.close_due,
        },
    )
    assert isinstance(body, CycleOpened)
    return desk.open(id, body)


def refuse_past(desk: Desk, fieldwork_due: date | None, close_due: date | None) -> None:
    """Refuse days that are over for what is to come. Raises AuditError `due-before-opening`."""
    for what, day in (("fieldwork", fieldwork_due), ("the cycle", close_due)):
        if day is not None and day < desk.today:
            raise AuditError(
                "due-before-opening",
                f"{what} is due on {day}, before today, {desk.today}.",
                hint="Give a day that is still to come.",
            )


def _periods(desk: Desk, plan: Planned) -> Callable[[Grain], Period]:
    """The period that is meant, in each grain in which its text can be read.

    In any other it is the one that holds the first day of the period of the first standard for
    which it is one: 2025-26 is a fiscal year, and of what is judged by the month its first month.
    """
    start = desk.organisation.fiscal_year_start
    grains: dict[Grain, None] = dict.fromkeys(
        desk.declared.standards[one].period for one in plan.standards
    )
    found: dict[Grain, Period] = {}
    refused: ScorecardError | None = None
    for grain in grains:
        try:
            found[grain] = parse_period(plan.period, grain, start)
        except ScorecardError as error:
            refused = refused or error
    if not found:
        raise refused or AuditError("scope-unknown", "no standard is named.")
    first = next(iter(found.values())).start
    return lambda grain: found.get(grain) or containing(first, grain, start)
