"""How a figure behaves over time: its control chart, and what that says, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from scorecard.declare.charts import Baseline, ChartRules, Event, Excluded, Rebase
from scorecard.declare.organisation import UNASSIGNED
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.errors import JudgeError
from scorecard.judge.chart import Assurance, Chart, Phase, Variation
from scorecard.judge.gap import noise
from scorecard.judge.phase_starts import phase_starts
from scorecard.judge.rebase import RebaseProposal, propose_rebase
from scorecard.judge.rounding import shown
from scorecard.judge.signal import Signal, signals
from scorecard.judge.status import Status
from scorecard.judge.values import Numbers, numbers
from scorecard.judge.xmr import xmr
from scorecard.report.history import History, grain_of, period_of
from scorecard.report.phrases import grain_words, number_word, period_words, with_unit
from scorecard.report.row import ScorecardRow
from scorecard.report.signal_words import signal_words

FEWEST = 8
"""Fewer periods give limits that mean little: nothing is said of them but that."""
Entry = TypeVar("Entry", Rebase, Excluded, Baseline, Event)
_NO_POINT = (Status.NO_DATA, Status.TOO_FEW, Status.NOT_COMPLETE)


def charted(row: ScorecardRow) -> float | None:
    """The row's figure as a point of a chart; None where there is none that can be trusted."""
    return row.actual if row.complete and row.status not in _NO_POINT else None


@dataclass(frozen=True)
class Mark:
    """What a person declared about a period of the chart.

    place   its index among the periods; `day` is the day itself
    kind    "new phase", "left out", "baseline", "action" or "event"
    """

    place: int
    day: date
    kind: str
    text: str


