"""How a figure behaves over time: its control chart, and what that says, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from scorecard.declare.charts import Baseline, ChartRules, Event, Excluded, Rebase
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.errors import JudgeError
from scorecard.judge.chart import Assurance, Chart, Variation
from scorecard.judge.phase_starts import phase_starts
from scorecard.judge.rebase import propose_rebase
from scorecard.judge.rounding import shown
from scorecard.judge.signal import Signal, signal
from scorecard.judge.status import Status
from scorecard.judge.xmr import xmr
from scorecard.report.history import History, grain_of, period_of
from scorecard.report.phrases import grain_words, number_word, period_words, with_unit
from scorecard.report.row import ScorecardRow
from scorecard.report.signal_words import signal_words

FEWEST = 8
"""Fewer periods give limits that mean little: no chart is drawn from them, and that is said."""
Entry = TypeVar("Entry", Rebase, Excluded, Baseline, Event)
_NO_POINT = (Status.NO_DATA, Status.TOO_FEW, Status.NOT_COMPLETE)


def charted(row: ScorecardRow) -> float | None:
    """The row's figure as a point of a chart; None where there is none that can be trusted."""
    return None if row.status in _NO_POINT else row.actual


@dataclass(frozen=True)
class Mark:
    """What a person declared about a period of the chart.

    place   its index among the periods; `day` is the day itself
    kind    "new phase", "left out", "action" or "event"
    """

    place: int
    day: date
    kind: str
    text: str


@dataclass(frozen=True, eq=False)
class Behaviour:
    """The control chart of a series of rows (oldest first) and its reading as of the last one.

    chart          None where there is none: `reason` says why
    signal         of the last point; None where the last row is no point of the chart, or where
                   nothing shows
    marks          accepted rebases, periods left out of the limits, events
    """

    rows: tuple[ScorecardRow, ...]
    periods: tuple[Period, ...]
    chart: Chart | None
    reason: str
    marks: tuple[Mark, ...]

    @property
    def is_told(self) -> bool:
        """Whether there is a chart and the last row is a point on it."""
        return self.chart is not None and self.chart.values[-1] == self.chart.values[-1]

    @property
    def variation(self) -> Variation | None:
        """What the last row says of the process."""
        return self.chart.variation if self.chart is not None and self.is_told else None

    @property
    def assurance(self) -> Assurance | None:
        """Whether the process, as it runs, keeps what is expected of the last row."""
        return self.chart.assurance if self.chart is not None and self.is_told else None

    @cached_property
    def signal(self) -> Signal | None:
        """The signal that the last row is part of."""
        if self.chart is None or not self.is_told or not self.chart.flags[-1]:
            return None
        return signal(self.chart)

    @cached_property
    def signal_words(self) -> str:
        """`seven months running below the mean, since March 2026`; empty without a signal."""
        if self.signal is None:
            return ""
        return signal_words(self.signal, [period_words(each) for each in self.periods], self.grain)

    @property
    def grain(self) -> str:
        """The rows' grain."""
        return grain_of(self.rows[-1])

    @property
    def usual(self) -> str:
        """Between what the figures fall as the process runs: `between 70.1 and 84.0 %`.

        Never beyond the scale of a percentage, or below 0 where no figure of the series is. Empty
        without limits.
        """
        if self.chart is None or self.chart.no_limits is not None:
            return ""
        row = self.rows[-1]
        lower, upper = float(self.chart.lower[-1]), float(self.chart.upper[-1])
        known = self.chart.values[self.chart.values == self.chart.values]
        if known.min() >= 0:
            lower = max(lower, 0.0)
        if row.unit == "percent" and known.max() <= 100:
            upper = min(upper, 100.0)
        return f"between {shown(lower, row.unit)} and {with_unit(shown(upper, row.unit), row.unit)}"

    @cached_property
    def proposal(self) -> str:
        """A new phase that waits for a person's acceptance, in words; empty without one."""
        found = propose_rebase(self.chart) if self.chart is not None else None
        if found is None or found.index is None:
            return ""
        unit = self.rows[-1].unit
        return (
            f"The level has shifted and holds: {number_word(found.points)} "
            f"{grain_words(self.grain, found.points)} since "
            f"{period_words(self.periods[found.index])} at "
            f"{with_unit(shown(found.after, unit), unit)} on average, after "
            f"{with_unit(shown(found.before, unit), unit)}. If its cause is known and will last, "
            "a new phase can be declared."
        )

    @cached_property
    def proposed(self) -> str:
        """The line to be declared where a person accepts the proposal; empty without one."""
        found = propose_rebase(self.chart) if self.chart is not None else None
        if found is None or found.index is None:
            return ""
        who = self.rows[-1].department
        only = f', department = "{who}"' if who and self.rows[-1].shared else ""
        day = self.periods[found.index].start
        return f'rebases = [{{ from = {day}, reason = "…", accepted = "…"{only} }}]'


