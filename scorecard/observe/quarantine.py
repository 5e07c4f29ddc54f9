"""Quarantine: every row that broke the contract, with its place and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from scorecard.errors import ScorecardError
from scorecard.observe.contract_sql import literal
from scorecard.observe.delta import commit, live_files, opened, written
from scorecard.workspace import Workspace

_COLUMNS = {
    "file_name": "VARCHAR",
    "file_sha256": "VARCHAR",
    "line": "BIGINT",
    "column": "VARCHAR",
    "code": "VARCHAR",
    "reason": "VARCHAR",
    "row": "VARCHAR",
    "key": "VARCHAR",
    "moment": "TIMESTAMPTZ",
    "imported_at": "TIMESTAMPTZ",
}
_AT_ONCE = 5_000
# Longer texts may have been kept cut short; then they end in an ellipsis.
_CUT = 10_000
_SETTLED = ("row-duplicate", "key-duplicate", "field-duplicate", "row-not-object")
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that was not landed.

    line         the line of the file on which the row begins, counted from 1
    column       the contract's column the fault is in; None where it is in the row as a whole
    code         what is wrong, one of the codes in docs/errors.md or of the contract's own rules
    reason       the same in words, with heading and value
    row          what the file holds there, as JSON text
    key          the row's key as far as it could be read
    moment       the moment of the import; None where no row of the file was landed
    imported_at  when the file was last imported
    """

    file_name: str
    file_sha256: str
    line: int
    column: str | None
    code: str
    reason: str
    row: str
    key: str | None
    moment: datetime | None
    imported_at: datetime


@dataclass(frozen=True)
class QuarantinedFile:
    """A file with rows in quarantine; `moment` is None where none of it was landed."""

    sha256: str
    name: str
    moment: datetime | None
    rows: int


def quarantined(
    workspace: Workspace,
    organisation_id: str,
    source_name: str,
    *,
    file_sha256: str | None = None,
    file_name: str | None = None,
    code: str | None = None,
    limit: int | None = None,
) -> list[QuarantinedRow]:
    """The quarantined rows of a source, the latest import first, then by line.

    file_sha256, file_name, code   only rows of this file, of files of this name, with this code
    limit                          at most so many
    """
    files = _files(workspace, organisation_id, source_name)
    if not files:
        return []
    wanted, values = _wanted(file_sha256=file_sha256, file_name=file_name, code=code)
    bound = "" if limit is None else f"LIMIT {int(limit)}"
    rows = _asked(
        f"SELECT {_NAMES} FROM {_relation(files)} {wanted} "
        f"ORDER BY imported_at DESC, file_name, file_sha256, line, code {bound}",
        values,
    )
    return [QuarantinedRow(*row[:8], *(_utc(moment) for moment in row[8:])) for row in rows]


def quarantine_counts(
    workspace: Workspace,
    organisation_id: str,
    source_name: str,
    *,
    file_name: str | None = None,
    code: str | None = None,
) -> dict[str, int]:
    """How many rows of a source are in quarantine, by code, the most frequent first.

    file_name, code   only rows of files of this name, with this code
    """
    files = _files(workspace, organisation_id, source_name)
    if not files:
        return {}
    wanted, values = _wanted(file_name=file_name, code=code)
    counted = f"SELECT code, count(*) AS rows FROM {_relation(files)} {wanted} GROUP BY code"
    return dict(_asked(f"{counted} ORDER BY rows DESC, code", values))


def quarantine_count(
    workspace: Workspace, organisation_id: str, source_name: str, file_sha256: str
) -> int:
    """How many rows of one file are in quarantine."""
    files = _files(workspace, organisation_id, source_name)
    if not files:
        return 0
    counted = f"SELECT count(*) FROM {_relation(files)} WHERE file_sha256 = ?"
    return _asked(counted, [file_sha256])[0][0]


