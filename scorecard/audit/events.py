"""The vocabulary of an audit: each kind of event with what it says.

An event's body is one of these models as JSON, its actor a person's id. Numbers of samples,
findings, actions and proposals count from 1 within their cycle; 0 asks for the next one.

`changes` names the parts of the cycle an event is about, `rests_on` those on which the decision
rested: where somebody else has changed one of them since it was read, the writer is asked again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    model_validator,
)

from scorecard.audit.scope import Figure, Scope
from scorecard.errors import AuditError

# What a decision rests on that takes the whole cycle into account: its signing, its closing.
EVERYTHING = "everything"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Text = Annotated[str, AfterValidator(_not_blank)]
Id = Annotated[str, Field(min_length=1)]
Number = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Grade = Literal["major", "minor", "observation"]
Origin = Literal["audit", "sample-disagreement", "complaint", "hostile-feedback"]
Outcome = Literal["met", "not-met", "not-applicable"]


class Body(BaseModel):
    """What an event says. `kind` is the event's kind, in the past tense."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[str] = ""

    @property
    def changes(self) -> frozenset[str]:
        """The parts of the cycle that are changed, such as `finding 3`."""
        return frozenset({"course"})

    @property
    def rests_on(self) -> frozenset[str]:
        """The parts that must be as they were read. Whatever is changed, unless said otherwise."""
        return self.changes


class Evidence(BaseModel):
    """A file that is kept by its content: the day it is of, beside the moment it was handed in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sha256: Sha256
    name: Text
    bytes: int = Field(gt=0)
    dated: date
    uploaded: datetime


class CauseNode(BaseModel):
    """One cause in a tree, with the causes behind it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Text
    because: tuple[CauseNode, ...] = ()


class _AboutFinding(Body):
    finding: Number

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({f"finding {self.finding}"})


class _AroundFinding(_AboutFinding):
    """Stands beside a finding without touching its wording: several may be written at once."""

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({f"around finding {self.finding}"})

    @property
    def rests_on(self) -> frozenset[str]:
        return frozenset()


class _AboutAction(Body):
    action: Number

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({f"action {self.action}"})


class _AboutProposal(Body):
    proposal: Number

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({f"proposal {self.proposal}"})


class _AboutCase(Body):
    sample: Number
    key: Id
    criterion: Text
    outcome: Outcome
    remark: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def case(self) -> tuple[int, str, str]:
        """The sample, the case's key, and the criterion."""
        return self.sample, self.key, self.criterion

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({f"{self.kind} {self.case}"})


class CycleOpened(Body):
    """The scope, the baseline and the method, frozen. `auditors` are ids of people."""

    kind = "cycle-opened"
    title: Text
    scope: Scope
    baseline: tuple[Figure, ...]
    method: Text
    auditors: tuple[Id, ...] = Field(min_length=1)
    fieldwork_due: date | None = None
    close_due: date | None = None


class AuditorsChanged(Body):
    """Who audits from now on, and why it was changed: somebody left, say."""

    kind = "auditors-changed"
    auditors: tuple[Id, ...] = Field(min_length=1)
    reason: Text


class FieldworkStarted(Body):
    """Planned becomes fieldwork."""

    kind = "fieldwork-started"


class SampleDrawn(Body):
    """Cases drawn at random. `reason` is asked where the same was drawn before."""

    kind = "sample-drawn"
    sample: Number = 0
    standard: Id
    department: str | None = None
    method: Literal["simple", "stratified"]
    seed: int
    population: int = Field(ge=1)
    keys: tuple[Id, ...] = Field(min_length=1)
    strata: dict[str, int] = Field(default={}, description="Cases drawn, by stratum.")
    stratum_populations: dict[str, int] = {}
    criteria: tuple[Text, ...] = Field(min_length=1)
    data_version: str = ""
    reason: str = ""

    @property
    def changes(self) -> frozenset[str]:
        """The samples: they are drawn one after the other."""
        return frozenset({"samples"})


class ResultRecorded(_AboutCase):
    """What the auditor found of one criterion in one case."""

    kind = "result-recorded"


