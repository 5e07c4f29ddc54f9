"""Expressions mean in SQL what the vocabulary says, missing values included."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
from duckdb_engine import Dialect as DuckDBDialect
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from scorecard.declare.vocabulary import Column, Expression, elapsed, known_until
from scorecard.observe.render import SQL_TYPES, duckdb_sql, render

OPENED, CLOSED = Column("opened", "timestamp"), Column("closed", "timestamp")
WHOLE, NONE, FRACTION = Column("whole", "integer"), Column("none", "integer"), Column("f", "number")
TEXT, FLAG, LOST = Column("text", "text"), Column("flag", "boolean"), Column("lost", "integer")
VALUES = {
    OPENED: "TIMESTAMPTZ '2026-01-01 00:00:00+00'",
    CLOSED: "TIMESTAMPTZ '2026-01-02 12:00:00.000001+00'",
    WHOLE: "7::BIGINT",
    NONE: "0::BIGINT",
    FRACTION: "0.5::DOUBLE",
    TEXT: "'it''s 50% :x \\'",
    FLAG: "true",
    LOST: "NULL::BIGINT",
}
UNTIL = datetime(2026, 2, 1, tzinfo=UTC)


def value(expression: Expression) -> Any:
    columns = {c.name: sa.literal_column(c.name, SQL_TYPES[c.type]) for c in VALUES}
    asked = duckdb_sql(sa.select(render(expression, columns, known_until=UNTIL)))
    row = ", ".join(f"{text} AS {column.name}" for column, text in VALUES.items())
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(f"{asked} FROM (SELECT {row})").fetchall()[0][0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (elapsed(OPENED, CLOSED, "days"), 1.5 + 1e-6 / 86400),
        (elapsed(OPENED, CLOSED, "seconds"), 129600.000001),
        (elapsed(CLOSED, OPENED, "hours") < 0, True),
        (elapsed(OPENED, CLOSED, "weeks") * 7 == elapsed(OPENED, CLOSED, "weeks") * 7.0, True),
        (WHOLE / 2, 3.5),
        (WHOLE / NONE, None),
        (1 - (NONE - WHOLE) * 2, 15),
        (WHOLE * 0.1, 7 * 0.1),
        (FRACTION + WHOLE, 7.5),
        (TEXT == "it's 50% :x \\", True),
        (TEXT != "it's 50% :x \\", False),
        (TEXT.contains("50%"), True),
        (TEXT.contains("50%%"), False),
        (~TEXT.contains("zz"), True),
        (TEXT.one_of("a", "it's 50% :x \\"), True),
        (FLAG == True, True),  # noqa: E712
        ((OPENED < CLOSED) == FLAG, True),
        (~FLAG | ((WHOLE > 3) & (NONE < 1)), True),
        (~(FLAG & (WHOLE > 3)), False),
        (known_until() > CLOSED, True),
        (LOST.known, False),
        (LOST.missing, True),
        (LOST > 1, None),
        (~(LOST > 1), None),
        ((LOST > 1) & (WHOLE > 100), False),
        ((LOST > 1) | (WHOLE > 1), True),
        (LOST + 1, None),
        (FRACTION < 1e300, True),
    ],
)
def test_an_expression_has_its_value(expression: Expression, expected: object) -> None:
    found = value(expression)
    assert found == pytest.approx(expected, rel=1e-15) if expected is not None else found is None


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_any_text_is_itself_when_written_into_sql(text: str) -> None:
    with duckdb.connect() as connection:
        asked = duckdb_sql(sa.select(sa.literal(text)))
        assert connection.execute(asked).fetchall() == [(text,)]


def test_known_until_must_be_given() -> None:
    with pytest.raises(ValueError, match="known_until"):
        render(known_until() > OPENED, {"opened": sa.column("opened", SQL_TYPES["timestamp"])})


def test_each_engine_has_its_own_form_of_a_span() -> None:
    columns = {c.name: sa.column(c.name, SQL_TYPES[c.type]) for c in (OPENED, CLOSED)}
    span = render(elapsed(OPENED, CLOSED, "days"), columns)
    assert "epoch_us(closed)" in str(span.compile(dialect=DuckDBDialect()))
    assert "EXTRACT(EPOCH FROM" in str(span.compile(dialect=postgresql.dialect()))


def test_columns_of_a_table_bring_the_table_along() -> None:
    table = sa.table("rows", *(sa.column(c.name, SQL_TYPES[c.type]) for c in (OPENED, CLOSED)))
    span = render(elapsed(OPENED, CLOSED, "days"), dict(table.c))
    assert duckdb_sql(sa.select(span)).split()[-2:] == ["FROM", "rows"]
