"""From the dates on which new phases begin to their places among a chart's periods."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from scorecard.errors import JudgeError


def phase_starts(periods: Sequence[date], dates: Sequence[date]) -> tuple[int, ...]:
    """The index of each date among the first days of the periods, in order, for `rebase_at`.

    Raises JudgeError: `periods-repeated` (two periods begin on one day), `periods-out-of-order`,
    `rebase-no-period` (a date on which no period begins: the nearest are named), and those of
    `rebase_at`: `rebase-at-start`, `place-repeated`.
    """
    places = {day: place for place, day in enumerate(ordered(periods))}
    found = []
    for day in dates:
        if day not in places:
            raise _no_period(periods, day)
        if places[day] == 0:
            raise JudgeError(
                "rebase-at-start", f"A phase is to begin on {day}, where the first one begins."
            )
        if places[day] in found:
            raise JudgeError("place-repeated", f"A phase is to begin on {day} twice.")
        found.append(places[day])
    return tuple(sorted(found))


def missing_periods(periods: Sequence[date], wanted: Sequence[date]) -> tuple[date, ...]:
    """Which of the `wanted` first days have no period: a chart keeps their places as missing.

    Raises JudgeError: `periods-repeated`, `periods-out-of-order`.
    """
    present = set(ordered(periods))
    return tuple(day for day in wanted if day not in present)


def ordered(periods: Sequence[date]) -> Sequence[date]:
    """`periods`, if each begins later than the one before.

    Raises JudgeError: `periods-repeated`, `periods-out-of-order`.
    """
    twice = [str(day) for day, count in Counter(periods).items() if count > 1]
    if twice:
        raise JudgeError(
            "periods-repeated",
            f"More than one period begins on {', '.join(twice)}.",
            hint="A chart holds one point a period.",
        )
    for before, after in pairwise(periods):
        if after < before:
            raise JudgeError("periods-out-of-order", f"{after} stands after {before}.")
    return periods


def _no_period(periods: Sequence[date], day: date) -> JudgeError:
    place = bisect_left(periods, day)
    near = [str(one) for one in periods[max(place - 1, 0) : place + 1]]
    return JudgeError(
        "rebase-no-period",
        f"No period begins on {day}.",
        hint=f"The nearest begin on {' and '.join(near)}." if near else "There are no periods.",
    )
