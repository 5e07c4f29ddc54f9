"""Expressions over the columns of one source: what a metric compares, combines and calculates.

An expression is a small frozen tree. It holds no SQL: engines render it, and its canonical form
(`describe`) is what a metric's fingerprint is taken from. Types are checked as the tree is built,
so a mistake is reported on the line that makes it.

Missing values follow SQL: a comparison with a missing value is neither true nor false, and a row
counts only where its condition is true.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
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
NUMERIC = frozenset({"integer", "number", "duration"})


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

    def reads(self, kind: type[Node]) -> bool:
        """Whether a node of this kind is anywhere in the tree."""
        if isinstance(self, kind):
            return True
        parts = (getattr(self, field.name) for field in fields(self))
        return any(
            isinstance(item, Node) and item.reads(kind)
            for part in parts
            for item in (part if isinstance(part, tuple) else (part,))
        )

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
        require(self, {"text"}, "contains()")
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
class Tally(Expression):
    """How many of the conditions hold."""

    conditions: tuple[Expression, ...]

    @property
    def type(self) -> Type:
        """A whole number."""
        return "integer"


def tally(*conditions: Expression) -> Tally:
    """How many of `conditions` hold in a row, 0 to all of them; one with a missing value does not.

    share(tally(a == "Y", b == "Y"), of=tally(a != "NA", b != "NA")) shares points, not rows.
    """
    if not conditions:
        raise DeclarationError("tally-of-nothing", "tally() needs at least one condition.")
    return Tally(tuple(_condition(condition, "tally()") for condition in conditions))


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
    require(value, NUMERIC, "rounded()")
    if not isinstance(decimals, int) or not 0 <= decimals <= 12:
        raise DeclarationError(
            "decimals-out-of-range", f"rounded() takes 0 to 12 decimals, not {decimals!r}."
        )
    return Rounded(value, decimals)


def elapsed(start: Expression, end: Expression, unit: TimeUnit) -> Elapsed:
    """The time from `start` to `end` in `unit` (seconds … weeks), with fractions.

    Between two dates it is whole days; a date and an instant have no time between them.
    """
    for value in (start, end):
        require(value, {"timestamp", "date"}, "elapsed()")
    if start.type != end.type:
        raise DeclarationError(
            "type-mismatch",
            f"elapsed() from {_called(start)} to {_called(end)} is not a span of time.",
            hint="Take two instants or two dates.",
        )
    if unit not in SECONDS:
        raise DeclarationError(
            "time-unit-unknown",
            f"{unit!r} is no unit of time.",
            hint=f"Use one of {listed(SECONDS)}.",
        )
    return Elapsed(start, end, unit)


def known_until() -> KnownUntil:
    """The latest moment the source's data knows. A case due after it has not had its chance yet."""
    return KnownUntil()


# Checks made as the tree is built


def listed(names: Iterable[str]) -> str:
    """Names in a row, for a hint."""
    return ", ".join(names)


def no_expression(value: object, word: str) -> DeclarationError:
    """The refusal of a plain value, or of a whole figure, where `word` takes an expression."""
    if isinstance(value, Node):
        return nested(type(value).__name__.lower(), word)
    return DeclarationError(
        "not-an-expression",
        f"{word} takes an expression over columns, not {value!r}.",
        hint="Write it with the columns of r, as in r.closed_at <= r.due_at.",
    )


def nested(kind: str, word: str) -> DeclarationError:
    """The refusal of a figure inside `word`, which works on the values of each row."""
    return DeclarationError(
        "aggregate-nested",
        f"{word} works on a value of each row; a {kind} is one figure for many rows, and figures "
        "of figures (a sum of percentiles, an average of averages) are not the whole's.",
        hint="Write the columns inside; divide counts and sums with ratio() or rate().",
    )


def require(value: object, types: set[str] | frozenset[str], word: str) -> None:
    """Refuse for `word` what is no expression of one of `types`: `type-mismatch`."""
    if not isinstance(value, Expression):
        raise no_expression(value, word)
    if value.type not in types:
        raise DeclarationError(
            "type-mismatch",
            f"{word} takes {' or '.join(sorted(types))}, not {_called(value)}.",
        )


def _called(value: Expression) -> str:
    return f"the {value.type} column {value.name!r}" if isinstance(value, Column) else value.type


def condition_or_none(condition: Any, word: str) -> Expression | None:
    """A condition handed to `word`, or None where there is none."""
    return None if condition is None else _condition(condition, word)


def _condition(value: Any, word: str) -> Expression:
    if not isinstance(value, Expression):
        raise no_expression(value, word)
    if value.type != "boolean":
        raise DeclarationError(
            "type-mismatch",
            f"{word} takes conditions, not {_called(value)}.",
            hint="Compare it with something, or ask whether it is there with .known.",
        )
    return value


def all_of(first: Expression, second: Expression | None) -> Expression:
    """Both conditions, or the first alone."""
    return first if second is None else And((first, second))


def _expression(value: Any, word: str) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise DeclarationError("number-not-finite", f"{value} is no number to reckon with.")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise DeclarationError("number-not-finite", f"{value} is beyond what engines hold.")
    if isinstance(value, bool | int | float | str):
        return Constant(value)
    raise no_expression(value, word)


def _family(kind: str) -> str:
    return "number" if kind in NUMERIC else kind


def _compare(operator: str, left: Expression, other: object) -> Comparison:
    right = _expression(other, operator)
    if _family(left.type) != _family(right.type):
        raise DeclarationError(
            "type-mismatch",
            f"{_called(left)} cannot be compared with {_called(right)}.",
            hint="Compare values of one type.",
        )
    one, two = getattr(left, "unit", None), getattr(right, "unit", None)
    if one and two and one != two:
        raise DeclarationError(
            "unit-mismatch", f"A duration in {one} is compared with one in {two}."
        )
    if left.type == "boolean" and operator not in ("=", "!="):
        raise DeclarationError("type-mismatch", f"Conditions have no order for {operator}.")
    return Comparison(operator, left, right)


def _calculate(operator: str, left: Any, right: Any) -> Arithmetic:
    parts = (_expression(left, operator), _expression(right, operator))
    for part in parts:
        require(part, NUMERIC, operator)
    return Arithmetic(operator, *parts)
