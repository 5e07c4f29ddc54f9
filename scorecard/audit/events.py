"""The vocabulary of an audit: each kind of event with what it says.

An event's body is one of these models as JSON, its actor a person's id. Numbers of samples,
findings, actions and proposals count from 1 within their cycle; 0 asks for the next one.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    model_validator,
)

from scorecard.audit.body import (
    EVERYTHING,
    RESULTS,
    AboutAction,
    AboutCase,
    AboutFinding,
    AboutProposal,
    AroundFinding,
    Body,
    CauseNode,
    Comparison,
    Effect,
    Grade,
    Id,
    Number,
    Origin,
    Sha256,
    Text,
)
from scorecard.audit.doing import begun
from scorecard.audit.evidence import Reference
from scorecard.audit.scope import Figure, Scope
from scorecard.errors import AuditError


class CycleOpened(Body):
    """The scope, the baseline and the method, frozen. `auditors` are ids of people.

    `after` is the id of the cycle that this one follows up; empty for the first.
    """

    kind = "cycle-opened"
    title: Text
    scope: Scope
    baseline: tuple[Figure, ...]
    method: Text
    auditors: tuple[Id, ...] = Field(min_length=1)
    fieldwork_due: date | None = None
    close_due: date | None = None
    after: str = ""


class AuditorsChanged(Body):
    """Who audits from now on, and why it was changed: somebody left, say."""

    kind = "auditors-changed"
    auditors: tuple[Id, ...] = Field(min_length=1)
    reason: Text


class FieldworkStarted(Body):
    """Planned becomes fieldwork."""

    kind = "fieldwork-started"


class Stratum(BaseModel):
    """Cases drawn from one part of the population; `name` is empty in a simple sample.

    `population` is how many cases it has, `reserve` the next ones of the same order: the first of
    them takes the place of a drawn case that the criteria do not apply to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = ""
    population: int = Field(ge=1)
    keys: tuple[Id, ...] = Field(min_length=1)
    reserve: tuple[Id, ...] = ()


class SampleDrawn(Body):
    """Cases drawn at random from those behind one figure.

    `period` is the first day of the figure's period; `digest` is that of the population (see
    `sampling.Sample`), `data` says which landed version it was drawn from. `reason` is asked where
    the same was drawn before. `of_record` is the one criterion that asks in the case what the
    metric asks of its record, and `figure` the measured one that its estimate is held against.
    """

    kind = "sample-drawn"
    sample: Number = 0
    standard: Id
    department: str | None = None
    period: date
    seed: Text
    digest: Sha256
    strata: tuple[Stratum, ...] = Field(min_length=1)
    strata_by: str = Field(default="", description="What divides the strata; empty for one.")
    criteria: tuple[Text, ...] = Field(min_length=1)
    of_record: str = ""
    figure: Figure | None = None
    data: str = ""
    reason: str = ""

    @model_validator(mode="after")
    def _each_criterion_once(self) -> Self:
        told_apart = {" ".join(one.split()).casefold() for one in self.criteria}
        if len(told_apart) < len(self.criteria):
            raise ValueError("one criterion stands there twice")
        if self.of_record and self.of_record not in self.criteria:
            raise ValueError(f"{self.of_record!r} is none of the criteria")
        return self

    @property
    def changes(self) -> frozenset[str]:
        """The samples: they are drawn one after the other."""
        return frozenset({"samples"})

    @property
    def keys(self) -> tuple[str, ...]:
        """All cases drawn."""
        return tuple(key for one in self.strata for key in one.keys)

    @property
    def population(self) -> int:
        """How many cases there are to draw from."""
        return sum(one.population for one in self.strata)


class ResultRecorded(AboutCase):
    """What the auditor found of one criterion in one case."""

    kind = "result-recorded"


class RecheckRecorded(AboutCase):
    """What a second auditor found, who was not shown the first one's result."""

    kind = "recheck-recorded"


class FieldworkEnded(Body):
    """Fieldwork becomes findings."""

    kind = "fieldwork-ended"


