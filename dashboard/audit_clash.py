"""Two people at once: what the one wanted to record beside what the other has recorded."""

from __future__ import annotations

from dashboard.markup import Html, tag
from dashboard.tables import definitions
from scorecard.report.audit_clash import ClashView, Version


def clash_shown(found: ClashView) -> Html:
    """Both versions, and how to go on."""
    return tag(
        "div",
        tag("p", tag("b", "Not recorded: somebody was first. "), "Nothing you typed is lost."),
        tag(
            "div",
            tag("div", tag("h3", "Recorded meanwhile"), *map(_version, found.theirs)),
            tag("div", tag("h3", "Yours, not recorded"), _version(found.mine)),
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


def _version(one: Version) -> Html:
    when = tag("span", f" {one.at}", class_="small") if one.at else Html()
    if not one.fields:
        return tag("p", one.sentence, when)
    fields = tag(
        "details", tag("summary", "Field by field"), definitions(one.fields), class_="more"
    )
    return tag("p", one.sentence, when) + fields
