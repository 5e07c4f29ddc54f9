"""Delta tables whose data files DuckDB writes: files in, files out, in one commit."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import duckdb
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from scorecard.errors import ScorecardError
from scorecard.observe.contract_sql import literal

_DELTA_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "long",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "TIMESTAMPTZ": "timestamp",
    "DATE": "date",
}
# Every version stays readable: what was measured can be shown from the rows it was measured on.
_CONFIGURATION = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
_FILE_BYTES = "256MB"


@dataclass(frozen=True)
class NewFile:
    """A data file that lies in the table's folder and is no part of the table yet."""

    path: Path
    rows: int
    moments: tuple[datetime, datetime] | None


def opened(path: Path, version: int | None = None) -> DeltaTable | None:
    """The table in this folder; None where there is none.

    Raises ScorecardError `workspace-path` where the folder's name has a sign in it that the library
    which keeps the tables takes for part of a web address, and `landed-damaged` where its log
    cannot be read.
    """
    if any(sign in str(path.absolute()) for sign in "%#?"):
        raise ScorecardError(
            "workspace-path",
            "The path of the workspace has one of the signs % # ? in it.",
            file=path,
            hint="Give another folder with --workspace.",
        )
    if not (path / "_delta_log").is_dir():
        return None
    try:
        return DeltaTable(str(path), version=version)
    except TableNotFoundError:
        return None
    except DeltaError as error:
        raise ScorecardError(
            "landed-damaged",
            f"The landed table cannot be read: {str(error).splitlines()[0]}",
            file=path,
            hint="Restore the workspace from a backup, or move the table away and import again.",
        ) from None


def live_files(table: DeltaTable, path: Path) -> list[str]:
    """The absolute paths of the files that make up the table in folder `path`."""
    # The table's own addresses of them are percent-encoded from the root on.
    names = pa.table(table.get_add_actions(flatten=True)).column("path").to_pylist()
    return [str(path.absolute() / unquote(name)) for name in names]


def duckdb_types(table: DeltaTable) -> dict[str, str]:
    """The table's columns with DuckDB's types, in order."""
    kinds = {delta: kind for kind, delta in _DELTA_TYPES.items()}
    return {
        field.name: kinds.get(getattr(field.type, "type", ""), str(field.type))
        for field in table.schema().fields
    }


def kept_metadata(path: Path, version: int) -> dict[str, Any]:
    """What the commit of a version was given as `metadata`; empty where there is none.

    Read from the log itself. The library counts its history back from the latest commit, which is
    not the table's own where an earlier version was opened, or where another process just wrote.
    """
    try:
        actions = (path / "_delta_log" / f"{version:020}.json").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    for action in map(json.loads, actions):
        if "commitInfo" in action:
            found = action["commitInfo"].get("scorecard")
            return found if isinstance(found, dict) else {}
    return {}


def written(
    connection: duckdb.DuckDBPyConnection, select: str, folder: Path, moments: bool = True
) -> list[NewFile]:
    """Write the rows of `select` into data files in `folder`, safely on the disk; none for no rows.

    `moments` says that the rows have a `_moment`, whose bounds the table is to know.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"part-{uuid4().hex}"
    count, files = connection.execute(
        f"COPY ({select}) TO {literal(str(folder))} (FORMAT parquet, COMPRESSION snappy, "
        f"FILE_SIZE_BYTES '{_FILE_BYTES}', FILENAME_PATTERN '{name}-{{i}}', "
        "OVERWRITE_OR_IGNORE, RETURN_FILES)"
    ).fetchall()[0]
    found: list[NewFile] = []
    for file in files if count else []:
        bounds = "min(_moment), max(_moment)" if moments else "NULL, NULL"
        rows, low, high = connection.execute(
            f"SELECT count(*), {bounds} FROM read_parquet({literal(file)})"
        ).fetchall()[0]
        if rows:
            _onto_disk(Path(file))
            found.append(NewFile(Path(file), rows, (low, high) if low and high else None))
    _onto_disk(folder)
    return found


def commit(
    path: Path,
    columns: Mapping[str, str],
    add: Sequence[NewFile],
    remove: Sequence[str],
    metadata: Mapping[str, Any],
    *,
    reshaped: bool = False,
) -> int:
    """Put files in and take files (absolute paths) out at once; returns the new version.

    `columns` are DuckDB's types by name; where they differ from the table's, `reshaped` must be
    true, and the added files become all there is. The table is made if there is none. `metadata`
    stays readable with the version (`kept_metadata`).
    """
    now = int(time.time() * 1000)
    properties = CommitProperties(
        custom_metadata={"scorecard": dict(metadata)}, max_commit_retries=0
    )
    added = [
        AddAction(
            path=quote(str(file.path.relative_to(path))),
            size=file.path.stat().st_size,
            partition_values={},
            modification_time=now,
            data_change=True,
            stats=_statistics(file),
        )
        for file in add
    ]
    table = opened(path)
    schema = Schema(
        [Field(name, PrimitiveType(_DELTA_TYPES[kind])) for name, kind in columns.items()]
    )
    if table is None or reshaped:
        path.mkdir(parents=True, exist_ok=True)
        create_table_with_add_actions(
            str(path),
            schema,
            added,
            mode="error" if table is None else "overwrite",
            configuration=_CONFIGURATION,
            commit_properties=properties,
        )
        return DeltaTable(str(path)).version()
    removed = [
        RemoveAction(quote(str(Path(file).relative_to(path.absolute()))), True, now)
        for file in remove
    ]
    table.create_write_transaction(
        [*removed, *added], "append", schema, commit_properties=properties
    )
    return DeltaTable(str(path)).version()


def _statistics(file: NewFile) -> str:
    low, high = ({"_moment": _text(m)} for m in file.moments) if file.moments else ({}, {})
    return json.dumps(
        {"numRecords": file.rows, "minValues": low, "maxValues": high, "nullCount": {}}
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _onto_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
