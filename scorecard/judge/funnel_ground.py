"""What units are held against: a centre, limits by size, and room for what units differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.judge.funnel_limits import (
    Limits,
    chance_limits,
    evened,
    phi_of,
    standard_error,
    tau2_of,
    wide_limits,
    winsorised,
)
from scorecard.judge.funnel_result import Allowance, Curve, Dispersion
from scorecard.judge.units import Kind, Units
from scorecard.judge.values import Numbers

DRAWN = 120


@dataclass(frozen=True, slots=True)
class Ground:
    """What units are held against: a centre, and how far off it units of a size may lie."""

    kind: Kind
    centre: float
    sd: float | None
    dispersion: Dispersion

    def chance(self, sizes: Numbers, level: float) -> Limits:
        """Limits of chance alone."""
        return chance_limits(self.kind, self.centre, sizes, level, self.sd)

    def limits(self, sizes: Numbers, level: float) -> Limits:
        """Limits with the allowance; never narrower than those of chance alone."""
        chance = self.chance(sizes, level)
        if self.dispersion.allowance is Allowance.NONE:
            return chance
        phi, tau2 = self.dispersion.allowed
        wide = wide_limits(self.kind, self.centre, sizes, level, phi=phi, tau2=tau2, sd=self.sd)
        return Limits(np.minimum(chance.lower, wide.lower), np.maximum(chance.upper, wide.upper))

    def scores(self, values: Numbers, sizes: Numbers) -> Numbers:
        """How many errors, the allowance among them, values lie above the centre."""
        phi, tau2 = self.dispersion.allowed
        away = evened(self.kind, values) - evened(self.kind, np.asarray(self.centre, float))
        return away / np.sqrt(phi * standard_error(self.kind, sizes, self.sd) ** 2 + tau2)


def curve_of(ground: Ground, sizes: Numbers, levels: Sequence[float]) -> Curve:
    """From below the smallest unit to above the largest, closer where the funnel bends."""
    drawn = np.empty(0)
    if sizes.size:
        drawn = np.geomspace(sizes.min() * 0.8, sizes.max() * 1.1, DRAWN)
        if ground.kind is not Kind.RATE:
            drawn = np.unique(np.maximum(np.round(drawn), 1.0))
    found = [ground.limits(drawn, level) for level in levels]
    return Curve(
        drawn, np.array([one.lower for one in found]), np.array([one.upper for one in found])
    )


def dispersion_of(
    units: Units, sd: float | None, wanted: Allowance, known: NDArray[np.bool_]
) -> Dispersion:
    """φ and τ² about the units' own whole, also where there is a target: that all miss a target by
    as much is no scatter between them, and must not excuse them."""
    if known.sum() < 3:
        return Dispersion(None, None, Allowance.NONE, "fewer than three units: not estimated")
    errors = standard_error(units.kind, units.sizes[known], sd)
    own = evened(units.kind, np.asarray(units.whole))
    scores = (evened(units.kind, units.values[known]) - own) / errors
    phi = phi_of(winsorised(scores))
    tau2 = tau2_of(phi, errors)
    if wanted is Allowance.NONE:
        return Dispersion(phi, tau2, Allowance.NONE, "chance alone, as asked for")
    if (wanted is Allowance.ADDITIVE and tau2 > 0) or (
        wanted is Allowance.MULTIPLICATIVE and phi > 1
    ):
        return Dispersion(phi, tau2, wanted, "units differ more than chance: limits widened")
    return Dispersion(phi, tau2, Allowance.NONE, "units differ no more than chance")
