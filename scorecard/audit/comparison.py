"""The re-audit of a cycle: what is known of its requirements, set beside its frozen baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from scorecard.audit.body import Comparison
from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.events import ReauditRecorded
from scorecard.audit.observed import Observed
from scorecard.audit.observed import Requirement as Terms
from scorecard.audit.observed import Scope as Place
from scorecard.audit.reaudit import Compared, Outcome, compare, counts
from scorecard.audit.scope import Figure, Requirement, ledger_scope, measured
from scorecard.audit.terms import terms
from scorecard.declare.load import Declarations
from scorecard.declare.organisation import UNASSIGNED, Organisation
from scorecard.declare.periods import Grain, Period, parse_period
from scorecard.errors import AuditError
from scorecard.judge.gap import Better, service_gap
from scorecard.ledger import MeasurementRow, current, latest_run


@dataclass(frozen=True)
class Line:
    """One requirement of the scope in the re-audit.

    before, after   the frozen figure of the baseline, and that of the re-audit; None where nothing
                    was measured
    compared        what became of it. Its `before` has the sums of departments that were merged
    """

    requirement: Requirement
    better: Better
    before: Figure | None
    after: Figure | None
    compared: Compared


@dataclass(frozen=True)
class Reaudit:
    """A cycle's re-audit, requirement by requirement, in the order of its scope.

    `asked` is the period as a person wrote it, `known_at` when the figures of it were known.
    """

    cycle: Cycle
    asked: str
    known_at: datetime
    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many requirements had each outcome, those with none included."""
        return counts([one.compared for one in self.lines])

    @property
    def same_period(self) -> tuple[Figure, ...]:
        """The figures of the re-audit that are of the very period of their baseline."""
        return tuple(
            one.after
            for one in self.lines
            if one.before and one.after and one.before.period == one.after.period
        )

    @property
    def body(self) -> ReauditRecorded:
        """What is recorded of it."""
        return ReauditRecorded(
            comparisons=tuple(_comparison(one) for one in self.lines),
            figures=tuple(one.after for one in self.lines if one.after),
        )


def reaudit(desk: Desk, cycle: Cycle, *, period: str, as_of: datetime | None = None) -> Reaudit:
    """The figures of `period`, as known now or at `as_of`, held against the cycle's baseline.

    `period` is written as for `parse_period`: for each requirement it is the period of its own
    grain, so that 2026-08 is the third quarter for a standard judged by the quarter. The figures
    of the baseline are read from the ledger as they were known when it was frozen, with what tests
    need beside them. A department that was merged since has its baseline added to that of the one
    it went into. Nothing is recorded.

    Raises ScorecardError `period-unreadable`, AuditError `reaudit-unmeasured`.
    """
    organisation = desk.organisation
    run = latest_run(desk.ledger, organisation.id, as_of)
    scope = cycle.opened.body.scope

    def period_of(grain: Grain) -> Period:
        return parse_period(period, grain, organisation.fiscal_year_start)

    now = measured(desk.ledger, desk.declared, scope, run, period_of) if run else {}
    if run is None or not now:
        when = f" as of {as_of:%Y-%m-%d %H:%M}" if as_of else ""
        raise AuditError(
            "reaudit-unmeasured",
            f"nothing in the scope of {cycle.id} was measured for {period}{when}.",
            hint="Import the records of the period and run scorecard measure, or name another one.",
        )
    return Reaudit(cycle, period, run.known_at, _lines(desk, cycle, now))


def _lines(
    desk: Desk, cycle: Cycle, now: Mapping[Requirement, tuple[Figure, MeasurementRow]]
) -> tuple[Line, ...]:
    opened, organisation = cycle.opened.body, desk.organisation
    frozen = {(one.standard, one.department): one for one in opened.baseline}
    then = _baseline_rows(desk, cycle)
    merged = _merged(organisation, then)
    reasons: dict[Place, str] = {}
    before: dict[Place, Observed] = {}
    after: dict[Place, Observed] = {}
    asked: dict[str, Terms] = {}
    for one in opened.scope.requirements:
        place, rows = _place(one), then.get(one, {})
        new, row = now.get(one), rows.get(one.department)
        reason = _hindrance(
            one, cycle, desk.declared, merged, frozen.get(place[:2]), row, new[0] if new else None
        )
        if reason:
            reasons[place] = reason
            continue
        found = terms(desk.declared.metric(one.metric))
        assert found is not None
        asked[one.standard] = found
        if new:
            after[place] = _observed(new[1], found, organisation)
        for department, row in rows.items():
            if one.department == department or one.department == merged.get(str(department), ""):
                here = Place(one.standard, department)
                before[here] = _observed(row, found, organisation)
    tolerances = {_place(one): one.tolerance or 0.0 for one in opened.scope.requirements}
    compared = compare(before, after, asked, tolerances=tolerances, merged=merged)
    by_place = {one.scope: one for one in compared}
    lines: list[Line] = []
    for one in opened.scope.requirements:
        place, new = _place(one), now.get(one)
        was, figure = frozen.get(place[:2]), new[0] if new else None
        result = by_place.get(place)
        if place in reasons or result is None:
            reason = reasons.get(place, "Neither the baseline nor the re-audit has a figure of it.")
            result = _untested(place, was, figure, reason)
        elif result.outcome is Outcome.NEW:
            reason = "The baseline has no figure of it; there is nothing to compare."
            result = replace(result, reason=reason)
        elif result.test is not None and asked[one.standard].kind == "count":
            result = _by_length(result)
        lines.append(Line(one, _better(one, desk.declared), was, figure, result))
    return tuple(lines)


