"""Process capability: how a process's own spread compares with the room its limits leave it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import hypot, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, ndtr

from scorecard.errors import JudgeError
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.intervals import Interval, normal_quantile, tail
from scorecard.judge.normality import constant, normality
from scorecard.judge.values import Numbers, numbers

# Fewer leave Cpk uncertain by a quarter and more either way.
ENOUGH = 25
# The mean range of two of a standard normal distribution, 2/√π, as the published tables have it.
_TWO = 1.128


class Caution(StrEnum):
    """Why capability is not to be taken at its word, or is not known."""

    NO_DATA = "no data"
    TOO_FEW = "too few"
    NO_VARIATION = "no variation"
    NOT_IN_CONTROL = "not in control"
    NOT_NORMAL = "not normal"


@dataclass(frozen=True, slots=True)
class Capability:
    """Capability indices with their intervals; None where one is not known or does not apply.

    n, missing           values used, and values left out because they are missing
    mean, median         of the values, in their unit
    short_term, overall  standard deviations: within moving ranges or subgroups; of all values
    degrees              the degrees of freedom that `short_term` is worth
    cp, cpk              room against the short-term spread; cpk heeds where the mean lies
    cpm                  room against the overall spread around the target
    pp, ppk              as cp and cpk, against the overall spread
    ..._interval         at the confidence asked for
    observed_outside     the share of the values outside the limits, a fraction
    expected_outside     the share a normal distribution of this mean and overall spread has there
    cautions             what keeps the indices from being taken at their word; () for nothing
    """

    n: int
    missing: int
    mean: float | None = None
    median: float | None = None
    short_term: float | None = None
    overall: float | None = None
    degrees: float | None = None
    cp: float | None = None
    cp_interval: Interval | None = None
    cpk: float | None = None
    cpk_interval: Interval | None = None
    cpm: float | None = None
    pp: float | None = None
    pp_interval: Interval | None = None
    ppk: float | None = None
    ppk_interval: Interval | None = None
    observed_outside: float | None = None
    expected_outside: float | None = None
    cautions: tuple[Caution, ...] = ()


def capability(
    values: ArrayLike | Sequence[float | None],
    *,
    lower: float | None = None,
    upper: float | None = None,
    target: float | None = None,
    subgroups: Sequence[Hashable] | int | None = None,
    in_control: bool | None = None,
    confidence: float = 0.95,
) -> Capability:
    """The capability of a process to stay within its specification limits.

        Cp  = (upper − lower) / 6d        Cpk = min(upper − x̄, x̄ − lower) / 3d
        Pp, Ppk the same with s           Cpm = (upper − lower) / 6√(s² + (x̄ − target)²)

    d is the short-term spread: the mean moving range of successive values / 1.128, or the mean of
    the subgroups' ranges, each / d₂ of its size; s is the standard deviation of all values (n − 1).

    values        of a stable process, in the order of time; missing ones are left out, and no
                  moving range is taken across them
    lower, upper  specification limits in the values' unit; one is enough (Cp, Pp and Cpm are None
                  then). A standard has one: `upper=expected` where less is better, else `lower`
    target        the middle of the limits unless stated
    subgroups     the size of consecutive rational subgroups, or for each value the name of its own
    in_control    whether the chart of these values shows no signal; None: nobody has looked

    What is not known is None and `cautions` says why: fewer than 25 values are too few to rely on,
    the indices mean nothing for a process that is not in control, and the share outside is wrong
    for values that are not normal (p < 0.01).

    Raises JudgeError: `limits-missing` (neither limit), `limits-crossed`, `limit-not-finite`,
    `subgroups-uneven`, `confidence-out-of-range`, and what `numbers` raises.
    Sources: NIST/SEMATECH e-Handbook of Statistical Methods, 6.1.6, "What is Process
    Capability?"; Montgomery, D. C., Introduction to Statistical Quality Control, chapter on
    process capability; Chan, Cheng and Spiring (1988), "A New Measure of Process Capability: Cpm",
    Journal of Quality Technology 20(3), 162-175. Intervals: `cp_interval`, `cpk_interval`.
    """
    confidence_level(confidence)
    _limits(lower, upper, target)
    given = numbers(values)
    groups = _groups(subgroups, len(given))
    known = given[~np.isnan(given)]
    n, missing = len(known), len(given) - len(known)
    if not n:
        return Capability(0, missing, cautions=(Caution.NO_DATA,))
    mean = float(known.mean())
    outside = (known < (-np.inf if lower is None else lower)) | (
        known > (np.inf if upper is None else upper)
    )
    overall = _overall(known)
    short_term, degrees = _within(given, groups)
    cautions = tuple(_cautions(known, overall, in_control))
    cp, cpk = _indices(mean, short_term, lower, upper)
    pp, ppk = _indices(mean, overall, lower, upper)
    return Capability(
        n=n,
        missing=missing,
        mean=mean,
        median=float(np.median(known)),
        short_term=short_term,
        overall=overall,
        degrees=degrees,
        cp=cp,
        cp_interval=cp_interval(cp, degrees, confidence),
        cpk=cpk,
        cpk_interval=cpk_interval(cpk, n, degrees, confidence),
        cpm=_cpm(mean, overall, lower, upper, target),
        pp=pp,
        pp_interval=cp_interval(pp, n - 1, confidence),
        ppk=ppk,
        ppk_interval=cpk_interval(ppk, n, n - 1, confidence),
        observed_outside=float(outside.mean()),
        expected_outside=_beyond(mean, overall, lower, upper),
        cautions=cautions,
    )


def cp_interval(
    cp: float | None, degrees: float | None, confidence: float = 0.95
) -> Interval | None:
    """The interval of Cp or Pp: cp · √(χ²/f) at both quantiles of chi-square with f = `degrees`.

    None where cp or its degrees of freedom are not known. Source: NIST/SEMATECH e-Handbook 6.1.6;
    Montgomery, Introduction to Statistical Quality Control, "Confidence Intervals and Tests on
    Process Capability Ratios".
    """
    beyond = tail(confidence)
    if cp is None or not degrees:
        return None
    # chdtri is the inverse of the upper tail.
    ends = (sqrt(float(chdtri(degrees, share)) / degrees) for share in (1 - beyond, beyond))
    return Interval(*(cp * end for end in ends))


def cpk_interval(
    cpk: float | None, n: int, degrees: float | None, confidence: float = 0.95
) -> Interval | None:
    """The interval of Cpk or Ppk: cpk ± z √(1/9n + cpk²/2f), f = `degrees`; n the values used.

    None where cpk or its degrees of freedom are not known. Source: Bissell, A. F. (1990), "How
    Reliable Is Your Capability Index?", Applied Statistics 39(3), 331-340.
    """
    z = normal_quantile(confidence)
    if cpk is None or not degrees:
        return None
    half = z * hypot(1 / (3 * sqrt(n)), cpk / sqrt(2 * degrees))
    return Interval(cpk - half, cpk + half)


def _limits(lower: float | None, upper: float | None, target: float | None) -> None:
    if lower is None and upper is None:
        raise JudgeError(
            "limits-missing",
            "Capability is held against a limit, and there is none.",
            hint="Hand in lower, upper or both.",
        )
    for name, limit in (("lower", lower), ("upper", upper), ("target", target)):
        if limit is not None and not isfinite(limit):
            raise JudgeError("limit-not-finite", f"{name} must be a finite number, not {limit!r}.")
    if lower is not None and upper is not None and lower >= upper:
        raise JudgeError("limits-crossed", f"lower ({lower:g}) must be below upper ({upper:g}).")


def _groups(subgroups: Sequence[Hashable] | int | None, n: int) -> list[Hashable] | None:
    if subgroups is None:
        return None
    if isinstance(subgroups, int):
        if subgroups < 2:
            raise JudgeError("subgroups-uneven", f"A subgroup has 2 or more, not {subgroups}.")
        return [place // subgroups for place in range(n)]
    if len(subgroups) != n:
        raise JudgeError("subgroups-uneven", f"{n} values have {len(subgroups)} subgroup names.")
    return list(subgroups)


def _overall(known: Numbers) -> float | None:
    """The sample standard deviation; 0 where values differ by arithmetic alone; None for one."""
    if len(known) < 2:
        return None
    return 0.0 if constant(known) else float(known.std(ddof=1))


def _within(given: Numbers, groups: list[Hashable] | None) -> tuple[float | None, float | None]:
    """The short-term spread and the degrees of freedom it is worth.

    1 / 2V, V the relative variance of the estimate, which is what a chi-square one has. The
    mean of m moving ranges has V = (0.5708 m + 0.2556 (m − 1)) / m², since neighbouring ranges
    share a value; about 0.6 for each value (Cryer and Ryan 1990, Journal of Quality Technology
    22(3), 187-192). Ranges of subgroups are worth about 0.9 (m − 1) each.
    """
    if groups is None:
        ranges = np.abs(np.diff(given))
        ranges = ranges[~np.isnan(ranges)]
        m = len(ranges)
        if not m:
            return None, None
        neighbours = sqrt(3) / 2 + np.pi / 12 - 1
        relative = ((np.pi / 2 - 1) * m + 2 * neighbours * (m - 1)) / m**2
        spread, degrees = float(ranges.mean()) / _TWO, 1 / (2 * relative)
    else:
        members: dict[Hashable, list[float]] = {}
        for group, value in zip(groups, given, strict=True):
            if not np.isnan(value):
                members.setdefault(group, []).append(float(value))
        sized = [one for one in members.values() if len(one) > 1]
        if not sized:
            return None, None
        spread = float(np.mean([(max(one) - min(one)) / _d2(len(one)) for one in sized]))
        degrees = 0.9 * sum(len(one) - 1 for one in sized)
    # The same bound as for values that differ by arithmetic alone.
    least = max(1e-12 * float(np.nanmax(np.abs(given))), 1e-150)
    return (spread if spread > least else 0.0), degrees


@lru_cache(maxsize=64)
def _d2(size: int) -> float:
    """The mean range of `size` of a standard normal: ∫ 1 − Φ(x)ᵏ − (1 − Φ(x))ᵏ dx."""
    x = np.linspace(-10, 10, 20_001)
    inside = 1 - ndtr(x) ** size - ndtr(-x) ** size
    return float(np.trapezoid(inside, x))


def _indices(
    mean: float, spread: float | None, lower: float | None, upper: float | None
) -> tuple[float | None, float | None]:
    if not spread:
        return None, None
    rooms = []
    if upper is not None:
        rooms.append(upper - mean)
    if lower is not None:
        rooms.append(mean - lower)
    both = (upper - lower) / (6 * spread) if lower is not None and upper is not None else None
    return both, min(rooms) / (3 * spread)


def _cpm(
    mean: float,
    spread: float | None,
    lower: float | None,
    upper: float | None,
    target: float | None,
) -> float | None:
    if lower is None or upper is None or not spread:
        return None
    aim = (lower + upper) / 2 if target is None else target
    return (upper - lower) / (6 * hypot(spread, mean - aim))


def _beyond(
    mean: float, spread: float | None, lower: float | None, upper: float | None
) -> float | None:
    if not spread:
        return None
    below = 0.0 if lower is None else float(ndtr((lower - mean) / spread))
    above = 0.0 if upper is None else float(ndtr((mean - upper) / spread))
    return below + above


def _cautions(known: Numbers, overall: float | None, in_control: bool | None) -> list[Caution]:
    found = []
    if len(known) < ENOUGH:
        found.append(Caution.TOO_FEW)
    if overall == 0:
        found.append(Caution.NO_VARIATION)
    if in_control is False:
        found.append(Caution.NOT_IN_CONTROL)
    likely = normality(known)
    if likely is not None and likely < 0.01:
        found.append(Caution.NOT_NORMAL)
    return found
