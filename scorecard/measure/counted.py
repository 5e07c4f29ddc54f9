"""Which rows of a source count in one figure: the conditions, over the rows as the engine has them.

For a figure alone, with all that tells why a row does not count. The scans of measuring ask the
same of many figures at once (statement.py, stock.py), and must agree with it to the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Period
from scorecard.declare.sources import Source
from scorecard.declare.vocabulary import AgeOfOpen, And, Count, Expression, Ratio, Share, Stock
from scorecard.declare.working_time import working_moments
from scorecard.measure.observations import columns_of, dimension_column, observations
from scorecard.measure.plan import DEPARTMENT
from scorecard.measure.statement import within
from scorecard.measure.stock import before_end
from scorecard.measure.working_time import WorkingTime, with_working_time, working_now
from scorecard.observe.render import render

_CONDITION = "the metric's condition does not hold"


@dataclass(frozen=True)
class Counted:
    """The rows behind one figure, and conditions on them.

    rows      the rows of the source, of every department and period
    columns   their columns by name, and what the metric works out of them
    scope     whether a row belongs to the department and has the values asked about
    inside    whether it is in the period; of a stock, whether it had come in by its end
    enters    whether it counts in n, if it is inside
    kept      of a share, whether it is in the numerator; of a stock, whether it had left; else None
    reasons   why a row that is inside does not enter, by words; the first that holds is why
    """

    rows: sa.FromClause
    columns: Mapping[str, ColumnElement[Any]]
    scope: ColumnElement[bool]
    inside: ColumnElement[bool]
    enters: ColumnElement[Any]
    kept: ColumnElement[bool] | None
    reasons: Mapping[str, ColumnElement[bool]]


def counted(
    metric: Metric,
    sources: dict[str, Source],
    *,
    department: str | None,
    where: Mapping[str, Any],
    period: Period,
    zone: ZoneInfo,
    known_until: datetime,
    calendar: WorkingTime | None = None,
    beside: Iterable[str] = (),
) -> Counted:
    """The rows of a figure. `where` is by column, `beside` names further columns that are needed.

    `calendar` is needed where the metric asks for working time; the engine must hold its tables.
    """
    source = sources[metric.source]
    rows = observations(source, sources, {*source.key, *beside, *columns_of(metric, where)})
    moments = working_moments(metric.aggregate)
    rows = with_working_time(rows, moments, calendar)
    columns = {**rows.c, **working_now(moments, calendar, known_until)}
    at = columns[metric.at]
    stock = metric.aggregate if isinstance(metric.aggregate, Stock) else None
    inside = within(at, period.start, period.end, zone)
    if stock is not None:
        inside = before_end(columns[stock.entered.name], period, zone, known_until)

    def condition(expression: Expression) -> ColumnElement[Any]:
        return render(expression, columns, known_until=known_until)

    what = metric.aggregate.rows()
    enters = sa.true() if what is None else sa.func.coalesce(condition(what), sa.false())
    reasons = _reasons(rows, what)
    kept: ColumnElement[bool] | None = None
    if stock is not None:
        # Of those that meet the condition, the ones that do not count had left or were not due.
        reasons[_CONDITION] = sa.and_(reasons[_CONDITION], sa.not_(enters))
        late = "had left" if stock.overdue is None else "was not due"
        reasons[f"{late} by the end of the period"] = enters
        if stock.overdue is not None:
            fell_due = before_end(columns[stock.overdue.name], period, zone, known_until)
            enters = sa.and_(enters, fell_due)
        kept = before_end(columns[stock.left.name], period, zone, known_until)
        if isinstance(stock, AgeOfOpen):
            enters = sa.and_(enters, sa.not_(kept))
    elif (expression := _kept(metric)) is not None:
        kept = sa.func.coalesce(condition(expression), sa.false())
    scope = scope_condition(rows, department, where)
    return Counted(rows, columns, scope, inside, enters, kept, reasons)


def scope_condition(
    rows: sa.FromClause, department: str | None, where: Mapping[str, Any]
) -> ColumnElement[bool]:
    """Whether a row belongs to the department (None: any) and has the values of `where`."""
    conditions = [dimension_column(rows, name) == value for name, value in where.items()]
    if department is not None:
        conditions.append(dimension_column(rows, DEPARTMENT) == department)
    return sa.and_(sa.true(), *conditions)


def _reasons(rows: sa.FromClause, counted: Expression | None) -> dict[str, ColumnElement[bool]]:
    """Why a row is left out, by words. A row counts under the first reason that holds for it."""
    needed = sorted(counted.columns()) if counted is not None else []
    reasons: dict[str, ColumnElement[bool]] = {}
    there: list[ColumnElement[bool]] = []
    for name in needed:
        reasons[f"{name} is missing"] = sa.and_(rows.c[name].is_(sa.null()), *there)
        there.append(rows.c[name].is_not(sa.null()))
    reasons[_CONDITION] = sa.and_(sa.true(), *there)
    return reasons


def _kept(metric: Metric) -> Expression | None:
    aggregate = metric.aggregate
    if isinstance(aggregate, Ratio):
        return aggregate.top.where if isinstance(aggregate.top, Count) else aggregate.top.rows()
    if not isinstance(aggregate, Share) or aggregate.counted:
        return None
    if aggregate.of is None:
        return aggregate.part
    return And((aggregate.of, aggregate.part))
