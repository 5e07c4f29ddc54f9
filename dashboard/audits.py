"""The Audit cycles page: all cycles, or one of them with the form in which an auditor works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import (
    audit_form_course,
    audit_form_finding,
    audit_form_reaudit,
    audit_form_result,
    audit_form_sample,
)
from dashboard.audit_acting import Acting, acting
from dashboard.audit_cycle import (
    compared,
    counts,
    departments_of,
    events,
    individual_or_system,
    proposed,
    ribbon,
    samples,
    sign_off,
)
from dashboard.audit_findings import findings
from dashboard.audit_form import Sheet, Step, opened, show_form
from dashboard.audit_form_reaudit import waits
from dashboard.audit_list import show_list
from dashboard.audit_words import finding_name
from dashboard.data import Version, current_cycles, desk_of, kept
from dashboard.markup import Html, tag
from dashboard.parts import choose, heading, lead, notices, page
from dashboard.state import Filters
from scorecard.audit import Cycle, Desk
from scorecard.ledger import head
from scorecard.report.audit_cycle import desk_view
from scorecard.report.audit_samples import sample_lines
from scorecard.report.audit_teams import team_lines
from scorecard.report.board import Board
from scorecard.report.opened import Opened
from scorecard.report.phrases import listed

_STEPS = (
    *audit_form_result.STEPS,
    *audit_form_reaudit.STEPS,
    *audit_form_sample.STEPS,
    *audit_form_finding.STEPS,
    *audit_form_course.STEPS,
)


@page("audits")
def show(board: Board, scorecard: Opened, version: Version, filters: Filters) -> None:
    """Draw the page. Cycles are read anew where anybody has gone on with one."""
    desk = desk_of(scorecard)
    who = acting(desk.organisation, desk.today)
    if who.person:
        desk = replace(desk, by=who.person.id)
    cycles, _ = current_cycles(scorecard, version)
    chosen = next((one for one in cycles if one.id == filters.cycle), None)
    if chosen is None:
        show_list(desk, cycles, filters, who)
    else:
        _show_cycle(desk, version, chosen, cycles, filters, who)
    if last := head(desk.ledger):
        told = "Head of the chain: ", tag("code", str(last))
        st.html(tag("p", *told, class_="small hash"))


def _show_cycle(
    desk: Desk,
    version: Version,
    cycle: Cycle,
    others: Sequence[Cycle],
    filters: Filters,
    who: Acting,
) -> None:
    view = desk_view(desk, cycle, others)
    line = view.summary
    lead(
        line.title,
        f"{'Synthetic data: ' if view.synthetic else ''}{view.sentence}",
        [
            tag("a", "All audit cycles", href=filters.but(cycle=None, step=None).link("audits")),
            departments_of(view, filters),
            f"Auditors: {listed(line.auditors)}",
            f"Version {view.version}",
        ],
    )
    notices([one.text for one in view.notices])
    st.html(ribbon(view, filters) + counts(view))
    left, right = st.columns([11, 9], gap="large")
    with left:
        step, record = _show_record(desk, cycle, filters, who)
    blind = step is not None and step.kind == "recheck-recorded"
    with right:
        st.html(record + findings(view, filters) + samples(view, blind=blind))
    st.html(compared(view, filters))
    if view.proposals:
        st.html(proposed(view))
    # Figures up to the frozen baseline: no event changes them.
    teams = kept(
        version, ("teams", cycle.id), lambda: team_lines(desk.declared, desk.ledger, cycle)
    )
    if teams:
        st.html(individual_or_system(teams, filters))
    st.html(sign_off(view))
    st.html(events(view, blind=blind))


def _show_record(
    desk: Desk, cycle: Cycle, filters: Filters, who: Acting
) -> tuple[Step | None, Html]:
    """Draw the form; the step that it is of, where there is one for this person, and the record of
    the case that it is about.
    """
    st.html(heading("Record") + tag("p", who.told, class_="acting"))
    if who.person is None:
        return None, Html()
    steps = {one.kind: one for one in _STEPS if _offered(one, cycle, who)}
    if not steps:
        st.html(
            tag(
                "p",
                f"While the cycle is {cycle.state.standing}, {who.person.name} has nothing to "
                f"record as {listed(who.person.roles)}.",
            )
        )
        return None, Html()
    step = steps[filters.step if filters.step in steps else next(iter(steps))]
    what, of_what = st.columns(2)
    with what:
        choose(
            "What do you want to record?",
            {kind: one.title for kind, one in steps.items()},
            step.kind,
            filters,
            lambda kind: filters.but(step=kind),
        )
    sheet, seen = opened(step, desk, cycle, filters)
    with of_what:
        _choose_subject(step, desk, cycle, filters)
    record = _choose_case(step, sheet) if step.about == "sample" else Html()
    show_form(step, sheet, seen)
    return step, record


def _choose_case(step: Step, sheet: Sheet) -> Html:
    """The case that the form is about, which the record beside it is of."""
    cases, line = audit_form_result.chosen_case(sheet, step.kind)
    key = line.key if line else None
    choose("Case", cases, key, sheet.filters, lambda one: sheet.filters.but(case=one))
    if key is None:
        return Html()
    sample = audit_form_result.chosen_sample(sheet.cycle, sheet.filters.sample)
    return audit_form_result.record_of(sheet.desk, sheet.cycle, sample, key)


def _offered(step: Step, cycle: Cycle, who: Acting) -> bool:
    """Whether the step is for this person now, and there is what it is about."""
    assert who.person is not None
    there = {
        "sample": bool(cycle.samples),
        "finding": bool(cycle.open_findings),
        "settled": any(not one.open for one in cycle.findings.values()),
        "action": any(not one.done for one in cycle.actions.values()),
        "done": any(one.done for one in cycle.actions.values()),
        "compared": cycle.comparison is not None,
        "proposal": any(waits(one, easier=False) for one in cycle.proposals.values()),
        "easier": any(waits(one, easier=True) for one in cycle.proposals.values()),
    }
    return there.get(step.about, True) and step.open_to(cycle, who.person.roles)


def _choose_subject(step: Step, desk: Desk, cycle: Cycle, filters: Filters) -> None:
    if step.about == "sample":
        number = audit_form_result.chosen_sample(cycle, filters.sample)
        options = {
            str(one.number): f"{one.number} · {one.department_name} · {one.title}"
            for one in sample_lines(desk.declared, cycle)
        }
        choose("Sample", options, str(number), filters, lambda n: filters.but(sample=n, case=None))
    elif step.about in ("finding", "settled"):
        settled = step.about == "settled"
        found = audit_form_finding.chosen_finding(cycle, filters.finding, settled=settled)
        options = {
            str(n): finding_name(one)
            for n, one in cycle.findings.items()
            if one.open is not settled
        }
        current = str(found.number) if found else None
        choose("Which finding", options, current, filters, lambda n: filters.but(finding=n))
