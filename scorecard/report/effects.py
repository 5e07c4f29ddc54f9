"""Before and after: what each declared action or event did to a figure, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.declare.periods import CYCLES, Grain
from scorecard.declare.standards import Standard
from scorecard.errors import JudgeError
from scorecard.judge.autoregression import Estimate
from scorecard.judge.before_after import BeforeAfter, Effect, before_after
from scorecard.judge.rounding import shown
from scorecard.report.behaviour import Behaviour, charted
from scorecard.report.phrases import day_words, distance_words, grain_words, number_word

FEWEST = 8
"""Periods on either side of an event, below which nothing is said of it."""
SEASONS: dict[Grain, int] = {grain: cycle for grain, cycle in CYCLES.items() if grain != "week"}
"""The cycles that a model of one series can hold: fifty-two seasons are too many for it."""


@dataclass(frozen=True)
class EffectLine:
    """What a declared event did. `change` is the average distance from where the figure was
    heading, in words; `rests` says on how many periods, or why nothing can be said."""

    day: date
    kind: str
    text: str
    verdict: Effect
    change: str
    rests: str
    found: BeforeAfter | None

    @property
    def words(self) -> str:
        """`Two more collection crews, 1 July 2025: no effect shown (…).`"""
        more = "; ".join(part for part in (self.change, self.rests) if part)
        return f"{self.text}, {day_words(self.day)}: {self.verdict} ({more})."


def effects(told: Behaviour, standard: Standard) -> tuple[EffectLine, ...]:
    """What is said of each event declared for the standard and the rows' department, oldest first.

    The period in which an event fell is neither before nor after it, unless it fell on its first
    day. Accepted new phases count as events beside it. Events after the last row are left out.
    """
    department = told.rows[-1].department
    mine = [each for each in standard.events if each.department in (None, department)]
    mine = [each for each in mine if each.on < told.periods[-1].end]
    rebases = [
        _first_after(told, each.from_)
        for each in standard.chart.rebases
        if each.department in (None, department)
    ]
    places = [_first_after(told, each.on) for each in mine]
    lines = []
    for each, at in sorted(zip(mine, places, strict=True), key=lambda pair: pair[0].on):
        others = [place for place in (*places, *rebases) if place != at]
        lines.append(_line(told, each.on, each.kind, each.text, at, others))
    return tuple(lines)


def _first_after(told: Behaviour, day: date) -> int:
    """Index of the first period that begins on the day or later; their number where none does."""
    starts = [period.start for period in told.periods]
    return next((place for place, start in enumerate(starts) if start >= day), len(starts))


def _line(
    told: Behaviour, day: date, kind: str, text: str, at: int, others: Sequence[int]
) -> EffectLine:
    row = told.rows[-1]
    grain = told.grain
    before, after = at, len(told.rows) - at
    if not before or not after:
        one, side = grain_words(grain, 1), "since" if before else "before"
        rests = f"no whole {one} {side} is on record"
        return EffectLine(day, kind, text, Effect.TOO_FEW, "", rests, None)
    left_out = set(told.chart.excluded) if told.chart else set[int]()
    # What lies half before and half after tells of neither.
    split = {at - 1} if told.periods[at - 1].start < day < told.periods[at - 1].end else set[int]()
    values = [
        None if place in left_out | split else charted(each) for place, each in enumerate(told.rows)
    ]
    try:
        found = before_after(
            values,
            at,
            better=row.better,
            expected=[each.expected for each in told.rows],
            n=_weights(told),
            others=others,
            season=SEASONS.get(told.periods[-1].grain),
            min_points=FEWEST,
        )
    except JudgeError as error:
        return EffectLine(day, kind, text, Effect.CANNOT_TELL, "", str(error), None)
    change = _change(found.average, row.unit) if found.average else ""
    rests = _rests(found, grain)
    return EffectLine(day, kind, text, found.verdict, change, rests, found)


def _rests(found: BeforeAfter, grain: str) -> str:
    counts = f"{_counted(found.n_before, grain)} before, {number_word(found.n_after)} after"
    if found.reason is None:
        return counts
    if min(found.n_before, found.n_after) >= FEWEST:
        return _lower(found.reason).replace("points", grain_words(grain, 2))
    close = "between the events beside it " if found.verdict is Effect.CANNOT_TELL else ""
    return f"{close}{counts}; it takes {number_word(FEWEST)} on either side"


def _weights(told: Behaviour) -> list[float | None] | None:
    """How many cases stand behind each share; None for what is no share."""
    if any(row.unit != "percent" or (row.actual and not row.denominator) for row in told.rows):
        return None
    return [row.denominator for row in told.rows]


def _change(found: Estimate, unit: str) -> str:
    """`on average 2.8 points above where it was heading, surely between −0.4 and +6.1`."""
    side = "above" if found.value >= 0 else "below"
    size = distance_words(shown(abs(found.value), unit), unit).replace("percentage ", "")
    ends = (shown(end, unit, signed=True).replace("-", "−") for end in (found.lower, found.upper))
    return f"on average {size} {side} where it was heading, 95 % interval {' to '.join(ends)}"


def _counted(n: int, grain: str) -> str:
    return f"{number_word(n)} {grain_words(grain, n)}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
