"""A cycle's findings on its page, each with all that stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.audit_words import LIES_IN, NATURES, ORIGINS, evidence_list, place_links
from dashboard.markup import Html, joined, tag
from dashboard.parts import heading
from dashboard.state import Filters
from dashboard.tables import definitions
from scorecard.report.audit_cycle import AuditView
from scorecard.report.audit_findings import ActionLine, Cause, FindingLine, Said
from scorecard.report.phrases import day_words

_ORDER = ("major", "minor", "observation")


def findings(view: AuditView, filters: Filters) -> Html:
    """The open ones first, the gravest of them on top. What people typed stays text."""
    told = heading("Findings and actions")
    if not view.findings:
        return told + tag("p", "No finding has been raised.", class_="note")
    order = sorted(
        view.findings, key=lambda one: (not one.open, _ORDER.index(one.grade), one.number)
    )
    return told + joined(_finding(one, filters) for one in order) + _whole(view)


def _finding(one: FindingLine, filters: Filters) -> Html:
    standing = "■ open" if one.open else "✓ settled"
    return tag(
        "details",
        tag(
            "summary",
            tag("b", f"{one.number} · {one.grade} · {standing}"),
            f" · {one.department_name} · {one.text}",
        ),
        definitions(
            [
                (
                    "Requirement",
                    place_links(
                        filters, one.standard, one.title, one.department, one.department_name
                    ),
                ),
                ("Team", one.team),
                ("Nature", NATURES[one.nature]),
                ("Lies in", LIES_IN[one.lies_in]),
                ("From", _from(one)),
                ("Raised", f"by {one.by}, {one.at}"),
                ("Evidence", evidence_list(one.evidence)),
                ("Cause", joined(map(_cause, one.causes))),
                ("Actions", joined(map(_action, one.actions))),
                ("Controls", _said(one.controls)),
                ("Staff", _said(one.staff)),
                ("Management", _said(one.management)),
            ]
        ),
        tag("details", tag("summary", "Each step"), _said(one.history), class_="more"),
        class_="finding",
    )


def _from(one: FindingLine) -> str:
    origin = ORIGINS.get(one.origin, one.origin)
    return f"{origin}, case {one.case}" if one.case else origin


def _cause(one: Cause) -> Html:
    if not one.whys:
        return tag("p", one.said.text)
    return tag("ol", *(tag("li", why) for why in one.whys), class_="whys")


def _action(one: ActionLine) -> Html:
    when = (
        f"✓ done on {day_words(one.done_on)}"
        if one.done_on
        else f"{'■ overdue, was due on' if one.overdue else 'due on'} {day_words(one.due)}"
    )
    parts = [
        f"{one.number}. {one.text} ({one.sort}) – {one.owner_name}, {when}",
        f"expected effect: {one.effect_words}" if one.effect_words else "",
        one.worked_words,
        f"control: {one.control}" if one.control else "",
    ]
    return tag("p", "; ".join(part for part in parts if part)) + evidence_list(one.evidence)


def _said(texts: Sequence[Said]) -> Html:
    return joined(
        tag("p", one.text, tag("span", f" {one.who}, {one.at}", class_="small")) for one in texts
    )


def _whole(view: AuditView) -> Html:
    if not view.staff and not view.management:
        return Html()
    return definitions(
        [
            ("Staff on the whole", _said(view.staff)),
            ("Management on the whole", _said(view.management)),
        ]
    )
