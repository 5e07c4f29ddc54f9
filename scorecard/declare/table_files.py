"""Reading a standards table kept in a CSV or XLSX file."""

from __future__ import annotations

import csv
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from scorecard.declare.text_files import read_text
from scorecard.errors import DeclarationError


@dataclass(frozen=True)
class TableRow:
    """One row by heading, and its number in the file (the heading is row 1)."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class TableFile:
    """The headings and rows of a table. Rows without any value are left out."""

    file: Path
    headings: list[str]
    rows: list[TableRow]


def read_table(file: Path) -> TableFile:
    """The table in `file`: CSV in UTF-8, or the first sheet of an XLSX workbook.

    CSV values are texts; XLSX values are texts, numbers, booleans and dates as the workbook has
    them. Raises `table-file-missing`, `table-file-unknown`, `table-file-unreadable` or
    `table-empty`, and `encoding-invalid` for a CSV file that is not UTF-8.
    """
    if not file.is_file():
        raise DeclarationError(
            "table-file-missing",
            "The file with the standards is not there.",
            file=file,
            hint="Put it beside the declaration, or mend its name.",
        )
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise DeclarationError(
            "table-file-unknown",
            f"A table is read from .csv or .xlsx, not from {file.suffix or 'no ending'}.",
            file=file,
            hint="Save it as CSV in UTF-8, or as XLSX.",
        )
    rows = reader(file)
    headings = ["" if value is None else str(value).strip() for value in rows[0][1]] if rows else []
    if not any(headings):
        raise DeclarationError(
            "table-empty", "The table has no headings in its first row.", file=file, line=1
        )
    return TableFile(
        file,
        [heading for heading in headings if heading],
        [
            TableRow(number, {h: v for h, v in zip(headings, values, strict=False) if h})
            for number, values in rows[1:]
            if any(value not in (None, "") for value in values)
        ],
    )


def _csv_rows(file: Path) -> list[tuple[int, list[Any]]]:
    reader = csv.reader(StringIO(read_text(file), newline=""), strict=True)
    rows: list[tuple[int, list[Any]]] = []
    start = 1
    try:
        for values in reader:
            rows.append((start, values))
            start = reader.line_num + 1
    except csv.Error as error:
        raise DeclarationError(
            "table-file-unreadable", f"This is not valid CSV: {error}.", file=file, line=start
        ) from None
    return rows


def _xlsx_rows(file: Path) -> list[tuple[int, list[Any]]]:
    from openpyxl import load_workbook

    try:
        with closing(load_workbook(file, read_only=True, data_only=True)) as workbook:
            sheet = workbook.worksheets[0]
            rows = enumerate(sheet.iter_rows(values_only=True), start=1)
            return [(number, list(values)) for number, values in rows]
    except Exception as error:  # openpyxl lets whatever its parsers raise through
        raise DeclarationError(
            "table-file-unreadable",
            f"This is not an XLSX workbook that can be read: {type(error).__name__}: {error}.",
            file=file,
            hint="Save it again as XLSX, or as CSV in UTF-8.",
        ) from None
