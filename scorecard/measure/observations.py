"""The rows a metric is measured over: landed rows, with what is looked up beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Metric
from scorecard.declare.sources import Lookup, Source
from scorecard.measure.plan import DEPARTMENT, Cut
from scorecard.observe.render import SQL_TYPES

DEPARTMENT_COLUMN = "_department"


def observations(
    source: Source, sources: dict[str, Source], needed: Iterable[str], state: str | None = None
) -> sa.FromClause:
    """The landed rows of a source, joined with those looked-up columns that are `needed`.

    `state` names the state they are read in, where an engine has taken more than one.
    """
    table = landed_table(source, state)
    known: dict[str, ColumnElement[Any]] = dict(table.c.items())
    joined: sa.FromClause = table

    def bring(name: str) -> ColumnElement[Any]:
        nonlocal joined
        lookup = source.columns[name].lookup if name in source.columns else None
        if name not in known and lookup is not None:
            mine = [bring(by) for by in lookup.by]
            beside, theirs, value = _beside(lookup, sources, f"beside_{len(known)}", state)
            same = [one == other for one, other in zip(mine, theirs, strict=True)]
            joined = joined.outerjoin(beside, sa.and_(*same))
            known[name] = value
        return known[name]

    extra = [
        bring(name).label(name)
        for name in sorted(set(needed) & source.columns.keys() - source.landed_columns.keys())
    ]
    if not extra:
        return table
    return sa.select(*table.c, *extra).select_from(joined).subquery("observations")


def landed_table(source: Source, state: str | None = None) -> sa.TableClause:
    """The table of a source's landed rows, as the engine names it."""
    columns = [
        sa.column(name, SQL_TYPES[column.expression_type])
        for name, column in source.landed_columns.items()
    ]
    department = sa.column(DEPARTMENT_COLUMN, sa.Text())
    return sa.table(source.name, *columns, department, schema=state)


def dimension_column(rows: sa.FromClause, dimension: str) -> ColumnElement[Any]:
    """The column that holds a dimension."""
    return rows.c[DEPARTMENT_COLUMN if dimension == DEPARTMENT else dimension]


def columns_of(metric: Metric, dimensions: Iterable[str] = ()) -> set[str]:
    """The columns a metric reads, its clock and the given dimensions included."""
    return {metric.at, *metric.aggregate.columns(), *dimensions} - {DEPARTMENT}


def lookup_sources(
    source: Source, sources: dict[str, Source], needed: Iterable[str]
) -> frozenset[str]:
    """The names of the sources in which the needed columns are looked up, near and far."""
    found: set[str] = set()
    for name in needed:
        column = source.columns.get(name)
        lookup = column.lookup if column is not None else None
        if lookup is not None:
            theirs = [] if lookup.column is None else [lookup.column]
            found |= {lookup.source} | lookup_sources(source, sources, lookup.by)
            found |= lookup_sources(sources[lookup.source], sources, theirs)
    return frozenset(found)


def looked_up_by(cut: Cut, declarations: Declarations) -> frozenset[str]:
    """The sources in which a cut looks something up; its own may be among them."""
    source = declarations.sources[cut.metric.source]
    needed = columns_of(cut.metric, {name for level in cut.levels for name in level})
    return lookup_sources(source, declarations.sources, needed)


def _beside(
    lookup: Lookup, sources: dict[str, Source], name: str, state: str | None
) -> tuple[sa.FromClause, list[ColumnElement[Any]], ColumnElement[Any]]:
    """What to join, its columns that must be equal, and the value that is looked up."""
    other = sources[lookup.source]
    if lookup.column is None:
        table = landed_table(other, state)
        by = [table.c[column] for column in lookup.by]
        counts = sa.select(*by, sa.func.count().label("rows")).group_by(*by).subquery(name)
        value = sa.func.coalesce(counts.c["rows"], 0, type_=sa.BigInteger())
        return counts, [counts.c[column] for column in lookup.by], value
    rows = observations(other, sources, {lookup.column}, state).alias(name)
    return rows, [rows.c[key] for key in other.key], rows.c[lookup.column]
