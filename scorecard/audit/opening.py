"""Opening a cycle: its scope and its baseline are frozen as they are at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.events import CycleOpened, body_of
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.declare.periods import parse_period
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
    for what, day in (("fieldwork", plan.fieldwork_due), ("the cycle", plan.close_due)):
        if day is not None and day < desk.today:
            raise AuditError(
                "due-before-opening",
                f"{what} is due on {day}, before today, {desk.today}.",
                hint="Give a day that is still to come.",
            )
    scope = freeze_scope(
        desk.declared,
        list(dict.fromkeys(plan.standards)),
        desk.today,
        departments=list(
            dict.fromkeys(desk.organisation.find_department(one) or one for one in plan.departments)
        ),
        teams=plan.teams,
        touchpoints=plan.touchpoints,
        customers=plan.customers,
    )
    baseline = freeze_baseline(
        desk.ledger, desk.declared, scope, _first_day(desk, plan.standards, plan.period)
    )
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


def _first_day(desk: Desk, standards: Sequence[str], text: str) -> date:
    """The first day of the period in the grain of the first standard for which it is one."""
    start = desk.organisation.fiscal_year_start
    grains = dict.fromkeys(desk.declared.standards[one].period for one in standards)
    refused: ScorecardError | None = None
    for grain in grains:
        try:
            return parse_period(text, grain, start).start
        except ScorecardError as error:
            refused = refused or error
    raise refused or AuditError("scope-unknown", "no standard is named.")
