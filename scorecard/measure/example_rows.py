"""The rows of an example, as they would be landed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from scorecard.declare.metrics import Example
from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import ColumnContract, Source
from scorecard.errors import DeclarationError
from scorecard.measure.observations import DEPARTMENT_COLUMN
from scorecard.observe.contract_sql import ContractSql, literal
from scorecard.observe.faults import explain
from scorecard.observe.moment import latest_event

# Columns beside the declared ones, whose names cannot begin with an underscore.
ROW, CLOCK = "_row", "_clock"


class ExampleRows:
    """The typed rows of an example. Raises `example-invalid` where one breaks the contract.

    `source` is the declared one as an example fills it: every column, a looked-up one too, stands
    in the row itself and may be missing.
    """

    def __init__(self, organisation: Organisation, source: Source, example: Example) -> None:
        self._organisation = organisation
        self._example = example
        self.source = replace(
            source,
            columns={name: _free(column) for name, column in source.columns.items()},
            key=(),
        )
        self._connection = duckdb.connect()
        try:
            self._connection.execute("SET TimeZone = 'UTC'")
            self._read(_texts(source, example.rows))
        except BaseException:
            self._connection.close()
            raise

    def latest_time(self) -> datetime | None:
        """The latest time in the rows, in UTC; a day counts as its end."""
        found = latest_event(self._connection, self._organisation, self.source)
        return found[0] if found else None

    def write(self, file: Path, day: date) -> None:
        """Write the rows as a data file, all of them placed on `day` by the clock `_clock`."""
        self._connection.execute(
            f"COPY (SELECT * EXCLUDE (_line, _bad), CAST(NULL AS VARCHAR) AS {DEPARTMENT_COLUMN}, "
            f"DATE '{day.isoformat()}' AS {CLOCK} FROM good) "
            f"TO {literal(str(file))} (FORMAT parquet)"
        )

    def __enter__(self) -> ExampleRows:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def _read(self, raw: pa.Table) -> None:
        self._connection.register("raw", raw)
        contract = ContractSql(self._organisation, self.source, self.source.columns)
        select = contract.select("raw", control=True, long=True)
        self._connection.execute(f"CREATE TABLE good AS {select}")
        [broken] = self._connection.execute("SELECT min(_row) FROM good WHERE _bad > 0").fetchall()
        if broken[0] is None:
            return
        [(number, bad)] = self._connection.execute(
            f"SELECT _row, _bad FROM good WHERE _row = {broken[0]}"
        ).fetchall()
        fault = contract.faults[bad - 1]
        column = fault.column
        told = explain(
            fault,
            self.source.columns[column] if column is not None else None,
            column or "",
            [raw.column(column)[number - 1].as_py()] if column is not None else [],
        )
        raise DeclarationError(
            "example-invalid",
            f"Row {number} of the example breaks the contract ({told.code}): {told.reason}",
            file=self._example.file,
            line=self._example.line,
            hint="Such a row goes to quarantine and is never measured.",
        )


def _free(column: ColumnContract) -> ColumnContract:
    return replace(column, required=False, planned=False, lookup=None)


def _texts(source: Source, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows as a file would hold them: texts, and a number for each row."""
    columns: dict[str, Any] = {
        name: pa.array([_text(row.get(name), column) for row in rows], pa.string())
        for name, column in source.columns.items()
    }
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    return pa.table({**columns, ROW: numbers, "_line": numbers})


def _text(value: Any, column: ColumnContract) -> str | None:
    if value is None:
        # Counting the rows of another source gives 0 where there are none.
        return "0" if column.lookup is not None and column.lookup.column is None else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else repr(value)
