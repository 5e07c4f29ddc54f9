"""All audit cycles of an organisation: a line each, and what is to be known of them first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from scorecard.audit.body import Grade
from scorecard.audit.cycle import DMAIC, PDCA, Cycle, State
from scorecard.declare.load import Declarations
from scorecard.declare.periods import Grain, Period
from scorecard.report.audit_names import Names
from scorecard.report.audit_reminders import Reminder, falling_due, turn, waits_for_signature
from scorecard.report.phrases import counted, day_words, listed, number_word, period_words

GRADES: tuple[Grade, ...] = ("major", "minor", "observation")


@dataclass(frozen=True)
class AuditLine:
    """One cycle. People, departments and standards are by name; counts are of things, not shares.

    `pdca` and `dmaic` are the state in the words of Deming's wheel and of Six Sigma. `baseline` is
    the period of the baseline in words, empty where no figure was measured. `criteria_met` of
    `criteria_examined`: results of criteria that apply, over all samples. `signed_by` is empty
    where nobody has signed. `overdue` are sentences.
    """

    id: str
    title: str
    state: State
    pdca: str
    dmaic: str
    departments: tuple[str, ...]
    standards: tuple[str, ...]
    baseline: str
    auditors: tuple[str, ...]
    findings_open: dict[Grade, int]
    findings_closed: dict[Grade, int]
    actions_done: int
    actions_open: int
    actions_overdue: int
    criteria_met: int
    criteria_examined: int
    next_day: date | None
    next_what: str
    signed_by: str
    waits_for_signature: bool
    overdue: tuple[str, ...]


@dataclass(frozen=True)
class AuditList:
    """The cycles, the latest first, below the sentence that says what there is to know of them."""

    organisation: str
    synthetic: bool
    sentence: str
    lines: tuple[AuditLine, ...]


def audit_list(declared: Declarations, cycles: Sequence[Cycle], today: date) -> AuditList:
    """The list of `cycles`, given in the order of their opening; `today` is the local day."""
    due = {one.id: falling_due(declared, one, today, others=cycles) for one in cycles}
    lines = [audit_line(declared, one, due[one.id]) for one in reversed(cycles)]
    return AuditList(
        organisation=declared.organisation.name,
        synthetic=declared.organisation.synthetic,
        sentence=opening_sentence(declared, cycles, due, today),
        lines=tuple(lines),
    )


def audit_line(declared: Declarations, cycle: Cycle, due: Sequence[Reminder]) -> AuditLine:
    """One cycle's line; `due` is what `falling_due` says of it."""
    names = Names(declared)
    opened = cycle.opened.body
    coming = next((one for one in due if not one.overdue and one.matter != "signature"), None)
    overdue = [one for one in due if one.overdue]
    results = [one.body.outcome for one in cycle.results.values()]
    return AuditLine(
        id=cycle.id,
        title=opened.title,
        state=cycle.state,
        pdca=PDCA[cycle.state],
        dmaic=DMAIC[cycle.state],
        departments=_unique(names.department(one.department) for one in opened.scope.requirements),
        standards=_unique(one.title for one in opened.scope.requirements),
        baseline=baseline_words(declared, cycle),
        auditors=tuple(map(names.person, cycle.auditors)),
        findings_open=_graded(cycle, open_=True),
        findings_closed=_graded(cycle, open_=False),
        actions_done=sum(1 for one in cycle.actions.values() if one.done),
        actions_open=sum(1 for one in cycle.actions.values() if not one.done),
        actions_overdue=sum(1 for one in overdue if one.matter == "action"),
        criteria_met=results.count("met"),
        criteria_examined=results.count("met") + results.count("not-met"),
        next_day=coming.day if coming else None,
        next_what=coming.sentence if coming else "",
        signed_by=names.person(cycle.signature.by) if cycle.signature else "",
        waits_for_signature=waits_for_signature(cycle),
        overdue=tuple(one.sentence for one in overdue),
    )


def baseline_words(declared: Declarations, cycle: Cycle) -> str:
    """The period or periods of the baseline; empty where no figure was measured."""
    found = {(one.period, one.grain) for one in cycle.opened.body.baseline}
    start = declared.organisation.fiscal_year_start
    return listed(
        [period_words(Period(day, cast(Grain, grain), start)) for day, grain in sorted(found)]
    )


def opening_sentence(
    declared: Declarations,
    cycles: Sequence[Cycle],
    due: dict[str, list[Reminder]],
    today: date,
) -> str:
    """How many cycles there are, which are overdue, which wait for a signature, and who acts."""
    if not cycles:
        return "No audit cycle has been opened yet."
    open_ = [one for one in cycles if one.state is not State.CLOSED]
    parts = [_how_many(declared, cycles, open_)]
    late = [one.opened.body.title for one in cycles if any(d.overdue for d in due[one.id])]
    if late:
        parts.append(f"{listed(late)} {'is' if len(late) == 1 else 'are'} overdue.")
    unsigned = [one.opened.body.title for one in open_ if waits_for_signature(one)]
    if unsigned:
        wait = "waits" if len(unsigned) == 1 else "wait"
        parts.append(f"{listed(unsigned)} {wait} for a signature.")
    parts.append(_who_acts(declared, open_, [one for id in due for one in due[id]], today))
    return " ".join(part for part in parts if part)


def _how_many(declared: Declarations, cycles: Sequence[Cycle], open_: Sequence[Cycle]) -> str:
    if not open_:
        if len(cycles) == 1:
            return f"The one audit cycle, {cycles[0].opened.body.title}, is closed."
        return f"All {number_word(len(cycles))} audit cycles are closed."
    if len(open_) == 1:
        only = open_[0]
        closed = len(cycles) - 1
        besides = f"; {number_word(closed)} {'is' if closed == 1 else 'are'} closed"
        where = only.state.standing
        told = f"One audit cycle is open: {only.opened.body.title}, {where}"
        return f"{told}{besides if closed else ''}."
    opening = f"{number_word(len(open_)).capitalize()} of {counted(len(cycles), 'audit cycle')}"
    if len(open_) == len(cycles):
        opening = f"{number_word(len(open_)).capitalize()} audit cycles"
    return f"{opening} are open."


def _who_acts(
    declared: Declarations, open_: Sequence[Cycle], due: Sequence[Reminder], today: date
) -> str:
    names = Names(declared)
    if due:
        # What is overdue the longest, else what waits for a signature, else what is next.
        first = min(due, key=lambda one: (not one.overdue, one.matter != "signature", one.day))
        if first.overdue or first.matter == "signature":
            return f"Next to act: {first.who}. {first.sentence}"
        return f"Next to act: {first.who}, by {day_words(first.day)}. {first.sentence}"
    if open_:
        return f"Next to act: {names.people(turn(declared, open_[-1], today))}; no day is set."
    return "No further re-audit is scheduled."


def _graded(cycle: Cycle, *, open_: bool) -> dict[Grade, int]:
    held = [one.grade for one in cycle.findings.values() if one.open is open_]
    return {grade: held.count(grade) for grade in GRADES}


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
