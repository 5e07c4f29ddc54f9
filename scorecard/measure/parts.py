"""Aggregates as SQL parts, and figures from parts.

Every additive figure is kept as the two sums it comes from, so that it rolls up over units and
periods by adding and dividing last: never as an average of averages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from scorecard.declare.vocabulary import (
    Aggregate,
    And,
    Count,
    Distinct,
    Expression,
    Mean,
    Percentile,
    Rate,
    Ratio,
    Share,
    Spread,
    Sum,
)
from scorecard.measure.around import known_squares, percentile_ends, places_around, square
from scorecard.observe.render import render

Columns = Mapping[str, ColumnElement[Any]]


class Figure(NamedTuple):
    """A figure and what it came from. `n` is what it is out of; None is not known, never 0.

    `squares` is the sum of the squared values of a mean; the ends are those of a percentile's
    intervals. See `measure.around`.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    n: int
    squares: float | None = None
    lower_95: float | None = None
    upper_95: float | None = None
    lower_80: float | None = None
    upper_80: float | None = None


class quantiles(FunctionElement[Any]):
    """The exact quantiles `qs` of a value in one go, as a list."""

    inherit_cache = False
    name = "quantiles"
    type = sa.ARRAY(sa.Double())

    def __init__(self, value: ColumnElement[Any], qs: Sequence[float]) -> None:
        super().__init__(value)
        self.qs = tuple(qs)


