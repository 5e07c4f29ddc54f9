"""What drives a gap: each part's own change, and the change in how much of the whole it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.values import numbers

Figure = Literal["share", "mean", "ratio", "count", "sum"]
Row = ArrayLike | Sequence[float | None]

_OF_TWO = ("share", "mean", "ratio")
_OF_ONE = ("count", "sum")
_NEVER_NEGATIVE = ("share", "count")
# Contributions below this, of the largest one, are arithmetic and not work.
_NOISE = 1e-12


class Sums(NamedTuple):
    """One side of a comparison, part by part, in the order of the parts' names.

    numerators     what the figure adds up: cases kept, days, requests; the sum itself of a sum
    denominators   what it is divided by: cases; None for counts and sums
    """

    numerators: Row
    denominators: Row | None = None


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of a change. What is unknown of a part that is not there on a side is None.

    before, after                 its own figure (numerator / denominator), or its sum
    weight_before, weight_after   its share of all denominators, 0 to 1; None for counts and sums
    rate                          what its own change did to the whole, in the figure's unit
    mix                           what the change of its weight did to the whole
    effect                        both together
    """

    part: str
    before: float | None
    after: float | None
    weight_before: float | None
    weight_after: float | None
    rate: float
    mix: float
    effect: float


@dataclass(frozen=True, slots=True)
class Drivers:
    """A change in a figure, and all that it is made of, in the order in which it was handed in.

    before, after   the figure of the whole
    change          after - before = rate + mix
    rate, mix       the sums of the parts' effects
    """

    before: float
    after: float
    change: float
    rate: float
    mix: float
    parts: tuple[Driver, ...]


class Contribution(NamedTuple):
    """One reason for a change: a part that itself does better or worse, or the mix as a whole.

    part     the part's name; None where it is the mix of the parts
    effect   in the figure's unit
    share    effect / change: above 1 or below 0 where contributions work against each other; None
             where the figure did not change
    """

    part: str | None
    effect: float
    share: float | None


class _Side(NamedTuple):
    numerators: list[Fraction]
    denominators: list[Fraction]
    total: Fraction
    """The whole's denominator."""
    whole: Fraction

    def rate(self, place: int) -> Fraction | None:
        below = self.denominators[place]
        return self.numerators[place] / below if below else None

    def weight(self, place: int) -> Fraction:
        return self.denominators[place] / self.total


def drivers(parts: Sequence[str], before: Sums, after: Sums, *, figure: Figure) -> Drivers:
    """Divide the change of a figure into what each part did to it.

    `before` and `after` are two periods of one unit, or one period of two units (`before` is the
    one compared with). For shares, means and ratios, with w a part's share of the denominators and
    r its rate, a bar for the average of both sides and R for the whole:

        rate effect = w̄ · (r₁ - r₀)
        mix effect  = (w₁ - w₀) · (r̄ - R̄)

    All effects add up to R₁ - R₀; nothing is left over and none is a remainder. Both sides are
    treated alike, so swapping them turns the signs and nothing else. Subtracting R̄ changes no
    total (weights sum to 1 on both sides) and gives each part's mix effect a meaning: to grow is
    to lift the whole only for a part above the average.

    A part without cases on one side (denominator 0) has no rate there; its rate of the other side
    is taken for both, so that all it did is mix. A part without cases on either side did nothing.
    For counts and sums the effect is the plain difference and there is no mix.

    Worked out in exact fractions and rounded once, at the end: the effects add up to the change
    within 1e-12 of the largest of them. Figures are in the unit of numerator / denominator (a share
    is a fraction). It describes a change and does not test whether it is more than chance.

    Raises JudgeError: `drivers-do-not-add` for a figure that is no sum of its parts (a percentile,
    a number of distinct things), `drivers-parts` for parts that do not fit their numbers,
    `drivers-unknown` for a missing number, `drivers-negative`, `drivers-no-cases` where a side has
    no figure at all; those of `numbers`.
    Source: Kitagawa, E. M. (1955), "Components of a Difference Between Two Rates", Journal of the
    American Statistical Association 50(272), 1168-1194.
    """
    if figure not in (*_OF_TWO, *_OF_ONE):
        raise JudgeError(
            "drivers-do-not-add",
            f"A {figure} of the whole is no sum of what its parts have.",
            hint="Compare a share, a mean, a ratio, a count or a sum.",
        )
    names = _names(parts)
    if figure in _OF_ONE:
        return _plain(
            names, _row(before, "before", names, figure), _row(after, "after", names, figure)
        )
    first, second = (
        _side(sums, name, names, figure) for sums, name in ((before, "before"), (after, "after"))
    )
    found = tuple(_driver(name, place, first, second) for place, name in enumerate(names))
    return _summed(first.whole, second.whole, found)


