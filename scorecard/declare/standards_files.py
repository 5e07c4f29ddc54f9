"""Reading the standards of an organisation from its TOML files and the tables they name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from scorecard.declare.breakdowns import breakdown_mistakes
from scorecard.declare.charts_check import chart_mistakes
from scorecard.declare.derived import Derived
from scorecard.declare.metrics import Metric
from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import Source
from scorecard.declare.standards import Standard, StandardsFile, StandardsTable
from scorecard.declare.standards_check import Checked, standard_mistakes, unknown_metric
from scorecard.declare.standards_table import TableReader, TableStandards, read_standards
from scorecard.declare.suggest import hint
from scorecard.declare.table_check import (
    column_mistakes,
    named_columns,
    place_mistakes,
    table_mistakes,
    type_mistakes,
)
from scorecard.declare.table_files import TableRow, read_table
from scorecard.declare.toml_files import TomlFile, read_toml, validate
from scorecard.errors import DeclarationError, ScorecardError


class StandardsReading:
    """The standards read so far, file by file, and the mistakes found on the way.

    `organisation` is None, and names are in `broken_sources` and `broken_metrics`, where mistakes
    have been told already; what depends on them is passed over in silence.
    """

    def __init__(
        self,
        organisation: Organisation | None,
        sources: Mapping[str, Source],
        broken_sources: Collection[str],
        metrics: Mapping[str, Metric | Derived],
        broken_metrics: Collection[str],
        landed: TableReader | None,
    ) -> None:
        self.organisation = organisation
        self.sources = sources
        self.broken_sources = broken_sources
        self.metrics = metrics
        self.broken_metrics = broken_metrics
        self.landed = landed
        self.standards: dict[str, Standard] = {}
        self.places: dict[str, tuple[Path, int]] = {}
        self.tables: list[StandardsTable] = []
        self.mistakes: list[ScorecardError] = []
        self.notes: list[ScorecardError] = []

    def read(self, file: Path) -> None:
        """Read one TOML file."""
        try:
            toml = read_toml(file)
        except ScorecardError as error:
            self.mistakes.append(error)
            return
        outline = {
            key: [] if key in StandardsFile.model_fields and isinstance(value, list) else value
            for key, value in toml.data.items()
        }
        self.mistakes += validate(StandardsFile, TomlFile(file, toml.text, outline))[1]
        for entry in _entries(toml, "standard"):
            standard, found = validate(Standard, toml, entry.keys)
            self.mistakes += found
            if standard is not None:
                self._standard(standard, entry)
        for entry in _entries(toml, "table"):
            table, found = validate(StandardsTable, toml, entry.keys)
            self.mistakes += found
            if table is not None:
                self._table(table, entry)

    def _metric(self, name: str, entry: Checked) -> Metric | Derived | None:
        metric = self.metrics.get(name)
        if metric is None and name not in self.broken_metrics:
            self.mistakes.append(unknown_metric(name, self.metrics, entry))
        return metric

    def _standard(self, standard: Standard, entry: Checked) -> None:
        metric = self._metric(standard.metric, entry)
        self.mistakes += standard_mistakes(standard, entry, self.organisation, metric, self.sources)
        if self.organisation is not None:
            self.mistakes += chart_mistakes(standard, self.organisation, entry)
        if metric is not None:
            self.mistakes += breakdown_mistakes(standard, metric, self.sources, entry)
        self._add(standard, entry.toml.file, entry.toml.line(*entry.keys, "id"))

    def _add(self, standard: Standard, file: Path, line: int) -> None:
        other = self.places.get(standard.id)
        if other is not None:
            self.mistakes.append(
                DeclarationError(
                    "duplicate-id",
                    f"There is another standard {standard.id!r}.",
                    file=file,
                    line=line,
                    hint=f"It is in {other[0].name}, line {other[1]}.",
                )
            )
            return
        self.standards[standard.id] = standard
        self.places[standard.id] = (file, line)

    def _table(self, table: StandardsTable, entry: Checked) -> None:
        self.tables.append(table)
        place = place_mistakes(table, entry)
        self.mistakes += place
        metric = self._metric(table.metric, entry)
        if isinstance(metric, Derived):
            self.mistakes.append(
                entry.error(
                    "table-metric-derived",
                    f"The metric {metric.name!r} is a derived one; the rows of a table say which "
                    "rows of one source they are about.",
                    "metric",
                    hint="Write its standards as [[standard]] entries.",
                )
            )
            return
        if metric is None or place:
            return
        source = self.sources[metric.source]
        found = table_mistakes(table, entry, metric, source)
        self.mistakes += found
        if table.file is not None:
            self._table_in_file(table, entry, metric, source, bool(found))
        else:
            self._table_in_source(table, entry, metric, source, bool(found))

    def _table_in_file(
        self, table: StandardsTable, entry: Checked, metric: Metric, source: Source, broken: bool
    ) -> None:
        file = entry.toml.file.parent / str(table.file)
        try:
            content = read_table(file)
        except ScorecardError as error:
            if error.code in ("table-file-missing", "table-file-unknown"):
                line = entry.toml.line(*entry.keys, "file")
                error.file, error.line = entry.toml.file, line
            self.mistakes.append(error)
            return
        found = column_mistakes(table, entry, content.headings, f"The table {table.file!r}")
        self.mistakes += found
        if broken or found or self.organisation is None:
            return
        read = read_standards(table, content.rows, entry, self.organisation, metric, source, file)
        self.mistakes += read.mistakes
        for standard in read.standards:
            self._add(standard, file, read.rows[standard.id])

    def _table_in_source(
        self, table: StandardsTable, entry: Checked, metric: Metric, source: Source, broken: bool
    ) -> None:
        name = str(table.source)
        held = self.sources.get(name)
        if held is None:
            if name not in self.broken_sources:
                self.mistakes.append(
                    entry.error(
                        "source-unknown",
                        f"There is no source {name!r}.",
                        "source",
                        hint=hint(name, self.sources),
                    )
                )
            return
        found = column_mistakes(table, entry, held.landed_columns, f"The source {name!r}")
        found = found or type_mistakes(table, entry, held)
        self.mistakes += found
        if broken or found or self.organisation is None:
            return
        columns = dict.fromkeys(column for column, _ in named_columns(table))
        rows = None
        if self.landed is not None:
            rows = self.landed(self.organisation.id, name, list(columns))
        if rows is None:
            self.notes.append(
                entry.error(
                    "table-not-landed",
                    f"No records of {name!r} have been imported, so its standards are not known.",
                    "source",
                    hint=f"Import them: scorecard import {name} FILE",
                )
            )
            return
        self._add_landed(
            read_standards(table, _numbered(rows), entry, self.organisation, metric, source), entry
        )

    def _add_landed(self, read: TableStandards, entry: Checked) -> None:
        """Landed rows are no declarations: what is wrong with them is noted, and stops nothing."""
        self.notes += read.mistakes
        for standard in sorted(read.standards, key=lambda standard: standard.id):
            if standard.id in self.places:
                self.notes.append(
                    entry.error(
                        "duplicate-id",
                        f"The table has another standard {standard.id!r}; it is left out.",
                        "id",
                    )
                )
            else:
                self._add(standard, entry.toml.file, entry.toml.line(*entry.keys))


def _entries(toml: TomlFile, kind: str) -> list[Checked]:
    found = toml.data.get(kind)
    return (
        [Checked(toml, (kind, index)) for index in range(len(found))]
        if isinstance(found, list)
        else []
    )


def _numbered(rows: list[dict[str, Any]]) -> list[TableRow]:
    return [TableRow(number, row) for number, row in enumerate(rows, start=1)]
