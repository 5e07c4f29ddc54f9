"""An XmR chart point by point in plain Python: the published rules read once more, without NumPy.

Written after the description of NHSRplotthedots 0.2.2 (its functions take one phase at a time, a
comparison with a missing value is no match), in fractions, so that nothing is ever rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Value = Fraction | None


@dataclass(frozen=True)
class PlainPhase:
    mean: Value
    lower: Value
    upper: Value
    types: list[str]


def plain_phases(
    values: Sequence[Value],
    *,
    rebase_at: Sequence[int] = (),
    fix_first: int | None = None,
    exclude: Sequence[int] = (),
    screen: bool = True,
    points: int = 7,
    outside_counts: bool = False,
) -> list[PlainPhase]:
    edges = [0, *sorted(rebase_at), len(values)]
    found = []
    for start, stop in pairwise(edges):
        part = values[start:stop]
        resting = [
            None if start + place in exclude or (fix_first and place >= fix_first) else value
            for place, value in enumerate(part)
        ]
        found.append(plain_phase(part, resting, screen, points, outside_counts))
    return found


def plain_phase(
    values: Sequence[Value],
    resting: Sequence[Value],
    screen: bool,
    points: int,
    outside_counts: bool,
) -> PlainPhase:
    middle = mean([one for one in resting if one is not None])
    ranges = [abs(b - a) for a, b in pairwise(resting) if a is not None and b is not None]
    width = mean(ranges)
    if screen and width is not None:
        width = mean([one for one in ranges if one < Fraction("3.267") * width])
    lower = upper = near = None
    if middle is not None and width is not None:
        reach = Fraction("2.66") * width
        lower, upper, near = middle - reach, middle + reach, reach * 2 / 3

    def sign(value: Value) -> int:
        if value is None or middle is None:
            return 0
        return (value > middle) - (value < middle)

    def is_outside(value: Value) -> bool:
        if value is None or lower is None or upper is None:
            return False
        return not lower <= value <= upper

    def is_near(value: Value) -> bool:
        if (
            value is None
            or middle is None
            or near is None
            or (is_outside(value) and not outside_counts)
        ):
            return False
        return abs(value - middle) > near

    sides = [sign(value) for value in values]
    steps = [0 if a is None or b is None else (b > a) - (b < a) for a, b in pairwise(values)]
    in_trend, in_run, in_three = set(), set(), set()
    for first in range(len(values) - points + 1):
        window = range(first, first + points)
        way = set(steps[first : first + points - 1])
        if way in ({1}, {-1}):
            in_trend.update(window)
        if {sides[place] for place in window} in ({1}, {-1}):
            in_run.update(window)
    for first in range(len(values) - 2):
        window = range(first, first + 3)
        close = [place for place in window if is_near(values[place])]
        if len(close) >= 2 and {sides[place] for place in window} in ({1}, {-1}):
            in_three.update(close)

    types = []
    for place, value in enumerate(values):
        above = sides[place] > 0
        if is_outside(value):
            types.append("Above UCL" if above else "Below LCL")
        elif place in in_trend:
            step = steps[place] if place + 1 in in_trend else steps[place - 1]
            types.append(f"{points} Point Trend ({'In' if step > 0 else 'De'}creasing)")
        elif place in in_three:
            types.append(f"2 in 3 {'Above' if above else 'Below'} CL")
        elif place in in_run:
            types.append(f"{points} Points {'Above' if above else 'Below'} CL")
        else:
            types.append("Common Cause")
    return PlainPhase(middle, lower, upper, types)


def mean(values: Sequence[Fraction]) -> Value:
    return sum(values, Fraction(0)) / len(values) if values else None
