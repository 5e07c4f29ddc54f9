"""Which places of a series make a phase, and which of them the limits rest on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from operator import index

import numpy as np

from scorecard.errors import JudgeError
from scorecard.judge.values import Numbers

Bounds = tuple[tuple[int, int], ...]
FixFirst = int | Sequence[int | None] | None
"""How many places limits rest on: the same for every phase, or one entry a phase (None: all)."""


def checked_places(places: Sequence[int], count: int, name: str) -> tuple[int, ...]:
    """`places` in order, each an index of one of `count` points.

    Raises JudgeError: `place-unknown` for one that is no whole number or no index;
    `place-repeated`.
    """
    if not isinstance(places, Collection | np.ndarray):
        raise JudgeError("place-unknown", f"{name} is a row of indices, not {places!r}.")
    if len(places) == 0:
        return ()
    found: set[int] = set()
    for place in places:
        one = _whole(place)
        if one is None or not 0 <= one < count:
            raise JudgeError(
                "place-unknown",
                f"{name} names {place!r}, which is no index of the {count} points.",
                hint="Indices count from 0.",
            )
        if one in found:
            raise JudgeError("place-repeated", f"{name} names {one} twice.")
        found.add(one)
    return tuple(sorted(found))


def _whole(number: object) -> int | None:
    if isinstance(number, bool | np.bool_):
        return None
    try:
        return index(number)  # type: ignore[arg-type]
    except TypeError:
        return None


def phase_bounds(rebase_at: Sequence[int], count: int) -> Bounds:
    """First index and index after the last of each phase; none where there are no points.

    Raises JudgeError: `place-unknown`, `place-repeated`, `rebase-at-start`.
    """
    starts = checked_places(rebase_at, count, "rebase_at")
    if not starts:
        return ((0, count),) if count else ()
    if starts[0] == 0:
        raise JudgeError(
            "rebase-at-start",
            "rebase_at names 0: the first phase begins there anyway.",
            hint="Name the first point of each new phase.",
        )
    edges = (0, *starts, count)
    return tuple(pairwise(edges))


def baseline(
    values: Numbers, bounds: Bounds, fix_first: FixFirst, excluded: Sequence[int]
) -> Numbers:
    """The values that limits rest on; NaN at every other place.

    Raises JudgeError: `fix-first-too-few` below two or no whole number, `fix-first-length` for
    another number of entries than there are phases, `all-excluded` where a phase has measured
    points and none of them is left.
    """
    if fix_first is None and not excluded:
        return values
    resting = values.copy()
    for (start, stop), first in zip(bounds, _firsts(fix_first, len(bounds)), strict=True):
        if first is not None:
            resting[min(start + first, stop) : stop] = np.nan
    if excluded:
        before = ~np.isnan(resting)
        resting[list(excluded)] = np.nan
        left = ~np.isnan(resting)
        for start, stop in bounds:
            if before[start:stop].any() and not left[start:stop].any():
                raise JudgeError(
                    "all-excluded",
                    f"Every point that the limits from {start} on would rest on is excluded.",
                    hint="Leave at least two neighbouring points in.",
                )
    return resting


def _firsts(fix_first: FixFirst, phases: int) -> Sequence[int | None]:
    """One checked entry a phase."""
    each = isinstance(fix_first, Sequence)
    found = fix_first if each else [fix_first]
    for first in found:
        if first is not None and (_whole(first) or 0) < 2:
            raise JudgeError(
                "fix-first-too-few",
                f"Limits cannot rest on the first {first!r} points.",
                hint="A moving range needs two.",
            )
    if each and len(found) != phases:
        raise JudgeError(
            "fix-first-length",
            f"fix_first has {len(found)} entries for a chart of {phases} phases.",
            hint="Give one number for all phases, or one entry a phase.",
        )
    return found if each else [*found] * phases
