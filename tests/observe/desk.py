"""A desk at which files are written and imported, with a small contract of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

import scorecard as s
from scorecard.declare.organisation import Organisation
from scorecard.declare.source_binding import bind_source
from scorecard.declare.sources import ColumnContract, Rule, Source
from scorecard.ledger import ImportBatch, Ledger, batches
from scorecard.observe.importing import import_file
from scorecard.observe.landed import Landed, landed
from scorecard.observe.quarantine import QuarantinedRow, quarantined
from scorecard.observe.receipt import Receipt
from scorecard.workspace import Workspace

TOWN = Organisation.model_validate(
    {
        "id": "small-town",
        "name": "Small Town",
        "time_zone": "America/New_York",
        "fiscal_year_start": 4,
        "departments": [
            {"id": "works", "name": "Public Works", "aliases": ["DPW"]},
            {"id": "parks", "name": "Parks"},
        ],
    }
)
COLUMNS: dict[str, ColumnContract] = {
    "id": s.text(required=True),
    "opened_at": s.timestamp("Open Date"),
    "due_at": s.timestamp(planned=True, optional=True),
    "closed_at": s.timestamp(optional=True),
    "department": s.text("Dept", optional=True),
}


def make_source(
    columns: dict[str, ColumnContract] | None = None,
    *,
    key: str | tuple[str, ...] = "id",
    rules: Iterable[Rule] = (),
    **more: Any,
) -> Source:
    """A bound source called `requests`; with `COLUMNS` unless others are given."""
    columns = COLUMNS if columns is None else columns
    department = "department" if "department" in columns else None
    return bind_source(
        s.source("requests", columns=columns, key=key, rules=rules, department=department, **more)
    )


@dataclass(frozen=True)
class Desk:
    """Where files are written, and the workspace and ledger they are imported into."""

    folder: Path
    ledger: Ledger
    source: Source
    organisation: Organisation = TOWN

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "workspace")

    def under(self, source: Source) -> Desk:
        """The same desk, with another contract."""
        return replace(self, source=source)

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def land(self, file: Path, as_of: datetime | None = None, **more: Any) -> Receipt:
        receipt = import_file(
            self.organisation, self.source, file, self.workspace, self.ledger, as_of=as_of, **more
        )
        done = (receipt.rows_new, receipt.rows_changed, receipt.rows_unchanged)
        assert receipt.rows_read == sum(done) + receipt.rows_quarantined
        assert receipt.rows_older <= receipt.rows_unchanged
        return receipt

    def land_text(self, content: str | bytes, name: str = "a.csv", **more: Any) -> Receipt:
        return self.land(self.write(name, content), **more)

    def landed(self) -> Landed | None:
        return landed(self.workspace, self.organisation.id, self.source.name)

    def rows(self, columns: str = "* EXCLUDE (_batch)") -> list[tuple[Any, ...]]:
        """The landed rows, in order."""
        found = self.landed()
        if found is None:
            return []
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            return connection.execute(
                f"SELECT {columns} FROM read_parquet($1) ORDER BY ALL", [list(found.files)]
            ).fetchall()

    def columns(self) -> list[str]:
        """The names of the columns in the files of the landed rows."""
        found = self.landed()
        assert found is not None
        with duckdb.connect() as connection:
            asked = connection.execute("FROM read_parquet($1) LIMIT 0", [list(found.files)])
            return [name for name, *_ in asked.description or ()]

    def bad(self, **more: Any) -> list[QuarantinedRow]:
        return quarantined(self.workspace, self.organisation.id, self.source.name, **more)

    def batches(self) -> list[ImportBatch]:
        return batches(self.ledger, self.organisation.id)
