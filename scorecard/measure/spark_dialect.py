"""Statements as Spark's SQL: a dialect of SQLAlchemy, for text with its constants written out.

It is written for a session in ANSI mode and in UTC, that tells capital letters from small ones and
puts no variables into its text, as `scorecard.measure.spark` sets it up.
"""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import (
    GenericTypeCompiler,
    IdentifierPreparer,
    SQLCompiler,
)
from sqlalchemy.types import TypeEngine

# From here on a double has no fraction that could be rounded away.
_WHOLE = 2**52


class _Names(IdentifierPreparer):
    """Every name in backticks: what Spark takes bare is neither SQL's rule nor ours to follow."""

    def __init__(self, dialect: DefaultDialect, **more: Any) -> None:
        super().__init__(dialect, initial_quote="`", final_quote="`", escape_quote="`", **more)

    def _requires_quotes(self, value: str) -> bool:
        return True


class _Types(GenericTypeCompiler):
    """Names of types in Spark."""

    def visit_TEXT(self, type_: Any, **kw: Any) -> str:
        return "STRING"

    def visit_INTEGER(self, type_: Any, **kw: Any) -> str:
        return "BIGINT"

    def visit_DOUBLE(self, type_: Any, **kw: Any) -> str:
        return "DOUBLE"

    def visit_TIMESTAMP(self, type_: Any, **kw: Any) -> str:
        return "TIMESTAMP"


class _Compiler(SQLCompiler):
    """Where Spark's SQL says the same thing in other words."""

    def render_literal_value(self, value: Any, type_: TypeEngine[Any]) -> str:
        match value:
            case str():
                # A backslash begins an escape in Spark's texts, also before what needs none.
                return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
            case bool():
                return "true" if value else "false"
            case int() if not isinstance(type_, sa.Double | sa.Float):
                return f"{value}L"
            case int() | float() if math.isfinite(value):
                return f"{float(value)!r}D"
        return super().render_literal_value(value, type_)

    def visit_cast(self, cast: sa.Cast[Any], **kw: Any) -> str:
        text = super().visit_cast(cast, **kw)
        if isinstance(cast.type, sa.String) and isinstance(cast.clause.type, sa.DateTime):
            # Spark leaves the offset out; it is that of the session, UTC.
            return f"concat({text}, '+00:00')"
        return text

    def visit_grouping_func(self, fn: Any, **kw: Any) -> str:
        # Spark's grouping() takes one column, and grouping_id() the period as well.
        *upper, lowest = [f"grouping({self.process(column, **kw)})" for column in fn.clauses]
        bits = [
            f"shiftleft(CAST({bit} AS BIGINT), {len(upper) - i})" for i, bit in enumerate(upper)
        ]
        return f"({' + '.join([*bits, lowest])})"

    def visit_sum_func(self, fn: Any, **kw: Any) -> str:
        [number] = fn.clauses
        text = self.process(number, **kw)
        # Whole numbers are summed beyond 64 bits, as other engines do: microseconds need it.
        whole = isinstance(number.type, sa.Integer)
        return f"sum(CAST({text} AS DECIMAL(38, 0)))" if whole else f"sum({text})"

    def visit_round_func(self, fn: Any, **kw: Any) -> str:
        number, decimals = (self.process(part, **kw) for part in fn.clauses)
        # Spark's own round() rounds the shortest decimal that stands for the double.
        scale = f"power(10D, {decimals})"
        rounded = f"round(({number}) * {scale}) / {scale}"
        return f"if(abs({number}) < {_WHOLE}D, {rounded}, {number})"


class SparkDialect(DefaultDialect):
    """Spark SQL; only compiles, since the engine sends the text itself."""

    name = "spark"
    preparer = _Names
    statement_compiler = _Compiler
    type_compiler_cls = _Types
    supports_native_boolean = True
    supports_statement_cache = False
    div_is_floordiv = False
    # A text is not formatted on its way, so a percent sign stands for itself.
    default_paramstyle = "qmark"


_DIALECT = SparkDialect(paramstyle="qmark")


def spark_sql(statement: sa.ClauseElement) -> str:
    """The statement as Spark's text, constants written out."""
    return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def spark_name(name: str) -> str:
    """A name in Spark's SQL."""
    return _DIALECT.identifier_preparer.quote(name)


def spark_type(type_: TypeEngine[Any]) -> str:
    """The name of a type in Spark's SQL."""
    return _DIALECT.type_compiler_instance.process(type_)
