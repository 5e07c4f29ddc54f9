"""Time as the organisation works it: hours within opening hours, and working days.

Both follow the calendar in organisation.toml: its days of the week, its holidays, its opening
hours, on the clock of its time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import ClassVar, Literal

from scorecard.declare.expressions import Column, Expression, KnownUntil, Node, Type, require
from scorecard.errors import DeclarationError

Measure = Literal["hours", "days"]


@dataclass(frozen=True, eq=False)
class Working(Expression):
    """Working time from `start` to `end`; less than nothing where `end` comes first."""

    start: Column | KnownUntil
    end: Column | KnownUntil
    unit: ClassVar[Measure]

    @property
    def type(self) -> Type:
        """A duration in `unit`."""
        return "duration"


@dataclass(frozen=True, eq=False)
class WorkingHours(Working):
    """Hours within opening hours."""

    unit = "hours"


@dataclass(frozen=True, eq=False)
class WorkingDays(Working):
    """Working days after the day of `start`, up to and with the day of `end`."""

    unit = "days"


def working_hours(start: Expression, end: Expression) -> WorkingHours:
    """The hours, with fractions, between two instants at which the organisation was open.

    It is open at an instant if the clock in its time zone then shows a time from `opens` up to,
    not including, `closes`, on one of its `days` that is no holiday. Real hours are counted: an
    hour that the clock skips or repeats inside opening hours is one less or one more. Where `end`
    comes before `start` it is the same time as less than nothing. Days have no hours: refused.
    """
    return WorkingHours(
        _moment(start, {"timestamp"}, "working_hours()"),
        _moment(end, {"timestamp"}, "working_hours()"),
    )


def working_days(start: Expression, end: Expression) -> WorkingDays:
    """How many working days later than `start` `end` is, whole days, by their local dates.

    The day of `start` counts 0, every working day after it 1, up to and with the day of `end`: from
    Friday to Monday is 1. This is how statutes count, as in “the twentieth working day following
    the date of receipt” (Freedom of Information Act 2000, section 10). What comes in on a day off
    or after closing has the next working day as day 1 too; opening hours play no part. Where `end`
    comes first the days are counted from it, as less than nothing. Takes instants and days.
    """
    return WorkingDays(
        _moment(start, {"timestamp", "date"}, "working_days()"),
        _moment(end, {"timestamp", "date"}, "working_days()"),
    )


def working_name(moment: Column | KnownUntil, measure: Measure) -> str:
    """The column in which the working time up to a moment is kept while rows are measured."""
    if isinstance(moment, Column):
        return f"_working_{measure}_of_{moment.name}"
    return f"_working_{measure}_now"


def working_moments(node: Node) -> dict[str, tuple[Column | KnownUntil, Measure]]:
    """The moments whose working time a tree asks for, by `working_name`."""
    found: dict[str, tuple[Column | KnownUntil, Measure]] = {}
    for part in _parts(node):
        if isinstance(part, Working):
            for moment in (part.start, part.end):
                found[working_name(moment, part.unit)] = (moment, part.unit)
    return found


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for field in fields(node):
        part = getattr(node, field.name)
        for item in part if isinstance(part, tuple) else (part,):
            if isinstance(item, Node):
                yield from _parts(item)


def _moment(value: Expression, types: set[str], word: str) -> Column | KnownUntil:
    require(value, types, word)
    if not isinstance(value, Column | KnownUntil):
        raise DeclarationError(
            "type-mismatch",
            f"{word} takes columns of time or known_until(), nothing calculated.",
        )
    return value
