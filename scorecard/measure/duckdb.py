"""The embedded engine: DuckDB over the live files of the landed tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from scorecard.observe.landed import Landed
from scorecard.observe.render import duckdb_sql

AnySelect = sa.Select[*tuple[Any, ...]]


class DuckDB:
    """A DuckDB in memory that reads landed tables under the names of their sources."""

    name = "duckdb"

    def __init__(self, tables: Mapping[str, Landed]) -> None:
        self._connection = duckdb.connect()
        # So that instants are read and written the same wherever the machine stands.
        self._connection.execute("SET TimeZone = 'UTC'")
        for name, landed in tables.items():
            files = ", ".join(_quoted(file, "'") for file in landed.files)
            self._connection.execute(
                f"CREATE VIEW {_quoted(name, chr(34))} AS SELECT * FROM read_parquet([{files}])"
            )

    def sql(self, select: AnySelect) -> str:
        """The text of a statement, as it is run."""
        return duckdb_sql(select)

    def rows(self, select: AnySelect) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        return self._connection.execute(self.sql(select)).fetchall()

    def provide(self, name: str, columns: Mapping[str, list[Any]]) -> None:
        """Make a table of whole numbers and dates, in place of one of that name."""
        self._connection.register("provided", pa.table(dict(columns)))
        table = _quoted(name, '"')
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM provided")
        self._connection.unregister("provided")

    def __enter__(self) -> DuckDB:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark
