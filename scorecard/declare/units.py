"""Which units the figure of an aggregate can be in."""

from __future__ import annotations

from scorecard.declare.metrics import UNITS
from scorecard.declare.sources import Source
from scorecard.declare.vocabulary import (
    SECONDS,
    AgeOfOpen,
    Aggregate,
    Backlog,
    Column,
    Count,
    Distinct,
    Elapsed,
    Expression,
    Mean,
    Percentile,
    Rate,
    Ratio,
    Rounded,
    Share,
    Spread,
    Sum,
    Working,
)


def fitting_units(aggregate: Aggregate, source: Source) -> tuple[str, ...] | None:
    """The units that fit, the most natural one first; None where the declarations do not say.

    A share is a percentage and a count a count. Sums, means, percentiles and spreads have the unit
    of their value: that of elapsed(), or the one declared for the column. A ratio has the unit of
    its top where the bottom counts things, or is a plain number; it is never a percentage, because
    it is not multiplied by 100. A rate is a number, or in the unit of the time on its top.
    """
    match aggregate:
        case Share():
            return ("percent",)
        case AgeOfOpen():
            return (aggregate.unit,)
        case Count() | Distinct() | Backlog():
            return ("count",)
        case Sum() | Mean() | Percentile() | Spread():
            unit = _unit_of(aggregate.value, source)
            return (unit,) if unit else None
        case Rate() if isinstance(aggregate.top, Sum):
            unit = _unit_of(aggregate.top.value, source)
            return ("number", unit) if unit in SECONDS else ("number",)
        case Ratio(top=Count()):
            return ("number",)
        case Ratio(top=Sum() as top, bottom=bottom):
            unit = _unit_of(top.value, source)
            if unit is None:
                return ("number", *SECONDS)
            per = _unit_of(bottom.value, source) if isinstance(bottom, Sum) else "count"
            return (unit, "number") if per in (None, "count") else ("number",)
        case _:
            return None


def _unit_of(value: Expression, source: Source) -> str | None:
    if isinstance(value, Rounded):
        return _unit_of(value.value, source)
    if isinstance(value, Elapsed | Working):
        return value.unit
    if isinstance(value, Column):
        unit = source.columns[value.name].unit
        return unit if unit in UNITS else None
    return None
