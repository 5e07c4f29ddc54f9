"""The scorecard figure: how much of what was promised, by weight, is shown to be kept.

The rules, in the order in which people ask for them:

1. A standard earns its whole weight where it is met. Near and missed earn nothing.
2. What is not judged (no data, too few, not complete yet, not in force) keeps its weight and earns
   nothing that is known: the figure is a range, from none of it met to all of it met.
3. No weight is ever spread over others, and nothing is left out without being counted.
4. A roll-up adds the same points again, by department, by dimension, and all. It is never an
   average of averages.

There is no degree of attainment (actual / expected, capped): 90 of 95 % would read as 95 % attained
and hide the miss; for days, less would have to be more; and a figure that starts from an arbitrary
zero (a rating from 1 to 5) has no such ratio. How far off a standard is, its gap says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scorecard.errors import JudgeError
from scorecard.judge.rollup import Met, met
from scorecard.judge.status import Status


class Entry(NamedTuple):
    """One standard of a scorecard in one period.

    department   the id of the one who answers for it; None for the organisation itself
    dimension    of quality, such as "reliability"; None where none is declared
    """

    standard: str
    department: str | None
    dimension: str | None
    weight: float
    status: Status


class Point(NamedTuple):
    """How the points of one standard arose: a line of the table below the figure.

    points     earned: the weight, or 0; None where it is not known
    possible   the weight
    why        in words
    """

    entry: Entry
    points: float | None
    possible: float
    why: str


@dataclass(frozen=True, slots=True)
class Attainment:
    """The figure, what it is made of, and how each point arose.

    organisation   all points; see `Met` for the range (`share` to `best`) and what was judged
    departments    by department, in the order in which they first appear
    dimensions     by quality dimension, likewise; None holds the standards that declare none
    points         one line a standard, in the order in which they were handed in
    """

    organisation: Met
    departments: dict[str | None, Met]
    dimensions: dict[str | None, Met]
    points: tuple[Point, ...]


_WHY = {
    Status.MET: "met",
    Status.NEAR: "near: within the tolerance, and not met",
    Status.MISSED: "missed",
    Status.NO_DATA: "no data: nothing shows whether it was met",
    Status.TOO_FEW: "too few: not enough observations to judge",
    Status.NOT_COMPLETE: "not complete yet: the period is not known to its end",
    Status.NOT_IN_FORCE: "not in force: no expected value on the period's first day",
}


def attainment(entries: Iterable[Entry]) -> Attainment:
    """The weighted attainment of one scorecard in one period, with its roll-ups.

        least = 100 · Σ weight of what is met / Σ weight of all
        most  = 100 · Σ weight of what is met or not judged / Σ weight of all

    both in percent; the truth lies between them. Without any weight both are None. The sums of the
    departments, and of the dimensions, are those of the organisation. The order does not matter.

    Raises JudgeError: `attainment-weight` for a weight below 0, infinite or no number,
    `attainment-twice` for a standard that would count twice.
    """
    given = list(entries)
    _once(given)
    return Attainment(
        organisation=_met(given),
        departments=_by(given, lambda entry: entry.department),
        dimensions=_by(given, lambda entry: entry.dimension),
        points=tuple(_point(entry) for entry in given),
    )


def _point(entry: Entry) -> Point:
    points = None
    if entry.status.judged:
        points = entry.weight if entry.status is Status.MET else 0.0
    return Point(entry, points, entry.weight, _WHY[entry.status])


def _by(entries: Sequence[Entry], key: Callable[[Entry], str | None]) -> dict[str | None, Met]:
    groups: dict[str | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return {name: _met(group) for name, group in groups.items()}


def _met(entries: Sequence[Entry]) -> Met:
    return met((entry.status, entry.weight) for entry in entries)


def _once(entries: Sequence[Entry]) -> None:
    seen: dict[str, set[str | None]] = {}
    for entry in entries:
        reporters = seen.setdefault(entry.standard, set())
        if entry.department in reporters or (reporters and None in {*reporters, entry.department}):
            raise JudgeError(
                "attainment-twice",
                f"Standard {entry.standard!r} of {entry.department or 'the organisation'} would "
                "count twice.",
                hint="Hand in one period, and each standard by department or as a whole.",
            )
        reporters.add(entry.department)
