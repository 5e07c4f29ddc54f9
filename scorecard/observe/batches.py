"""Rows on their way from a file to the contract: raw texts with the lines they came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]

# A value longer than this goes to quarantine; a row longer than this refuses the file.
LONGEST_VALUE = 1 << 20
LONGEST_ROW = 8 << 20


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be taken apart. `raw` is what it holds, as JSON text."""

    line: int
    code: str
    reason: str
    raw: str


@dataclass(frozen=True)
class RawBatch:
    """Some rows of a file, in its order.

    table          one text column for each column of the contract that the file has, under the
                   contract's names, white space at both ends taken off, null where JSON says so
    lines          the line on which each row begins, counted from 1
    broken         rows that are not in the table
    raw            gives a row of the table, by its index, as JSON text
    control, long  whether a text may hold control characters, or be longer than allowed
    """

    table: pa.Table
    lines: Numbers
    broken: list[BrokenRow]
    raw: Callable[[int], str]
    control: bool = True
    long: bool = True

    @property
    def rows(self) -> int:
        """How many rows the file had here, broken ones included."""
        return self.table.num_rows + len(self.broken)


PendingBatch = Callable[[], RawBatch]
"""Takes a batch apart, in whichever thread it is called."""
