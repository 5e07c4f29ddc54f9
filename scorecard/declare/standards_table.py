"""Standards that an organisation keeps in a table: a file beside it, or landed rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from scorecard.declare.metrics import Metric
from scorecard.declare.organisation import Organisation, fold
from scorecard.declare.sources import Source
from scorecard.declare.standards import STANDARD_ID, Expected, Standard, StandardsTable
from scorecard.declare.standards_check import Checked, Value, department_hint
from scorecard.declare.table_files import TableRow
from scorecard.declare.table_values import (
    filled,
    first_day,
    id_of,
    is_none,
    number_of,
    scope_value,
    text_of,
)
from scorecard.errors import DeclarationError, ScorecardError

TableReader = Callable[[str, str, Sequence[str]], "list[dict[str, Any]] | None"]
"""Gives, for an organisation's id and a source, the named columns of its landed rows.

None where nothing is landed yet.
"""


@dataclass
class TableStandards:
    """What a table gave: standards with the row of each, and the rows that could not be read."""

    standards: list[Standard] = field(default_factory=list[Standard])
    rows: dict[str, int] = field(default_factory=dict[str, int])
    mistakes: list[ScorecardError] = field(default_factory=list[ScorecardError])


@dataclass(frozen=True)
class _Reading:
    """One row, understood."""

    number: int
    id: str
    title: str
    titles: dict[str, str]
    department: str
    where: dict[str, Value]
    owner: str | None
    from_: date
    value: float | None


def read_standards(
    table: StandardsTable,
    rows: Sequence[TableRow],
    entry: Checked,
    organisation: Organisation,
    metric: Metric,
    source: Source,
    file: Path | None = None,
) -> TableStandards:
    """The standards in the rows of a table whose declaration has been checked.

    Rows with one id make one standard: each brings the expected value that comes into force on its
    day, the latest one its title and owner. A row without a target, with one that cannot be read,
    or with one that another row contradicts brings a withdrawn value: the standard is there and not
    in force. Every mistake is in `mistakes` once, with `file` and the number of the first row it is
    true of (for landed rows, with the line of the declaration).
    """
    reader = _Reader(table, entry, organisation, metric, source, file)
    return reader.read(rows)


@dataclass
class _Reader:
    table: StandardsTable
    entry: Checked
    organisation: Organisation
    metric: Metric
    source: Source
    file: Path | None

    def __post_init__(self) -> None:
        self.found = TableStandards()
        self.seen: dict[tuple[str, str], tuple[ScorecardError, int]] = {}

    def read(self, rows: Sequence[TableRow]) -> TableStandards:
        by_id: dict[str, list[_Reading]] = {}
        for row in rows:
            reading = self.row(row)
            if reading is not None:
                by_id.setdefault(reading.id, []).append(reading)
        self.check_fractions(by_id)
        for id, readings in by_id.items():
            standard = self.standard(readings)
            if standard is not None:
                self.found.standards.append(standard)
                self.found.rows[id] = readings[0].number
        for error, count in self.seen.values():
            if count > 1:
                error.message = f"{error.message.rstrip('.')}, in {count} rows."
        return self.found

    def refuse(self, code: str, message: str, number: int, hint: str | None = None) -> None:
        """Note a mistake; the same one in further rows is only counted."""
        known = self.seen.get((code, message))
        if known is not None:
            self.seen[code, message] = (known[0], known[1] + 1)
            return
        error = (
            DeclarationError(code, message, file=self.file, line=number, hint=hint)
            if self.file is not None
            else self.entry.error(code, message, hint=hint)
        )
        self.seen[code, message] = (error, 1)
        self.found.mistakes.append(error)

    def named(self, number: int) -> str:
        return f"row {number}" if self.file is not None else "another row"

    def row(self, row: TableRow) -> _Reading | None:
        """The row understood, or None with its first mistake noted."""
        table, values = self.table, row.values
        id = id_of(table.id, values)
        where = self.where(row)
        if where is None:
            return None
        written = text_of(values.get(table.department))
        blank = [table.department] if not written else []
        if id is None:
            blank.append(f"{table.id} (the id)")
        if id is None or blank:
            self.refuse("table-value-missing", f"There is no value in {blank[0]}.", row.number)
            return None
        if not re.fullmatch(STANDARD_ID, id):
            self.refuse("id-invalid", f"{id!r} cannot be an id.", row.number)
            return None
        department = self.organisation.department_of.get(fold(written))
        if department is None:
            self.refuse(
                "department-unknown",
                f"There is no department {written!r}.",
                row.number,
                hint=department_hint(written, self.organisation),
            )
            return None
        day = first_day(values.get(table.from_), self.organisation)
        if day is None:
            self.refuse(
                "table-value-invalid",
                f"{table.from_} is {text_of(values.get(table.from_))!r}, which is no day.",
                row.number,
                hint="Write a day (2026-07-01) or a fiscal year (2026-27).",
            )
            return None
        target = values.get(table.value)
        value = None
        if not is_none(target, table.none):
            value = self.target(target, row.number)
        return _Reading(
            number=row.number,
            id=id,
            title=text_of(values.get(table.title)) or id,
            titles={
                language: text
                for language, column in table.titles.items()
                if (text := text_of(values.get(column)))
            },
            department=department,
            where=where,
            owner=text_of(values.get(table.owner)) or None if table.owner else None,
            from_=day,
            value=value,
        )

    def target(self, written: Any, number: int) -> float | None:
        value = number_of(written, self.table.scale)
        if value is None:
            self.refuse(
                "table-value-invalid",
                f"{self.table.value} is {text_of(written)!r}, which is no number.",
                number,
                hint='If it means "no target", add it to none = [ ] in the declaration.',
            )
        elif self.metric.unit == "percent" and not 0 <= value <= 100:
            self.refuse(
                "percent-out-of-range",
                f"{self.table.value} is {text_of(written)}, which makes {value:g} %.",
                number,
                hint="Percentages go from 0 to 100; scale in the declaration multiplies them.",
            )
            return None
        return value

    def where(self, row: TableRow) -> dict[str, Value] | None:
        found: dict[str, Value] = {}
        for key, template in self.table.where.items():
            text = filled(template, row.values)
            if text is None:
                self.refuse("table-value-missing", f"There is no value in {template}.", row.number)
                return None
            kind = self.source.type_of(self.source.dimensions.get(key, key))
            value = scope_value(text, kind)
            if value is None:
                self.refuse(
                    "table-value-invalid",
                    f"{key!r} holds {kind}, which is never {text!r}.",
                    row.number,
                )
                return None
            found[key] = value
        return found

    def check_fractions(self, by_id: Mapping[str, list[_Reading]]) -> None:
        """Targets that are all between 0 and 1 are fractions, not percentages."""
        values = [one.value for many in by_id.values() for one in many if one.value]
        at_least = self.metric.unit == "percent" and self.table.kind == "at_least"
        if at_least and values and max(values) <= 1:
            self.found.mistakes.append(
                self.entry.error(
                    "percent-as-fraction",
                    f"Every target in {self.table.value} is at most 1 %; they look like fractions.",
                    "scale" if self.table.scale != 1 else "value",
                    hint="Write scale = 100.",
                )
            )

    def standard(self, readings: list[_Reading]) -> Standard | None:
        first = readings[0]
        expected: dict[date, _Reading] = {}
        for reading in readings:
            if (reading.department, reading.where) != (first.department, first.where):
                self.refuse(
                    "table-row-contradiction",
                    f"The standard {first.id!r} has another department or scope in "
                    f"{self.named(first.number)}.",
                    reading.number,
                    hint="Give it an id of its own.",
                )
                return None
            other = expected.setdefault(reading.from_, reading)
            if other.value != reading.value:
                self.refuse(
                    "table-row-contradiction",
                    f"The standard {first.id!r} has another target for {reading.from_} in "
                    f"{self.named(other.number)}.",
                    reading.number,
                    hint="Keep the row that is right.",
                )
                expected[reading.from_] = replace(other, value=None)
        latest = max(readings, key=lambda reading: reading.from_)
        return Standard(
            id=first.id,
            title=latest.title,
            titles=latest.titles,
            metric=self.table.metric,
            department=first.department,
            where=first.where,
            period=self.table.period,
            owner=latest.owner,
            dimension=self.table.dimension,
            expected=[self.expected(expected[day]) for day in sorted(expected)],
        )

    def expected(self, reading: _Reading) -> Expected:
        data: dict[str, Any] = {"from": reading.from_}
        if reading.value is None:
            data["withdrawn"] = True
        else:
            data |= {self.table.kind: reading.value, "tolerance": self.table.tolerance}
        return Expected.model_validate(data)
