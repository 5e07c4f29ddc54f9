"""One line of a scorecard: a standard, a department, a period, and the difference between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scorecard.declare.metrics import Better, Unit
from scorecard.declare.periods import Grain
from scorecard.judge.confidence import Confidence
from scorecard.judge.status import Status


@dataclass(frozen=True)
class Before:
    """What was known of a figure at an earlier moment; None and 0 where nothing was."""

    actual: float | None
    n: int


Value = str | int | float | bool | None


@dataclass(frozen=True)
class Part:
    """The part of a department's service that a row is about: one value of a dimension.

    `value` is None for the records that have none, and where there are no records at all; `name` is
    what people read.
    """

    by: str
    value: Value
    name: str


@dataclass(frozen=True)
class ScorecardRow:
    """Actual against expected for one standard × department × period.

    `department` is None for the whole organisation. Every figure is in `unit`; what is not known
    is None, never 0. `low` and `high` bound the 95 % interval, where the kind of figure has one,
    and `confidence` says how sure the status is; `n` is what the figure is out of. `squares` is the
    sum of the squared values of a mean. `known_at` is when the measurement was made. `complete`
    says whether the data knows the whole period. `all_periods` marks a row that adds up every
    period from `period` on. `before` is
    there only where two states are shown beside each other, `part` only in a breakdown.
    """

    standard: str
    title: str
    metric: str
    department: str | None
    department_name: str
    period: date
    grain: Grain
    label: str
    unit: Unit
    better: Better
    actual: float | None
    expected: float | None
    tolerance: float | None
    gap: float | None
    service_gap: float | None
    status: Status
    n: int
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    weight: float
    shared: bool
    owner: str | None
    known_at: datetime | None
    complete: bool
    confidence: Confidence | None = None
    squares: float | None = None
    all_periods: bool = False
    before: Before | None = None
    part: Part | None = None

    @property
    def series(self) -> tuple[str, str | None, Part | None]:
        """What the rows of one series over time have in common."""
        return self.standard, self.department, self.part

    def as_json(self) -> dict[str, Any]:
        """The object `show --format json` writes."""
        before, part = self.before, self.part
        return {
            "standard": self.standard,
            "title": self.title,
            "metric": self.metric,
            "department": self.department,
            "department_name": self.department_name if self.department else None,
            "period": self.period.isoformat(),
            "grain": "all" if self.all_periods else self.grain,
            "unit": self.unit,
            "better": self.better,
            "actual": self.actual,
            "expected": self.expected,
            "tolerance": self.tolerance,
            "gap": self.gap,
            "service_gap": self.service_gap,
            "status": str(self.status),
            "n": self.n,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "low": self.low,
            "high": self.high,
            "confidence": str(self.confidence) if self.confidence else None,
            "weight": self.weight,
            "owner": self.owner,
            "complete": self.complete,
            "known_at": self.known_at.isoformat() if self.known_at else None,
            **({"by": part.by, "value": part.value, "value_name": part.name} if part else {}),
            **({"actual_before": before.actual, "n_before": before.n} if before else {}),
        }
