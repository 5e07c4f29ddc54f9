"""Run charts: has the level shifted? Signals by the Anhøj rules, without limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import comb, log2

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.judge.values import Numbers, numbers

FEWEST = 10
"""The fewest points off the median that the rules are published for."""


class RunVerdict(StrEnum):
    """What a run chart says."""

    SHIFT = "shift"
    RANDOM = "random variation"
    TOO_FEW = "too few points"


@dataclass(frozen=True, slots=True, eq=False)
class RunChart:
    """Points in time on one side or the other of their median.

    Arrays hold one entry a point and cannot be written to.

    values              as given; NaN where missing
    median              the same at every point, or the centre that was given instead
    side                1 above the median, -1 below it, 0 on it or missing
    useful              how many points are off the median
    longest_run         how many useful points in a row are on one side, at most
    run_first, run_last places where the first such run begins and ends; None without useful points
    longest_run_limit   a longer run is a shift; None below ten useful points
    crossings           how often the series changes sides
    crossings_limit     fewer crossings are a shift; None below ten useful points
    verdict             what the chart says
    signals             which rules were broken, in words
    """

    values: Numbers
    median: Numbers
    side: NDArray[np.int8]
    useful: int
    longest_run: int
    run_first: int | None
    run_last: int | None
    longest_run_limit: int | None
    crossings: int
    crossings_limit: int | None
    verdict: RunVerdict
    signals: tuple[str, ...]


def run_chart(
    values: ArrayLike | Sequence[float | None], *, centre: float | None = None
) -> RunChart:
    """Judge a series by its runs on either side of its median (or of `centre`, such as the median
    of a baseline).

    A shift is shown by a run longer than round(log2(n) + 3), or by fewer crossings than the 5 %
    quantile of the binomial distribution of n - 1 trials at one half; n is the number of points
    off the median. Points on the median neither count nor break a run; missing ones likewise.
    Both rules together give about one false signal in twenty series, whatever their length.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, for the centre too.

    Sources: Anhøj, J. and Olesen, A. V. (2014), "Run Charts Revisited: A Simulation Study of Run
    Chart Rules for Detection of Non-Random Variation in Health Care Processes", PLOS ONE 9(11),
    e113825; Anhøj, J. (2015), "Diagnostic Value of Run Chart Analysis", PLOS ONE 10(3), e0121349.
    """
    points = numbers(values)
    known = points[~np.isnan(points)]
    if centre is not None:
        (low,) = (high,) = numbers([centre], "centre")
    elif known.size:
        # The two middle values rather than their mean, which rounding may put onto one of them.
        middle = np.sort(known)
        low, high = middle[(known.size - 1) // 2], middle[known.size // 2]
    else:
        low = high = np.float64("nan")
    side = np.where(
        low < high,
        (points >= high).astype(np.int8) - (points <= low),
        (points > high).astype(np.int8) - (points < low),
    ).astype(np.int8)
    places = np.flatnonzero(side)
    turns = np.flatnonzero(np.diff(side[places]))
    starts = np.concatenate(([0], turns + 1)) if places.size else np.empty(0, dtype=int)
    lengths = np.diff(np.concatenate((starts, [places.size])))
    longest = int(lengths.max()) if places.size else 0
    at = int(starts[lengths.argmax()]) if places.size else 0
    enough = places.size >= FEWEST
    most = longest_run_limit(places.size) if enough else None
    fewest = crossings_limit(places.size) if enough else None
    line = "median" if centre is None else "centre"
    signals = []
    if most is not None and longest > most:
        where = "above" if side[places[at]] > 0 else "below"
        signals.append(f"{longest} points in a row {where} the {line}, more than {most}")
    if fewest is not None and turns.size < fewest:
        signals.append(f"the {line} is crossed {turns.size} times, fewer than {fewest}")
    for array in (side, median := np.full(points.shape, low / 2 + high / 2)):
        array.flags.writeable = False
    return RunChart(
        values=points,
        median=median,
        side=side,
        useful=int(places.size),
        longest_run=longest,
        run_first=int(places[at]) if places.size else None,
        run_last=int(places[at + longest - 1]) if places.size else None,
        longest_run_limit=most,
        crossings=int(turns.size),
        crossings_limit=fewest,
        verdict=(
            RunVerdict.TOO_FEW if not enough else RunVerdict.SHIFT if signals else RunVerdict.RANDOM
        ),
        signals=tuple(signals),
    )


def longest_run_limit(useful: int) -> int:
    """The longest run that chance allows among this many points: round(log2(n) + 3)."""
    return round(log2(useful) + 3)


@lru_cache(maxsize=1024)
def crossings_limit(useful: int) -> int:
    """The fewest crossings that chance allows among this many points: the smallest c that
    P(X ≤ c) ≥ 5 % holds for, X binomial with n - 1 trials at one half."""
    trials = useful - 1
    below = 0
    for crossings in range(trials + 1):
        below += comb(trials, crossings)
        if 20 * below >= 2**trials:
            return crossings
    raise AssertionError("the whole distribution is at least 5 %")
