"""In which forms a column's times are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from scorecard.observe.contract_sql import literal
from scorecard.observe.texts import Texts

_DAYS: dict[str, tuple[str, ...]] = {
    "month, day, year": ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y", "%m-%d-%y"),
    "day, month, year": ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y"),
    "year, month, day": ("%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d", "%Y%m%d"),
    "the month in letters": (
        *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%b %d %Y", "%B %d, %Y"),
        *("%a, %d %b %Y", "%Y-%b-%d"),
    ),
}
_CLOCKS = (
    *("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M:%S.%f %p", " %I:%M%p"),
    *("T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f", ", %H:%M", ", %I:%M %p", "%H%M%S", " %H:%M:%S %z"),
)
# What a day can look like; most texts need not be tried in all forms.
_LIKE = re.compile(r"(\w{3}, )?\w{1,9}[-/. ]\w{1,9},?[-/. ]\d{2,4}\b.*|\d{8}.*")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_FORMS = {
    order: tuple(day + clock for day, clock in product(days, _CLOCKS))
    for order, days in _DAYS.items()
}


@dataclass(frozen=True)
class Forms:
    """Patterns that together read all of some values; `order` is that of day, month and year.

    other   where another order reads them all as well, that order and its patterns
    """

    order: str
    patterns: tuple[str, ...]
    other: tuple[str, tuple[str, ...]] | None = None


def forms_of(texts: Texts, values: list[str]) -> Forms | None:
    """The forms in which all of the values are times; None where there are none.

    Month before day is taken where both orders would do.
    """
    if not all(_LIKE.fullmatch(value) for value in values):
        return None
    found: list[tuple[str, tuple[str, ...]]] = []
    for order, patterns in _FORMS.items():
        chosen = _covering(texts, values, patterns)
        if chosen:
            found.append((order, chosen))
    if not found:
        return None
    (order, patterns), *others = found
    return Forms(order, patterns, others[0] if others else None)


def _covering(texts: Texts, values: list[str], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Few of the patterns, that together read all values."""
    left, chosen = values, list[str]()
    while left:
        read = _read(texts, left, patterns)
        best = max(range(len(patterns)), key=lambda number: len(read[number]))
        if not read[best] or len(chosen) == 3:
            return ()
        chosen.append(patterns[best])
        left = [value for value in left if value not in read[best]]
    return tuple(chosen)


def _read(texts: Texts, values: list[str], patterns: tuple[str, ...]) -> list[set[str]]:
    """By pattern, the values that it reads."""
    rows = ", ".join(f"({literal(value)})" for value in values)
    years = f"BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}"
    asked = ", ".join(
        f"list(v) FILTER (year(try_strptime(v, {literal(pattern)})) {years})"
        for pattern in patterns
    )
    [lists] = texts.connection.execute(f"SELECT {asked} FROM (VALUES {rows}) t(v)").fetchall()
    return [set(found or ()) for found in lists]
