"""The department page: its standards, and what drives the widest gap."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.attainment import figure_in_short, figure_section
from dashboard.audit_overdue import findings_section
from dashboard.data import Version, current_cycles, desk_of, kept, topics_of
from dashboard.emerging import emerging_section
from dashboard.markup import Html, html, tag
from dashboard.parts import (
    behaviour_cell,
    behaviour_legend,
    choose,
    choose_period,
    downloads,
    heading,
    lead,
    notices,
    now_cell,
    page,
    scale_words,
    status_cell,
    trend,
    unknown_filters,
)
from dashboard.sparkline import gap_range
from dashboard.state import Filters
from dashboard.tables import Column, table
from scorecard.declare.organisation import UNASSIGNED
from scorecard.judge.rounding import shown
from scorecard.report.audit_open_findings import department_audits
from scorecard.report.board import Board
from scorecard.report.cells import Line
from scorecard.report.department import DepartmentPage, Driver, department_page
from scorecard.report.opened import Opened
from scorecard.report.phrases import counted, distance_words, period_words, with_unit

_DRIVERS = 8


@page("department")
def show(board: Board, scorecard: Opened, version: Version, filters: Filters) -> None:
    """Draw the page."""
    options = _options(board)
    chosen = filters.department if filters.department in options else next(iter(options))
    view = kept(
        version,
        ("department", chosen, filters.day),
        lambda: department_page(
            board.declarations.organisation,
            board.rows,
            chosen,
            period=filters.day,
            topics=topics_of(scorecard, board),
            standards=board.declarations.standards,
        ),
    )
    notices(unknown_filters(board, filters, ("department", "period"), view.choices))
    lead(view.name, view.sentence, _facts(view))
    left, right, rest = st.columns([2, 1, 3])
    with left:
        choose("Department", options, chosen, filters, lambda id: filters.but(department=id))
    with right:
        choose_period(view.choices, view.period, filters)
    with rest:
        if view.attainment:
            st.html(figure_in_short(view.attainment))
    at = filters.but(
        department=view.id, period=view.period.start.isoformat() if view.period else None
    )
    if view.period is None:
        _findings(scorecard, version, chosen, at)
        return
    reach = gap_range([line.series for line in (*view.shared, *view.own)])
    st.html(
        _standards("Shared standards", "Every department reports these", view.shared, at, reach)
        + _standards("Its own standards", f"Promised by {view.name} alone", view.own, at, reach)
        + tag("p", scale_words(reach), class_="note")
        + behaviour_legend()
    )
    if view.drivers:
        st.html(_drivers(view))
    _findings(scorecard, version, chosen, at)
    if view.attainment:
        st.html(figure_section(view.attainment, at))
    st.html(emerging_section(scorecard, version, view.period, at, view.id))
    downloads(
        f"scorecard-{view.id}-{view.period.start}",
        view.rows,
        synthetic=view.synthetic,
        what=f"The {counted(len(view.rows), 'standard')} of this page.",
    )


def _findings(scorecard: Opened, version: Version, department: str, at: Filters) -> None:
    if department == UNASSIGNED:
        return
    cycles, recorded = current_cycles(scorecard, version)
    today = desk_of(scorecard).today
    found = kept(
        recorded,
        ("findings", department, today),
        lambda: department_audits(scorecard.declarations, cycles, department, today),
    )
    st.html(findings_section(found, at))


def _options(board: Board) -> dict[str, str]:
    options = {each.id: each.name for each in board.declarations.organisation.departments}
    if any(row.department == UNASSIGNED for row in board.rows):
        options[UNASSIGNED] = "Records without a department"
    return options


def _facts(view: DepartmentPage) -> list[Html]:
    owner = tag("b", view.owner) if view.owner else html("nobody named")
    facts = [html("Answers for it: ") + owner]
    if view.period:
        facts.append(tag("b", period_words(view.period)))
    facts.append(tag("b", f"{view.met.judged:,} of {view.met.total:,}") + html(" standards judged"))
    return facts


def _standards(title: str, caption: str, lines: Sequence[Line], at: Filters, reach: float) -> Html:
    if not lines:
        return Html()
    return heading(title) + table(
        caption,
        [
            Column("Standard"),
            Column("Status"),
            Column("Now", number=True),
            Column("Expected"),
            Column("Gap"),
            Column("Behaviour"),
            Column("Trend"),
            Column("Who acts"),
        ],
        [_row(line, at, reach) for line in lines],
        kind="lines",
    )


def _row(line: Line, at: Filters, reach: float) -> list[object]:
    link = at.but(standard=line.row.standard, period=line.row.period.isoformat()).link("standard")
    return [
        tag("a", line.row.title, href=link),
        status_cell(line),
        now_cell(line),
        line.expected,
        line.gap,
        behaviour_cell(line),
        trend(line, reach),
        line.row.owner or "nobody named",
    ]


def _drivers(view: DepartmentPage) -> Html:
    if view.widest is None or not view.drivers:
        return Html()
    row = view.widest.row
    counts = view.drivers[0].shortfall is not None
    measure = Column("Cases short of the promise", number=True) if counts else Column("Behind by")
    listed = view.drivers[:_DRIVERS]
    more = len(view.drivers) > len(listed)
    some = f", the first {len(listed)} of {len(view.drivers)}" if more else ""
    return heading("What drives the widest gap") + table(
        f"“{row.title}” by topic: topics behind what is expected{some}",
        [Column("Topic"), Column("Now", number=True), Column("Records", number=True), measure],
        [_driver(driver, row.unit) for driver in listed],
    )


def _driver(driver: Driver, unit: str) -> list[object]:
    if driver.shortfall is not None:
        behind = f"{driver.shortfall:,.0f}" if driver.shortfall >= 1 else "under 1"
    else:
        behind = distance_words(shown(abs(driver.service_gap or 0.0), unit), unit)
    return [driver.topic, with_unit(shown(driver.actual, unit), unit), f"{driver.n:,}", behind]
