"""Small units drawn towards the whole, as far as their size leaves chance room: empirical Bayes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.funnel_limits import phi_of, tau2_of
from scorecard.judge.intervals import Interval
from scorecard.judge.units import (
    Kind,
    Row,
    Units,
    check_word,
    counted_units,
    measured_units,
)
from scorecard.judge.values import Numbers


@dataclass(frozen=True, slots=True)
class ShrunkUnit:
    """One unit's value as measured (`raw`) and as best estimated (`shrunk`), in the same unit.

    weight    how far the unit speaks for itself: shrunk = weight · raw + (1 - weight) · whole
    interval  where the unit's true value lies, with the confidence asked for
    posterior the two parameters of that distribution: a, b of a beta (share); shape, rate of a
              gamma (rate); mean, standard deviation of a normal (mean)
    reason    why there is no estimate, or none of the unit's own; None otherwise
    """

    name: str
    size: float | None
    raw: float | None
    shrunk: float | None
    weight: float | None
    interval: Interval | None
    posterior: tuple[float, float] | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Units in the order given. `whole` is the value of all together, `variance` how much true
    values of units vary about it; None where that could not be estimated."""

    kind: Kind
    units: tuple[ShrunkUnit, ...]
    whole: float | None
    variance: float | None
    confidence: float


