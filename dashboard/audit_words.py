"""Words and small lists of an audit that several parts of its page show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboard.markup import Html, tag
from dashboard.state import Filters
from scorecard.audit import Cycle
from scorecard.audit.body import Grade, Outcome
from scorecard.audit.cycle import Finding
from scorecard.audit.evidence import Reference
from scorecard.declare.load import Declarations
from scorecard.report.phrases import day_words, shortened
from scorecard.report.rows import department_name

OUTCOMES: dict[Outcome, str] = {
    "met": "met",
    "not-met": "not met",
    "not-applicable": "not applicable",
}
GRADES: dict[Grade, str] = {"major": "major", "minor": "minor", "observation": "observation"}
NATURES = {"fault": "fault", "improvement": "opportunity for improvement"}
LIES_IN = {"system": "the system of work", "individual": "individual work"}
ORIGINS: dict[str, str] = {
    "audit": "the audit itself",
    "sample-disagreement": "sample and records disagree",
    "complaint": "a complaint",
    "hostile-feedback": "hostile feedback",
}


def requirements(cycle: Cycle, declared: Declarations) -> dict[int, str]:
    """The requirements in scope by their place in it: title and department."""
    return {
        index: f"{one.title} · {department_name(declared, one.department)}"
        for index, one in enumerate(cycle.opened.body.scope.requirements)
    }


def place_links(
    filters: Filters, standard: str, title: str, department: str | None, name: str
) -> Html:
    """A requirement: the standard's title above the department's name, each a link to its page."""
    link = filters.place_link("standard", standard, department)
    return tag("a", title, href=link) + tag(
        "div", department_link(filters, department, name), class_="small"
    )


def department_link(filters: Filters, department: str | None, name: str) -> Html:
    """A department's name as a link to its page; the whole organisation's leads to the Overview."""
    page = "department" if department else "overview"
    return tag("a", name, href=filters.place_link(page, None, department))


def finding_name(finding: Finding) -> str:
    """A finding in a list: its number, its grade and the beginning of its text."""
    return f"{finding.number} · {finding.grade} · {shortened(finding.wording.text, 70)}"


def people(declared: Declarations, day: date) -> dict[str, str]:
    """The names of all who act on a day, by id."""
    return {one.id: one.name for one in declared.organisation.people if one.acts_on(day)}


def evidence_list(kept: Sequence[Reference]) -> Html:
    """Pieces of evidence with the hash each is kept under, and the day it is of."""
    if not kept:
        return Html()
    return tag(
        "ul",
        *(
            tag(
                "li",
                f"{one.name}, {one.bytes:,} bytes, of {day_words(date.fromisoformat(one.dated))}, "
                f"brought {one.brought_at[:10]}, SHA-256 ",
                tag("code", one.sha256, class_="hash"),
            )
            for one in kept
        ),
        class_="evidence",
    )