@compiles(quantiles, "duckdb")
def _quantiles_on_duckdb(element: quantiles, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(next(iter(element.clauses)), **kw)
    return f"quantile_cont({value}, [{', '.join(map(repr, element.qs))}])"


@compiles(quantiles, "postgresql")
def _quantiles_on_postgresql(element: quantiles, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(next(iter(element.clauses)), **kw)
    qs = ", ".join(map(repr, element.qs))
    return f"percentile_cont(ARRAY[{qs}]) WITHIN GROUP (ORDER BY {value})"


@compiles(quantiles, "spark")
def _quantiles_on_spark(element: quantiles, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(next(iter(element.clauses)), **kw)
    return f"percentile({value}, array({', '.join(f'{q!r}D' for q in element.qs)}))"


class PartList:
    """The distinct aggregate columns a scan has to compute, each asked only once."""

    def __init__(self, columns: Columns, known_until: datetime | None) -> None:
        self._columns = columns
        self._known_until = known_until
        self._seen: dict[str, int] = {}
        self.expressions: list[ColumnElement[Any]] = []

    def counted(self, where: Expression | None) -> int:
        """The place of: how many rows meet `where`."""
        return self._place(["count", _key(where)], lambda: self._filtered(sa.func.count(), where))

    def known(self, value: Expression, where: Expression | None) -> int:
        """The place of: how many rows that meet `where` have `value`."""
        return self._place(
            ["known", _key(value), _key(where)],
            lambda: self._filtered(sa.func.count(self._render(value)), where),
        )

    def summed(self, value: Expression, where: Expression | None) -> int:
        """The place of: the sum of `value` over rows that meet `where`."""

        def make() -> ColumnElement[Any]:
            # Sums of doubles, not of decimals or 128-bit integers: one type on every engine.
            number = sa.cast(self._render(value), sa.Double())
            return self._filtered(sa.func.sum(number), where)

        return self._place(["sum", _key(value), _key(where)], make)

    def squared(self, value: Expression, where: Expression | None) -> int:
        """The place of: the sum of the squares of `value` over rows that meet `where`."""

        def make() -> ColumnElement[Any]:
            number = sa.cast(self._render(value), sa.Double())
            return self._filtered(sa.func.sum(square(number)), where)

        return self._place(["squares", _key(value), _key(where)], make)

    def asked(self, value: Expression, where: Expression | None, qs: Sequence[float]) -> int:
        """The place of: the quantiles of `value` over rows that meet `where`."""
        return self._place(
            ["quantiles", _key(value), _key(where), list(qs)],
            lambda: self._filtered(quantiles(self._render(value), qs), where),
        )

    def different(self, value: Expression, where: Expression | None) -> int:
        """The place of: how many different values rows that meet `where` have."""
        return self._place(
            ["distinct", _key(value), _key(where)],
            lambda: self._filtered(sa.func.count(sa.distinct(self._render(value))), where),
        )

    def spread(self, value: Expression, where: Expression | None) -> int:
        """The place of: the standard deviation (n - 1) of `value` over rows that meet `where`."""

        def make() -> ColumnElement[Any]:
            number = sa.cast(self._render(value), sa.Double())
            return self._filtered(sa.func.stddev_samp(number), where)

        return self._place(["spread", _key(value), _key(where)], make)

    def _render(self, expression: Expression) -> ColumnElement[Any]:
        return render(expression, self._columns, known_until=self._known_until)

    def _filtered(self, aggregate: Any, where: Expression | None) -> ColumnElement[Any]:
        return aggregate if where is None else aggregate.filter(self._render(where))

    def _place(self, key: list[Any], make: Any) -> int:
        text = json.dumps(key)
        if text not in self._seen:
            self._seen[text] = len(self.expressions)
            self.expressions.append(make())
        return self._seen[text]


def additive_parts(aggregate: Aggregate, parts: PartList) -> tuple[int, int, int]:
    """The places of numerator, denominator and n of an additive aggregate."""
    match aggregate:
        case Count():
            return parts.counted(aggregate.where), parts.counted(None), parts.counted(None)
        case Share() if aggregate.counted:
            assert aggregate.of is not None
            both = aggregate.rows()
            whole = parts.summed(aggregate.of, both)
            return parts.summed(aggregate.part, both), whole, whole
        case Share():
            whole = parts.counted(aggregate.of)
            return parts.counted(_both(aggregate.of, aggregate.part)), whole, whole
        case Mean() | Sum():
            rows = parts.known(aggregate.value, aggregate.where)
            return parts.summed(aggregate.value, aggregate.where), rows, rows
        case Ratio():
            top, _, _ = additive_parts(aggregate.top, parts)
            bottom, _, n = additive_parts(aggregate.bottom, parts)
            return top, bottom, bottom if isinstance(aggregate.bottom, Count) else n
    raise TypeError(f"{type(aggregate).__name__} does not add up")


def holistic_parts(aggregate: Aggregate, parts: PartList) -> tuple[int, int]:
    """The places of value and n of an aggregate that must be asked anew at each level."""
    match aggregate:
        case Distinct():
            value = parts.different(aggregate.value, aggregate.where)
        case Spread():
            value = parts.spread(aggregate.value, aggregate.where)
        case Percentile():
            value = parts.asked(aggregate.value, aggregate.where, [aggregate.q])
        case _:
            raise TypeError(f"{type(aggregate).__name__} adds up")
    return value, parts.known(aggregate.value, aggregate.where)


def holistic_figure(aggregate: Aggregate, value: float | None, n: int | None) -> Figure:
    """The figure of such an aggregate; no rows give no value, and no spread is that of one row."""
    rows = int(n or 0)
    if not rows or value is None:
        return Figure(None, None, None, rows)
    if isinstance(aggregate, Distinct):
        return Figure(float(value), float(value), None, rows)
    return Figure(_steady(value), None, None, rows)


def percentile_figure(
    aggregate: Percentile, quantiles: Sequence[float] | None, n: int | None
) -> Figure:
    """The figure of a percentile from the quantiles at its `places_around`."""
    asked = places_around(aggregate.q).index(aggregate.q)
    found = holistic_figure(aggregate, quantiles[asked] if quantiles else None, n)
    if not quantiles or found.value is None:
        return found
    ends = percentile_ends(aggregate.q, found.n, quantiles)
    return Figure(*found[:4], None, *map(_steady, ends))


def figure(
    aggregate: Aggregate,
    numerator: float | None,
    denominator: float | None,
    n: float | None,
    squares: float | None = None,
) -> Figure:
    """The figure of an additive aggregate from its sums; no rows give no value, never 0."""
    rows = int(n or 0)
    numerator, denominator = _steady(numerator), _steady(denominator)
    match aggregate:
        case Count():
            value = float(numerator) if rows and numerator is not None else None
            return Figure(value, numerator, None, rows)
        case Sum():
            value = float(numerator) if rows and numerator is not None else None
            return Figure(value, numerator, None, rows)
        case Rate():
            value = _divided(numerator, denominator, aggregate.per)
            return Figure(value, numerator, denominator, rows)
        case Share():
            return Figure(_divided(numerator, denominator, 100.0), numerator, denominator, rows)
        case _:
            value = _divided(numerator, denominator, 1.0)
            kept = known_squares(_steady(squares), rows)
            return Figure(value, numerator, denominator, rows, kept)


def quantile_groups(
    aggregates: Sequence[Percentile],
) -> dict[str, tuple[Expression, Expression | None, list[float]]]:
    """Percentiles of the same value over the same rows: by `quantile_key`, value, rows and the
    quantiles to ask."""
    groups: dict[str, tuple[Expression, Expression | None, list[float]]] = {}
    for aggregate in aggregates:
        group = (aggregate.value, aggregate.where, [])
        qs = groups.setdefault(quantile_key(aggregate), group)[2]
        qs += [q for q in places_around(aggregate.q) if q not in qs]
    return groups


def quantile_key(aggregate: Percentile) -> str:
    """What percentiles must share to be asked together."""
    return json.dumps([_key(aggregate.value), _key(aggregate.where)])


def _steady(number: float | None) -> float | None:
    """A number without its last digits, which depend on the order in which threads added and on
    how an engine goes from one rank of a quantile to the next."""
    if number is None:
        return None
    # Counts are most of the sums there are, and have no digits to lose.
    return float(number) if type(number) is int else float(f"{number:.13g}")


def _divided(numerator: float | None, denominator: float | None, scale: float) -> float | None:
    if numerator is None or not denominator:
        return None
    return scale * numerator / denominator


def _both(first: Expression | None, second: Expression) -> Expression:
    return second if first is None else And((first, second))


def _key(expression: Expression | None) -> Any:
    return None if expression is None else expression.describe()
