"""Which patterns of points are signals: published sets of rules, each with a name and a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scorecard.errors import JudgeError
from scorecard.judge.special_cause import SpecialCause
from scorecard.judge.values import Numbers

Flags = NDArray[np.bool_]
Signs = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Points:
    """A series as the rules see it, one entry a point; a missing point is in no pattern.

    values     in the metric's unit, NaN where missing
    side       of the mean: 1 above, -1 below, 0 on it or missing
    outside    beyond a limit
    near       beyond two thirds of the way to a limit, outside included
    border     the first point of a new phase: no pattern reaches over it; None for one phase
    """

    values: Numbers
    side: Signs
    outside: Flags
    near: Flags
    border: Flags | None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One published set of rules.

    run             so many points in succession strictly on one side of the mean
    trend           so many points in succession, each strictly above (below) the one before
    outside_counts  whether a point outside the limits is one of the two in two of three
    source          where the set is published
    """

    name: str
    run: int
    trend: int
    outside_counts: bool
    source: str

    def codes(self, points: Points) -> Signs:
        """One code a point: 0 for common cause; 1 run, 2 two of three, 3 trend, 4 outside the
        limits, negative for below or falling.

        Where a point breaks several rules, the first counts: outside the limits, trend, two of
        three, run.
        """
        codes = np.where(_in_runs(points.side, points.border, self.run), points.side, _NONE)
        near = points.near if self.outside_counts else points.near & ~points.outside
        np.copyto(codes, 2 * points.side, where=_two_of_three(near, points.side, points.border))
        part, direction = _trend(points.values, points.border, self.trend)
        np.copyto(codes, 3 * direction, where=part)
        np.copyto(codes, 4 * points.side, where=points.outside)
        return codes

    def words(self, codes: Signs) -> tuple[SpecialCause, ...]:
        """The codes as words."""
        return tuple(_WORDS[self.run, self.trend][codes + 4].tolist())


_NONE = np.int8(0)


def _in_runs(marks: Signs, border: Flags | None, least: int) -> Flags:
    """Which marks stand in an unbroken row of at least so many equal ones; 0 is no mark."""
    count = len(marks)
    if count < least:
        return np.zeros(count, dtype=bool)
    change = marks[1:] != marks[:-1]
    if border is not None:
        change |= border[1:]
    edges = np.concatenate(([0], np.flatnonzero(change) + 1, [count]))
    lengths = edges[1:] - edges[:-1]
    return np.repeat(lengths >= least, lengths) & (marks != 0)


def _two_of_three(near: Flags, side: Signs, border: Flags | None) -> Flags:
    """Near points that stand in three in succession on one side, two or three of them near."""
    found = np.zeros(len(side), dtype=bool)
    if len(side) < 3 or np.count_nonzero(near) < 2:
        return found
    together = side[1:] == side[:-1]
    if border is not None:
        together &= ~border[1:]
    both = near[1:] & near[:-1]
    two = both[:-1] | both[1:] | (near[:-2] & near[2:])
    window = together[:-1] & together[1:] & two
    found[:-2] = window
    found[1:-1] |= window
    found[2:] |= window
    # A point exactly on the mean can be near only where the limits lie on the mean too.
    return found & near & (side != 0)


def _trend(values: Numbers, border: Flags | None, least: int) -> tuple[Flags, Signs]:
    """Points that stand in a row of strict steps one way, and the way: 1 up, -1 down.

    A point where two trends meet is named after the step to the next point, and a step of nothing
    counts as down: so NHSRplotthedots 0.2.2 names it, also where the next trend goes the same way.
    """
    count = len(values)
    part = np.zeros(count, dtype=bool)
    direction = np.zeros(count, dtype=np.int8)
    if count < least:
        return part, direction
    steps = _signs(values[1:], values[:-1])
    if border is not None:
        steps[border[1:]] = 0
    rows = _in_runs(steps, None, least - 1)
    if not rows.any():
        return part, direction
    part[:-1] = rows
    part[1:] |= rows
    onwards = part[:-1] & part[1:]
    if border is not None:
        onwards &= ~border[1:]
    direction[1:] = steps
    direction[:-1][onwards] = steps[onwards]
    direction[direction == 0] = -1
    return part, direction


def _signs(upper: Numbers, lower: Numbers) -> Signs:
    return (upper > lower).astype(np.int8) - (upper < lower).astype(np.int8)


def _words(run: int, trend: int) -> NDArray[np.object_]:
    found = (
        *(f"{run} Points Below CL", f"{trend} Point Trend (Decreasing)"),
        *(f"{run} Points Above CL", f"{trend} Point Trend (Increasing)"),
    )
    below, falling, above, rising = (SpecialCause(word) for word in found)
    words = np.empty(9, dtype=object)
    words[:] = [
        *(SpecialCause.BELOW_LIMIT, falling, SpecialCause.TWO_OF_THREE_BELOW, below),
        SpecialCause.COMMON_CAUSE,
        *(above, SpecialCause.TWO_OF_THREE_ABOVE, rising, SpecialCause.ABOVE_LIMIT),
    ]
    return words


_ALL = (
    RuleSet(
        "making-data-count-2021",
        run=7,
        trend=7,
        outside_counts=False,
        source="NHS England, Making Data Count, as computed by NHSRplotthedots 0.2.2 (MIT)",
    ),
    RuleSet(
        "making-data-count-2023",
        run=7,
        trend=7,
        outside_counts=True,
        source="NHS England, Making Data Count, change of the two-sigma rule announced in "
        "November 2023: github.com/nhs-r-community/NHSRplotthedots, issue 194",
    ),
    RuleSet(
        "six-point",
        run=6,
        trend=6,
        outside_counts=False,
        source="the choice of six points in the Excel tool of Making Data Count: "
        "github.com/nhs-r-community/NHSRplotthedots, issue 202",
    ),
)
_WORDS = {(one.run, one.trend): _words(one.run, one.trend) for one in _ALL}

RULE_SETS: Mapping[str, RuleSet] = MappingProxyType({one.name: one for one in _ALL})


def rule_set(name: str) -> RuleSet:
    """The rule set of that name. Raises JudgeError: `rules-unknown`, which lists the names."""
    found = RULE_SETS.get(name)
    if found is None:
        raise JudgeError(
            "rules-unknown",
            f"There is no rule set {name!r}.",
            hint=f"The rule sets are {', '.join(RULE_SETS)}.",
        )
    return found
