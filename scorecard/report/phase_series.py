"""The last stable stretch of a chart, as the methods of judging what comes next take it."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.declare.metrics import Better, Unit
from scorecard.declare.periods import Grain, Period
from scorecard.judge.chart import Assurance, Chart
from scorecard.judge.promise import ENOUGH, Scale
from scorecard.judge.signal import signal
from scorecard.judge.xmr import xmr
from scorecard.report.behaviour import Behaviour, charted
from scorecard.report.phrases import period_words
from scorecard.report.row import ScorecardRow
from scorecard.report.signal_words import signal_words


@dataclass(frozen=True)
class PhaseSeries:
    """A stretch of a standard's periods up to the last row, which has unit, direction and promise.

    Periods keep their place; values are None where nothing can be trusted and where a person has
    left a period out. `denominators` are there for a share alone, and all of its periods have one
    then. `stable` is None where there is no chart yet, False where what was declared allows none;
    `signal` says in words what is not stable, and is empty without a chart.
    """

    last: ScorecardRow
    periods: tuple[Period, ...]
    values: tuple[float | None, ...]
    numerators: tuple[float | None, ...] | None
    denominators: tuple[float | None, ...] | None
    scale: Scale
    stable: bool | None
    signal: str
    assurance: Assurance | None

    @property
    def n(self) -> int:
        """The periods with a value."""
        return sum(value is not None for value in self.values)

    @property
    def unit(self) -> Unit:
        """The metric's unit."""
        return self.last.unit

    @property
    def better(self) -> Better:
        """Which way is better."""
        return self.last.better

    @property
    def grain(self) -> Grain:
        """The grain of the periods."""
        return self.periods[-1].grain


def phase_series(told: Behaviour) -> PhaseSeries:
    """The last stable stretch of a chart's last phase, or the phase where there is none.

    The stretch is what comes after the phase's last signal, where that is over, as long as it has
    enough periods to promise by and shows no signal against limits of its own. Without a chart it
    is the whole series.
    """
    chart, start, words = told.chart, 0, ""
    # Where a chart was refused nobody knows whether anything changed: nothing is promised on that.
    stable = False if told.is_refused else None
    left_out = set[int]()
    if chart is not None and chart.phases:
        left_out = set(chart.excluded)
        start = chart.phases[-1].start
        found = _stretch(told, chart, start, left_out)
        if found is not None:
            start, chart = found
        stable = found is not None
        if not stable:
            names = [period_words(each) for each in told.periods]
            words = told.signal_words or signal_words(signal(chart), names, told.grain)
    rows = told.rows[start:]
    values = _values(told, start, left_out)
    numerators, denominators = _sums(rows, values)
    last = told.rows[-1]
    return PhaseSeries(
        last=last,
        periods=tuple(told.periods[start:]),
        values=values,
        numerators=numerators,
        denominators=denominators,
        scale=scale_of(last, [value for value in values if value is not None]),
        stable=stable,
        signal=words,
        assurance=chart.assurance if chart is not None else None,
    )


def _stretch(
    told: Behaviour, chart: Chart, start: int, left_out: set[int]
) -> tuple[int, Chart] | None:
    """Where the last stretch without a signal starts, and its chart; None where there is none."""
    flagged = _last_flag(chart, start, left_out)
    while flagged is not None:
        start = flagged + 1
        values = _values(told, start, left_out)
        if sum(value is not None for value in values) < ENOUGH:
            return None
        rows = told.rows[start:]
        chart = xmr(
            values,
            better=chart.better,
            expected=[row.expected for row in rows],
            rules=chart.rules.name,
        )
        found = _last_flag(chart, 0, set())
        flagged = None if found is None else start + found
    return start, chart


def _last_flag(chart: Chart, start: int, left_out: set[int]) -> int | None:
    flagged = (place for place in range(start, len(chart.flags)) if chart.flags[place])
    return max((place for place in flagged if place not in left_out), default=None)


def _values(told: Behaviour, start: int, left_out: set[int]) -> tuple[float | None, ...]:
    return tuple(
        None if start + place in left_out else charted(row)
        for place, row in enumerate(told.rows[start:])
    )


def scale_of(row: ScorecardRow, known: list[float]) -> Scale:
    """The least and greatest value there can be, as far as unit and figures say.

    Published shares above 100 % exist: then nothing is known of the upper end. A figure that was
    never below 0 is taken to be one that cannot be.
    """
    if min(known, default=0.0) < 0:
        return None, None
    if row.unit == "percent" and max(known, default=0.0) <= 100:
        return 0.0, 100.0
    return 0.0, None


def _sums(
    rows: tuple[ScorecardRow, ...], values: tuple[float | None, ...]
) -> tuple[tuple[float | None, ...] | None, tuple[float | None, ...] | None]:
    used = [row for row, value in zip(rows, values, strict=True) if value is not None]
    fit = all(
        row.unit == "percent"
        and row.numerator is not None
        and row.denominator is not None
        and 0 <= row.numerator <= row.denominator
        for row in used
    )
    if not used or not fit:
        return None, None
    return tuple(row.numerator for row in rows), tuple(row.denominator for row in rows)
