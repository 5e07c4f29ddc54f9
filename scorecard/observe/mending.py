"""Raw values that the contract reads as others: declared mends, then aliases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scorecard.declare.organisation import fold
from scorecard.declare.sources import Source

Counts = Counter[tuple[str, str]]
"""How many raw values there were, by what they were ("mended", "alias", "declared-blank") and
column."""
Reading = Callable[[str], str]


def mended(table: pa.Table, source: Source) -> tuple[pa.Table, Counts]:
    """The raw values of a batch, corrected as the contract declares, and how many were what.

    A value is replaced at most once by a mend, letter for letter, and then by the standard value
    whose alias it is. Columns without such words pass as they are.
    """
    counts: Counts = Counter()
    for name, column in source.landed_columns.items():
        if name not in table.column_names:
            continue
        for what, new in readings(source, name):
            table = _read_as(table, name, new, counts, what)
        if column.blank:
            blank = pa.array([spelling.strip() for spelling in column.blank], pa.string())
            is_blank = pc.is_in(  # pyright: ignore[reportAttributeAccessIssue]
                table.column(name), value_set=blank
            )
            held = is_blank.to_numpy().sum()
            counts["declared-blank", name] += int(held)
    return table, counts


def readings(source: Source, name: str) -> list[tuple[str, Reading]]:
    """How a column's values are read as others, in order; none where they are read as they are.

    Each is called "mended" or "alias", and gives for a value the one to read, which may be itself.
    """
    found: list[tuple[str, Reading]] = []
    mends = {
        old.strip(): new for mend in source.mends if mend.column == name for old, new in mend.values
    }
    if mends:
        found.append(("mended", lambda value: mends.get(value, value)))
    if source.columns[name].aliases:
        standard = {
            fold(spelling): value
            for value, spellings in source.columns[name].aliases
            for spelling in (value, *spellings)
        }
        found.append(("alias", lambda value: standard.get(fold(value), value)))
    return found


def _read_as(table: pa.Table, name: str, new: Reading, counts: Counts, what: str) -> pa.Table:
    """The table with the values of a column read as `new` says; those read as others counted."""
    encoded = table.column(name).combine_chunks().dictionary_encode()
    before = encoded.dictionary.to_pylist()
    after = [new(value) for value in before]
    other = np.array([a != b for a, b in zip(before, after, strict=True)], dtype=bool)
    counts[what, name] += 0
    if not other.any():
        return table
    indices = encoded.indices
    counts[what, name] += int(other[indices.drop_null().to_numpy()].sum())
    values = pa.array(after, pa.string()).take(indices)
    return table.set_column(table.column_names.index(name), name, values)
