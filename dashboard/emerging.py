"""What is emerging on the pages: the first few, what was tested, and what was not."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dashboard.data import Version, kept
from dashboard.markup import Html, html, tag
from dashboard.parts import heading
from dashboard.state import Filters
from scorecard.declare.periods import Period
from scorecard.report.opened import Opened
from scorecard.report.phrases import counted

if TYPE_CHECKING:
    from scorecard.report.emerging import EmergingLine, EmergingPage

_LISTED = 5


def emerging_section(
    scorecard: Opened, version: Version, period: Period, at: Filters, department: str | None = None
) -> Html:
    """What departs from its own history in the organisation, or in one department."""
    # Here, so that what stands above is drawn before the half second that this import takes.
    from scorecard.report.emerging import departures, emerging_page

    found = kept(version, ("departures", period), lambda: departures(scorecard, period))
    page = kept(version, ("emerging", period, department), lambda: emerging_page(found, department))
    listed = page.problems[:_LISTED]
    lines = tag("ol", *(_line(line, at) for line in listed), class_="emerging") if listed else ""
    return (
        heading("What is emerging")
        + tag("p", page.summary)
        + html(lines)
        + _rest(page, period)
        + html(tag("p", " ".join(page.notes), class_="note") if page.notes else "")
    )


def _line(line: EmergingLine, at: Filters) -> Html:
    subject = line.subject
    link = at.but(
        standard=subject.standard,
        department=subject.department,
        period=subject.period.start.isoformat(),
    ).link("standard")
    return tag(
        "li",
        line.sentence,
        f" {line.also}" if line.also else "",
        " ",
        tag("span", line.look, class_="small"),
        " ",
        tag("a", "See the standard", href=link, aria_label=f"See the standard: {subject.name}"),
    )


def _rest(page: EmergingPage, period: Period) -> Html:
    more = len(page.problems) - _LISTED
    if more <= 0 and not page.changes:
        return Html()
    what = [counted(more, "more problem")] if more > 0 else []
    if page.changes:
        what.append(f"{counted(len(page.changes), 'row')} with less work or better service")
    command = shlex.join(("scorecard", "emerging", "--period", period.start.isoformat()))
    return tag("p", f"{' and '.join(what)}: ", tag("code", command), class_="small")
