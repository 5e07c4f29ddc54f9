"""Control charts of rates, counts over an exposure: u chart and Laney's u' chart."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from scorecard.judge.control_chart import FROM_ZERO, ControlChart
from scorecard.judge.counted_chart import counted_chart, counts_and_sizes


def u_chart(
    counts: ArrayLike | Sequence[float | None],
    exposure: ArrayLike | Sequence[float | None],
    *,
    prime: bool = False,
    fix_first: int | None = None,
) -> ControlChart:
    """The rates `counts / exposure` with limits three standard deviations wide.

        ū = Σ counts / Σ exposure            sᵢ = √(ū / exposureᵢ)            limits ū ± 3·sᵢ

    With `prime` the limits are ū ± 3·sᵢ·sigma_z, as on a p' chart: sigma_z is the mean moving
    range of the z scores (uᵢ - ū)/sᵢ, divided by 1.128. The lower limit is cut off at 0. The
    unit is one count for one unit of exposure: hand in thousands of inhabitants for a rate in a
    thousand. An exposure of 1 everywhere makes it the c chart of plain counts.

    `fix_first`: mean and limits rest on the first so many places alone.

    A point is missing, and keeps its place, where either number is missing or the exposure is 0.
    Neither must be whole.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `values-negative`,
    `values-too-large`, `values-too-small`, `values-uneven`, `count-without-size`,
    `fix-first-too-few`.

    Sources: Montgomery, D. C. (2009), Introduction to Statistical Quality Control, 6th edition,
    section 7.3; Laney, D. B. (2002), "Improved Control Charts for Attributes", Quality Engineering
    14(4), 531-537.
    """
    top, bottom = counts_and_sizes(counts, exposure, "counts", "exposure")
    return counted_chart(
        top, bottom, FROM_ZERO, lambda mean: mean, prime=prime, fix_first=fix_first
    )
