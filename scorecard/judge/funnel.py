"""Units of different size compared: who differs by more than their size lets chance explain.

Source: Spiegelhalter, D. J. (2005), "Funnel plots for comparing institutional performance",
Statistics in Medicine 24, 1185-1202.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.errors import JudgeError
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
from scorecard.judge.funnel_result import (
    Allowance,
    Curve,
    Direction,
    Dispersion,
    Funnel,
    FunnelUnit,
    Level,
    Standing,
)
from scorecard.judge.intervals import Interval
from scorecard.judge.units import (
    Kind,
    Row,
    Units,
    checked_confidence,
    counted_units,
    measured_units,
)
from scorecard.judge.values import Numbers

DRAWN = 120


def funnel(
    numerators: Row,
    denominators: Row,
    *,
    kind: Literal["share", "rate"] = "share",
    names: Sequence[str] | None = None,
    better: Direction = "higher",
    target: float | None = None,
    overdispersion: bool | str = True,
    confidence: Sequence[float] = (0.95, 0.998),
    min_n: float = 0,
) -> Funnel:
    """Shares (`numerators` of `denominators`) or rates (events for one of the size) on a funnel.

    The centre is `target` (in the unit of the values: a share as a fraction) or the whole,
    Σ numerators / Σ denominators. Limits at each `confidence` are exact binomial or Poisson ones
    (`chance_limits`); where units scatter more than chance about their own whole, they are widened
    (never narrowed) by the allowance: `True` or "additive" a variance τ² between units,
    "multiplicative" the factor φ, `False` or "none" nothing.

    A unit is `too few` below `min_n`, or when none of the values it could have had lies beyond the
    narrowest limits. Raises JudgeError as `counted_units`, and `confidence-no-fraction`,
    `target-beyond-scale`, `units-unknown-word`.
    """
    if kind not in ("share", "rate"):
        raise _unknown("kind", kind, ("share", "rate"))
    units = counted_units(numerators, denominators, Kind(kind), names)
    return _funnel(units, None, better, target, overdispersion, confidence, min_n)


def funnel_of_means(
    means: Row,
    ns: Row,
    sds: Row | float,
    *,
    names: Sequence[str] | None = None,
    better: Direction = "higher",
    target: float | None = None,
    overdispersion: bool | str = True,
    confidence: Sequence[float] = (0.95, 0.998),
    min_n: float = 0,
) -> Funnel:
    """Means of `ns` observations each on a funnel: centre ± z · sd/√n, widened as in `funnel`.

    `sds` is the standard deviation of the observations, one for all or one a unit (then pooled:
    one funnel needs one). The centre is `target` or Σ n·mean / Σ n. Errors as in `funnel`.
    """
    units, sd = measured_units(means, ns, sds, names)
    return _funnel(units, sd, better, target, overdispersion, confidence, min_n)


def _funnel(
    units: Units,
    sd: float | None,
    better: str,
    target: float | None,
    overdispersion: bool | str,
    confidence: Sequence[float],
    min_n: float,
) -> Funnel:
    if better not in ("higher", "lower", "neutral"):
        raise _unknown("better", better, ("higher", "lower", "neutral"))
    levels = tuple(sorted({checked_confidence(level) for level in confidence}))
    if not levels:
        raise JudgeError("confidence-no-fraction", "At least one confidence is needed.")
    allowance = _allowance(overdispersion)
    kind = units.kind
    if target is not None and not _on_scale(kind, target):
        raise JudgeError(
            "target-beyond-scale",
            f"{target!r} is no {kind} that a unit could have.",
            hint="A share is a fraction between 0 and 1.",
        )
    centre, reason = _centre(units, sd, target)
    known = units.known if reason is None else np.zeros_like(units.known)
    sizes, values = units.sizes[known], units.values[known]
    dispersion = _dispersion(units, sd, allowance, known)
    ground = _Ground(kind, centre or 0.0, sd, dispersion)
    chance = [ground.chance(sizes, level) for level in levels]
    limits = [ground.limits(sizes, level) for level in levels]
    too_few = sizes < min_n
    if kind is Kind.SHARE:
        too_few |= (chance[0].lower <= 0) & (chance[0].upper >= 1)
    outside = np.array([_outside(values, one) & ~too_few for one in limits])
    by_chance = np.array([_outside(values, one) & ~too_few for one in chance])
    words = [
        Standing.TOO_FEW if few else _standing(better, bool(value > ground.centre), row)
        for few, value, row in zip(too_few, values, outside.T, strict=True)
    ]
    judged = int((~too_few).sum())
    return Funnel(
        kind=kind,
        better=better,  # type: ignore[arg-type]
        units=_entries(units, known, levels, limits, outside, ground.scores(values, sizes), words),
        centre=centre,
        centre_is="all units together" if target is None else "target",
        limits=_IN_WORDS[kind],
        levels=tuple(
            Level(level, judged * (1 - level), int(row.sum()), int(plain.sum()))
            for level, row, plain in zip(levels, outside, by_chance, strict=True)
        ),
        curve=_curve(ground, sizes, levels),
        dispersion=dispersion,
        reason=reason,
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What units are held against: a centre, and how far off it units of a size may lie."""

    kind: Kind
    centre: float
    sd: float | None
    dispersion: Dispersion

    def chance(self, sizes: Numbers, level: float) -> Limits:
        return chance_limits(self.kind, self.centre, sizes, level, self.sd)

    def limits(self, sizes: Numbers, level: float) -> Limits:
        chance = self.chance(sizes, level)
        if self.dispersion.allowance is Allowance.NONE:
            return chance
        phi, tau2 = self.dispersion.allowed
        wide = wide_limits(self.kind, self.centre, sizes, level, phi=phi, tau2=tau2, sd=self.sd)
        return Limits(np.minimum(chance.lower, wide.lower), np.maximum(chance.upper, wide.upper))

    def scores(self, values: Numbers, sizes: Numbers) -> Numbers:
        phi, tau2 = self.dispersion.allowed
        away = evened(self.kind, values) - evened(self.kind, np.asarray(self.centre, float))
        return away / np.sqrt(phi * standard_error(self.kind, sizes, self.sd) ** 2 + tau2)


