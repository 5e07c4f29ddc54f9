"""The scorecard's rows: measurements from the ledger, held against what was expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scorecard.declare.load import Declarations
from scorecard.declare.metrics import AnyMetric
from scorecard.declare.organisation import UNASSIGNED
from scorecard.declare.periods import Grain, Period, between, midnight
from scorecard.declare.standards import Expected, Standard, scope_text
from scorecard.declare.standards_check import scope_names
from scorecard.judge.rounding import half_up
from scorecard.judge.status import judge
from scorecard.ledger.measurements import MeasurementRow, current
from scorecard.ledger.runs import latest_run
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import Run
from scorecard.measure.days import last_known_day
from scorecard.report.breakdown import ByPeriod, Scope, by_value, measured_by, parts
from scorecard.report.interval import confidence, intervals
from scorecard.report.row import Part, ScorecardRow


@dataclass(frozen=True)
class Known:
    """What the ledger knew at one instant: the run, and its figures by scope and period."""

    run: Run | None
    figures: dict[Scope, dict[date, MeasurementRow]]
    moments: dict[str, datetime]

    @property
    def known_at(self) -> datetime | None:
        """When it was known."""
        return self.run.known_at if self.run else None


def known(
    declarations: Declarations,
    ledger: Ledger,
    as_of: datetime | None = None,
    metrics: Collection[str] | None = None,
) -> Known:
    """The ledger's figures, now or as of an instant, of the definitions in force.

    `metrics` keeps to those of some metrics. A figure measured by another definition of its metric
    than the declared one is left out: it answers another question.
    """
    organisation = declarations.organisation.id
    run = latest_run(ledger, organisation, as_of)
    figures: dict[Scope, dict[date, MeasurementRow]] = defaultdict(dict)
    if run is None:
        return Known(None, figures, {})
    fingerprints = {name: metric.fingerprint for name, metric in declarations.every_metric.items()}
    for row in current(ledger, organisation, as_of, metrics):
        if fingerprints.get(row.metric) == row.fingerprint:
            figures[row.metric, row.grain, row.department, row.scope][row.period] = row  # type: ignore[index]
    moments = {
        name: datetime.fromisoformat(read["moment"])
        for name, read in run.sources.items()
        if read["moment"]
    }
    return Known(run, figures, moments)


def scorecard_rows(
    declarations: Declarations,
    ledger: Ledger,
    *,
    department: str | None = None,
    standard: str | None = None,
    period: date | None = None,
    as_of: datetime | None = None,
    by: str | None = None,
) -> list[ScorecardRow]:
    """One row per standard × department × period, in the order of declaration, then of time.

    `department` keeps one department's rows, `standard` one standard's, `period` those of periods
    that begin on that day, `as_of` shows what was known at that instant. A shared standard has rows
    for the whole organisation (department None) and for each of its departments, with one for
    "unassigned" where records without a department were counted. Periods without a figure are rows
    too: their status says why.

    With `by`, one row per value of that dimension instead, of the standards that are measured by
    it: a value that was met in any period has a row in every period. See `breakdown.parts`.
    """
    chosen = [s for s in declarations.standards.values() if standard in (None, s.id)]
    if by is not None:
        chosen = [s for s in chosen if by in measured_by(s, declarations)]
    facts = known(declarations, ledger, as_of, {s.metric for s in chosen})
    values = _Values(declarations, facts, by, chosen)
    ranges = _Ranges(declarations, facts)
    rows: list[ScorecardRow] = []
    for one in chosen:
        for reporter in reporters(one, declarations, facts):
            if department is not None and reporter != department:
                continue
            for part, figures in values.of(one, reporter):
                shared = shared_fields(one, reporter, declarations, facts.known_at)
                shared["part"] = part
                rows += [
                    judged_row(
                        shared,
                        declarations.metric(one.metric),
                        each,
                        figures.get(each.start),
                        one.expected_on(each.start, reporter),
                        complete,
                    )
                    for each, complete in ranges.of(one)
                    if period in (None, each.start)
                ]
    return rows


def reporters(standard: Standard, declarations: Declarations, facts: Known) -> list[str | None]:
    """Who reports a standard: None stands for the whole organisation."""
    if standard.department is not None:
        return [standard.department]
    if isinstance(standard.departments, list):
        return [None, *standard.departments]
    everyone = [department.id for department in declarations.organisation.departments]
    scope = scope_of(standard, declarations)
    if (standard.metric, standard.period, UNASSIGNED, scope) in facts.figures:
        everyone.append(UNASSIGNED)
    return [None, *everyone]


def department_name(declarations: Declarations, department: str | None) -> str:
    """The name people use: of the organisation for None, "Unassigned" for rows without one."""
    if department is None:
        return declarations.organisation.name
    if department == UNASSIGNED:
        return "Unassigned"
    found = declarations.organisation.department(department)
    return found.name if found else department


class _Values:
    """The figures of each reporter: as a whole, or by the values of a dimension."""

    def __init__(
        self, declarations: Declarations, facts: Known, by: str | None, chosen: list[Standard]
    ) -> None:
        self._declarations = declarations
        self._figures = facts.figures
        self._by = by
        columns = {measured_by(one, declarations)[by] for one in chosen} if by is not None else ()
        self._by_value = by_value(facts.figures, columns) if columns else {}

    def of(
        self, standard: Standard, reporter: str | None
    ) -> Sequence[tuple[Part | None, ByPeriod]]:
        scope = scope_of(standard, self._declarations)
        whole = self._figures.get((standard.metric, standard.period, reporter, scope), {})
        if self._by is None:
            return [(None, whole)]
        if reporter is None and self._by not in standard.by:
            # The topic, where it is not declared, is measured within departments only.
            return []
        column = measured_by(standard, self._declarations)[self._by]
        key = standard.metric, standard.period, scope, column
        return parts(self._by, self._by_value.get(key, {}).get(reporter, {}), whole)


class _Ranges:
    """The periods each metric and grain has been observed in."""

    def __init__(self, declarations: Declarations, facts: Known) -> None:
        self._declarations = declarations
        self._facts = facts
        self._first: dict[tuple[str, Grain], date] = {}
        self._latest: dict[tuple[str, Grain], date] = {}
        for (metric, grain, _, _), by_period in facts.figures.items():
            first, latest = min(by_period), max(by_period)
            held = self._first.get((metric, grain))
            self._first[metric, grain] = first if held is None else min(first, held)
            known = self._latest.get((metric, grain))
            self._latest[metric, grain] = latest if known is None else max(latest, known)

    def of(self, standard: Standard) -> list[tuple[Period, bool]]:
        """From the first measured period to the one the data ends in, each with: is it complete?

        Of a metric that has no figure yet, the period the data ends in: it is missing, not gone.
        """
        organisation = self._declarations.organisation
        sources = self._declarations.metric(standard.metric).sources
        first = self._first.get((standard.metric, standard.period))
        moments = [self._facts.moments[name] for name in sources if name in self._facts.moments]
        if len(moments) < len(sources):
            return []
        # What rests on several sources is complete when all of them are.
        moment = min(moments)
        last = last_known_day(moment, organisation.zone)
        first = first or last
        last = max(last, self._latest.get((standard.metric, standard.period), last))
        return [
            (period, midnight(period.end, organisation.zone) <= moment)
            for period in between(first, last, standard.period, organisation.fiscal_year_start)
        ]


def scope_of(standard: Standard, declarations: Declarations) -> str:
    """The scope under which the ledger keeps a standard's figures: its `where`, canonical."""
    metric = declarations.metric(standard.metric)
    return scope_text(scope_names(standard, metric, declarations.sources))


