"""The proposals for other expected values, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scorecard.audit.cycle import Cycle, Proposal
from scorecard.declare.load import Declarations
from scorecard.report.audit_names import Names
from scorecard.report.audit_requirements import title_and_unit
from scorecard.report.phrases import day_words, plain, with_unit


@dataclass(frozen=True)
class ProposalLine:
    """A proposal: numbers in `unit`, and the same in words.

    `standing` says in a sentence how far it has come; `decision` is empty until there is one;
    `loosens`: the decided value is easier to keep than the current one.
    """

    number: int
    standard: str
    title: str
    department: str | None
    department_name: str
    unit: str
    current: float
    current_words: str
    value: float
    value_words: str
    ground: str
    by: str
    decision: str
    reason: str
    decided_value: float | None
    decided_words: str
    from_: date | None
    loosens: bool
    file: str
    diff: str
    standing: str


def proposal_lines(declared: Declarations, cycle: Cycle) -> tuple[ProposalLine, ...]:
    """The proposals in the order of their numbers."""
    return tuple(_line(declared, cycle, one) for one in cycle.proposals.values())


def _line(declared: Declarations, cycle: Cycle, one: Proposal) -> ProposalLine:
    names = Names(declared)
    proposed = one.proposed.body
    decided = one.decided.body if one.decided else None
    title, unit = title_and_unit(cycle, proposed.standard)
    side = proposed.side.replace("_", " ")

    def words(value: float | None) -> str:
        return "" if value is None else f"{side} {with_unit(plain(value), unit)}"

    return ProposalLine(
        number=one.number,
        standard=proposed.standard,
        title=title,
        department=proposed.department,
        department_name=names.department(proposed.department),
        unit=unit,
        current=proposed.current,
        current_words=words(proposed.current),
        value=proposed.value,
        value_words=words(proposed.value),
        ground=proposed.ground,
        by=names.person(one.proposed.by),
        decision=decided.decision if decided else "",
        reason=decided.reason if decided else "",
        decided_value=decided.value if decided else None,
        decided_words=words(decided.value) if decided else "",
        from_=decided.from_ if decided else None,
        loosens=one.loosens,
        file=one.written.body.file if one.written else "",
        diff=one.written.body.diff if one.written else "",
        standing=_standing(names, one),
    )


def _standing(names: Names, one: Proposal) -> str:
    if one.decided is None:
        return "A director has not decided yet."
    by = names.person(one.decided.by)
    told = one.decided.body.decision
    if one.decided.body.from_ is None:
        return f"{by} {told} it."
    when = day_words(one.decided.body.from_)
    if one.written:
        return f"{by} {told} it from {when} on; it is written in {one.written.body.file}."
    if one.loosens and one.seconded is None:
        return (
            f"{by} {told} it from {when} on; it is easier to keep, so a second person must agree."
        )
    return f"{by} {told} it from {when} on; it is not written into the standards yet."
