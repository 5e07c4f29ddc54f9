"""Delimited text in blocks of some megabytes, each of which ends where a row ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from scorecard.errors import ImportRefused
from scorecard.observe.batches import LONGEST_ROW
from scorecard.observe.csv_structure import Structure, structure
from scorecard.observe.files import SourceFile

_BLOCK = 16 << 20
_TRIED = 1_000


class StrayMarks(Exception):
    """Quotation marks stand where the form has none, so that counting them parts rows wrongly."""


class Block:
    """Whole rows: their bytes, and the line on which the first begins.

    `rows`, where each of them begins and ends, may be asked for by any one thread. It raises
    StrayMarks where counting misled, and ImportRefused `line-too-long`.
    """

    def __init__(self, data: bytes, line: int, delimiter: int, file: Path, exact: bool) -> None:
        self.data = data
        self.line = line
        self._delimiter = delimiter
        self._file = file
        self._exact = exact

    @cached_property
    def rows(self) -> Structure:
        """Where the rows begin and end."""
        found = _structure(self.data, self._delimiter)
        if found.stray and not self._exact:
            raise StrayMarks
        too_long = np.flatnonzero(found.ends - found.starts() > LONGEST_ROW)
        if too_long.size:
            start = found.starts()[too_long[0]]
            raise _too_long(self._file, self.line + int(np.searchsorted(found.breaks, start)))
        return found


def blocks(file: SourceFile, delimiter: int, exact: bool) -> Iterator[Block]:
    """The file in blocks. Where its last line has no end, it gets one.

    Without `exact` a row is taken to end at a line feed with an even number of quotation marks
    before it; each block finds out for itself whether that was right.

    Raises ImportRefused `quote-unclosed`, `line-too-long`, and what reading the file raises.
    """
    carry, line = b"", 1
    chunks = _with_line_feeds(file.chunks())
    while True:
        parts, size, last = [carry], len(carry), False
        while size < _BLOCK or len(parts) == 1:
            chunk = next(chunks, None)
            if chunk is None:
                last = True
                break
            parts.append(chunk)
            size += len(chunk)
        data = b"".join(parts)
        if last and data and not data.endswith(b"\n"):
            data += b"\n"
        if not data:
            return
        after = _exact_end(data, delimiter) if exact else _counted_end(data)
        rest = len(data) - after
        if rest > LONGEST_ROW or (last and rest):
            _refuse_rest(data, delimiter, file.path, line, last, exact)
        if after:
            block = Block(data[:after] if rest else data, line, delimiter, file.path, exact)
            line += block.data.count(b"\n")
            yield block
        if last:
            return
        carry = data[after:]


def _counted_end(data: bytes) -> int:
    """Behind the last line feed that has an even number of quotation marks before it, or 0."""
    end = len(data)
    before = data.count(b'"')
    for _ in range(_TRIED):
        feed = data.rfind(b"\n", 0, end)
        if feed < 0:
            return 0
        before -= data.count(b'"', feed, end)
        if before % 2 == 0:
            return feed + 1
        end = feed
    return 0


def _exact_end(data: bytes, delimiter: int) -> int:
    ends = _structure(data, delimiter).ends
    return int(ends[-1]) + 1 if ends.size else 0


def _refuse_rest(
    data: bytes, delimiter: int, file: Path, line: int, last: bool, exact: bool
) -> None:
    """Say why no row ends where one should, unless only counting thinks so."""
    found = _structure(data, delimiter)
    if found.stray and not exact:
        raise StrayMarks
    start = int(found.ends[-1]) + 1 if found.ends.size else 0
    if len(data) - start <= LONGEST_ROW and not (last and found.open):
        # There are more line feeds within quotation marks than are worth trying.
        raise StrayMarks
    line += int(np.searchsorted(found.breaks, start))
    if not found.open:
        raise _too_long(file, line)
    raise ImportRefused(
        "quote-unclosed",
        "A quotation mark opens in this row and is not closed"
        f"{'' if last else f' within {LONGEST_ROW >> 20} MiB'}.",
        file=file,
        line=line,
        hint="Close it, or double it if it is part of the text; or fetch the file again.",
    )


def _too_long(file: Path, line: int) -> ImportRefused:
    return ImportRefused(
        "line-too-long",
        f"The row is longer than {LONGEST_ROW >> 20} MiB.",
        file=file,
        line=line,
        hint="Look whether this is delimited text, with line breaks between the rows.",
    )


def _structure(data: bytes, delimiter: int) -> Structure:
    return structure(np.frombuffer(data, dtype=np.uint8), delimiter)


def _with_line_feeds(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks; in text whose lines all end in carriage returns alone, these made line feeds."""
    first = next(chunks, None)
    if first is None:
        return
    alone = b"\n" not in first and b"\r" in first[:-1]
    yield first.replace(b"\r", b"\n") if alone else first
    for chunk in chunks:
        yield chunk.replace(b"\r", b"\n") if alone else chunk