def replace_quarantined(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    organisation_id: str,
    source_name: str,
    bad_files: Sequence[str],
    *,
    file_name: str,
    file_sha256: str,
    moment: datetime | None,
    imported_at: datetime,
) -> None:
    """Make the rows in `bad_files` (as `Stage` writes them) what is in quarantine of this file.

    Rows of the same file that an earlier import put there go, rows of other files stay, in one
    commit.
    """
    path = workspace.quarantine(organisation_id, source_name)
    files = _files(workspace, organisation_id, source_name)
    mine = f"file_sha256 = {literal(file_sha256)}"
    before = [
        name
        for (name,) in (
            connection.execute(
                f"SELECT DISTINCT filename FROM {_relation(files, 'filename = true')} WHERE {mine}"
            ).fetchall()
            if files
            else []
        )
    ]
    if not before and not bad_files:
        return
    added = []
    if before:
        others = f"SELECT {_NAMES} FROM {_relation(before)} WHERE NOT ({mine})"
        added += written(connection, others, path, moments=False)
    if bad_files:
        given = f"TIMESTAMPTZ {literal(moment.isoformat())}" if moment else "NULL::TIMESTAMPTZ"
        rows = (
            f"SELECT {literal(file_name)} AS file_name, {literal(file_sha256)} AS file_sha256, "
            f'line, "column", code, reason, "row", key, {given} AS moment, '
            f"TIMESTAMPTZ {literal(imported_at.isoformat())} AS imported_at "
            f"FROM {_relation(bad_files)}"
        )
        added += written(connection, rows, path, moments=False)
    commit(path, _COLUMNS, added, before, {"file": file_sha256})


def quarantined_files(
    workspace: Workspace, organisation_id: str, source_name: str
) -> list[QuarantinedFile]:
    """The files of a source that have rows in quarantine, by moment, those without one first."""
    files = _files(workspace, organisation_id, source_name)
    if not files:
        return []
    found = _asked(
        f"SELECT file_sha256, min(file_name), max(moment), count(*) FROM {_relation(files)} "
        "GROUP BY ALL ORDER BY max(moment) NULLS FIRST, file_sha256",
        [],
    )
    return [QuarantinedFile(sha, name, _utc(moment), rows) for sha, name, moment, rows in found]


def rows_to_mend(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    organisation_id: str,
    source_name: str,
    file_sha256: str,
) -> Iterator[tuple[tuple[str, int], str]]:
    """The rows of a file that may be read again: place in quarantine, and JSON text on one line.

    Left out are rows that could not be taken apart, that were kept cut short, or whose key was
    taken by a row of the same file. They come by line.
    """
    files = _files(workspace, organisation_id, source_name)
    whole = f"""NOT (strlen("row") > {_CUT} AND contains("row", '…'))"""
    reader = connection.execute(
        f"""SELECT filename, file_row_number, "row"
        FROM {_relation(files, "filename = true, file_row_number = true")}
        WHERE file_sha256 = {literal(file_sha256)} AND starts_with("row", '{{')
            AND code NOT IN ({", ".join(map(literal, _SETTLED))}) AND {whole}
        ORDER BY line, filename, file_row_number"""
    )
    while rows := reader.fetchmany(_AT_ONCE):
        for file, number, row in rows:
            # JSON text has line ends only between its signs; within texts they are escaped.
            yield (file, number), row.replace("\n", " ").replace("\r", " ")


def release(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    organisation_id: str,
    source_name: str,
    places: Sequence[tuple[str, int]],
    metadata: Mapping[str, str],
) -> None:
    """Take the rows at these places, as `rows_to_mend` gives them, out of quarantine at once."""
    if not places:
        return
    path = workspace.quarantine(organisation_id, source_name)
    files = sorted({file for file, _ in places})
    released = pa.table(
        {"filename": [f for f, _ in places], "file_row_number": [n for _, n in places]}
    )
    connection.register("released", released)
    held = _relation(files, "filename = true, file_row_number = true")
    others = f"SELECT {_NAMES} FROM {held} ANTI JOIN released USING (filename, file_row_number)"
    added = written(connection, others, path, moments=False)
    connection.unregister("released")
    commit(path, _COLUMNS, added, files, metadata)


def _files(workspace: Workspace, organisation_id: str, source_name: str) -> list[str]:
    path = workspace.quarantine(organisation_id, source_name)
    table = opened(path)
    return live_files(table, path) if table is not None else []


def _relation(files: Sequence[str], more: str = "") -> str:
    listed = ", ".join(literal(file) for file in files)
    return f"read_parquet([{listed}]{', ' if more else ''}{more})"


def _wanted(**values: str | None) -> tuple[str, list[object]]:
    """The condition that columns have these values, where one is given, and the values."""
    given = {name: value for name, value in values.items() if value is not None}
    return f"WHERE {' AND '.join(['true', *(f'{name} = ?' for name in given)])}", [*given.values()]


def _asked(sql: str, values: list[object]) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            return connection.execute(sql, values).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise ScorecardError(
                "landed-damaged",
                f"Quarantine cannot be read: {str(error).splitlines()[0]}",
                hint="Restore the workspace from a backup.",
            ) from None


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
