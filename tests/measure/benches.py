"""Each engine with rows made up in a test, so that one suite holds all of them to plain Python.

An engine joins the suite by a bench of its own in `BENCHES`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from scorecard.declare.load import Declarations
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engine import Engine, Records
from scorecard.measure.postgresql import DatabaseTable, PostgreSQL
from scorecard.measure.spark import Spark
from scorecard.observe.postgresql_table import POSTGRESQL_TYPES
from tests.measure.builder import landed_rows
from tests.postgres import new_database, postgres_server

Rows = list[dict[str, Any]]
Held = tuple[Engine, dict[str, Records]]
# Given declarations, the rows of each source and the moment they know: an engine that holds them.
Bench = Callable[[Declarations, dict[str, Rows], datetime], AbstractContextManager[Held]]


@contextmanager
def duckdb_bench() -> Iterator[Bench]:
    """Rows as landed tables of one file each."""

    @contextmanager
    def holding(declared: Declarations, rows: dict[str, Rows], moment: datetime) -> Iterator[Held]:
        with tempfile.TemporaryDirectory() as folder:
            tables = {
                name: landed_rows(declared.sources[name], some, Path(folder), moment)
                for name, some in rows.items()
            }
            with DuckDB(tables, declared) as engine:
                yield engine, dict(tables)

    yield holding


@contextmanager
def postgresql_bench() -> Iterator[Bench]:
    """Rows as tables of one database, made anew for each opening."""
    with postgres_server() as server, new_database(server) as url:
        plain = url.replace("postgresql+psycopg://", "postgresql://")

        @contextmanager
        def holding(
            declared: Declarations, rows: dict[str, Rows], moment: datetime
        ) -> Iterator[Held]:
            for name, some in rows.items():
                write_table(plain, declared, name, some)
            tables: dict[str, Records] = {
                name: DatabaseTable(moment, len(some)) for name, some in rows.items()
            }
            with PostgreSQL(url, declared, rows) as engine:
                yield engine, tables

        yield holding


@contextmanager
def spark_bench(remote: str | None = None) -> Iterator[Bench]:
    """Rows as landed tables of one file each."""

    @contextmanager
    def holding(declared: Declarations, rows: dict[str, Rows], moment: datetime) -> Iterator[Held]:
        with tempfile.TemporaryDirectory() as folder:
            tables = {
                name: landed_rows(declared.sources[name], some, Path(folder), moment)
                for name, some in rows.items()
            }
            with Spark(tables, declared, remote) as engine:
                yield engine, dict(tables)

    yield holding


BENCHES: dict[str, Callable[[], AbstractContextManager[Bench]]] = {
    "duckdb": duckdb_bench,
    "postgresql": postgresql_bench,
    "spark": spark_bench,
}


def write_table(url: str, declared: Declarations, name: str, rows: Rows) -> None:
    """Make the table of a source in the types of PostgreSQL, in place of one of that name."""
    source = declared.sources[name]
    types = {column: POSTGRESQL_TYPES[c.type] for column, c in source.landed_columns.items()}
    table = sql.Identifier(name)
    columns = sql.SQL(", ").join(map(sql.Identifier, types))
    typed = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))  # pyright: ignore[reportArgumentType]
        for column, kind in types.items()
    )
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(table))
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, typed))
        copying = sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
        with connection.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows:
                # The engine finds `_department` by itself, from the column that spells it.
                spelt = row | {source.department: row.get("_department")}
                copy.write_row([spelt.get(column) for column in types])