def drivers_of_gap(
    parts: Sequence[str], expected: float | Sequence[float], actual: Sums, *, figure: Figure
) -> Drivers:
    """What each part has of the gap between actual and expected: `drivers`, held against a promise.

    `expected` is one value for all parts, or one for each part. Every part is expected to do as
    promised with the cases it has, so that there is no mix: its effect is weight · (its rate -
    expected), or the difference itself for counts and sums, where `expected` must be by part.

    Raises JudgeError as `drivers` does, and `drivers-parts` for one expected value of a count or a
    sum: nobody has said how much of it is due from each part.
    """
    names = _names(parts)
    one = np.ndim(expected) == 0
    if one and figure in _OF_ONE:
        raise JudgeError(
            "drivers-parts",
            f"One expected {figure} of the whole does not say what is due from each part.",
            hint="Hand in an expected value for each part.",
        )
    each = np.full(len(names), expected) if one else expected
    if figure not in _OF_TWO:
        return drivers(names, Sums(each), actual, figure=figure)
    side = _side(actual, "actual", names, figure)
    wanted = _known(each, "expected", names)
    due = [value * n for value, n in zip(wanted, side.denominators, strict=True)]
    kept = _Side(due, side.denominators, side.total, sum(due, Fraction(0)) / side.total)
    found = tuple(_driver(name, place, kept, side) for place, name in enumerate(names))
    return _summed(kept.whole, side.whole, found)


def largest(found: Drivers, most: int = 3) -> tuple[Contribution, ...]:
    """What weighs most, for a sentence: parts by what they themselves did, and the mix as one.

    The largest first, whichever way they work; those that did nothing are left out. How the mix is
    made up is in `Driver.mix`; one part's weight cannot grow without another's shrinking, so that
    the mix is one reason and not several.
    """
    reasons = [(driver.part, driver.rate) for driver in found.parts]
    of_all: list[tuple[str | None, float]] = [*reasons, (None, found.mix)]
    scale = max(abs(effect) for _, effect in of_all)
    changed = abs(found.change) > _NOISE * scale
    kept = [
        Contribution(part, effect, effect / found.change if changed else None)
        for part, effect in of_all
        if abs(effect) > _NOISE * scale
    ]
    return tuple(sorted(kept, key=lambda each: -abs(each.effect))[:most])


def _names(parts: Sequence[str]) -> list[str]:
    if not len(parts) or len(set(parts)) < len(parts):
        raise JudgeError("drivers-parts", "There must be parts, and each of them once.")
    return list(parts)


def _driver(name: str, place: int, first: _Side, second: _Side) -> Driver:
    rates = first.rate(place), second.rate(place)
    weights = first.weight(place), second.weight(place)
    mine = [rate for rate in rates if rate is not None]
    rate = mix = Fraction(0)
    if mine:
        rate = (weights[0] + weights[1]) / 2 * (mine[-1] - mine[0])
        average = (first.whole + second.whole) / 2
        mix = (weights[1] - weights[0]) * ((mine[0] + mine[-1]) / 2 - average)
    return Driver(
        part=name,
        before=None if rates[0] is None else float(rates[0]),
        after=None if rates[1] is None else float(rates[1]),
        weight_before=float(weights[0]),
        weight_after=float(weights[1]),
        rate=float(rate),
        mix=float(mix),
        effect=float(rate + mix),
    )


def _plain(names: list[str], first: list[Fraction], second: list[Fraction]) -> Drivers:
    found = tuple(
        Driver(name, float(a), float(b), None, None, float(b - a), 0.0, float(b - a))
        for name, a, b in zip(names, first, second, strict=True)
    )
    return _summed(sum(first, Fraction(0)), sum(second, Fraction(0)), found)


def _summed(before: Fraction, after: Fraction, found: tuple[Driver, ...]) -> Drivers:
    return Drivers(
        before=float(before),
        after=float(after),
        change=float(after - before),
        rate=fsum(driver.rate for driver in found),
        mix=fsum(driver.mix for driver in found),
        parts=found,
    )


def _side(sums: Sums, side: str, names: list[str], figure: Figure) -> _Side:
    above = _row(sums, side, names, figure)
    below = _known(sums.denominators, f"{side}.denominators", names)
    for place, n in enumerate(below):
        if n < 0 or (n == 0 and above[place] != 0):
            raise JudgeError(
                "drivers-negative",
                f"{side}.denominators[{place}] is {float(n):g} below {float(above[place]):g}.",
                hint="A part without cases has 0 in both places.",
            )
    total = sum(below, Fraction(0))
    if not total:
        raise JudgeError("drivers-no-cases", f"{side} has no cases, so that it has no figure.")
    return _Side(above, below, total, sum(above, Fraction(0)) / total)


def _row(sums: Sums, side: str, names: list[str], figure: Figure) -> list[Fraction]:
    found = _known(sums.numerators, f"{side}.numerators", names)
    for place, value in enumerate(found):
        if value < 0 and figure in _NEVER_NEGATIVE:
            raise JudgeError(
                "drivers-negative",
                f"{side}.numerators[{place}] is {float(value):g}; a {figure} counts from 0.",
            )
    return found


def _known(values: Row | None, name: str, names: list[str]) -> list[Fraction]:
    """The numbers exactly as they are, one for each part and none missing."""
    found = numbers([] if values is None else values, name)
    if len(found) != len(names):
        raise JudgeError(
            "drivers-parts", f"{name} has {len(found)} numbers for {len(names)} parts."
        )
    for place, value in enumerate(found):
        if value != value:
            raise JudgeError(
                "drivers-unknown",
                f"{name}[{place}] is missing, and parts with a hole in them do not add up.",
                hint="0 says that a part had no cases; leave out on both sides what is not known.",
            )
    return [Fraction(float(value)) for value in found]
