"""One way of landing a CSV, timed in a process of its own.

Run as: python -m tests.benchmarks.landings WAY FILE FOLDER [CHANGES], where WAY is `ours` or
`duckdb`. Prints JSON: the seconds it took, peak memory in bytes, and how many rows there are; where
a file of changes is given, the seconds that landing it on top took.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

import scorecard as s
from scorecard.declare.organisation import Organisation
from scorecard.ledger import open_ledger
from scorecard.observe.importing import import_file
from scorecard.workspace import Workspace
from tests.memory import peak_bytes
from tests.observe.desk import make_source

CITY = Organisation.model_validate(
    {
        "id": "big-city",
        "name": "Big City",
        "time_zone": "America/New_York",
        "departments": [{"id": f"d{n}", "name": f"Department {n}"} for n in range(20)],
    }
)
SOURCE = make_source(
    {
        "id": s.text(required=True),
        "opened_at": s.timestamp(required=True),
        "closed_at": s.timestamp(),
        "due_at": s.timestamp(planned=True),
        "department": s.text(),
        "topic": s.text(),
        "channel": s.text(values=["phone", "web", "app", "mail"]),
        "cost": s.number(minimum=0),
    },
    rules=[s.rule("closed-early", lambda r: r.closed_at >= r.opened_at, "closed before opened")],
)
_FORM = "'%Y-%m-%dT%H:%M:%SZ'"


def make_csv(file: str, rows: int) -> None:
    """Write synthetic requests over five years, hashed so that any machine makes the same ones."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
                SELECT 'R-' || lpad(i::VARCHAR, 9, '0') AS id,
                    strftime(opened, {_FORM}) AS opened_at,
                    CASE WHEN i % 5 > 0 THEN strftime(
                        opened + to_seconds((hash(i) % 900000)::BIGINT), {_FORM}) END AS closed_at,
                    strftime(opened + to_days(5), {_FORM}) AS due_at,
                    'Department ' || (hash(i * 3) % 20) AS department,
                    'Topic ' || (hash(i * 7) % 300) AS topic,
                    ['phone', 'web', 'app', 'mail'][1 + i % 4] AS channel,
                    (hash(i * 11) % 100000) / 100 AS cost
                FROM (
                    SELECT i, TIMESTAMP '2021-01-01'
                        + to_seconds((hash(i * 13) % (5 * 365 * 86400))::BIGINT) AS opened
                    FROM range({rows}) t(i)
                )
            ) TO '{file}' (FORMAT csv, HEADER)"""
        )


def make_changes(file: str, whole: str, changes: int, rows: int) -> None:
    """Write every so-manieth of the `rows` rows of a file again, at another cost: `changes` rows
    in the order of the file, evenly spread over it, which is the most work to land."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
                SELECT * REPLACE (cost + 1 AS cost) FROM read_csv('{whole}', all_varchar = true,
                    types = {{'cost': 'DOUBLE'}})
                WHERE CAST(id[3:] AS BIGINT) % {rows // changes} = 0
            ) TO '{file}' (FORMAT csv, HEADER)"""
        )


def by_duckdb(file: Path, folder: Path) -> int:
    """DuckDB's own conversion to Parquet, with all it does by default."""
    with duckdb.connect() as connection:
        target = folder / "rows.parquet"
        [(rows,)] = connection.execute(
            f"COPY (SELECT * FROM read_csv('{file}')) TO '{target}' (FORMAT parquet)"
        ).fetchall()
    return rows


def by_us(file: Path, folder: Path) -> int:
    """The whole import: contract, quarantine, landed table, receipt."""
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        receipt = import_file(CITY, SOURCE, file, Workspace(folder / "workspace"), ledger)
    assert receipt.rows_new == receipt.rows_read
    return receipt.rows_new


def changed_by_us(file: Path, folder: Path) -> int:
    """The import of a file whose rows are all landed already, and differ."""
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        workspace = Workspace(folder / "workspace")
        receipt = import_file(CITY, SOURCE, file, workspace, ledger, as_of=datetime.now(UTC))
    assert receipt.rows_changed == receipt.rows_read
    return receipt.rows_changed


if __name__ == "__main__":
    way, file, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    began = time.perf_counter()
    rows = (by_us if way == "ours" else by_duckdb)(file, folder)
    seconds = time.perf_counter() - began
    peak = peak_bytes()
    found = {"seconds": seconds, "peak": peak, "rows": rows}
    if len(sys.argv) > 4:
        began = time.perf_counter()
        found["changed"] = changed_by_us(Path(sys.argv[4]), folder)
        found["merge_seconds"] = time.perf_counter() - began
    print(json.dumps(found), flush=True)
    os._exit(0)
