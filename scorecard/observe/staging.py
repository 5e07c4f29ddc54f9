"""The stage: a file's rows are checked here, block by block, before anything is landed."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import Source
from scorecard.observe.batches import Hashes, PendingBatch, RawBatch
from scorecard.observe.clock_changes import OddTimes
from scorecard.observe.contract_sql import ContractSql, Fault, landed_types, literal, quoted
from scorecard.observe.faults import explain
from scorecard.observe.folder import connect
from scorecard.observe.headings import Headings, joined, parts
from scorecard.observe.mending import mended
from scorecard.observe.repeats import Repeat, key_text, repeats

_BAD_ROWS = pa.schema(
    [
        ("line", pa.int64()),
        ("column", pa.string()),
        ("code", pa.string()),
        ("reason", pa.string()),
        ("row", pa.string()),
        ("key", pa.string()),
    ]
)
_FLUSH = 5_000
_REASONS = 3
# Rows are numbered over all batches, in order, before it is known how many are in each.
_BATCH_BITS = 32
_WORKERS = min(4, os.cpu_count() or 1)


@dataclass
class _Checked:
    """A batch after its check: the file of all its rows, the faults of the bad ones, and of the
    good ones the hashes of their keys and the times next to a change of the clock.

    `counts` are the raw values that were mended, aliases or declared blanks, by what and column.
    """

    batch: RawBatch
    counts: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    file: str | None = None
    hashes: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))
    faults: list[tuple[int, Fault]] = field(default_factory=list[tuple[int, Fault]])
    near: dict[str, pa.Table] = field(default_factory=dict[str, pa.Table])


class BadRow(NamedTuple):
    """Where a row breaks the contract, and how."""

    line: int
    column: str | None
    code: str
    reason: str


class Stage:
    """The checked rows of one file, in Parquet files, and the rows that go to quarantine.

    `bad_files` hold the latter, with the columns line, column, code, reason, row (JSON text) and
    key; `first_reasons` are a few of their reasons, with lines, `first_bad` is the first in the
    file, `refused` their number by code and column. `read_as` are the raw values that were read as
    others, by how and column.
    """

    def __init__(self, folder: Path, organisation: Organisation, source: Source) -> None:
        self.connection = connect(folder)
        self.bad_files: list[str] = []
        self.rows_read = 0
        self.rows_bad = 0
        self.first_reasons: list[str] = []
        self.refused: Counter[tuple[str, str | None]] = Counter()
        self.read_as: Counter[tuple[str, str]] = Counter()
        self.first_bad: BadRow | None = None
        self._folder = folder
        self._organisation = organisation
        self._source = source
        self._files: list[str] = []
        self._hashes: list[Hashes] = []
        self._bad: list[tuple[object, ...]] = []
        self._odd_times = OddTimes(organisation, source)

    def read(
        self,
        batches: Iterable[PendingBatch],
        headings: Callable[[], Headings],
        taken: Callable[[], None],
    ) -> None:
        """Check all batches and keep them; `taken` is called after each.

        Several are checked at a time, and what comes of them is taken in the file's order.
        """
        with ThreadPoolExecutor(_WORKERS, "checking rows") as pool:
            waiting: deque[Future[_Checked]] = deque()
            try:
                for number, pending in enumerate(batches):
                    waiting.append(pool.submit(self._checked, number, pending))
                    while len(waiting) > _WORKERS:
                        self._take(waiting.popleft().result(), headings())
                        taken()
                while waiting:
                    self._take(waiting.popleft().result(), headings())
                    taken()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _checked(self, number: int, pending: PendingBatch) -> _Checked:
        batch = pending()
        table, counts = mended(batch.table, self._source)
        batch = replace(batch, table=table)
        checked = _Checked(batch, counts)
        first = number << _BATCH_BITS
        count = batch.table.num_rows
        if not count:
            return checked
        raw = batch.table.append_column("_row", pa.array(np.arange(first, first + count)))
        raw = raw.append_column("_line", pa.array(batch.lines))
        contract = ContractSql(self._organisation, self._source, batch.table.column_names)
        select = contract.select("raw", control=batch.control, long=batch.long)
        checked.file = str(self._folder / f"rows-{number:06d}.parquet")
        rows = f"FROM read_parquet({literal(checked.file)})"
        keys = ", ".join(quoted(name) for name in self._source.key)
        with self.connection.cursor() as cursor:
            cursor.register("raw", raw)
            cursor.execute(
                f"COPY ({select}) TO {literal(checked.file)} "
                "(FORMAT parquet, COMPRESSION lz4_raw, PARQUET_VERSION v2)"
            )
            cursor.unregister("raw")
            found = cursor.execute(
                f"SELECT hash({keys}) AS h, _row{self._odd_times.asked} {rows} WHERE _bad = 0"
            ).fetchnumpy()
            checked.hashes = np.asarray(found["h"], dtype=np.uint64)
            checked.near = self._odd_times.near(batch.table, found, first)
            if checked.hashes.size < count:
                bad = f"SELECT _row, _bad {rows} WHERE _bad > 0 ORDER BY _row"
                checked.faults = [
                    (row - first, contract.faults[fault - 1])
                    for row, fault in cursor.execute(bad).fetchall()
                ]
        return checked

    def _take(self, checked: _Checked, headings: Headings) -> None:
        self.rows_read += checked.batch.rows
        self.read_as += checked.counts
        if checked.file is not None:
            self._files.append(checked.file)
            self._hashes.append(checked.hashes)
            self._odd_times.keep(checked.near)
        for broken in checked.batch.broken:
            self._keep(broken.line, None, broken.code, broken.reason, broken.raw, None)
        for index, fault in checked.faults:
            self._reject(checked.batch, index, fault, headings)

    def finish(self) -> int:
        """Quarantine rows whose key came before in the file; returns how many good rows are left.

        They are the relation `good` from then on, with `_row` and `_line`.
        """
        names = landed_types(self._source)
        if self._files:
            files = ", ".join(literal(file) for file in self._files)
            rows = f"SELECT * EXCLUDE (_bad) FROM read_parquet([{files}]) WHERE _bad = 0"
        else:
            nulls = [f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in names.items()]
            rows = f"SELECT {', '.join(nulls)}, 0::BIGINT AS _row, 0::BIGINT AS _line WHERE false"
        self.connection.execute(f"CREATE TEMP VIEW checked AS {rows}")
        good = "FROM checked"
        for repeat in repeats(self.connection, self._source, self._hashes):
            good = "SELECT * FROM checked ANTI JOIN repeats USING (_row)"
            self._repeated(repeat)
        self._hashes = []
        self.connection.execute(f"CREATE TEMP VIEW good AS {good}")
        self._flush()
        return self.rows_read - self.rows_bad

    def odd_times(self) -> list[tuple[str, bool]]:
        """Of the relation `good`, each time that the clock leaves out (False) or brings twice."""
        return self._odd_times.found(self.connection)

    def _repeated(self, repeat: Repeat) -> None:
        if repeat.same:
            code, reason = "row-duplicate", f"The same row is on line {repeat.first_line:,}."
        else:
            code, reason = (
                "key-duplicate",
                f"Line {repeat.first_line:,} has another row with this key, which was kept.",
            )
        self._keep(repeat.line, None, code, reason, repeat.row, repeat.key)

    def _reject(self, batch: RawBatch, index: int, fault: Fault, headings: Headings) -> None:
        def values(column: str) -> list[str | None]:
            called = parts(column, self._source.columns[column])
            found = [name for name in called if name in headings.positions]
            return [batch.table.column(name)[index].as_py() for name in found]

        column, told = fault.column, fault
        if column is not None:
            contract, heading = self._source.columns[column], headings.of(column)
            told = explain(fault, contract, heading, values(column))
        assert told.code is not None, "what is wrong with a value is told"
        key = key_text([joined(values(name)) for name in self._source.key])
        line = int(batch.lines[index])
        self._keep(line, column, told.code, told.reason, batch.raw(index), key)

    def _keep(
        self, line: int, column: str | None, code: str, reason: str, raw: str, key: str | None
    ) -> None:
        self.rows_bad += 1
        self.refused[code, column] += 1
        if len(self.first_reasons) < _REASONS:
            self.first_reasons.append(f"line {line}: {reason}")
        if self.first_bad is None or line < self.first_bad.line:
            self.first_bad = BadRow(line, column, code, reason)
        self._bad.append((line, column, code, reason, raw, key))
        if len(self._bad) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        if not self._bad:
            return
        file = str(self._folder / f"bad-{len(self.bad_files):06d}.parquet")
        columns = zip(zip(*self._bad, strict=True), _BAD_ROWS, strict=True)
        arrays = [pa.array(values, field.type) for values, field in columns]
        parquet.write_table(pa.table(arrays, schema=_BAD_ROWS), file)
        self.bad_files.append(file)
        self._bad = []
