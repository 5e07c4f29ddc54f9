"""Landing: the good rows of a file meet the landed ones, and one commit makes the difference.

A key's row is the one of the latest moment that holds it. Of two rows of one moment the one whose
content has the greater MD5 is taken. So what is landed is a maximum over all files, and neither
their order nor repeating them makes a difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from scorecard.declare.organisation import UNASSIGNED, Organisation
from scorecard.declare.sources import Source
from scorecard.errors import ImportRefused
from scorecard.observe.contract_sql import landed_types, literal, quoted
from scorecard.observe.delta import (
    NewFile,
    commit,
    duckdb_types,
    kept_metadata,
    live_files,
    opened,
    written,
)
from scorecard.observe.departments import department_table, departments_fingerprint
from scorecard.observe.key_spellings import has_padded, spelt_otherwise
from scorecard.observe.touched import MOST_ROWS, time_columns, touched_days
from scorecard.workspace import Workspace

# Above so many data files, small ones are put together when the table is written anyway.
_MANY, _SMALL = 64, 16 << 20
_KEPT, _MOVED, _CHANGED, _OLDER, _TIE = range(5)
_OUR_COLUMNS = {"_department": "VARCHAR", "_moment": "TIMESTAMPTZ", "_batch": "VARCHAR"}


@dataclass(frozen=True)
class Reading:
    """Which file is landed, as of which moment, and read in which way.

    `way` names contract, zone and all else that decides how the bytes became values. A row that was
    read from the same file in another way is replaced whatever its moment.
    """

    sha256: str
    way: str
    moment: datetime

    @property
    def batch(self) -> str:
        """What `_batch` says in the rows of this file."""
        moment = self.moment.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{self.sha256[:16]}.{self.way[:8]}.{moment}"


@dataclass(frozen=True)
class Landing:
    """What landing did, in rows.

    `tied` had other content than landed rows of the same moment; `respelt` are new ones whose key
    landed rows have as well, as a number that is written otherwise.
    """

    new: int
    changed: int
    unchanged: int
    older: int
    tied: int
    respelt: int
    version: int | None


class Meeting:
    """The landed table of a source as it is, which the good rows of a stage are to meet.

    Raises ImportRefused `landed-differs` where the table was landed under a contract with another
    key, or with another type for a column.
    """

    def __init__(self, organisation: Organisation, source: Source, workspace: Workspace) -> None:
        self._organisation = organisation
        self._source = source
        self._path = workspace.landed(organisation.id, source.name)
        self._table = opened(self._path)
        self._files = live_files(self._table, self._path) if self._table is not None else []
        self._held = duckdb_types(self._table) if self._table is not None else {}
        self.last = {} if self.version is None else kept_metadata(self._path, self.version)
        self._tied = 0
        self._columns = landed_types(source)
        # The column with the spellings; looked-up ones are not known here.
        self.spelt = source.department if source.department in self._columns else None
        self._wanted = self._columns | _OUR_COLUMNS
        self._departments = departments_fingerprint(organisation, self.spelt)
        self._check()

    @property
    def version(self) -> int | None:
        """The version of the table; None where there is none."""
        return self._table.version() if self._table is not None else None

    @property
    def aligned(self) -> bool:
        """Whether the landed rows have the contract's columns and today's departments."""
        return self._held == self._wanted and self.last.get("departments") == self._departments

    def land(
        self,
        connection: duckdb.DuckDBPyConnection,
        reading: Reading,
        rows: int,
        metadata: dict[str, Any],
        dry_run: bool,
    ) -> Landing:
        """Land the relation `good`, of `rows` rows; nothing is written if nothing would change."""
        verdicts = self._compare(connection, reading) if self._files else {}
        met = sum(verdicts.values())
        changed, older = verdicts.get(_CHANGED, 0), verdicts.get(_OLDER, 0)
        touched = changed + verdicts.get(_MOVED, 0)
        new = rows - met
        version = self.version
        padded = self.last.get("padded", False) or has_padded(connection, self._source)
        respelt = 0
        if self._files and new and padded:
            respelt = spelt_otherwise(connection, self._source, self._landed(self._files))
        if not dry_run and (new or touched or not self.aligned):
            metadata = {
                "key": list(self._source.key),
                "departments": self._departments,
                "older": older,
                "tied": self._tied,
                "respelt": respelt,
                "padded": padded,
                "commit": uuid4().hex,
                "touched": self._touched(connection) if new + changed <= MOST_ROWS else None,
                **metadata,
            }
            version = self._write(connection, reading, metadata)
        return Landing(new, changed, rows - new - changed, older, self._tied, respelt, version)

    def landed_of(self, sha256: str) -> str:
        """SQL of the good rows whose key is landed from the file itself, and whether as `_same`."""
        if not self._files:
            return "SELECT 0::BIGINT AS _row, 0::BIGINT AS _line, false AS _same WHERE false"
        keys = ", ".join(quoted(name) for name in self._source.key)
        content = ", ".join(quoted(name) for name in self._columns)
        return (
            f"SELECT g._row, g._line, g._h = l._h AS _same "
            f"FROM (SELECT _row, _line, {keys}, hash(ROW({content})) AS _h FROM good) g "
            f"JOIN (SELECT {keys}, hash(ROW({content})) AS _h FROM ({self._landed(self._files)}) "
            f"WHERE starts_with(_batch, {literal(sha256[:16] + '.')})) l USING ({keys})"
        )

    def _check(self) -> None:
        key = self.last.get("key")
        differing = [
            f"{name} was {self._held[name]}, now {kind}"
            for name, kind in self._wanted.items()
            if self._held.get(name, kind) != kind
        ]
        if self._files and key is not None and key != list(self._source.key):
            differing.append(f"the key was {', '.join(key)}, now {', '.join(self._source.key)}")
        if differing:
            raise ImportRefused(
                "landed-differs",
                f"The landed rows of {self._source.name!r} follow another contract: "
                f"{'; '.join(differing)}.",
                file=self._source.file,
                line=self._source.line,
                hint=f"Move {self._path} away and import the files again.",
            )

    def _compare(self, connection: duckdb.DuckDBPyConnection, reading: Reading) -> dict[int, int]:
        """How many good rows met a landed one, by verdict; the table `met` then names them."""
        keys = ", ".join(quoted(name) for name in self._source.key)
        content = ", ".join(quoted(name) for name in self._columns)
        moment = f"TIMESTAMPTZ {literal(reading.moment.isoformat())}"
        # The same file, read in another way or said to be of another moment, replaces its own rows:
        # so a mended contract takes effect, and so does --as-of after a mistyped date.
        file, batch = literal(reading.batch[:17]), literal(reading.batch)
        connection.execute(
            f"""
            CREATE TEMP TABLE met AS
            SELECT g._row, l._file, l._place, CASE
                WHEN starts_with(l._batch, {file}) AND l._batch <> {batch}
                    THEN if(g._h = l._h, {_MOVED}, {_CHANGED})
                WHEN l._moment < {moment} THEN if(g._h = l._h, {_MOVED}, {_CHANGED})
                WHEN l._moment > {moment} THEN {_OLDER}
                WHEN g._h = l._h THEN {_KEPT} ELSE {_TIE} END AS _verdict
            FROM (SELECT _row, {keys}, hash(ROW({content})) AS _h FROM good) g
            JOIN (SELECT _file, _place, {keys}, _moment, _batch, hash(ROW({content})) AS _h
                  FROM ({self._landed(self._files)})) l USING ({keys})
            """
        )
        self._tied = self._settle_ties(connection)
        found = connection.execute("SELECT _verdict, count(*) FROM met GROUP BY ALL").fetchall()
        return dict(found)

    def _settle_ties(self, connection: duckdb.DuckDBPyConnection) -> int:
        [(tied,)] = connection.execute(
            f"SELECT count(*) FROM met WHERE _verdict = {_TIE}"
        ).fetchall()
        if tied:
            ours, theirs = _content("g", self._columns), _content("l", self._columns)
            connection.execute(
                f"""
                CREATE TEMP TABLE settled AS
                SELECT m._row, if({ours} > {theirs}, {_CHANGED}, {_KEPT}) AS _verdict
                FROM (SELECT * FROM met WHERE _verdict = {_TIE}) m
                JOIN good g USING (_row)
                JOIN ({self._landed(self._files)}) l ON l._file = m._file AND l._place = m._place
                """
            )
            connection.execute(
                "UPDATE met SET _verdict = s._verdict FROM settled s WHERE met._row = s._row"
            )
        return tied

    def _landed(self, files: list[str]) -> str:
        """The landed rows in `files`, in the shape wanted, each with its `_file` and `_place`."""
        chosen = ", ".join(
            quoted(name) if name in self._held else f"CAST(NULL AS {kind}) AS {quoted(name)}"
            for name, kind in self._wanted.items()
        )
        listed = ", ".join(literal(file) for file in files)
        # `_file` counts within all live files, whichever of them are asked for.
        numbers = ", ".join(str(self._files.index(file)) for file in files)
        return (
            f"SELECT {chosen}, [{numbers}][CAST(file_index + 1 AS BIGINT)] AS _file, "
            f"file_row_number AS _place FROM read_parquet([{listed}], file_row_number = true)"
        )

    def _touched(self, connection: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
        """The days of all rows that come or change, as they will be and as they were."""
        if not self._files or not self.aligned:
            return None
        times = ", ".join(["1", *(quoted(name) for name in time_columns(self._source))])
        changed = f"FROM met WHERE _verdict = {_CHANGED}"
        hit = connection.execute(f"SELECT DISTINCT _file {changed}").fetchall()
        rows = (
            f"SELECT {times} FROM good "
            f"ANTI JOIN (FROM met WHERE _verdict <> {_CHANGED}) USING (_row)"
        )
        if hit:
            before = self._landed([self._files[number] for (number,) in hit])
            rows += f" UNION ALL SELECT {times} FROM ({before}) SEMI JOIN ({changed}) "
            rows += "USING (_file, _place)"
        return touched_days(connection, rows, self._source, self._organisation.zone)

    def _write(
        self, connection: duckdb.DuckDBPyConnection, reading: Reading, metadata: dict[str, Any]
    ) -> int:
        taken = f"SELECT _file, _place FROM met WHERE _verdict IN ({_MOVED}, {_CHANGED})"
        rewritten: list[str] = []
        if self._files:
            hit = {
                n for (n,) in connection.execute(f"SELECT DISTINCT _file FROM ({taken})").fetchall()
            }
            rewritten = [
                file
                for number, file in enumerate(self._files)
                if not self.aligned or number in hit or self._is_one_of_many_small(file)
            ]
        added: list[NewFile] = []
        spellings = None
        if self.spelt:
            column = f"CAST({quoted(self.spelt)} AS VARCHAR)"
            spellings = f"SELECT {column} FROM good"
            if rewritten:
                spellings += f" UNION ALL SELECT {column} FROM ({self._landed(rewritten)})"
        department_table(connection, self._organisation, spellings)
        if rewritten:
            kept = f"FROM ({self._landed(rewritten)}) ANTI JOIN ({taken}) USING (_file, _place)"
            added += written(connection, self._shaped(kept, "_moment, _batch"), self._path)
        coming = "FROM good"
        if self._files:
            coming += f" ANTI JOIN (FROM met WHERE _verdict IN ({_KEPT}, {_OLDER})) USING (_row)"
        given = (
            f"TIMESTAMPTZ {literal(reading.moment.isoformat())} AS _moment, "
            f"{literal(reading.batch)} AS _batch"
        )
        added += written(connection, self._shaped(coming, given), self._path)
        return commit(
            self._path,
            self._wanted,
            added,
            rewritten,
            metadata,
            reshaped=self._held != self._wanted,
        )

    def _is_one_of_many_small(self, file: str) -> bool:
        return len(self._files) > _MANY and Path(file).stat().st_size < _SMALL

    def _shaped(self, rows: str, moment_and_batch: str) -> str:
        columns = ", ".join(f"r.{quoted(name)}" for name in self._columns)
        spelling = f"CAST(r.{quoted(self.spelt)} AS VARCHAR)" if self.spelt else "NULL"
        return (
            f"SELECT {columns}, coalesce(d.department, {literal(UNASSIGNED)}) AS _department, "
            f"{moment_and_batch} FROM ({rows}) r LEFT JOIN departments d ON d.spelling = {spelling}"
        )


def way_of_reading(organisation: Organisation, source: Source, *given: Iterable[str]) -> str:
    """A fingerprint of all that decides how bytes become values, as far as it is declared."""
    return _digest(
        [source.fingerprint, organisation.time_zone, organisation.fiscal_year_start, *given]
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()


def _content(row: str, columns: dict[str, str]) -> str:
    """The MD5 of a row's values in one canonical text; no text can hold the signs between them."""
    parts = []
    for name, kind in columns.items():
        value = f"{row}.{quoted(name)}"
        text = {"TIMESTAMPTZ": f"epoch_us({value})", "VARCHAR": value}.get(kind, value)
        parts.append(f"coalesce(CAST({text} AS VARCHAR), chr(30))")
    return f"md5(concat_ws(chr(31), {', '.join(parts)}))"
