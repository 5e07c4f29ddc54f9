"""A standard's change log: each expected value with who decided it, audits, findings, actions."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.markup import Html, tag
from dashboard.parts import heading
from dashboard.state import Filters
from dashboard.tables import Column, table
from scorecard.report.audit_changes import Change
from scorecard.report.phrases import day_words

# As many entries as are shown; each audit's own page has the whole of it.
_ENTRIES = 40


def change_log_section(changes: Sequence[Change], who: str, at: Filters) -> Html:
    """The latest first."""
    shown = changes[:_ENTRIES]
    some = f"the latest {len(shown)} of {len(changes)}" if len(shown) < len(changes) else "all"
    return heading("Change log") + table(
        f"{who}: {some}, the latest first. An expected value stands under the day it is in force "
        "from.",
        [Column("Day"), Column("What"), Column("In words"), Column("Audit")],
        [
            [
                day_words(one.day),
                one.what,
                one.text,
                tag("a", one.cycle_title, href=at.cycle_link(one.cycle)) if one.cycle else "–",
            ]
            for one in shown
        ],
        kind="changes",
    )
