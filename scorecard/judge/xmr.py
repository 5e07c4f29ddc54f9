"""The XmR chart: what a figure varies by of itself, and which points say that something changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError
from scorecard.judge.chart import (
    ROUNDING,
    Chart,
    Direction,
    NoLimits,
    Phase,
    Side,
    Variation,
    assurance_of,
    kind_of,
)
from scorecard.judge.phases import FixFirst, baseline, checked_places, phase_bounds
from scorecard.judge.rule_sets import Flags, Points, rule_set
from scorecard.judge.values import Numbers, numbers

WIDTH = 2.66
"""Limits stand so many mean moving ranges from the mean: 3 / d2, d2 = 1.128 (Shewhart; Wheeler)."""
SCREEN = 3.267
"""Moving ranges at or above so many times their mean are left out: D4 for ranges of two."""
SHORT = 13
"""A phase with fewer points is warned of: its limits will still move much."""
_NEAR = 2 * (WIDTH / 3)
_LARGEST = 1e290


def xmr(
    values: ArrayLike | Sequence[float | None],
    *,
    better: Direction = "higher",
    expected: ArrayLike | Sequence[float | None] | None = None,
    rebase_at: Sequence[int] = (),
    fix_first: FixFirst = None,
    exclude: Sequence[int] = (),
    screen: bool = True,
    rules: str = "making-data-count-2021",
) -> Chart:
    """The XmR (individuals and moving range) chart of a series.

        mean ± 2.66 × mean moving range, for each phase by itself

    Shewhart's limits for single values (W. A. Shewhart 1931; D. J. Wheeler, Understanding
    Variation, 1993), as the NHS programme Making Data Count uses them.

    values      one figure a period, in order, in the metric's unit; None or NaN where missing.
                A missing point keeps its place, is in no computation, and breaks a run or trend.
    better      which way is improvement; "neutral" where neither is
    expected    what is promised: one value, or one a point (None where none is in force)
    rebase_at   indices of the first points of new phases, each with limits of its own
    fix_first   the limits of each phase rest on its first so many places; or one number a phase,
                None for all its places
    exclude     indices of points that limits do not rest on; they are still shown and judged
    screen      moving ranges at or above 3.267 × their mean are left out, once
    rules       the name of a rule set, see `rule_sets`

    Without limits (constant series while screened, a single point) runs and trends are still
    found, `assurance` is "hit or miss" (nothing is shown to be kept or missed, the word of
    NHSRplotthedots), and `no_limits` says why. Empty or wholly missing: no variation, no assurance.

    A value is beyond a line only where it is so by more than rounding of arithmetic (four units
    in the last place of the largest value), so that units do not decide on a tie.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `values-too-large`,
    `direction-unknown`, `rules-unknown`, `place-unknown`, `rebase-at-start`, `place-repeated`,
    `fix-first-too-few`, `fix-first-length`, `all-excluded`, `expected-length`.
    """
    given = numbers(values)
    count = len(given)
    if better not in _KINDS:
        raise JudgeError(
            "direction-unknown",
            f"better is {better!r}.",
            hint=f"It is one of {', '.join(_KINDS)}.",
        )
    chosen = rule_set(rules)
    promised = _expected(expected, count)
    bounds = phase_bounds(rebase_at, count)
    excluded = checked_places(exclude, count, "exclude")
    resting = baseline(given, bounds, fix_first, excluded)
    largest = float(np.fmax.reduce(np.abs(given), initial=0.0))
    if largest > _LARGEST:
        raise JudgeError("values-too-large", f"A value is as large as {largest:g}.")

    ranges = np.empty(count)
    ranges[:1] = np.nan
    np.abs(resting[1:] - resting[:-1], out=ranges[1:])
    lines = np.empty((5, count))
    phases = []
    for start, stop in bounds:
        phase = _phase(given, resting, ranges, promised, (start, stop), screen, better)
        reach = _NEAR * phase.mean_moving_range
        lines[:, start:stop] = np.array(
            [[phase.mean], [phase.lower], [phase.upper], [phase.mean - reach], [phase.mean + reach]]
        )
        phases.append(phase)
    lines.flags.writeable = False
    mean, lower, upper, near_lower, near_upper = lines

    slack = ROUNDING * largest
    high, low = given - slack, given + slack
    side = (high > mean).astype(np.int8) - (low < mean).astype(np.int8)
    outside = (high > upper) | (low < lower)
    near = outside | (high > near_upper) | (low < near_lower)
    codes = chosen.codes(Points(given, side, outside, near, _border(bounds, count)))
    last = _last_measured(given, bounds)
    flags = codes != 0
    moving_range = _moving_range(given, ranges, bounds, bool(excluded) or fix_first is not None)
    for one in (flags, near, side, moving_range):
        one.flags.writeable = False
    kinds = tuple(_KINDS[better][np.sign(codes)].tolist())
    code = 0 if last is None else int(codes[last])
    return Chart(
        values=given,
        mean=mean,
        lower=lower,
        upper=upper,
        near_lower=near_lower,
        near_upper=near_upper,
        moving_range=moving_range,
        special_cause=chosen.words(codes),
        flags=flags,
        near=near,
        side_of_mean=side,
        kinds=kinds,
        variation=None if last is None else kinds[last],
        side=None if code == 0 else Side.HIGH if code > 0 else Side.LOW,
        assurance=phases[-1].assurance if phases else None,
        expected=promised,
        phases=tuple(phases),
        excluded=excluded,
        screened=screen,
        better=better,
        rules=chosen,
    )


def _kinds(better: Direction) -> NDArray[np.object_]:
    """By sign of the code: 0, 1, and -1 as the last."""
    kinds = [Variation.COMMON_CAUSE, kind_of(True, better), kind_of(False, better)]
    return np.array(kinds, dtype=object)


_KINDS = {better: _kinds(better) for better in get_args(Direction)}


def _expected(expected: object, count: int) -> Numbers:
    if not hasattr(expected, "__len__"):
        return np.full(count, numbers([expected], "expected")[0])  # type: ignore[list-item]
    row = numbers(expected, "expected")  # type: ignore[arg-type]
    if len(row) != count:
        raise JudgeError(
            "expected-length", f"There are {count} values, but {len(row)} expected ones."
        )
    return row


def _phase(
    values: Numbers,
    resting: Numbers,
    ranges: Numbers,
    expected: Numbers,
    bounds: tuple[int, int],
    screen: bool,
    better: Direction,
) -> Phase:
    start, stop = bounds
    whole = values[start:stop]
    measured = int(np.count_nonzero(whole == whole))
    rested = _known(resting[start:stop])
    mean = _mean(rested)
    kept = known = _known(ranges[start + 1 : stop])
    width = _mean(known)
    if screen:
        kept = known[known < SCREEN * width]
        if len(kept) < len(known):
            width = _mean(kept)
    no_limits = None
    if width != width:
        no_limits = (
            *(NoLimits.NO_POINTS,) * (measured == 0),
            *(NoLimits.NO_RANGES,) * (len(known) == 0),
            NoLimits.NO_VARIATION,
        )[0]
    lower, upper = mean - WIDTH * width, mean + WIDTH * width
    return Phase(
        start=start,
        n=stop - start,
        measured=measured,
        resting=len(rested),
        mean=mean,
        lower=lower,
        upper=upper,
        mean_moving_range=width,
        screened=len(known) - len(kept),
        short=measured < SHORT,
        no_limits=no_limits,
        assurance=assurance_of(float(expected[stop - 1]), lower, upper, better)
        if measured
        else None,
    )


def _known(row: Numbers) -> Numbers:
    return row[row == row]


def _mean(row: Numbers) -> float:
    """The mean in two passes, so that the mean of equal values is that value; NaN of none."""
    if not len(row):
        return float("nan")
    first = float(np.add.reduce(row)) / len(row)
    return first + float(np.add.reduce(row - first)) / len(row)


def _border(bounds: Sequence[tuple[int, int]], count: int) -> Flags | None:
    if len(bounds) < 2:
        return None
    border = np.zeros(count, dtype=bool)
    border[[start for start, _ in bounds[1:]]] = True
    return border


def _last_measured(values: Numbers, bounds: Sequence[tuple[int, int]]) -> int | None:
    """Index of the last measured point of the last phase."""
    if not bounds:
        return None
    start, stop = bounds[-1]
    if values[stop - 1] == values[stop - 1]:
        return stop - 1
    places = np.flatnonzero(~np.isnan(values[start:stop]))
    return start + int(places[-1]) if len(places) else None


def _moving_range(
    values: Numbers, ranges: Numbers, bounds: Sequence[tuple[int, int]], partial: bool
) -> Numbers:
    """Each point's distance to the one before, of all points and not the baseline's alone."""
    if partial:
        ranges[1:] = np.abs(values[1:] - values[:-1])
    ranges[[start for start, _ in bounds]] = np.nan
    return ranges
