"""What lies ahead of a standard: promises, what was done and what came of it, teams, forecast."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.data import Version, kept, parts_of
from dashboard.markup import Html, joined, tag
from dashboard.parts import heading
from dashboard.tables import Column, definitions, table
from scorecard.declare.standards import Standard
from scorecard.report.audit_actions import DoneAction
from scorecard.report.behaviour import Behaviour
from scorecard.report.board import Board
from scorecard.report.capability_words import CapabilityOutlook
from scorecard.report.effects import EffectLine
from scorecard.report.forecast_words import ForecastOutlook, forecast_outlook
from scorecard.report.opened import Opened
from scorecard.report.outlook import Outlook, outlook
from scorecard.report.phrases import day_words
from scorecard.report.promise_words import PromiseOutlook, TighteningOutlook
from scorecard.report.team_gap import TeamGap


def show_outlook(
    board: Board,
    scorecard: Opened,
    version: Version,
    told: Behaviour,
    standard: Standard,
    done: tuple[DoneAction, ...],
) -> Callable[[], None]:
    """Draw all but the forecast. What is returned draws that, into its place below the rest: it
    takes seconds the first time, so a page calls it when all else is drawn.

    `standard` has what audits had `done` among its events.
    """
    row = told.rows[-1]
    parts = parts_of(scorecard, board, standard.id)
    key = standard.id, row.department, row.period
    st.html(
        outlook_section(
            kept(
                version,
                ("outlook", *key, done),
                lambda: outlook(standard, told, lambda by: parts(by, row.department, None)),
            )
        )
    )
    place = st.container()

    def forecast() -> None:
        with place, st.spinner("Working out a forecast …"):
            found = kept(version, ("forecast", *key), lambda: forecast_outlook(told, standard))
        place.html(forecast_section(found))

    return forecast


def outlook_section(view: Outlook) -> Html:
    """All but the forecast."""
    return (
        heading("What could be promised")
        + _promise(view.promise)
        + _tightening(view.tightening)
        + _capability(view.capability)
        + _effects(view.effects)
        + _teams(view.teams)
    )


def forecast_section(view: ForecastOutlook) -> Html:
    """The forecast to the review, or why there is none."""
    return heading("What comes next") + tag("p", view.words) + _forecast(view)


def _promise(view: PromiseOutlook) -> Html:
    if view.reason:
        return tag("p", view.reason)
    called = definitions(
        [(one.what, joined([tag("b", one.value), one.words], ". ")) for one in view.calls]
    )
    offers = table(
        "What could be promised as it works now",
        [Column("Kept with a confidence of"), Column("Value that could be promised")],
        [[f"{100 * one.confidence:g} % ({one.often})", one.words] for one in view.offers],
        stacked=False,
        kind="short",
    )
    return called + offers + tag("p", view.basis, class_="note")


def _tightening(view: TighteningOutlook) -> Html:
    if not view.line:
        return tag("p", view.words)
    return tag(
        "div",
        tag("p", tag("b", "A tighter value is proposed and waits for a person. "), view.words),
        tag("p", view.where, " ", tag("code", view.line)),
        class_="notice",
    )


def _capability(view: CapabilityOutlook) -> Html:
    told = tag("p", view.reason) if view.reason else definitions(view.pairs)
    cautions = [tag("p", one, class_="note") for one in view.cautions]
    return tag(
        "details", tag("summary", "Process capability (DMAIC)"), told, *cautions, class_="more"
    )


def _effects(lines: tuple[EffectLine, ...]) -> Html:
    if not lines:
        return Html()
    return heading("What was done, and what came of it") + table(
        "The periods since, against where the figure was heading",
        [Column("What happened"), Column("Day"), Column("Effect"), Column("By how much")],
        [
            [
                line.text,
                day_words(line.day),
                str(line.verdict),
                "; ".join(part for part in (line.change, line.rests) if part),
            ]
            for line in lines
        ],
    )


def _teams(view: TeamGap | None) -> Html:
    if view is None:
        return Html()
    return heading("System and teams") + joined(tag("p", words) for words in view.words)


def _forecast(view: ForecastOutlook) -> Html:
    if not view.is_shown:
        return Html()
    return table(
        "Forecast, period by period",
        [
            Column("Period"),
            Column("Forecast", number=True),
            Column("80 % interval", number=True),
            Column("95 % interval", number=True),
            Column("Expected"),
            Column("Chance of being kept"),
        ],
        [
            [line.period, line.value, line.likely, line.surely, line.expected, line.chance_words]
            for line in view.lines
        ],
        stacked=False,
    ) + tag("p", view.basis, class_="note")
