"""Emerging problems: what departs from its own history, among many, ranked by effect on customers.

The extended Farrington algorithm of outbreak detection, for months, quarters and years in place of
weeks and for shares beside counts, with the many comparisons corrected for. What was changed for
that is said in docs/judging/emerging.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.errors import JudgeError
from scorecard.judge.expectation import Form, expectation, tails
from scorecard.judge.false_discovery import false_discovery
from scorecard.judge.intervals import Interval
from scorecard.judge.usual import usual
from scorecard.judge.values import Numbers, numbers

LEAST = 12
RECENT = 3
MOST_CYCLES = 5
MOST_PERIODS = 60
_SIDE = 0.025


class Kind(StrEnum):
    """How a series departs from its history. The value is the shown word."""

    VOLUME_UP = "volume up"
    VOLUME_DOWN = "volume down"
    SERVICE_WORSE = "service worse"
    SERVICE_BETTER = "service better"

    @property
    def problem(self) -> bool:
        """Whether somebody should look at it first: more work, or worse service."""
        return self in (Kind.VOLUME_UP, Kind.SERVICE_WORSE)


class Untested(StrEnum):
    """Why a series was not tested. The value is the shown word."""

    TOO_SHORT = "too short"
    NO_LATEST = "no latest figure"
    TOO_FEW = "too few cases"


@dataclass(frozen=True, slots=True)
class Series:
    """One row of periods, oldest first, up to the one that is tested; None where missing.

    key      what the caller knows it by; sorted by its text where effects are equal
    counts   cases in each period, or the numerators of a share
    of       the denominators of the share; None for volumes
    better   of a share: whether more of it is better or worse service
    cycle    periods in a year: 12, 4, 52; 1 where there are no seasons
    fewest   not tested where the last period has fewer cases, and fewer are expected; of a share,
             where its denominator is smaller
    """

    key: Any
    counts: Sequence[float | None] | Numbers
    of: Sequence[float | None] | Numbers | None = None
    better: Literal["higher", "lower"] = "higher"
    cycle: int = 12
    fewest: int = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One series whose last period departs from its history.

    observed, expected, usual   counts; or shares as fractions. `usual` is the 95 % range in which
                                the last period would have lain if nothing had changed
    of                          the last period's denominator; None for volumes
    excess, excess_between      customers more (less: negative) than history lets expect: cases of a
                                volume, cases served worse (better: negative) of a share
    p, q                        chance of so far a departure either way by luck; see false_discovery
    running                     how many of the last periods depart this way, the last included
    running_at_least            whether it may be longer: as many as were looked at
    season                      whether the season was allowed for
    trend                       whether a trend was
    history                     periods in the history that were known
    """

    key: Any
    kind: Kind
    observed: float
    expected: float
    usual: Interval
    of: float | None
    excess: float
    excess_between: Interval
    p: float
    q: float
    running: int
    running_at_least: bool
    season: bool
    trend: bool
    history: int


@dataclass(frozen=True, slots=True)
class Emerging:
    """What departs, the greatest effect on customers first, and how many were looked at.

    `tested` counts the comparisons that were corrected for; `untested` the others by reason.
    """

    entries: tuple[Entry, ...]
    tested: int
    untested: dict[Untested, tuple[Any, ...]]


def emerging(
    series: Sequence[Series],
    *,
    false_discovery_rate: float = 0.05,
    least: int = LEAST,
    recent: int = RECENT,
) -> Emerging:
    """Test the last period of each series against the history before it.

    false_discovery_rate   the share of false ones among the entries that is put up with
    least                  how many known periods a history needs
    recent                 the last periods that are kept out of the history, so that what began
                           lately does not become what is expected; fewer where it would be short

    The history is what lies before, at most five years (60 periods where there are no seasons).
    Seasons are allowed for from two years on, by one pair of sine waves for each year above one
    (three at most); a trend from three years on (without seasons from `least` on), where what it
    lets expect was met in the history. See `fit_history` and `usual` for the formulas.

    Raises JudgeError: `values-not-numbers`, `values-infinite`; `values-negative` for a count below
    0; `values-uneven` for numerators and denominators of other lengths; `values-above-whole` where
    a numerator is greater than its denominator.
    """
    untested: dict[Untested, list[Any]] = {reason: [] for reason in Untested}
    alike: dict[Form, list[_Row]] = defaultdict(list)
    for one in series:
        row = _read(one)
        found = _form(row, least, recent)
        if isinstance(found, Form):
            alike[found].append(row)
        else:
            untested[found].append(one.key)
    entries: list[Entry] = []
    for form, rows in alike.items():
        for row, entry in zip(rows, _judged(form, rows), strict=True):
            if entry is None:
                untested[Untested.TOO_FEW].append(row.series.key)
            else:
                entries.append(entry)
    corrected = false_discovery(np.array([entry.p for entry in entries]))
    found = [
        replace(entry, q=float(q))
        for entry, q in zip(entries, corrected, strict=True)
        if q <= false_discovery_rate
    ]
    found.sort(key=lambda entry: (-abs(entry.excess), entry.q, str(entry.key)))
    return Emerging(
        tuple(found), len(entries), {why: tuple(keys) for why, keys in untested.items() if keys}
    )


