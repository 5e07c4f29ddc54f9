"""From events to the state of a cycle. Nothing is refused here: what happened has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from scorecard.audit import events as e
from scorecard.audit.body import ANSWERED_BEFORE_CLOSING
from scorecard.audit.cycle import Action, Case, Cycle, Finding, Proposal, Recorded, State
from scorecard.audit.rules import RULES
from scorecard.errors import AuditError
from scorecard.ledger import Event

_MOVES = {
    "fieldwork-started": State.FIELDWORK,
    "fieldwork-ended": State.FINDINGS,
    "actions-started": State.ACTIONS,
    "reaudit-started": State.REAUDIT,
    "cycle-closed": State.CLOSED,
    "cycle-reopened": State.ACTIONS,
}
# Whose audit it is: whoever was named as its auditor, or did one of these.
_AUDITING = {"result-recorded", "recheck-recorded", "finding-raised", "finding-changed"}


def fold(id: str, events: Sequence[Event]) -> Cycle:
    """The state after `events`, all those of the cycle, in order.

    Raises AuditError `cycle-unknown` (no events), `audit-event-unreadable` (not an audit's, or
    about something that is not there).
    """
    return folded(id, events).cycle


def folded(id: str, events: Sequence[Event]) -> Folding:
    """The same, to go on from. Raises as `fold`."""
    if not events:
        raise AuditError(
            "cycle-unknown", f"there is no audit cycle {id!r}.", hint="List those there are."
        )
    folding = Folding(id, events[0])
    for event in events[1:]:
        folding.add(event)
    return folding


class Folding:
    """A fold that goes on: the cycle after each event that is added. Raises as `fold` does."""

    def __init__(self, id: str, first: Event) -> None:
        body = _read(first)
        if not isinstance(body, e.CycleOpened):
            raise _unreadable(first, "a cycle begins with its opening")
        self._id = id
        self._events = [first]
        opened = Recorded(first.seq, first.actor, first.at, body)
        self._work = _Work(opened, body.auditors, {*body.auditors})

    def add(self, event: Event) -> None:
        """Take the next event."""
        body = _read(event)
        try:
            self._work.take(Recorded(event.seq, event.actor, event.at, body))
        except KeyError as error:
            raise _unreadable(event, f"it is about number {error}, which is not there") from None
        self._events.append(event)

    @property
    def cycle(self) -> Cycle:
        """The state after the events so far. What is added later changes its mappings too."""
        work, events = self._work, self._events
        return Cycle(
            id=self._id,
            version=len(events),
            state=work.state,
            opened=work.opened,
            last_at=events[-1].at,
            auditors=work.auditors,
            staffing=tuple(work.staffing),
            samples=work.samples,
            results=work.results,
            rechecks=work.rechecks,
            findings=work.findings,
            actions=work.actions,
            inputs=tuple(work.inputs),
            proposals=work.proposals,
            comparison=work.comparison,
            signature=work.signature,
            closing=work.closing,
            reopenings=tuple(work.reopenings),
            reaudit_on=work.reaudit_on,
            worked=frozenset(work.worked),
            clock_went_back=tuple(one.seq for one in events if one.clock < one.at),
            faults=tuple(work.faults),
        )


@dataclass
class _Work:
    opened: Recorded[e.CycleOpened]
    auditors: tuple[str, ...]
    worked: set[str]
    state: State = State.PLANNED
    staffing: list[Recorded[e.AuditorsChanged]] = field(default_factory=list[Any])
    samples: dict[int, Recorded[e.SampleDrawn]] = field(default_factory=dict[int, Any])
    results: dict[Case, Recorded[e.ResultRecorded]] = field(default_factory=dict[Case, Any])
    rechecks: dict[Case, Recorded[e.RecheckRecorded]] = field(default_factory=dict[Case, Any])
    findings: dict[int, Finding] = field(default_factory=dict[int, Finding])
    actions: dict[int, Action] = field(default_factory=dict[int, Action])
    inputs: list[Recorded[e.InputRecorded]] = field(default_factory=list[Any])
    proposals: dict[int, Proposal] = field(default_factory=dict[int, Proposal])
    comparison: Recorded[e.ReauditRecorded] | None = None
    signature: Recorded[e.CycleSigned] | None = None
    closing: Recorded[e.CycleClosed] | None = None
    reopenings: list[Recorded[e.CycleReopened]] = field(default_factory=list[Any])
    reaudit_on: date | None = None
    faults: list[str] = field(default_factory=list[str])

    def take(self, one: Recorded[Any]) -> None:
        """Add one event to what is there."""
        kind = one.body.kind
        self._look(one)
        if kind in _AUDITING:
            self.worked.add(one.by)
        match one.body:
            case e.AuditorsChanged(auditors=auditors):
                self.auditors = auditors
                self.worked.update(auditors)
                self.staffing.append(one)
            case e.SampleDrawn(sample=number):
                self.samples[number] = one
            case e.ResultRecorded(case=case):
                self.results[case] = one
            case e.RecheckRecorded(case=case):
                self.rechecks[case] = one
            case e.FindingRaised(finding=number):
                self.findings[number] = Finding(number, one)
            case e.FindingChanged():
                self._beside(one, "changes")
            case e.CauseRecorded():
                self._beside(one, "causes")
            case e.ControlRecorded():
                self._beside(one, "controls")
            case e.FindingClosed():
                self._beside(one, "closings")
            case e.FindingReopened():
                self._beside(one, "reopenings")
            case e.InputRecorded(finding=None):
                self.inputs.append(one)
            case e.InputRecorded():
                self._beside(one, "inputs")
            case e.ActionPlanned(action=number):
                self.actions[number] = Action(number, one)
            case e.ActionChanged(action=number):
                old = self.actions[number]
                self.actions[number] = replace(old, changes=(*old.changes, one))
            case e.ActionDone(action=number):
                self.actions[number] = replace(self.actions[number], done=one)
            case e.EffectRecorded(action=number):
                old = self.actions[number]
                self.actions[number] = replace(old, effects=(*old.effects, one))
            case e.ReauditRecorded():
                self.comparison = one
            case e.TighteningProposed(proposal=number):
                self.proposals[number] = Proposal(number, one)
            case e.TighteningDecided(proposal=number):
                self.proposals[number] = replace(self.proposals[number], decided=one)
            case e.LooseningSeconded(proposal=number):
                self.proposals[number] = replace(self.proposals[number], seconded=one)
            case e.StandardWritten(proposal=number):
                self.proposals[number] = replace(self.proposals[number], written=one)
            case e.ReauditScheduled(on=day):
                self.reaudit_on = day
            case e.CycleSigned():
                self.signature = one
            case e.CycleClosed():
                self.closing = one
            case e.CycleReopened():
                self.signature = self.closing = self.comparison = None
                self.reopenings.append(one)
            case _:
                pass
        self.state = _MOVES.get(kind, self.state)

    def _beside(self, one: Recorded[Any], where: str) -> None:
        finding = self.findings[one.body.finding]
        kept = {where: (*getattr(finding, where), one)}
        self.findings[finding.number] = replace(finding, **kept)

    def _look(self, one: Recorded[Any]) -> None:
        """Note what no command would have recorded."""
        rule = RULES[one.body.kind]
        open_ = [finding for finding in self.findings.values() if finding.open]
        wrong = None
        if self.state not in rule.states:
            wrong = f"while the cycle was {self.state}"
        elif self.signature and not rule.signed:
            wrong = "after the signature"
        elif isinstance(one.body, e.CycleSigned) and any(f.grade == "major" for f in open_):
            wrong = "with a major finding open"
        elif isinstance(one.body, e.CycleSigned) and one.by in self.worked:
            wrong = "by one of its auditors"
        elif isinstance(one.body, e.CycleSigned) and self.comparison is None:
            wrong = "without a re-audit"
        elif isinstance(one.body, e.CycleClosed) and (open_ or not self.signature):
            wrong = "with a finding open" if open_ else "without a signature"
        elif isinstance(one.body, e.FindingClosed):
            wrong = self._wrong_to_close(self.findings[one.body.finding], one.by)
        if wrong:
            self.faults.append(f"event {one.seq}, {one.body.kind} by {one.by}: {wrong}")

    def _wrong_to_close(self, finding: Finding, by: str) -> str | None:
        actions = [one for one in self.actions.values() if one.finding == finding.number]
        answered = finding.causes and actions and finding.controls
        if by in finding.authors:
            return "by its author"
        if any(one.plan.owner == by for one in actions):
            return "by the owner of an action"
        if not all(one.done for one in actions):
            return "with an action that is not done"
        if finding.raised.body.origin in ANSWERED_BEFORE_CLOSING and not answered:
            return "without cause, action and control"
        return None


def _read(event: Event) -> e.Body:
    try:
        return e.body_of(event.kind, event.body)
    except AuditError as error:
        raise _unreadable(event, error.message) from None


def _unreadable(event: Event, why: str) -> AuditError:
    return AuditError(
        "audit-event-unreadable",
        f"event {event.seq} ({event.subject}, {event.kind}) cannot be read: {why}.",
        hint="Run scorecard verify; a later version of this software may have written it.",
    )
