"""Expressions as SQL: the declared tree becomes SQLAlchemy Core, which each engine compiles.

Missing values follow SQL's three-valued logic on every engine. A division by zero is missing, whole
numbers divide with fractions, and a span of time is exact to the microsecond.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from duckdb_engine import Dialect as DuckDB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from scorecard.declare.vocabulary import (
    SECONDS,
    And,
    Arithmetic,
    Column,
    Comparison,
    Constant,
    Contains,
    Elapsed,
    Expression,
    Known,
    KnownUntil,
    Not,
    Or,
    Rounded,
    Tally,
    Type,
    Working,
)
from scorecard.declare.working_time import working_name

SQL_TYPES: dict[Type, TypeEngine[Any]] = {
    "boolean": sa.Boolean(),
    "text": sa.Text(),
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "timestamp": sa.TIMESTAMP(timezone=True),
    "date": sa.Date(),
    "duration": sa.Double(),
}
_COMPARE: dict[str, Callable[[Any, Any], ColumnElement[Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CALCULATE: dict[str, Callable[[Any, Any], ColumnElement[Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def render(
    expression: Expression,
    columns: Mapping[str, ColumnElement[Any]],
    *,
    known_until: datetime | ColumnElement[Any] | None = None,
) -> ColumnElement[Any]:
    """`expression` in SQL, reading each declared column from `columns`.

    The columns must carry the types of `SQL_TYPES`. `known_until` is the moment that stands for
    `known_until()`, an aware datetime or a column; an expression that asks for it while none is
    given raises ValueError. For working time `columns` must hold that up to each moment, under its
    `working_name`, as whole microseconds or days.
    """

    def part(node: Expression) -> ColumnElement[Any]:
        match node:
            case Column():
                return columns[node.name]
            case Constant():
                return _constant(node)
            case KnownUntil():
                return _moment(known_until)
            case Comparison():
                return _COMPARE[node.operator](part(node.left), part(node.right))
            case And():
                return sa.and_(*(part(condition) for condition in node.conditions))
            case Or():
                return sa.or_(*(part(condition) for condition in node.conditions))
            case Not():
                return sa.not_(part(node.condition))
            case Known():
                return part(node.value).is_not(sa.null())
            case Contains():
                return _Contains(part(node.value), sa.literal(node.part, sa.Text()))
            case Elapsed():
                start, end = _instant(part(node.start)), _instant(part(node.end))
                return _Elapsed(start, end, SECONDS[node.unit])
            case Working():
                return _worked(node, columns)
            case Tally():
                return _tally([part(condition) for condition in node.conditions])
            case Rounded():
                return _Rounded(_double(part(node.value)), node.decimals)
            case Arithmetic():
                return _calculated(node, part(node.left), part(node.right))
        raise TypeError(f"{type(node).__name__} has no form in SQL")

    return part(expression)


def duckdb_sql(statement: sa.ClauseElement) -> str:
    """The statement as DuckDB's text, constants written out.

    SQLAlchemy doubles each percent sign for drivers that format strings; DuckDB's does not.
    """
    dialect = DuckDB(paramstyle="qmark")
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _constant(node: Constant) -> ColumnElement[Any]:
    value = sa.literal(node.value, SQL_TYPES[node.type])
    # A fraction written out is a decimal to most engines; metrics reckon in doubles.
    return sa.cast(value, sa.Double()) if node.type == "number" else value


def _moment(known_until: datetime | ColumnElement[Any] | None) -> ColumnElement[Any]:
    if known_until is None:
        raise ValueError("the expression asks for known_until(), and no moment is given")
    if not isinstance(known_until, datetime):
        return known_until
    text = known_until.astimezone(UTC).isoformat(sep=" ")
    return sa.cast(sa.literal(text, sa.Text()), SQL_TYPES["timestamp"])


def _calculated(
    node: Arithmetic, left: ColumnElement[Any], right: ColumnElement[Any]
) -> ColumnElement[Any]:
    if node.operator == "/":
        return _double(left) / sa.func.nullif(_double(right), 0.0, type_=sa.Double())
    if node.type == "number":
        left, right = _double(left), _double(right)
    return _CALCULATE[node.operator](left, right)


def _worked(node: Working, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    start, end = (columns[working_name(moment, node.unit)] for moment in (node.start, node.end))
    span = _double(end - start)
    return span / sa.literal_column("36e8", sa.Double()) if node.unit == "hours" else span


def _instant(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A date as the instant at which it begins; only differences of such are taken."""
    return sa.cast(value, sa.TIMESTAMP()) if isinstance(value.type, sa.Date) else value