@dataclass(frozen=True, slots=True)
class _Row:
    series: Series
    counts: Numbers
    of: Numbers | None


def _read(one: Series) -> _Row:
    counts = numbers(one.counts, f"counts of {one.key}")
    of = None if one.of is None else numbers(one.of, f"denominators of {one.key}")
    if (counts < 0).any() or (of is not None and (of < 0).any()):
        raise JudgeError("values-negative", f"A count of {one.key} is below 0.")
    if of is not None:
        if len(of) != len(counts):
            raise JudgeError(
                "values-uneven",
                f"{one.key} has {len(counts)} numerators and {len(of)} denominators.",
            )
        if (counts > of).any():
            raise JudgeError(
                "values-above-whole", f"A numerator of {one.key} is greater than its denominator."
            )
        # A share of nothing is no share.
        counts = np.where(of > 0, counts, np.nan)
        of = np.where(np.isnan(counts), np.nan, of)
    known = np.flatnonzero(~np.isnan(counts))
    start = int(known[0]) if len(known) else len(counts)
    return _Row(one, counts[start:], None if of is None else of[start:])


def _form(row: _Row, least: int, recent: int) -> Form | Untested:
    cycle = row.series.cycle
    most = (MOST_CYCLES * cycle if cycle > 1 else MOST_PERIODS) + recent
    counts = row.counts[-most:]
    if len(counts) and np.isnan(counts[-1]):
        return Untested.NO_LATEST
    kept_out = next(
        (k for k in range(recent, 0, -1) if np.sum(~np.isnan(counts[:-k])) >= least), None
    )
    if kept_out is None:
        return Untested.TOO_SHORT
    years = len(counts) // cycle
    waves = min(3, years - 1, (cycle - 1) // 2) if cycle > 1 and years >= 2 else 0
    known = int(np.sum(~np.isnan(counts[:-kept_out])))
    # As many known periods as terms, and half as many again, or the history says nothing of them.
    waves = max(0, min(waves, (known * 2 // 3 - 2) // 2))
    trend = years >= 3 if cycle > 1 else True
    return Form(row.of is not None, cycle, len(counts), kept_out, waves, trend)


def _judged(form: Form, rows: Sequence[_Row]) -> list[Entry | None]:
    counts = np.stack([row.counts[-form.length :] for row in rows])
    wholes = [row.of[-form.length :] for row in rows if row.of is not None]
    of = np.stack(wholes) if wholes else None
    fit, season, trend = expectation(form, counts, of)
    late = counts[:, -form.recent :]
    whole = None if of is None else of[:, -form.recent :]
    lower, upper = tails(late, whole, fit)
    now_of = None if whole is None else whole[:, -1:]
    last = fit._replace(expected=fit.expected[:, -1:], uncertainty=fit.uncertainty[:, -1:])
    far = 1000 + 40 * last.expected[:, 0] if now_of is None else now_of[:, 0]
    least, most = usual(lambda y: tails(y, now_of, last), far[:, None], _SIDE)
    least, most = least[:, 0], most[:, 0]
    made: list[Entry | None] = []
    for place, row in enumerate(rows):
        observed, expected = float(late[place, -1]), float(last.expected[place, 0])
        ends = Interval(float(least[place]), float(most[place]))
        size = None if now_of is None else float(now_of[place, 0])
        if (max(observed, expected) if size is None else size) < row.series.fewest:
            made.append(None)
            continue
        up = bool(upper[place, -1] <= lower[place, -1])
        side = (upper if up else lower)[place]
        running = _running(side <= _SIDE)
        made.append(
            Entry(
                row.series.key,
                *_effect(row.series, up, observed, expected, ends, size),
                p=min(1.0, 2 * float(side[-1])),
                q=float("nan"),
                running=max(1, running),
                running_at_least=running == form.recent,
                season=bool(season[place]),
                trend=bool(trend[place]),
                history=int(np.sum(~np.isnan(counts[place, : -form.recent]))),
            )
        )
    return made


def _running(beyond: NDArray[np.bool_]) -> int:
    """How many of the last places are beyond, without one between that is not."""
    inside = np.flatnonzero(~beyond[::-1])
    return int(inside[0]) if len(inside) else len(beyond)


def _effect(
    series: Series,
    up: bool,
    observed: float,
    expected: float,
    ends: Interval,
    of: float | None,
) -> tuple[Kind, float, float, Interval, float | None, float, Interval]:
    """The fields of an entry from `kind` to `excess_between`."""
    if of is None:
        kind = Kind.VOLUME_UP if up else Kind.VOLUME_DOWN
        between = Interval(observed - ends.upper, observed - ends.lower)
        return kind, observed, expected, ends, None, observed - expected, between
    worse = up == (series.better == "lower")
    kind = Kind.SERVICE_WORSE if worse else Kind.SERVICE_BETTER
    towards = 1.0 if series.better == "lower" else -1.0
    excess = towards * (observed - expected * of)
    between = Interval(*sorted(towards * (observed - end) for end in ends))
    shares = Interval(ends.lower / of, ends.upper / of)
    return kind, observed / of, expected, shares, of, excess, between
