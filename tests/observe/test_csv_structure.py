"""The rows that are found in bytes are those of a reader that walks letter by letter."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scorecard.observe.csv_structure import structure

# Writers leave a carriage return without quotation marks, so it is tried further down.
LETTERS = st.text(st.sampled_from('ab ,;"\n\té'), max_size=6)
ROWS = st.lists(st.lists(LETTERS, min_size=2, max_size=4), min_size=1, max_size=8)


def found(text: str) -> list[str]:
    data = text.encode()
    rows = structure(np.frombuffer(data, dtype=np.uint8), ord(","))
    pairs = zip(rows.starts().tolist(), rows.ends.tolist(), strict=True)
    return [data[start:end].decode() for start, end in pairs]


@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_rows_of_well_formed_text_are_found(rows: list[list[str]], end: str, quoting: int) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator=end, quoting=quoting).writerows(rows)  # pyright: ignore[reportArgumentType]
    parted = [next(csv.reader([text.removesuffix("\r")])) for text in found(written.getvalue())]
    assert parted == rows


def walked(text: str) -> list[str]:
    """The rows by the plainest way there is."""
    rows, row, quoted, start = [], "", False, True
    index = 0
    while index < len(text):
        letter = text[index]
        if quoted and text[index : index + 2] == '""':
            row += '""'
            index += 2
            continue
        if letter == '"' and (quoted or start):
            quoted = not quoted
        start = not quoted and letter in ",\n\r"
        if letter == "\n" and not quoted:
            rows.append(row)
            row = ""
        else:
            row += letter
        index += 1
    return rows


@given(st.text(st.sampled_from('a,"\n\r'), max_size=40))
def test_rows_of_any_text_are_found(text: str) -> None:
    assert found(text) == walked(text)


def test_what_is_odd_about_rows_is_told() -> None:
    def told(text: str) -> tuple[set[int], set[int], bool, bool]:
        rows = structure(np.frombuffer(text.encode(), dtype=np.uint8), ord(","))
        return set(rows.torn), set(rows.returns), rows.open, rows.control

    assert told('a,b\n"x"y,b\nc,d\n') == ({1}, set(), False, False)
    assert told("a,b\r\nc\rd,e\r\n") == (set(), {1}, False, False)
    assert told('a,"c\rd"\n') == (set(), set(), False, False)
    assert told('a,b\n"c') == (set(), set(), True, False)
    assert told('5" pipe,6"\n') == (set(), set(), False, False)
    assert told("a\0,b\n")[3]
    assert told("a\x7f,b\n")[3]
    assert not told("a\t,b\n")[3]
