"""Control charts of the time between rare events: the t chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from scorecard.judge.control_chart import (
    ALIKE,
    FROM_ZERO,
    MEAN_RANGE,
    ControlChart,
    alike,
    baseline,
    chart,
    mean_range,
    not_negative,
    too_few,
    without_limits,
)

# Of an exponential time x, x^(1/3.6) is nearly normal.
POWER = 3.6


def t_chart(
    times: ArrayLike | Sequence[float | None], *, fix_first: int | None = None
) -> ControlChart:
    """The times between one event and the next, in any unit, with back-transformed XmR limits.

        y = x^(1/3.6)        limits (ȳ ± 3·MR̄/1.128)^3.6        centre ȳ^3.6

    MR̄ is the mean moving range of y; none is screened out. The centre is not the mean of the
    times, which a few long ones pull up: it lies near their median. A lower limit below 0 is 0.
    Long times are good where events are bad: a point above the upper limit is an improvement then.

    `fix_first`: work out centre and limits from that many of the first known points alone. A
    missing time keeps its place. A time of 0 is two events within one unit of time: it is charted
    as 0, and a note says that a finer clock or a g chart fits better, since zeros widen the limits.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `values-negative`,
    `baseline-too-short`.

    Sources: Nelson, L. S. (1994), "A Control Chart for Parts-Per-Million Nonconforming Items",
    Journal of Quality Technology 26(3), 239-240; Montgomery, D. C. (2009), Introduction to
    Statistical Quality Control, 6th edition, section 7.3.5.
    """
    points = not_negative(times, "times")
    based = baseline(points, fix_first)
    even = points ** (1 / POWER)
    centre = float(even[based].mean()) if based.any() else float("nan")
    why = too_few(based) or (ALIKE if alike(points[based]) else None)
    if why:
        return without_limits(points, centre**POWER, FROM_ZERO, why)
    reach = 3 * mean_range(even[based]) / MEAN_RANGE
    every = np.ones(points.shape)
    zeros = int((points == 0).sum())
    notes = [
        f"{zeros} of {int((~np.isnan(points)).sum())} times are 0, which widens the limits: "
        "measure time more finely, or chart the cases between events (g chart)."
    ]
    return chart(
        points,
        centre**POWER,
        every * max(centre - reach, 0.0) ** POWER,
        every * (centre + reach) ** POWER,
        FROM_ZERO,
        notes=notes if zeros else (),
    )
