"""The overview page: the whole organisation on one screen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.attainment import figure_in_short, figure_section
from dashboard.audit_overdue import overdue_fact, overdue_section
from dashboard.charts import show_chart
from dashboard.data import Version, current_cycles, desk_of, kept
from dashboard.emerging import emerging_section
from dashboard.markup import Html, html, joined, tag
from dashboard.parts import (
    behaviour_cell,
    behaviour_legend,
    choose_period,
    downloads,
    heading,
    lead,
    mark,
    notices,
    now_cell,
    page,
    scale_words,
    status_cell,
    trend,
    unknown_filters,
)
from dashboard.sparkline import gap_range, share_sparkline
from dashboard.state import Filters
from dashboard.tables import Column, table
from scorecard.audit import Cycle
from scorecard.declare.organisation import UNASSIGNED
from scorecard.report.audit_actions import DoneAction, done_actions, with_actions
from scorecard.report.audit_overdue import AuditsOverdue, audits_overdue
from scorecard.report.board import Board
from scorecard.report.cells import Line
from scorecard.report.chart import Chart, chart
from scorecard.report.history import History
from scorecard.report.opened import Opened
from scorecard.report.overview import Overview, Tile, overview
from scorecard.report.phrases import counted, moment_words
from scorecard.report.row import ScorecardRow

# More departments than one row of tiles stand behind a fold, those with most to do before it.
_TILES = 6


@page("overview")
def show(board: Board, scorecard: Opened, version: Version, filters: Filters) -> None:
    """Draw the page."""
    chosen = (
        (filters.standard, filters.department) if filters.standard and filters.department else None
    )
    view = kept(
        version,
        ("overview", filters.day, chosen),
        lambda: overview(
            board.declarations.organisation,
            board.rows,
            period=filters.day,
            chosen=chosen,
            known_until=board.known_until,
            standards=board.declarations.standards,
        ),
    )
    cycles, recorded = current_cycles(scorecard, version)
    today = desk_of(scorecard).today
    audits = kept(
        recorded,
        ("overdue", today),
        lambda: audits_overdue(scorecard.declarations, cycles, today),
    )
    notices(unknown_filters(board, filters, ("department", "standard", "period"), view.choices))
    left, right = st.columns([5, 1], vertical_alignment="top")
    with right:
        choose_period(view.choices, view.period, filters)
        if view.attainment:
            st.html(figure_in_short(view.attainment))
    period = view.period.start.isoformat() if view.period else None
    at = filters.but(period=period)
    with left:
        facts = _facts(view, at) if view.period else []
        if audits.lines:
            facts.append(overdue_fact(audits, at))
        lead(f"{view.organisation}: service against promise", view.sentence, facts)
    if view.period is None:
        _audits(audits, at)
        return
    st.html(_tiles(view, at))
    left, right = st.columns([9, 5], gap="medium")
    with left:
        _attention(view, at)
    with right:
        _chart(board, version, view, cycles, at)
    _audits(audits, at)
    if view.attainment:
        st.html(figure_section(view.attainment, at))
    st.html(emerging_section(scorecard, version, view.period, at))
    downloads(
        f"scorecard-{view.period.start}",
        view.rows,
        synthetic=view.synthetic,
        what=f"All {counted(len(view.rows), 'row')} of this period, every department's standards.",
    )


def _audits(audits: AuditsOverdue, at: Filters) -> None:
    if audits.cycles:
        st.html(overdue_section(audits, at))


def _facts(view: Overview, at: Filters) -> list[Html]:
    known = moment_words(view.known_until) if view.known_until else "not known"
    facts = [
        html("Records up to ") + tag("b", known),
        tag("b", f"{view.met.judged:,} of {view.met.total:,}") + html(" standards judged"),
        html("each counted once per department"),
    ]
    if view.unassigned:
        nobody = tag(
            "a",
            "records without a department",
            href=at.but(department=UNASSIGNED).link("department"),
        )
        facts.append(nobody + html(" count in the whole"))
    return facts


def _tiles(view: Overview, at: Filters) -> Html:
    tiles = list(view.tiles)
    title = tag("h2", "Departments", class_="unseen")
    if len(tiles) <= _TILES:
        return title + _tile_list(tiles, at)
    tiles.sort(key=lambda tile: tile.met.met - tile.met.judged)
    rest = tag("summary", f"The other {counted(len(tiles) - _TILES, 'department')}")
    return (
        title
        + _tile_list(tiles[:_TILES], at)
        + tag("details", rest, _tile_list(tiles[_TILES:], at), class_="more")
    )


def _tile_list(tiles: list[Tile], at: Filters) -> Html:
    return tag("ul", *(_tile(tile, at) for tile in tiles), class_="tiles")


def _tile(tile: Tile, at: Filters) -> Html:
    if tile.met.judged:
        count = tag("span", f"{tile.met.met} of {tile.met.judged} ", tag("small", "met"))
        unjudged = f"{tile.met.unknown} not judged · " if tile.met.unknown else ""
    else:
        count = tag("small", f"0 of {tile.met.total} judged")
        unjudged = ""
    return tag(
        "li",
        tag("h3", tag("a", tile.name, href=at.but(department=tile.department).link("department"))),
        tag(
            "div",
            tag(
                "span",
                count,
                class_="count",
            ),
            mark(tile.style),
            class_="row",
        ),
        tag("div", f"{unjudged}{tile.change}", class_="small"),
        share_sparkline(tile.series, tile.series_words),
    )


def _attention(view: Overview, at: Filters) -> None:
    if not view.attention:
        text = "Every judged standard is met." if view.met.judged else "Nothing is judged."
        st.html(heading("Needs attention") + tag("p", text))
        return
    reach = gap_range([line.series for line in view.attention])
    chosen = next(
        (i for i, each in enumerate(view.attention) if view.chosen and each.row is view.chosen.row),
        None,
    )
    some = f"The first ten of {view.behind}" if view.behind > len(view.attention) else "All"
    st.html(
        heading("Needs attention")
        + table(
            f"{some} standards not met, widest service gap first (as a share of what is expected)",
            [
                Column("Standard"),
                Column("Status"),
                Column("Now", number=True),
                Column("Gap"),
                Column("Behaviour"),
                Column("Trend"),
                Column("Chart"),
            ],
            [_attention_row(line, at, reach) for line in view.attention],
            chosen=chosen,
            kind="attention",
        )
        + tag("p", scale_words(reach), class_="note")
        + behaviour_legend()
    )


def _attention_row(line: Line, at: Filters, reach: float) -> list[object]:
    row = line.row
    own = at.but(standard=row.standard, department=row.department)
    link = own.but(period=row.period.isoformat()).link("standard")
    title = tag("span", tag("a", row.title, href=link), class_="clamp")
    return [
        title + tag("div", row.department_name, class_="small"),
        status_cell(line),
        now_cell(line),
        line.gap,
        behaviour_cell(line),
        trend(line, reach),
        tag(
            "a",
            "show",
            href=own.link("overview"),
            aria_label=f"Show the chart of {row.title}, {row.department_name}",
        ),
    ]


def _chart(
    board: Board, version: Version, view: Overview, cycles: Sequence[Cycle], at: Filters
) -> None:
    if view.chosen is None or view.period is None:
        return
    row = view.chosen.row
    done = done_actions(board.declarations.organisation, cycles, row.standard)
    drawn = kept(
        version,
        ("overview chart", row.standard, row.department, row.period, done),
        lambda: _history_chart(board, row, done),
    )
    link = at.but(
        standard=row.standard, department=row.department, period=row.period.isoformat()
    ).link("standard")
    st.html(
        tag("h2", row.title, class_="clamp")
        + tag(
            "p",
            joined(
                [
                    row.department_name,
                    mark(view.chosen.style),
                    f"{view.chosen.now}, expected {view.chosen.expected}",
                ],
                " · ",
            ),
        )
    )
    show_chart(drawn, key=f"chart {row.standard} {row.department}")
    synthetic = "Synthetic data. " if view.synthetic else ""
    st.html(
        tag(
            "p",
            synthetic,
            drawn.words,
            " ",
            tag("a", "Figures, definition and origin", href=link),
            class_="note",
        )
    )


def _history_chart(board: Board, last: ScorecardRow, done: Sequence[DoneAction]) -> Chart:
    """The chart of the row's standard up to the row's own period, with what audits had done."""
    organisation, who = board.declarations.organisation, (last.standard, last.department)
    mine = (row for row in board.rows if (row.standard, row.department) == who)
    standard = with_actions(board.declarations.standards[last.standard], done)
    history = History(mine, organisation.fiscal_year_start, {standard.id: standard})
    rows = [row for row in history.of(who) if row.period <= last.period]
    title = f"{last.title}: {last.department_name}"
    return chart(title, rows, history, synthetic=organisation.synthetic)
