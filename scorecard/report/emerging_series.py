"""The rows of figures that are watched for what emerges: volumes and shares, whole and by part."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from scorecard.declare.aggregates import Count, Share
from scorecard.declare.load import Declarations
from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.periods import CYCLES, Grain, Period, between, containing, midnight
from scorecard.declare.standards import Standard
from scorecard.judge.emerging import RECENT, Series
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.days import last_known_day
from scorecard.report.breakdown import NOT_RECORDED, PERSONS, measured_by
from scorecard.report.row import Value
from scorecard.report.rows import Known, department_name, reporters, scope_of


@dataclass(frozen=True)
class Subject:
    """What a row of figures is about.

    standard     the id of a standard through which its figures can be shown
    own          whether that standard is about these cases alone
    department   None for the whole organisation
    by, value    the dimension and its value; None where it is all of the department
    volume       whether the cases are counted, in place of the share of them
    """

    metric: AnyMetric
    standard: str
    own: bool
    department: str | None
    department_name: str
    by: str | None
    value: Value
    period: Period
    volume: bool

    @property
    def name(self) -> str:
        """`Pothole in Public Works`, `channel Phone`, `Public Works`."""
        if self.by is None:
            return self.department_name
        named = self.value_name
        return named if self.department is None else f"{named} in {self.department_name}"

    @property
    def value_name(self) -> str:
        """`Pothole`, `channel Phone`, `topic not recorded`; empty where it is of no value."""
        if self.by is None:
            return ""
        word = NOT_RECORDED if self.value is None else str(self.value)
        return word if self.by == "topic" and self.value is not None else f"{self.by} {word}"

    def __str__(self) -> str:
        return f"{self.name}, {self.metric.name}, {'volume' if self.volume else 'share'}"


ByPeriod = Mapping[date, MeasurementRow]
# One scope's figures: who reports it, by which dimension, and which value of that.
_Found = dict[tuple[str | None, str | None, Value], tuple[str, bool, ByPeriod]]


def watched(
    declarations: Declarations, facts: Known, asked: Mapping[Grain, date] | None = None
) -> tuple[list[Series], list[Period]]:
    """Every series, each ending in the period it is tested in, and those asked for in vain.

    asked   by grain the first day of the period; None for the last complete one of each metric

    A share is watched where its numerators are kept, a volume once for each source and dimension:
    by a metric that counts all rows where there is one, else by the denominators of the share with
    most of them. The second part of the result are periods asked for that no record knows whole.
    """
    series: list[Series] = []
    incomplete: set[Period] = set()
    volumes: dict[tuple[str, Grain, str | None], list[tuple[tuple[bool, float, str], list[Series]]]]
    volumes = defaultdict(list)
    for (metric, grain), found in _figures(declarations, facts).items():
        period = _period(metric, grain, declarations, facts, asked)
        if period is None:
            continue
        if midnight(period.end, declarations.organisation.zone) > _moment(metric, facts):
            incomplete.add(period)
            continue
        totals: dict[date, int] = defaultdict(int)
        for *_, by_period in found.values():
            for start, figure in by_period.items():
                totals[start] += figure.n
        periods = _known_periods(totals, period)
        made: dict[str | None, list[Series]] = defaultdict(list)
        for (department, by, value), (standard, own, by_period) in found.items():
            name = department_name(declarations, department)
            subject = Subject(metric, standard, own, department, name, by, value, period, False)
            if metric.is_share:
                series += _share(subject, by_period, periods)
            counted = _volume(subject, by_period, periods, totals)
            if counted is not None:
                made[by].append(counted)
        if isinstance(metric, Metric) and _counts(metric):
            for by, rows in made.items():
                cases = sum(sum(one or 0.0 for one in row.counts) for row in rows)
                rank = not isinstance(metric.aggregate, Count), -cases, metric.name
                volumes[metric.source, grain, by].append((rank, rows))
    for candidates in volumes.values():
        series += min(candidates, key=lambda candidate: candidate[0])[1]
    return series, sorted(incomplete)


def _figures(declarations: Declarations, facts: Known) -> dict[tuple[AnyMetric, Grain], _Found]:
    """By metric and grain the figures of wholes and of one value of one dimension, each once.

    What no standard shows is left out: a figure that is measured on the way, for another's sake.
    """
    standards: dict[tuple[str, Grain], list[Standard]] = defaultdict(list)
    for standard in declarations.standards.values():
        standards[standard.metric, standard.period].append(standard)
    made: dict[tuple[AnyMetric, Grain], _Found] = defaultdict(dict)
    for (name, grain, department, text), by_period in facts.figures.items():
        scope = json.loads(text)
        reporting = [
            one
            for one in standards[name, grain]
            if department in reporters(one, declarations, facts)
        ]
        shown_by = _standard_of(reporting, scope, text, declarations)
        if shown_by is not None:
            standard, by, own = shown_by
            value = next(iter(scope.values()), None)
            found = made[declarations.metric(name), grain]
            found[department, by, value] = standard, own, by_period
    return made


def _standard_of(
    standards: list[Standard], scope: dict[str, Value], text: str, declarations: Declarations
) -> tuple[str, str | None, bool] | None:
    """A standard with these figures, by which dimension, and whether they are all it is about.

    None where no standard shows them, or they are of one person.
    """
    if len(scope) > 1:
        return None
    for one in standards:
        for by, column in measured_by(one, declarations).items():
            if not one.where and list(scope) == [column]:
                return None if by in PERSONS else (one.id, by, False)
    for one in standards:
        if scope_of(one, declarations) == text:
            by = next(iter(one.where), None)
            return None if by in PERSONS else (one.id, by, True)
    return None


def _moment(metric: AnyMetric, facts: Known):
    return min(facts.moments[name] for name in metric.sources)


def _period(
    metric: AnyMetric,
    grain: Grain,
    declarations: Declarations,
    facts: Known,
    asked: Mapping[Grain, date] | None,
) -> Period | None:
    """The period asked for, else the last one the records know whole; None where none is."""
    organisation = declarations.organisation
    if any(name not in facts.moments for name in metric.sources):
        return None
    if asked is not None:
        start = asked.get(grain)
        return None if start is None else Period(start, grain, organisation.fiscal_year_start)
    moment = _moment(metric, facts)
    last = last_known_day(moment, organisation.zone)
    period = containing(last, grain, organisation.fiscal_year_start)
    whole = midnight(period.end, organisation.zone) <= moment
    return period if whole else period.previous()


def _known_periods(totals: Mapping[date, int], period: Period) -> list[date]:
    """The periods from the first with half as many records as is usual to `period`.

    The records of an organisation begin somewhere: the periods before hold what was still open
    then, and the first one often only its end.
    """
    until = {start: n for start, n in totals.items() if start <= period.start}
    if not until:
        return []
    usual = median(until.values())
    first = min(start for start, n in until.items() if 2 * n >= usual)
    days = between(first, period.start, period.grain, period.fiscal_year_start)
    return [one.start for one in days]


def _share(subject: Subject, figures: ByPeriod, periods: list[date]) -> Iterator[Series]:
    rows = [figures.get(start) for start in periods]
    won = [row.numerator if row else None for row in rows]
    whole = [row.denominator if row else None for row in rows]
    pairs = list(zip(won, whole, strict=True))
    # What is no part of a whole, such as a published figure above 100 %, is not judged as one.
    if any(a is not None and b is not None and not 0 <= a <= b for a, b in pairs):
        return
    if any(a is not None and b is not None for a, b in pairs):
        metric = subject.metric
        fewest = max(5, metric.min_n)
        yield Series(*(subject, won, whole, metric.better, _cycle(subject.period)), fewest=fewest)


def _volume(
    subject: Subject, figures: ByPeriod, periods: list[date], totals: Mapping[date, int]
) -> Series | None:
    """How many cases there were in each period: none where others had some and this had not.

    It begins with its first case, since what was not yet a topic had no cases that did not come;
    unless that is among the last periods: then that it is new is what there is to say. It is left
    out where the last periods had none, as of a topic that was given up.
    """
    counts = [_cases(figures.get(start), start in totals) for start in periods]
    if not any(counts[-RECENT:]):
        return None
    first = next(place for place, count in enumerate(counts) if count)
    if first < len(counts) - RECENT:
        counts = [None] * first + counts[first:]
    volume = Subject(**{**vars(subject), "volume": True})
    return Series(volume, counts, cycle=_cycle(subject.period))


def _cases(figure: MeasurementRow | None, measured: bool) -> float | None:
    if figure is None:
        return 0.0 if measured else None
    return figure.value if figure.denominator is None else figure.denominator


def _counts(metric: Metric) -> bool:
    """Whether it counts all rows, or is a share of some of them."""
    aggregate = metric.aggregate
    if isinstance(aggregate, Count):
        return aggregate.where is None
    return isinstance(aggregate, Share)


def _cycle(period: Period) -> int:
    return CYCLES.get(period.grain, 1)
