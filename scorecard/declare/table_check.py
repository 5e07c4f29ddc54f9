"""Checking the declaration of a standards table, before any of its rows is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from scorecard.declare.metrics import Metric
from scorecard.declare.sources import Source
from scorecard.declare.standards import StandardsTable
from scorecard.declare.standards_check import (
    Checked,
    period_mistakes,
    unknown_dimension,
    where_mistakes,
)
from scorecard.declare.suggest import hint
from scorecard.declare.table_values import placeholders, scope_value
from scorecard.declare.toml_lines import Keys
from scorecard.errors import DeclarationError


def place_mistakes(table: StandardsTable, entry: Checked) -> list[DeclarationError]:
    """The table must be in one file beside the declaration, or in one source."""
    if (table.file is None) == (table.source is None):
        return [
            entry.error(
                "table-place-unclear",
                "It is not said where the table is: give exactly one of file and source.",
                *(("source",) if table.source is not None else ()),
            )
        ]
    if table.file is not None:
        parts = PurePosixPath(table.file.replace("\\", "/")).parts
        if Path(table.file).is_absolute() or ".." in parts:
            return [
                entry.error(
                    "table-file-outside",
                    f"The file {table.file!r} is not in the folder of the declarations.",
                    "file",
                    hint="Put it beside the declaration.",
                )
            ]
    return []


def table_mistakes(
    table: StandardsTable, entry: Checked, metric: Metric, source: Source
) -> list[DeclarationError]:
    """What does not fit the metric and its source: side, period, scope, scale, id."""
    found = period_mistakes(table.period, metric, source, entry)
    wanted = "at_least" if metric.better == "higher" else "at_most"
    if table.kind != wanted:
        found.append(
            entry.error(
                "direction-mismatch",
                f"Of {metric.name!r} {metric.better} is better, so {table.kind} sets no standard.",
                "kind",
                hint=f'Write kind = "{wanted}", or mend better= in the metric.',
            )
        )
    if table.scale <= 0:
        found.append(
            entry.error(
                "table-scale-invalid", f"The scale is {table.scale:g}; it is more than 0.", "scale"
            )
        )
    if not placeholders(table.id):
        found.append(
            entry.error(
                "table-id-constant",
                f"Every row would have the id {table.id!r}.",
                "id",
                hint="Put a column in it, as in answered-{number}.",
            )
        )
    for key, template in table.where.items():
        column = source.dimensions.get(key, key)
        if column not in source.columns:
            found.append(unknown_dimension(key, source, entry))
        elif not placeholders(template):
            value = scope_value(template, source.type_of(column))
            found += where_mistakes(key, template if value is None else value, source, entry)
    return found


def column_mistakes(
    table: StandardsTable, entry: Checked, columns: Collection[str], where: str
) -> list[DeclarationError]:
    """Columns the declaration names and the table (called `where`) does not have."""
    found: list[DeclarationError] = []
    told: set[str] = set()
    for name, inside in named_columns(table):
        if name not in columns and name not in told:
            told.add(name)
            found.append(
                entry.error(
                    "column-unknown",
                    f"{where} has no column {name!r}.",
                    *inside,
                    hint=hint(name, columns, "It has"),
                )
            )
    return found


def type_mistakes(table: StandardsTable, entry: Checked, source: Source) -> list[DeclarationError]:
    """Columns of a declared source that can hold neither a day nor a number."""
    checks = (
        ("from", table.from_, ("date", "timestamp", "text"), "a day"),
        ("value", table.value, ("integer", "number", "text"), "a number"),
    )
    return [
        entry.error(
            "type-mismatch",
            f"The column {column!r} holds {source.type_of(column)}, where {wanted} is wanted.",
            key,
        )
        for key, column, kinds, wanted in checks
        if source.type_of(column) not in kinds
    ]


def named_columns(table: StandardsTable) -> Iterator[tuple[str, Keys]]:
    """Every column the declaration names, and where in it."""
    for column in placeholders(table.id):
        yield column, ("id",)
    yield table.title, ("title",)
    for language, column in table.titles.items():
        yield column, ("titles", language)
    yield table.department, ("department",)
    for key, template in table.where.items():
        for column in placeholders(template):
            yield column, ("where", key)
    yield table.from_, ("from",)
    yield table.value, ("value",)
    if table.owner is not None:
        yield table.owner, ("owner",)
