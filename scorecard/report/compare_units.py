"""The units of a comparison: departments, or the values of a dimension, with their sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from scorecard.declare.load import Declarations
from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.judge.status import Status
from scorecard.report.breakdown import NO_RECORDS
from scorecard.report.row import ScorecardRow, Value
from scorecard.report.span import Span
from scorecard.report.totals import total

DEPARTMENT = "department"


class Unit(NamedTuple):
    """One that is compared: `key` a department's id or a dimension's value, `row` its figure.

    `several` says that what was added up had several expected values, so that it has no status.
    """

    key: Value
    name: str
    row: ScorecardRow
    several: bool = False


def units(
    rows: Iterable[ScorecardRow], by: str, span: Span, declarations: Declarations
) -> tuple[Unit, ...]:
    """Each department, or each value of the dimension `by`, with its figure over the span.

    `rows` are those of one standard and its reporters that are compared, of any period. Figures of
    several periods, or of one value in several departments, are added up as `totals` adds them;
    whether they may be is `adds_over_periods` and `adds_over_departments`.
    """
    found: dict[tuple[Value, str], list[ScorecardRow]] = {}
    starts = span.starts
    for row in rows:
        if row.period not in starts:
            continue
        if by == DEPARTMENT:
            key = row.department, row.department_name
        elif row.part is not None and row.part.name != NO_RECORDS:
            key = row.part.value, row.part.name
        else:
            continue
        found.setdefault(key, []).append(row)
    names = [name for _, name in found]
    return tuple(
        Unit(
            key,
            name if names.count(name) == 1 else f"{name} ({key})",
            _added(each, declarations),
            len({row.expected for row in each}) > 1,
        )
        for (key, name), each in found.items()
    )


def adds_over_periods(metric: AnyMetric) -> bool:
    """Whether the figure of several periods follows from the sums behind each."""
    return isinstance(metric, Metric) and metric.aggregate.adds_over_periods


def adds_over_departments(metric: AnyMetric) -> bool:
    """Whether the figure of all departments follows from the sums behind each."""
    return isinstance(metric, Metric) and metric.aggregate.adds_over_units


def _added(rows: Sequence[ScorecardRow], declarations: Declarations) -> ScorecardRow:
    if len(rows) == 1:
        return rows[0]
    added = total(rows, declarations)
    complete = all(row.complete for row in rows)
    status = added.status if complete or not added.status.judged else Status.NOT_COMPLETE
    return replace(added, complete=complete, status=status)
