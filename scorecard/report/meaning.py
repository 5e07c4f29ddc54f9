"""So what, now what: what a figure means and what is to be done, from its chart and its confidence.

Plain words for people who do not know statistics. Each clause is true by itself: it says what the
records show, and asks no more of anybody than that.
"""

from __future__ import annotations

from scorecard.judge.chart import Assurance, Variation
from scorecard.judge.confidence import Confidence
from scorecard.judge.status import Status
from scorecard.report.behaviour import Behaviour
from scorecard.report.phrases import counted, grain_words, period_words
from scorecard.report.row import ScorecardRow


def so_what(row: ScorecardRow, behaviour: Behaviour | None) -> str:
    """What the figure means beyond its status, as one clause; empty where nothing can be said.

    The chart comes first, since it knows the past; without one, how sure the status is.
    """
    if not row.status.judged:
        return ""
    kept = row.status is Status.MET
    if behaviour is not None and behaviour.is_told:
        grain = grain_words(row.grain, 1)
        match behaviour.variation:
            case Variation.CONCERNING:
                return f"{'but' if kept else 'and'} it is getting worse ({behaviour.signal_words})"
            case Variation.IMPROVING:
                return f"{'and' if kept else 'but'} it is getting better ({behaviour.signal_words})"
            case _:
                return _as_it_works(kept, behaviour, grain)
    if row.confidence is Confidence.UNCERTAIN:
        records = counted(row.n, "record")
        return f"and with {records} the difference may be chance"
    if row.confidence in (Confidence.SURELY_MISSED, Confidence.SURELY_MET):
        return "which is more than chance"
    return ""


def _as_it_works(kept: bool, behaviour: Behaviour, grain: str) -> str:
    if not behaviour.usual:
        return f"and it has been the same in every {grain}"
    usual = f"{grain}s fall {behaviour.usual}"
    match behaviour.assurance:
        case Assurance.KEEPS if kept:
            return f"and as it works now it keeps this promise every {grain} ({usual})"
        case Assurance.KEEPS:
            return f"although as it works now nearly every {grain} keeps this promise ({usual})"
        case Assurance.MISSES if kept:
            return f"although as it works now hardly any {grain} keeps this promise ({usual})"
        case Assurance.MISSES:
            return f"and as it works now it misses this promise every {grain} ({usual})"
        case _:
            return f"and as it works now a {grain} is met or missed by chance ({usual})"


def now_what(row: ScorecardRow, behaviour: Behaviour | None) -> str:
    """What is to be done, and by whom, as one clause; empty where nothing is judged."""
    if not row.status.judged:
        return ""
    kept = row.status is Status.MET
    if behaviour is None or not behaviour.is_told:
        return "" if kept else act(row, "act")
    match behaviour.variation:
        case Variation.CONCERNING:
            since = _since(behaviour)
            return act(row, f"find out what changed{since}" + (" before it is missed" * kept))
        case Variation.IMPROVING:
            return act(row, "find out what helped and keep it" if kept else "hold the course")
    match behaviour.assurance:
        case Assurance.KEEPS if kept:
            return "nothing needs to be done"
        case Assurance.KEEPS:
            return act(row, f"look at this one {grain_words(row.grain, 1)}")
        case Assurance.MISSES:
            return act(row, "change how the work is done, or what is promised")
        case _:
            return act(
                row,
                f"change how the work is done: one {grain_words(row.grain, 1)} by "
                "itself explains nothing",
            )


def act(row: ScorecardRow, what: str) -> str:
    """`it is for the City manager to act`; `nobody is named to act`."""
    who = f"it is for the {_office(row.owner)}" if row.owner else "nobody is named"
    return f"{who} to {what}"


def _since(behaviour: Behaviour) -> str:
    found = behaviour.signal
    if found is None:
        return ""
    start = period_words(behaviour.periods[found.start])
    return f" in {start}" if found.length == 1 else f" about {start}"


def _office(owner: str) -> str:
    return owner.removeprefix("The ").removeprefix("the ")
