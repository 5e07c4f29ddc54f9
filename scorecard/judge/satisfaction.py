"""How satisfied people said they are, and one figure for many services by how many they serve."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.rounding import half_up
from scorecard.judge.values import numbers, whole_number


def satisfaction(
    counts: ArrayLike | Sequence[float | None], scale: tuple[int, int] = (1, 5)
) -> float | None:
    """The mean answer on a scale, as a fraction of the way from its lowest to its highest step.

        (Σ step · count / Σ count - lowest) / (highest - lowest)

    `counts` holds how many gave each answer, from the lowest step of `scale` (both ends belong to
    it) to the highest. 0 is all at the lowest, 1 all at the highest. None where nobody answered or
    one of the counts is unknown.

    It treats the steps as equally far apart, which is a convention: show the counts beside it.
    Raises JudgeError: `satisfaction-scale` for a scale without two steps or another number of
    counts than steps, `satisfaction-negative` for a count below 0; those of `numbers`.
    Source: the user satisfaction score of the GOV.UK Performance Platform (alphagov/spotlight).
    """
    found = numbers(counts, "counts")
    if len(scale) != 2:
        raise JudgeError("satisfaction-scale", "A scale is its lowest and its highest step.")
    lowest, highest = (whole_number(step, "scale") for step in scale)
    if highest <= lowest or len(found) != highest - lowest + 1:
        raise JudgeError(
            "satisfaction-scale",
            f"{len(found)} counts do not fit a scale from {lowest} to {highest}.",
            hint="Hand in one count for each step, the lowest first.",
        )
    if (found < 0).any():
        raise JudgeError("satisfaction-negative", "A number of answers is 0 or more.")
    answers = fsum(found)
    if np.isnan(answers) or not answers:
        return None
    above = fsum(step * count for step, count in enumerate(found))
    return above / answers / (highest - lowest)


class Weighted(NamedTuple):
    """One figure for several services, each counted by its volume.

    value                 None where no service has both a figure and a volume above 0
    value_times_volume    Σ value · volume of the services counted: for a cost, the whole cost
    volume                Σ volume of the services counted
    counted, total        services that have both, and all: show how many are missing
    """

    value: float | None
    value_times_volume: float
    volume: float
    counted: int
    total: int

    def shown(self, unit: str) -> float | None:
        """`value` to three decimals for "percent" and to one for any other unit, half up."""
        return None if self.value is None else half_up(self.value, 3 if unit == "percent" else 1)


def weighted_rollup(
    values: ArrayLike | Sequence[float | None], volumes: ArrayLike | Sequence[float | None]
) -> Weighted:
    """The mean of a figure over services, weighted by volume: Σ value · volume / Σ volume.

    Services that lack the figure or the volume (None) are left out of both sums, and are counted.
    Sums are divided once; averages are never averaged. It is the figure of the services counted
    and not of all: what the missing ones would have added is not known.

    Raises JudgeError: `satisfaction-volumes` for another number of volumes than values, or for a
    volume below 0; those of `numbers`.
    Source: the transactions explorer of the GOV.UK Performance Platform (alphagov/spotlight).
    """
    found, weights = numbers(values), numbers(volumes, "volumes")
    if len(found) != len(weights) or (weights < 0).any():
        raise JudgeError(
            "satisfaction-volumes",
            f"{len(weights)} volumes for {len(found)} values; there is one of each, 0 or more.",
        )
    both = ~np.isnan(found) & ~np.isnan(weights)
    product = fsum(found[both] * weights[both])
    volume = fsum(weights[both])
    value = product / volume if volume else None
    return Weighted(value, product, volume, int(both.sum()), len(found))
