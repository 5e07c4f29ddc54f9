"""The Compare page: which departments truly differ, and what drives the change."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from dashboard.data import Version, all_parts_of, kept
from dashboard.funnel_chart import key_of, show_funnel, size_words
from dashboard.markup import Html, html, joined, tag
from dashboard.parts import (
    choose,
    choose_period,
    file_downloads,
    heading,
    lead,
    mark,
    notices,
    page,
    shaped,
    unknown_filters,
)
from dashboard.state import Filters
from dashboard.tables import Column, table
from scorecard.declare.organisation import UNASSIGNED
from scorecard.judge.rounding import shown
from scorecard.report.board import Board
from scorecard.report.change import Change, effect_words
from scorecard.report.compare import CompareLine, ComparePage, compare_page
from scorecard.report.compare_held import comparable
from scorecard.report.compare_text import estimate_words, to_csv, to_json
from scorecard.report.compare_units import DEPARTMENT
from scorecard.report.compare_words import many
from scorecard.report.opened import Opened
from scorecard.report.phrases import UNKNOWN, grain_words, number_word
from scorecard.report.standing_style import standing_style

# As many parts of a change, and as many outliers, as stand open.
_PARTS = 3
_WHOLE = "whole"


@page("compare")
def show(board: Board, scorecard: Opened, version: Version, filters: Filters) -> None:
    """Draw the page."""
    standards = board.declarations.standards
    if not standards:
        lead("No standards", "No standard is declared yet.")
        return
    standard = standards[filters.standard if filters.standard in standards else _first(board)]
    last = _last(filters)
    view = kept(
        version,
        ("compare", standard.id, filters.day, last, filters.by, filters.department),
        lambda: compare_page(
            board.declarations,
            board.rows,
            standard,
            period=filters.day,
            last=last,
            by=filters.by,
            department=filters.department,
            parts=all_parts_of(scorecard, board, standard.id),
        ),
    )
    unknown = unknown_filters(board, filters, ("department", "standard", "period"), view.choices)
    notices([*unknown, *view.notes])
    lead(view.standard.title, view.sentence, _facts(view, filters))
    _choices(board, view, filters)
    if view.lines:
        left, right = st.columns([5, 7], gap="medium")
        with left:
            _drawn(view)
        with right:
            st.html(_units(view, filters) + _outliers(view))
        for place, each in zip(st.columns(max(1, len(view.changes))), view.changes, strict=False):
            with place:
                st.html(_change(each, view))
        if view.no_change:
            st.html(tag("p", view.no_change, class_="note"))
    stem = f"compare-{view.standard.id}-{view.by}"
    file_downloads(
        f"{stem}-synthetic" if view.synthetic else stem,
        to_csv(view),
        to_json(view),
        what=f"The {view.units_word} of this page; the JSON has every part of the change too.",
    )


def _first(board: Board) -> str:
    """Without a standard in the address: the first shared one that can be held against chance."""
    declarations = board.declarations
    for standard in declarations.standards.values():
        if standard.shared and comparable(declarations.metric(standard.metric)).kind is not None:
            return standard.id
    return next(iter(declarations.standards))


def _last(filters: Filters) -> int:
    with suppress(ValueError):
        return max(1, min(120, int(filters.last or 1)))
    return 1


def _facts(view: ComparePage, filters: Filters) -> list[Html]:
    here = filters.but(standard=view.standard.id, by=None, last=None)
    facts = [tag("b", view.within_name or view.organisation)]
    if view.span is not None:
        facts.append(tag("b", view.span.words))
    facts.append(tag("a", "The standard’s own page", href=here.link("standard")))
    return facts


def _choices(board: Board, view: ComparePage, filters: Filters) -> None:
    at = filters.but(standard=view.standard.id)
    by_dimension = view.by != DEPARTMENT and len(_reporters(board, view)) > 1
    places = iter(st.columns([4, 2, *([3] if by_dimension else []), 2, 2]))
    with next(places):
        choose(
            "Standard",
            {each.id: each.title for each in board.declarations.standards.values()},
            view.standard.id,
            at,
            lambda id: at.but(standard=id),
        )
    with next(places):
        choose(
            "Compare",
            {each: many(each).capitalize() for each in view.bys},
            view.by,
            at,
            lambda by: at.but(by=by),
        )
    if by_dimension:
        with next(places):
            reporters = _reporters(board, view)
            choose(
                "Within",
                {id or _WHOLE: name for id, name in reporters.items()},
                view.within or _WHOLE,
                at,
                lambda id: at.but(department=None if id == _WHOLE else id),
            )
    with next(places):
        choose_period(view.choices, view.period, at)
    with next(places):
        length = len(view.span.periods) if view.span else 1
        options = {str(each): _length(each, view) for each in sorted({*view.lasts, length})}
        choose(
            "Together",
            options,
            str(length),
            at,
            lambda last: at.but(last=None if last == "1" else last),
        )


def _reporters(board: Board, view: ComparePage) -> dict[str | None, str]:
    mine = (row for row in board.rows if row.standard == view.standard.id)
    return {row.department: row.department_name for row in mine}


def _length(count: int, view: ComparePage) -> str:
    grain = view.standard.period
    if count == 1:
        return f"this {grain_words(grain, 1)}"
    return f"the last {number_word(count)} {grain_words(grain, count)}"


def _drawn(view: ComparePage) -> None:
    st.html(heading("By size") + _key(view))
    if view.held.funnel is None:
        st.html(tag("p", view.why, class_="note"))
        return
    show_funnel(view, key="funnel")
    synthetic = "Synthetic data. " if view.synthetic else ""
    st.html(tag("p", f"{synthetic}{size_words(view)}", class_="note"))


def _key(view: ComparePage) -> Html:
    """The names of the funnel's lines, each behind a piece of it."""
    styles = {"solid": "solid", "dash": "dashed", "dot": "dotted"}
    named = [
        tag(
            "span",
            tag("i", style=f"border-top: 2px {styles[key.dash]} {key.colour}", aria_hidden="true"),
            tag("span", key.name),
        )
        for key in key_of(view)
    ]
    return tag("p", *named, class_="key") if named else Html()


