"""The words a metric is written in: expressions over the columns of one source, and aggregates.

An expression is a small frozen tree. It holds no SQL: `scorecard.measure` renders it, and its
canonical form (`describe`) is what a metric's fingerprint is taken from. Types are checked as the
tree is built, so a mistake is reported on the line that makes it.

Missing values follow SQL: a comparison with a missing value is neither true nor false, and a row
counts only where its condition is true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from scorecard.errors import DeclarationError

Type = Literal["boolean", "text", "integer", "number", "timestamp", "date", "duration"]
TimeUnit = Literal["seconds", "minutes", "hours", "days", "weeks"]
SECONDS: dict[str, int] = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86400,
    "weeks": 604800,
}
_NUMERIC = frozenset({"integer", "number", "duration"})


@dataclass(frozen=True, eq=False)
class Node:
    """Anything in the tree. `describe()` gives its canonical form, made of lists and scalars."""

    def describe(self) -> list[Any]:
        """The canonical form: the node's name, then its parts in declared order."""
        parts = (getattr(self, field.name) for field in fields(self))
        return [type(self).__name__.lower(), *(_described(part) for part in parts)]

    def columns(self) -> frozenset[str]:
        """The names of all columns the node reads."""
        found: set[str] = set()
        for field in fields(self):
            part = getattr(self, field.name)
            for item in part if isinstance(part, tuple) else (part,):
                if isinstance(item, Node):
                    found |= item.columns()
        return frozenset(found)

    def __bool__(self) -> bool:
        raise DeclarationError(
            "logic-in-python",
            "A condition over columns has no truth of its own in Python.",
            hint="Combine conditions with & | ~ and put each in brackets, not with and, or, not.",
        )


def _described(part: Any) -> Any:
    if isinstance(part, Node):
        return part.describe()
    if isinstance(part, tuple):
        return [_described(item) for item in part]
    return part


@dataclass(frozen=True, eq=False)
class Expression(Node):
    """A value of each row. Compare, combine and calculate with the usual operators."""

    @property
    def type(self) -> Type:
        """The kind of value."""
        raise AssertionError(f"{type(self).__name__} declares no type")

    @property
    def known(self) -> Known:
        """True where the value is there."""
        return Known(self)

    @property
    def missing(self) -> Not:
        """True where the value is missing."""
        return Not(Known(self))

    def one_of(self, *values: str | int | float) -> Comparison | Any:
        """True where the value is one of `values`."""
        if not values:
            raise DeclarationError("one-of-nothing", "one_of() needs at least one value.")
        condition: Any = self == values[0]
        for value in values[1:]:
            condition = condition | (self == value)
        return condition

    def contains(self, text: str) -> Contains:
        """True where the text of the value has `text` in it, letter for letter."""
        _require(self, {"text"}, "contains()")
        return Contains(self, text)

    def __eq__(self, other: object) -> Comparison:  # type: ignore[override]
        return _compare("=", self, other)

    def __ne__(self, other: object) -> Comparison:  # type: ignore[override]
        return _compare("!=", self, other)

    def __lt__(self, other: Any) -> Comparison:
        return _compare("<", self, other)

    def __le__(self, other: Any) -> Comparison:
        return _compare("<=", self, other)

    def __gt__(self, other: Any) -> Comparison:
        return _compare(">", self, other)

    def __ge__(self, other: Any) -> Comparison:
        return _compare(">=", self, other)

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> And:
        return And((_condition(self, "&"), _condition(other, "&")))

    def __or__(self, other: Any) -> Or:
        return Or((_condition(self, "|"), _condition(other, "|")))

    def __invert__(self) -> Not:
        return Not(_condition(self, "~"))

    def __add__(self, other: Any) -> Arithmetic:
        return _calculate("+", self, other)

    def __radd__(self, other: Any) -> Arithmetic:
        return _calculate("+", other, self)

    def __sub__(self, other: Any) -> Arithmetic:
        return _calculate("-", self, other)

    def __rsub__(self, other: Any) -> Arithmetic:
        return _calculate("-", other, self)

    def __mul__(self, other: Any) -> Arithmetic:
        return _calculate("*", self, other)

    def __rmul__(self, other: Any) -> Arithmetic:
        return _calculate("*", other, self)

    def __truediv__(self, other: Any) -> Arithmetic:
        return _calculate("/", self, other)

    def __rtruediv__(self, other: Any) -> Arithmetic:
        return _calculate("/", other, self)


@dataclass(frozen=True, eq=False)
class Column(Expression):
    """A column of the source."""

    name: str
    column_type: Type

    @property
    def type(self) -> Type:
        """The column's declared type."""
        return self.column_type

    def columns(self) -> frozenset[str]:
        """Its own name."""
        return frozenset({self.name})


