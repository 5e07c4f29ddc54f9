"""How far units of a size may lie from the centre by chance, and how much wider they scatter.

Sources: Spiegelhalter, D. J. (2005), "Funnel plots for comparing institutional performance",
Statistics in Medicine 24, 1185-1202; and (2005), "Handling over-dispersion of performance
indicators", Quality and Safety in Health Care 14, 347-351.
"""

from __future__ import annotations

from collections.abc import Callable
from math import fsum

import numpy as np
from scipy.special import betainc, gammaincc

from scorecard.judge.intervals import Limits, normal_quantile
from scorecard.judge.units import Kind
from scorecard.judge.values import Numbers


def chance_limits(
    kind: Kind, centre: float, sizes: Numbers, confidence: float, sd: float | None = None
) -> Limits:
    """Limits that a unit at the centre exceeds by chance with at most 1 - `confidence`.

    Shares: exact binomial; rates: exact Poisson; both interpolated between counts so that the
    limits are smooth in size (Spiegelhalter 2005, appendix): with r the smallest count with
    F(r) > p,

        count = r - (F(r) - p) / (F(r) - F(r-1)),    limit = count / size

    at p = (1 - confidence)/2 for the lower limit. At 1 - p the published formula alone would put
    the upper limit inside counts that chance exceeds more often than p, and counting failures for
    successes would not mirror the limits; so the upper count is one more. Means: centre ± z·sd/√n.
    """
    if kind is Kind.MEAN:
        half = normal_quantile(confidence) * standard_error(kind, sizes, sd)
        return Limits(centre - half, centre + half)
    if kind is Kind.SHARE:

        def chance(count: Numbers) -> Numbers:
            inside = (count >= 0) & (count < sizes)
            left = np.where(inside, sizes - count, 1.0)
            found = betainc(left, np.where(inside, count + 1, 1.0), 1 - centre)
            return np.where(inside, found, np.where(count < 0, 0.0, 1.0))

        most = np.ceil(sizes)
    else:
        expected = centre * sizes

        def chance(count: Numbers) -> Numbers:
            return np.where(count < 0, 0.0, gammaincc(np.maximum(count, 0) + 1, expected))

        most = np.ceil(expected + 40 * np.sqrt(expected) + 100)
    tail = (1 - confidence) / 2
    lower = np.maximum(_count_at(tail, chance, most), 0) / sizes
    upper = (_count_at(1 - tail, chance, most) + 1) / sizes
    if kind is Kind.SHARE:
        return Limits(np.minimum(lower, 1.0), np.minimum(upper, 1.0))
    return Limits(lower, upper)


def _count_at(p: float, chance: Callable[[Numbers], Numbers], most: Numbers) -> Numbers:
    """The count, between whole ones, below which lies `p`; halving the range all sizes at once."""
    below, at = np.full(most.shape, -1.0), most.astype(float)
    while (at - below > 1).any():
        middle = np.floor((at + below) / 2)
        above = chance(middle) > p
        at, below = np.where(above, middle, at), np.where(above, below, middle)
    reached = chance(at)
    return at - (reached - p) / (reached - chance(at - 1))


def wide_limits(
    kind: Kind,
    centre: float,
    sizes: Numbers,
    confidence: float,
    *,
    phi: float = 1.0,
    tau2: float = 0.0,
    sd: float | None = None,
) -> Limits:
    """Limits with room for what units differ beyond chance: centre ± z·√(φ s² + τ²).

    On the scale of `evened`, where the error s depends on the size alone; carried back after.
    """
    middle = evened(kind, np.asarray(centre, float))
    half = normal_quantile(confidence) * np.sqrt(phi * standard_error(kind, sizes, sd) ** 2 + tau2)
    return Limits(_back(kind, middle - half), _back(kind, middle + half))


def evened(kind: Kind, values: Numbers) -> Numbers:
    """Values on a scale where chance scatters alike at every level: arcsin √p for shares, √ for
    rates, means as they are. Counting failures instead of successes mirrors it."""
    if kind is Kind.SHARE:
        return np.arcsin(np.sqrt(np.clip(values, 0, 1)))
    return np.sqrt(values) if kind is Kind.RATE else values


def _back(kind: Kind, values: Numbers) -> Numbers:
    if kind is Kind.SHARE:
        return np.sin(np.clip(values, 0, np.pi / 2)) ** 2
    return np.maximum(values, 0) ** 2 if kind is Kind.RATE else values


def standard_error(kind: Kind, sizes: Numbers, sd: float | None = None) -> Numbers:
    """Standard error on the scale of `evened`: 1/(2√n) for shares and rates, sd/√n for means."""
    return (sd if kind is Kind.MEAN and sd is not None else 0.5) / np.sqrt(sizes)


def winsorised(z: Numbers, share: float = 0.1) -> Numbers:
    """Scores with the lowest and highest `share` drawn in to the quantile (type 7) at that share,
    so that the few true outliers do not widen the limits that are to find them."""
    low, high = np.quantile(z, [share, 1 - share])
    return np.clip(z, low, high)


def phi_of(z: Numbers) -> float:
    """Overdispersion factor φ = Σ z² / I: 1 where units differ by chance alone."""
    return fsum(z**2) / len(z)


def tau2_of(phi: float, errors: Numbers) -> float:
    """Variance between units τ², by moments; 0 where φ shows none.

        τ² = (I φ - (I - 1)) / (Σw - Σw² / Σw),    w = 1 / s²

    DerSimonian, R. and Laird, N. (1986), "Meta-analysis in clinical trials", Controlled Clinical
    Trials 7, 177-188; Spiegelhalter (2005) with φ from winsorised scores.
    """
    weights = 1 / errors**2
    room = fsum(weights) - fsum(weights**2) / fsum(weights)
    surplus = len(errors) * phi - (len(errors) - 1)
    return max(0.0, surplus / room) if room > 0 else 0.0