class FindingRaised(AboutFinding):
    """What was found: of which requirement, how grave, whose doing."""

    kind = "finding-raised"
    finding: Number = 0
    standard: Id
    department: str | None = None
    team: str | None = None
    grade: Grade
    nature: Literal["fault", "improvement"] = "fault"
    lies_in: Literal["individual", "system"]
    origin: Origin = "audit"
    case: str = Field(default="", description="Key of the case or complaint it is from, if of one.")
    text: Text
    evidence: tuple[Reference, ...] = ()

    @property
    def changes(self) -> frozenset[str]:
        """The finding; one that a sample disagrees is among those that are raised once."""
        return super().changes | self.rests_on - {RESULTS}

    @property
    def rests_on(self) -> frozenset[str]:
        """Nothing: a new finding touches no other. That a sample disagrees rests on its results,
        and that nobody has raised it yet.
        """
        return frozenset({RESULTS, self.origin} if self.origin == "sample-disagreement" else ())


class FindingChanged(AboutFinding):
    """The finding in a new wording, whole, and why. Where it is from does not change."""

    kind = "finding-changed"
    grade: Grade
    nature: Literal["fault", "improvement"]
    lies_in: Literal["individual", "system"]
    text: Text
    reason: Text
    evidence: tuple[Reference, ...] = ()


class CauseRecorded(AroundFinding):
    """Why it came to be: answers to "why?", one behind the other, or a tree of causes."""

    kind = "cause-recorded"
    whys: tuple[Text, ...] = ()
    tree: CauseNode | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.whys) == (self.tree is not None):
            raise ValueError("give either whys or a tree of causes")
        return self


class ActionsStarted(Body):
    """Findings become actions."""

    kind = "actions-started"


class ActionPlanned(AroundFinding):
    """What is to be done, by whom, until when, and how it will be kept so."""

    kind = "action-planned"
    action: Number = 0
    corrective: bool = Field(description="True: mends the fault. False: prevents the next one.")
    text: Text
    owner: Id
    due: date
    effect: Effect | None = None
    control: str = ""

    @property
    def changes(self) -> frozenset[str]:
        """The action, and what stands around its finding."""
        return frozenset({f"action {self.action}", f"around finding {self.finding}"})


class ActionChanged(AboutAction):
    """The action in new words, with another owner or day, and why."""

    kind = "action-changed"
    text: Text
    owner: Id
    due: date
    reason: Text


class ActionDone(AboutAction):
    """The action was carried out on this day."""

    kind = "action-done"
    on: date
    remark: str = ""
    evidence: tuple[Reference, ...] = ()


class ControlRecorded(AroundFinding):
    """What keeps it mended: a check, who makes it, and how often."""

    kind = "control-recorded"
    text: Text
    owner: Id
    every: Text


