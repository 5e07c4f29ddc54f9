"""The scorecard figure on the pages: the figure itself, its lines, and how each point arose."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.markup import Html, html, tag
from dashboard.parts import heading, mark
from dashboard.state import Filters
from dashboard.tables import Column, table
from scorecard.report.attainment import AttainmentPage, Kept, PointLine, dimension_name
from scorecard.report.phrases import period_words
from scorecard.report.status_style import style_of


def figure_in_short(page: AttainmentPage) -> Html:
    """The range, and under it what it is out of."""
    met = page.whole.met
    missing = f", {met.unknown:,} not judged" if met.unknown else ""
    return tag(
        "div",
        tag("div", page.whole.range, class_="range"),
        tag("div", "of what is promised is kept, by weight", class_="small"),
        tag("div", f"{met.met:,} of {met.judged:,} met{missing}", class_="small"),
        class_="kept",
    )


def figure_section(page: AttainmentPage, at: Filters) -> Html:
    """The figure in a sentence, by dimension and (for an organisation) department, and its points
    behind a fold."""
    against = f"Against {period_words(page.period.previous())}"
    change = page.whole.change_words
    told = tag("p", page.sentence, " ", tag("span", f"{against}: {change}.", class_="small"))
    lines = _lines("By quality dimension", "Quality dimension", against, page.dimensions, at)
    if page.department is None:
        departments = _lines("By department", "Department", against, page.departments, at)
        lines = tag("div", lines, departments, class_="side")
    return heading("How much of what is promised is kept") + told + lines + _points(page, at)


def _lines(caption: str, heading: str, against: str, lines: Sequence[Kept], at: Filters) -> Html:
    return table(
        caption,
        [
            Column(heading),
            Column("Kept, by weight"),
            Column("Standards met"),
            Column("Not judged", number=True),
            Column(against),
        ],
        [
            [_named(line, heading, at), line.range, line.count, line.met.unknown, line.change_words]
            for line in lines
        ],
        stacked=False,
    )


def _named(line: Kept, heading: str, at: Filters) -> Html:
    if heading == "Department" and line.id is not None:
        return tag("a", line.name, href=at.but(department=line.id).link("department"))
    return html(line.name)


def _points(page: AttainmentPage, at: Filters) -> Html:
    met = page.whole.met
    missing = f", and {met.weight_unknown:g} not known" if met.weight_unknown else ""
    total = f"{met.weight_met:g} of {met.weight_total:g} points{missing}"
    return tag(
        "details",
        tag("summary", f"How each point arose: {total}"),
        table(
            "Each standard earns its whole weight where it is met; near and missed earn nothing. "
            "What is not judged keeps its weight.",
            [
                Column("Standard"),
                Column("Department"),
                Column("Quality dimension"),
                Column("Points"),
                Column("Status"),
            ],
            [_point(point, at) for point in page.points],
            stacked=False,
        ),
        class_="more",
    )


def _point(point: PointLine, at: Filters) -> list[object]:
    row = point.row
    own = at.but(standard=row.standard, department=row.department, period=row.period.isoformat())
    when = tag("span", f" {point.own_period}", class_="small") if point.own_period else Html()
    reason = point.why.partition(": ")[2]
    why = tag("span", f" {reason}", class_="small") if reason else Html()
    return [
        tag("a", row.title, href=own.link("standard")),
        row.department_name,
        dimension_name(point.dimension),
        point.points_words,
        mark(style_of(row.status)) + when + why,
    ]
