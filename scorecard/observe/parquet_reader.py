"""Parquet files: the values become texts, as a delimited file would hold them, for one contract."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scorecard.declare.sources import Source
from scorecard.errors import ImportRefused
from scorecard.observe.batches import PendingBatch, RawBatch
from scorecard.observe.contract_sql import literal, quoted
from scorecard.observe.files import SourceFile
from scorecard.observe.headings import Headings, resolve

_ROWS = 20_000
_MEMORY = "512MB"
_NESTED = ("STRUCT", "MAP", "UNION", "LIST", "ARRAY")


class ParquetReader:
    """The rows of a Parquet file under a contract. The line of a row is its number in the file.

    Opening it reads the headings. Raises ImportRefused `parquet-unreadable`, `column-missing`,
    `header-duplicate`, and what reading the file raises; reading raises `parquet-unreadable`.
    """

    def __init__(self, file: SourceFile, source: Source) -> None:
        self._file = file
        file.read_through()
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute(f"SET memory_limit = '{_MEMORY}'")
        # Progress is told by the import, not by the engine.
        self._connection.execute("SET enable_progress_bar = false")
        # A path may have signs in it that would be taken for a pattern.
        self._relation = f"read_parquet({literal(glob.escape(str(file.path.absolute())))})"
        try:
            described = self._connection.execute(f"SELECT * FROM {self._relation} LIMIT 0")
        except duckdb.Error as error:
            raise self._unreadable(error) from None
        columns = described.description or []
        self._types = {name: str(kind).upper() for name, kind, *_ in columns}
        self.headings: Headings = resolve(source, list(self._types), file.path, 1)

    def batches(self) -> Iterator[PendingBatch]:
        """All rows, some thousands at a time."""
        texts = ", ".join(self._text(name, kind) for name, kind in self._types.items())
        first = 1
        try:
            found = self._connection.sql(f"SELECT {texts} FROM {self._relation}")
            for batch in found.to_arrow_reader(_ROWS):
                yield partial(self._batch, pa.Table.from_batches([batch]), first)
                first += batch.num_rows
        except duckdb.Error as error:
            raise self._unreadable(error) from None
        finally:
            self._connection.close()

    def _text(self, name: str, kind: str) -> str:
        value = quoted(name)
        nested = kind.startswith(_NESTED) or kind.endswith("]")
        text = f"CAST({f'to_json({value})' if nested else value} AS VARCHAR)"
        if kind in ("FLOAT", "DOUBLE"):
            # Whole numbers beside missing ones are often kept as floats; 7 is no other than 7.0.
            whole = f"abs({value}) < 1e15 AND {value} = trunc({value})"
            number = f"CAST(CAST({value} AS BIGINT) AS VARCHAR)"
            text = f"CASE WHEN {whole} THEN {number} ELSE {text} END"
        return f"{text} AS {value}"

    def _batch(self, texts: pa.Table, first: int) -> RawBatch:
        names = self.headings.names
        columns = {
            column: pc.utf8_trim_whitespace(  # pyright: ignore[reportAttributeAccessIssue]
                texts.column(position).cast(pa.string())
            )
            for column, position in self.headings.positions.items()
        }

        def raw(index: int) -> str:
            values = [texts.column(position)[index].as_py() for position in range(len(names))]
            return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)

        lines = np.arange(first, first + texts.num_rows, dtype=np.int64)
        return RawBatch(pa.table(columns), lines, [], raw)

    def _unreadable(self, error: duckdb.Error) -> ImportRefused:
        return ImportRefused(
            "parquet-unreadable",
            f"The Parquet file is damaged or none at all: {str(error).splitlines()[0]}",
            file=self._file.path,
            hint="Fetch it again.",
        )