def behaviour_of(row: ScorecardRow, history: History) -> Behaviour:
    """The behaviour of the row's standard and department as it was at the end of its period."""
    standard = history.standards.get(row.standard)
    return behaviour(history.until(row), standard, history.fiscal_year_start)


def behaviour(
    rows: Sequence[ScorecardRow], standard: Standard | None = None, fiscal_year_start: int = 1
) -> Behaviour:
    """The behaviour of one standard in one department, up to the last of `rows` (oldest first).

    `standard` holds what people declared about the chart. Periods without a figure that can be
    trusted (no data, too few, not complete) keep their place and are in no computation. What was
    declared for a later period does not change what an earlier one looked like.

    Raises ValueError where there is no row.
    """
    if not rows:
        raise ValueError("there is nothing to behave")
    periods = tuple(period_of(row, fiscal_year_start) for row in rows)
    marks = tuple(_marks(standard, periods, rows[-1].department)) if standard else ()
    values = [charted(row) for row in rows]
    known = sum(value is not None for value in values)
    if known < FEWEST:
        can = f"{number_word(known)} {grain_words(grain_of(rows[-1]), known)} can be charted"
        reason = f"Too few for a control chart: {can}, and it takes {number_word(FEWEST)}."
        return Behaviour(tuple(rows), periods, None, reason, marks)
    declared = standard.chart if standard else ChartRules()
    try:
        chart = _chart(rows, periods, values, declared)
    except JudgeError as error:
        return Behaviour(tuple(rows), periods, None, str(error), marks)
    return Behaviour(tuple(rows), periods, chart, "", marks)


def _chart(
    rows: Sequence[ScorecardRow],
    periods: Sequence[Period],
    values: Sequence[float | None],
    declared: ChartRules,
) -> Chart:
    department, last = rows[-1].department, rows[-1].period
    starts = [period.start for period in periods]
    rebases = {each.from_ for each in _of(department, declared.rebases) if each.from_ <= last}
    excluded = {each.period for each in _of(department, declared.excluded)}
    until = [each.until for each in _of(department, declared.baseline) if each.until <= last]
    return xmr(
        values,
        better=rows[-1].better,
        expected=[row.expected for row in rows],
        rebase_at=phase_starts(starts, sorted(rebases)),
        # A department's own baseline stands after the one for all, and comes before it.
        fix_first=sum(start < until[-1] for start in starts) if until else None,
        exclude=[place for place, start in enumerate(starts) if start in excluded],
        rules=declared.rules,
    )


def _of(department: str | None, entries: Iterable[Entry]) -> list[Entry]:
    """The entries that hold for a department: those for all first, then its own."""
    mine = [each for each in entries if each.department in (None, department)]
    return sorted(mine, key=lambda each: each.department is not None)


def _marks(standard: Standard, periods: Sequence[Period], department: str | None) -> Iterator[Mark]:
    def place(day: date) -> int | None:
        return next((i for i, each in enumerate(periods) if each.start <= day < each.end), None)

    chart = standard.chart
    told = [
        *((each.from_, "new phase", each.reason) for each in _of(department, chart.rebases)),
        *((each.period, "left out", each.reason) for each in _of(department, chart.excluded)),
        *((each.on, each.kind, each.text) for each in _of(department, standard.events)),
    ]
    for day, kind, text in sorted(told):
        found = place(day)
        if found is not None:
            yield Mark(found, day, kind, text)