def _units(view: ComparePage, filters: Filters) -> Html:
    ranked = [line.rank for line in view.lines if line.rank]
    judged = [
        Column("Best estimate (95 %)", number=True),
        Column("Rank (95 %)"),
        Column("Standing"),
    ]
    synthetic = " (synthetic data)" if view.synthetic else ""
    of = f", ranks of {ranked[0].of}" if ranked else ""
    chosen = next(
        (
            place
            for place, line in enumerate(view.lines)
            if line.link is not None and line.link == view.department
        ),
        None,
    )
    made = table(
        f"{'Best estimate first' if ranked else 'Best first'}{of}{synthetic}",
        [
            Column(view.by.capitalize()),
            Column("n", number=True),
            Column("Actual", number=True),
            *(judged if view.held.funnel else []),
            Column("Status"),
        ],
        [_unit(line, view, filters) for line in view.lines],
        chosen=chosen,
        stacked=False,
        kind="pane",
    )
    return heading(f"The {view.units_word}") + made


def _unit(line: CompareLine, view: ComparePage, filters: Filters) -> list[object]:
    judged: list[object] = []
    if view.held.funnel and line.standing:
        style = standing_style(line.standing)
        rank = line.rank
        words = f"{rank.rank} ({rank.lowest} to {rank.highest})" if rank else UNKNOWN
        judged = [estimate_words(line), words, shaped(style, line.evidence)]
    return [_name(line, filters), f"{line.row.n:,}", line.now, *judged, mark(line.style)]


def _name(line: CompareLine, filters: Filters) -> object:
    if line.link is None or (line.link == UNASSIGNED and not line.row.n):
        return line.name
    return tag("a", line.name, href=filters.but(department=line.link).link("department"))


def _outliers(view: ComparePage) -> Html:
    lists = [("Practices to learn from", view.learn), ("Units to help", view.help)]
    if view.held.funnel is None or view.held.funnel.reason is not None:
        return Html()
    told = [
        tag("div", tag("h2", title), tag("ul", *(_evidence(line) for line in lines[:_PARTS])))
        for title, lines in lists
        if lines
    ]
    if not told:
        none = "By these figures no practice stands out to learn from, and no unit to help. "
        return tag("p", tag("b", none), view.scatter, class_="below")
    return tag("div", *told, class_="pair") + tag("p", view.scatter, class_="note")


def _evidence(line: CompareLine) -> Html:
    return tag("li", tag("b", line.name), html(f": {line.evidence}."))


def _change(each: Change, view: ComparePage) -> Html:
    title = heading(f"What drives the change against {each.since}")
    if each.why:
        return title + tag("p", each.why)
    columns = [
        Column(view.by.capitalize()),
        Column("Figure", number=True),
        *([Column("Share of all", number=True)] if each.has_mix else []),
        *([Column("Itself", number=True), Column("Mix", number=True)] if each.has_mix else []),
        Column("Together", number=True),
    ]
    rows = _change_rows(each)
    unit = "points" if each.unit == "percent" else each.unit
    caption = (
        f"What each did to the whole, in {unit}; all of them add up to the change but for rounding"
    )
    made = table(caption, columns, [*rows[:_PARTS], _together(each)], stacked=False)
    rest = rows[_PARTS:]
    more = (
        tag(
            "details",
            tag("summary", f"{len(rest):,} more"),
            table("The other parts", columns, rest, stacked=False),
            class_="more",
        )
        if rest
        else Html()
    )
    return title + tag("p", each.sentence, class_="told") + made + more


def _change_rows(each: Change) -> list[list[object]]:
    rows: list[list[object]] = []
    for line in each.lines:
        only = tag("span", f" only in {line.only}", class_="small") if line.only else Html()
        rows.append(
            [
                joined([line.name, only]),
                _both(shown(line.before, each.unit), shown(line.after, each.unit)),
                *_mix(each, _percent(line.weight_before), _percent(line.weight_after)),
                *(
                    [effect_words(line.rate, each.unit), effect_words(line.mix, each.unit)]
                    if each.has_mix
                    else []
                ),
                effect_words(line.effect, each.unit),
            ]
        )
    return rows


def _together(each: Change) -> list[object]:
    effects = [effect_words(each.rate, each.unit), effect_words(each.mix, each.unit)]
    return [
        tag("b", "All together"),
        _both(shown(each.before, each.unit), shown(each.after, each.unit)),
        *(["100 %"] if each.has_mix else []),
        *(effects if each.has_mix else []),
        tag("b", effect_words(each.rate + each.mix, each.unit)),
    ]


def _mix(each: Change, before: str, after: str) -> list[object]:
    return [f"{_both(before, after)} %"] if each.has_mix else []


def _percent(weight: float | None) -> str:
    return UNKNOWN if weight is None else f"{100 * weight:.1f}"


def _both(before: str, after: str) -> str:
    return f"{before} → {after}"
