"""What the events of an audit are made of.

`changes` names the parts of the cycle an event is about, `rests_on` those on which the decision
rested: where somebody else has changed one of them since it was read, the writer is asked again.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat

from scorecard.audit.evidence import Reference

# What a decision rests on that takes the whole cycle into account: its signing, its closing.
EVERYTHING = "everything"
# The results of all cases, which say whether a sample disagrees with the records.
RESULTS = "results"


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
# Findings from these are closed only with a cause, an action and a control.
ANSWERED_BEFORE_CLOSING: frozenset[Origin] = frozenset({"complaint", "hostile-feedback"})
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


class CauseNode(BaseModel):
    """One cause in a tree, with the causes behind it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Text
    because: tuple[CauseNode, ...] = ()


class AboutFinding(Body):
    """About one finding's wording or standing."""

    finding: Number

    @property
    def changes(self) -> frozenset[str]:
        """The finding."""
        return frozenset({f"finding {self.finding}"})


class AroundFinding(AboutFinding):
    """Stands beside a finding without touching its wording: several may be written at once."""

    @property
    def changes(self) -> frozenset[str]:
        """What stands around the finding."""
        return frozenset({f"around finding {self.finding}"})

    @property
    def rests_on(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()


class AboutAction(Body):
    """About one action."""

    action: Number

    @property
    def changes(self) -> frozenset[str]:
        """The action."""
        return frozenset({f"action {self.action}"})


class AboutProposal(Body):
    """About one proposed expected value."""

    proposal: Number

    @property
    def changes(self) -> frozenset[str]:
        """The proposal."""
        return frozenset({f"proposal {self.proposal}"})


class AboutCase(Body):
    """About one criterion in one drawn case."""

    sample: Number
    key: Id
    criterion: Text
    outcome: Outcome
    remark: str = ""
    evidence: tuple[Reference, ...] = ()

    @property
    def case(self) -> tuple[int, str, str]:
        """The sample, the case's key, and the criterion."""
        return self.sample, self.key, self.criterion

    @property
    def changes(self) -> frozenset[str]:
        """The result of the criterion in the case, and with it what the samples tell."""
        return frozenset({f"{self.kind} {self.case}", RESULTS})

    @property
    def rests_on(self) -> frozenset[str]:
        """The result of the criterion in the case."""
        return self.changes - {RESULTS}


class Effect(BaseModel):
    """What an action is to do to the service gap: a change of it, in the metric's unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    standard: Id
    department: str | None = None
    change: FiniteFloat


class Comparison(BaseModel):
    """One requirement before and after. Differences in the metric's unit, as service gaps.

    `q` is `p` after correction for all requirements that were tested; it decided. `reason` is the
    outcome in a sentence.
    """

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
    q: Annotated[float, Field(ge=0, le=1)] | None = None
    reason: str = ""
