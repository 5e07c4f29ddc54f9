"""Units to be compared: how many of how many, or how much at what size, one entry a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError
from scorecard.judge.values import Numbers, numbers

Row = ArrayLike | Sequence[float | None]
# A size below it is a slip of arithmetic; dividing by it would overflow.
SMALLEST = 1e-12


class Kind(StrEnum):
    """What a unit's value is: so many of so many, so many events a size, or a mean."""

    SHARE = "share"
    RATE = "rate"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Units in the order given.

    values   share (0 to 1), events for one of the size, or mean; NaN where there is none
    sizes    denominators, or numbers of observations behind the means; NaN where unknown
    known    where there is both a value and a size (above 0: 1e-12 or more)
    """

    kind: Kind
    names: tuple[str, ...]
    values: Numbers
    sizes: Numbers
    known: NDArray[np.bool_]

    @property
    def whole(self) -> float:
        """The value of all known units together: Σ value · size / Σ size.

        Summed without rounding on the way, here and wherever units are: the order of the units
        then changes no digit.
        """
        sizes = self.sizes[self.known]
        return fsum(self.values[self.known] * sizes) / fsum(sizes)


def counted_units(
    numerators: Row, denominators: Row, kind: Kind, names: Sequence[str] | None = None
) -> Units:
    """Units with so many of so many (`share`), or so many events at a size (`rate`).

    A unit with a size of 0, or without numerator or denominator (None, NaN), is kept as unknown.
    Raises JudgeError: `units-unequal`, `units-same-name`, `units-negative`,
    `units-more-than-all` (a share above 1), `units-without-size` (events where the size is 0).
    """
    events, sizes = numbers(numerators, "numerators"), numbers(denominators, "denominators")
    named = _names(names, len(events), {"denominators": len(sizes)})
    _refuse("units-negative", events < 0, named, "has fewer than 0 events.")
    _refuse("units-negative", sizes < 0, named, "has a size below 0.")
    if kind is Kind.SHARE:
        above = events > sizes * (1 + 1e-9)
        _refuse("units-more-than-all", above, named, "has a numerator above its denominator.")
    nowhere = (events > 0) & (sizes < SMALLEST)
    _refuse("units-without-size", nowhere, named, "has events, and size 0.")
    known = (sizes >= SMALLEST) & ~np.isnan(events)
    values = np.full(len(events), np.nan)
    values[known] = events[known] / sizes[known]
    return Units(kind, named, values, sizes, known)


def measured_units(
    means: Row, ns: Row, sds: Row | float, names: Sequence[str] | None = None
) -> tuple[Units, float | None]:
    """Units with a mean of n observations each, and the standard deviation within units.

    `sds` is one standard deviation for all, or one a unit (with n - 1, as a sample's is): then it
    is pooled, √(Σ (n-1) sd² / Σ (n-1)) over units with two observations or more. None where no
    unit has any.
    Raises JudgeError: `units-unequal`, `units-same-name`, `units-negative`.
    """
    values, sizes = numbers(means, "means"), numbers(ns, "ns")
    one = isinstance(sds, float | int | np.number)
    within = numbers(np.full(len(values), sds) if one else sds, "sds")
    named = _names(names, len(values), {"ns": len(sizes), "sds": len(within)})
    _refuse("units-negative", sizes < 0, named, "has a size below 0.")
    _refuse("units-negative", within < 0, named, "has a standard deviation below 0.")
    known = (sizes >= SMALLEST) & ~np.isnan(values)
    units = Units(Kind.MEAN, named, values, sizes, known)
    if one:
        return units, float(sds)
    usable = known & (sizes > 1) & ~np.isnan(within)
    if not usable.any():
        return units, None
    freedom = sizes[usable] - 1
    return units, sqrt(fsum(freedom * within[usable] ** 2) / fsum(freedom))


def check_word(what: str, given: object, words: Sequence[str]) -> None:
    """Raise JudgeError `units-unknown-word` where `given` is none of `words`."""
    if given not in words:
        known = ", ".join(map(str, words))
        raise JudgeError("units-unknown-word", f"{what} is {given!r}; it can be {known}.")


def _names(names: Sequence[str] | None, count: int, lengths: dict[str, int]) -> tuple[str, ...]:
    named = tuple(f"unit {i + 1}" for i in range(count)) if names is None else tuple(names)
    for what, length in {"names": len(named), **lengths}.items():
        if length != count:
            raise JudgeError("units-unequal", f"There are {count} units, and {length} {what}.")
    seen: set[str] = set()
    for name in named:
        if name in seen:
            raise JudgeError(
                "units-same-name",
                f"Two units are called {name!r}.",
                hint="Add them up before, or tell them apart.",
            )
        seen.add(name)
    return named


def _refuse(code: str, wrong: NDArray[np.bool_], names: tuple[str, ...], what: str) -> None:
    if wrong.any():
        raise JudgeError(code, f"{names[int(wrong.argmax())]} {what}")
