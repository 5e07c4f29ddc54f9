"""Spark over the live files of the landed tables: for tables too large for one process."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import TracebackType
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from scorecard.declare.load import Declarations
from scorecard.declare.vocabulary import Aggregate
from scorecard.measure.declared_rows import declared_rows, held_columns
from scorecard.measure.engine import AnySelect
from scorecard.measure.spark_dialect import spark_name, spark_sql, spark_type
from scorecard.measure.spark_session import coded, session
from scorecard.observe.landed import Landed

# In a path these are a pattern to Spark, unless a backslash stands before them.
_PATTERN = str.maketrans({sign: f"\\{sign}" for sign in "\\*?[]{}"})


class Spark:
    """A session of Spark that reads landed tables under the names of their sources.

    `remote` is the address of a Spark Connect server, `sc://host:port`, which must see the landed
    files under the same paths as this machine; without one Spark runs here. Rows are read as the
    contract stands today, as by the engine DuckDB, with the same refusals. Raises MeasureError
    `spark-missing`, `java-missing`, `spark-address`, `spark-unreachable` and `spark-failed`.
    """

    name = "spark"

    def __init__(
        self,
        tables: Mapping[str, Landed],
        declarations: Declarations,
        remote: str | None = None,
    ) -> None:
        self._remote = remote
        self._session = session(remote)
        for name, landed in tables.items():
            self._take(name, landed, declarations)

    def _take(self, name: str, landed: Landed, declarations: Declarations) -> None:
        source = declarations.sources[name]
        columns = held_columns(source, landed)
        files = sa.table(f"files of {name}", *columns)
        schema = ", ".join(f"{spark_name(c.name)} {spark_type(c.type)}" for c in columns)
        with coded(self._remote):
            # The folders above say nothing of the rows, even if one is called year=2026.
            reader = self._session.read.schema(schema).option("recursiveFileLookup", "true")
            paths = [f"file://{file.translate(_PATTERN)}" for file in landed.files]
            reader.parquet(*paths).createOrReplaceTempView(spark_name(files.name))
        rows = declared_rows(source, landed, declarations.organisation, files, self.rows)
        with coded(self._remote):
            self._session.sql(self.sql(rows)).createOrReplaceTempView(spark_name(name))

    @property
    def version(self) -> str:
        """Spark's version, where it runs."""
        with coded(self._remote):
            return self._session.version

    def inexact(self, aggregate: Aggregate) -> str | None:
        """None: it is exact."""
        return None

    def sql(self, select: AnySelect) -> str:
        """The text of a statement, as it is run."""
        return spark_sql(select)

    def rows(self, select: AnySelect) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        text = self.sql(select)
        with coded(self._remote):
            found = self._session.sql(text).collect()
        return [tuple(int(v) if isinstance(v, Decimal) else v for v in row) for row in found]

    def provide(self, name: str, columns: Mapping[str, list[Any]]) -> None:
        """Make a table of whole numbers and dates, in place of one of that name."""
        with coded(self._remote):
            table = self._session.createDataFrame(pa.table(dict(columns)))
            table.createOrReplaceTempView(spark_name(name))

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._remote is not None:
            self._session.stop()
