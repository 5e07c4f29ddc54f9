"""What changed under one figure between two states: which rows entered, left or differ in it.

Each row adds its part to the figure's sums: `measure.contribution`. The rows of both landed
versions are joined by key, and what a row adds after is held against what it added before, so that
the differences of all rows add up to the difference of the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Period
from scorecard.declare.sources import Source
from scorecard.declare.vocabulary import Count, Percentile, Share
from scorecard.measure.contribution import PARTS, contribution
from scorecard.measure.counted import scope_condition
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engine import AnySelect
from scorecard.measure.observations import DEPARTMENT_COLUMN, columns_of, observations
from scorecard.measure.statement import within

BEFORE, AFTER = "before", "after"
KINDS = ("entered", "left", "now_kept", "no_longer_kept", "value_changed")


@dataclass(frozen=True)
class Change:
    """Rows that changed a figure in one way (one of KINDS) and for one reason.

    `n`, `numerator` and `denominator` are what these rows added to the figure's, after less before;
    `numerator` and `denominator` are None for a percentile, which has no sums.
    """

    kind: str
    reason: str
    rows: int
    n: float
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class ChangedRow:
    """One such row: its key, and its columns as text before and after (None: not landed)."""

    kind: str
    reason: str
    key: dict[str, Any]
    before: dict[str, str | None] | None
    after: dict[str, str | None] | None


@dataclass(frozen=True)
class Between:
    """All changes, by kind and reason; how many rows are in both figures and add the same.

    `n_before` and `n_after` are the figures' n, as the rows of each state give it.
    """

    changes: tuple[Change, ...]
    same: int
    n_before: float
    n_after: float
    rows: tuple[ChangedRow, ...]

    def rows_of(self, kind: str) -> int:
        """How many rows changed in this way."""
        return sum(change.rows for change in self.changes if change.kind == kind)


def between(
    metric: Metric,
    sources: dict[str, Source],
    engine: DuckDB,
    *,
    department: str | None,
    where: dict[str, Any],
    period: Period,
    zone: ZoneInfo,
    known_until: tuple[datetime, datetime],
    sample: int = 10,
) -> Between:
    """The changes of one figure between the states BEFORE and AFTER that the engine has taken.

    `known_until` is the latest moment the data of each state knows. Up to `sample` rows are given,
    as many kinds and reasons among them as there are.
    """
    source = sources[metric.source]
    names = list(
        dict.fromkeys(
            [DEPARTMENT_COLUMN, metric.at, *sorted(metric.aggregate.columns()), *sorted(where)]
        )
    )

    def side(state: str, own: datetime) -> sa.Subquery:
        rows = observations(source, sources, {*source.key, *columns_of(metric, where)}, state)
        columns = dict(rows.c.items())
        at = columns[metric.at]
        scope = sa.func.coalesce(scope_condition(rows, department, where), sa.false())
        inside = sa.func.coalesce(within(at, period.start, period.end, zone), sa.false())
        placed = sa.and_(scope, inside)
        adds = contribution(metric.aggregate, columns, own).where(placed)
        # What the row would have added by the earlier state's knowledge of time.
        then = contribution(metric.aggregate, columns, known_until[0]).where(placed)
        return (
            sa.select(
                sa.true().label("here"),
                scope.label("scope"),
                at.is_not(sa.null()).label("dated"),
                inside.label("inside"),
                *(part.label(name) for name, part in adds.items()),
                *(part.label(f"{name}_then") for name, part in then.items()),
                *(columns[name].label(f"key_{i}") for i, name in enumerate(source.key)),
                *(sa.cast(columns[name], sa.Text()).label(f"v{i}") for i, name in enumerate(names)),
            )
            .select_from(rows)
            .subquery(f"{state}_rows")
        )

    before, after = side(BEFORE, known_until[0]), side(AFTER, known_until[1])
    by_key = [before.c[f"key_{i}"] == after.c[f"key_{i}"] for i in range(len(source.key))]
    joined = before.outerjoin(after, sa.and_(*by_key), full=True)
    has_outcome = isinstance(metric.aggregate, Count) or (
        isinstance(metric.aggregate, Share) and not metric.aggregate.counted
    )
    kind = _kind(before, after, has_outcome).label("kind")
    reason = _reason(before, after, kind.element).label("reason")
    changes, same, n_before, n_after = _tally(metric, engine, joined, before, after, kind, reason)
    rows = (
        _rows(engine, joined, before, after, kind, reason, source.key, names, sample)
        if changes and sample
        else ()
    )
    return Between(changes, same, n_before, n_after, rows)


def _text(word: str) -> ColumnElement[str]:
    return sa.literal(word, sa.Text())


def _member(side: sa.Subquery) -> ColumnElement[bool]:
    return sa.func.coalesce(side.c["member"], sa.false())


def _kind(before: sa.Subquery, after: sa.Subquery, has_outcome: bool) -> ColumnElement[str]:
    was, now = _member(before), _member(after)
    differs = sa.or_(*(before.c[name].is_distinct_from(after.c[name]) for name in PARTS))
    more = after.c["numerator"] > before.c["numerator"]
    changed = (
        [
            (sa.and_(differs, more), _text("now_kept")),
            (differs, _text("no_longer_kept")),
        ]
        if has_outcome
        else [(differs, _text("value_changed"))]
    )
    return sa.case(
        (sa.not_(sa.or_(was, now)), _text("outside")),
        (sa.not_(was), _text("entered")),
        (sa.not_(now), _text("left")),
        *changed,
        else_=_text("same"),
    )


def _reason(
    before: sa.Subquery, after: sa.Subquery, kind: ColumnElement[str]
) -> ColumnElement[str]:
    by_time = sa.and_(
        *(
            before.c[name].is_not_distinct_from(after.c[f"{name}_then"])
            for name in ("member", *PARTS)
        )
    )

    def moved(side: sa.Subquery) -> ColumnElement[str]:
        """Why the row is not in the figure on this side."""
        return sa.case(
            (side.c["here"].is_(sa.null()), _text("not landed")),
            (sa.not_(side.c["scope"]), _text("elsewhere")),
            (sa.not_(side.c["dated"]), _text("no time")),
            (sa.not_(side.c["inside"]), _text("another period")),
            (by_time, _text("knowledge of time")),
            else_=_text("values"),
        )

    return sa.case(
        (kind == "entered", moved(before)),
        (kind == "left", moved(after)),
        (by_time, _text("knowledge of time")),
        else_=_text("values"),
    )


def _tally(
    metric: Metric,
    engine: DuckDB,
    joined: sa.FromClause,
    before: sa.Subquery,
    after: sa.Subquery,
    kind: ColumnElement[str],
    reason: ColumnElement[str],
) -> tuple[tuple[Change, ...], int, float, float]:
    def total(side: sa.Subquery, name: str) -> ColumnElement[Any]:
        return sa.func.coalesce(sa.func.sum(side.c[name]), 0.0)

    compared: AnySelect = (
        sa.select(
            kind,
            reason,
            sa.func.count().label("rows"),
            *(total(side, name) for name in PARTS for side in (before, after)),
        )
        .select_from(joined)
        .where(sa.or_(_member(before), _member(after)))
        .group_by(sa.literal_column("1"), sa.literal_column("2"))
    )
    changes: list[Change] = []
    same, n_before, n_after = 0, 0.0, 0.0
    sums = not isinstance(metric.aggregate, Percentile)
    for name, why, rows, top, top_now, bottom, bottom_now, n, n_now in engine.rows(compared):
        n_before, n_after = n_before + n, n_after + n_now
        if name == "same":
            same += rows
            continue
        numerator = _steady(top_now - top) if sums else None
        denominator = _steady(bottom_now - bottom) if sums else None
        changes.append(Change(name, why, rows, n_now - n, numerator, denominator))
    changes.sort(key=lambda change: (KINDS.index(change.kind), -change.rows, change.reason))
    return tuple(changes), same, n_before, n_after


def _rows(
    engine: DuckDB,
    joined: sa.FromClause,
    before: sa.Subquery,
    after: sa.Subquery,
    kind: ColumnElement[str],
    reason: ColumnElement[str],
    key: Sequence[str],
    names: Sequence[str],
    limit: int,
) -> tuple[ChangedRow, ...]:
    keys = [
        sa.func.coalesce(before.c[f"key_{i}"], after.c[f"key_{i}"]).label(f"key_{i}")
        for i in range(len(key))
    ]
    found = (
        sa.select(
            kind,
            reason,
            *keys,
            *(
                part.label(f"{state}_{i}")
                for state, side in ((BEFORE, before), (AFTER, after))
                for i, part in enumerate(
                    [side.c["here"], *(side.c[f"v{i}"] for i in range(len(names)))]
                )
            ),
        )
        .select_from(joined)
        .where(sa.or_(_member(before), _member(after)))
        .subquery("found")
    )
    by_key = [found.c[f"key_{i}"] for i in range(len(key))]
    place = sa.func.row_number().over(
        partition_by=[found.c["kind"], found.c["reason"]], order_by=by_key
    )
    wanted: AnySelect = (
        sa.select(*found.c)
        .where(found.c["kind"] != "same")
        .order_by(place, found.c["kind"], found.c["reason"])
        .limit(limit)
    )
    rows: list[ChangedRow] = []
    for name, why, *rest in engine.rows(wanted):
        values = dict(zip(key, map(str, rest[: len(key)]), strict=True))
        was, then = rest[len(key)], rest[len(key) + 1 : len(key) + 1 + len(names)]
        now, since = rest[len(key) + 1 + len(names)], rest[len(key) + 2 + len(names) :]
        rows.append(
            ChangedRow(
                name,
                why,
                values,
                dict(zip(names, then, strict=True)) if was else None,
                dict(zip(names, since, strict=True)) if now else None,
            )
        )
    rows.sort(key=lambda row: KINDS.index(row.kind))
    return tuple(rows)


def _steady(number: float) -> float:
    """A difference of sums without the last digits, which depend on the order of adding."""
    return float(f"{number:.10g}")
