"""The one sentence a page opens with: generated from the rows, and true of them.

It says how many standards are met of those judged, where the widest service gap is and how wide,
since when, and who acts. Gaps of different units are compared as `ranking` explains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scorecard.declare.periods import Period
from scorecard.judge.status import Status
from scorecard.report.behaviour import Behaviour, behaviour_of
from scorecard.report.history import History, Streak, streak
from scorecard.report.meaning import now_what, so_what
from scorecard.report.phrases import (
    actual_words,
    counted,
    expected_words,
    gap_amount,
    grain_words,
    listed,
    number_word,
    period_words,
    shortened,
)
from scorecard.report.ranking import by_service_gap
from scorecard.report.row import ScorecardRow

NOTHING = "Nothing has been measured yet: import records, then measure."
_UNJUDGED = {
    Status.NO_DATA: ("has no data", "have no data"),
    Status.TOO_FEW: ("rests on too few records", "rest on too few records"),
    Status.NOT_COMPLETE: ("is not complete yet", "are not complete yet"),
    Status.NOT_IN_FORCE: ("has no expected value in force", "have no expected value in force"),
}


def scorecard_sentence(
    who: str,
    period: Period | None,
    rows: Sequence[ScorecardRow],
    history: History,
    *,
    synthetic: bool = False,
    name_department: bool = True,
) -> str:
    """The sentence of an organisation (`name_department`) or of one department.

    `rows` are those of the period, one per standard × department.
    """
    if period is None or not rows:
        return _marked(NOTHING, synthetic)
    when = f"In {period_words(period)}"
    judged = [row for row in rows if row.status.judged]
    if not judged:
        return _marked(
            f"{when} nothing could be judged for {who}: {_reasons(rows, total=True)}.", synthetic
        )
    left = [row for row in rows if not row.status.judged]
    behind = by_service_gap(judged, history)
    opening = f"{when} {who} met {_of(len(judged) - len(behind), len(judged))}"
    if not behind:
        more = f", and {_reasons(left)}" if left else ""
        return _marked(f"{opening}{more}.", synthetic)
    widest = behind[0]
    where = f"“{shortened(widest.title)}”"
    if name_department:
        where = f"{widest.department_name}, {where}"
    also = _own_period(widest, period, history)
    run = streak(history.until(widest), history.fiscal_year_start)
    return _marked(
        f"{opening}; the widest service gap for its size is {gap_amount(widest)} ({where}{also}), "
        f"{_since(run)}{_meaning(widest, behaviour_of(widest, history))}.",
        synthetic,
    )


def standard_sentence(
    row: ScorecardRow | None,
    history: History,
    *,
    synthetic: bool = False,
) -> str:
    """The sentence of one standard in one department (or the whole organisation)."""
    if row is None:
        return _marked(NOTHING, synthetic)
    run = streak(history.until(row), history.fiscal_year_start)
    told = behaviour_of(row, history) if row.status.judged else None
    return row_sentence(row, history.period_of(row), run, told, synthetic=synthetic)


def row_sentence(
    row: ScorecardRow,
    period: Period,
    run: Streak | None,
    told: Behaviour | None,
    *,
    synthetic: bool = False,
) -> str:
    """The sentence of one row, from the streak it ends and how its series behaves."""
    when = f"In {period_words(period)}"
    who = row.department_name
    match row.status:
        case Status.MET:
            text = (
                f"{when} {who} met this standard: {actual_words(row)} "
                f"where {expected_words(row)} is expected{_meaning(row, told)}"
            )
        case Status.NEAR | Status.MISSED:
            verb = "only just missed" if row.status is Status.NEAR else "missed"
            text = (
                f"{when} {who} {verb} this standard by {gap_amount(row)}: {actual_words(row)} "
                f"where {expected_words(row)} is expected, {_since(run)}{_meaning(row, told)}"
            )
        case Status.NO_DATA:
            text = f"{when} there is no data on this standard for {who}"
        case Status.TOO_FEW:
            text = (
                f"{when} this standard cannot be judged for {who}: "
                f"{counted(row.n, 'record')} {'is' if row.n == 1 else 'are'} too few"
            )
        case Status.NOT_COMPLETE:
            text = (
                f"{when} this standard cannot be judged for {who} yet: the period is not complete"
            )
        case _:
            text = f"{when} no expected value was in force for {who}, so nothing is judged"
    return _marked(f"{text}.", synthetic)


def _marked(text: str, synthetic: bool) -> str:
    if not synthetic:
        return text
    return f"Synthetic data: {text[0].lower()}{text[1:]}"


def _of(met: int, judged: int) -> str:
    if met == judged:
        return "the one standard judged" if judged == 1 else f"all {judged:,} standards judged"
    if judged == 1:
        return "none of one standard judged"
    return f"{'none' if met == 0 else f'{met:,}'} of {judged:,} standards judged"


def _reasons(rows: Sequence[ScorecardRow], *, total: bool = False) -> str:
    counts = Counter(row.status for row in rows)
    noun = "standard" if total else "other"
    parts = [
        f"{number_word(counts[status])}{_noun(counts[status], noun, first=first)} "
        f"{_UNJUDGED[status][counts[status] > 1]}"
        for first, status in _first([status for status in _UNJUDGED if counts[status]])
    ]
    return listed(parts)


def _first(statuses: list[Status]) -> list[tuple[bool, Status]]:
    return [(index == 0, status) for index, status in enumerate(statuses)]


def _noun(count: int, noun: str, *, first: bool) -> str:
    return f" {noun}{'' if count == 1 else 's'}" if first else ""


def _since(run: Streak | None) -> str:
    if run is None:
        return "not met"
    since, periods = period_words(run.since), grain_words(run.since.grain, run.count)
    if run.whole and run.count == 1:
        return f"not met in the only {periods} judged so far"
    if run.whole:
        return f"never met since judging began ({since}, {number_word(run.count)} {periods})"
    running = " running" if run.count > 1 else ""
    return f"not met since {since} ({number_word(run.count)} {periods}{running})"


def _meaning(row: ScorecardRow, told: Behaviour | None) -> str:
    """So what and now what, as the end of a sentence."""
    what, now = so_what(row, told), now_what(row, told)
    meant = f", {what}" if what else ""
    if not now:
        return meant
    return f"{meant}; {now}" if what else f", and {now}"


def _own_period(row: ScorecardRow, period: Period, history: History) -> str:
    own = history.period_of(row)
    return "" if own == period else f", {period_words(own)}"
