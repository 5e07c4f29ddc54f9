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


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Points in time, their mean, and the limits that chance keeps them within.

    All arrays are read-only and as long as what was handed in: a missing point keeps its place, as
    NaN. `points`, `mean`, `lower`, `upper` and `sigma` are in the unit of the points. `lower` and
    `upper` are NaN where there can be none; `notes` says why. `outside` marks the points beyond a
    limit. `sigma` is one standard deviation, NaN on a t chart, whose limits are not symmetric.
    `sigma_z` is how many times wider the points vary than chance alone would have them vary; None
    on charts that do not measure it. `scale` is where points can lie at all. `notes` are
    sentences for whoever reads the chart.
    """

    points: Numbers
    mean: Numbers
    lower: Numbers
    upper: Numbers
    outside: Flags
    sigma: Numbers
    sigma_z: float | None
    scale: Interval
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
    points: Numbers,
    mean: float,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    scale: Interval,
    *,
    sigma: NDArray[np.float64] | None = None,
    sigma_z: float | None = None,
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
    outside = (points > upper + slack) | (points < lower - slack)
    outside.flags.writeable = False
    return ControlChart(
        points=frozen(points),
        mean=frozen(np.full(points.shape, mean)),
        lower=frozen(lower),
        upper=frozen(upper),
        outside=outside,
        sigma=frozen(np.full(points.shape, np.nan) if sigma is None else sigma),
        sigma_z=sigma_z,
        scale=scale,
        notes=tuple(said),
    )


def without_limits(points: Numbers, mean: float, scale: Interval, why: str) -> ControlChart:
    """The chart of points that no limits can be drawn for, and why."""
    none = np.full(points.shape, np.nan)
    return chart(points, mean, none, none, scale, notes=[why])


def too_few(based: Flags) -> str | None:
    """Why so few points cannot carry limits; None where there are two or more."""
    count = int(based.sum())
    if count == 0:
        return "There are no points."
    return "One point alone shows no variation to draw limits from." if count == 1 else None


ALIKE = "All points are alike: there is no variation to draw limits from."


def alike(points: NDArray[np.float64]) -> bool:
    """Whether the points, all of them known and none below zero, differ by rounding alone."""
    return bool(np.ptp(points) <= 1e-12 * points.max())


def frozen(values: NDArray[np.float64]) -> Numbers:
    """The same values, read-only."""
    values.flags.writeable = False
    return values


def mean_range(series: NDArray[np.float64]) -> float:
    """Mean difference between each known value and the next known one, across any gap.

    The series holds at least two known values.
    """
    return float(np.abs(np.diff(series[~np.isnan(series)])).mean())


def baseline(points: Numbers, fix_first: int | None) -> Flags:
    """Which points the mean and the limits are worked out from: all that are known, or the first
    `fix_first` of these.

    Raises JudgeError `baseline-too-short` where `fix_first` is below 2.
    """
    known = ~np.isnan(points)
    if fix_first is None:
        return known
    if fix_first < 2:
        raise JudgeError(
            "baseline-too-short",
            f"fix_first is {fix_first}: a baseline takes at least two points.",
            hint="Say from how many of the first points the limits are worked out.",
        )
    return known & (np.cumsum(known) <= fix_first)


def not_negative(values: ArrayLike | Sequence[float | None], name: str) -> Numbers:
    """`values` as numbers() gives them; raises JudgeError `values-negative` for one below zero."""
    found = numbers(values, name)
    below = found < 0
    if below.any():
        place = int(below.argmax())
        raise JudgeError(
            "values-negative", f"{name}[{place}] is {found[place]:g}; it cannot be below zero."
        )
    return found
