"""The latest signal of a control chart: which pattern, since when, and whether it still runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorecard.judge.chart import Chart, Variation, kind_of
from scorecard.judge.special_cause import Rule


@dataclass(frozen=True, slots=True)
class Signal:
    """One pattern of points.

    rule        which pattern
    upwards     above the mean or a limit, or rising
    start, end  indices of its first and its last point
    near        for two of three: how many of these points lie near the limit; else their number
    running     no measured point comes after it
    kind        improving, concerning, or neutral where neither way is better
    """

    rule: Rule
    upwards: bool
    start: int
    end: int
    near: int
    running: bool
    kind: Variation

    @property
    def length(self) -> int:
        """How many points it spans."""
        return self.end - self.start + 1


def signal(chart: Chart) -> Signal | None:
    """The latest signal of the last phase; None where it has none.

    Of several patterns that end at the same point it is the one that names the point: outside the
    limits, trend, two of three, run.
    """
    found = signals(chart)
    return found[0] if found else None


def signals(chart: Chart) -> tuple[Signal, ...]:
    """Every pattern of the last phase that ends at its last flagged point, in that order.

    A signal of an earlier phase is not told: the new phase was begun because of it.
    """
    if not chart.phases:
        return ()
    first = chart.phases[-1].start
    flagged = np.flatnonzero(chart.flags[first:])
    if not len(flagged):
        return ()
    end = first + int(flagged[-1])
    running = bool(np.isnan(chart.values[end + 1 :]).all())
    found = []
    for rule, reach in _REACHES.items():
        start, near, upwards = reach(chart, first, end)
        if start is not None:
            kind = kind_of(upwards, chart.better)
            found.append(Signal(rule, upwards, start, end, near, running, kind))
    return tuple(found)


Reach = tuple[int | None, int, bool]
"""Where a pattern that ends here starts (None: there is none), its near points, and its way."""


def run_start(chart: Chart, end: int) -> int:
    """Index of the first point of the unbroken row on one side of the mean that ends at `end`."""
    first = next(one.start for one in reversed(chart.phases) if one.start <= end)
    return _back(chart.side_of_mean, first, end)


def _back(marks: NDArray[Any], first: int, end: int) -> int:
    start = end
    while start > first and marks[start - 1] == marks[end]:
        start -= 1
    return start


def _outside(chart: Chart, first: int, end: int) -> Reach:
    words = chart.special_cause
    start = end
    if words[end].rule is not Rule.OUTSIDE:
        return None, 0, False
    while start > first and words[start - 1] is words[end]:
        start -= 1
    return start, end - start + 1, bool(words[end].upwards)


def _trend(chart: Chart, first: int, end: int) -> Reach:
    values = chart.values[first : end + 1]
    steps = np.sign(np.diff(values))
    if not len(steps) or not np.isfinite(steps[-1]) or steps[-1] == 0:
        return None, 0, False
    start = first + _back(steps, 0, len(steps) - 1)
    length = end - start + 1
    return (start if length >= chart.rules.trend else None), length, bool(steps[-1] > 0)


def _two_of_three(chart: Chart, first: int, end: int) -> Reach:
    side = chart.side_of_mean
    upwards = bool(side[end] > 0)
    for start in (end - 2, end - 1):
        three = range(start, start + 3)
        if start < first or three.stop > len(side) or any(side[i] != side[end] for i in three):
            continue
        near = [place for place in three if chart.near[place] and _counts(chart, place)]
        if len(near) >= 2 and near[-1] == end:
            return near[0], len(near), upwards
    return None, 0, upwards


def _counts(chart: Chart, place: int) -> bool:
    """Whether a near point is one of the two: outside the limits it is so by some rules alone."""
    outside = chart.special_cause[place].rule is Rule.OUTSIDE
    return chart.rules.outside_counts or not outside


def _run(chart: Chart, first: int, end: int) -> Reach:
    start = _back(chart.side_of_mean, first, end)
    length = end - start + 1
    enough = length >= chart.rules.run and chart.side_of_mean[end] != 0
    return (start if enough else None), length, bool(chart.side_of_mean[end] > 0)


_REACHES = {
    Rule.OUTSIDE: _outside,
    Rule.TREND: _trend,
    Rule.TWO_OF_THREE: _two_of_three,
    Rule.RUN: _run,
}
