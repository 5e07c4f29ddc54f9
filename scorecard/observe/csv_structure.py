"""Where the rows of delimited text begin and end, found exactly and without a loop over bytes.

The form is RFC 4180: a field that begins with a quotation mark ends at the next single one, may
hold delimiters and line breaks, and writes a quotation mark as two. Marks inside a field that does
not begin with one are letters like others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecard.observe.batches import Numbers

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
_TAB, _LF, _CR, _SPACE, _QUOTE, _DELETE = 9, 10, 13, 32, 34, 127


@dataclass(frozen=True)
class Structure:
    """The rows in a stretch of text that begins where a row begins.

    ends      the positions of the line feeds that end a row, in order
    breaks    the positions of all line feeds, those within quotation marks included
    torn      rows, by index, in which a closing quotation mark is followed by more text
    returns   rows, by index, with a carriage return that ends no line and is not quoted
    open      whether the text after the last end begins a quotation and does not end it
    stray     whether quotation marks stand where the form has none
    control   whether there is any control character but tab, line feed and carriage return
    """

    ends: Numbers
    breaks: Numbers
    torn: frozenset[int]
    returns: frozenset[int]
    open: bool
    stray: bool
    control: bool

    def starts(self) -> Numbers:
        """The positions at which the rows begin."""
        starts = np.empty_like(self.ends)
        starts[:1] = 0
        starts[1:] = self.ends[:-1] + 1
        return starts


def structure(text: Bytes, delimiter: int) -> Structure:
    """The structure of `text`, where `delimiter` is one ASCII character."""
    # Line ends and control characters are few: looked for once, and told apart afterwards.
    low = np.flatnonzero(text < _SPACE)
    kinds = text[low]
    breaks = low[kinds == _LF]
    quotes = np.flatnonzero(text == _QUOTE)
    ends, torn, stray = breaks, frozenset[int](), False
    if quotes.size:
        marks, misplaced, stray = _structural(text, quotes, delimiter)
        # A line feed ends a row where an even number of marks comes before it.
        before = np.searchsorted(marks, breaks)
        ends = breaks[before % 2 == 0]
        torn = _rows(ends, misplaced)
        quotes = marks
    lone = _lone_returns(text, low[kinds == _CR], quotes)
    after = int(ends[-1]) + 1 if ends.size else 0
    unfinished = bool((quotes.size - np.searchsorted(quotes, after)) % 2)
    known = (kinds == _LF) | (kinds == _CR) | (kinds == _TAB)
    control = not known.all() or bool((text == _DELETE).any())
    return Structure(ends, breaks, torn, _rows(ends, lone), unfinished, stray, control)


def _structural(text: Bytes, quotes: Numbers, delimiter: int) -> tuple[Numbers, Numbers, bool]:
    """The marks that open and close fields, alternating, and the closing ones with text after them.

    The third is whether any mark stands where the form has none. A doubled mark within a field
    counts as one that closes it and one that opens it again.
    """
    border = np.zeros(256, dtype=bool)
    border[[delimiter, _LF, _CR]] = True
    at_start = np.ones(quotes.size, dtype=bool)
    inner = quotes > 0
    at_start[inner] = border[text[quotes[inner] - 1]]
    at_end = np.ones(quotes.size, dtype=bool)
    inner = quotes < text.size - 1
    at_end[inner] = border[text[quotes[inner] + 1]]
    joined = np.diff(quotes) == 1
    opens = at_start[0::2].copy()
    opens[1:] |= joined[1::2][: opens.size - 1]
    closes = at_end[1::2].copy()
    closes[: joined[1::2].size] |= joined[1::2][: closes.size]
    if opens.all() and closes.all():
        return quotes, quotes[:0], False
    return *_walk(quotes, at_start, at_end), True


def _walk(
    quotes: Numbers,
    at_start: np.ndarray[tuple[int], np.dtype[np.bool_]],
    at_end: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> tuple[Numbers, Numbers]:
    """The same, mark by mark, for text in which some marks stand where the form has none."""
    marks: list[int] = []
    misplaced: list[int] = []
    positions, starts, ends = quotes.tolist(), at_start.tolist(), at_end.tolist()
    index, count, inside = 0, len(positions), False
    while index < count:
        position = positions[index]
        if not inside:
            if starts[index]:
                marks.append(position)
                inside = True
        elif index + 1 < count and positions[index + 1] == position + 1:
            index += 1
        else:
            marks.append(position)
            inside = False
            if not ends[index]:
                misplaced.append(position)
        index += 1
    return np.array(marks, dtype=np.int64), np.array(misplaced, dtype=np.int64)


def _lone_returns(text: Bytes, returns: Numbers, marks: Numbers) -> Numbers:
    # Whether the very last byte begins a line end is not known yet.
    returns = returns[returns < text.size - 1]
    returns = returns[text[returns + 1] != _LF]
    return returns[np.searchsorted(marks, returns) % 2 == 0]


def _rows(ends: Numbers, positions: Numbers) -> frozenset[int]:
    """The rows, by index, in which the positions lie; those after the last end are left out."""
    found = np.searchsorted(ends, positions)
    return frozenset(found[found < ends.size].tolist())
