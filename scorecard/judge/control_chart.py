"""What a chart with a mean and limits is, and the steps its kinds have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError
from scorecard.judge.intervals import Interval
from scorecard.judge.values import Numbers, numbers

Flags = NDArray[np.bool_]

MEAN_RANGE = 1.128
"""Mean difference between neighbours of a stable normal series, in standard deviations: 2/√π,
rounded as all published charts round it (the constant d2 of two values)."""

SHARES = Interval(0.0, 1.0)
FROM_ZERO = Interval(0.0, float("inf"))


@dataclass(frozen=True, slots=True, eq=False)
class ControlChart:
    """Points in time, their mean, and the limits that chance keeps them within.

    Arrays hold one entry a point and cannot be written to.

    values         what is drawn; NaN where missing
    mean           the same at every point, also at a missing one; NaN where nothing is measured
    lower, upper   NaN where there are none: everywhere, or at a point without denominator
    outside        True where a point lies beyond a limit
    sigma          one standard deviation; NaN without limits, and on a t chart, whose limits are
                   not symmetric
    sigma_z        how many times wider the points vary than chance alone would have them vary;
                   None on charts that do not measure it, and without limits
    scale          the ends of the scale, which no point can lie beyond
    no_limits      why there are no limits, in words; None where there are
    notes          sentences for whoever reads the chart
    """

    values: Numbers
    mean: Numbers
    lower: Numbers
    upper: Numbers
    outside: Flags
    sigma: Numbers
    sigma_z: float | None
    scale: Interval
    no_limits: str | None
    notes: tuple[str, ...]

    def beyond_scale(self, expected: float) -> str | None:
        """Why no point can ever reach the expected value, as a sentence; None where one can.

        Raises JudgeError as numbers() does where `expected` is no number or infinite.
        """
        (value,) = numbers([expected], "expected")
        if value < self.scale.lower:
            return f"The expected value {value:g} lies below {self.scale.lower:g}: none can be."
        if value > self.scale.upper:
            return f"The expected value {value:g} lies above {self.scale.upper:g}: none can be."
        return None


def chart(
    values: Numbers,
    mean: float,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    scale: Interval,
    *,
    sigma: NDArray[np.float64] | None = None,
    sigma_z: float | None = None,
    no_limits: str | None = None,
    notes: Sequence[str] = (),
) -> ControlChart:
    """The chart with these limits, cut off at the ends of the scale."""
    lower, upper = np.maximum(lower, scale.lower), np.minimum(upper, scale.upper)
    known = ~np.isnan(lower)
    said = list(notes)
    if known.any() and (lower[known] == scale.lower).all():
        said.append(f"The lower limit is cut off at {scale.lower:g}: no point can fall below it.")
    if known.any() and (upper[known] == scale.upper).all():
        said.append(f"The upper limit is cut off at {scale.upper:g}: no point can rise above it.")
    # What rounding may do. A comparison with NaN is false: without a limit there is no signal.
    slack = 1e-9 * abs(mean)
    outside = (values > upper + slack) | (values < lower - slack)
    outside.flags.writeable = False
    return ControlChart(
        values=frozen(values),
        mean=frozen(np.full(values.shape, mean)),
        lower=frozen(lower),
        upper=frozen(upper),
        outside=outside,
        sigma=frozen(np.full(values.shape, np.nan) if sigma is None else sigma),
        sigma_z=sigma_z,
        scale=scale,
        no_limits=no_limits,
        notes=tuple(said),
    )


def without_limits(values: Numbers, mean: float, scale: Interval, why: str) -> ControlChart:
    """The chart of points that no limits can be drawn for, and why."""
    none = np.full(values.shape, np.nan)
    return chart(values, mean, none, none, scale, no_limits=why)


def too_few(resting: Numbers) -> str | None:
    """Why so few points carry no limits; None where two or more are measured."""
    measured = int((~np.isnan(resting)).sum())
    if measured == 0:
        return "nothing is measured"
    return "only one point is measured" if measured == 1 else None


NO_RANGES = "no two neighbouring points are measured"
NO_VARIATION = "the points the limits would rest on do not vary"


def alike(resting: Numbers) -> bool:
    """Whether these values, one of them at least measured and none below zero, differ by rounding
    alone."""
    highest = np.nanmax(resting)
    return bool(highest - np.nanmin(resting) <= 1e-12 * highest)


def frozen(values: NDArray[np.float64]) -> Numbers:
    """The same values, read-only."""
    values.flags.writeable = False
    return values


def mean_range(series: NDArray[np.float64]) -> float | None:
    """Mean distance between neighbours; None where no two neighbours are measured."""
    ranges = np.abs(np.diff(series))
    return None if np.isnan(ranges).all() else float(np.nanmean(ranges))


def baseline(values: Numbers, fix_first: int | None) -> Numbers:
    """What mean and limits rest on: the values at the first `fix_first` places, or all.

    Raises JudgeError `fix-first-too-few` where `fix_first` is below 2.
    """
    if fix_first is None:
        return values
    if fix_first < 2:
        raise JudgeError(
            "fix-first-too-few",
            f"fix_first is {fix_first}: limits rest on two points at least.",
        )
    return values[:fix_first]


def not_negative(values: ArrayLike | Sequence[float | None], name: str) -> Numbers:
    """`values` as numbers() gives them, zero or more, and of a size that arithmetic stands.

    Raises JudgeError: `values-negative`; `values-too-large` above 1e100; `values-too-small`
    between 0 and 1e-100.
    """
    found = numbers(values, name)
    below, large, small = found < 0, found > 1e100, (found > 0) & (found < 1e-100)
    for wrong in (below, large, small):
        if wrong.any():
            place = int(wrong.argmax())
            what = f"{name}[{place}] is {found[place]:g}"
            if wrong is below:
                raise JudgeError("values-negative", f"{what}; it cannot be below zero.")
            if wrong is large:
                raise JudgeError("values-too-large", f"{what}; 1e100 is the most.")
            raise JudgeError("values-too-small", f"{what}; it is 0 or at least 1e-100.")
    return found
