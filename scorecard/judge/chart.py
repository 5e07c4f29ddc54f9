"""What a control chart says: its lines, its points, and the words for them."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from scorecard.judge.rule_sets import Flags, RuleSet, Signs
from scorecard.judge.special_cause import SpecialCause
from scorecard.judge.values import Numbers

Direction = Literal["higher", "lower", "neutral"]

ROUNDING = 4 * sys.float_info.epsilon
"""Differences up to this share of the largest number are rounding of arithmetic, not figures."""


class Variation(StrEnum):
    """What a point says of the process. The value is the shown word."""

    IMPROVING = "improving"
    CONCERNING = "concerning"
    COMMON_CAUSE = "common cause"
    NEUTRAL = "neutral"


class Side(StrEnum):
    """Which way a signal goes, whichever way is better."""

    HIGH = "high"
    LOW = "low"


class Assurance(StrEnum):
    """Whether the process, as it runs, keeps what is expected of it. The value is the word."""

    KEEPS = "keeps"
    MISSES = "misses"
    HIT_OR_MISS = "hit or miss"


class NoLimits(StrEnum):
    """Why the last phase has no limits. The value is the shown reason."""

    NO_POINTS = "nothing is measured"
    NO_RANGES = "no two neighbouring points are measured"
    NO_VARIATION = "the points the limits would rest on do not vary"


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of points with one mean and one pair of limits; NaN where there are none.

    start, n       index of the first point, and how many places, missing ones included
    measured       how many of them are measured
    resting        how many of those the limits rest on
    screened       moving ranges left out as outlying
    short          fewer than 13 measured points: the limits are provisional
    no_limits      why the phase has no limits; None where it has
    assurance      against the value expected at the phase's last point; None where none is
    """

    start: int
    n: int
    measured: int
    resting: int
    mean: float
    lower: float
    upper: float
    mean_moving_range: float
    screened: int
    short: bool
    no_limits: NoLimits | None
    assurance: Assurance | None


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """An XmR chart. Arrays and tuples hold one entry a point and cannot be written to.

    values                     as given; NaN where missing
    mean, lower, upper         constant within a phase; NaN where a phase has none
    near_lower, near_upper     two thirds of the way from the mean to a limit
    moving_range               distance to the point before; NaN at the start of a phase
    special_cause              the rule each point breaks; common cause at a missing point
    flags                      True where a point breaks a rule
    near                       True beyond a near line, outside the limits included
    side_of_mean               1 above, -1 below, 0 on the mean or missing
    kinds                      what each point says: improving, concerning, neutral, common cause
    variation                  the kind of the last measured point; None where the last phase
                               has none
    side                       which way that point's signal goes; None for common cause
    assurance                  against the value expected at the last point; None without one,
                               without a better direction, or where nothing is measured
    phases                     at least one where there are points
    excluded                   indices of the points that the limits do not rest on
    screened                   whether outlying moving ranges are left out
    """

    values: Numbers
    mean: Numbers
    lower: Numbers
    upper: Numbers
    near_lower: Numbers
    near_upper: Numbers
    moving_range: Numbers
    special_cause: tuple[SpecialCause, ...]
    flags: Flags
    near: Flags
    side_of_mean: Signs
    kinds: tuple[Variation, ...]
    variation: Variation | None
    side: Side | None
    assurance: Assurance | None
    expected: Numbers
    phases: tuple[Phase, ...]
    excluded: tuple[int, ...]
    screened: bool
    better: Direction
    rules: RuleSet

    @property
    def no_limits(self) -> NoLimits | None:
        """Why the last phase has no limits, in words; None where it has them."""
        return self.phases[-1].no_limits if self.phases else NoLimits.NO_POINTS

    @property
    def assurances(self) -> tuple[Assurance | None, ...]:
        """Each point's limits against the value expected there: a promise that changed over time.

        None at a missing point and wherever nothing is expected.
        """
        rows = zip(self.values, self.expected, self.lower, self.upper, strict=True)
        return tuple(
            None if math.isnan(value) else assurance_of(expected, lower, upper, self.better)
            for value, expected, lower, upper in rows
        )


def assurance_of(
    expected: float, lower: float, upper: float, better: Direction
) -> Assurance | None:
    """Whether a process within these limits keeps the value expected of it.

    Beyond a limit, by more than rounding, it is always kept or always missed; between the limits,
    or without them, "hit or miss". None without an expected value (NaN) or a better direction.
    """
    if better == "neutral" or math.isnan(expected):
        return None
    slack = ROUNDING * max(abs(expected), abs(lower), abs(upper))
    if expected - slack > upper:
        return Assurance.MISSES if better == "higher" else Assurance.KEEPS
    if expected + slack < lower:
        return Assurance.KEEPS if better == "higher" else Assurance.MISSES
    return Assurance.HIT_OR_MISS


def kind_of(upwards: bool, better: Direction) -> Variation:
    """What a signal that goes this way says of the process."""
    if better == "neutral":
        return Variation.NEUTRAL
    return Variation.IMPROVING if upwards == (better == "higher") else Variation.CONCERNING
