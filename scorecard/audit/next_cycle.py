"""The follow-up of a cycle: the same scope at the standards of now, the result as baseline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.events import CycleOpened, body_of
from scorecard.audit.opening import refuse_past
from scorecard.audit.scope import Figure, Requirement, Scope, freeze_scope
from scorecard.errors import AuditError

_PREFIX = "Follow-up: "


class FollowUp(NamedTuple):
    """The opening of a follow-up; `left_out` are sentences on what could not be taken over."""

    opening: CycleOpened
    left_out: tuple[str, ...]


def next_opening(
    desk: Desk,
    cycle: Cycle,
    *,
    title: str | None = None,
    method: str | None = None,
    auditors: Sequence[str] | None = None,
    fieldwork_due: date | None = None,
    close_due: date | None = None,
) -> FollowUp:
    """What opens the cycle after `cycle`; nothing is recorded.

    Its scope are the same standards and places, with the expected values that are in force today,
    or on the later day on which the last value written by `cycle` comes into force. Its baseline
    are the figures of the re-audit. Title, method and auditors are the former ones unless given.

    Raises AuditError `reaudit-missing`, `due-before-opening`, `scope-unknown`.
    """
    if cycle.comparison is None:
        raise AuditError(
            "reaudit-missing",
            f"The re-audit of {cycle.id} is not recorded; its result is the next baseline.",
            hint="Record it, or open a cycle of its own with a baseline of its own.",
        )
    refuse_past(desk, fieldwork_due, close_due)
    before = cycle.opened.body
    told: list[str] = []
    scope = _scope(desk, before.scope, _day(desk, cycle), told)
    baseline = _baseline(cycle.comparison.body.figures, before.scope, scope, told)
    opening = body_of(
        CycleOpened.kind,
        {
            "title": title or _PREFIX + before.title.removeprefix(_PREFIX),
            "scope": scope,
            "baseline": baseline,
            "method": method or before.method,
            "auditors": tuple(auditors or cycle.auditors),
            "fieldwork_due": fieldwork_due,
            "close_due": close_due,
            "after": cycle.id,
        },
    )
    assert isinstance(opening, CycleOpened)
    return FollowUp(opening, tuple(told))


def _day(desk: Desk, cycle: Cycle) -> date:
    """From when on the standards are taken: a value just tightened is what is audited next."""
    written = [
        one.decided.body.from_
        for one in cycle.proposals.values()
        if one.written and one.decided and one.decided.body.from_
    ]
    return max([desk.today, *written])


def _scope(desk: Desk, before: Scope, day: date, told: list[str]) -> Scope:
    there = [one for one in before.standards if one in desk.declared.standards]
    gone = [one for one in before.standards if one not in there]
    told += [f"The standard {one!r} is declared no more." for one in gone]
    if not there:
        raise AuditError("scope-unknown", "None of the standards in scope is declared any more.")
    departments: list[str] = []
    for one in before.departments:
        now = desk.organisation.find_department(one)
        if now is None:
            told.append(f"There is no department {one!r} any more.")
        elif now not in departments:
            departments.append(now)
    if before.departments and not departments:
        # An empty list would mean all of them.
        raise AuditError("scope-unknown", "None of the departments in scope is there any more.")
    teams = {team.id for one in desk.organisation.departments for team in one.teams}
    told += [f"There is no team {one!r} any more." for one in before.teams if one not in teams]
    if before.teams and not teams & {*before.teams}:
        raise AuditError("scope-unknown", "None of the teams in scope is there any more.")
    reported = [
        one
        for one in there
        if not departments
        or any(desk.declared.standards[one].reported_by(each) for each in departments)
    ]
    told += [
        f"None of the departments in scope reports {one!r} any more."
        for one in there
        if one not in reported
    ]
    if not reported:
        raise AuditError("scope-unknown", "No department in scope reports its standards any more.")
    return freeze_scope(
        desk.declared,
        reported,
        day,
        departments=departments,
        teams=[one for one in before.teams if one in teams],
        touchpoints=before.touchpoints,
        customers=before.customers,
    )


def _baseline(
    figures: Sequence[Figure], before: Scope, scope: Scope, told: list[str]
) -> tuple[Figure, ...]:
    """The figures of requirements that are still measured as they were."""
    was = {_key(one): one for one in before.requirements}
    now = {_key(one): one for one in scope.requirements}
    kept: list[Figure] = []
    for one in figures:
        key = (one.standard, one.department)
        place = one.department or "the organisation as a whole"
        if key not in now:
            if one.standard in scope.standards:
                told.append(
                    f"The re-audit's figure of {one.standard!r} in {place} is no baseline: the "
                    "standard is not reported there any more."
                )
        elif key in was and was[key].definition != now[key].definition:
            told.append(
                f"The metric of {one.standard!r} is defined otherwise since: no baseline for "
                f"{place}."
            )
        elif key in was and was[key].where != now[key].where:
            told.append(
                f"The standard {one.standard!r} is about other records since: no baseline for "
                f"{place}."
            )
        else:
            kept.append(one)
    return tuple(kept)


def _key(one: Requirement) -> tuple[str, str | None]:
    return one.standard, one.department
