"""The cases behind one figure: what a sample is drawn from, and what an auditor needs of each case.

They are read from the landed version that the run read from which the figure is known, so that the
same cases are there however many records have come in since.

A case goes by its key as text. A key of several columns is the JSON list of their texts, without
white space: `["2026-01","RXH","1"]`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from scorecard.audit.cycle import Cycle
from scorecard.audit.scope import Figure, Requirement
from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Grain, Period
from scorecard.declare.sources import Source
from scorecard.declare.suggest import hint
from scorecard.declare.vocabulary import Share
from scorecard.declare.working_time import working_moments
from scorecard.errors import AuditError
from scorecard.ledger import Ledger
from scorecard.ledger.runs import latest_run
from scorecard.measure.calendar import provide_calendar
from scorecard.measure.counted import counted
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engine import Engine
from scorecard.measure.engines import landed_tables, landed_versions, refuse_missing
from scorecard.measure.observations import (
    columns_of,
    dimension_column,
    lookup_sources,
    observations,
)
from scorecard.measure.plan import DEPARTMENT
from scorecard.workspace import Workspace

NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Asked:
    """A requirement of a cycle with one of its figures: whose cases they are.

    `data` names the landed versions: `requests@3`, or several with blanks between where the metric
    looks things up in other sources; its own is the first.
    """

    requirement: Requirement
    figure: Figure
    data: str


def requirement_of(cycle: Cycle, standard: str, department: str | None) -> Requirement:
    """The requirement as it was frozen. Raises AuditError `outside-scope`."""
    for one in cycle.opened.body.scope.requirements:
        if (one.standard, one.department) == (standard, department):
            return one
    where = department or "the organisation as a whole"
    raise AuditError(
        "outside-scope",
        f"{standard!r} in {where} is not in the scope of {cycle.id}.",
        hint="The scope was frozen when the cycle was opened; open another cycle.",
    )


def data_of(
    declared: Declarations, ledger: Ledger, requirement: Requirement, figure: Figure
) -> str:
    """The landed versions that the run read from which a figure is known (see `Asked`).

    Raises AuditError `cases-not-there` where no such run is, or it did not read the source,
    `records-not-kept` where it read a database, and what `drawable` raises.
    """
    metric = drawable(declared, requirement)
    run = latest_run(ledger, declared.organisation.id, figure.known_at)
    if run is None or metric.source not in run.sources:
        raise AuditError(
            "cases-not-there",
            f"The ledger knows of no run that measured {requirement.title!r} by "
            f"{figure.known_at:%Y-%m-%d %H:%M:%S} UTC.",
            hint="Use the workspace and the ledger in which the cycle was opened.",
        )
    versions = landed_versions(run)
    source = declared.sources[metric.source]
    names = _beside(declared, source, source.columns)
    if any(name in run.sources and name not in versions for name in names):
        raise AuditError(
            "records-not-kept",
            f"{metric.source} was read where it lives, in a database that keeps no versions: the "
            "cases that were behind the figure cannot be told from those of now.",
            hint="Import the records with scorecard import, measure, and open a cycle over them.",
        )
    return " ".join(f"{name}@{versions[name]}" for name in names if name in versions)


def drawable(declared: Declarations, requirement: Requirement) -> Metric:
    """The metric whose cases can be drawn.

    Raises AuditError `definition-changed` where it is defined otherwise than when the cycle was
    opened, or no more, and `cases-not-drawable` where no one row is a case of the figure.
    """
    name = requirement.metric
    if name in declared.derived and requirement.definition == declared.derived[name].fingerprint:
        raise AuditError(
            "cases-not-drawable",
            f"{requirement.title!r} is worked out from other figures ({name}), and has no cases of "
            "its own.",
            hint="Draw from a requirement whose metric is one of "
            f"{', '.join(one.name for one in declared.derived[name].measured)}.",
        )
    metric = declared.metrics.get(name)
    if metric is None or metric.fingerprint != requirement.definition:
        raise AuditError(
            "definition-changed",
            f"The metric {name!r} of {requirement.title!r} is "
            + ("not declared any more" if metric is None else "defined otherwise today")
            + f"; when the cycle was opened it was {requirement.definition[:12]}. Other cases "
            "would count.",
            hint="Use the folder of declarations as it was then, with the same workspace.",
        )
    if isinstance(metric.aggregate, Share) and metric.aggregate.counted:
        raise AuditError(
            "cases-not-drawable",
            f"{requirement.title!r} adds up counts that stand in the rows of {metric.source!r}: no "
            "row is a case of it.",
            hint="Draw from a requirement that counts rows.",
        )
    return metric


def population(
    declared: Declarations, workspace: Workspace, asked: Asked, by: str = ""
) -> dict[str, list[str]]:
    """The keys of the cases that count in the figure, by stratum; one without a name without `by`.

    `by` is `department`, or a dimension of the source such as `team` or `channel`; cases without a
    value are a stratum of their own, "not recorded". The cases are as many as the figure's n.

    Raises AuditError `cases-differ` (the rows are not those of the figure), `department-gone`,
    `strata-unknown`, `population-empty`, what `drawable` raises, and MeasureError `landed-missing`,
    `landed-damaged`.
    """
    requirement, figure = asked.requirement, asked.figure
    metric = drawable(declared, requirement)
    source = declared.sources[metric.source]
    column = _column(declared, source, requirement, by) if by else None
    _refuse_gone(declared, requirement)
    where: dict[str, Any] = json.loads(requirement.where)
    beside = () if column in (None, DEPARTMENT) else (column,)
    needed = {*source.key, *beside, *columns_of(metric, where)}
    with _records(declared, workspace, metric, asked, needed) as (engine, known_until):
        rows = counted(
            metric,
            declared.sources,
            department=requirement.department,
            where=where,
            period=_period(declared, figure),
            zone=declared.organisation.zone,
            known_until=known_until,
            calendar=provide_calendar(
                working_moments(metric.aggregate), source, declared, engine, known_until
            ),
            beside=beside,
        )
        stratum = [] if column is None else [_text(dimension_column(rows.rows, column))]
        found = engine.rows(
            sa.select(*_keys(source, rows.rows), *stratum).where(
                sa.and_(rows.scope, rows.inside, rows.enters)
            )
        )
    if len(found) != figure.n:
        raise AuditError(
            "cases-differ",
            f"{len(found)} cases are behind {requirement.title!r} today, and {figure.n} were when "
            "the figure was measured.",
            hint="The contract, or the names of departments, have been changed since. Use the "
            "folder of declarations as it was then.",
        )
    if not found:
        raise AuditError(
            "population-empty",
            f"No case counts in {requirement.title!r} in the period of {figure.period}.",
            hint="There is nothing to examine; record in the findings that there was none.",
        )
    strata: dict[str, list[str]] = {}
    width = len(source.key)
    for row in found:
        name = "" if column is None else NOT_RECORDED if row[width] is None else row[width]
        strata.setdefault(name, []).append(key_text(row[:width]))
    return strata


def fields(
    declared: Declarations, workspace: Workspace, asked: Asked, keys: Collection[str]
) -> dict[str, dict[str, str | None]]:
    """What the records say of these cases: by key, each column's text, None where it is missing.

    Instants are in the organisation's zone. Raises what `drawable` and reading records raise.
    """
    metric = drawable(declared, asked.requirement)
    source = declared.sources[metric.source]
    needed = {*source.landed_columns, *columns_of(metric)}
    names = [name for name in source.columns if name in needed]
    wanted = set(keys)
    firsts = sorted({_parts(key, source)[0] for key in wanted})
    zone = declared.organisation.zone
    with _records(declared, workspace, metric, asked, needed) as (engine, _):
        rows = observations(source, declared.sources, needed)
        shown = [_text(rows.c[name]) for name in names]
        statement = sa.select(*_keys(source, rows), *shown).where(
            _text(rows.c[source.key[0]]).in_(firsts)
        )
        found = engine.rows(statement) if wanted else []
    width = len(source.key)
    by_key = {key_text(row[:width]): row[width:] for row in found}
    instants = {name for name in names if source.type_of(name) == "timestamp"}
    return {
        key: {
            name: datetime.fromisoformat(value).astimezone(zone).isoformat(" ")
            if name in instants and value is not None
            else value
            for name, value in zip(names, by_key[key], strict=True)
        }
        for key in keys
        if key in by_key
    }


def key_text(parts: Sequence[str]) -> str:
    """A key as the text that a case goes by."""
    if len(parts) == 1:
        return parts[0]
    return json.dumps(list(parts), ensure_ascii=False, separators=(",", ":"))


def _parts(key: str, source: Source) -> list[str]:
    return [key] if len(source.key) == 1 else json.loads(key)


def _text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return sa.cast(column, sa.Text())


def _keys(source: Source, rows: sa.FromClause) -> list[ColumnElement[Any]]:
    return [_text(rows.c[name]).label(f"key_{place}") for place, name in enumerate(source.key)]


def _period(declared: Declarations, figure: Figure) -> Period:
    return Period(figure.period, cast(Grain, figure.grain), declared.organisation.fiscal_year_start)


def _beside(declared: Declarations, source: Source, columns: Collection[str]) -> list[str]:
    """The source and those in which one of these columns is looked up, its own first."""
    return [source.name, *sorted(lookup_sources(source, declared.sources, columns) - {source.name})]


@contextmanager
def _records(
    declared: Declarations,
    workspace: Workspace,
    metric: Metric,
    asked: Asked,
    needed: Collection[str],
) -> Iterator[tuple[Engine, datetime]]:
    """An engine over the landed versions that `asked.data` names, and the moment they know."""
    pairs = (one.rpartition("@") for one in asked.data.split())
    versions = {name: int(version) for name, _, version in pairs if version.isdecimal()}
    tables = {
        name: table
        for name, table in landed_tables(declared, workspace, versions).items()
        if name in versions
    }
    for name in _beside(declared, declared.sources[metric.source], needed):
        refuse_missing(name, tables)
    moment = tables[metric.source].moment
    with DuckDB(tables, declared) as engine:
        # Without a moment there is no row, and nothing to compare with it.
        yield engine, moment or asked.figure.known_at


def _column(declared: Declarations, source: Source, requirement: Requirement, by: str) -> str:
    """The column that divides the strata."""
    if by == DEPARTMENT and requirement.department is None:
        return DEPARTMENT
    if by in source.dimensions:
        return source.dimensions[by]
    known = [*source.dimensions, *([DEPARTMENT] if requirement.department is None else [])]
    raise AuditError(
        "strata-unknown",
        f"The cases of {requirement.title!r} cannot be divided by {by!r}.",
        hint=hint(by, known, "They can by") or "Draw a simple sample.",
    )


def _refuse_gone(declared: Declarations, requirement: Requirement) -> None:
    id = requirement.department
    if id is None or declared.organisation.department(id) is not None:
        return
    into = declared.organisation.find_department(id)
    other = declared.organisation.department(into) if into else None
    became = f"is part of {other.name} today" if other else "is not declared any more"
    raise AuditError(
        "department-gone",
        f"The department {id!r} {became}: its cases cannot be told from the others'.",
        hint="Use the folder of declarations as it was when the cycle was opened, or open a cycle "
        "over the departments of today.",
    )