def _place(one: Requirement) -> Place:
    return Place(one.standard, one.department)


def _baseline_rows(desk: Desk, cycle: Cycle) -> dict[Requirement, dict[str | None, MeasurementRow]]:
    """The ledger's rows of the baseline's periods as they were known then, by department.

    Those of departments out of scope are there as well: one of them may have been merged since.
    """
    opened = cycle.opened.body
    if not opened.baseline:
        return {}
    # A baseline is frozen in one step: one moment, and one period for each standard.
    at = {one.standard: (one.grain, one.period) for one in opened.baseline}
    rows = current(
        desk.ledger,
        desk.organisation.id,
        as_of=opened.baseline[0].known_at,
        metrics={one.metric for one in opened.scope.requirements},
        since=min(one.period for one in opened.baseline),
        until=max(one.period for one in opened.baseline),
    )
    found: dict[tuple[Any, ...], dict[str | None, MeasurementRow]] = {}
    for row in rows:
        key = (row.metric, row.fingerprint, row.scope, row.grain, row.period)
        found.setdefault(key, {})[row.department] = row
    return {
        one: found.get((one.metric, one.definition, one.where, *at[one.standard]), {})
        for one in opened.scope.requirements
        if one.standard in at
    }


def _merged(
    organisation: Organisation,
    then: Mapping[Requirement, Mapping[str | None, MeasurementRow]],
) -> dict[str, str]:
    """Departments of the baseline that are no more, each with the one that took it over."""
    departments = {one for rows in then.values() for one in rows if one and one != UNASSIGNED}
    return {
        one: into
        for one in sorted(departments)
        if organisation.department(one) is None
        and (into := organisation.find_department(one)) is not None
    }


def _hindrance(
    one: Requirement,
    cycle: Cycle,
    declared: Declarations,
    merged: Mapping[str, str],
    before: Figure | None,
    row: MeasurementRow | None,
    after: Figure | None,
) -> str:
    """Why the requirement cannot be compared, as a sentence; empty where it can be tried."""
    standard = declared.standards.get(one.standard)
    if standard is None:
        return "The standard is not declared any more."
    metric = declared.metric(standard.metric)
    if (metric.name, metric.fingerprint) != (one.metric, one.definition):
        return "The standard is measured otherwise than when the cycle was opened."
    if ledger_scope(standard, declared) != one.where:
        return "The standard is about other records than when the cycle was opened."
    if before and before.grain != standard.period:
        was, new = (grain.replace("_", " ") for grain in (before.grain, standard.period))
        return (
            f"The standard was judged by the {was} when the cycle was opened, and is by the {new}."
        )
    if terms(metric) is None:
        return "No test of chance is made of figures of this kind."
    into = merged.get(one.department or "")
    if into is not None:
        held = {_place(each) for each in cycle.opened.body.scope.requirements}
        what = (
            "its baseline is counted there"
            if Place(one.standard, into) in held
            else "that one is not in the scope"
        )
        return f"The department was merged into {into!r}; {what}."
    if one.department and declared.organisation.department(one.department) is None:
        return "The department is not declared any more."
    if _facts(before) != _facts(row):
        return "The ledger's figure of then is not the frozen baseline: run scorecard verify."
    for which, figure in (("baseline", before), ("re-audit", after)):
        if figure and figure.actual is not None and not figure.complete:
            return f"The figure of the {which} is not whole. {figure.caveat}"
    return ""


def _facts(figure: Figure | MeasurementRow | None) -> tuple[Any, ...]:
    if figure is None:
        return ()
    value = figure.actual if isinstance(figure, Figure) else figure.value
    return value, figure.numerator, figure.denominator, figure.n


def _observed(row: MeasurementRow, asked: Terms, organisation: Organisation) -> Observed:
    found = Observed.of(row)
    if asked.kind != "count":
        return found
    # February and March are unlike stretches of time.
    period = Period(row.period, cast(Grain, row.grain), organisation.fiscal_year_start)
    return replace(found, denominator=float((period.end - period.start).days))


def _untested(place: Place, was: Figure | None, now: Figure | None, reason: str) -> Compared:
    before, after = (
        Observed(one.actual, one.n, one.numerator, one.denominator) if one else None
        for one in (was, now)
    )
    return Compared(
        *(place, Outcome.NOT_TESTED, before, after, None, None, None, None, None, False, reason)
    )


def _by_length(one: Compared) -> Compared:
    """A count's difference is by the stretch of the baseline: said where the two are unlike."""
    assert one.before is not None
    assert one.after is not None
    was, now = one.before.denominator, one.after.denominator
    if was == now:
        return one
    told = f"The difference is by {was:g} days, as the baseline has; the re-audit has {now:g}."
    return replace(one, reason=f"{one.reason} {told}")


def _better(one: Requirement, declared: Declarations) -> Better:
    metric = declared.every_metric.get(one.metric)
    if metric is not None:
        return metric.better
    return "lower" if one.side == "at_most" else "higher"


def _comparison(line: Line) -> Comparison:
    found = line.compared
    ends = [service_gap(end, line.better) for end in found.interval or ()]
    low, high = sorted(end for end in ends if end is not None) or (None, None)
    return Comparison.model_validate(
        {
            "standard": line.requirement.standard,
            "department": line.requirement.department,
            "outcome": str(found.outcome).replace(" ", "-"),
            "before": found.before.value if found.before else None,
            "after": found.after.value if found.after else None,
            "difference": service_gap(found.difference, line.better),
            "low": low,
            "high": high,
            "test": str(found.test or ""),
            "p": found.p,
            "q": found.q,
            "reason": found.reason,
        }
    )
