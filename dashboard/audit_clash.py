"""Two people at once: what the one wanted to record beside what the other has recorded."""

from __future__ import annotations

from dashboard.markup import Html, tag
from scorecard.audit import Clash, body_of
from scorecard.declare.load import Declarations
from scorecard.report.audit_history import told
from scorecard.report.audit_names import Names


def clash_shown(clash: Clash, declared: Declarations) -> Html:
    """Both versions, and how to go on."""
    names = Names(declared)
    theirs = [
        tag(
            "p",
            f"{names.person(one.actor)} {told(names, body_of(one.kind, one.body))}.",
            tag("span", f" {names.moment(one.at)}", class_="small"),
        )
        for one in clash.since
    ]
    return tag(
        "div",
        tag("p", tag("b", "Not recorded: somebody was first. "), "Nothing you typed is lost."),
        tag(
            "div",
            tag("div", tag("h3", "Recorded meanwhile"), *theirs),
            tag("div", tag("h3", "Yours"), tag("p", f"You {told(names, clash.mine)}.")),
            class_="pair",
        ),
        tag(
            "p",
            "Change yours in the form, or leave it; to send it off again records it on top of "
            "theirs. Both stay in the history.",
        ),
        class_="refusal",
        role="alert",
    )
