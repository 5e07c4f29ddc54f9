"""A file of which no contract is known yet, as a table of texts."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa

from scorecard.declare.organisation import fold
from scorecard.declare.sources import ColumnContract, Source
from scorecard.errors import ImportRefused
from scorecard.observe.contract_sql import quoted
from scorecard.observe.csv_blocks import StrayMarks
from scorecard.observe.files import SourceFile
from scorecard.observe.folder import connect
from scorecard.observe.headings import DELIMITERS
from scorecard.observe.json_reader import JsonReader
from scorecard.observe.readers import Reader, reader_of

Progress = Callable[[str, float], None]
# Tried in this order: the last but one reads any bytes, and UTF-16 is known by its mark.
_ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16")
_LOOKED_AT = 200


@dataclass(frozen=True)
class Texts:
    """The rows of a file as texts: the table `texts` with columns, `_row` and `_line`.

    headings   by column (`c0`, `c1` …) the heading as the file has it
    left_out   headings that no contract can name, being empty or there twice
    rows       how many rows are in the table
    broken     rows that could not be taken apart, and are not in it
    whole      whether the table holds all rows of the file
    encoding   of the text; None where the file says it itself
    delimiter  of delimited text; None for files of other forms
    """

    connection: duckdb.DuckDBPyConnection
    headings: dict[str, str]
    left_out: tuple[str, ...]
    rows: int
    broken: int
    whole: bool
    encoding: str | None
    delimiter: str | None


@contextmanager
def texts_of(
    path: Path,
    *,
    rows: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Iterator[Texts]:
    """The first `rows` rows of a file, or all; gone when the context ends.

    `encoding` and `delimiter` are found out unless given. Raises ImportRefused where the file
    cannot be read, and `no-rows`.
    """
    form = SourceFile(path, encoding or "utf-8", told=encoding is not None).format
    if form in ("delimited", "json", "json-lines"):
        encoding = encoding or _found_encoding(path)
    if form == "delimited":
        delimiter = delimiter or _found_delimiter(SourceFile(path, encoding or "utf-8"))
    else:
        delimiter = None
    reading = _Reading(path, encoding, delimiter, sheet, rows, progress)
    with TemporaryDirectory(prefix="scorecard-") as folder:
        connection = connect(Path(folder))
        try:
            try:
                texts = reading.texts(connection, exact=False)
            except StrayMarks:
                texts = reading.texts(connection, exact=True)
            yield texts
        finally:
            connection.close()


@dataclass(frozen=True)
class _Reading:
    path: Path
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rows: int | None
    progress: Progress | None

    def texts(self, connection: duckdb.DuckDBPyConnection, exact: bool) -> Texts:
        """The rows in the table `texts`."""
        headings, left_out = _named(self.headings(exact))
        if not headings:
            raise ImportRefused(
                "no-rows", "The file has no headings that a column can have.", file=self.path
            )
        columns = ", ".join(f"{quoted(name)} VARCHAR" for name in headings)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE texts ({columns}, _row BIGINT, _line BIGINT)"
        )
        file, reader = self.reader(headings, exact)
        count, broken, whole = 0, 0, True
        for pending in reader.batches():
            batch = pending()
            broken += len(batch.broken)
            table, lines = batch.table, batch.lines
            if self.rows is not None and count + table.num_rows > self.rows:
                whole = False
                table = table.slice(0, self.rows - count)
                lines = lines[: table.num_rows]
            if table.num_rows:
                numbers = np.arange(count, count + table.num_rows)
                table = table.append_column("_row", pa.array(numbers))
                connection.register("batch", table.append_column("_line", pa.array(lines)))
                connection.execute("INSERT INTO texts BY NAME FROM batch")
                connection.unregister("batch")
                count += table.num_rows
            if self.progress is not None:
                self.progress(f"reading {self.path.name}", file.fraction)
            if not whole:
                break
        if not count:
            raise ImportRefused(
                "no-rows",
                "The file has no rows to draft a contract from.",
                file=self.path,
                hint="Take a file with some records.",
            )
        shown = self.encoding if file.format in ("delimited", "json", "json-lines") else None
        return Texts(connection, headings, left_out, count, broken, whole, shown, self.delimiter)

    def headings(self, exact: bool) -> tuple[str, ...]:
        """All names that the file has, as often as it has them."""
        _, reader = self.reader({}, exact)
        if isinstance(reader, JsonReader):
            read = 0
            for pending in reader.batches():
                read += len(pending().lines)
                if self.rows is not None and read >= self.rows:
                    break
            return reader.headings.extra
        return reader.headings.names

    def reader(self, columns: dict[str, str], exact: bool) -> tuple[SourceFile, Reader]:
        """The file, opened, and the rows of those columns in it."""
        file = SourceFile(self.path, self.encoding or "utf-8", told=self.encoding is not None)
        contracts = {n: ColumnContract("text", (h,), optional=True) for n, h in columns.items()}
        source = texts_source(contracts)
        return file, reader_of(file, source, self.delimiter or ",", self.sheet, exact=exact)


def texts_source(columns: dict[str, ColumnContract], key: tuple[str, ...] = ()) -> Source:
    """A source of these columns, which nobody has declared."""
    return Source(
        name="draft",
        title="Draft",
        columns=columns,
        key=key,
        department=None,
        dimensions={},
        rules=(),
        encoding="utf-8",
        delimiter=",",
        url=None,
        open311=False,
        strict=False,
        file=Path("sources.py"),
        line=1,
    )


def _named(found: tuple[str, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    times = Counter(fold(heading) for heading in found)
    # JSON may spell a name in two ways in two rows, and means one column.
    kept = [heading for heading in found if fold(heading) and times[fold(heading)] == 1]
    left_out = tuple(heading for heading in found if heading not in kept)
    return {f"c{number}": heading for number, heading in enumerate(kept)}, left_out


def _found_encoding(path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            for _ in SourceFile(path, encoding).chunks():
                pass
        except ImportRefused as refused:
            if refused.code != "encoding-unknown":
                raise
        else:
            return encoding
    return "utf-8"


def _found_delimiter(file: SourceFile) -> str:
    """The one that parts most lines into as many columns as the first."""
    beginning = next(file.chunks(), b"").decode(errors="ignore")
    lines = [line for line in beginning.splitlines()[:_LOOKED_AT] if line.strip()]
    best, most = ",", 1.0
    for delimiter in DELIMITERS:
        widths = [len(fields) for fields in csv.reader(lines, delimiter=delimiter)]
        agreeing = sum(width == widths[0] for width in widths) / len(widths) if widths else 0
        if widths and widths[0] > 1 and widths[0] * agreeing > most:
            best, most = delimiter, widths[0] * agreeing
    return best
