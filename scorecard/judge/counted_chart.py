"""What p and u charts share: counts over sizes that differ from point to point."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.control_chart import (
    MEAN_RANGE,
    NO_RANGES,
    NO_VARIATION,
    ControlChart,
    alike,
    baseline,
    chart,
    frozen,
    mean_range,
    not_negative,
    too_few,
    without_limits,
)
from scorecard.judge.intervals import Interval
from scorecard.judge.values import Numbers


def counts_and_sizes(
    counts: ArrayLike | Sequence[float | None],
    sizes: ArrayLike | Sequence[float | None],
    count_name: str,
    size_name: str,
) -> tuple[Numbers, Numbers]:
    """Both rows; NaN in both where either is missing or the size is 0, so that there is no point.

    Raises JudgeError: those of not_negative(); `values-uneven`;
    `count-without-size` where something was counted in a size of zero.
    """
    top, bottom = not_negative(counts, count_name), not_negative(sizes, size_name)
    if top.shape != bottom.shape:
        raise JudgeError(
            "values-uneven",
            f"{count_name} has {top.size} values and {size_name} has {bottom.size}.",
            hint="Hand in one of each a point, None where one is missing.",
        )
    impossible = (bottom == 0) & (top > 0)
    if impossible.any():
        place = int(impossible.argmax())
        raise JudgeError(
            "count-without-size",
            f"{count_name}[{place}] is {top[place]:g} where {size_name}[{place}] is 0.",
            hint="Leave out (None) the size where it is unknown.",
        )
    missing = np.isnan(top) | np.isnan(bottom) | (bottom == 0)
    return frozen(np.where(missing, np.nan, top)), frozen(np.where(missing, np.nan, bottom))


def counted_chart(
    counts: Numbers,
    sizes: Numbers,
    scale: Interval,
    variance: Callable[[float], float],
    *,
    prime: bool,
    fix_first: int | None,
) -> ControlChart:
    """Counts over sizes about their common mean, with the limits

        mean ± 3 · √(variance(mean) / size) [· sigma_z]

    where `variance` is that of one case by chance alone, and the last factor belongs to prime
    charts. The mean is all counts over all sizes of the baseline.
    """
    values = frozen(counts / sizes)
    resting = baseline(values, fix_first)
    first = slice(len(resting))
    why = too_few(resting)
    all_sizes = float(np.nansum(sizes[first]))
    mean = float(np.nansum(counts[first])) / all_sizes if all_sizes else float("nan")
    if why:
        return without_limits(values, mean, scale, why)
    one = variance(mean)
    if one <= 0 or (prime and alike(resting)):
        return without_limits(values, mean, scale, NO_VARIATION)
    sigma = np.sqrt(one / sizes)
    sigma_z = None
    if prime:
        moving = mean_range(((values - mean) / sigma)[first])
        if moving is None:
            return without_limits(values, mean, scale, NO_RANGES)
        sigma_z = moving / MEAN_RANGE
        sigma = sigma * sigma_z
    return chart(
        values, mean, mean - 3 * sigma, mean + 3 * sigma, scale, sigma=sigma, sigma_z=sigma_z
    )
