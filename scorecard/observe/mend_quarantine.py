"""Quarantined rows, read again under the contract of today, as of the moment of their file.

Rows that keep the contract now are landed and leave quarantine; all others stay as they are. A row
whose key was landed from the same file stays too, unless its content is the same: which of the two
came first only the file tells. Importing the file settles that, and replaces what was landed here
by what it would have landed alone.

Landing comes first: after a kill in between, the same rows are found landed, and leave then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import Source
from scorecard.ledger.batches import batches, record_batch
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import ImportBatch
from scorecard.observe.files import SourceFile
from scorecard.observe.folder import remove_left, stage_folder
from scorecard.observe.json_reader import JsonReader
from scorecard.observe.landing import Landing, Meeting, Reading, way_of_reading
from scorecard.observe.lock import source_lock
from scorecard.observe.moment import latest_event
from scorecard.observe.quality.finding import Finding
from scorecard.observe.quality.kept import recorded_findings
from scorecard.observe.quarantine import (
    QuarantinedFile,
    quarantined_files,
    release,
    rows_to_mend,
)
from scorecard.observe.receipt import Receipt
from scorecard.observe.staging import Stage
from scorecard.workspace import Workspace


def mend_quarantine(
    organisation: Organisation, source: Source, workspace: Workspace, ledger: Ledger
) -> list[Receipt]:
    """Land what keeps the contract now of the rows in quarantine; a receipt for each file with any.

    Of the receipt, `rows_read` are the file's rows that were in quarantine, `rows_quarantined`
    those that stay. It is recorded in the ledger, with the number of rows landed as the check
    `mended-rows`. Raises ImportRefused `landed-differs`.
    """
    remove_left(workspace)
    made: list[Receipt] = []
    with source_lock(workspace, organisation.id, source.name):
        for file in quarantined_files(workspace, organisation.id, source.name):
            with stage_folder(workspace) as folder:
                mending = _Mending(organisation, source, workspace, ledger, file, folder)
                try:
                    receipt = mending.run()
                finally:
                    mending.stage.connection.close()
            if receipt is not None:
                made.append(receipt)
    return made


@dataclass
class _Mending:
    organisation: Organisation
    source: Source
    workspace: Workspace
    ledger: Ledger
    file: QuarantinedFile
    folder: Path
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.stage = Stage(self.folder, self.organisation, self.source)
        # The last import of the file, if any of it was landed.
        self.imported = next(
            (
                batch
                for batch in reversed(batches(self.ledger, self.organisation.id, self.source.name))
                if batch.file_sha256 == self.file.sha256
            ),
            None,
        )

    def run(self) -> Receipt | None:
        places = self.read()
        if not places or not self.stage.finish():
            return None
        connection = self.stage.connection
        meeting = Meeting(self.organisation, self.source, self.workspace)
        connection.execute(f"CREATE TEMP TABLE held AS {meeting.landed_of(self.file.sha256)}")
        connection.execute("CREATE TEMP TABLE kept AS FROM good ANTI JOIN held USING (_row)")
        connection.execute("DROP VIEW good")
        connection.execute("ALTER TABLE kept RENAME TO good")
        moment = self.moment()
        if moment is None:
            return None
        freed = connection.execute(
            "SELECT _line FROM good UNION ALL SELECT _line FROM held WHERE _same"
        ).fetchall()
        if not freed:
            return None
        [(good,)] = connection.execute("SELECT count(*) FROM good").fetchall()
        stay = self.file.rows - len(freed)
        notes = [f"read again from quarantine: {len(freed):,} landed, {stay:,} stay there"]
        landing = self.land(meeting, moment, good, stay, notes)
        # A row's line on the stage is its number here, counted from 1.
        release(
            connection,
            self.workspace,
            self.organisation.id,
            self.source.name,
            [places[line - 1] for (line,) in freed],
            {"mended": self.file.sha256},
        )
        return self.recorded(moment, landing, len(freed), stay, notes)

    def read(self) -> list[tuple[str, int]]:
        """Put the file's rows that may be mended on the stage; their places in quarantine."""
        places: list[tuple[str, int]] = []
        path = self.folder / "rows.jsonl"
        with path.open("w", encoding="utf-8") as lines:
            for place, row in self.rows():
                places.append(place)
                lines.write(row + "\n")
        if places:
            reader = JsonReader(SourceFile(path, "utf-8"), self.source, whole=False)
            self.stage.read(reader.batches(), lambda: reader.headings, lambda: None)
        return places

    def rows(self) -> Iterator[tuple[tuple[str, int], str]]:
        place = self.workspace, self.organisation.id, self.source.name
        return rows_to_mend(self.stage.connection, *place, self.file.sha256)

    def moment(self) -> datetime | None:
        """The moment of the file as its import would give it now, with these rows in it."""
        before = self.file.moment
        if before is not None and (self.imported is None or self.imported.moment_given):
            return before
        latest = latest_event(self.stage.connection, self.organisation, self.source)
        return max(filter(None, [before, latest and latest[0]]), default=None)

    def land(
        self, meeting: Meeting, moment: datetime, good: int, stay: int, notes: list[str]
    ) -> Landing:
        if not good:
            return Landing(
                new=0,
                changed=0,
                unchanged=0,
                older=0,
                tied=0,
                respelt=0,
                version=meeting.version,
            )
        # No import reads in this way, so that one of the file takes these rows for its own again.
        way = way_of_reading(self.organisation, self.source, ["quarantine"])
        metadata = {
            "file": self.file.sha256,
            "way": way,
            "as_of": None,
            "moment": moment.isoformat(),
            "rows_good": good,
            "rows_bad": stay,
            "notes": notes,
        }
        reading = Reading(self.file.sha256, way, moment)
        return meeting.land(self.stage.connection, reading, good, metadata, dry_run=False)

    def recorded(
        self, moment: datetime, landing: Landing, freed: int, stay: int, notes: list[str]
    ) -> Receipt:
        same = freed - landing.new - landing.changed - landing.unchanged
        counts = {
            "rows_read": self.file.rows,
            "rows_new": landing.new,
            "rows_changed": landing.changed,
            "rows_unchanged": landing.unchanged + same,
            "rows_quarantined": stay,
            "rows_older": landing.older,
        }
        about = {
            "organisation": self.organisation.id,
            "source": self.source.name,
            "file_name": self.file.name,
            "file_sha256": self.file.sha256,
            "file_bytes": self.imported.file_bytes if self.imported else 0,
            "moment": moment,
            "moment_given": bool(self.imported and self.imported.moment_given),
            "imported_at": self.at,
            "contract_fingerprint": self.source.fingerprint,
            "landed_version": landing.version,
        }
        found = Finding("mended-rows", None, freed, self.file.rows, notable=True)
        batch = ImportBatch(**counts, **about, notes=notes)
        record_batch(self.ledger, batch, recorded_findings([found]))
        return Receipt(**counts, **about, notes=tuple(notes))
