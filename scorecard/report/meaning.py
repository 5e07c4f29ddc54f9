"""So what, now what: what a figure means and what is to be done, from its chart and its confidence.

Plain words for people who do not know statistics. Each clause is true by itself: it says what the
records show, and asks no more of anybody than that.
"""

from __future__ import annotations

from scorecard.judge.chart import Assurance, Variation
from scorecard.judge.confidence import Confidence
from scorecard.judge.special_cause import Rule
from scorecard.judge.status import Status
from scorecard.report.behaviour import Behaviour
from scorecard.report.phrases import counted, grain_words, period_words
from scorecard.report.row import ScorecardRow

_CHANGE = {
    Rule.OUTSIDE: "is clearly {} than usual",
    Rule.TWO_OF_THREE: "is {} than usual",
    Rule.RUN: "has become {}",
    Rule.TREND: "is getting {}",
}
_BY_CHANCE = (Confidence.UNCERTAIN, Confidence.TOO_FEW)


def so_what(row: ScorecardRow, behaviour: Behaviour | None) -> str:
    """What the figure means beyond its status, as one clause; empty where nothing can be said.

    The chart comes first, since it knows the past; without one, how sure the status is.
    """
    if not row.status.judged:
        return ""
    kept = row.status is Status.MET
    if behaviour is None or not behaviour.is_told:
        return _by_chance(row)
    if behaviour.signal is not None:
        return _changed(kept, behaviour)
    return _as_it_works(kept, behaviour, grain_words(row.grain, 1))


def _by_chance(row: ScorecardRow) -> str:
    match row.confidence:
        case Confidence.SURELY_MET | Confidence.SURELY_MISSED:
            return "and that is more than chance"
        case Confidence.LIKELY_MET | Confidence.LIKELY_MISSED:
            return "and that is likely more than chance"
        case Confidence.UNCERTAIN:
            return f"and with {counted(row.n, 'record')} chance alone may have decided it"
        case Confidence.TOO_FEW:
            return f"and {counted(row.n, 'record')} cannot tell whether chance decided it"
        case _:
            return ""


def _changed(kept: bool, behaviour: Behaviour) -> str:
    assert behaviour.signal is not None
    assert behaviour.chart is not None
    rule, better = behaviour.signal.rule, behaviour.variation is Variation.IMPROVING
    # What lasts as long as a run is no exception any more.
    lasts = behaviour.signal.length >= behaviour.chart.rules.run
    pattern = "has become {}" if lasts and rule is not Rule.TREND else _CHANGE[rule]
    change = pattern.format("better" if better else "worse")
    # Who reads of a limit is told where it lies.
    limits = _usually(behaviour) if rule in (Rule.OUTSIDE, Rule.TWO_OF_THREE) else ""
    words = "; ".join(filter(None, (behaviour.signal_words, limits)))
    return f"{'and' if kept == better else 'but'} it {change} ({words})"


def _as_it_works(kept: bool, behaviour: Behaviour, grain: str) -> str:
    since = f" {behaviour.since}" if behaviour.since else ""
    if behaviour.is_constant:
        return f"and it has been the same in every {grain} measured{since}"
    if not behaviour.has_limits:
        return f"and too few {grain}s in a row are known{since} to say what is usual"
    usual = _usually(behaviour)
    match behaviour.assurance:
        case Assurance.KEEPS:
            joint = "and" if kept else "although"
            return f"{joint} as it works now nearly every {grain} keeps this promise ({usual})"
        case Assurance.MISSES:
            joint = "although" if kept else "and"
            return f"{joint} as it works now nearly every {grain} misses this promise ({usual})"
        case _:
            return (
                f"and as it works now one {grain} may keep this promise and the next one miss it "
                f"without anything having changed ({usual})"
            )


def _usually(behaviour: Behaviour) -> str:
    if not behaviour.usual:
        return ""
    return f"a usual {grain_words(behaviour.grain, 1)} lies {behaviour.usual}"


def now_what(row: ScorecardRow, behaviour: Behaviour | None) -> str:
    """What is to be done, and by whom, as one clause; empty where nothing need be."""
    if not row.status.judged:
        return ""
    kept = row.status is Status.MET
    if behaviour is None or not behaviour.is_told:
        if kept:
            return ""
        return act(row, "watch what comes next" if row.confidence in _BY_CHANCE else "act")
    if behaviour.signal is not None:
        if behaviour.variation is Variation.IMPROVING:
            more = "keep it up" if kept else "do more of it"
            return act(row, f"find out what helped and {more}")
        before = " before the promise is missed" if kept else ""
        return act(row, f"find out what changed{_since(behaviour)}{before}")
    grain = grain_words(row.grain, 1)
    match behaviour.assurance:
        case Assurance.KEEPS:
            return "nothing needs to be done" if kept else act(row, f"look at this one {grain}")
        case Assurance.MISSES:
            return act(row, "change how the work is done, or what is promised")
        case Assurance.HIT_OR_MISS:
            return act(
                row,
                f"change how the work is done if every {grain} is to keep the promise, since this "
                f"one {grain} by itself explains nothing",
            )
    return "" if kept else act(row, "act")


def act(row: ScorecardRow, what: str) -> str:
    """`it is for the City manager to act`; `nobody is named to act`."""
    who = f"it is for the {_office(row.owner)}" if row.owner else "nobody is named"
    return f"{who} to {what}"


def _since(behaviour: Behaviour) -> str:
    found = behaviour.signal
    if found is None:
        return ""
    start = period_words(behaviour.periods[found.start])
    if found.length > 1:
        return f" around {start}"
    return f" {'on' if behaviour.grain == 'day' else 'in'} {start}"


def _office(owner: str) -> str:
    return owner.removeprefix("The ").removeprefix("the ")