@dataclass(frozen=True, eq=False)
class Constant(Expression):
    """A fixed value written in the metric."""

    value: str | int | float | bool

    @property
    def type(self) -> Type:
        """The type of the Python value."""
        if isinstance(self.value, bool):
            return "boolean"
        if isinstance(self.value, int):
            return "integer"
        return "number" if isinstance(self.value, float) else "text"


@dataclass(frozen=True, eq=False)
class KnownUntil(Expression):
    """The latest moment the source's data knows: what lies after it has not happened yet."""

    @property
    def type(self) -> Type:
        """An instant."""
        return "timestamp"


@dataclass(frozen=True, eq=False)
class _Condition(Expression):
    @property
    def type(self) -> Type:
        """True, false or missing."""
        return "boolean"


@dataclass(frozen=True, eq=False)
class Comparison(_Condition):
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, eq=False)
class And(_Condition):
    """All of the conditions."""

    conditions: tuple[Expression, ...]


@dataclass(frozen=True, eq=False)
class Or(_Condition):
    """At least one of the conditions."""

    conditions: tuple[Expression, ...]


@dataclass(frozen=True, eq=False)
class Not(_Condition):
    """The opposite of the condition."""

    condition: Expression


@dataclass(frozen=True, eq=False)
class Known(_Condition):
    """Whether the value is there."""

    value: Expression


@dataclass(frozen=True, eq=False)
class Contains(_Condition):
    """Whether a text is part of the value."""

    value: Expression
    part: str


@dataclass(frozen=True, eq=False)
class Arithmetic(Expression):
    """A calculation with two numbers."""

    operator: str
    left: Expression
    right: Expression

    @property
    def type(self) -> Type:
        """A number; whole numbers stay whole except under division."""
        whole = self.left.type == self.right.type == "integer" and self.operator != "/"
        return "integer" if whole else "number"


@dataclass(frozen=True, eq=False)
class Elapsed(Expression):
    """The time from `start` to `end`, by the clock on the wall of the universe (UTC)."""

    start: Expression
    end: Expression
    unit: TimeUnit

    @property
    def type(self) -> Type:
        """A duration in `unit`."""
        return "duration"


@dataclass(frozen=True, eq=False)
class Rounded(Expression):
    """A number rounded half away from zero to so many decimals."""

    value: Expression
    decimals: int

    @property
    def type(self) -> Type:
        """A number."""
        return "number"


def rounded(value: Expression, decimals: int) -> Rounded:
    """`value` rounded half away from zero, as publishers do before they compare."""
    _require(value, _NUMERIC, "rounded()")
    if not isinstance(decimals, int) or not 0 <= decimals <= 12:
        raise DeclarationError(
            "decimals-out-of-range", f"rounded() takes 0 to 12 decimals, not {decimals!r}."
        )
    return Rounded(value, decimals)


def elapsed(start: Expression, end: Expression, unit: TimeUnit) -> Elapsed:
    """The time from `start` to `end` in `unit` (seconds … weeks), with fractions."""
    for value in (start, end):
        _require(value, {"timestamp"}, "elapsed()")
    if unit not in SECONDS:
        raise DeclarationError(
            "time-unit-unknown",
            f"{unit!r} is no unit of time.",
            hint=f"Use one of {_list(SECONDS)}.",
        )
    return Elapsed(start, end, unit)


def known_until() -> KnownUntil:
    """The latest moment the source's data knows. A case due after it has not had its chance yet."""
    return KnownUntil()


# Aggregates


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
        """The condition, if any."""
        return self.where


