"""Columns by which service is split: unlike spellings of one value, and the mix of values."""

from __future__ import annotations

import duckdb

from scorecard.declare.sources import Source
from scorecard.observe.contract_sql import quoted
from scorecard.observe.quality.finding import Finding, shown
from scorecard.observe.quality.folding import alike_sql

# Values beyond so many are held together when the mix of two files is compared.
_KEPT = 200
_GROUPS = 3


def splitting(source: Source) -> list[str]:
    """The columns that a file brings by which service is split, each once."""
    named = [source.department, *source.dimensions.values()]
    return [name for name in dict.fromkeys(named) if name in source.landed_columns and name]


def spelt(connection: duckdb.DuckDBPyConnection, source: Source) -> list[Finding]:
    """`unlike-spellings` of text columns that split service or have declared values, and `mix`.

    Unlike spellings are counted in rows: those whose spelling is not the most frequent one of the
    spellings that differ from it only in letter case, white space or Unicode form. `mix` has no
    count yet; its detail holds rows by value, of the most frequent values, and of the others.
    """
    mixed = splitting(source)
    listed = [n for n, c in source.landed_columns.items() if c.values and n not in mixed]
    found: list[Finding] = []
    for name in (*mixed, *listed):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE spelt AS SELECT CAST({quoted(name)} AS VARCHAR) AS v, "
            f"count(*) AS n FROM good WHERE {quoted(name)} IS NOT NULL GROUP BY ALL"
        )
        [(rows,)] = connection.execute("SELECT coalesce(sum(n), 0)::BIGINT FROM spelt").fetchall()
        if source.columns[name].type == "text":
            found.append(_unlike(connection, name, rows))
        if name in mixed:
            top = connection.execute(f"FROM spelt ORDER BY n DESC, v LIMIT {_KEPT}").fetchall()
            detail = {"values": dict(top), "others": rows - sum(n for _, n in top)}
            found.append(Finding("mix", name, None, rows, detail=detail))
    connection.execute("DROP TABLE IF EXISTS spelt")
    return found


def _unlike(connection: duckdb.DuckDBPyConnection, column: str, rows: int) -> Finding:
    groups = f"""
        SELECT sum(n) - max(n) AS count, list(v ORDER BY n DESC, v)[:4] AS spellings,
            list(n ORDER BY n DESC, v)[:4] AS times
        FROM (SELECT v, n, {alike_sql("v")} AS folded FROM spelt)
        GROUP BY folded HAVING count(*) > 1
    """
    first = connection.execute(
        f"SELECT spellings, times, (sum(count) OVER ())::BIGINT FROM ({groups}) "
        f"ORDER BY count DESC, spellings LIMIT {_GROUPS}"
    ).fetchall()
    count = first[0][2] if first else 0
    examples = [
        ", ".join(f"{v!r} ({n:,})" for v, n in zip(spellings, times, strict=True))
        for spellings, times, _ in first
    ]
    return Finding("unlike-spellings", column, count, rows, shown(examples), notable=count > 0)
