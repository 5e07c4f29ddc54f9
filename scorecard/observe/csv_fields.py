"""The fields of rows whose beginnings and ends are known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from scorecard.observe.headings import Headings

# The parser is quickest with what fits into the processor's cache.
_BITE = 1 << 20


def parsed(
    data: bytes, headings: Headings, delimiter: str, longest: int
) -> tuple[pa.Table, list[tuple[int, str]]]:
    """The contract's columns of the rows in `data`, as texts without white space at both ends.

    `longest` is the length of the longest row, in bytes. Rows with too few or too many fields are
    left out of the table; they come second, by index and text.
    """
    miscounted: list[tuple[int, str]] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        miscounted.append((row.number - 1, row.text))
        return "skip"

    names = [str(position) for position in range(len(headings.names))]
    wanted = {part: str(position) for part, position in headings.positions.items()}
    # Two columns may have a heading in common.
    once = list(dict.fromkeys(wanted.values()))
    if not data:
        table = pa.table({name: pa.array([], pa.string()) for name in once})
    else:
        table = arrow_csv.read_csv(
            pa.py_buffer(data),
            # One thread, so that rows keep numbers; other blocks are read by others meanwhile.
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=max(_BITE, 2 * longest), column_names=names
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=True,
                invalid_row_handler=skip,
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=once,
                column_types=dict.fromkeys(once, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    trimmed = {name: _trimmed(table.column(name)) for name in once}
    return pa.table({part: trimmed[name] for part, name in wanted.items()}), miscounted


def _trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts without white space at both ends; as they are where no text begins or ends so."""
    if any(_has_odd_ends(chunk) for chunk in column.chunks):
        return pc.call_function("utf8_trim_whitespace", [column])
    return column


def _has_odd_ends(texts: pa.StringArray) -> bool:
    """Whether a text may begin or end in white space; looks at bytes, so it is quick."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return False
    letters = np.frombuffer(data, dtype=np.uint8)
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    starts, ends = places[:-1], places[1:]
    filled = ends > starts
    if not filled.all():
        starts, ends = starts[filled], ends[filled]
    # White space is below 33 or, in UTF-8, made of bytes from 128 on: minus 33 both are above 94.
    return bool((letters[starts] - 33 > 94).any() or (letters[ends - 1] - 33 > 94).any())
