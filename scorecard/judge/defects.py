"""Defects per unit and per million opportunities, sigma level and yield, as DMAIC counts them."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isfinite, prod

from scipy.special import ndtri

from scorecard.errors import JudgeError
from scorecard.judge.values import LARGEST, number

MILLION = 1_000_000


def dpu(defects: float, units: float) -> float | None:
    """Defects per unit: `defects / units`; None where there were no units.

    Raises JudgeError `count-impossible` for a count that is negative or not finite.
    """
    _count(defects, "defects")
    return defects / _count(units, "units") if units else None


def dpmo(defects: float, units: float, opportunities: float = 1) -> float | None:
    """Defects per million opportunities: 1,000,000 · defects / (units · opportunities).

    opportunities   in how many ways a unit may be defective

    None where there were no units. Raises JudgeError `count-impossible` for a count that is
    negative or not finite, for no opportunities, and for more defects than opportunities.
    """
    chances = _count(units, "units") * _count(opportunities, "opportunities")
    if opportunities == 0:
        raise JudgeError("count-impossible", "opportunities must be above 0.")
    if not chances:
        return None
    if _count(defects, "defects") > chances:
        raise JudgeError(
            "count-impossible",
            f"{defects:g} defects are more than the {chances:g} opportunities there were.",
            hint="Hand in how many defects one unit may have as opportunities.",
        )
    return MILLION * defects / chances


def sigma_level(dpmo: float | None, shift: float = 1.5) -> float | None:
    """The sigma level of so many defects per million opportunities: Φ⁻¹(1 − dpmo / 10⁶) + shift.

    shift   how far a process is taken to drift in the long term, in standard deviations; 1.5 by
            custom, 0 for the level that was observed

    None for 0 and for 1,000,000, where the normal distribution has no finite level, and where
    dpmo is unknown. Raises JudgeError `dpmo-out-of-range` outside 0 to 1,000,000.
    Source: Harry, M. J. (1988), "The Nature of Six Sigma Quality", Motorola University Press.
    """
    if dpmo is None:
        return None
    dpmo, shift = number(dpmo, "dpmo"), number(shift, "shift")
    if not 0 <= dpmo <= MILLION:
        raise JudgeError("dpmo-out-of-range", f"dpmo goes from 0 to 1,000,000, not {dpmo!r}.")
    # Φ⁻¹(1 − p) = −Φ⁻¹(p), which keeps its digits where p is small.
    return shift - float(ndtri(dpmo / MILLION)) if 0 < dpmo < MILLION else None


def throughput_yield(dpu: float | None) -> float | None:
    """The share of units without a defect, exp(−dpu), as defects fall at random (Poisson)."""
    return None if dpu is None else exp(-_count(dpu, "dpu"))


def rolled_throughput_yield(yields: Sequence[float]) -> float | None:
    """The share of units that pass every step without a defect: the product of the steps' yields.

    None where there are no steps. Raises JudgeError `share-out-of-range` for a yield outside 0..1.
    """
    for place, share in enumerate(yields):
        if not 0 <= number(share, f"yields[{place}]") <= 1:
            raise JudgeError(
                "share-out-of-range", f"yields[{place}] is a fraction 0 to 1, not {share!r}."
            )
    return prod(yields) if len(yields) else None


def _count(given: float, name: str) -> float:
    count = number(given, name)
    if not (isfinite(count) and count >= 0):
        raise JudgeError("count-impossible", f"{name} must be 0 or more, not {given!r}.")
    if count > LARGEST or 0 < count < 1 / LARGEST:
        raise JudgeError("count-impossible", f"{name} is {given!r}, which no count or size is.")
    return count