@dataclass(frozen=True, eq=False)
class Sum(Aggregate):
    """The sum of a value."""

    value: Expression
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return _all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Share(Aggregate):
    """Part of a whole: of rows where both are conditions, of counted things where both are numbers."""

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
        return _all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Percentile(Aggregate):
    """The value below which the fraction `q` of rows lies, interpolated linearly."""

    value: Expression
    q: float
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows that have the value."""
        return _all_of(Known(self.value), self.where)


@dataclass(frozen=True, eq=False)
class Ratio(Aggregate):
    """One count or sum divided by another."""

    top: Count | Sum
    bottom: Count | Sum

    def rows(self) -> Expression | None:
        """The rows of the bottom."""
        return self.bottom.rows()


def count(where: Expression | None = None) -> Count:
    """How many rows meet `where` (all rows of the period without it)."""
    return Count(_where(where, "count()"))


def sum(value: Expression, where: Expression | None = None) -> Sum:
    """The sum of `value` over the rows that have it and meet `where`. No rows: no data, not 0."""
    _require(value, _NUMERIC, "sum()")
    return Sum(value, _where(where, "sum()"))


def share(part: Expression, of: Expression | None = None) -> Share:
    """The percentage that `part` is of `of`.

    With conditions, rows are counted: those where both hold, of those where `of` holds (all rows
    without it). With numbers, already counted things are summed over the rows that have both, and
    n is the whole: share(r.volume_meeting_target, of=r.total_volume).
    """
    if not isinstance(part, Expression):
        raise _no_expression(part, "share()")
    if part.type == "boolean":
        return Share(part, _where(of, "share()"))
    _require(part, {"integer", "number"}, "share()")
    if of is None or of.type not in ("integer", "number"):
        raise DeclarationError(
            "type-mismatch",
            "share() of a number needs a number as its whole.",
            hint="Write share(r.part, of=r.whole), both columns of counts, or use conditions.",
        )
    return Share(part, of)


def mean(value: Expression, where: Expression | None = None) -> Mean:
    """The mean of `value` over the rows that have it and meet `where`."""
    _require(value, _NUMERIC, "mean()")
    return Mean(value, _where(where, "mean()"))


def percentile(value: Expression, q: float, where: Expression | None = None) -> Percentile:
    """The exact `q` quantile (0 < q < 1) of `value`, interpolated linearly between ranks.

    This is Hyndman and Fan's type 7 (The American Statistician 50, 1996), the default of numpy,
    pandas, PERCENTILE_CONT and DuckDB's quantile_cont.
    """
    _require(value, _NUMERIC, "percentile()")
    if not isinstance(q, (int, float)) or not 0 < q < 1:
        raise DeclarationError(
            "quantile-out-of-range",
            f"percentile() takes a fraction between 0 and 1, not {q!r}.",
            hint=f"Write {q / 100:g}." if isinstance(q, (int, float)) and 1 < q < 100 else None,
        )
    return Percentile(value, float(q), _where(where, "percentile()"))


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


class Row:
    """`r` in a metric: each attribute is a column of the declared source.

    `suggest` gives the nearest name to a misspelt one.
    """

    def __init__(
        self,
        source: str,
        columns: Mapping[str, Type],
        suggest: Callable[[str, list[str]], str | None],
    ) -> None:
        self._source = source
        self._columns = columns
        self._suggest = suggest

    def __getattr__(self, name: str) -> Column:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._columns:
            near = self._suggest(name, list(self._columns))
            raise DeclarationError(
                "column-unknown",
                f"The source {self._source!r} has no column {name!r}.",
                hint=f"Did you mean {near!r}?" if near else f"It has {_list(self._columns)}.",
            )
        return Column(name, self._columns[name])


# Checks made as the tree is built


def _list(names: Any) -> str:
    return ", ".join(names)


def _no_expression(value: object, word: str) -> DeclarationError:
    return DeclarationError(
        "not-an-expression",
        f"{word} takes an expression over columns, not {value!r}.",
        hint="Write it with the columns of r, as in r.closed_at <= r.due_at.",
    )


def _require(value: object, types: set[str] | frozenset[str], word: str) -> None:
    if not isinstance(value, Expression):
        raise _no_expression(value, word)
    if value.type not in types:
        raise DeclarationError(
            "type-mismatch",
            f"{word} takes {' or '.join(sorted(types))}, not {_called(value)}.",
        )


def _called(value: Expression) -> str:
    return f"the {value.type} column {value.name!r}" if isinstance(value, Column) else value.type


def _where(condition: Any, word: str) -> Expression | None:
    return None if condition is None else _condition(condition, word)


def _condition(value: Any, word: str) -> Expression:
    if not isinstance(value, Expression):
        raise _no_expression(value, word)
    if value.type != "boolean":
        raise DeclarationError(
            "type-mismatch",
            f"{word} takes conditions, not {_called(value)}.",
            hint="Compare it with something, or ask whether it is there with .known.",
        )
    return value


def _all_of(first: Expression, second: Expression | None) -> Expression:
    return first if second is None else And((first, second))


def _expression(value: Any, word: str) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool | int | float | str):
        return Constant(value)
    raise _no_expression(value, word)


def _family(kind: str) -> str:
    return "number" if kind in _NUMERIC else kind


def _compare(operator: str, left: Expression, other: object) -> Comparison:
    right = _expression(other, operator)
    if _family(left.type) != _family(right.type):
        raise DeclarationError(
            "type-mismatch",
            f"{_called(left)} cannot be compared with {_called(right)}.",
            hint="Compare values of one type.",
        )
    for one, two in ((left, right), (right, left)):
        if isinstance(one, Elapsed) and isinstance(two, Elapsed) and one.unit != two.unit:
            raise DeclarationError(
                "unit-mismatch", f"A duration in {one.unit} is compared with one in {two.unit}."
            )
    if left.type == "boolean" and operator not in ("=", "!="):
        raise DeclarationError("type-mismatch", f"Conditions have no order for {operator}.")
    return Comparison(operator, left, right)


def _calculate(operator: str, left: Any, right: Any) -> Arithmetic:
    parts = (_expression(left, operator), _expression(right, operator))
    for part in parts:
        _require(part, _NUMERIC, operator)
    return Arithmetic(operator, *parts)
