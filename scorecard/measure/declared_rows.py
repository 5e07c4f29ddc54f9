"""Landed rows as the contract stands today, on whichever engine reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnClause, ColumnElement

from scorecard.declare.organisation import UNASSIGNED, Organisation, fold
from scorecard.declare.sources import Source
from scorecard.errors import MeasureError
from scorecard.measure.engine import AnySelect
from scorecard.measure.observations import DEPARTMENT_COLUMN, landed_table
from scorecard.observe.contract_sql import DUCKDB_TYPES
from scorecard.observe.departments import departments_fingerprint
from scorecard.observe.landed import Landed


def held_columns(source: Source, landed: Landed) -> list[ColumnClause[Any]]:
    """The columns that the landed files have and the contract still asks for.

    Raises MeasureError `landed-differs` where a column has another type now.
    """
    for name, column in source.landed_columns.items():
        held, kind = landed.types.get(name), DUCKDB_TYPES[column.type]
        if held not in (None, kind):
            raise MeasureError(
                "landed-differs",
                f"The column {name!r} of {source.name!r} was landed as {held} and is {kind} now.",
                file=source.file,
                line=source.line,
                hint="Move the landed table away and import its files again.",
            )
    return [
        sa.column(column.name, column.type)
        for column in landed_table(source).c
        if column.name in landed.types or column.name == DEPARTMENT_COLUMN
    ]


def declared_rows(
    source: Source,
    landed: Landed,
    organisation: Organisation,
    files: sa.FromClause,
    ask: Callable[[AnySelect], list[tuple[Any, ...]]],
) -> AnySelect:
    """The rows of `files`, which have the `held_columns`, with the columns of today's contract.

    A column that the contract gained since is missing in each row, and a department is found under
    its present names: where these have changed, `ask` is called for the spellings in the files.
    """
    columns: list[ColumnElement[Any]] = [
        files.c[column.name]
        if column.name in files.c
        else sa.cast(sa.null(), column.type).label(column.name)
        for column in landed_table(source).c
        if column.name != DEPARTMENT_COLUMN
    ]
    department = _department(source, landed, organisation, files, ask)
    return sa.select(*columns, department.label(DEPARTMENT_COLUMN)).select_from(files)


def _department(
    source: Source,
    landed: Landed,
    organisation: Organisation,
    files: sa.FromClause,
    ask: Callable[[AnySelect], list[tuple[Any, ...]]],
) -> ColumnElement[Any]:
    column = source.department if source.department in source.landed_columns else None
    if landed.departments in (None, departments_fingerprint(organisation, column)):
        return files.c[DEPARTMENT_COLUMN]
    unassigned = sa.literal(UNASSIGNED, sa.Text())
    if column is None or column not in files.c:
        return unassigned
    spelling = sa.cast(files.c[column], sa.Text())
    found = [spelt for (spelt,) in ask(sa.select(spelling).distinct()) if spelt is not None]
    known = organisation.department_of
    declared = {spelt: known[fold(spelt)] for spelt in found if fold(spelt) in known}
    if not declared:
        return unassigned
    whens = [
        (sa.literal(spelt, sa.Text()), sa.literal(id, sa.Text())) for spelt, id in declared.items()
    ]
    return sa.case(*((spelling == spelt, id) for spelt, id in whens), else_=unassigned)
