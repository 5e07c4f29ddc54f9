"""What a re-audit compares: figures by scope, and the baselines of departments that were merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from scorecard.judge.gap import Better
from scorecard.ledger.measurements import MeasurementRow

Kind = Literal["share", "mean", "percentile", "count", "rate"]


class Scope(NamedTuple):
    """Whose figure it is: a standard's id, a department (None: all), canonical JSON of the rest."""

    standard: str
    department: str | None = None
    rest: str = "{}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """How a standard's figures are compared; one for every department that reports it.

    kind       what its metric measures: share, mean, percentile, count or rate
    tolerance  in the metric's unit: a difference no larger is "held"
    per        what a share or a rate is multiplied by: 100 for per cent
    min_n      fewest observations on either side; of counts, fewest cases on both sides together
    """

    kind: Kind
    better: Better
    tolerance: float = 0.0
    per: float = 1.0
    min_n: int = 10


@dataclass(frozen=True, slots=True)
class Observed:
    """One figure of the baseline or the re-audit, as a ledger's measurement has it.

    definition   fingerprint of the metric's definition: figures of different ones do not compare
    The rest as in `scorecard.ledger.measurements.MeasurementRow`. A count that was made in unlike
    stretches of time has their length as `denominator`; without one both are taken as alike.
    """

    value: float | None
    n: int
    numerator: float | None = None
    denominator: float | None = None
    squares: float | None = None
    lower_95: float | None = None
    upper_95: float | None = None
    definition: str = ""

    @classmethod
    def of(cls, row: MeasurementRow) -> Observed:
        """The same figure out of the ledger."""
        return cls(
            row.value,
            row.n,
            row.numerator,
            row.denominator,
            row.squares,
            row.lower_95,
            row.upper_95,
            row.fingerprint,
        )

    @property
    def count(self) -> float | None:
        """How many were counted, of counts and rates."""
        return self.value if self.numerator is None else self.numerator


class TakenOver(NamedTuple):
    """The baseline by the departments of now.

    figures   what is compared
    gone      what belonged to departments that are no more; it is in `figures` where it was merged
    from_     by scope in `figures`, the departments whose baselines were added to it
    """

    figures: dict[Scope, Observed]
    gone: dict[Scope, Observed]
    from_: dict[Scope, list[str]]


def taken_over(
    baseline: Mapping[Scope, Observed],
    requirements: Mapping[str, Requirement],
    merged: Mapping[str, str],
) -> TakenOver:
    """The baseline with what departments of now took over from those in `merged` (old to new).

    Where the figures cannot be added up (percentiles, unlike definitions, counts of unlike
    stretches of time) the later department has a baseline without a value: it is not tested.
    """
    figures = {scope: one for scope, one in baseline.items() if scope.department not in merged}
    gone = {scope: one for scope, one in baseline.items() if scope.department in merged}
    from_: dict[Scope, list[str]] = {}
    for scope, one in sorted(gone.items(), key=lambda item: str(item[0])):
        requirement = requirements.get(scope.standard)
        if requirement is None:
            continue
        into = scope._replace(department=merged[str(scope.department)])
        other = figures.get(into)
        figures[into] = one if other is None else _together(other, one, requirement)
        from_.setdefault(into, []).append(str(scope.department))
    return TakenOver(figures, gone, from_)


def _together(one: Observed, other: Observed, requirement: Requirement) -> Observed:
    n = one.n + other.n
    nothing = Observed(None, n, definition=one.definition)
    numerator = _added(one.count, other.count)
    if requirement.kind == "percentile" or one.definition != other.definition or numerator is None:
        return nothing
    denominator = _added(one.denominator, other.denominator)
    if requirement.kind == "count":
        if one.denominator != other.denominator:
            return nothing
        value, denominator = numerator, one.denominator
    elif requirement.kind == "mean":
        value = numerator / n if n else None
    else:
        value = requirement.per * numerator / denominator if denominator else None
    squares = _added(one.squares, other.squares)
    return replace(
        nothing, value=value, numerator=numerator, denominator=denominator, squares=squares
    )


def _added(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second