class InputRecorded(Body):
    """What staff, or management, say to a finding, or to the whole audit (`finding` None)."""

    kind = "input-recorded"
    finding: Annotated[int, Field(ge=1)] | None = None
    voice: Literal["staff", "management"]
    text: Text

    @property
    def changes(self) -> frozenset[str]:
        """Nothing that anybody decides by but those who sign or close."""
        return frozenset({"inputs"})

    @property
    def rests_on(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()


class FindingClosed(AboutFinding):
    """The finding is settled."""

    kind = "finding-closed"
    remark: Text

    @property
    def rests_on(self) -> frozenset[str]:
        """The wording, and the cause, actions and controls beside it."""
        return frozenset({f"finding {self.finding}", f"around finding {self.finding}"})


class FindingReopened(AboutFinding):
    """What was done did not work."""

    kind = "finding-reopened"
    reason: Text


class ReauditStarted(Body):
    """Actions become the re-audit."""

    kind = "reaudit-started"


class ReauditRecorded(Body):
    """The re-audit beside the baseline, requirement by requirement, and the figures it rests on."""

    kind = "reaudit-recorded"
    comparisons: tuple[Comparison, ...] = Field(min_length=1)
    figures: tuple[Figure, ...] = ()

    @property
    def changes(self) -> frozenset[str]:
        """The comparison as a whole."""
        return frozenset({"comparison"})


class EffectRecorded(AboutAction):
    """What an action did to the service gap, before and after; `worked` is the judgement.

    It is None where nothing can be told yet: that is neither. `reason` says it in a sentence.
    """

    kind = "effect-recorded"
    worked: bool | None
    change: FiniteFloat | None = None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    test: str = ""
    reason: str = ""


class TighteningProposed(AboutProposal):
    """An expected value that the service given would keep, and how it was found."""

    kind = "tightening-proposed"
    proposal: Number = 0
    standard: Id
    department: str | None = None
    side: Literal["at_least", "at_most"]
    value: FiniteFloat
    current: FiniteFloat
    ground: Text

    @property
    def rests_on(self) -> frozenset[str]:
        """Nothing: a new proposal touches no other."""
        return frozenset()


class TighteningDecided(AboutProposal):
    """What a person made of a proposal. `value` and `from_` are None where it was declined."""

    kind = "tightening-decided"
    decision: Literal["accepted", "changed", "declined"]
    reason: Text
    value: FiniteFloat | None = None
    from_: date | None = None

    @model_validator(mode="after")
    def _value_if_any(self) -> Self:
        declined = self.decision == "declined"
        if declined != (self.value is None) or declined != (self.from_ is None):
            raise ValueError("give value and from_, or neither where it is declined")
        return self


class LooseningSeconded(AboutProposal):
    """A second person agrees to an expected value that is easier to keep than the current one."""

    kind = "loosening-seconded"
    reason: Text


class StandardWritten(AboutProposal):
    """The decided value was written into this file of declarations; `diff` is what was changed."""

    kind = "standard-written"
    file: Text
    diff: Text


class ReauditScheduled(Body):
    """The day of the next re-audit."""

    kind = "reaudit-scheduled"
    on: date


class CycleSigned(Body):
    """A director signs. `scorecard.audit.signing.sign` makes it.

    frozen     SHA-256 of every event of the cycle before this one and of what is frozen with it:
               `scorecard.audit.export.frozen_digest`
    document   the file of evidence that keeps what is frozen
    """

    kind = "cycle-signed"
    remark: str = ""
    frozen: Sha256 | None = None
    document: Reference | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.frozen is None) != (self.document is None):
            raise ValueError("give frozen and document, or neither")
        return self

    @property
    def rests_on(self) -> frozenset[str]:
        """Everything that was read before signing."""
        return frozenset({EVERYTHING})


class CycleClosed(Body):
    """The cycle is over."""

    kind = "cycle-closed"
    remark: str = ""

    @property
    def rests_on(self) -> frozenset[str]:
        """Everything: nothing may be open."""
        return frozenset({EVERYTHING})


class CycleReopened(Body):
    """Back to actions, and the signature is withdrawn."""

    kind = "cycle-reopened"
    reason: Text


BODIES: dict[str, type[Body]] = {
    one.kind: one
    for one in (
        *(CycleOpened, AuditorsChanged, FieldworkStarted, SampleDrawn, ResultRecorded),
        *(RecheckRecorded, FieldworkEnded, FindingRaised, FindingChanged, CauseRecorded),
        *(ActionsStarted, ActionPlanned, ActionChanged, ActionDone, ControlRecorded),
        *(InputRecorded, FindingClosed, FindingReopened, ReauditStarted, ReauditRecorded),
        *(EffectRecorded, TighteningProposed, TighteningDecided, LooseningSeconded),
        *(StandardWritten, ReauditScheduled, CycleSigned, CycleClosed, CycleReopened),
    )
}


def body_of(kind: str, data: Any) -> Body:
    """The body of an event of this kind.

    Raises AuditError `audit-kind-unknown`, `audit-entry-invalid`.
    """
    if kind not in BODIES:
        raise AuditError(
            "audit-kind-unknown",
            f"no event of an audit is called {kind!r}.",
            hint="A later version of this software may have written it.",
        )
    try:
        return BODIES[kind].model_validate(data)
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'it'}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors(include_url=False)
        )
        raise AuditError(
            "audit-entry-invalid", f"{begun(kind)} does not take this: {told}."
        ) from None
