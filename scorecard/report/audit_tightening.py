"""What a re-audit allows to be tightened: a proposal for each requirement, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scorecard.audit.body import Comparison
from scorecard.audit.cycle import Cycle, Proposal
from scorecard.audit.desk import Desk
from scorecard.audit.events import TighteningProposed, body_of
from scorecard.audit.scope import Requirement
from scorecard.declare.standards import Standard
from scorecard.errors import AuditError
from scorecard.judge.chart import Variation
from scorecard.judge.gap import noise, service_gap
from scorecard.judge.promise import promise
from scorecard.judge.rounding import shown
from scorecard.judge.tightening import ENOUGH, Refusal, rounded_easier
from scorecard.report.behaviour import Behaviour, behaviour_of, charted
from scorecard.report.history import History
from scorecard.report.phase_series import PhaseSeries, phase_series
from scorecard.report.phrases import (
    grain_words,
    listed,
    number_word,
    period_words,
    plain,
    with_unit,
)
from scorecard.report.promise_words import TighteningOutlook, tightening_outlook
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import department_name, scorecard_rows

_CONFIDENCE = "Confidence 95 %."


@dataclass(frozen=True)
class Tightening:
    """What is made of one requirement of a cycle.

    title, department   as people say them
    proposal            None where nothing is proposed
    words               the proposal with its ground, or why there is none
    """

    requirement: Requirement
    title: str
    department: str
    proposal: TighteningProposed | None
    words: str


def proposals(desk: Desk, cycle: Cycle) -> list[Tightening]:
    """What was demonstrated of each requirement in scope, as the re-audit knew it.

    Shown over enough periods without a sign of a change: what the next period keeps with 95 %
    confidence, as the Standard page has it. Where there are too few, the cautious end of the 95 %
    interval of the re-audit's own figure, or what a coming period keeps by the known ones where
    that is easier: a weaker ground, and it says so. Nothing easier than what is in force is
    proposed, and nothing where the re-audit found that the service regressed.

    Raises AuditError `reaudit-missing`.
    """
    if cycle.comparison is None:
        raise AuditError(
            "reaudit-missing",
            f"The re-audit of {cycle.id} is not recorded: nothing was demonstrated yet.",
            hint="Record it requirement by requirement beside the baseline.",
        )
    recorded = cycle.comparison.body
    moments = [one.known_at for one in recorded.figures]
    as_of = max(moments, default=cycle.comparison.at)
    compared = {(one.standard, one.department): one for one in recorded.comparisons}
    periods = {(one.standard, one.department): one.period for one in recorded.figures}
    histories: dict[str, History] = {}
    found: list[Tightening] = []
    for one in cycle.opened.body.scope.requirements:
        key = one.standard, one.department
        held = desk.declared.standards.get(one.standard)
        if one.standard not in histories:
            histories[one.standard] = _history(desk, one.standard, as_of)
        body, words = _found(
            one, held, histories[one.standard], compared.get(key), periods.get(key)
        )
        if body is not None:
            body, words = _once(body, words, list(cycle.proposals.values()))
        name = department_name(desk.declared, one.department)
        found.append(Tightening(one, held.title if held else one.title, name, body, words))
    return found


def record_proposals(
    desk: Desk, id: str, found: Sequence[Tightening], *, seen: int | None = None
) -> Cycle:
    """Record what is proposed, each with a number of its own, all or none; the cycle afterwards."""
    bodies = [one.proposal for one in found if one.proposal is not None]
    return desk.record_all(id, bodies, seen=seen) if bodies else desk.cycle(id)


_Found = tuple[TighteningProposed | None, str]


def _history(desk: Desk, standard: str, as_of: datetime) -> History:
    declared = desk.declared
    rows = (
        scorecard_rows(declared, desk.ledger, standard=standard, as_of=as_of)
        if standard in declared.standards
        else []
    )
    return History(rows, declared.organisation.fiscal_year_start, declared.standards)


def _found(
    requirement: Requirement,
    held: Standard | None,
    history: History,
    compared: Comparison | None,
    period: date | None,
) -> _Found:
    if held is None:
        return None, "Nothing tighter is proposed. The standard is declared no more."
    if compared is None or compared.outcome == "not-tested" or period is None:
        return None, "Nothing tighter is proposed. The re-audit did not test it."
    if compared.outcome == "regressed":
        return None, "Nothing tighter is proposed. The re-audit found that it regressed."
    told = history.of((requirement.standard, requirement.department))
    row = next((one for one in told if one.period == period), None)
    if row is None:
        return None, "Nothing tighter is proposed. Its series is not measured."
    behaviour = behaviour_of(row, history)
    series = phase_series(behaviour)
    outlook = tightening_outlook(series, held)
    if outlook.value is not None:
        return _body(row, outlook.value, _ground(series, outlook))
    if outlook.refusal is Refusal.TOO_FEW:
        return _by_the_figure(row, behaviour, series, compared, outlook)
    return None, outlook.words


def _ground(series: PhaseSeries, outlook: TighteningOutlook) -> str:
    """`… It rests on 26 months without a sign of a change, since June 2024. Confidence 95 %.`"""
    since = period_words(series.periods[0])
    return (
        f"{outlook.words} It rests on {_periods(series, series.n)} without a sign of a change, "
        f"since {since}. {_CONFIDENCE}"
    )


def _by_the_figure(
    row: ScorecardRow,
    behaviour: Behaviour,
    series: PhaseSeries,
    compared: Comparison,
    outlook: TighteningOutlook,
) -> _Found:
    """By the re-audit's figure, where there are too few periods to say what will last.

    The easier of its cautious end and what a coming period keeps, where enough are known for that.
    """
    if behaviour.is_refused or behaviour.variation is Variation.CONCERNING:
        why = behaviour.reason or f"And there is a sign of worse: {behaviour.signal_words}."
        return None, f"{outlook.words} {why}"
    if compared.outcome == "new":
        return None, f"{outlook.words} The re-audit has nothing before to hold its figure against."
    if charted(row) is None:
        return None, f"{outlook.words} The re-audit's figure is none to go by: {row.status}."
    if row.expected is None or row.low is None or row.high is None:
        return None, f"{outlook.words} The re-audit's figure has no interval to go by."
    easier = min if row.better == "higher" else max
    end = row.low if row.better == "higher" else row.high
    kept = _kept(series)
    limit = end if kept is None else easier(end, kept)
    value = rounded_easier(limit, row.expected, row.better, None)
    room = service_gap(value - row.expected, row.better)
    assert room is not None
    tolerance = row.tolerance or 0.0
    where = period_words(series.periods[-1])
    figure = (
        f"{where} had {_said(row, row.actual)} (n = {row.n:,}; 95 % interval "
        f"{_said(row, row.low)} to {_said(row, row.high)})"
    )
    if room <= tolerance + noise(row.expected, tolerance):
        return None, (
            f"{outlook.words} And what is known shows nothing that is surely better than expected "
            f"by more than the tolerance: {figure}."
        )
    side = "at least" if row.better == "higher" else "at most"
    new, old = (f"{side} {with_unit(plain(one), row.unit)}" for one in (value, row.expected))
    if kept is None:
        basis, why = "one period alone", "the value is its cautious end"
    else:
        one = grain_words(series.grain, 1)
        basis = f"{_periods(series, series.n)}, where {ENOUGH} are needed"
        why = (
            f"by what is known a coming {one} keeps {side} {_said(row, kept)} with a probability "
            "of 95 %; the value is the easier of that and the cautious end"
        )
    known = [one for one in series.values if one is not None]
    times = sum(easier(one, value) == value for one in known)
    return _body(
        row,
        value,
        f"{new.capitalize()} could be expected instead of {old}, by {basis}; it is not shown to "
        f"last. {figure}; {why}, rounded to the easier side. Of "
        f"{number_word(len(known))} known {grain_words(series.grain, len(known))} "
        f"{number_word(times) if times else 'none'} kept it. {_CONFIDENCE}",
    )


def _kept(series: PhaseSeries) -> float | None:
    """What a coming period keeps with 95 %; None where the known ones are too few to tell."""
    found = promise(
        series.values,
        better=series.better,
        declared=series.last.expected,
        tolerance=series.last.tolerance or 0.0,
        scale=series.scale,
        denominators=series.denominators,
        stable=series.stable,
        confidences=(0.95,),
    )
    return found.offers[0].value if found.offers else None


def _said(row: ScorecardRow, value: float | None) -> str:
    return with_unit(shown(value, row.unit), row.unit)


def _periods(series: PhaseSeries, count: int) -> str:
    return f"{number_word(count)} {grain_words(series.grain, count)}"


def _body(row: ScorecardRow, value: float, ground: str) -> _Found:
    data = {
        "standard": row.standard,
        "department": row.department,
        "side": "at_least" if row.better == "higher" else "at_most",
        "value": value,
        "current": row.expected,
        "ground": ground,
    }
    body = body_of(TighteningProposed.kind, data)
    assert isinstance(body, TighteningProposed)
    return body, ground


def _once(body: TighteningProposed, words: str, there: Sequence[Proposal]) -> _Found:
    """Nothing again that stands in the cycle already, whatever became of it."""
    same = [
        str(one.number)
        for one in there
        if (one.proposed.body.standard, one.proposed.body.department, one.proposed.body.value)
        == (body.standard, body.department, body.value)
    ]
    if not same:
        return body, words
    return None, f"Proposed in this cycle already, as number {listed(same)}. {words}"
