"""Figures broken down by a dimension: which were measured, and the values there are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from scorecard.declare.breakdowns import breakdowns
from scorecard.declare.load import Declarations
from scorecard.declare.periods import Grain
from scorecard.declare.standards import Standard, scope_text
from scorecard.declare.suggest import hint
from scorecard.errors import MeasureError
from scorecard.ledger.measurements import MeasurementRow
from scorecard.report.row import Part, Value

Scope = tuple[str, Grain, str | None, str]
ByPeriod = Mapping[date, MeasurementRow]
Figures = Mapping[Scope, ByPeriod]
# Metric, grain, scope and column; then the department; then the value.
ByValue = dict[tuple[str, Grain, str, str], dict[str | None, dict[Value, ByPeriod]]]
NOT_RECORDED = "not recorded"
NO_RECORDS = "no records"
# Figures of one person are for those who lead that person, not for a page that all may read.
PERSONS = frozenset({"person", "employee", "agent", "officer", "staff"})


def measured_by(standard: Standard, declarations: Declarations) -> dict[str, str]:
    """The dimensions by which a standard is measured, with their columns."""
    return breakdowns(standard, declarations.metric(standard.metric), declarations.sources)


def by_value(figures: Figures, columns: Collection[str]) -> ByValue:
    """Of all figures those that are of one value of a column, within one scope and department."""
    found: ByValue = {}
    for (metric, grain, department, text), by_period in figures.items():
        scope = json.loads(text)
        for column in scope.keys() & columns:
            whole = scope_text({name: scope[name] for name in scope if name != column})
            departments = found.setdefault((metric, grain, whole, column), {})
            departments.setdefault(department, {})[scope[column]] = by_period
    return found


def parts(
    by: str, values: Mapping[Value, ByPeriod], whole: ByPeriod
) -> list[tuple[Part, ByPeriod]]:
    """A department's figures by the values of a dimension, those without a value last.

    `values` has its figures by value, `whole` its figures as a whole. Without any there is one
    part, "no records". Where there are figures of the whole alone, it has not been measured by this
    dimension yet: there is no part, since nothing is known of any.
    """
    if not values:
        return [] if whole else [(Part(by, None, NO_RECORDS), {})]
    return [
        (Part(by, value, NOT_RECORDED if value is None else str(value)), values[value])
        for value in sorted(values, key=lambda value: (value is None, value))
    ]


def refuse_unmeasured(by: str, standard: str | None, declarations: Declarations) -> None:
    """Raise `not-measured-by` where no standard, or not the one named, is measured by `by`."""
    chosen = [s for s in declarations.standards.values() if standard in (None, s.id)]
    measured: dict[str, list[str]] = defaultdict(list)
    for one in chosen:
        for name in measured_by(one, declarations):
            measured[name].append(one.id)
    if by in measured:
        return
    sources = {name for one in chosen for name in declarations.metric(one.metric).sources}
    dimensions = {name for source in sources for name in declarations.sources[source].dimensions}
    who = f"The standard {standard!r} is" if standard is not None else "No standard is"
    negation = " not" if standard is not None else ""
    known = f" They are measured by {', '.join(sorted(measured))}." if measured else ""
    raise MeasureError(
        "not-measured-by",
        f"{who}{negation} measured by {by!r}.{known}",
        hint=f'Add by = ["{by}"] to the standard, then run: scorecard measure'
        if by in dimensions
        else hint(by, dimensions, "The dimensions are") or "Its source declares no dimension.",
    )


def left_out(by: str, declarations: Declarations) -> list[str]:
    """The ids of the standards that are not measured by a dimension."""
    return [
        one.id
        for one in declarations.standards.values()
        if by not in measured_by(one, declarations)
    ]
