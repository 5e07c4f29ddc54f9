"""All audit cycles: the sentence, and a line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.audit_acting import Acting
from dashboard.audit_words import department_link
from dashboard.markup import Html, html, joined, tag
from dashboard.parts import choose, lead, notices
from dashboard.state import Filters
from dashboard.tables import Column, table
from scorecard.audit import Cycle, Desk, State
from scorecard.report.audit_names import Names
from scorecard.report.audit_open_findings import concerns
from scorecard.report.audits import AuditLine, AuditList, audit_list
from scorecard.report.phrases import counted, day_words

_COLUMNS = ("Cycle", "State", "Where", "Findings open", "Actions open", "Overdue", "Next", "Signed")
_OPENING = """\
scorecard audit --as PERSON open CYCLE --title "What people call it" \\
  --standard STANDARD --department DEPARTMENT --period 2026-02 \\
  --method "How it is audited" --auditor PERSON"""
_STATES: dict[str, tuple[str, Callable[[AuditLine], bool]]] = {
    "": ("All", lambda line: True),
    "open": ("Open", lambda line: line.state is not State.CLOSED),
    "overdue": ("Overdue", lambda line: bool(line.overdue)),
    "closed": ("Closed", lambda line: line.state is State.CLOSED),
}


def show_list(desk: Desk, cycles: Sequence[Cycle], filters: Filters, who: Acting) -> None:
    """Draw the list; with a department in the address, the cycles that it is in."""
    found = audit_list(desk.declared, cycles, desk.today)
    synthetic = "Synthetic data: " if found.synthetic else ""
    lead("Audit cycles", f"{synthetic}{found.sentence}", [found.organisation])
    if filters.cycle:
        notices([f"There is no audit cycle “{filters.cycle}” here. Below are those there are."])
    if not found.lines:
        st.html(
            tag("p", "A cycle is opened at the command line, which freezes its scope and baseline:")
            + tag("pre", tag("code", _OPENING), tabindex="0")
            + tag("p", "Its whole course is described in docs/auditing/commands.md.", class_="note")
            + tag("p", who.told, class_="acting")
        )
        return
    _choose(desk, found, filters)
    lines = [
        (line, cycle)
        for line, cycle in zip(found.lines, reversed(cycles), strict=True)
        if _STATES.get(filters.state or "", _STATES[""])[1](line) and _is_in(desk, cycle, filters)
    ]
    if lines:
        rows = [_cells(line, _where(desk, cycle, filters), filters) for line, cycle in lines]
        st.html(table("The latest first", [Column(name) for name in _COLUMNS], rows))
    else:
        notices(["None of the cycles is so. Choose another state or department above."])
    st.html(tag("p", who.told, class_="acting"))


def _choose(desk: Desk, found: AuditList, filters: Filters) -> None:
    states, places, _ = st.columns([1, 1, 2])
    with states:
        choose(
            "State",
            {key: text for key, (text, _) in _STATES.items()},
            filters.state if filters.state in _STATES else "",
            filters,
            lambda state: filters.but(state=state or None),
        )
    with places:
        choose(
            "Department",
            {"": "All departments"} | {one.id: one.name for one in desk.organisation.departments},
            filters.department or "",
            filters,
            lambda id: filters.but(department=id or None),
        )


def _is_in(desk: Desk, cycle: Cycle, filters: Filters) -> bool:
    chosen = filters.department
    return chosen is None or concerns(desk.organisation, cycle, chosen)


def _cells(line: AuditLine, where: Html, filters: Filters) -> list[object]:
    link = filters.but(cycle=line.id, step=None, sample=None, finding=None).link("audits")
    graded = [f"{n} {grade}" for grade, n in line.findings_open.items() if n]
    late = len(line.overdue)
    signed = f"✓ {line.signed_by}" if line.signed_by else "○ not yet"
    return [
        tag("a", line.title, href=link) + tag("div", line.id, class_="small"),
        html(line.state) + tag("div", f"{line.pdca} · {line.dmaic}", class_="small"),
        where,
        ", ".join(graded) or "none",
        f"{line.actions_open:,}, {line.actions_done:,} done" if line.actions_open else "none",
        tag("span", f"■ {counted(late, 'matter')}", class_="status missed")
        + joined(tag("div", _short(one, line), class_="small") for one in line.overdue[:2])
        if late
        else html("none"),
        html(day_words(line.next_day))
        + tag("div", _short(line.next_what, line), class_="small clamp")
        if line.next_day
        else html("–"),
        html("■ waits for a signature") if line.waits_for_signature else html(signed),
    ]


def _where(desk: Desk, cycle: Cycle, filters: Filters) -> Html:
    """Departments and standards, each a link to its page."""
    held = cycle.opened.body.scope.requirements
    names = Names(desk.declared)
    places = {one.department: names.department(one.department) for one in held}
    standards = {one.standard: one for one in held}
    return joined((department_link(filters, *each) for each in places.items()), ", ") + tag(
        "div",
        joined(
            (
                tag(
                    "a",
                    one.title,
                    href=filters.place_link("standard", one.standard, one.department),
                )
                for one in standards.values()
            ),
            ", ",
        ),
        class_="small clamp",
    )


def _short(sentence: str, line: AuditLine) -> str:
    return sentence.removeprefix(f"{line.title}: ")
