"""The embedded engine: DuckDB over the live files of the landed tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from scorecard.declare.load import Declarations
from scorecard.declare.organisation import UNASSIGNED, Organisation, fold
from scorecard.declare.sources import Source
from scorecard.errors import MeasureError
from scorecard.measure.engine import AnySelect
from scorecard.observe.contract_sql import DUCKDB_TYPES, literal, quoted
from scorecard.observe.departments import departments_fingerprint
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
            departments = self._departments(source, landed, self._declarations)
            rows = _as_declared(source, landed, departments)
            self._run(f"CREATE VIEW {quoted(schema)}.{quoted(name)} AS {rows}")

    def sql(self, select: AnySelect) -> str:
        """The text of a statement, as it is run."""
        return duckdb_sql(select)

    def rows(self, select: AnySelect) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        return self._run(self.sql(select))

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise MeasureError(
                "landed-damaged",
                f"Landed records cannot be read: {str(error).splitlines()[0]}",
                hint="Restore the workspace from a backup, or move the landed table away and "
                "import its files again.",
            ) from None

    def _departments(
        self, source: Source, landed: Landed, declarations: Declarations
    ) -> dict[str, str] | None:
        """The department of each spelling, where names have changed since the rows were landed."""
        organisation = declarations.organisation
        spelt = source.department if source.department in source.landed_columns else None
        if landed.departments in (None, departments_fingerprint(organisation, spelt)):
            return None
        if spelt is None or spelt not in landed.types:
            return {}
        column = f"CAST({quoted(spelt)} AS VARCHAR)"
        found = self._run(f"SELECT DISTINCT {column} FROM {_files(landed)}")
        return _declared([spelling for (spelling,) in found if spelling is not None], organisation)

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


def _declared(spellings: list[str], organisation: Organisation) -> dict[str, str]:
    known = organisation.department_of
    return {spelling: known[fold(spelling)] for spelling in spellings if fold(spelling) in known}


def _as_declared(source: Source, landed: Landed, departments: dict[str, str] | None) -> str:
    columns: list[str] = []
    for name, column in source.landed_columns.items():
        kind = DUCKDB_TYPES[column.type]
        held = landed.types.get(name)
        if held not in (None, kind):
            raise MeasureError(
                "landed-differs",
                f"The column {name!r} of {source.name!r} was landed as {held} and is {kind} now.",
                file=source.file,
                line=source.line,
                hint="Move the landed table away and import its files again.",
            )
        columns.append(
            quoted(name) if held is not None else f"CAST(NULL AS {kind}) AS {quoted(name)}"
        )
    department = "_department"
    if departments is not None:
        spelling = f"CAST({quoted(source.department or '')} AS VARCHAR)"
        whens = "".join(
            f" WHEN {literal(spelt)} THEN {literal(id)}" for spelt, id in departments.items()
        )
        case = f"CASE {spelling}{whens} ELSE {literal(UNASSIGNED)} END"
        department = f"{case if whens else literal(UNASSIGNED)} AS _department"
    return f"SELECT {', '.join(columns)}, {department} FROM {_files(landed)}"


def _files(landed: Landed) -> str:
    return f"read_parquet([{', '.join(map(literal, landed.files))}])"
