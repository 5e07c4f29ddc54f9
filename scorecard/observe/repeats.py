"""Rows whose key a row further up in the same file has already."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from scorecard.declare.sources import Source
from scorecard.observe.batches import Hashes
from scorecard.observe.contract_sql import quoted

_AT_ONCE = 5_000


@dataclass(frozen=True)
class Repeat:
    """A row that repeats a key. `same` says that all values are those of the first row, too.

    `row` holds the values as they were read, under the contract's names, as JSON text.
    """

    line: int
    first_line: int
    same: bool
    key: str | None
    row: str


def repeats(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    hashes: Sequence[Hashes],
) -> Iterator[Repeat]:
    """Every row of the relation `checked` whose key an earlier row has, in the file's order.

    `hashes` are DuckDB's hashes of all keys: eight bytes a row tell whether any key can be there
    twice, and only rows that share a hash are compared. The table `repeats` then has their `_row`.
    """
    if not hashes:
        return
    sorted_hashes = np.concatenate(hashes)
    sorted_hashes.sort()
    suspects = np.unique(sorted_hashes[1:][sorted_hashes[1:] == sorted_hashes[:-1]])
    del sorted_hashes
    if not suspects.size:
        return
    keys = ", ".join(quoted(name) for name in source.key)
    columns = list(source.landed_columns)
    values = ", ".join(quoted(name) for name in columns)
    connection.register("suspects", pa.table({"h": suspects}))
    connection.execute(
        f"""
        CREATE TEMP TABLE repeats AS
        SELECT _row, _first_row, _first_line, _content IS NOT DISTINCT FROM _first_content AS _same
        FROM (
            SELECT _row, first(_row) OVER by_key AS _first_row,
                first(_line) OVER by_key AS _first_line,
                {{'c': ROW({values})}} AS _content,
                first({{'c': ROW({values})}}) OVER by_key AS _first_content
            FROM checked WHERE hash({keys}) IN (SELECT h FROM suspects)
            WINDOW by_key AS (
                PARTITION BY {keys} ORDER BY _row
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            )
        )
        WHERE _row <> _first_row
        """
    )
    connection.unregister("suspects")
    texts = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in columns)
    reader = connection.execute(
        f"SELECT _line, _first_line, _same, {texts} FROM repeats JOIN checked USING (_row) "
        "ORDER BY _row"
    )
    while rows := reader.fetchmany(_AT_ONCE):
        for line, first_line, same, *found in rows:
            row = dict(zip(columns, found, strict=True))
            key = key_text([row[name] for name in source.key])
            yield Repeat(line, first_line, same, key, json.dumps(row, ensure_ascii=False))


def key_text(values: Sequence[str | None]) -> str | None:
    """The key of a row as one text; None where nothing of it is there."""
    return " / ".join(value or "" for value in values) if any(values) else None
