"""What each word in the last column of the table of rules asks: it passes, or is an AuditError.

A word is asked of a `Moment`: the cycle as it is, what somebody wants to record, and who they are.
Here is what is asked of auditors, scope and samples; settling.py has the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from scorecard.audit.cycle import State
from scorecard.audit.moment import Moment, numbered
from scorecard.audit.scope import Scope
from scorecard.audit.settling import SETTLING
from scorecard.errors import AuditError


def _assigned(m: Moment) -> None:
    if m.person.id not in m.known.auditors:
        raise AuditError(
            "auditor-not-assigned",
            f"{m.person.name} does not audit {m.known.id}; "
            f"{', '.join(map(m.organisation.name_of, m.known.auditors))} do.",
            hint="A director or administrator may change its auditors.",
        )


def _auditors_fit(m: Moment) -> None:
    for id in m.body.auditors:
        person = m.organisation.person(id)
        if person is None or "auditor" not in person.roles or not person.acts_on(m.today):
            why = (
                "is not among the people declared"
                if person is None
                else "is no auditor"
                if "auditor" not in person.roles
                else f"does not act on {m.today}"
            )
            who = person.name if person else repr(id)
            raise AuditError("auditor-unfit", f"{who} {why}.", hint="Name another auditor.")


def _scope_free(m: Moment) -> None:
    mine = _as_today(m, m.scope)
    for other in m.others:
        theirs = _as_today(m, other.opened.body.scope)
        if other.state is not State.CLOSED and mine.overlaps(theirs):
            both = {*m.scope.standards} & {*other.opened.body.scope.standards}
            raise AuditError(
                "scope-taken",
                f"the cycle {other.id!r} ({other.opened.body.title}) is open over the same scope: "
                f"{', '.join(sorted(both))}.",
                hint="Close it first, or choose other standards, departments, teams, touchpoints "
                "or customers.",
            )


def _as_today(m: Moment, scope: Scope) -> Scope:
    """The scope with the departments that there are today: one that was merged is in the other."""
    return scope.model_copy(
        update={
            "departments": tuple(m.organisation.department_today(one) for one in scope.departments)
        }
    )


def _in_scope(m: Moment) -> None:
    held = {(one.standard, one.department) for one in m.scope.requirements}
    for one in getattr(m.body, "comparisons", (m.body,)):
        if (one.standard, one.department) not in held:
            where = m.department_name(one.department)
            was = [
                then
                for standard, then in held
                if standard == one.standard
                and then
                and m.organisation.department_today(then) == one.department
            ]
            known = sorted(then for standard, then in held if standard == one.standard and then)
            raise AuditError(
                "outside-scope",
                f"{one.standard!r} in {where} is not in the scope of {m.known.id}.",
                hint=f"The cycle knows it by the name of its opening: {', '.join(sorted(was))}."
                if was
                else f"There is no such department; it knows {', '.join(known)}."
                if one.department and m.organisation.find_department(one.department) is None
                else "The scope was frozen when the cycle was opened; open another cycle.",
            )


def _sample_fits(m: Moment) -> None:
    for one in m.body.strata:
        said = f"stratum {one.name!r}" if one.name else "the sample"
        taken = (*one.keys, *one.reserve)
        if len(taken) > one.population or len({*taken}) < len(taken):
            what = (
                f"{len(taken)} cases out of {one.population}"
                if len(taken) > one.population
                else "one case more than once"
            )
            raise AuditError(
                "sample-unfit", f"{said} has {what}.", hint="Draw without replacement, and fewer."
            )


def _no_silent_redraw(m: Moment) -> None:
    wanted = (m.body.standard, m.body.department)
    before = [
        one.body.sample
        for one in m.known.samples.values()
        if (one.body.standard, one.body.department) == wanted
    ]
    if before and not m.body.reason.strip():
        raise AuditError(
            "sample-again",
            f"sample {before[-1]} was drawn of the same requirement.",
            hint="Give the reason for drawing again; both samples are kept.",
        )


def _case_drawn(m: Moment) -> None:
    sample = numbered("sample", m.known.samples, m.body.sample).body
    if m.body.criterion not in sample.criteria:
        raise AuditError(
            "case-not-drawn",
            f"sample {m.body.sample} has no criterion {m.body.criterion!r}.",
            hint=f"It has: {', '.join(sample.criteria)}.",
        )
    if m.body.key not in m.known.cases(m.body.sample):
        reserve = any(m.body.key in one.reserve for one in sample.strata)
        raise AuditError(
            "case-not-drawn",
            f"{m.body.key!r} is {'in reserve' if reserve else 'not'} in sample {m.body.sample}.",
            hint="A reserve takes the place of a case that is not applicable, in the order drawn."
            if reserve
            else "Nobody chooses cases; they are drawn.",
        )


def _second_auditor(m: Moment) -> None:
    first = m.known.results.get(m.body.case)
    if first is None or first.by == m.person.id:
        why = "nobody has recorded it yet" if first is None else "the first result is theirs"
        raise AuditError(
            "recheck-not-blind",
            f"{m.person.name} cannot re-check {m.body.key!r}: {why}.",
            hint="A re-check is by another auditor than the first.",
        )


CONDITIONS: dict[str, Callable[[Moment], None]] = {
    "assigned": _assigned,
    "auditors-fit": _auditors_fit,
    "case-drawn": _case_drawn,
    "in-scope": _in_scope,
    "no-silent-redraw": _no_silent_redraw,
    "sample-fits": _sample_fits,
    "scope-free": _scope_free,
    "second-auditor": _second_auditor,
    **SETTLING,
}