def _tally(conditions: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    one, none = sa.literal_column("1", sa.BigInteger()), sa.literal_column("0", sa.BigInteger())
    total, *others = (sa.case((condition, one), else_=none) for condition in conditions)
    for held in others:
        total = total + held
    return total


def _double(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value if isinstance(value.type, sa.Double) else sa.cast(value, sa.Double())


class _Elapsed(ColumnElement[float]):
    """The span from `start` to `end` in units of `seconds` each, as a double."""

    __visit_name__ = "scorecard_elapsed"
    inherit_cache = False
    type = sa.Double()

    def __init__(self, start: ColumnElement[Any], end: ColumnElement[Any], seconds: int) -> None:
        self.start = start
        self.end = end
        # With its exponent the number is a double to every engine, and division has one rounding.
        self.microseconds = f"{seconds}e6"

    @property
    def _from_objects(self) -> list[Any]:
        return [*self.start._from_objects, *self.end._from_objects]


@compiles(_Elapsed)
@compiles(_Elapsed, "postgresql")
def _elapsed_by_standard(element: _Elapsed, compiler: SQLCompiler, **kw: Any) -> str:
    span = f"({compiler.process(element.end, **kw)}) - ({compiler.process(element.start, **kw)})"
    exact = f"EXTRACT(EPOCH FROM {span}) * 1000000"
    return f"(CAST({exact} AS DOUBLE PRECISION) / CAST({element.microseconds} AS DOUBLE PRECISION))"


@compiles(_Elapsed, "duckdb")
def _elapsed_on_duckdb(element: _Elapsed, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = compiler.process(element.start, **kw), compiler.process(element.end, **kw)
    return f"((epoch_us({end}) - epoch_us({start})) / {element.microseconds})"


@compiles(_Elapsed, "spark")
def _elapsed_on_spark(element: _Elapsed, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = compiler.process(element.start, **kw), compiler.process(element.end, **kw)
    return f"((unix_micros({end}) - unix_micros({start})) / {element.microseconds})"


class _Rounded(ColumnElement[float]):
    """`value` rounded half away from zero to so many `decimals`."""

    __visit_name__ = "scorecard_rounded"
    inherit_cache = False
    type = sa.Double()

    def __init__(self, value: ColumnElement[Any], decimals: int) -> None:
        self.value = value
        self.decimals = decimals

    @property
    def _from_objects(self) -> list[Any]:
        return self.value._from_objects


@compiles(_Rounded)
@compiles(_Rounded, "postgresql")
def _rounded_by_halves(element: _Rounded, compiler: SQLCompiler, **kw: Any) -> str:
    # PostgreSQL rounds doubles half to even, and rounds decimals from their first 15 digits only.
    value = compiler.process(element.value, **kw)
    scale = f"CAST(1e{element.decimals} AS DOUBLE PRECISION)"
    scaled = f"(abs({value}) * {scale})"
    up = f"CASE WHEN {scaled} - trunc({scaled}) >= 0.5 THEN 1 ELSE 0 END"
    return f"(sign({value}) * (trunc({scaled}) + {up}) / {scale})"


@compiles(_Rounded, "duckdb")
def _rounded_on_duckdb(element: _Rounded, compiler: SQLCompiler, **kw: Any) -> str:
    return f"round({compiler.process(element.value, **kw)}, {element.decimals})"


@compiles(_Rounded, "spark")
def _rounded_on_spark(element: _Rounded, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(element.value, **kw)
    # Spark's own round() rounds the shortest decimal that stands for the double, and a double from
    # 2^52 on has no fraction that could be rounded away.
    rounded = f"round(({value}) * 1e{element.decimals}) / 1e{element.decimals}"
    return f"if(abs({value}) < 4503599627370496D, {rounded}, {value})"


class _Contains(ColumnElement[bool]):
    """Whether `piece` is found in `value`, letter for letter."""

    __visit_name__ = "scorecard_contains"
    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, value: ColumnElement[Any], piece: ColumnElement[Any]) -> None:
        self.value = value
        self.piece = piece

    @property
    def _from_objects(self) -> list[Any]:
        return self.value._from_objects


@compiles(_Contains)
@compiles(_Contains, "postgresql")
def _contains_by_position(element: _Contains, compiler: SQLCompiler, **kw: Any) -> str:
    value, piece = compiler.process(element.value, **kw), compiler.process(element.piece, **kw)
    return f"(position({piece} IN {value}) > 0)"


@compiles(_Contains, "duckdb")
@compiles(_Contains, "spark")
def _contains_by_name(element: _Contains, compiler: SQLCompiler, **kw: Any) -> str:
    value, piece = compiler.process(element.value, **kw), compiler.process(element.piece, **kw)
    return f"contains({value}, {piece})"
