"""What audits have overdue, on the Overview; and their open findings, on a department's page."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.audit_words import place_links
from dashboard.markup import Html, html, tag
from dashboard.parts import heading
from dashboard.state import Filters
from dashboard.tables import Column, table
from scorecard.report.audit_open_findings import DepartmentAudits, OpenFinding
from scorecard.report.audit_overdue import AuditsOverdue, OverdueLine
from scorecard.report.phrases import counted, day_words

# As many as a page about something else shows; the page of audits has all.
_LINES = 10
_FINDINGS = 20


def overdue_fact(view: AuditsOverdue, at: Filters) -> Html:
    """For the facts at the head of a page: how much is overdue and unsigned."""
    parts = [f"{view.overdue:,} overdue"] if view.overdue else []
    parts += [f"{view.unsigned:,} to be signed"] if view.unsigned else []
    return tag("a", f"Audits: {', '.join(parts)}", href=at.cycle_link(None))


def overdue_section(view: AuditsOverdue, at: Filters) -> Html:
    """Overdue actions and unsigned audits; one line where there is nothing of them."""
    link = tag("a", "All audit cycles", href=at.cycle_link(None))
    told = heading("Audits") + tag("p", view.sentence, " ", link)
    if not view.lines:
        return told
    shown = view.lines[:_LINES]
    return told + table(
        f"What is overdue the longest first, then what waits for a signature{_some(shown, view)}",
        [Column("Audit"), Column("What"), Column("Who acts")],
        [_overdue(one, at) for one in shown],
    )


def _some(shown: Sequence[OverdueLine], view: AuditsOverdue) -> str:
    if len(shown) == len(view.lines):
        return ""
    return f": the first {len(shown)} of {len(view.lines)}"


def _overdue(one: OverdueLine, at: Filters) -> list[object]:
    sign = "■ overdue" if one.overdue else "○ not signed"
    kind = "status missed" if one.overdue else "status unknown"
    return [
        tag("a", one.title, href=at.cycle_link(one.cycle)),
        tag("span", sign, class_=kind) + html(f" {one.what}"),
        one.who,
    ]


def findings_section(view: DepartmentAudits, at: Filters) -> Html:
    """Open findings by age; that there is none, and that there was no audit, are two sentences."""
    told = heading("Open findings") + tag("p", view.sentence)
    if not view.cycles:
        return told
    link = at.cycle_link(None)
    told += tag("p", tag("a", "Its audit cycles", href=link), class_="small")
    if not view.findings:
        return told
    shown = view.findings[:_FINDINGS]
    many = len(view.findings)
    some = f": the first {len(shown)} of {many}" if len(shown) < many else ""
    return told + table(
        f"Findings that are not settled, the oldest first{some}",
        [
            Column("Finding"),
            Column("Grade"),
            Column("Standard"),
            Column("Open for"),
            Column("Next action"),
            Column("Who acts"),
            Column("Due"),
        ],
        [_finding(one, at) for one in shown],
        kind="findings",
    )


def _finding(one: OpenFinding, at: Filters) -> list[object]:
    cycle = tag("a", f"{one.cycle_title}, finding {one.number}", href=at.cycle_link(one.cycle))
    days = counted(one.days, "day")
    due = html(day_words(one.due)) if one.due else html("–")
    if one.overdue:
        due += tag("div", "■ overdue", class_="status missed")
    return [
        tag("span", one.text, class_="clamp", title=one.text) + tag("div", cycle, class_="small"),
        one.grade,
        place_links(at, one.standard, one.title, one.department, one.department_name),
        html(days) + tag("div", f"since {day_words(one.since)}", class_="small"),
        tag("span", one.next, class_="clamp", title=one.next),
        one.owner or "–",
        due,
    ]
