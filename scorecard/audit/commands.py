"""A command is an event that somebody wants to happen: allowed and numbered here, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from scorecard.audit.body import Body
from scorecard.audit.conditions import CONDITIONS
from scorecard.audit.cycle import Cycle
from scorecard.audit.doing import DOING, begun
from scorecard.audit.moment import Moment
from scorecard.audit.rules import RULES, Rule
from scorecard.declare.organisation import Organisation, Person, Role
from scorecard.errors import AuditError

# What is numbered when it is new: by kind the field, and where the cycle keeps it.
_NUMBERED = {
    "sample-drawn": ("sample", "samples"),
    "finding-raised": ("finding", "findings"),
    "action-planned": ("action", "actions"),
    "tightening-proposed": ("proposal", "proposals"),
}

# A role as one is it, and those who have it.
_ROLES: dict[Role, tuple[str, str]] = {
    "director": ("a director", "directors"),
    "auditor": ("an auditor", "auditors"),
    "lead": ("a lead", "leads"),
    "staff": ("staff", "staff"),
    "administrator": ("an administrator", "administrators"),
}


def decide(
    cycle: Cycle | None,
    body: Body,
    by: str,
    organisation: Organisation,
    today: date,
    others: Sequence[Cycle] = (),
) -> Body:
    """The body as it may be recorded by the person with the id `by`, with its number.

    `cycle` is None for an opening; `others` are the organisation's other cycles, which openings
    and reopenings are held against. Reads and writes nothing.

    Raises AuditError: `person-unknown`, `person-away`, `role-may-not`, `department-may-not`,
    `state-forbids`, `signed-already`, or what a condition of its rule says.
    """
    rule = RULES[body.kind]
    person = _person(organisation, by, today)
    if not {*rule.roles} & {*person.roles}:
        raise AuditError(
            "role-may-not",
            f"{person.name} is {_listed([_ROLES[one][0] for one in person.roles])}; "
            f"{DOING[body.kind]} is for {_listed([_ROLES[one][1] for one in rule.roles])}.",
        )
    moment = Moment(cycle, body, person, organisation, today, others)
    _refuse_state(moment, rule)
    _refuse_elsewhere(moment, rule)
    for word in rule.only_if:
        CONDITIONS[word](moment)
    if cycle is None or body.kind not in _NUMBERED:
        return body
    name, kept = _NUMBERED[body.kind]
    return body.model_copy(update={name: max(getattr(cycle, kept), default=0) + 1})


def _person(organisation: Organisation, by: str, today: date) -> Person:
    person = organisation.person(by)
    if person is None:
        raise AuditError(
            "person-unknown",
            f"{by!r} is not among the people of {organisation.name}.",
            hint="Declare them under [[people]] in organisation.toml.",
        )
    if not person.acts_on(today):
        when = (
            f"left after {person.until}"
            if person.until and person.until < today
            else f"comes on {person.since}"
        )
        raise AuditError(
            "person-away",
            f"{person.name} {when}; today is {today}.",
            hint="A director or administrator may name another auditor.",
        )
    return person


def _refuse_state(moment: Moment, rule: Rule) -> None:
    cycle = moment.cycle
    if cycle is None:
        if rule.states:
            raise AuditError(
                "state-forbids", f"{begun(rule.kind)} takes a cycle, and there is none yet."
            )
        return
    if cycle.state not in rule.states:
        told = (
            f"is possible while a cycle is {_listed([one.standing for one in rule.states], 'or')}"
            if rule.states
            else "takes another id"
        )
        raise AuditError(
            "state-forbids", f"{cycle.id} is {cycle.state.standing}; {DOING[rule.kind]} {told}."
        )
    if cycle.signature is not None and not rule.signed:
        raise AuditError(
            "signed-already",
            f"{cycle.id} was signed by {moment.organisation.name_of(cycle.signature.by)}, and is "
            "frozen.",
            hint="A director may reopen it with a reason, which withdraws the signature.",
        )


def _refuse_elsewhere(moment: Moment, rule: Rule) -> None:
    """Refuse where a person's departments are not those concerned. Who has none covers all."""
    today = moment.organisation.department_today
    mine = {today(one) for one in moment.person.departments}
    if not mine:
        return
    places = _places(moment, rule)
    inside = [one is not None and today(one) in mine for one in places]
    if any(inside) if rule.part == "some" else all(inside):
        return
    wanted = _listed([moment.department_name(one) for one in places])
    belongs = _listed(sorted(moment.department_name(one) for one in mine))
    raise AuditError(
        "department-may-not",
        f"{moment.person.name} belongs to {belongs}; {DOING[rule.kind]} here concerns {wanted}.",
        hint="Somebody of that department, or of the whole organisation, may.",
    )


def _places(moment: Moment, rule: Rule) -> list[str | None]:
    body: Any = moment.body
    if rule.part == "its":
        if hasattr(body, "department"):
            return [body.department]
        if getattr(body, "sample", None) is not None:
            sample = moment.known.samples.get(body.sample)
            return [sample.body.department] if sample else [None]
        if hasattr(body, "proposal"):
            return [moment.proposal.proposed.body.department]
    if rule.part != "all" and getattr(body, "finding", getattr(body, "action", None)) is not None:
        return [moment.finding.department]
    return list(dict.fromkeys(one.department for one in moment.scope.requirements))


def _name(organisation: Organisation, id: str) -> str:
    person = organisation.person(id)
    return person.name if person else id


def _listed(words: Sequence[str], last: str = "and") -> str:
    *some, end = words
    return f"{', '.join(some)} {last} {end}" if some else str(end)
