"""What one row adds to the sums of a figure: the parts of `measure.parts`, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.declare.vocabulary import (
    Aggregate,
    Count,
    Expression,
    Mean,
    Percentile,
    Ratio,
    Share,
    Sum,
)
from scorecard.declare.working_time import working_moments
from scorecard.observe.render import render

PARTS = ("numerator", "denominator", "n")
_ONE = sa.cast(sa.literal_column("1"), sa.Double())
_NONE = sa.cast(sa.literal_column("0"), sa.Double())


@dataclass(frozen=True)
class Contribution:
    """Whether a row counts, and what it adds where it does.

    For a percentile `numerator` is the row's own value: it is compared, never summed.
    """

    member: ColumnElement[bool]
    numerator: ColumnElement[Any]
    denominator: ColumnElement[Any]
    n: ColumnElement[Any]

    def where(self, placed: ColumnElement[bool]) -> dict[str, ColumnElement[Any]]:
        """By name: `member`, and the PARTS of a row that is `placed` in the figure; else none."""
        member = sa.func.coalesce(sa.and_(placed, self.member), sa.false())
        parts = {name: _if(member, getattr(self, name)) for name in PARTS}
        return {"member": member, **parts}


def adds_row_by_row(aggregate: Aggregate) -> bool:
    """Whether `contribution` can say what each row adds to the figure.

    It cannot for what is not made of one row after the other: distinct values, a spread, what
    stands open at a period's end. Nor does it read the working calendar.
    """
    forms = (Count, Share, Mean, Sum, Percentile, Ratio)
    return isinstance(aggregate, forms) and not working_moments(aggregate)


def contribution(
    aggregate: Aggregate, columns: Mapping[str, ColumnElement[Any]], known_until: datetime
) -> Contribution:
    """What a row of these columns adds to an aggregate, as doubles.

    The sums over all rows are those of `parts.additive_parts`: numerator, denominator and n.
    """

    def holds(condition: Expression | None) -> ColumnElement[bool]:
        return sa.true() if condition is None else _sure(_render(condition))

    def number(value: Expression) -> ColumnElement[Any]:
        return sa.func.coalesce(sa.cast(_render(value), sa.Double()), _NONE)

    def _render(expression: Expression) -> ColumnElement[Any]:
        return render(expression, columns, known_until=known_until)

    match aggregate:
        case Count():
            return Contribution(sa.true(), _if(holds(aggregate.where), _ONE), _ONE, _ONE)
        case Share() if aggregate.counted:
            assert aggregate.of is not None
            whole = number(aggregate.of)
            return Contribution(holds(aggregate.rows()), number(aggregate.part), whole, whole)
        case Share():
            return Contribution(
                holds(aggregate.rows()), _if(holds(aggregate.part), _ONE), _ONE, _ONE
            )
        case Mean() | Sum() | Percentile():
            return Contribution(holds(aggregate.rows()), number(aggregate.value), _ONE, _ONE)
        case Ratio():
            in_top, in_bottom = (
                holds(side.where if isinstance(side, Count) else side.rows())
                for side in (aggregate.top, aggregate.bottom)
            )
            top, bottom = (
                _ONE if isinstance(side, Count) else number(side.value)
                for side in (aggregate.top, aggregate.bottom)
            )
            return Contribution(
                sa.or_(in_top, in_bottom),
                _if(in_top, top),
                _if(in_bottom, bottom),
                _if(in_bottom, _ONE),
            )
    raise TypeError(f"{type(aggregate).__name__} is no sum over rows")


def _sure(condition: ColumnElement[Any]) -> ColumnElement[bool]:
    return sa.func.coalesce(condition, sa.false())


def _if(condition: ColumnElement[bool], number: ColumnElement[Any]) -> ColumnElement[Any]:
    return sa.case((condition, number), else_=_NONE)
