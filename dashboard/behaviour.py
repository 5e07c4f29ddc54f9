"""What the control chart of a standard says: in words, with what people declared about it."""

from __future__ import annotations

from dashboard.markup import Html, joined, tag
from dashboard.parts import behaviour_mark, heading
from dashboard.tables import Column, definitions, table
from scorecard.judge.xmr import SHORT
from scorecard.report.behaviour import Behaviour
from scorecard.report.behaviour_style import assurance_style, variation_style
from scorecard.report.phrases import counted, day_words, grain_words, period_words


def behaviour_section(told: Behaviour) -> Html:
    """Variation, assurance, the signal, and the usual range; a proposed phase; what happened."""
    return heading("How it behaves over time") + _reading(told) + _proposal(told) + _marks(told)


def _reading(told: Behaviour) -> Html:
    if told.chart is None:
        return tag("p", told.reason)
    period = period_words(told.periods[-1])
    pairs: list[tuple[str, object]] = []
    if (style := variation_style(told)) is not None:
        pairs.append(("Variation", joined([behaviour_mark(style), style.meaning], ": ")))
    if (style := assurance_style(told)) is not None:
        pairs.append(("Assurance", joined([behaviour_mark(style), style.meaning], ": ")))
    if not told.is_told:
        pairs.append(("Variation", f"{period} is no point of the chart: {told.not_told}."))
    pairs.append(("Usually", _usually(told)))
    pairs.append(("Rests on", _basis(told)))
    return definitions(pairs)


def _usually(told: Behaviour) -> str:
    grain = grain_words(told.grain, 1)
    if told.usual:
        return f"A usual {grain} lies {told.usual}: between the two limits of the chart."
    since = f" {told.since}" if told.since else ""
    if told.is_constant:
        return f"It has been the same in every {grain} measured{since}."
    return f"Too few {grain}s in a row are known{since} to say what is usual."


def _basis(told: Behaviour) -> str:
    assert told.chart is not None
    assert told.phase is not None
    phase, grain = told.phase, told.grain
    short = ", so the limits are provisional" if phase.resting < SHORT and told.usual else ""
    left = ""
    if phase.screened:
        many = "an unusually large step" if phase.screened == 1 else "unusually large steps"
        left = f"{many} from one {grain_words(grain, 1)} to the next left out; "
    periods = counted(phase.resting, grain_words(grain, 1), grain_words(grain, 2))
    return f"{periods}{short}; {left}rules “{told.chart.rules.name}”."


def _proposal(told: Behaviour) -> Html:
    if not told.proposal:
        return Html()
    return tag(
        "div",
        tag("p", tag("b", "A new phase is proposed and waits for a person. "), told.proposal),
        tag("p", told.accepting, " ", tag("code", told.proposed)) if told.proposed else Html(),
        class_="notice",
    )


def _marks(told: Behaviour) -> Html:
    if not told.marks:
        return Html()
    return table(
        "What people declared about this series, and what audits had done",
        [Column("Day"), Column("What"), Column("In words")],
        [[day_words(mark.day), mark.kind, mark.text] for mark in told.marks],
        stacked=False,
    )
