"""What is landed: the live files of a source's table and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from scorecard.declare.standards_table import TableReader
from scorecard.observe.contract_sql import literal, quoted
from scorecard.observe.delta import duckdb_types, kept_metadata, live_files, opened
from scorecard.workspace import Workspace


@dataclass(frozen=True)
class Landed:
    """One version of a source's landed rows.

    files      the Parquet files that hold them, by absolute path
    rows       how many there are
    moment     the latest moment the data knows, in UTC; None where there is no row
    types      DuckDB's type of each column, those that begin with an underscore included
    departments  a fingerprint of the names under which departments were found; None: not known
    commit     what tells this state from every other, copies and restored ones too; None: not known
    """

    version: int
    files: tuple[str, ...]
    rows: int
    moment: datetime | None
    types: Mapping[str, str]
    departments: str | None = None
    commit: str | None = None


def landed(
    workspace: Workspace, organisation_id: str, source_name: str, version: int | None = None
) -> Landed | None:
    """The landed rows of a source, now or at an earlier version; None where there are none yet.

    Only the table's log is read.
    """
    path = workspace.landed(organisation_id, source_name)
    table = opened(path, version)
    if table is None:
        return None
    actions = pa.table(table.get_add_actions(flatten=True))
    metadata = kept_metadata(path, table.version())
    moments = actions.column("max._moment").to_pylist() if actions.num_rows else []
    return Landed(
        version=table.version(),
        files=tuple(live_files(table, path)),
        rows=sum(actions.column("num_records").to_pylist()) if actions.num_rows else 0,
        moment=max((moment.astimezone(UTC) for moment in moments), default=None),
        types=duckdb_types(table),
        departments=metadata.get("departments"),
        commit=metadata.get("commit"),
    )


def landed_rows(
    workspace: Workspace, organisation_id: str, source_name: str, columns: list[str]
) -> list[dict[str, Any]] | None:
    """The named columns of all landed rows, as Python values, in a fixed order.

    None where nothing is landed yet. A column that the landed rows do not have is None in each.
    For small tables: everything is held in memory.
    """
    found = landed(workspace, organisation_id, source_name)
    if found is None:
        return None
    if not found.files or not columns:
        return [{} for _ in range(found.rows)]
    chosen = ", ".join(
        quoted(name) if name in found.types else f"NULL AS {quoted(name)}" for name in columns
    )
    files = ", ".join(literal(file) for file in found.files)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        reader = connection.execute(f"SELECT {chosen} FROM read_parquet([{files}]) ORDER BY ALL")
        return [dict(zip(columns, row, strict=True)) for row in reader.fetchall()]


def landed_tables_of(workspace: Workspace) -> TableReader:
    """Reads the landed rows of a source in which an organisation keeps its standards."""

    def rows(organisation: str, source: str, columns: Sequence[str]) -> list[dict[str, Any]] | None:
        return landed_rows(workspace, organisation, source, list(columns))

    return rows
