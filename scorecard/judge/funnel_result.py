"""What a funnel finds: one entry a unit, the limits to draw, and who stands out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from scorecard.judge.intervals import Interval
from scorecard.judge.units import Kind
from scorecard.judge.values import Numbers

Direction = Literal["higher", "lower", "neutral"]


class Standing(StrEnum):
    """How a unit stands to the centre. The value is the shown word.

    `WITHIN` is what chance explains; `SPREAD` is more than chance, and no more than these units
    differ among themselves: only where the limits were widened for that.
    """

    LEARN = "practice to learn from"
    HELP = "unit to help"
    ABOVE = "beyond chance above"
    BELOW = "beyond chance below"
    WARNING = "warning band"
    WITHIN = "within chance"
    SPREAD = "within the usual spread"
    TOO_FEW = "too few"
    NO_DATA = "no data"
    NO_COMPARISON = "nothing to compare with"


class Allowance(StrEnum):
    """What the limits allow for beyond chance."""

    ADDITIVE = "additive"
    MULTIPLICATIVE = "multiplicative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FunnelUnit:
    """One unit: its limits (one a level, narrowest first) are those at its own size.

    score           (value - centre) / its error with the allowance, on the evened scale; positive
                    above
    beyond          the highest confidence whose limits it lies beyond, or None
    beyond_chance   the same, had the limits allowed for chance alone
    """

    name: str
    size: float | None
    value: float | None
    limits: tuple[Interval, ...]
    score: float | None
    beyond: float | None
    beyond_chance: float | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Level:
    """One pair of limits: how many judged units chance alone would put beyond it (at most, both
    sides together), how many are, and how many would be without the allowance."""

    confidence: float
    expected: float
    found: int
    found_without_allowance: int


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The funnel to draw: `lower[level, i]` and `upper[level, i]` at `sizes[i]`."""

    sizes: Numbers
    lower: Numbers
    upper: Numbers


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How units scatter about their own whole. `phi` (winsorised) is 1 by chance alone, `tau2` the
    variance between units on the evened scale; None where fewer than three units are known."""

    phi: float | None
    tau2: float | None
    allowance: Allowance
    reason: str

    @property
    def allowed(self) -> tuple[float, float]:
        """φ and τ² as the limits take them: 1 and 0 where they allow for chance alone."""
        return (
            (self.phi or 1.0) if self.allowance is Allowance.MULTIPLICATIVE else 1.0,
            (self.tau2 or 0.0) if self.allowance is Allowance.ADDITIVE else 0.0,
        )


@dataclass(frozen=True, slots=True)
class Funnel:
    """Units in the order given, and the funnel they are held against.

    centre     the value of all units together, or the target; None with nothing known
    centre_is  "all units together" or "target"
    limits     what the limits are made of, in words
    reason     why nothing can be compared; None where it can
    """

    kind: Kind
    better: Direction
    units: tuple[FunnelUnit, ...]
    centre: float | None
    centre_is: str
    limits: str
    levels: tuple[Level, ...]
    curve: Curve
    dispersion: Dispersion
    reason: str | None


@dataclass(frozen=True, slots=True)
class Outliers:
    """Units beyond the widest limits, farthest first, each with its evidence, and how to take it.

    better, worse    "practice to learn from", "unit to help"; above, below where the direction is
                     neutral
    watch            units in the warning band, farthest first: too near chance to be named
    expected         units that chance alone would put there, both sides together, at most
    allowance        what the limits allowed for, and `without` how many more units would be named
                     had they allowed for chance only
    """

    better: tuple[FunnelUnit, ...]
    worse: tuple[FunnelUnit, ...]
    watch: tuple[FunnelUnit, ...]
    expected: float
    allowance: Allowance
    without: int


def outliers(found: Funnel) -> Outliers:
    """The units beyond the widest limits: practices to learn from, and units to help."""
    widest = found.levels[-1]
    return Outliers(
        better=_farthest(found, Standing.LEARN, Standing.ABOVE),
        worse=_farthest(found, Standing.HELP, Standing.BELOW),
        watch=_farthest(found, Standing.WARNING),
        expected=widest.expected,
        allowance=found.dispersion.allowance,
        without=widest.found_without_allowance - widest.found,
    )


def _farthest(found: Funnel, *words: Standing) -> tuple[FunnelUnit, ...]:
    named = (unit for unit in found.units if unit.standing in words)
    return tuple(sorted(named, key=lambda unit: (-abs(unit.score or 0.0), unit.name)))
