"""Control charts of the time between rare events: the t chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from scorecard.judge.control_chart import (
    FROM_ZERO,
    MEAN_RANGE,
    NO_RANGES,
    NO_VARIATION,
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

    `fix_first`: centre and limits rest on the first so many places alone. A
    missing time keeps its place. A time of 0 is two events within one unit of time: it is charted
    as 0, and a note says that a finer clock or a g chart fits better, since zeros widen the limits.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `values-negative`,
    `values-too-large`, `values-too-small`, `fix-first-too-few`.

    Sources: Nelson, L. S. (1994), "A Control Chart for Parts-Per-Million Nonconforming Items",
    Journal of Quality Technology 26(3), 239-240; Montgomery, D. C. (2009), Introduction to
    Statistical Quality Control, 6th edition, section 7.3.5.
    """
    values = not_negative(times, "times")
    resting = baseline(values, fix_first)
    why = too_few(resting)
    even = resting ** (1 / POWER)
    centre = float("nan") if np.isnan(even).all() else float(np.nanmean(even))
    moving = mean_range(even)
    if why is None and alike(resting):
        why = NO_VARIATION
    if why or moving is None:
        return without_limits(values, centre**POWER, FROM_ZERO, why or NO_RANGES)
    reach = 3 * moving / MEAN_RANGE
    every = np.ones(values.shape)
    zeros, measured = int((values == 0).sum()), int((~np.isnan(values)).sum())
    coarse = (
        f"{zeros} of {measured} times are 0, which widens the limits: measure time more finely, "
        "or chart the cases between events (g chart)."
    )
    return chart(
        values,
        centre**POWER,
        every * max(centre - reach, 0.0) ** POWER,
        every * (centre + reach) ** POWER,
        FROM_ZERO,
        notes=[coarse] if zeros else (),
    )
