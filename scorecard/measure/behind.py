"""What stands behind one figure: how many rows entered, which were left out and why, and the rows.

Asked of the same landed version from which the figure was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Period
from scorecard.declare.sources import Source
from scorecard.declare.vocabulary import (
    AgeOfOpen,
    And,
    Count,
    Expression,
    Percentile,
    Ratio,
    Share,
    Stock,
)
from scorecard.declare.working_time import working_moments
from scorecard.measure.engine import AnySelect, Engine
from scorecard.measure.observations import (
    DEPARTMENT_COLUMN,
    columns_of,
    dimension_column,
    observations,
)
from scorecard.measure.parts import PartList, additive_parts, holistic_parts
from scorecard.measure.plan import DEPARTMENT
from scorecard.measure.statement import within
from scorecard.measure.stock import before_end, end_of, stock_columns
from scorecard.measure.working_time import WorkingTime, with_working_time, working_now
from scorecard.observe.render import render

_CONDITION = "the metric's condition does not hold"


@dataclass(frozen=True)
class LeftOut:
    """Rows that did not enter the figure, and why, in words."""

    reason: str
    rows: int


@dataclass(frozen=True)
class Behind:
    """What a figure rests on.

    `landed` rows of the source; `in_scope` of them belong to the department and rows asked about;
    `without_time` of those cannot be placed in any period; `in_period` are in this one; `left_out`
    says which of these did not count. `sql` computes the figure; `rows` are some of the rows behind
    it, as records, with `_counted` (in n) and, for a share, `_kept` (in the numerator). For what
    stands at the end of a period, those that came in by then are in it, and `_open` says which
    still stood.
    """

    landed: int
    in_scope: int
    without_time: int
    in_period: int
    counted: int
    left_out: tuple[LeftOut, ...]
    sql: str
    rows: tuple[dict[str, Any], ...]


def behind(
    metric: Metric,
    sources: dict[str, Source],
    engine: Engine,
    *,
    department: str | None,
    where: dict[str, Any],
    period: Period,
    zone: ZoneInfo,
    known_until: datetime,
    calendar: WorkingTime | None = None,
    sample: int = 20,
) -> Behind:
    """The numbers and up to `sample` rows behind one figure, those that broke the promise first.

    `calendar` is needed where the metric asks for working time; the engine must hold its tables.
    """
    source = sources[metric.source]
    rows = observations(source, sources, {*source.key, *columns_of(metric, where)})
    moments = working_moments(metric.aggregate)
    rows = with_working_time(rows, moments, calendar)
    columns = {**rows.c, **working_now(moments, calendar, known_until)}
    at = columns[metric.at]
    scope = scope_condition(rows, department, where)
    stock = metric.aggregate if isinstance(metric.aggregate, Stock) else None
    inside = within(at, period.start, period.end, zone)
    if stock is not None:
        inside = before_end(columns[stock.entered.name], period, zone, known_until)

    def condition(expression: Expression) -> ColumnElement[Any]:
        return render(expression, columns, known_until=known_until)

    counted = metric.aggregate.rows()
    enters = sa.true() if counted is None else sa.func.coalesce(condition(counted), sa.false())
    reasons = _reasons(rows, counted)
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
    tally = sa.select(
        sa.func.count(),
        sa.func.count().filter(scope),
        sa.func.count().filter(sa.and_(scope, at.is_(sa.null()))),
        sa.func.count().filter(sa.and_(scope, inside)),
        sa.func.count().filter(sa.and_(scope, inside, enters)),
        *(
            sa.func.count().filter(sa.and_(scope, inside, sa.not_(enters), holds))
            for holds in reasons.values()
        ),
    ).select_from(rows)
    [(landed, in_scope, without_time, in_period, entered, *counts)] = engine.rows(tally)
    left_out = [
        LeftOut(reason, count) for reason, count in zip(reasons, counts, strict=True) if count
    ]
    if stock is not None and kept is not None:
        end = end_of(period, stock.entered.type == "date", zone, known_until)
        shown = stock_columns(stock, rows, sa.not_(kept), enters, end)
        figure = sa.select(*shown).select_from(rows).where(sa.and_(scope, inside))
    else:
        figure = figure_statement(metric, rows, columns, sa.and_(scope, inside), known_until)
    return Behind(
        landed,
        in_scope,
        without_time,
        in_period,
        entered,
        tuple(left_out),
        engine.sql(figure),
        _sample(metric, source, rows, engine, scope, inside, enters, kept, sample),
    )


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


def figure_statement(
    metric: Metric,
    rows: sa.FromClause,
    columns: Mapping[str, ColumnElement[Any]],
    within_period: ColumnElement[bool],
    known_until: datetime,
) -> AnySelect:
    """The statement of one figure alone: numerator, denominator and n, or value and n."""
    parts = PartList(columns, known_until)
    aggregate = metric.aggregate
    if not aggregate.adds_over_units:
        names = ("quantiles" if isinstance(aggregate, Percentile) else "value", "n")
        figures = [
            parts.expressions[place].label(name)
            for place, name in zip(holistic_parts(aggregate, parts), names, strict=True)
        ]
    else:
        places = additive_parts(aggregate, parts)
        figures = [
            parts.expressions[place].label(name)
            for place, name in zip(places, ("numerator", "denominator", "n"), strict=True)
        ]
    return sa.select(*figures).select_from(rows).where(within_period)


def scope_condition(
    rows: sa.FromClause, department: str | None, where: dict[str, Any]
) -> ColumnElement[bool]:
    """Whether a row belongs to the department (None: any) and has the values of `where`."""
    conditions = [dimension_column(rows, name) == value for name, value in where.items()]
    if department is not None:
        conditions.append(dimension_column(rows, DEPARTMENT) == department)
    return sa.and_(sa.true(), *conditions)


def _sample(
    metric: Metric,
    source: Source,
    rows: sa.FromClause,
    engine: Engine,
    scope: ColumnElement[bool],
    inside: ColumnElement[bool],
    enters: ColumnElement[Any],
    kept: ColumnElement[bool] | None,
    limit: int,
) -> tuple[dict[str, Any], ...]:
    names = list(
        dict.fromkeys(
            [*source.key, DEPARTMENT_COLUMN, metric.at, *sorted(metric.aggregate.columns())]
        )
    )
    shown = [sa.cast(rows.c[name], sa.Text()).label(name) for name in names]
    flags: list[ColumnElement[Any]] = [enters.label("_counted")]
    # Where every row counts there is nothing to order by, and DuckDB refuses a constant.
    order: list[ColumnElement[Any]] = [] if isinstance(enters, sa.True_) else [enters.desc()]
    if kept is not None:
        stands = isinstance(metric.aggregate, Stock)
        flags.append(
            sa.and_(enters, sa.not_(kept)).label("_open")
            if stands
            else sa.and_(enters, kept).label("_kept")
        )
        order.append(kept)
    statement = (
        sa.select(*shown, *flags)
        .select_from(rows)
        .where(sa.and_(scope, inside))
        .order_by(*order, *(rows.c[name] for name in source.key))
        .limit(limit)
    )
    labels = [*names, *(flag.name for flag in flags)]
    return tuple(dict(zip(labels, row, strict=True)) for row in engine.rows(statement))


def _kept(metric: Metric) -> Expression | None:
    aggregate = metric.aggregate
    if isinstance(aggregate, Ratio):
        return aggregate.top.where if isinstance(aggregate.top, Count) else aggregate.top.rows()
    if not isinstance(aggregate, Share) or aggregate.counted:
        return None
    if aggregate.of is None:
        return aggregate.part
    return And((aggregate.of, aggregate.part))
