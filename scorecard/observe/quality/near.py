"""Near duplicates: rows with different keys that may be one thing reported twice."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from scorecard.declare.quality import Near, seconds_of
from scorecard.declare.sources import Source
from scorecard.observe.contract_sql import quoted
from scorecard.observe.quality.finding import Finding, shown
from scorecard.observe.quality.folding import alike_sql
from scorecard.observe.quality.rows import row_names

_PAIRS = 3


def near_duplicates(connection: duckdb.DuckDBPyConnection, source: Source) -> list[Finding]:
    """One `near-duplicate` for each of the contract's `near()`, over the relation `good`.

    Counted are rows that have one before them in time that is alike and no further away than the
    span, out of those rows that have all the values.
    """
    return [_found(connection, source, near) for near in source.near_duplicates]


def _found(connection: duckdb.DuckDBPyConnection, source: Source, near: Near) -> Finding:
    span = round((seconds_of(near.within) or 0) * 1_000_000)
    alike = [
        alike_sql(quoted(name)) if source.columns[name].type == "text" else quoted(name)
        for name in near.columns
    ]
    values = ", ".join(f"{sql} AS a{number}" for number, sql in enumerate(alike))
    names = ", ".join(f"a{number}" for number in range(len(alike)))
    known = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in (*near.columns, near.at))
    time = f"epoch_us(CAST({quoted(near.at)} AS TIMESTAMP))"
    rows = f"SELECT _row, {time} AS t, {values} FROM good WHERE {known}"
    # Eight bytes a row tell whether any other can be alike; only such rows are compared.
    found = connection.execute(f"SELECT hash({names}) AS h FROM ({rows})").fetchnumpy()
    hashes = np.asarray(found.pop("h"), dtype=np.uint64)
    of = hashes.size
    hashes.sort()
    suspects = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    del hashes
    connection.register("suspects", pa.table({"h": suspects}))
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE near_rows AS
        SELECT _row, _before FROM (
            SELECT _row, t, lag(_row) OVER w AS _before, lag(t) OVER w AS _t FROM ({rows})
            WHERE hash({names}) IN (SELECT h FROM suspects)
            WINDOW w AS (PARTITION BY {names} ORDER BY t, _row)
        ) WHERE t - _t <= {span}
        """
    )
    [(count,)] = connection.execute("SELECT count(*) FROM near_rows").fetchall()
    pairs = connection.execute(
        f"SELECT _before, _row FROM near_rows ORDER BY _row LIMIT {_PAIRS}"
    ).fetchall()
    connection.unregister("suspects")
    connection.execute("DROP TABLE near_rows")
    named = row_names(connection, source, [row for pair in pairs for row in pair])
    examples = [f"{named[row]} like {named[before]}" for before, row in pairs]
    columns = ", ".join(near.columns)
    return Finding("near-duplicate", columns, count, of, shown(examples), notable=count > 0)
