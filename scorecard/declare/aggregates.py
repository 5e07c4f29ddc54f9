"""Aggregates: what is worked out over the rows of a period and scope."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.declare.expressions import (
    NUMERIC,
    And,
    Expression,
    Known,
    Node,
    all_of,
    condition_or_none,
    no_expression,
    require,
)
from scorecard.errors import DeclarationError


@dataclass(frozen=True, eq=False)
class Aggregate(Node):
    """What is worked out over the rows of a period and scope."""

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
    """Part of a whole: of rows with conditions, of already counted things with numbers."""

    part: Expression
    of: Expression | None

    @property
    def counted(self) -> bool:
        """True where part and whole are numbers that count things, summed over rows."""
        return self.part.type != "boolean"

    def rows(self) -> Expression | None:
        """The whole; of counted things, the rows that have both numbers."""
        if self.counted:
            assert self.of is not None
            return And((Known(self.part), Known(self.of)))
        return self.of


@dataclass(frozen=True, eq=False)
class Mean(Aggregate):
    """The arithmetic mean of a value."""

    value: Expression
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Percentile(Aggregate):
    """The value below which the fraction `q` of rows lies, interpolated linearly."""

    value: Expression
    q: float
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


def count(where: Expression | None = None) -> Count:
    """How many rows meet `where` (all rows of the period without it)."""
    return Count(condition_or_none(where, "count()"))


def sum(value: Expression, where: Expression | None = None) -> Sum:
    """The sum of `value` over the rows that have it and meet `where`. No rows: no data, not 0."""
    require(value, NUMERIC, "sum()")
    return Sum(value, condition_or_none(where, "sum()"))


def share(part: Expression, of: Expression | None = None) -> Share:
    """The percentage that `part` is of `of`.

    With conditions, rows are counted: those where both hold, of those where `of` holds (all rows
    without it). With numbers, already counted things are summed over the rows that have both, and
    n is the whole: share(r.volume_meeting_target, of=r.total_volume).
    """
    if not isinstance(part, Expression):
        raise no_expression(part, "share()")
    if part.type == "boolean":
        return Share(part, condition_or_none(of, "share()"))
    require(part, {"integer", "number"}, "share()")
    if of is None or of.type not in ("integer", "number"):
        raise DeclarationError(
            "type-mismatch",
            "share() of a number needs a number as its whole.",
            hint="Write share(r.part, of=r.whole), both columns of counts, or use conditions.",
        )
    return Share(part, of)


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


def ratio(top: Count | Sum, bottom: Count | Sum) -> Ratio:
    """One count or sum divided by another, both over the same period and scope.

    An average of averages is refused: divide the sums they come from.
    """
    for part in (top, bottom):
        if not isinstance(part, Count | Sum):
            name = type(part).__name__.lower()
            raise DeclarationError(
                "not-additive",
                f"ratio() divides counts and sums; a {name} does not add up over units.",
                hint="Write ratio(sum(…), sum(…)) or ratio(count(…), count(…)).",
            )
    return Ratio(top, bottom)
