"""What the control chart of a standard says: in words, with what people declared about it."""

from __future__ import annotations

from dashboard.markup import Html, joined, tag
from dashboard.parts import behaviour_mark, heading
from dashboard.tables import Column, definitions, table
from scorecard.report.behaviour import Behaviour
from scorecard.report.behaviour_style import assurance_style, variation_style
from scorecard.report.phrases import counted, day_words


def behaviour_section(told: Behaviour) -> Html:
    """Variation, assurance, the signal, and the usual range; a proposed phase; what happened."""
    return heading("How it behaves over time") + _reading(told) + _proposal(told) + _marks(told)


def _reading(told: Behaviour) -> Html:
    if told.chart is None:
        return tag("p", told.reason)
    pairs: list[tuple[str, object]] = []
    if (style := variation_style(told)) is not None:
        pairs.append(("Variation", joined([behaviour_mark(style), style.meaning], ": ")))
    if (style := assurance_style(told)) is not None:
        pairs.append(("Assurance", joined([behaviour_mark(style), style.meaning], ": ")))
    pairs.append(("As it works now", f"Figures fall {told.usual}." if told.usual else ""))
    pairs.append(("Rests on", _basis(told)))
    return definitions(pairs)


def _basis(told: Behaviour) -> str:
    assert told.chart is not None
    phase = told.chart.phases[-1]
    short = ", so the limits are provisional" if phase.short else ""
    left = counted(phase.screened, "outlying step") + " left out; " if phase.screened else ""
    return f"{counted(phase.measured, 'period')}{short}; {left}rules “{told.chart.rules.name}”."


def _proposal(told: Behaviour) -> Html:
    if not told.proposal:
        return Html()
    return tag(
        "div",
        tag("p", tag("b", "A new phase is proposed and waits for a person. "), told.proposal),
        tag("p", "To accept it, write under [standard.chart]: ", tag("code", told.proposed)),
        class_="notice",
    )


def _marks(told: Behaviour) -> Html:
    if not told.marks:
        return Html()
    return table(
        "What people declared about this series",
        [Column("Day"), Column("What"), Column("In words")],
        [[day_words(mark.day), mark.kind, mark.text] for mark in told.marks],
        stacked=False,
    )
