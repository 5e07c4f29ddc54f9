"""The standard page: the promise, what it means exactly, how it went, and where it came from."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.behaviour import behaviour_section
from dashboard.change_log import change_log_section
from dashboard.charts import show_chart
from dashboard.data import Version, current_cycles, kept, parts_of
from dashboard.markup import Html, html, tag
from dashboard.outlook import show_outlook
from dashboard.parts import (
    choose,
    choose_period,
    downloads,
    heading,
    lead,
    mark,
    notices,
    page,
    unknown_filters,
)
from dashboard.provenance import show_provenance
from dashboard.state import Filters
from dashboard.tables import Column, definitions, table
from scorecard.report.audit_actions import done_actions, with_actions
from scorecard.report.audit_changes import change_log
from scorecard.report.board import Board
from scorecard.report.cells import Line
from scorecard.report.confidence_words import confidence_words
from scorecard.report.opened import Opened
from scorecard.report.overview import overview
from scorecard.report.part_lines import PartTable
from scorecard.report.phrases import period_words
from scorecard.report.standard import StandardPage, standard_page

# As many periods as a table shows; the download and the chart hold all.
_PERIODS = 24
# As many channels, teams … as a table shows; `scorecard show --by` prints all.
_PARTS = 15
_WHOLE = "whole"


@page("standard")
def show(board: Board, scorecard: Opened, version: Version, filters: Filters) -> None:
    """Draw the page."""
    standards = board.declarations.standards
    if not standards:
        lead("No standards", "No standard is declared yet.")
        return
    asked = filters if filters.standard in standards else _first(board, version, filters)
    standard = standards[asked.standard or next(iter(standards))]
    cycles, recorded = current_cycles(scorecard, version)
    done = done_actions(board.declarations.organisation, cycles, standard.id)
    standard = with_actions(standard, done)
    view = kept(
        version,
        ("standard", standard.id, asked.department, asked.day, done),
        lambda: standard_page(
            board.declarations.organisation,
            standard,
            board.declarations.metric(standard.metric),
            board.rows,
            department=asked.department,
            period=asked.day,
            parts=parts_of(scorecard, board, standard.id),
        ),
    )
    notices(unknown_filters(board, filters, ("department", "standard", "period"), view.choices))
    _not_reporting(board, filters, view)
    compare = filters.but(standard=view.id, department=view.department).link("compare")
    lead(view.title, view.sentence, [*_facts(view), tag("a", "Compare who differs", href=compare)])
    _choices(board, view, filters)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        st.html(_promise(view) + _steps(view))
    with right:
        _figure(view)
    forecast = None
    if view.behaviour is not None:
        st.html(behaviour_section(view.behaviour))
        forecast = show_outlook(board, scorecard, version, view.behaviour, standard, done)
    for part in view.broken_down:
        st.html(_broken_down(view, part))
    st.html(_table(view))
    downloads(
        f"scorecard-{view.id}-{view.department or 'organisation'}",
        view.rows,
        synthetic=view.synthetic,
        what="Every period of this standard, with the sums behind each figure.",
    )
    if view.now and view.now.row.actual is not None:
        show_provenance(scorecard, version, view.now.row)
    changes = kept(
        recorded,
        ("change log", standard.id, view.department),
        lambda: change_log(board.declarations, cycles, standard, view.department),
    )
    if changes:
        st.html(change_log_section(changes, view.department_name, filters))
    if forecast is not None:
        forecast()


def _first(board: Board, version: Version, filters: Filters) -> Filters:
    """Without a standard in the address: the one whose service gap is widest, else the first."""

    def widest(day: date | None) -> tuple[str, str | None] | None:
        found = overview(board.declarations.organisation, board.rows, period=day)
        if filters.department:
            mine = [line for line in found.attention if line.row.department == filters.department]
        else:
            mine = list(found.attention)
        return (mine[0].row.standard, mine[0].row.department) if mine else None

    key = kept(version, ("widest", filters.department, filters.day), lambda: widest(filters.day))
    if key is None:
        return filters.but(standard=None)
    return filters.but(standard=key[0], department=key[1])


def _not_reporting(board: Board, filters: Filters, view: StandardPage) -> None:
    department = board.declarations.organisation.department(filters.department or "")
    if department and filters.standard == view.id and view.department != department.id:
        notices(
            [f"{department.name} does not report this standard. This is {view.department_name}."]
        )


def _choices(board: Board, view: StandardPage, filters: Filters) -> None:
    first, second, third = st.columns([3, 2, 1])
    with first:
        _choose_standard(board, view, filters)
    with second:
        _choose_reporter(view, filters)
    with third:
        chosen = filters.but(standard=view.id, department=view.department)
        choose_period(view.choices, view.period, chosen)


def _choose_standard(board: Board, view: StandardPage, filters: Filters) -> None:
    choose(
        "Standard",
        {each.id: each.title for each in board.declarations.standards.values()},
        view.id,
        filters,
        lambda id: filters.but(standard=id, department=view.department, period=filters.period),
    )


def _choose_reporter(view: StandardPage, filters: Filters) -> None:
    choose(
        "Reported by",
        {id or _WHOLE: name for id, name in view.reporters},
        view.department or _WHOLE,
        filters,
        lambda id: filters.but(standard=view.id, department=None if id == _WHOLE else id),
    )


def _facts(view: StandardPage) -> list[Html]:
    facts = [
        tag("b", view.department_name),
        html("Owner: ") + (tag("b", view.owner) if view.owner else html("nobody named")),
    ]
    if view.review:
        facts.append(html("To be reviewed on ") + tag("b", view.review))
    return facts


def _promise(view: StandardPage) -> Html:
    words = view.definition
    return heading("What is promised") + definitions(
        [
            ("Promise", view.promise),
            ("Promised value", view.promised),
            ("Measured as", view.description),
            ("Figure", words.figure),
            ("Numerator" if words.denominator else "Counted", words.numerator),
            ("Denominator", words.denominator),
            ("Left out", words.exclusions),
            ("Period", words.placed),
        ]
    )


def _steps(view: StandardPage) -> Html:
    return heading("What is expected, and since when") + table(
        f"Expected values for {view.department_name}",
        [Column("In force from"), Column("Expected"), Column("Near within"), Column("Decided by")],
        [[step.since, step.value, step.tolerance, step.source] for step in view.steps],
    )


def _figure(view: StandardPage) -> None:
    if view.now is None:
        return
    st.html(
        heading("The figure")
        + tag("p", tag("span", view.now.now, class_="figure"), " ", mark(view.now.style))
        + tag("p", f"{_against(view.now)} {view.basis}")
        + tag("p", confidence_words(view.now.row.confidence), class_="note")
    )
    show_chart(view.chart, key="chart")
    synthetic = "Synthetic data. " if view.synthetic else ""
    whiskers = " Whiskers: 95 % interval." if any(p.interval for p in view.chart.points) else ""
    st.html(tag("p", f"{synthetic}{view.chart.words}{whiskers}", class_="note"))


def _against(now: Line) -> str:
    if now.row.expected is None:
        return "No value is expected."
    gap = f"; {now.gap}" if now.row.status.judged else ""
    return f"Expected {now.expected}{gap}."


def _broken_down(view: StandardPage, part: PartTable) -> Html:
    lines = part.lines[:_PARTS]
    some = f", the first {len(lines)} of {len(part.lines)}" if len(lines) < len(part.lines) else ""
    intervals = any(line.interval for line in lines)
    period = period_words(view.period) if view.period else ""
    synthetic = " (synthetic data)" if view.synthetic else ""
    return heading(f"By {part.by}") + table(
        f"{view.department_name}, {period}: furthest behind first{some}{synthetic}",
        [
            Column(part.by.capitalize()),
            Column("Status"),
            Column("Actual", number=True),
            Column("Gap"),
            Column("n", number=True),
            *([Column("95 % interval", number=True)] if intervals else []),
        ],
        [
            [
                line.name,
                mark(line.style),
                line.now,
                line.gap,
                f"{line.n:,}",
                *([line.interval or "–"] if intervals else []),
            ]
            for line in lines
        ],
        stacked=False,
    )


def _table(view: StandardPage) -> Html:
    points = view.chart.points[::-1][:_PERIODS]
    intervals = any(point.interval for point in points)
    some = (
        f"the latest {len(points)} of {len(view.chart.points)} periods"
        if len(points) < len(view.chart.points)
        else "every period, newest first"
    )
    columns = [
        Column("Period"),
        Column("Status"),
        Column("Actual", number=True),
        Column("Expected"),
        Column("Gap"),
        Column("n", number=True),
        *([Column("95 % interval", number=True)] if intervals else []),
    ]
    synthetic = " (synthetic data)" if view.synthetic else ""
    return heading("Period by period") + table(
        f"{view.department_name}: {some}{synthetic}",
        columns,
        [
            [
                point.period,
                mark(point.style),
                point.now,
                point.expected,
                point.gap,
                f"{point.row.n:,}",
                *([point.interval or "–"] if intervals else []),
            ]
            for point in points
        ],
        stacked=False,
    )
