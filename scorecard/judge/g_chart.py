"""Control charts of the number of cases between rare events: the g chart."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, log1p, sqrt

import numpy as np
from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.control_chart import (
    FROM_ZERO,
    NO_VARIATION,
    ControlChart,
    baseline,
    chart,
    not_negative,
    too_few,
    without_limits,
)

# The chance of a normal value beyond three standard deviations on one side.
BEYOND = 0.00135


def g_chart(
    cases: ArrayLike | Sequence[float | None],
    *,
    probability: bool = False,
    fix_first: int | None = None,
) -> ControlChart:
    """The cases without an event between one event and the next, with the limits of their
    geometric distribution.

        limits ḡ ± 3 · √(ḡ(ḡ + 1))

    The distribution is skewed: chance alone puts about one point in 55 above this upper limit.
    With `probability` the limits are where chance leaves about 0.135 % of the points beyond each,
    as three standard deviations of a normal distribution do:

        (1 - p)^(lower + 1) = 99.865 %        (1 - p)^(upper + 1) = 0.135 %        p = 1/(ḡ + 1)

    The lower limit is cut off at 0 (always with three standard deviations, mostly otherwise), so
    that only improvement, many cases between events, can lie beyond a limit; a note says so.
    Whether events came more often is for a run chart of the same values, or a p' chart of longer
    periods.

    `cases` counts those between two events, neither of them included: 0 for events in a row.
    `fix_first`: mean and limits rest on the first so many places alone. A missing count keeps its
    place.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `values-negative`,
    `values-too-large`, `values-too-small`, `values-not-whole`, `fix-first-too-few`.

    Source: Benneyan, J. C. (2001), "Number-Between g-Type Statistical Quality Control Charts for
    Monitoring Adverse Events", Health Care Management Science 4(4), 305-318 (the k-sigma limits,
    with k = 3 and the mean as estimate). The others are quantiles of the same distribution.
    """
    values = not_negative(cases, "cases")
    broken = ~np.isnan(values) & (values != np.round(values))
    if broken.any():
        place = int(broken.argmax())
        raise JudgeError(
            "values-not-whole",
            f"cases[{place}] is {values[place]:g}, and cases are counted in whole numbers.",
            hint="For times between events use a t chart.",
        )
    resting = baseline(values, fix_first)
    mean = float("nan") if np.isnan(resting).all() else float(np.nanmean(resting))
    why = too_few(resting) or (NO_VARIATION if mean == 0 else None)
    if why:
        return without_limits(values, mean, FROM_ZERO, why)
    sigma = np.full(values.shape, sqrt(mean * (mean + 1)))
    if probability:
        lower, upper = (
            np.full(values.shape, -log(above) / log1p(1 / mean) - 1)
            for above in (1 - BEYOND, BEYOND)
        )
    else:
        lower, upper = mean - 3 * sigma, mean + 3 * sigma
    return chart(values, mean, lower, upper, FROM_ZERO, sigma=sigma)
