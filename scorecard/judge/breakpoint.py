"""When a series moved to another level: each shift with its date and its size, and how surely.

For a series without a known event. What is known to have happened is judged by `before_after`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError
from scorecard.judge.autoregression import Estimate, Row, every_rho, fit, whiten
from scorecard.judge.gap import noise
from scorecard.judge.values import numbers

# Values of rho that a shift is looked for with: every third of those averaged over.
COARSE = 3
SEED = 1963


class Shift(NamedTuple):
    """A lasting move of the level.

    at         index of the first point at the new level: the most likely one
    earliest   first and
    latest     last index of the smallest stretch about `at` that holds it with the confidence asked
    size       new level less old level, between the shifts beside, in the metric's unit
    p          how often a series without a shift here shows as clear a one
    """

    at: int
    earliest: int
    latest: int
    size: Estimate
    p: float


@dataclass(frozen=True, slots=True)
class Shifts:
    """The shifts found, in order of time, and why none could be looked for."""

    shifts: tuple[Shift, ...]
    levels: tuple[float, ...]
    reason: str | None
    n: int
    confidence: float


def shifts(
    values: ArrayLike | Sequence[float | None],
    *,
    n: Sequence[float | None] | None = None,
    min_points: int = 12,
    alarm: float = 0.05,
    confidence: float = 0.95,
    replicates: int = 199,
) -> Shifts:
    """The shifts of level in a series, its neighbours being alike allowed for.

    values      one a period, in order; None where missing
    n           observations behind each value: a value's variance is taken as proportional to 1/n
    min_points  fewest points with a value between two shifts, or a shift and an end
    alarm       the chance of finding a shift in a series that has none
    confidence  of the stretch of dates and of the sizes
    replicates  series without a shift that the clearest one is held against

    Shifts are found one at a time: the most likely date by the marginal likelihood of
    y(t) = a + b·D(t) + u(t), u an autoregression of order one; it counts if at most `alarm` of
    `replicates` series drawn from y(t) = a + u(t), rho drawn as the data have it, show as clear
    a one; then both sides are searched. In the end each is dated anew between those beside it, and
    one whose size may then be 0 is taken back. The draws start from one seed: the same series
    gives the same answer.

    `levels` are the means between the shifts, weighted by n.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `lengths-differ`, `n-negative`,
    `confidence-out-of-range`.

    Source: Bai, J. (1997), "Estimating Multiple Breaks One at a Time", Econometric Theory 13(3),
    315-352, for the search and the dating anew; the likelihood is that of
    `scorecard.judge.autoregression.fit`.
    """
    y = numbers(values)
    counts = np.ones(len(y)) if n is None else np.nan_to_num(numbers(n, "n"))
    if len(counts) != len(y):
        raise JudgeError("lengths-differ", f"{len(y)} values, and {len(counts)} of n.")
    if (counts < 0).any():
        raise JudgeError("n-negative", f"n[{int((counts < 0).argmax())}] is below 0.")
    for share in (alarm, confidence):
        if not 0 < share < 1:
            raise JudgeError("confidence-out-of-range", f"{share!r} is not between 0 and 1.")
    fewest = max(min_points, 3)
    times = np.flatnonzero(~np.isnan(y) & (counts > 0))
    row, weight = y[times], counts[times]
    if len(times) < 2 * fewest:
        reason = f"{len(times)} points with a value; {2 * fewest} are needed."
        return Shifts((), (), reason, len(times), confidence)
    if np.ptp(row) <= noise(float(np.abs(row).max())):
        return Shifts((), (float(row[0]),), "Every value is the same.", len(times), confidence)
    series = _Series(row, times, weight)
    generator = np.random.default_rng(SEED)
    found = _search(series, 0, len(row), fewest, alarm, replicates, generator)
    edges, dated = _date_all(series, found, fewest, confidence)
    means = [
        float(np.average(row[low:high], weights=weight[low:high])) for low, high in pairwise(edges)
    ]
    return Shifts(tuple(dated), tuple(means), None, len(times), confidence)


class _Series(NamedTuple):
    row: Row
    times: NDArray[Any]
    n: Row

    def part(self, low: int, high: int) -> _Series:
        return _Series(self.row[low:high], self.times[low:high], self.n[low:high])


def _search(
    series: _Series,
    low: int,
    high: int,
    fewest: int,
    alarm: float,
    replicates: int,
    generator: np.random.Generator,
) -> dict[int, float]:
    """Where shifts begin between two places, each with its p."""
    part = series.part(low, high)
    if high - low < 2 * fewest or np.ptp(part.row) <= noise(float(np.abs(part.row).max())):
        return {}
    null = fit(part.row, np.ones((len(part.row), 1)), part.times, part.n)
    drawn = _without_shift(part, null.rho, null.weight, replicates, generator)
    clearness = _clearness(part, np.column_stack([part.row, drawn]), fewest)
    highest = clearness.max(axis=0)
    p = float((1 + (highest[1:] >= highest[0]).sum()) / (1 + replicates))
    if p > alarm:
        return {}
    at = low + fewest + int(clearness[:, 0].argmax())
    before = _search(series, low, at, fewest, alarm, replicates, generator)
    after = _search(series, at, high, fewest, alarm, replicates, generator)
    return {**before, at: p, **after}


def _without_shift(
    part: _Series, rho: Row, weight: Row, replicates: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """(T, replicates) series of one level. Neither level nor spread matters to what is asked."""
    chosen = rho[generator.choice(len(rho), replicates, p=weight)]
    shocks = generator.normal(size=(len(part.row), replicates))
    carried = chosen[None, :] ** np.diff(part.times)[:, None]
    for place in range(1, len(shocks)):
        kept = carried[place - 1]
        shocks[place] = kept * shocks[place - 1] + np.sqrt(1 - kept**2) * shocks[place]
    return shocks / np.sqrt(part.n / part.n.mean())[:, None]


def _clearness(part: _Series, columns: NDArray[np.float64], fewest: int) -> NDArray[np.float64]:
    """(candidates, columns) log of the likelihood with a shift at each place over that without."""
    count = len(part.row)
    rho = every_rho()[COARSE // 2 :: COARSE]
    places = np.arange(fewest, count - fewest + 1)
    steps = (np.arange(count)[:, None] >= places[None, :]).astype(float)
    # A likelihood with a shift has one unit more than one without: the unit must not matter.
    unitless = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    white, half = whiten(
        np.column_stack([np.ones(count), steps, unitless]), part.times, part.n, rho
    )
    with_shift, without = [], []
    for place in range(len(rho)):
        one = white[place, :, 0]
        length = float(one @ one)
        rest = white[place, :, 1:] - np.outer(one, one @ white[place, :, 1:]) / length
        turned, y = rest[:, : len(places)], rest[:, len(places) :]
        lengths = np.square(turned).sum(axis=0)
        squares = np.square(y).sum(axis=0)
        left = squares[None, :] - np.square(turned.T @ y) / lengths[:, None]
        base = -half[place] - np.log(length) / 2
        without.append(base - (count - 1) / 2 * np.log(squares))
        height = base - np.log(lengths)[:, None] / 2 - (count - 2) / 2 * np.log(left)
        with_shift.append(height)
    return _log_mean(with_shift) - _log_mean(without)


def _log_mean(heights: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.logaddexp.reduce(np.array(heights), axis=0) - np.log(len(heights))


def _date_all(
    series: _Series, found: dict[int, float], fewest: int, confidence: float
) -> tuple[list[int], list[Shift]]:
    """Every shift dated between those beside it; the places where levels begin, and the end."""
    kept = dict(sorted(found.items()))
    while True:
        edges = [0, *kept, len(series.row)]
        dated = []
        for place, p in enumerate(kept.values(), start=1):
            edges[place], shift = _date(series, edges, place, fewest, confidence, p)
            dated.append(shift)
        doubtful = [
            (abs(shift.size.value), place)
            for place, shift in zip(kept, dated, strict=True)
            if shift.size.lower <= 0 <= shift.size.upper
        ]
        if not doubtful:
            return edges, dated
        del kept[min(doubtful)[1]]


def _date(
    series: _Series,
    edges: list[int],
    place: int,
    fewest: int,
    confidence: float,
    p: float,
) -> tuple[int, Shift]:
    """The shift dated between those beside it, as a place in the row and with its indices."""
    low, high = edges[place - 1], edges[place + 1]
    part = series.part(low, high)
    height = _clearness(part, part.row[:, None], fewest)[:, 0]
    likely = np.exp(height - height.max())
    likely /= likely.sum()
    best = first = last = int(likely.argmax())
    held = float(likely[best])
    while held < confidence:
        left = likely[first - 1] if first > 0 else -1.0
        right = likely[last + 1] if last + 1 < len(likely) else -1.0
        first, last = (first - 1, last) if left >= right else (first, last + 1)
        held += float(max(left, right))
    split = fewest + best
    step = (np.arange(len(part.row)) >= split).astype(float)
    design = np.column_stack([np.ones(len(step)), step])
    size = fit(part.row, design, part.times, part.n).estimate(np.array([0.0, 1.0]), confidence)
    at, earliest, latest = (int(part.times[fewest + one]) for one in (best, first, last))
    return low + split, Shift(at, earliest, latest, size, p)
