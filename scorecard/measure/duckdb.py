"""The embedded engine: DuckDB over the live files of the landed tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from scorecard.declare.load import Declarations
from scorecard.declare.vocabulary import Aggregate
from scorecard.errors import MeasureError
from scorecard.measure.declared_rows import declared_rows, held_columns
from scorecard.measure.engine import AnySelect, beyond_range
from scorecard.observe.contract_sql import literal, quoted
from scorecard.observe.landed import Landed
from scorecard.observe.render import duckdb_sql


class DuckDB:
    """A DuckDB in memory that reads landed tables under the names of their sources.

    The rows are read as the contract stands today: a column that it gained since they were landed
    is missing in each, and a department is found under its present names. Raises MeasureError
    `landed-differs` where a column has another type now, `landed-damaged` where a file of a table
    is gone or cannot be read.
    """

    name = "duckdb"
    version = duckdb.__version__

    def __init__(self, tables: Mapping[str, Landed], declarations: Declarations) -> None:
        self._declarations = declarations
        self._connection = duckdb.connect()
        # So that instants are read and written the same wherever the machine stands.
        self._connection.execute("SET TimeZone = 'UTC'")
        # DuckDB draws its own bar on standard output, which belongs to the answer.
        self._connection.execute("SET enable_progress_bar = false")
        self._take(tables, "main")

    def take(self, tables: Mapping[str, Landed], state: str) -> None:
        """Read these tables too, as the state of this name: `observations(..., state)`."""
        self._run(f"CREATE SCHEMA {quoted(state)}")
        self._take(tables, state)

    def _take(self, tables: Mapping[str, Landed], schema: str) -> None:
        for name, landed in tables.items():
            source = self._declarations.sources[name]
            paths = sa.literal_column(f"[{', '.join(map(literal, landed.files))}]", sa.Text())
            columns = held_columns(source, landed)
            files = sa.func.read_parquet(paths).table_valued(*columns).alias("files")
            organisation = self._declarations.organisation
            rows = self.sql(declared_rows(source, landed, organisation, files, self.rows))
            self._run(f"CREATE VIEW {quoted(schema)}.{quoted(name)} AS {rows}")

    def inexact(self, aggregate: Aggregate) -> str | None:
        """None: it is exact."""
        return None

    def sql(self, select: AnySelect) -> str:
        """The text of a statement, as it is run."""
        return duckdb_sql(select)

    def rows(self, select: AnySelect) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        return self._run(self.sql(select))

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.OutOfRangeException as error:
            raise beyond_range(error) from None
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise MeasureError(
                "landed-damaged",
                f"Landed records cannot be read: {str(error).splitlines()[0]}",
                hint="Restore the workspace from a backup, or move the landed table away and "
                "import its files again.",
            ) from None

    def provide(self, name: str, columns: Mapping[str, list[Any]]) -> None:
        """Make a table of whole numbers and dates, in place of one of that name."""
        self._connection.register("provided", pa.table(dict(columns)))
        table = quoted(name)
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
