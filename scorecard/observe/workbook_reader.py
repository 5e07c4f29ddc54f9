"""Workbooks (XLSX): one sheet, its first filled row the headings, read row by row."""

from __future__ import annotations

import json
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pyarrow as pa

from scorecard.declare.sources import Source
from scorecard.declare.suggest import nearest
from scorecard.errors import ImportRefused
from scorecard.observe.batches import PendingBatch, RawBatch
from scorecard.observe.files import SourceFile
from scorecard.observe.headings import Headings, resolve

_ROWS = 5_000
# What a workbook may unpack to: 200 times its size, or 256 MiB where that is more.
_GROWTH, _ALWAYS_ALLOWED = 200, 256 << 20
# Excel's own last row.
_LAST_ROW = 1 << 20
# What openpyxl raises on a file that is damaged or none of its own.
_DAMAGED = (
    *(zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError),
    *(IndexError, EOFError, OSError, RuntimeError, zlib.error),
)
_Cells = tuple[Any, ...]


class WorkbookReader:
    """The rows of one sheet of a workbook under a contract. A row's line is its row in the sheet.

    `sheet` is a sheet's name; by default the first. A formula counts as the value that was saved
    with it. Raises ImportRefused `workbook-unreadable`, `workbook-too-large`, `sheet-unknown`,
    `file-empty`, `column-missing`, `header-duplicate`, and what reading the file raises.
    """

    def __init__(self, file: SourceFile, source: Source, sheet: str | None = None) -> None:
        self._file = file
        file.read_through()
        self._rows = self._filled(sheet)
        first = next(self._rows, None)
        if first is None:
            raise ImportRefused("file-empty", "The sheet holds nothing.", file=file.path)
        line, cells = first
        names = [(cell_text(cell) or "").strip() for cell in cells]
        while names and not names[-1]:
            names.pop()
        self.headings: Headings = resolve(source, names, file.path, line)

    def batches(self) -> Iterator[PendingBatch]:
        """All rows below the headings, some thousands at a time; blank ones left out."""
        gathered: list[tuple[int, _Cells]] = []
        for row in self._rows:
            gathered.append(row)
            if len(gathered) >= _ROWS:
                yield partial(self._batch, gathered)
                gathered = []
        if gathered:
            yield partial(self._batch, gathered)

    def _batch(self, rows: list[tuple[int, _Cells]]) -> RawBatch:
        def text(cells: _Cells, position: int) -> str | None:
            found = cell_text(cells[position]) if position < len(cells) else None
            return found.strip() if found is not None else None

        columns = {
            column: pa.array([text(cells, position) for _, cells in rows], pa.string())
            for column, position in self.headings.positions.items()
        }

        def raw(index: int) -> str:
            values = [cell_text(cell) for cell in rows[index][1]]
            pairs = list(zip(self.headings.names, values, strict=False))
            once = len(set(self.headings.names)) == len(self.headings.names)
            return json.dumps(dict(pairs) if once else pairs, ensure_ascii=False)

        lines = np.array([line for line, _ in rows], dtype=np.int64)
        return RawBatch(pa.table(columns), lines, [], raw)

    def _filled(self, sheet: str | None) -> Iterator[tuple[int, _Cells]]:
        """Number and cells of each row with anything in it."""
        try:
            self._check_size()
            with self._file.path.open("rb") as opened:
                book = _book(opened)
                chosen = self._chosen(book, sheet)
                # The dimensions a writer put down may be wrong.
                chosen.reset_dimensions()
                for line, cells in enumerate(chosen.iter_rows(values_only=True), 1):
                    if line > _LAST_ROW:
                        raise ValueError(f"it has rows beyond {_LAST_ROW:,}")
                    if any(cell is not None and cell != "" for cell in cells):
                        yield line, cells
        except _DAMAGED as error:
            raise ImportRefused(
                "workbook-unreadable",
                f"The workbook is damaged or none at all: {error or type(error).__name__}.",
                file=self._file.path,
                hint="Open it in the program it is from and save it again as .xlsx, or as CSV.",
            ) from None

    def _check_size(self) -> None:
        with zipfile.ZipFile(self._file.path) as packed:
            grown = sum(member.file_size for member in packed.infolist())
        allowed = max(_ALWAYS_ALLOWED, _GROWTH * self._file.size)
        if grown > allowed:
            raise ImportRefused(
                "workbook-too-large",
                f"Unpacked, the workbook is {grown >> 20:,} MiB ({allowed >> 20:,} are allowed).",
                file=self._file.path,
                hint="If it is what it should be, save the sheet as CSV and import that.",
            )

    def _chosen(self, book: Any, sheet: str | None) -> Any:
        sheets = {found.title: found for found in book.worksheets}
        if not sheets:
            raise ValueError("it has no sheet of cells")
        if sheet is None:
            return next(iter(sheets.values()))
        if sheet not in sheets:
            near = nearest(sheet, list(sheets))
            raise ImportRefused(
                "sheet-unknown",
                f"The workbook has no sheet {sheet!r}.",
                file=self._file.path,
                hint=f"Did you mean {near!r}?" if near else f"It has: {', '.join(sheets)}.",
            )
        return sheets[sheet]


def _book(opened: BinaryIO) -> Any:
    with warnings.catch_warnings():
        # What openpyxl cannot keep (styles, validations) is of no concern to a reader.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(opened, read_only=True, data_only=True)


def cell_text(cell: Any) -> str | None:
    """A cell's value as text: days and times in ISO 8601, at midnight the day alone."""
    match cell:
        case None:
            return None
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
    return str(cell)