def shrink(
    numerators: Row,
    denominators: Row,
    *,
    kind: Literal["share", "rate"] = "share",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Shrinkage:
    """Shares or rates of units, each drawn towards the whole by as much as it rests on little.

    With m = Σ O / Σ N, N̄ the mean size, and s² = Σ N (x - m)² / Σ N:

        rate:   A = s² - m / N̄,                        weight = A / (A + m / N)
        share:  A = (N̄ s² - m (1-m)) / (N̄ - 1),        weight = A / (A + (m (1-m) - A) / N)

    A below 0 is taken as 0: units differ no more than chance, every estimate is the whole's.
    The rate's is the global estimator of Marshall, R. J. (1991), "Mapping disease and mortality
    rates using empirical Bayes estimators", Applied Statistics 40, 283-294; the share's that of
    Martuzzi, M. and Elliott, P. (1996), "Empirical Bayes estimation of small area prevalence of
    non-rare conditions", Statistics in Medicine 15, 1867-1873. Both are the means of conjugate
    posteriors with prior mean m and variance A (gamma and Poisson, beta and binomial), of which
    the interval takes equal tails. m and A are taken as known, so with few units (fewer than ten,
    say) intervals are somewhat too short.

    Raises JudgeError as `counted_units`, `confidence-out-of-range`, `units-unknown-word`.
    """
    check_word("kind", kind, ("share", "rate"))
    units = counted_units(numerators, denominators, Kind(kind), names)
    confidence = confidence_level(confidence)
    if units.known.sum() < 2:
        return _unshrunk(units, confidence, 2)
    sizes, values = units.sizes[units.known], units.values[units.known]
    whole, mean_size = units.whole, fsum(sizes) / len(sizes)
    scatter = fsum(sizes * (values - whole) ** 2) / fsum(sizes)
    if units.kind is Kind.RATE:
        variance = max(0.0, scatter - whole / mean_size)
        pull = whole / variance if variance > 0 else np.inf
    else:
        chance = whole * (1 - whole)
        room = mean_size - 1
        variance = max(0.0, (mean_size * scatter - chance) / room) if room > 0 else 0.0
        # Shares cannot vary more than between 0 and 1.
        variance = min(variance, chance)
        pull = (chance - variance) / variance if variance > 0 else np.inf
    weights = np.zeros(len(sizes)) if np.isinf(pull) else sizes / (sizes + pull)
    if variance == 0:
        # What is left unsure is the whole itself: half a case on each side (Jeffreys).
        of, among = fsum(values * sizes), fsum(sizes)
        last = among - of + 0.5 if units.kind is Kind.SHARE else among
        posteriors = [(float(of + 0.5), float(last))] * len(sizes)
    else:
        posteriors = [
            (
                float(whole * pull + value * size),
                float((1 - whole) * pull + (1 - value) * size)
                if units.kind is Kind.SHARE
                else float(pull + size),
            )
            for value, size in zip(values, sizes, strict=True)
        ]
    return _shrunk(units, whole, variance, weights, posteriors, confidence)


def shrink_means(
    means: Row,
    ns: Row,
    sds: Row | float,
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Shrinkage:
    """Means of `ns` observations each, drawn towards the whole Σ n·mean / Σ n.

    With V = sd²/n (the standard deviation within units pooled), A the variance between units by
    moments (DerSimonian and Laird, as in the funnel; at least 0) and k units:

        B = (k-3)/(k-1) · V / (V + A),      shrunk = mean - B (mean - whole)
        variance = V (1 - (k-1)/k · B) + 2/(k-3) · B² (mean - whole)²

    Morris, C. N. (1983), "Parametric empirical Bayes inference", Journal of the American
    Statistical Association 78, 47-55. With units of equal size it is the estimator of James and
    Stein. Fewer than four units are too few to tell how units differ: none is then drawn anywhere.

    Raises JudgeError as `measured_units`, and `confidence-out-of-range`.
    """
    units, sd = measured_units(means, ns, sds, names)
    confidence = confidence_level(confidence)
    count = int(units.known.sum())
    if count < 4 or not sd:
        return _unshrunk(units, confidence, 4)
    sizes, values = units.sizes[units.known], units.values[units.known]
    whole, errors = units.whole, sd / np.sqrt(sizes)
    variance = tau2_of(phi_of((values - whole) / errors), errors)
    drawn = (count - 3) / (count - 1) * errors**2 / (errors**2 + variance)
    spread = np.sqrt(
        errors**2 * (1 - (count - 1) / count * drawn)
        + 2 / (count - 3) * drawn**2 * (values - whole) ** 2
    )
    centres = values - drawn * (values - whole)
    posteriors = [(float(at), float(off)) for at, off in zip(centres, spread, strict=True)]
    return _shrunk(units, whole, variance, 1 - drawn, posteriors, confidence)


def _shrunk(
    units: Units,
    whole: float,
    variance: float,
    weights: Numbers,
    posteriors: Sequence[tuple[float, float]],
    confidence: float,
) -> Shrinkage:
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    none = "units differ no more than chance" if variance == 0 else None
    shown: list[ShrunkUnit] = []
    estimates = iter(zip(weights, posteriors, strict=True))
    for name, size, raw, known in _each(units):
        if not known or raw is None:
            shown.append(ShrunkUnit(name, size, raw, None, None, None, None, "no data"))
            continue
        weight, posterior = next(estimates)
        lower, upper = _quantiles(units.kind, posterior, tails)
        shrunk = float(raw * weight + whole * (1 - weight))
        # Equal tails leave out the very end, where a whole without a single case lies.
        interval = Interval(min(float(lower), shrunk), max(float(upper), shrunk))
        shown.append(ShrunkUnit(name, size, raw, shrunk, float(weight), interval, posterior, none))
    return Shrinkage(units.kind, tuple(shown), whole, variance, confidence)


def _quantiles(kind: Kind, posterior: tuple[float, float], tails: Numbers) -> Numbers:
    first, second = posterior
    if kind is Kind.SHARE:
        if first <= 0 or second <= 0:
            return np.full(len(tails), 0.0 if first <= 0 else 1.0)
        return betaincinv(first, second, tails)
    if kind is Kind.RATE:
        return gammaincinv(first, tails) / second
    return first + second * ndtri(tails)


def _unshrunk(units: Units, confidence: float, fewest: int) -> Shrinkage:
    """Too little to tell how units differ: each kept as measured, and nothing claimed."""
    few = int(units.known.sum()) < fewest
    why = (
        f"fewer than {'four' if fewest == 4 else 'two'} units: nothing to draw towards"
        if few
        else "nothing is known of how observations vary within a unit"
    )
    shown = tuple(
        ShrunkUnit(name, size, raw, None, None, None, None, why if known else "no data")
        for name, size, raw, known in _each(units)
    )
    whole = units.whole if units.known.any() else None
    return Shrinkage(units.kind, shown, whole, None, confidence)


def _each(units: Units) -> list[tuple[str, float | None, float | None, bool]]:
    """Name, size and value (None where unknown) and whether both are known, one a unit."""
    return [
        (
            name,
            None if np.isnan(size) else float(size),
            None if np.isnan(value) else float(value),
            bool(known),
        )
        for name, size, value, known in zip(
            units.names, units.sizes, units.values, units.known, strict=True
        )
    ]