@dataclass(frozen=True, eq=False)
class Behaviour:
    """The control chart of a series and its reading as of `row`, which is its last.

    periods        one a point, oldest first; the last is the row's
    chart          None where there is none: `reason` says why in a sentence
    not_told       in a few words why nothing is said of the row; empty where something is
    marks          accepted rebases, periods left out of the limits, fixed baselines, events
    rows           one a point; none where the chart was made of figures alone
    """

    row: ScorecardRow
    periods: Sequence[Period]
    chart: Chart | None
    reason: str
    not_told: str
    marks: tuple[Mark, ...]
    rows: tuple[ScorecardRow, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether there is a chart and the row is a point on it."""
        return not self.not_told

    @property
    def is_refused(self) -> bool:
        """Whether there would be a chart, if what was declared about it fitted the periods."""
        return self.not_told == _NO_CHART

    @property
    def phase(self) -> Phase | None:
        """The chart's last phase; None without a chart."""
        return self.chart.phases[-1] if self.chart is not None else None

    @property
    def has_limits(self) -> bool:
        """Whether the last phase has limits that rest on enough periods to mean something."""
        phase = self.phase
        return phase is not None and phase.no_limits is None and phase.resting >= FEWEST

    @property
    def variation(self) -> Variation | None:
        """What the row says of the process."""
        return self.chart.variation if self.chart is not None and self.is_told else None

    @property
    def assurance(self) -> Assurance | None:
        """Whether the process, as it runs, keeps what is expected of the row.

        None without limits: what never varied, or hardly began, is neither kept nor missed by
        chance.
        """
        return self.phase.assurance if self.phase and self.is_told and self.has_limits else None

    @cached_property
    def signal(self) -> Signal | None:
        """The signal that the row is part of: of several that go its way, the one begun first."""
        if self.chart is None or not self.is_told or not self.chart.flags[-1]:
            return None
        found = [one for one in signals(self.chart) if one.kind is self.chart.variation]
        return min(found, key=lambda one: one.start, default=None)

    @cached_property
    def signal_words(self) -> str:
        """`seven months running below the mean, since March 2026`; empty without a signal."""
        found = self.signal
        if found is None:
            return ""
        names = {place: period_words(self.periods[place]) for place in (found.start, found.end)}
        return signal_words(found, names, self.grain)

    @property
    def grain(self) -> str:
        """The row's grain."""
        return grain_of(self.row)

    @property
    def since(self) -> str:
        """`since March 2026`, where the last phase began; empty where it is the first."""
        if self.phase is None or not self.phase.start:
            return ""
        return f"since {period_words(self.periods[self.phase.start])}"

    @property
    def is_constant(self) -> bool:
        """Whether every figure of the last phase is the same, and there are two at least."""
        if self.chart is None or self.phase is None:
            return False
        known = _known(self.chart.values[self.phase.start :])
        return len(known) > 1 and bool(known.min() == known.max())

    @cached_property
    def usual(self) -> str:
        """Between what the figures lie as the process runs: `between 70.1 and 84.0 %`.

        Never beyond the scale of a percentage, or below 0 where no figure of the series is. Each
        end is rounded so that it stays on its own side of what is expected. Empty without limits.
        """
        if self.chart is None or self.phase is None or not self.has_limits:
            return ""
        unit, expected = self.row.unit, self.row.expected
        lower, upper = self.phase.lower, self.phase.upper
        known = _known(self.chart.values)
        if known.min() >= 0:
            lower = max(lower, 0.0)
        if unit == "percent" and known.max() <= 100:
            upper = min(upper, 100.0)
        low, high = _apart(lower, expected, unit), _apart(upper, expected, unit)
        if low == high:
            low, high = _apart(lower, upper, unit), _apart(upper, lower, unit)
        return f"between {low} and {with_unit(high, unit)}"

    @cached_property
    def proposal(self) -> str:
        """A new phase that waits for a person's acceptance, in words; empty without one."""
        found = self._shift
        if found is None or found.index is None:
            return ""
        before, after = (
            with_unit(shown(mean, self.row.unit), self.row.unit)
            for mean in (found.before, found.after)
        )
        return (
            f"The level has shifted and holds: {number_word(found.points)} "
            f"{grain_words(self.grain, found.points)} since "
            f"{period_words(self.periods[found.index])} at {after} on average, after {before}. "
            "If its cause is known and will last, a new phase can be declared."
        )

    @property
    def proposed(self) -> str:
        """The entry to be declared where a person accepts the proposal.

        Empty without one, and for records without a department, which nobody declares.
        """
        found, who = self._shift, self.row.department
        if found is None or found.index is None or who == UNASSIGNED:
            return ""
        only = f', department = "{who}"' if who and self.row.shared else ""
        day = self.periods[found.index].start
        return f'{{ from = {day}, reason = "…", accepted = "…"{only} }}'

    @property
    def accepting(self) -> str:
        """How a person accepts the proposal: what stands before the entry `proposed`."""
        everyone = self.row.shared and self.row.department is None
        reach = "; it then holds for every department" if everyone else ""
        return f"To accept it, add to the list “rebases” under [standard.chart]{reach}:"

    @cached_property
    def _shift(self) -> RebaseProposal | None:
        return propose_rebase(self.chart) if self.chart is not None else None


_NO_CHART = "no chart"
_MISFIT = "No control chart: what [standard.chart] declares does not fit these periods."


def behaviour_of(row: ScorecardRow, history: History) -> Behaviour:
    """The behaviour of the row's standard and department as it was at the end of its period."""
    key = ((row.standard, row.department), row.period)
    found = history.behaviours.get(key)
    if found is None:
        standard = history.standards.get(row.standard)
        found = behaviour(history.until(row), standard, history.fiscal_year_start)
        history.behaviours[key] = found
    return found


def behaviour(
    rows: Sequence[ScorecardRow], standard: Standard | None = None, fiscal_year_start: int = 1
) -> Behaviour:
    """The behaviour of one standard in one department, up to the last of `rows` (oldest first).

    `standard` holds what people declared about the chart. Periods without a figure that can be
    trusted (no data, too few, not complete) keep their place and are in no computation. What was
    declared for a later period does not change what an earlier one looked like. The chart begins
    with the first period in which a value was expected, unless `standard` says another: records
    often begin in the middle of something, and their first periods tell of that.

    Raises ValueError where there is no row.
    """
    if not rows:
        raise ValueError("there is nothing to behave")
    rows = rows[_first(rows, standard.chart.since if standard else None) :]
    told = behaviour_of_values(
        rows[-1],
        [period_of(row, fiscal_year_start) for row in rows],
        [charted(row) for row in rows],
        [row.expected for row in rows],
        standard,
    )
    return replace(told, rows=tuple(rows))


def behaviour_of_values(
    row: ScorecardRow,
    periods: Sequence[Period],
    values: ArrayLike | Sequence[float | None],
    expected: ArrayLike | Sequence[float | None],
    standard: Standard | None = None,
) -> Behaviour:
    """`behaviour` where the figures are at hand, one a period: None or NaN where there is none.

    `row` is that of the last period.
    """
    marks = tuple(_marks(standard, periods, row.department)) if standard else ()
    given = numbers(values)
    known = len(_known(given))
    if known < FEWEST:
        can = f"{number_word(known)} {grain_words(grain_of(row), known)} can be charted"
        reason = f"Too few for a control chart: {can}, and it takes {number_word(FEWEST)}."
        return Behaviour(row, periods, None, reason, "too few periods", marks)
    declared = standard.chart if standard else ChartRules()
    try:
        starts, rebases, fixed, excluded = _decided(row, periods, declared)
        chart = xmr(
            given,
            better=row.better,
            expected=expected,
            rebase_at=phase_starts(starts, rebases) if rebases else (),
            fix_first=fixed,
            exclude=excluded,
            rules=declared.rules,
        )
    except JudgeError as error:
        reason = f"{_MISFIT} {error}"
        return Behaviour(row, periods, None, reason, _NO_CHART, marks)
    missing = np.isnan(chart.values[-1])
    why = str(row.status if row.complete else Status.NOT_COMPLETE) if missing else ""
    return Behaviour(row, periods, chart, "", why, marks)


def _first(rows: Sequence[ScorecardRow], since: date | None) -> int:
    """Index of the first row of the chart; the last one's at most."""
    if since is not None:
        begun = (i for i, row in enumerate(rows) if row.period >= since)
    else:
        begun = (i for i, row in enumerate(rows) if row.expected is not None)
    return next(begun, 0 if since is None else len(rows) - 1)


def _decided(
    row: ScorecardRow, periods: Sequence[Period], declared: ChartRules
) -> tuple[list[date], list[date], list[int | None] | None, list[int]]:
    """What people decided up to the row: the first days of the periods and of the new phases, on
    how many places each phase rests, and the places left out."""
    if not (declared.rebases or declared.excluded or declared.baseline):
        return [], [], None, []
    department, last = row.department, row.period
    starts = [period.start for period in periods]
    rebases = sorted({e.from_ for e in _of(department, declared.rebases) if e.from_ <= last})
    excluded = {each.period for each in _of(department, declared.excluded)}
    places = [place for place, start in enumerate(starts) if start in excluded]
    # A department's own baseline stands after the one for all, and is the one that counts.
    until = [each.until for each in _of(department, declared.baseline)][-1:]
    if not until or until[0] > last:
        return starts, rebases, None, places
    end = sum(start < until[0] for start in starts)
    edges = [0, *(sum(start < day for start in starts) for day in rebases), len(starts)]
    # The phase in which the baseline ends rests on what comes before; others on all their points.
    fixed = [end - a if a < end < b or a == end == 0 else None for a, b in pairwise(edges)]
    return starts, rebases, fixed, places


def _of(department: str | None, entries: Iterable[Entry]) -> list[Entry]:
    """The entries that hold for a department: those for all first, then its own."""
    mine = [each for each in entries if each.department in (None, department)]
    return sorted(mine, key=lambda each: each.department is not None)


def _marks(standard: Standard, periods: Sequence[Period], department: str | None) -> Iterator[Mark]:
    def place(day: date) -> int | None:
        return next((i for i, each in enumerate(periods) if each.start <= day < each.end), None)

    chart = standard.chart
    fixed = [each.until for each in _of(department, chart.baseline)][-1:]
    told = [
        *((each.from_, "new phase", each.reason) for each in _of(department, chart.rebases)),
        *((each.period, "left out", each.reason) for each in _of(department, chart.excluded)),
        *((day, "baseline", "The limits rest on the periods before this day.") for day in fixed),
        *((each.on, each.kind, each.text) for each in _of(department, standard.events)),
    ]
    for day, kind, text in sorted(told):
        found = place(day)
        if found is not None:
            yield Mark(found, day, kind, text)


def _known(values: Numbers) -> Numbers:
    return values[values == values]


def _apart(value: float, other: float | None, unit: str) -> str:
    """`value` as text that never falls on or across `other`, unless it is `other`."""
    apart = other is not None and abs(value - other) > noise(other)
    return shown(value, unit, other, "missed" if apart else None)