def _entries(
    units: Units,
    known: NDArray[np.bool_],
    levels: Sequence[float],
    limits: Sequence[Limits],
    outside: NDArray[np.bool_],
    scores: Numbers,
    words: Sequence[Standing],
) -> tuple[FunnelUnit, ...]:
    """One entry a unit in the order given, those that are not held against anything too."""
    shown, i = [], 0
    for at, name in enumerate(units.names):
        size, value = _or_none(units.sizes[at]), _or_none(units.values[at])
        if not known[at]:
            word = Standing.NO_COMPARISON if units.known[at] else Standing.NO_DATA
            shown.append(FunnelUnit(name, size, value, (), None, None, word))
            continue
        pairs = tuple(Interval(float(one.lower[i]), float(one.upper[i])) for one in limits)
        beyond = max((of for of, row in zip(levels, outside, strict=True) if row[i]), default=None)
        shown.append(FunnelUnit(name, size, value, pairs, float(scores[i]), beyond, words[i]))
        i += 1
    return tuple(shown)


def _standing(better: str, above: bool, outside: NDArray[np.bool_]) -> Standing:
    """The word, from whether the unit lies beyond each level's limits, the widest last."""
    if not outside[-1]:
        return Standing.WARNING if outside.any() else Standing.WITHIN
    if better == "neutral":
        return Standing.ABOVE if above else Standing.BELOW
    return Standing.LEARN if above == (better == "higher") else Standing.HELP


def _curve(ground: _Ground, sizes: Numbers, levels: Sequence[float]) -> Curve:
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


_IN_WORDS = {
    Kind.SHARE: "exact binomial, interpolated between counts",
    Kind.RATE: "exact Poisson, interpolated between counts",
    Kind.MEAN: "normal, with the pooled standard deviation within units",
}


def _centre(
    units: Units, sd: float | None, target: float | None
) -> tuple[float | None, str | None]:
    """The centre, and why nothing can be held against it (None where it can)."""
    known = int(units.known.sum())
    centre = target if target is not None or not known else units.whole
    if not known:
        return centre, "no unit has a value"
    if units.kind is Kind.MEAN and not sd:
        return centre, "nothing is known of how observations vary within a unit"
    if target is None and known == 1:
        return centre, "one unit alone has nothing to be compared with"
    return centre, None


def _dispersion(
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


def _outside(values: Numbers, limits: Limits) -> NDArray[np.bool_]:
    """Beyond the limits by more than binary fractions are off."""
    slack = 1e-9 * np.maximum(np.abs(limits.lower), np.abs(limits.upper))
    return (values < limits.lower - slack) | (values > limits.upper + slack)


def _on_scale(kind: Kind, target: float) -> bool:
    if kind is Kind.SHARE:
        return 0 <= target <= 1
    # Written so that NaN and infinity are refused too.
    return abs(target) < np.inf and (kind is Kind.MEAN or target >= 0)


def _allowance(overdispersion: bool | str) -> Allowance:
    if isinstance(overdispersion, bool):
        return Allowance.ADDITIVE if overdispersion else Allowance.NONE
    if overdispersion not in tuple(Allowance):
        raise _unknown("overdispersion", overdispersion, tuple(Allowance))
    return Allowance(overdispersion)


def _unknown(what: str, given: object, words: Sequence[str]) -> JudgeError:
    known = ", ".join(map(str, words))
    return JudgeError("units-unknown-word", f"{what} is {given!r}; it can be {known}.")


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
