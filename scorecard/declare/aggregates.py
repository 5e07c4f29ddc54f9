"""Aggregates: what is worked out over the rows of a period and scope."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from scorecard.declare.expressions import (
    NUMERIC,
    And,
    Expression,
    Known,
    Node,
    all_of,
    condition_or_none,
    nested,
    no_expression,
    require,
)
from scorecard.errors import DeclarationError


@dataclass(frozen=True, eq=False)
class Aggregate(Node):
    """What is worked out over the rows of a period and scope.

    `adds_over_units` tells whether the figure of a whole follows from those of its units (by the
    sums they come from), `adds_over_periods` the same of periods. `no_part` says why it cannot be
    divided by another figure.
    """

    adds_over_units: ClassVar[bool] = True
    adds_over_periods: ClassVar[bool] = True
    no_part: ClassVar[str] = "a ratio of ratios is not the whole's"

    def _refuse(self, other: Any) -> Any:
        raise nested(type(self).__name__.lower(), "An operator")

    __add__ = __radd__ = __sub__ = __rsub__ = _refuse
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def rows(self) -> Expression | None:
        """The condition a row must meet to be counted in n; None where every row is."""
        raise AssertionError(f"{type(self).__name__} declares no rows")


@dataclass(frozen=True, eq=False)
class Count(Aggregate):
    """How many rows."""

    where: Expression | None

    def rows(self) -> Expression | None:
        """All rows: those that do not meet the condition are looked at too."""
        return None


@dataclass(frozen=True, eq=False)
class Sum(Aggregate):
    """The sum of a value."""

    value: Expression
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Share(Aggregate):
    """Part of a whole: of rows with conditions, of already counted things with numbers.

    `where` is there for counted things alone: of rows, `of` holds every condition.
    """

    no_part = "an average of percentages is not the percentage"
    part: Expression
    of: Expression | None
    where: Expression | None = None

    def describe(self) -> list[Any]:
        """The canonical form; without a `where` it is what it was before there was one."""
        parts = super().describe()
        return parts if self.where is not None else parts[:-1]

    @property
    def counted(self) -> bool:
        """True where part and whole are numbers that count things, summed over rows."""
        return self.part.type != "boolean"

    def rows(self) -> Expression | None:
        """The whole; of counted things, the rows that have both numbers."""
        if self.counted:
            assert self.of is not None
            return all_of(And((Known(self.part), Known(self.of))), self.where)
        return self.of


@dataclass(frozen=True, eq=False)
class Mean(Aggregate):
    """The arithmetic mean of a value."""

    no_part = "an average of averages is not the average"
    value: Expression
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Percentile(Aggregate):
    """The value below which the fraction `q` of rows lies, interpolated linearly."""

    no_part = "percentiles of units say nothing of the whole's"
    adds_over_units = adds_over_periods = False
    value: Expression
    q: float
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Distinct(Aggregate):
    """How many different values there are. One that two units share counts once in the whole."""

    no_part = "what two units share is counted twice"
    adds_over_units = adds_over_periods = False
    value: Expression
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Spread(Aggregate):
    """How far values lie from their mean: the standard deviation of a sample (n - 1)."""

    no_part = "the spread of a whole is not made of its units' spreads"
    adds_over_units = adds_over_periods = False
    value: Expression
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Ratio(Aggregate):
    """One count or sum divided by another."""

    top: Count | Sum
    bottom: Count | Sum

    def rows(self) -> Expression | None:
        """The rows of the bottom."""
        return self.bottom.where if isinstance(self.bottom, Count) else self.bottom.rows()


@dataclass(frozen=True, eq=False)
class Rate(Ratio):
    """One count or sum for every so many of another: complaints per 1,000 requests."""

    per: float


def count(where: Expression | None = None) -> Count:
    """How many rows meet `where` (all rows of the period without it)."""
    return Count(condition_or_none(where, "count()"))


def sum(value: Expression, where: Expression | None = None) -> Sum:
    """The sum of `value` over the rows that have it and meet `where`. No rows: no data, not 0."""
    require(value, NUMERIC, "sum()")
    return Sum(value, condition_or_none(where, "sum()"))


def share(part: Expression, of: Expression | None = None, where: Expression | None = None) -> Share:
    """The percentage that `part` is of `of`, over the rows that meet `where`.

    With conditions, rows are counted: those where both hold, of those where `of` holds (all rows
    without it). With numbers, already counted things are summed over the rows that have both, and
    n is the whole: share(r.volume_meeting_target, of=r.total_volume).
    """
    only = condition_or_none(where, "share()")
    if not isinstance(part, Expression):
        raise no_expression(part, "share()")
    if part.type == "boolean":
        whole = condition_or_none(of, "share()")
        return Share(part, only if whole is None else all_of(whole, only))
    require(part, {"integer", "number"}, "share()")
    if of is None or of.type not in ("integer", "number"):
        raise DeclarationError(
            "type-mismatch",
            "share() of a number needs a number as its whole.",
            hint="Write share(r.part, of=r.whole), both columns of counts, or use conditions.",
        )
    return Share(part, of, only)


def mean(value: Expression, where: Expression | None = None) -> Mean:
    """The mean of `value` over the rows that have it and meet `where`."""
    require(value, NUMERIC, "mean()")
    return Mean(value, condition_or_none(where, "mean()"))


def percentile(value: Expression, q: float, where: Expression | None = None) -> Percentile:
    """The exact `q` quantile (0 < q < 1) of `value`, interpolated linearly between ranks.

    This is Hyndman and Fan's type 7 (The American Statistician 50, 1996), the default of numpy,
    pandas, PERCENTILE_CONT and DuckDB's quantile_cont.
    """
    require(value, NUMERIC, "percentile()")
    if not isinstance(q, (int, float)) or not 0 < q < 1:
        raise DeclarationError(
            "quantile-out-of-range",
            f"percentile() takes a fraction between 0 and 1, not {q!r}.",
            hint=f"Write {q / 100:g}." if isinstance(q, (int, float)) and 1 < q < 100 else None,
        )
    return Percentile(value, float(q), condition_or_none(where, "percentile()"))


def median(value: Expression, where: Expression | None = None) -> Percentile:
    """The middle value: percentile(value, 0.5)."""
    return percentile(value, 0.5, where)


def distinct(value: Expression, where: Expression | None = None) -> Distinct:
    """How many different `value`s the rows that meet `where` have; exact, missing ones left out.

    Numbers with fractions are refused: two that look the same may differ in their last digit.
    """
    require(value, {"text", "integer", "boolean", "date", "timestamp"}, "distinct()")
    return Distinct(value, condition_or_none(where, "distinct()"))


def spread(value: Expression, where: Expression | None = None) -> Spread:
    """The standard deviation of `value` over the rows that have it and meet `where`.

    That of a sample: the root of the squared distances from the mean, summed and divided by n - 1.
    One row alone has none: no data.
    """
    require(value, NUMERIC, "spread()")
    return Spread(value, condition_or_none(where, "spread()"))


def ratio(top: Count | Sum, bottom: Count | Sum) -> Ratio:
    """One count or sum divided by another, both over the same period and scope.

    An average of averages is refused: divide the sums they come from.
    """
    _additive(top, bottom, "ratio")
    return Ratio(top, bottom)


def rate(top: Count | Sum, bottom: Count | Sum, per: float = 1000) -> Rate:
    """How much of `top` there is for every `per` of `bottom`: ratio(top, bottom) times `per`."""
    _additive(top, bottom, "rate")
    number = isinstance(per, int | float) and not isinstance(per, bool) and math.isfinite(per)
    if not number or per <= 0:
        raise DeclarationError(
            "per-invalid",
            f"rate() takes a number above 0 as its per, not {per!r}.",
            hint="Write per=1000 for “for every 1,000”.",
        )
    return Rate(top, bottom, float(per))


def _additive(top: object, bottom: object, word: str) -> None:
    for part in (top, bottom):
        if not isinstance(part, Count | Sum):
            name = type(part).__name__.lower()
            why = getattr(type(part), "no_part", "it is no figure at all")
            raise DeclarationError(
                "not-additive",
                f"{word}() divides counts and sums, not a {name}: {why}.",
                hint=f"Write {word}(sum(…), sum(…)) or {word}(count(…), count(…)).",
            )
