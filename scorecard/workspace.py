"""The workspace: the folder in which an organisation's landed records and ledger lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """Where things are kept. `ledger_url`, where given, names a shared ledger's database.

    `records_url`, where given, names the PostgreSQL database in which the records already live,
    `spark_url` the Spark Connect server that measures where the engine is Spark.
    """

    root: Path
    ledger_url: str | None = None
    records_url: str | None = None
    spark_url: str | None = None

    def __post_init__(self) -> None:
        # Landed tables name their files by absolute path, so a relative root would not match them.
        object.__setattr__(self, "root", self.root.expanduser().resolve())

    @property
    def ledger(self) -> str:
        """The SQLAlchemy URL of the ledger: the SQLite file of the workspace unless one is set."""
        return self.ledger_url or f"sqlite:///{self.root / 'ledger.sqlite3'}"

    @property
    def anchors(self) -> Path:
        """The folder of what keeps the head of the chain of events outside the database."""
        return self.root / "anchors"

    @property
    def evidence(self) -> Path:
        """The folder of the files that audits rest on, each under the hash of its content."""
        return self.root / "evidence"

    def landed(self, organisation: str, source: str) -> Path:
        """The Delta table of a source's landed rows."""
        return self.root / "landed" / organisation / source

    def quarantine(self, organisation: str, source: str) -> Path:
        """The Delta table of a source's rows that broke the contract."""
        return self.root / "quarantine" / organisation / source
