"""What a contract says of the quality of its records, beside what it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scorecard.declare.expressions import SECONDS

_SPAN = re.compile(r"(\d+(?:\.\d+)?) *(second|minute|hour|day|week)s?")


@dataclass(frozen=True)
class Near:
    """Rows with different keys that may be one thing reported twice.

    They are alike in all `columns`, letter case, white space and Unicode form aside, and their
    times in the column `at` lie no further apart than `within`.
    """

    columns: tuple[str, ...]
    at: str
    within: str


@dataclass(frozen=True)
class Steady:
    """How much a file may differ from those before it before it is something to look at.

    `volume` is a factor by which the number of rows may grow or shrink, `mix` how many percentage
    points of the rows may change place between the values of a dimension, or between known and
    missing. None looks at neither.
    """

    volume: float | None = 2.0
    mix: float | None = 20.0


@dataclass(frozen=True)
class Replace:
    """Raw values of a column, each with the one it is corrected to, and why that is right."""

    column: str
    values: tuple[tuple[str, str], ...]
    reason: str


def near(*columns: str, at: str, within: str) -> Near:
    """Rows alike in `columns` whose times in `at` lie `within` a span ("1 day") of each other.

    They are landed and counted as near duplicates. Rows without one of the values are not compared.
    """
    return Near(columns, at, within)


def steady(*, volume: float | None = 2.0, mix: float | None = 20.0) -> Steady:
    """How far a file may be from those before it: a factor of rows, and percentage points."""
    return Steady(volume, mix)


def replace(column: str, values: Mapping[str, str], reason: str) -> Replace:
    """Correct raw values of a column while a file is read; the empty text makes them missing."""
    return Replace(column, tuple(dict(values).items()), reason)


def seconds_of(span: str) -> float | None:
    """The length in seconds of a span such as "7 days" or "1 hour"; None where it is no span."""
    found = _SPAN.fullmatch(span.strip())
    return float(found[1]) * SECONDS[f"{found[2]}s"] if found else None
