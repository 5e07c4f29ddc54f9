"""The figures of derived metrics, from the figures of the metrics that they rest on.

Nothing is read but figures: what was measured by whatever engine, at the same grain, department and
scope. Windows add the sums behind the figures and divide last.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import fsum

from scorecard.declare.derived import (
    ChangePercent,
    Combined,
    Derived,
    Formula,
    Input,
    Previous,
    Quotient,
    Rolling,
)
from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Metric
from scorecard.declare.organisation import Organisation
from scorecard.declare.periods import between
from scorecard.declare.sources import Source
from scorecard.declare.standards import scope_text
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.days import last_known_day
from scorecard.measure.parts import Figure, figure
from scorecard.measure.plan import DEPARTMENT, DerivedCut, Level, columns

_Place = tuple[str | None, str]
NONE = Figure(None, None, None, 0)


def derived_rows(
    declarations: Declarations,
    wanted: Iterable[DerivedCut],
    measured: Iterable[MeasurementRow],
    moments: Mapping[str, datetime],
) -> Iterator[MeasurementRow]:
    """The figures of every derived cut; a period, department and scope without one has no row.

    `measured` holds all current figures of the metrics that the cuts rest on, in any order; further
    ones are passed over. `moments` is until when the records of each source know.
    """
    wanted = list(wanted)
    needed = {(metric.name, cut.grain) for cut in wanted for metric in cut.metric.measured}
    held: dict[tuple[str, str], list[MeasurementRow]] = defaultdict(list)
    for row in measured:
        if (row.metric, row.grain) in needed:
            held[row.metric, row.grain].append(row)
    for cut in wanted:
        for level in sorted(cut.levels):
            series = {
                metric.name: _series(
                    held[metric.name, cut.grain],
                    level,
                    declarations.sources[metric.source],
                    last_known_day(moments[metric.source], declarations.organisation.zone),
                )
                for metric in cut.metric.measured
                if metric.source in moments
            }
            if len(series) == len(cut.metric.measured):
                yield from _rows(cut, series, declarations.organisation)


@dataclass(frozen=True)
class Series:
    """The figures of one measured metric at one level.

    `first` is the first day of the first period in which it was observed at all, at whatever level
    (None: never); `known` the last day that its records know. Between them, a period without a
    figure is one in which nothing was counted there.
    """

    figures: dict[_Place, dict[date, MeasurementRow]]
    first: date | None
    known: date


def _series(rows: list[MeasurementRow], level: Level, source: Source, known: date) -> Series:
    names = [name for name in level if name != DEPARTMENT]
    own = columns(tuple(names), source)

    @cache
    def scope(text: str) -> str | None:
        """The scope by the names of the level; None where it is of another level."""
        values = json.loads(text)
        if set(values) != set(own):
            return None
        return scope_text({name: values[column] for name, column in zip(names, own, strict=True)})

    figures: dict[_Place, dict[date, MeasurementRow]] = defaultdict(dict)
    for row in rows:
        if (row.department is not None) == (DEPARTMENT in level):
            place = scope(row.scope)
            if place is not None:
                figures[row.department, place][row.period] = row
    latest = max((row.period for row in rows), default=known)
    return Series(figures, min((row.period for row in rows), default=None), max(known, latest))


def _rows(
    cut: DerivedCut, series: Mapping[str, Series], organisation: Organisation
) -> Iterator[MeasurementRow]:
    metric = cut.metric
    observed = [one.first for one in series.values() if one.first is not None]
    if not observed:
        return
    last = max(one.known for one in series.values())
    start = organisation.fiscal_year_start
    days = [each.start for each in between(min(observed), last, cut.grain, start)]
    places = {place for one in series.values() for place in one.figures}
    for place in sorted(places, key=lambda place: (place[0] or "", place[1])):
        timeline = Timeline(days, series, place)
        for index, day in enumerate(days):
            found = timeline.figure(metric.formula, index)
            if found.value is not None:
                yield MeasurementRow(
                    metric.name,
                    metric.fingerprint,
                    cut.grain,
                    day,
                    *place,
                    *found,
                )


@dataclass(frozen=True)
class Timeline:
    """The figures of one department and scope, over the periods that begin on `days`."""

    days: list[date]
    series: Mapping[str, Series]
    place: _Place

    def figure(self, formula: Formula, index: int, window: int = 1) -> Figure:
        """The figure in the period at `index`, over the `window` periods that end with it.

        Of two figures, n is that of the sums added up, of a quotient's bottom, and otherwise the
        smaller one.
        """
        if index < 0:
            return NONE
        match formula:
            case Input(metric=Derived() as derived):
                return self.figure(derived.formula, index, window)
            case Input(metric=Metric() as metric):
                return self._measured(metric, index, window)
            case Rolling():
                return self.figure(formula.figure, index, formula.periods)
            case Previous():
                return self.figure(formula.figure, index - formula.periods)
            case ChangePercent():
                now = self.figure(formula.figure, index)
                return _changed(now, self.figure(formula.figure, index - formula.periods))
            case Quotient():
                top = self.figure(formula.top, index, window)
                return _divided(formula, top, self.figure(formula.bottom, index, window))
            case Combined():
                left = self.figure(formula.left, index, window)
                return _combined(formula, left, self.figure(formula.right, index, window))
            case _:
                raise TypeError(f"no figures of {type(formula).__name__}")

    def _measured(self, metric: Metric, index: int, window: int) -> Figure:
        series = self.series[metric.name]
        rows = series.figures.get(self.place, {})
        if window == 1:
            row = rows.get(self.days[index])
            return Figure(row.value, row.numerator, row.denominator, row.n) if row else NONE
        start = index - window + 1
        # Before the first observation nothing is known; after the last, nothing yet.
        if start < 0 or series.first is None or self.days[start] < series.first:
            return NONE
        if self.days[index] > series.known:
            return NONE
        inside = [rows[day] for day in self.days[start : index + 1] if day in rows]
        return figure(
            metric.aggregate,
            _added(row.numerator for row in inside),
            _added(row.denominator for row in inside),
            sum(row.n for row in inside),
        )


def inputs(formula: Formula, back: int = 0, window: int = 1) -> Iterator[tuple[Metric, int]]:
    """What goes into a figure: each measured metric, and from how many periods before."""
    match formula:
        case Input(metric=Derived() as derived):
            yield from inputs(derived.formula, back, window)
        case Input(metric=Metric() as metric):
            yield from ((metric, back + each) for each in range(window))
        case Rolling():
            yield from inputs(formula.figure, back, formula.periods)
        case Previous():
            yield from inputs(formula.figure, back + formula.periods)
        case ChangePercent():
            yield from inputs(formula.figure, back)
            yield from inputs(formula.figure, back + formula.periods)
        case _:
            for part in formula.parts:
                yield from inputs(part, back, window)


def _added(numbers: Iterable[float | None]) -> float | None:
    """The sum, exact to the last digit in whatever order; None where there is nothing to add."""
    known = [number for number in numbers if number is not None]
    return fsum(known) if known else None


def _changed(now: Figure, before: Figure) -> Figure:
    if now.value is None or before.value is None or before.value <= 0:
        return NONE
    value = 100 * (now.value - before.value) / before.value
    return Figure(value, None, None, min(now.n, before.n))


def _divided(formula: Quotient, top: Figure, bottom: Figure) -> Figure:
    if top.value is None or not bottom.value:
        return NONE
    # What is counted below is what the figure is out of.
    n = max(0, int(bottom.value)) if formula.bottom.kind.counts else bottom.n
    return Figure(formula.every * top.value / bottom.value, top.value, bottom.value, n)


def _combined(formula: Combined, left: Figure, right: Figure) -> Figure:
    if left.value is None or right.value is None:
        return NONE
    value = left.value + right.value if formula.operator == "+" else left.value - right.value
    if formula.kind.no_part:
        return Figure(value, None, None, min(left.n, right.n))
    return Figure(value, value, None, left.n + right.n)
