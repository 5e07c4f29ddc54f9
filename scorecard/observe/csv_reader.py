"""Delimited text, taken apart block by block: exact lines, no row lost, little memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from scorecard.declare.sources import Source
from scorecard.errors import ImportRefused
from scorecard.observe.batches import (
    LONGEST_ROW,
    LONGEST_VALUE,
    BrokenRow,
    Numbers,
    PendingBatch,
    RawBatch,
)
from scorecard.observe.csv_blocks import Block, blocks
from scorecard.observe.csv_fields import parsed
from scorecard.observe.files import SourceFile
from scorecard.observe.headings import DELIMITERS, Headings, other_delimiter, resolve

_SHOWN = 10_000


class CsvReader:
    """The rows of a delimited file under a contract.

    Opening it reads the headings. Raises ImportRefused `delimiter-wrong`, `column-missing`,
    `header-duplicate`, `file-empty`, `line-too-long`, `quote-unclosed`, and what reading the file
    raises.

    Without `exact` the file is parted by counting quotation marks, which is quick, and right unless
    marks stand where the form has none. Then reading raises `StrayMarks`: begin again with `exact`.
    """

    def __init__(
        self, file: SourceFile, source: Source, delimiter: str, *, exact: bool = False
    ) -> None:
        self._file = file
        self._delimiter = delimiter
        if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n':
            raise ImportRefused(
                "delimiter-wrong",
                f"{delimiter!r} cannot part columns.",
                file=file.path,
                hint="A delimiter is one ASCII character, such as , or ; or a tab.",
            )
        # Fields of the longest row allowed must pass; the module's own limit is 128 KiB.
        csv.field_size_limit(LONGEST_ROW)
        self._blocks = blocks(file, ord(delimiter), exact)
        self._first = next(self._blocks, None)
        self.headings = self._read_headings(source)

    def batches(self) -> Iterator[PendingBatch]:
        """All rows below the headings."""
        first, self._first = self._first, None
        if first is not None:
            yield partial(self._batch, first, self._header_row)
        for block in self._blocks:
            yield partial(self._batch, block)

    def _read_headings(self, source: Source) -> Headings:
        block = self._first
        row = -1 if block is None else _first_filled(block)
        if block is None or row < 0:
            raise ImportRefused("file-empty", "The file holds no text.", file=self._file.path)
        self._header_row = row
        start, end = int(block.rows.starts()[row]), int(block.rows.ends[row])
        line = block.line + int(np.searchsorted(block.rows.breaks, start))
        text = block.data[start:end].decode().rstrip("\r")
        names = [name.strip() for name in self._fields(text)]
        try:
            return resolve(source, names, self._file.path, line)
        except ImportRefused as error:
            other = other_delimiter(source, text, self._delimiter)
            if error.code != "column-missing" or other is None:
                raise
            raise ImportRefused(
                "delimiter-wrong",
                f"Parted at each {_called(self._delimiter)}, the headings are not the contract's; "
                f"parted at each {_called(other)}, more of them are.",
                file=self._file.path,
                line=line,
                hint=f"Give --delimiter {other!r}, or write it into the contract.",
            ) from None

    def _fields(self, text: str) -> list[str]:
        return next(csv.reader([text], delimiter=self._delimiter), [])

    def _batch(self, block: Block, after: int = -1) -> RawBatch:
        """The rows of a block behind the one with index `after`."""
        rows = block.rows
        kept = _filled(block, after)
        starts, ends = rows.starts(), rows.ends
        # Number of line feeds before each row's first byte.
        lines = block.line + (
            np.arange(ends.size)
            if rows.breaks.size == ends.size
            else np.searchsorted(rows.breaks, starts)
        )
        torn = kept[np.isin(kept, list(rows.torn | rows.returns))]
        broken = [self._torn(block, row, int(lines[row])) for row in torn.tolist()]
        if broken:
            kept = kept[~np.isin(kept, torn)]
            data = b"".join(block.data[starts[row] : ends[row] + 1] for row in kept.tolist())
        else:
            data = block.data[int(starts[kept[0]]) :] if kept.size else b""
        longest = int((ends - starts).max()) + 1
        table, miscounted = parsed(data, self.headings, self._delimiter, longest)
        for number, fields in miscounted:
            broken.append(self._miscounted(int(lines[kept[number]]), fields))
        if miscounted:
            kept = np.delete(kept, [number for number, _ in miscounted])
        if table.num_rows != kept.size:
            raise ImportRefused(
                "rows-unclear",
                f"From here on {kept.size:,} rows were counted and {table.num_rows:,} were read.",
                file=self._file.path,
                line=block.line,
                hint="The marks around its texts are inconsistent; please report this file.",
            )
        return RawBatch(
            table=table,
            lines=lines[kept],
            broken=broken,
            raw=self._raw(block, kept),
            control=rows.control,
            long=longest > LONGEST_VALUE,
        )

    def _raw(self, block: Block, kept: Numbers) -> Callable[[int], str]:
        starts, ends = block.rows.starts(), block.rows.ends
        names = self.headings.names

        def raw(index: int) -> str:
            row = kept[index]
            text = block.data[starts[row] : ends[row]].decode().rstrip("\r")
            values = [_cut(value) for value in self._fields(text)]
            if len(set(names)) < len(names):
                return _json(list(zip(names, values, strict=False)))
            return _json(dict(zip(names, values, strict=False)))

        return raw

    def _torn(self, block: Block, row: int, line: int) -> BrokenRow:
        text = block.data[int(block.rows.starts()[row]) : int(block.rows.ends[row])].decode()
        if row in block.rows.torn:
            code, reason = "quote-misplaced", "There is text after a closing quotation mark."
        else:
            code, reason = "text-control", "There is a carriage return in the middle of the row."
        return BrokenRow(line, code, reason, _json(_cut(text)))

    def _miscounted(self, line: int, text: str) -> BrokenRow:
        fields = self._fields(text.rstrip("\r\n"))
        wanted = len(self.headings.names)
        reason = f"The row has {len(fields)} fields, the headings are {wanted}."
        return BrokenRow(line, "fields-count", reason, _json([_cut(field) for field in fields]))


def _filled(block: Block, after: int) -> Numbers:
    """The rows behind the one with index `after`, by index, but for lines with nothing on them."""
    starts, ends = block.rows.starts()[after + 1 :], block.rows.ends[after + 1 :]
    rows = np.arange(after + 1, after + 1 + ends.size)
    lengths = ends - starts
    if not lengths.size or lengths.min() > 1:
        return rows
    first = np.frombuffer(block.data, dtype=np.uint8)[starts]
    return rows[(lengths > 1) | ((lengths == 1) & (first != 13))]


def _first_filled(block: Block) -> int:
    starts, ends = block.rows.starts().tolist(), block.rows.ends.tolist()
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if block.data[start:end].strip():
            return row
    return -1


def _called(delimiter: str) -> str:
    return DELIMITERS.get(delimiter, repr(delimiter))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
