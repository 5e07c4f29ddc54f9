"""What every page has: banner, links between pages, sentence, filters, status marks, downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps

import streamlit as st

from dashboard.data import Version, current_board
from dashboard.markup import Html, html, joined, tag
from dashboard.sparkline import gap_sparkline
from dashboard.state import Filters, Page, read_filters, write_filters
from scorecard.declare.organisation import UNASSIGNED
from scorecard.declare.periods import Period
from scorecard.errors import DeclarationErrors, ScorecardError
from scorecard.report.behaviour_style import (
    BehaviourStyle,
    assurance_style,
    legend,
    variation_style,
)
from scorecard.report.board import Board
from scorecard.report.cells import Line
from scorecard.report.confidence_words import confidence_word, confidence_words
from scorecard.report.export import to_csv, to_json
from scorecard.report.history import pick
from scorecard.report.opened import Opened
from scorecard.report.phrases import period_words
from scorecard.report.row import ScorecardRow
from scorecard.report.standing_style import StandingStyle
from scorecard.report.status_style import Style

_TITLES: dict[Page, str] = {
    "overview": "Overview",
    "department": "Department",
    "standard": "Standard",
    "compare": "Compare",
    "audits": "Audit cycles",
}
Show = Callable[[Board, Opened, Version, Filters], None]


def page(name: Page) -> Callable[[Show], Callable[[], None]]:
    """A page, given board and filters; a refusal is shown with its code, not as a traceback."""

    def framed(show: Show) -> Callable[[], None]:
        @wraps(show)
        def run() -> None:
            try:
                board, scorecard, version = current_board()
                filters = _of_today(board, read_filters())
                _top(name, board, filters)
                show(board, scorecard, version, filters)
            except ScorecardError as error:
                refusal(error)

        return run

    return framed


def _of_today(board: Board, filters: Filters) -> Filters:
    """A department that the address names as it was once called, or before it was merged."""
    organisation = board.declarations.organisation
    found = organisation.find_department(filters.department) if filters.department else None
    return filters.but(department=found) if found else filters


def refusal(error: ScorecardError) -> None:
    """What was refused, each mistake with its code and place."""
    errors = error.errors if isinstance(error, DeclarationErrors) else (error,)
    st.html(
        tag(
            "div",
            tag("h1", "The scorecard cannot be shown"),
            tag("p", "Mend what is listed here, then load this page again.", class_="lead"),
            tag(
                "ul",
                *(tag("li", tag("b", e.code), html(str(e).removeprefix(e.code))) for e in errors),
            ),
        )
    )


def _top(name: Page, board: Board, filters: Filters) -> None:
    organisation = board.declarations.organisation
    links = [
        tag("a", title, href=filters.link(page), aria_current="page" if page == name else None)
        for page, title in _TITLES.items()
    ]
    banner = (
        tag(
            "div",
            f"Synthetic data: {organisation.name} is made up, and so is every figure on this page.",
            class_="banner",
            role="note",
        )
        if organisation.synthetic
        else Html()
    )
    st.html(
        banner
        + tag("nav", tag("strong", organisation.name), *links, class_="pages", aria_label="Pages")
    )


def notices(texts: Sequence[str]) -> None:
    """Plain sentences above the page, as for an address that names something unknown."""
    if texts:
        st.html(tag("div", *(tag("p", text) for text in texts), class_="notice", role="status"))


def unknown_filters(
    board: Board, filters: Filters, names: Sequence[str], periods: Sequence[Period]
) -> list[str]:
    """What the address asks for and is not there; of the filters `names` a page uses."""
    declarations = board.declarations
    known = {
        "department": filters.department == UNASSIGNED
        or declarations.organisation.department(filters.department or "") is not None,
        "standard": (filters.standard or "") in declarations.standards,
        "period": pick(periods, filters.day) is not None,
    }
    return [
        f"There is no {name} “{given}” here. Below is another one; choose from the list."
        for name in names
        if (given := getattr(filters, name)) and not known[name]
    ]


def choose(
    label: str,
    options: Mapping[str, str],
    current: str | None,
    filters: Filters,
    change: Callable[[str], Filters],
) -> None:
    """A list to choose from (values with their names); what is chosen goes into the address."""
    values = list(options)
    if not values:
        return
    chosen = st.selectbox(
        label,
        values,
        index=values.index(current) if current is not None and current in options else None,
        format_func=lambda value: options[value],
        # Another address makes another widget, so that an old choice never overrules the address.
        key=f"{label}|{current}|{filters}",
    )
    if chosen is not None and chosen != current:
        write_filters(change(chosen))


def choose_period(periods: Sequence[Period], current: Period | None, filters: Filters) -> None:
    """The list of periods, newest first."""
    choose(
        "Period",
        {each.start.isoformat(): period_words(each) for each in periods},
        current.start.isoformat() if current else None,
        filters,
        lambda start: filters.but(period=start),
    )


def mark(style: Style) -> Html:
    """A status: its shape, then its word, in its colour."""
    shape = tag("span", style.shape, aria_hidden="true")
    return tag("span", shape, Html("&nbsp;"), style.word, class_=f"status {style.kind}")


def status_cell(line: Line) -> Html:
    """The status, and below it how sure it is."""
    sure = confidence_word(line.row.confidence)
    told = tag("div", sure, class_="small", title=confidence_words(line.row.confidence))
    return mark(line.style) + (told if sure else Html())


def behaviour_cell(line: Line) -> Html:
    """Behaviour over time: variation, then assurance, each with its meaning for those who ask."""
    found = [variation_style(line.behaviour), assurance_style(line.behaviour)]
    told = [behaviour_mark(style) for style in found if style is not None]
    if told:
        return joined(told, "<br>")
    return tag("span", line.behaviour.not_told, class_="small", title=line.behaviour.reason)


def behaviour_mark(style: BehaviourStyle) -> Html:
    """A word of the control chart."""
    return shaped(style, style.meaning)


def shaped(style: BehaviourStyle | StandingStyle, title: str) -> Html:
    """A word behind its shape, in its colour, with what a pointer shows."""
    return tag(
        "span",
        tag("span", style.shape, aria_hidden="true"),
        Html("&nbsp;"),
        style.word,
        class_="behaviour",
        style=f"color:{style.colour}",
        title=title,
    )


def behaviour_legend() -> Html:
    """What the words of behaviour mean, behind a fold."""
    meanings = joined(
        tag("dt", behaviour_mark(style)) + tag("dd", style.meaning) for style in legend()
    )
    return tag(
        "details",
        tag("summary", "What the words of behaviour mean"),
        tag(
            "p",
            "Status says how this one period was. Behaviour says what all periods together say of "
            "the work itself, whether or not this one was met.",
            class_="note",
        ),
        tag("dl", meanings),
        class_="more",
    )


def lead(title: str, sentence: str, facts: Sequence[object] = ()) -> None:
    """The page's heading and its sentence, and short facts in between."""
    told = tag("p", joined(facts, " · "), class_="facts") if facts else Html()
    st.html(tag("div", tag("h1", title), told, tag("p", sentence, class_="lead")))


