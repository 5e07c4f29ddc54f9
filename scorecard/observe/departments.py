"""Which department a row belongs to, by the spelling that its records carry."""

from __future__ import annotations

import hashlib
import json

import duckdb
import pyarrow as pa

from scorecard.declare.organisation import Organisation, fold
from scorecard.observe.contract_sql import quoted


def undeclared(
    connection: duckdb.DuckDBPyConnection, organisation: Organisation, column: str | None
) -> list[tuple[str, int]]:
    """Spellings in `column` of the relation `good` that nobody declared, with their rows."""
    if column is None:
        return []
    counted = connection.execute(
        f"SELECT CAST({quoted(column)} AS VARCHAR) AS _spelling, count(*) AS _rows FROM good "
        f"WHERE {quoted(column)} IS NOT NULL GROUP BY ALL ORDER BY _rows DESC, _spelling"
    ).fetchall()
    known = organisation.department_of
    return [(spelling, rows) for spelling, rows in counted if fold(spelling) not in known]


def department_table(
    connection: duckdb.DuckDBPyConnection, organisation: Organisation, spellings: str | None
) -> None:
    """Make the table `departments`: `spelling` and `department` of what `spellings` selects.

    Spellings that nobody declared are not in it.
    """
    found: list[str] = []
    if spellings is not None:
        distinct = f"SELECT DISTINCT * FROM ({spellings}) t(_spelling) WHERE _spelling IS NOT NULL"
        found = [spelling for (spelling,) in connection.execute(distinct).fetchall()]
    known = organisation.department_of
    declared = {spelling: known[fold(spelling)] for spelling in found if fold(spelling) in known}
    table = pa.table(
        {
            "spelling": pa.array(list(declared), pa.string()),
            "department": pa.array(list(declared.values()), pa.string()),
        }
    )
    connection.register("declared_departments", table)
    connection.execute("CREATE TEMP TABLE departments AS FROM declared_departments")
    connection.unregister("declared_departments")


def departments_fingerprint(organisation: Organisation, column: str | None) -> str:
    """A fingerprint of how the spellings in `column` become departments."""
    known = sorted(organisation.department_of.items()) if column is not None else []
    text = json.dumps([column, known], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