class RecheckRecorded(_AboutCase):
    """What a second auditor found, who was not shown the first one's result."""

    kind = "recheck-recorded"


class FieldworkEnded(Body):
    """Fieldwork becomes findings."""

    kind = "fieldwork-ended"


class FindingRaised(_AboutFinding):
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
    text: Text
    evidence: tuple[Evidence, ...] = ()

    @property
    def rests_on(self) -> frozenset[str]:
        """Nothing: a new finding touches no other."""
        return frozenset()


class FindingChanged(_AboutFinding):
    """The finding in a new wording, whole, and why. Where it is from does not change."""

    kind = "finding-changed"
    grade: Grade
    nature: Literal["fault", "improvement"]
    lies_in: Literal["individual", "system"]
    text: Text
    reason: Text
    evidence: tuple[Evidence, ...] = ()


class CauseRecorded(_AroundFinding):
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


class Effect(BaseModel):
    """What an action is to do to the service gap: a change of it, in the metric's unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    standard: Id
    department: str | None = None
    change: FiniteFloat


class ActionPlanned(_AroundFinding):
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


class ActionChanged(_AboutAction):
    """The action in new words, with another owner or day, and why."""

    kind = "action-changed"
    text: Text
    owner: Id
    due: date
    reason: Text


class ActionDone(_AboutAction):
    """The action was carried out on this day."""

    kind = "action-done"
    on: date
    remark: str = ""
    evidence: tuple[Evidence, ...] = ()


class ControlRecorded(_AroundFinding):
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


class FindingClosed(_AboutFinding):
    """The finding is settled."""

    kind = "finding-closed"
    remark: Text

    @property
    def rests_on(self) -> frozenset[str]:
        """The wording, and the cause, actions and controls beside it."""
        return frozenset({f"finding {self.finding}", f"around finding {self.finding}"})


class FindingReopened(_AboutFinding):
    """What was done did not work."""

    kind = "finding-reopened"
    reason: Text


class ReauditStarted(Body):
    """Actions become the re-audit."""

    kind = "reaudit-started"


class Comparison(BaseModel):
    """One requirement before and after. Differences in the metric's unit, as service gaps."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    standard: Id
    department: str | None = None
    outcome: Literal["improved", "held", "regressed", "new", "not-tested"]
    before: FiniteFloat | None = None
    after: FiniteFloat | None = None
    difference: FiniteFloat | None = None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    test: str = ""
    p: Annotated[float, Field(ge=0, le=1)] | None = None


class ReauditRecorded(Body):
    """The re-audit beside the baseline, requirement by requirement, and the figures it rests on."""

    kind = "reaudit-recorded"
    comparisons: tuple[Comparison, ...] = Field(min_length=1)
    figures: tuple[Figure, ...] = ()

    @property
    def changes(self) -> frozenset[str]:
        """The comparison as a whole."""
        return frozenset({"comparison"})


class EffectRecorded(_AboutAction):
    """What an action did to the service gap, before and after; `worked` is the judgement."""

    kind = "effect-recorded"
    worked: bool
    change: FiniteFloat | None = None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    test: str = ""


class TighteningProposed(_AboutProposal):
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


class TighteningDecided(_AboutProposal):
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


class LooseningSeconded(_AboutProposal):
    """A second person agrees to an expected value that is easier to keep than the current one."""

    kind = "loosening-seconded"
    reason: Text


class StandardWritten(_AboutProposal):
    """The decided value was written into this file of declarations; `diff` is what was changed."""

    kind = "standard-written"
    file: Text
    diff: Text


class ReauditScheduled(Body):
    """The day of the next re-audit."""

    kind = "reaudit-scheduled"
    on: date


class CycleSigned(Body):
    """A director signs. `frozen` is the SHA-256 of the document of figures that was signed."""

    kind = "cycle-signed"
    remark: str = ""
    frozen: Sha256 | None = None

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
        raise AuditError("audit-entry-invalid", f"{kind} cannot be recorded: {told}.") from None