def heading(text: str, note: str = "") -> Html:
    """A section's heading with a remark in small."""
    return tag("h2", text) + (tag("p", note, class_="note") if note else Html())


def trend(line: Line, reach: float) -> Html:
    """A line's small chart on the page's shared scale."""
    return gap_sparkline(line.series, reach, line.series_words)


def now_cell(line: Line) -> Html:
    """The figure, with its own period where that is not the page's."""
    own = tag("span", f" {line.own_period}", class_="small") if line.own_period else Html()
    return html(line.now) + own


def downloads(name: str, rows: Sequence[ScorecardRow], *, synthetic: bool, what: str) -> None:
    """Buttons for what the page shows, as CSV and JSON; a synthetic organisation's files say so."""
    file_downloads(
        f"{name}-synthetic" if synthetic else name,
        to_csv(rows, synthetic=synthetic),
        to_json(rows, synthetic=synthetic),
        what=what,
    )


def file_downloads(stem: str, csv: str, json: str, *, what: str) -> None:
    """Buttons for two texts that are ready to be taken along."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download CSV",
            csv.encode("utf-8"),
            file_name=f"{stem}.csv",
            mime="text/csv",
            on_click="ignore",
            key="csv",
        )
        st.download_button(
            "Download JSON",
            json.encode("utf-8"),
            file_name=f"{stem}.json",
            mime="application/json",
            on_click="ignore",
            key="json",
        )
        st.html(tag("p", what, class_="note"))


def scale_words(reach: float) -> str:
    """How to read the small charts and the words of the control charts."""
    return (
        "Small charts: twelve periods of service gap, as a share of what is expected (dashed), "
        f"all from −{100 * reach:.0f} % to +{100 * reach:.0f} %; higher is better. Behaviour: "
        "common cause means the usual ups and downs, with no sign of a change; keeps and misses, "
        "that nearly every period does; hit or miss, that one period may keep the promise and the "
        "next one miss it without anything having changed."
    )
