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
from scorecard.declare.vocabulary import Percentile, Stock
from scorecard.measure.counted import counted
from scorecard.measure.engine import AnySelect, Engine
from scorecard.measure.observations import DEPARTMENT_COLUMN
from scorecard.measure.parts import PartList, additive_parts, holistic_parts
from scorecard.measure.stock import end_of, stock_columns
from scorecard.measure.working_time import WorkingTime


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
    asked = counted(
        metric,
        sources,
        department=department,
        where=where,
        period=period,
        zone=zone,
        known_until=known_until,
        calendar=calendar,
    )
    rows, scope, inside, enters = asked.rows, asked.scope, asked.inside, asked.enters
    tally = sa.select(
        sa.func.count(),
        sa.func.count().filter(scope),
        sa.func.count().filter(sa.and_(scope, asked.columns[metric.at].is_(sa.null()))),
        sa.func.count().filter(sa.and_(scope, inside)),
        sa.func.count().filter(sa.and_(scope, inside, enters)),
        *(
            sa.func.count().filter(sa.and_(scope, inside, sa.not_(enters), holds))
            for holds in asked.reasons.values()
        ),
    ).select_from(rows)
    [(landed, in_scope, without_time, in_period, entered, *counts)] = engine.rows(tally)
    left_out = [
        LeftOut(reason, count) for reason, count in zip(asked.reasons, counts, strict=True) if count
    ]
    if isinstance(stock := metric.aggregate, Stock) and asked.kept is not None:
        end = end_of(period, stock.entered.type == "date", zone, known_until)
        shown = stock_columns(stock, rows, sa.not_(asked.kept), enters, end)
        figure = sa.select(*shown).select_from(rows).where(sa.and_(scope, inside))
    else:
        figure = figure_statement(metric, rows, asked.columns, sa.and_(scope, inside), known_until)
    return Behind(
        landed,
        in_scope,
        without_time,
        in_period,
        entered,
        tuple(left_out),
        engine.sql(figure),
        _sample(metric, source, rows, engine, scope, inside, enters, asked.kept, sample),
    )


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
