"""The state of an audit cycle: what its events add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from scorecard.audit.body import Body, Grade
from scorecard.audit.events import (
    ActionChanged,
    ActionDone,
    ActionPlanned,
    AuditorsChanged,
    CauseRecorded,
    ControlRecorded,
    CycleClosed,
    CycleOpened,
    CycleReopened,
    CycleSigned,
    EffectRecorded,
    FindingChanged,
    FindingClosed,
    FindingRaised,
    FindingReopened,
    InputRecorded,
    LooseningSeconded,
    ReauditRecorded,
    RecheckRecorded,
    ResultRecorded,
    SampleDrawn,
    StandardWritten,
    TighteningDecided,
    TighteningProposed,
)

_Body = TypeVar("_Body", bound=Body, covariant=True)
Case = tuple[int, str, str]


class State(StrEnum):
    """Where a cycle stands."""

    PLANNED = "planned"
    FIELDWORK = "fieldwork"
    FINDINGS = "findings"
    ACTIONS = "actions"
    REAUDIT = "re-audit"
    CLOSED = "closed"

    @property
    def standing(self) -> str:
        """As it follows a cycle's name and `is`: `planned`, `in fieldwork`, `closed`."""
        return str(self) if self in (State.PLANNED, State.CLOSED) else f"in {self}"


# The same states for those who work by Deming's wheel, or by Six Sigma's five steps.
PDCA = {
    State.PLANNED: "plan",
    State.FIELDWORK: "plan",
    State.FINDINGS: "plan",
    State.ACTIONS: "do",
    State.REAUDIT: "check",
    State.CLOSED: "act",
}
DMAIC = {
    State.PLANNED: "define",
    State.FIELDWORK: "measure",
    State.FINDINGS: "analyse",
    State.ACTIONS: "improve",
    State.REAUDIT: "control",
    State.CLOSED: "control",
}


@dataclass(frozen=True)
class Recorded(Generic[_Body]):
    """A body with the event that brought it: its number, who wrote it, and when."""

    seq: int
    by: str
    at: datetime
    body: _Body


@dataclass(frozen=True)
class Finding:
    """A finding, with every wording it had and all that stands beside it, in order."""

    number: int
    raised: Recorded[FindingRaised]
    changes: tuple[Recorded[FindingChanged], ...] = ()
    causes: tuple[Recorded[CauseRecorded], ...] = ()
    controls: tuple[Recorded[ControlRecorded], ...] = ()
    inputs: tuple[Recorded[InputRecorded], ...] = ()
    closings: tuple[Recorded[FindingClosed], ...] = ()
    reopenings: tuple[Recorded[FindingReopened], ...] = ()

    @property
    def wording(self) -> FindingRaised | FindingChanged:
        """The one that holds now."""
        return self.changes[-1].body if self.changes else self.raised.body

    @property
    def grade(self) -> Grade:
        """How grave it is now."""
        return self.wording.grade

    @property
    def department(self) -> str | None:
        """Its department; None for the organisation as a whole."""
        return self.raised.body.department

    @property
    def open(self) -> bool:
        """Whether it is not settled, or not any more."""
        return len(self.closings) == len(self.reopenings)

    @property
    def authors(self) -> frozenset[str]:
        """Whose finding it is: who raised it, and who worded it."""
        return frozenset({self.raised.by, *(one.by for one in self.changes)})


@dataclass(frozen=True)
class Action:
    """An action, as planned and as changed since."""

    number: int
    planned: Recorded[ActionPlanned]
    changes: tuple[Recorded[ActionChanged], ...] = ()
    done: Recorded[ActionDone] | None = None
    effects: tuple[Recorded[EffectRecorded], ...] = ()

    @property
    def finding(self) -> int:
        """The number of the finding it answers."""
        return self.planned.body.finding

    @property
    def plan(self) -> ActionPlanned | ActionChanged:
        """Its text, owner and day as they hold now."""
        return self.changes[-1].body if self.changes else self.planned.body


@dataclass(frozen=True)
class Proposal:
    """A proposed expected value and what became of it."""

    number: int
    proposed: Recorded[TighteningProposed]
    decided: Recorded[TighteningDecided] | None = None
    seconded: Recorded[LooseningSeconded] | None = None
    written: Recorded[StandardWritten] | None = None

    @property
    def loosens(self) -> bool:
        """Whether the decided value is easier to keep than the current one."""
        value = self.decided.body.value if self.decided else None
        if value is None:
            return False
        current = self.proposed.body.current
        return value < current if self.proposed.body.side == "at_least" else value > current


@dataclass(frozen=True)
class Cycle:
    """An audit cycle. Samples, findings, actions and proposals are by their numbers.

    `version` is the number of its events. `faults` are sentences on events that no command would
    have recorded: somebody has written past the rules.
    """

    id: str
    version: int
    state: State
    opened: Recorded[CycleOpened]
    last_at: datetime
    auditors: tuple[str, ...]
    staffing: tuple[Recorded[AuditorsChanged], ...]
    samples: Mapping[int, Recorded[SampleDrawn]]
    results: Mapping[Case, Recorded[ResultRecorded]]
    rechecks: Mapping[Case, Recorded[RecheckRecorded]]
    findings: Mapping[int, Finding]
    actions: Mapping[int, Action]
    inputs: tuple[Recorded[InputRecorded], ...]
    proposals: Mapping[int, Proposal]
    comparison: Recorded[ReauditRecorded] | None
    signature: Recorded[CycleSigned] | None
    closing: Recorded[CycleClosed] | None
    reopenings: tuple[Recorded[CycleReopened], ...]
    reaudit_on: date | None
    worked: frozenset[str]
    clock_went_back: tuple[int, ...]
    faults: tuple[str, ...]

    @property
    def open_findings(self) -> list[Finding]:
        """The findings that are not settled."""
        return [one for one in self.findings.values() if one.open]

    def actions_of(self, finding: int) -> list[Action]:
        """The actions that answer a finding."""
        return [one for one in self.actions.values() if one.finding == finding]

    def cases(self, sample: int) -> dict[str, str]:
        """The keys to examine in a sample, each with its stratum, in the order drawn.

        For each case of a stratum that a criterion does not apply to, the next of its reserve.
        """
        found: dict[str, str] = {}
        for stratum in self.samples[sample].body.strata:
            waiting = list(stratum.reserve)
            cases = list(stratum.keys)
            for key in cases:  # it grows while it is walked: a reserve may not apply either
                if waiting and self._not_applicable(sample, key):
                    cases.append(waiting.pop(0))
            found |= dict.fromkeys(cases, stratum.name)
        return found

    def _not_applicable(self, sample: int, key: str) -> bool:
        return any(
            (one := self.results.get((sample, key, criterion))) is not None
            and one.body.outcome == "not-applicable"
            for criterion in self.samples[sample].body.criteria
        )
