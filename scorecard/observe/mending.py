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


def mended(table: pa.Table, source: Source) -> tuple[pa.Table, Counts]:
    """The raw values of a batch, corrected as the contract declares, and how many were what.

    A value is replaced at most once by a mend, letter for letter, and then by the standard value
    whose alias it is. Columns without such words pass as they are.
    """
    counts: Counts = Counter()
    mends: dict[str, dict[str, str]] = {}
    for mend in source.mends:
        mends.setdefault(mend.column, {}).update((old.strip(), new) for old, new in mend.values)
    for name, column in source.landed_columns.items():
        if name not in table.column_names:
            continue
        given = mends.get(name)
        if given:
            table = _read_as(table, name, given.get, counts, "mended")
        if column.aliases:
            standard = {
                fold(spelling): value
                for value, spellings in column.aliases
                for spelling in (value, *spellings)
            }
            table = _read_as(table, name, lambda v, s=standard: s.get(fold(v)), counts, "alias")
        if column.blank:
            blank = pa.array([spelling.strip() for spelling in column.blank], pa.string())
            is_blank = pc.is_in(  # pyright: ignore[reportAttributeAccessIssue]
                table.column(name), value_set=blank
            )
            held = is_blank.to_numpy().sum()
            counts["declared-blank", name] += int(held)
    return table, counts


def _read_as(
    table: pa.Table, name: str, new: Callable[[str], str | None], counts: Counts, what: str
) -> pa.Table:
    """The table with the values of a column for which `new` gives another replaced by it."""
    encoded = table.column(name).combine_chunks().dictionary_encode()
    before = encoded.dictionary.to_pylist()
    after = [value if (found := new(value)) is None else found for value in before]
    other = np.array([a != b for a, b in zip(before, after, strict=True)], dtype=bool)
    counts[what, name] += 0
    if not other.any():
        return table
    indices = encoded.indices
    counts[what, name] += int(other[indices.drop_null().to_numpy()].sum())
    values = pa.array(after, pa.string()).take(indices)
    return table.set_column(table.column_names.index(name), name, values)
