"""Checks that each row answers by itself: counted together in one scan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import sqlalchemy as sa

from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import Source
from scorecard.observe.contract_sql import literal, quoted
from scorecard.observe.quality.finding import Finding, shown
from scorecard.observe.render import SQL_TYPES, duckdb_sql, render
from scorecard.observe.repeats import key_text

_LONG_AGO = "1900-01-01"
_SHOWN = 3


@dataclass(frozen=True)
class Check:
    """Rows for which `test` (SQL) is true are counted, out of those for which `of` is."""

    code: str
    column: str | None
    test: str
    of: str
    notable: bool


def missing(source: Source) -> Iterable[Check]:
    """Values that are not there. Without its department a row counts for none, so that is noted."""
    for name, column in source.landed_columns.items():
        if not column.required and name not in source.key:
            is_department = name == source.department
            yield Check("missing", name, f"{quoted(name)} IS NULL", "true", is_department)


def odd_times(source: Source, organisation: Organisation, limit: datetime) -> Iterable[Check]:
    """Times before 1900, and events later than `limit`, which the file cannot know yet."""
    instant = f"TIMESTAMPTZ {literal(limit.isoformat())}"
    day = f"DATE {literal(limit.astimezone(organisation.zone).date().isoformat())}"
    for name, column in source.landed_columns.items():
        if column.type not in ("timestamp", "date", "fiscal_year"):
            continue
        value = quoted(name)
        latest = instant if column.type == "timestamp" else day
        if not column.planned:
            yield Check("time-ahead", name, f"{value} > {latest}", f"{value} IS NOT NULL", True)
        early = f"{value} < CAST('{_LONG_AGO}' AS {'TIMESTAMPTZ' if latest == instant else 'DATE'})"
        yield Check("time-long-ago", name, early, f"{value} IS NOT NULL", True)


def expectations(source: Source) -> Iterable[Check]:
    """Rules that count and do not refuse: broken where false, of the rows where it is known."""
    columns = {
        name: sa.literal_column(quoted(name), SQL_TYPES[source.type_of(name)])
        for name in source.landed_columns
    }
    for code, condition, _ in source.expectations:
        test = f"TRY({duckdb_sql(render(condition, columns))})"
        yield Check(code, None, f"NOT {test}", f"{test} IS NOT NULL", True)


def counted(
    connection: duckdb.DuckDBPyConnection, source: Source, checks: Sequence[Check]
) -> list[Finding]:
    """What the checks find in the relation `good`, with the first rows each found."""
    if not checks:
        return []
    asked = ", ".join(
        f"count(*) FILTER ({check.test}), count(*) FILTER ({check.of}), "
        f"min(_row, {_SHOWN}) FILTER ({check.test})"
        for check in checks
    )
    [found] = connection.execute(f"SELECT {asked} FROM good").fetchall()
    triples = list(zip(found[::3], found[1::3], found[2::3], strict=True))
    named = row_names(connection, source, [row for _, _, rows in triples for row in rows or ()])
    return [
        replace(
            Finding(check.code, check.column, count, of, notable=check.notable and count > 0),
            examples=shown([named[row] for row in sorted(rows or ())]),
        )
        for check, (count, of, rows) in zip(checks, triples, strict=True)
    ]


def row_names(
    connection: duckdb.DuckDBPyConnection, source: Source, rows: Iterable[int]
) -> dict[int, str]:
    """Rows of the relation `good`, by `_row`: the key, and the line of the file."""
    wanted = sorted(set(rows))
    if not wanted:
        return {}
    keys = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in source.key)
    listed = ", ".join(map(str, wanted))
    found = connection.execute(f"SELECT _row, _line, {keys} FROM good WHERE _row IN ({listed})")
    return {row: f"{key_text(key) or '–'} (line {line:,})" for row, line, *key in found.fetchall()}
