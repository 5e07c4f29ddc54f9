"""What a cycle is about: each requirement with its baseline, and with its re-audit beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from scorecard.audit.cycle import Cycle
from scorecard.audit.scope import Figure, Requirement
from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Unit
from scorecard.declare.periods import Grain, Period
from scorecard.judge.rounding import shown
from scorecard.judge.status import Status, judge
from scorecard.report.audit_names import Names
from scorecard.report.phrases import (
    UNKNOWN,
    actual_words,
    distance_words,
    expected_words,
    gap_words,
    period_words,
    with_unit,
)
from scorecard.report.row import ScorecardRow


@dataclass(frozen=True)
class RequirementLine:
    """A requirement as frozen, and its baseline: numbers in `unit`, None where there is none.

    `expected_words`, `actual_words`, `gap_words` are the same as people read them, "–" where there
    is nothing. `declared` is False where the standard is in the files no more.
    """

    standard: str
    title: str
    department: str | None
    department_name: str
    unit: str
    expected: float | None
    expected_words: str
    since: date | None
    actual: float | None
    actual_words: str
    n: int
    service_gap: float | None
    gap_words: str
    status: Status
    period: str
    known_at: str
    declared: bool


@dataclass(frozen=True)
class ComparedLine:
    """A requirement before and after, as the re-audit was recorded: numbers in `unit`.

    `before` and `after` are actual service, with how many observations each rests on, where that
    is known: of departments that were merged only the sum is kept. `difference` with `low`
    and `high` is of the service gap: above 0 is better. `after_period` is the period measured
    again. Words are "–" where there is no number.
    """

    standard: str
    title: str
    department: str | None
    department_name: str
    unit: str
    outcome: Literal["improved", "held", "regressed", "new", "not tested"]
    before: float | None
    before_n: int | None
    before_words: str
    after: float | None
    after_n: int | None
    after_words: str
    after_period: str
    difference: float | None
    low: float | None
    high: float | None
    difference_words: str
    test: str
    p: float | None


def requirement_lines(declared: Declarations, cycle: Cycle) -> tuple[RequirementLine, ...]:
    """The requirements of the scope, in its order, each with its baseline."""
    opened = cycle.opened.body
    figures = {(one.standard, one.department): one for one in opened.baseline}
    return tuple(
        _line(declared, one, figures.get((one.standard, one.department)))
        for one in opened.scope.requirements
    )


def compared_lines(declared: Declarations, cycle: Cycle) -> tuple[ComparedLine, ...]:
    """The re-audit as it was recorded; empty where it is not."""
    if cycle.comparison is None:
        return ()
    names = Names(declared)
    baseline, later = (
        {(one.standard, one.department, one.actual): one for one in figures}
        for figures in (cycle.opened.body.baseline, cycle.comparison.body.figures)
    )
    found: list[ComparedLine] = []
    for one in cycle.comparison.body.comparisons:
        before = baseline.get((one.standard, one.department, one.before))
        after = later.get((one.standard, one.department, one.after))
        before_n, after_n = before and before.n, after and after.n
        title, unit = title_and_unit(cycle, one.standard)
        found.append(
            ComparedLine(
                standard=one.standard,
                title=title,
                department=one.department,
                department_name=names.department(one.department),
                unit=unit,
                outcome=cast(
                    Literal["improved", "held", "regressed", "new", "not tested"],
                    one.outcome.replace("-", " "),
                ),
                before=one.before,
                before_n=before_n,
                before_words=_figure(one.before, unit, before_n),
                after=one.after,
                after_n=after_n,
                after_words=_figure(one.after, unit, after_n),
                after_period=_period_words(declared, after) if after else "",
                difference=one.difference,
                low=one.low,
                high=one.high,
                difference_words=between_words(one.difference, one.low, one.high, unit),
                test=one.test,
                p=one.p,
            )
        )
    return tuple(found)


def title_and_unit(cycle: Cycle, standard: str) -> tuple[str, str]:
    """A standard's title and unit as frozen. What was recorded past the rules may be about one out
    of scope: its id, and a bare number.
    """
    for one in cycle.opened.body.scope.requirements:
        if one.standard == standard:
            return one.title, one.unit
    return standard, "number"


def gap_number(value: float | None, unit: str) -> str:
    """A service gap or a change of one with its sign and unit: `+2.1 percentage points`."""
    if value is None:
        return UNKNOWN
    return distance_words(shown(value, unit, signed=True), unit)


def between_words(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """A change with its interval: `+2.1 percentage points (between +0.4 and +3.8)`."""
    if value is None or low is None or high is None:
        return gap_number(value, unit)
    ends = [shown(one, unit, signed=True) for one in (low, high)]
    return f"{gap_number(value, unit)} (between {ends[0]} and {ends[1]})"


def _figure(value: float | None, unit: str, n: int | None) -> str:
    said = with_unit(shown(value, unit), unit)
    return said if value is None or n is None else f"{said} (n = {n:,})"


def _period_words(declared: Declarations, figure: Figure) -> str:
    start = declared.organisation.fiscal_year_start
    return period_words(Period(figure.period, cast(Grain, figure.grain), start))


def _line(declared: Declarations, one: Requirement, figure: Figure | None) -> RequirementLine:
    names = Names(declared)
    row = _row(declared, one, figure)
    period = Period(row.period, row.grain, declared.organisation.fiscal_year_start)
    return RequirementLine(
        standard=one.standard,
        title=one.title,
        department=one.department,
        department_name=row.department_name,
        unit=one.unit,
        expected=one.expected,
        expected_words=expected_words(row),
        since=one.since,
        actual=row.actual,
        actual_words=actual_words(row),
        n=row.n,
        service_gap=row.service_gap,
        gap_words=gap_words(row),
        status=row.status,
        period=period_words(period) if figure else "",
        known_at=names.moment(figure.known_at) if figure else "",
        declared=one.standard in declared.standards,
    )


def _row(declared: Declarations, one: Requirement, figure: Figure | None) -> ScorecardRow:
    """The frozen figure as a line of a scorecard, so that it is judged and worded as all are."""
    standard = declared.standards.get(one.standard)
    metric = declared.metric(standard.metric) if standard else None
    grain = cast(Grain, figure.grain if figure else standard.period if standard else "month")
    start = figure.period if figure else date.min
    better = "lower" if one.side == "at_most" else "higher"
    complete = figure is None or figure.complete
    verdict = judge(
        figure.actual if figure else None,
        one.expected,
        better,
        tolerance=one.tolerance or 0.0,
        n=figure.n if figure else 0,
        min_n=figure.min_n if figure else 0,
        complete=complete,
        decimals=metric.decimals if metric else None,
    )
    return ScorecardRow(
        standard=one.standard,
        title=one.title,
        metric=one.metric,
        department=one.department,
        department_name=Names(declared).department(one.department),
        period=start,
        grain=grain,
        label="",
        unit=cast(Unit, one.unit),
        better=better,
        actual=figure.actual if figure else None,
        expected=one.expected,
        tolerance=one.tolerance,
        gap=verdict.gap,
        service_gap=verdict.service_gap,
        status=verdict.status,
        n=figure.n if figure else 0,
        numerator=figure.numerator if figure else None,
        denominator=figure.denominator if figure else None,
        low=None,
        high=None,
        weight=1.0,
        shared=one.department is None,
        owner=None,
        known_at=figure.known_at if figure else None,
        complete=complete,
    )
