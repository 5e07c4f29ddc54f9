"""Rows over time: the period a page shows, its rows, and how long a promise is not kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from scorecard.declare.periods import GRAINS, Grain, Period, containing
from scorecard.declare.standards import Standard
from scorecard.judge.status import Status
from scorecard.report.row import ScorecardRow

if TYPE_CHECKING:
    from scorecard.report.behaviour import Behaviour

Key = tuple[str, str | None]
TWELVE = 12


class History:
    """The rows of a scorecard by standard and department, each in the order of its periods.

    `standards` are the declared ones by id, where what people decided about charts is to count.
    `behaviours` keeps what `behaviour_of` worked out: a page asks for the same one many times.
    """

    def __init__(
        self,
        rows: Iterable[ScorecardRow],
        fiscal_year_start: int = 1,
        standards: Mapping[str, Standard] | None = None,
    ) -> None:
        self.fiscal_year_start = fiscal_year_start
        self.standards = standards or {}
        self.behaviours: dict[tuple[Key, date], Behaviour] = {}
        gathered: defaultdict[Key, dict[date, ScorecardRow]] = defaultdict(dict)
        for row in rows:
            gathered[row.standard, row.department][row.period] = row
        self._rows = {key: dict(sorted(found.items())) for key, found in gathered.items()}

    @property
    def keys(self) -> list[Key]:
        """Every standard × department there is, in the order of the rows."""
        return list(self._rows)

    def of(self, key: Key) -> list[ScorecardRow]:
        """All periods of one standard and department, oldest first."""
        return list(self._rows.get(key, {}).values())

    def period_of(self, row: ScorecardRow) -> Period:
        """The row's period."""
        return period_of(row, self.fiscal_year_start)

    def at(self, period: Period) -> list[ScorecardRow]:
        """What holds at the end of `period`: one row per standard × department.

        A standard judged by another grain is there with its last period that had ended by then: a
        quarterly one with the last whole quarter, a weekly one with the last whole week.
        """
        starts = {grain: last_ended(period, grain).start for grain in set(self._grains)}
        of_each = zip(self._grains, self._rows.values(), strict=True)
        rows = (periods.get(starts[grain]) for grain, periods in of_each)
        return [row for row in rows if row is not None]

    @cached_property
    def _grains(self) -> list[Grain]:
        """The grain of every standard × department, in the order of the keys."""
        return [grain_of(next(iter(periods.values()))) for periods in self._rows.values()]

    def until(self, row: ScorecardRow) -> list[ScorecardRow]:
        """The row and those before it, oldest first."""
        return [r for r in self.of((row.standard, row.department)) if r.period <= row.period]


def grain_of(row: ScorecardRow) -> Grain:
    """The grain of the row's period. Raises ValueError for a total over all periods."""
    if row.grain == "all":
        raise ValueError(f"a total of {row.standard} belongs to no period")
    return row.grain


def period_of(row: ScorecardRow, fiscal_year_start: int = 1) -> Period:
    """The row's period. Raises ValueError for a total over all periods."""
    return Period(row.period, grain_of(row), fiscal_year_start)


def last_ended(period: Period, grain: Grain) -> Period:
    """The last period of `grain` that had ended when `period` ended; itself for its own grain."""
    last_day = period.end - timedelta(days=1)
    found = containing(last_day, grain, period.fiscal_year_start)
    return found if found.end <= period.end else found.previous()


def choices(rows: Iterable[ScorecardRow], fiscal_year_start: int = 1) -> list[Period]:
    """The periods a page can show, newest first: of the grain most standards are judged by."""
    standards: defaultdict[Grain, set[Key]] = defaultdict(set)
    starts: defaultdict[Grain, set[date]] = defaultdict(set)
    for row in rows:
        grain = grain_of(row)
        standards[grain].add((row.standard, row.department))
        starts[grain].add(row.period)
    if not standards:
        return []
    counts = Counter({grain: len(keys) for grain, keys in standards.items()})
    # GRAINS runs from fine to coarse: of two grains with as many standards, the finer one.
    main = max(GRAINS, key=lambda grain: (counts[grain], -GRAINS.index(grain)))
    return [Period(start, main, fiscal_year_start) for start in sorted(starts[main], reverse=True)]


def pick(periods: Sequence[Period], day: date | None) -> Period | None:
    """The one of `periods` that holds `day`; None where none does."""
    if day is None:
        return None
    return next((period for period in periods if period.start <= day < period.end), None)


def usual(periods: Sequence[Period], history: History) -> Period | None:
    """The newest period in which anything of its grain is judged, else the newest of all."""
    for period in periods:
        now = history.at(period)
        if any(row.status.judged and row.grain == period.grain for row in now):
            return period
    return periods[0] if periods else None


def last_twelve(period: Period) -> list[Period]:
    """The period and the eleven before it, oldest first."""
    periods = [period]
    while len(periods) < TWELVE:
        periods.append(periods[-1].previous())
    return periods[::-1]


@dataclass(frozen=True)
class Streak:
    """How long a promise has not been kept without a break: `count` periods from `since` on.

    `whole` is True where that is as far back as the records go. A period that could not be judged
    ends the streak: what is not known is not counted as missed.
    """

    count: int
    since: Period
    whole: bool


def streak(rows: Sequence[ScorecardRow], fiscal_year_start: int = 1) -> Streak | None:
    """The streak that the last of `rows` (oldest first) ends; None where it is no miss."""
    count, whole = running_misses([row.status for row in rows])
    return Streak(count, period_of(rows[-count], fiscal_year_start), whole) if count else None


def running_misses(statuses: Sequence[Status]) -> tuple[int, bool]:
    """How many of the last statuses in succession are near or missed, and whether none was judged
    before them."""
    count = 0
    while count < len(statuses) and statuses[-1 - count] in (Status.NEAR, Status.MISSED):
        count += 1
    earlier = statuses[: len(statuses) - count]
    return count, not any(status.judged for status in earlier)