def shared_fields(
    standard: Standard,
    department: str | None,
    declarations: Declarations,
    known_at: datetime | None,
) -> dict[str, Any]:
    """What the rows of one standard and department have in common, for `judged_row`."""
    metric = declarations.metric(standard.metric)
    return {
        "standard": standard.id,
        "title": standard.title,
        "metric": metric.name,
        "department": department,
        "department_name": department_name(declarations, department),
        "grain": standard.period,
        "unit": metric.unit,
        "better": metric.better,
        "weight": standard.weight,
        "shared": standard.shared,
        "owner": _owner(standard, department, declarations),
        "known_at": known_at,
    }


def _owner(standard: Standard, department: str | None, declarations: Declarations) -> str | None:
    """Who answers: the department's own owner of the standard, the standard's, the department's."""
    override = standard.overrides.get(department) if department else None
    held = declarations.organisation.department(department) if department else None
    return (
        (override.owner if override else None) or standard.owner or (held.owner if held else None)
    )


def judged_row(
    shared: dict[str, Any],
    metric: AnyMetric,
    period: Period,
    figure: MeasurementRow | None,
    expected: Expected | None,
    complete: bool,
) -> ScorecardRow:
    """A row: the figure, rounded as its publisher rounds it, held against the expected value."""
    actual = figure.value if figure else None
    if actual is not None and metric.decimals is not None:
        actual = half_up(actual, metric.decimals)
    n = figure.n if figure else 0
    verdict = judge(
        actual,
        expected.value if expected else None,
        metric.better,
        tolerance=expected.tolerance if expected else 0.0,
        n=n,
        min_n=metric.min_n,
        complete=complete,
    )
    around = intervals(metric, figure) if figure else None
    low, high = (around.sure if around else None) or (None, None)
    return ScorecardRow(
        **shared,
        period=period.start,
        label=period.label,
        actual=actual,
        expected=expected.value if expected else None,
        tolerance=expected.tolerance if expected else None,
        gap=verdict.gap,
        service_gap=verdict.service_gap,
        status=verdict.status,
        n=n,
        numerator=figure.numerator if figure else None,
        denominator=figure.denominator if figure else None,
        low=low,
        high=high,
        confidence=confidence(metric, expected.value if expected else None, verdict.status, around),
        squares=figure.squares if figure else None,
        complete=complete,
    )
