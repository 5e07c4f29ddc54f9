"""Units of different size compared: who differs by more than their size lets chance explain.

Source: Spiegelhalter, D. J. (2005), "Funnel plots for comparing institutional performance",
Statistics in Medicine 24, 1185-1202.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.errors import JudgeError
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.funnel_ground import Ground, curve_of, dispersion_of
from scorecard.judge.funnel_limits import Limits
from scorecard.judge.funnel_result import (
    Allowance,
    Direction,
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
    check_word,
    counted_units,
    measured_units,
)
from scorecard.judge.values import Numbers, number


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
    narrowest limits. Raises JudgeError as `counted_units`, and `confidence-out-of-range`,
    `target-beyond-scale`, `units-unknown-word`.
    """
    check_word("kind", kind, ("share", "rate"))
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
    check_word("better", better, ("higher", "lower", "neutral"))
    levels = tuple(sorted({confidence_level(level) for level in confidence}))
    if not levels:
        raise JudgeError("confidence-out-of-range", "At least one confidence is needed.")
    allowance = _allowance(overdispersion)
    kind = units.kind
    if target is not None and not _on_scale(kind, number(target, "target")):
        raise JudgeError(
            "target-beyond-scale",
            f"{target!r} is no {kind} that a unit could have.",
            hint="A share is a fraction between 0 and 1.",
        )
    centre, reason = _centre(units, sd, target)
    known = units.known if reason is None else np.zeros_like(units.known)
    sizes, values = units.sizes[known], units.values[known]
    dispersion = dispersion_of(units, sd, allowance, known)
    ground = Ground(kind, centre or 0.0, sd, dispersion)
    chance = [ground.chance(sizes, level) for level in levels]
    limits = [ground.limits(sizes, level) for level in levels]
    too_few = sizes < min_n
    if kind is Kind.SHARE:
        too_few |= (chance[0].lower <= 0) & (chance[0].upper >= 1)
    outside = np.array([_outside(values, one) & ~too_few for one in limits])
    by_chance = np.array([_outside(values, one) & ~too_few for one in chance])
    words = [
        Standing.TOO_FEW if few else _standing(better, bool(value > ground.centre), row, plain)
        for few, value, row, plain in zip(too_few, values, outside.T, by_chance.T, strict=True)
    ]
    scores = ground.scores(values, sizes)
    judged_by = [
        (
            tuple(Interval(float(one.lower[i]), float(one.upper[i])) for one in limits),
            float(scores[i]),
            _highest(levels, outside[:, i]),
            _highest(levels, by_chance[:, i]),
            word,
        )
        for i, word in enumerate(words)
    ]
    judged = int((~too_few).sum())
    return Funnel(
        kind=kind,
        better=better,  # type: ignore[arg-type]
        units=tuple(_entries(units, known, judged_by)),
        centre=centre,
        centre_is="all units together" if target is None else "target",
        limits=_IN_WORDS[kind],
        levels=tuple(
            Level(level, judged * (1 - level), int(row.sum()), int(plain.sum()))
            for level, row, plain in zip(levels, outside, by_chance, strict=True)
        ),
        curve=curve_of(ground, sizes, levels),
        dispersion=dispersion,
        reason=reason,
    )


def _entries(
    units: Units, known: NDArray[np.bool_], judged: Sequence[tuple[Any, ...]]
) -> Iterator[FunnelUnit]:
    """One entry a unit in the order given, those that are not held against anything too."""
    next_judged = iter(judged)
    for at, name in enumerate(units.names):
        size, value = _or_none(units.sizes[at]), _or_none(units.values[at])
        if known[at]:
            yield FunnelUnit(name, size, value, *next(next_judged))
        else:
            word = Standing.NO_COMPARISON if units.known[at] else Standing.NO_DATA
            yield FunnelUnit(name, size, value, (), None, None, None, word)


def _standing(
    better: str, above: bool, outside: NDArray[np.bool_], by_chance: NDArray[np.bool_]
) -> Standing:
    """The word, from whether the unit lies beyond each level's limits, the widest last, with the
    allowance and without."""
    if not outside.any():
        return Standing.SPREAD if by_chance.any() else Standing.WITHIN
    if not outside[-1]:
        return Standing.WARNING
    if better == "neutral":
        return Standing.ABOVE if above else Standing.BELOW
    return Standing.LEARN if above == (better == "higher") else Standing.HELP


def _highest(levels: Sequence[float], beyond: NDArray[np.bool_]) -> float | None:
    return max((level for level, out in zip(levels, beyond, strict=True) if out), default=None)


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
    check_word("overdispersion", overdispersion, tuple(Allowance))
    return Allowance(overdispersion)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
