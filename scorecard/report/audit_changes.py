"""The change log of a standard: its expected values, who decided them, and its audits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit.cycle import Action, Cycle, Finding, Proposal, State
from scorecard.audit.tighten_file import values_of
from scorecard.declare.load import Declarations
from scorecard.declare.standards import Expected, Standard
from scorecard.report.audit_history import grade_words, worked_words
from scorecard.report.audit_names import Names
from scorecard.report.phrases import day_words, plain, with_unit


@dataclass(frozen=True)
class Change:
    """One entry. `day` is local; of an expected value the one from which it is in force.

    `what` is "expected value", "proposal", "audit", "finding" or "action". `cycle` is the id of the
    cycle it happened in, `cycle_title` its title: empty where no audit had a part in it.
    """

    day: date
    what: str
    text: str
    cycle: str
    cycle_title: str


def change_log(
    declared: Declarations, cycles: Sequence[Cycle], standard: Standard, department: str | None
) -> tuple[Change, ...]:
    """What changed, the latest first, for a department or, with None, everywhere.

    For a department, what holds for the organisation as a whole is its own too.
    """
    log = _Log(declared, standard, department)
    found = list(log.expected(cycles))
    for cycle in cycles:
        found += log.of(cycle)
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


class _Log:
    """What the entries of one log have in common."""

    def __init__(self, declared: Declarations, standard: Standard, department: str | None) -> None:
        self._names = Names(declared)
        self._declared = declared
        self._standard = standard
        self._unit = declared.metric(standard.metric).unit
        self._department = department
        self._values = values_of(standard, department)

    def expected(self, cycles: Sequence[Cycle]) -> Iterator[Change]:
        """The values that are declared, each with the audit that brought it."""
        before = ""
        for value in sorted(self._values, key=lambda one: one.from_):
            told = "withdrawn" if value.withdrawn else self._value(_side(value), value.value)
            text = f"{told[:1].upper()}{told[1:]}"
            text += f", before that {before}." if before else "."
            before = told
            cycle, proposal = next(
                (
                    (cycle, one)
                    for cycle in cycles
                    for one in cycle.proposals.values()
                    if one.written and self._is_of(one, value)
                ),
                (None, None),
            )
            if cycle is None or proposal is None:
                source = f" Decided by: {value.source}." if value.source else ""
                yield Change(value.from_, "expected value", text + source, "", "")
            else:
                text = f"{text} {self._decided(proposal)}"
                yield self._entry(cycle, value.from_, "expected value", text)

    def of(self, cycle: Cycle) -> Iterator[Change]:
        """What one cycle has of the standard."""
        about = [
            one
            for one in cycle.opened.body.scope.requirements
            if one.standard == self._standard.id and self._is_mine(one.department)
        ]
        if about:
            yield self._audit(cycle)
        for finding in cycle.findings.values():
            raised = finding.raised.body
            if raised.standard != self._standard.id or not self._is_mine(raised.department):
                continue
            yield self._finding(cycle, finding)
            for action in cycle.actions_of(finding.number):
                if action.done:
                    yield self._action(cycle, action, action.done.body.on)
        for proposal in cycle.proposals.values():
            body = proposal.proposed.body
            is_told = proposal.written and any(self._is_of(proposal, one) for one in self._values)
            if (
                body.standard == self._standard.id
                and self._is_mine(body.department)
                and not is_told
            ):
                yield self._proposal(cycle, proposal)

    def _is_mine(self, department: str | None) -> bool:
        if self._department is None or department is None:
            return True
        organisation = self._declared.organisation
        return organisation.department_today(department) == self._department

    def _is_of(self, proposal: Proposal, value: Expected) -> bool:
        """Whether the value is the one that was decided on the proposal."""
        body, decided = proposal.proposed.body, proposal.decided
        return (
            decided is not None
            and body.standard == self._standard.id
            and (body.department == self._department or not self._standard.shared)
            and (decided.body.from_, decided.body.value) == (value.from_, value.value)
            and body.side == _side(value).replace(" ", "_")
        )

    def _decided(self, proposal: Proposal) -> str:
        """`Proposed by Amy, decided by Dirk on 2 March 2026: shown in the re-audit. …`"""
        names, decided, written = self._names, proposal.decided, proposal.written
        told = f"Proposed by {names.person(proposal.proposed.by)}"
        if decided is None:
            return f"{told}; not decided yet."
        day = day_words(names.day(decided.at))
        told += f", {decided.body.decision} by {names.person(decided.by)} on {day}"
        if proposal.seconded:
            told += f", agreed to by {names.person(proposal.seconded.by)}"
        if written:
            told += f", written into {written.body.file} by {names.person(written.by)}"
        return f"{told}. Reason: {decided.body.reason.rstrip('.')}."

    def _proposal(self, cycle: Cycle, proposal: Proposal) -> Change:
        body, decided = proposal.proposed.body, proposal.decided
        at = (decided or proposal.proposed).at
        value = decided.body.value if decided and decided.body.value is not None else body.value
        told = self._value(body.side.replace("_", " "), value)
        now = self._value(body.side.replace("_", " "), body.current)
        text = f"{told[:1].upper()}{told[1:]} instead of {now}"
        if decided and decided.body.from_:
            text += f", from {day_words(decided.body.from_)} on"
        text = f"{text}{self._place(body.department)}. {self._decided(proposal)}"
        return self._entry(cycle, self._names.day(at), "proposal", text)

    def _audit(self, cycle: Cycle) -> Change:
        names = self._names
        told = f"Opened by {names.person(cycle.opened.by)}; "
        told += "closed" if cycle.state is State.CLOSED else f"now {_where(cycle.state)}"
        if cycle.signature:
            day = day_words(names.day(cycle.signature.at))
            told += f", signed by {names.person(cycle.signature.by)} on {day}"
        compared = [
            f"{one.outcome.replace('-', ' ')}{self._place(one.department)}"
            for one in (cycle.comparison.body.comparisons if cycle.comparison else ())
            if one.standard == self._standard.id and self._is_mine(one.department)
        ]
        if compared:
            told += f". Re-audit: {', '.join(compared)}"
        return self._entry(cycle, names.day(cycle.opened.at), "audit", f"{told}.")

    def _finding(self, cycle: Cycle, one: Finding) -> Change:
        names = self._names
        told = f"Finding {one.number} raised by {names.person(one.raised.by)}"
        told += f"{self._place(one.department)}, {grade_words(one.grade, one.wording.nature)}: "
        told += f"{one.wording.text.rstrip('.')}. "
        if one.open:
            told += "Open."
        else:
            settled = one.closings[-1]
            told += f"Settled by {names.person(settled.by)} on {day_words(names.day(settled.at))}."
        return self._entry(cycle, names.day(one.raised.at), "finding", told)

    def _action(self, cycle: Cycle, action: Action, on: date) -> Change:
        told = f"Action {action.number}, for finding {action.finding}, done: {action.plan.text}"
        if action.effects:
            told += f"; it {worked_words(action.effects[-1].body.worked)}"
        return self._entry(cycle, on, "action", f"{told.rstrip('.')}.")

    def _place(self, department: str | None) -> str:
        """Where it was, on a page on which it may have been anywhere."""
        if self._department is not None or not self._standard.shared:
            return ""
        return f" ({self._names.department(department)})"

    def _value(self, side: str, value: float | None) -> str:
        return f"{side} {with_unit(plain(value), self._unit)}"

    def _entry(self, cycle: Cycle, day: date, what: str, text: str) -> Change:
        return Change(day, what, text, cycle.id, cycle.opened.body.title)


def _side(value: Expected) -> str:
    return "at least" if value.at_least is not None else "at most"


def _where(state: State) -> str:
    return "planned" if state is State.PLANNED else f"in {state}"
