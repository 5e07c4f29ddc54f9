"""Importing a file: contract, quarantine, landed rows, receipt.

The file is read once. Its rows are checked on a stage of their own; then, holding the source's
lock, quarantine is written, one commit lands the rows, and the ledger keeps the receipt. Whatever
is killed in between is made good by importing the file again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import Source
from scorecard.errors import ImportRefused, printable
from scorecard.ledger.batches import record_batch
from scorecard.ledger.quality import examined_batches
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import ImportBatch
from scorecard.observe.again import is_same_file, quarantine_holds
from scorecard.observe.clock_changes import odd_time_notes
from scorecard.observe.csv_blocks import StrayMarks
from scorecard.observe.departments import undeclared
from scorecard.observe.files import SourceFile
from scorecard.observe.folder import remove_left, stage_folder
from scorecard.observe.headings import Headings
from scorecard.observe.landing import Landing, Meeting, Reading, way_of_reading
from scorecard.observe.lock import source_lock
from scorecard.observe.moment import ahead_of_clock, latest_event
from scorecard.observe.quality.changes import compared
from scorecard.observe.quality.examine import checks_fingerprint, examined
from scorecard.observe.quality.finding import Finding
from scorecard.observe.quality.kept import earlier_findings, findings_of, recorded_findings
from scorecard.observe.quarantine import replace_quarantined
from scorecard.observe.readers import reader_of
from scorecard.observe.receipt import NothingLanded, Receipt
from scorecard.observe.staging import BadRow, Stage
from scorecard.workspace import Workspace

Progress = Callable[[str, float], None]
_LISTED = 12
# Events a little ahead of the clock are no mistake: clocks differ, and a day may be cut elsewhere.
_CLOCKS_DIFFER = timedelta(days=1)


def import_file(
    organisation: Organisation,
    source: Source,
    file: Path,
    workspace: Workspace,
    ledger: Ledger,
    *,
    as_of: datetime | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Receipt:
    """Land a file in a source and keep the receipt in the ledger.

    as_of                 the moment whose state the file shows (aware datetime); by default the
                          latest of its event times
    encoding, delimiter   where the file has others than the contract says
    sheet                 of a workbook the sheet to read, by name; by default the first
    dry_run               do all but writing: quarantine, landed rows and ledger stay as they are
    progress              called with what is being done and how far it is, from 0 to 1

    Raises ImportRefused where the file cannot be landed as a whole; nothing is written then.
    Raises NothingLanded where every row broke the contract: the rows are in quarantine, and neither
    landed rows nor ledger have changed.
    """
    if as_of is not None and as_of.tzinfo is None:
        raise ValueError("as_of must be an aware datetime")
    opened = SourceFile(file, encoding or source.encoding, told=encoding is not None)
    delimiter = delimiter or source.delimiter
    if sheet is not None and opened.format != "workbook":
        raise ImportRefused(
            "sheet-unknown", "Only a workbook (.xlsx) has sheets.", file=file, hint="Omit --sheet."
        )
    chosen = [] if sheet is None else [sheet]
    way = way_of_reading(organisation, source, opened.encoding, delimiter, *chosen)
    import_ = _Import(
        organisation,
        source,
        opened,
        workspace,
        ledger,
        as_of=as_of.astimezone(UTC) if as_of else None,
        delimiter=delimiter,
        sheet=sheet,
        way=way,
        dry_run=dry_run,
        progress=progress or (lambda doing, fraction: None),
    )
    return import_.run()


@dataclass(frozen=True)
class _Import:
    organisation: Organisation
    source: Source
    file: SourceFile
    workspace: Workspace
    ledger: Ledger
    as_of: datetime | None
    delimiter: str
    sheet: str | None
    way: str
    dry_run: bool
    progress: Progress
    imported_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def run(self) -> Receipt:
        remove_left(self.workspace)
        receipt = self.known_already()
        if receipt is not None:
            return self.recorded(receipt)
        try:
            return self.landed_with(exact=False)
        except StrayMarks:
            return self.landed_with(exact=True)

    def known_already(self) -> Receipt | None:
        """The receipt where the latest landing was of this very file, read in the same way."""
        with self.lock():
            meeting = Meeting(self.organisation, self.source, self.workspace)
            last = meeting.last
            as_of = self.as_of.isoformat() if self.as_of else None
            if (last.get("way"), last.get("as_of")) != (self.way, as_of) or not meeting.aligned:
                return None
            if not is_same_file(self.file.path, self.file.size, last):
                return None
            if not quarantine_holds(self.workspace, self.organisation.id, self.source.name, last):
                return None
            quality = self.known_quality(last)
            if quality is None:
                return None
            landing = Landing(
                new=0,
                changed=0,
                unchanged=last["rows_good"],
                older=last["older"],
                tied=last["tied"],
                respelt=last.get("respelt", 0),
                version=meeting.version,
            )
            moment = datetime.fromisoformat(last["moment"])
            notes = list(last["notes"])
            receipt = self.receipt(last["file"], moment, last["rows_bad"], landing, notes)
            return replace(receipt, quality=quality)

    def known_quality(self, last: dict[str, Any]) -> tuple[Finding, ...] | None:
        """What was counted when this file was last imported, if it was by today's checks."""
        if last.get("checks") != checks_fingerprint(self.source):
            return None
        place = self.ledger, self.organisation.id, self.source.name
        kept = examined_batches(*place, limit=1, of_file=last["file"])
        return findings_of(self.ledger, kept)[0] if kept else None

    def landed_with(self, exact: bool) -> Receipt:
        """Land the file, having parted delimited text exactly or by counting quotation marks."""
        with stage_folder(self.workspace) as folder:
            stage = Stage(folder, self.organisation, self.source)
            try:
                return self.landed_from(stage, exact)
            finally:
                stage.connection.close()

    def landed_from(self, stage: Stage, exact: bool) -> Receipt:
        """Read the file onto the stage, and land what is good of it."""
        name = self.file.path.name
        reader = reader_of(self.file, self.source, self.delimiter, self.sheet, exact=exact)
        stage.read(
            reader.batches(),
            lambda: reader.headings,
            lambda: self.progress(f"reading {name}", self.file.fraction),
        )
        if not stage.rows_read:
            raise ImportRefused(
                "no-rows",
                "The file has no rows.",
                file=self.file.path,
                hint="If nothing was recorded, there is nothing to import.",
            )
        good = stage.finish()
        if self.source.strict and stage.first_bad is not None:
            raise self.refused(stage, stage.first_bad)
        self.progress(f"landing {name}", 0.0)
        quality = self.quality(stage) if good else ()
        with self.lock():
            if not good:
                raise self.nothing_landed(stage)
            receipt = self.land(stage, good, self.notes(reader.headings))
            self.progress(f"landing {name}", 1.0)
            return self.recorded(replace(receipt, quality=quality))

    def quality(self, stage: Stage) -> tuple[Finding, ...]:
        """What the checks find in the file, also beside the files imported before it."""
        limit = min(self.as_of or self.imported_at, self.imported_at) + _CLOCKS_DIFFER
        found = examined(stage, self.organisation, self.source, limit)
        earlier = earlier_findings(
            self.ledger, self.organisation.id, self.source.name, self.file.sha256
        )
        return tuple(compared(found, earlier, self.source.steady))

    def land(self, stage: Stage, good: int, notes: list[str]) -> Receipt:
        """Quarantine first, then the one commit that lands the rows."""
        meeting = Meeting(self.organisation, self.source, self.workspace)
        moment = self.moment(stage, notes)
        notes += odd_time_notes(stage.odd_times())
        notes += _undeclared(undeclared(stage.connection, self.organisation, meeting.spelt))
        reading = Reading(self.file.sha256, self.way, moment)
        if not self.dry_run:
            self.quarantine(stage, moment)
        metadata = {
            "file": self.file.sha256,
            "file_bytes": self.file.size,
            "way": self.way,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "moment": moment.isoformat(),
            "rows_good": good,
            "rows_bad": stage.rows_bad,
            "checks": checks_fingerprint(self.source),
            "notes": notes,
        }
        landing = meeting.land(stage.connection, reading, good, metadata, dry_run=self.dry_run)
        return self.receipt(self.file.sha256, moment, stage.rows_bad, landing, notes)

    def moment(self, stage: Stage, notes: list[str]) -> datetime:
        if self.as_of is not None:
            return self.as_of
        latest = latest_event(stage.connection, self.organisation, self.source)
        if latest is None:
            raise ImportRefused(
                "moment-unknown",
                "No row holds an event time, so the file does not say which moment it shows.",
                file=self.file.path,
                hint="Give --as-of with the time at which it was made.",
            )
        notes += filter(None, [ahead_of_clock(latest, self.imported_at)])
        return latest[0]

    def notes(self, headings: Headings) -> list[str]:
        notes: list[str] = []
        extra = [name for name in headings.extra if name]
        if extra:
            notes.append(f"columns not in the contract, ignored: {_listed(extra)}")
        absent = [n for n in self.source.landed_columns if n not in headings.positions]
        if absent:
            notes.append(f"optional columns the file does not have: {_listed(absent)}")
        return notes

    def quarantine(self, stage: Stage, moment: datetime | None) -> None:
        replace_quarantined(
            stage.connection,
            self.workspace,
            self.organisation.id,
            self.source.name,
            stage.bad_files,
            file_name=self.file.path.name,
            file_sha256=self.file.sha256,
            moment=moment,
            imported_at=self.imported_at,
        )

    def refused(self, stage: Stage, first: BadRow) -> ImportRefused:
        bad, of = f"{stage.rows_bad:,}", f"{stage.rows_read:,}"
        column = f", column {first.column!r}" if first.column else ""
        return ImportRefused(
            "row-refused",
            f"{bad} of {of} rows break{'s' if stage.rows_bad == 1 else ''} the contract, which is "
            f"strict. The first, on line {first.line:,}{column}: {first.reason} ({first.code})",
            file=self.file.path,
            line=first.line,
            hint="Nothing was written. Have the file mended, or leave out strict=True: then such "
            "rows go to quarantine and the others are landed.",
        )

    def nothing_landed(self, stage: Stage) -> NothingLanded:
        if not self.dry_run:
            self.quarantine(stage, self.as_of)
        none = Landing(new=0, changed=0, unchanged=0, older=0, tied=0, respelt=0, version=None)
        receipt = self.receipt(self.file.sha256, self.as_of, stage.rows_bad, none, [])
        return NothingLanded(self.file.path, receipt, stage.first_reasons)

    def receipt(
        self, sha256: str, moment: datetime | None, bad: int, landing: Landing, notes: list[str]
    ) -> Receipt:
        if landing.tied:
            notes = [
                *notes,
                f"{landing.tied:,} rows disagree with rows landed at the same moment; give --as-of",
            ]
        if landing.respelt:
            notes = [
                *notes,
                f"{landing.respelt:,} new rows have keys that are landed in another spelling, as "
                "7, 007 and 7.0 are; each is a case of its own",
            ]
        return Receipt(
            organisation=self.organisation.id,
            source=self.source.name,
            file_name=self.file.path.name,
            file_sha256=sha256,
            file_bytes=self.file.size,
            moment=moment,
            moment_given=self.as_of is not None,
            imported_at=self.imported_at,
            rows_read=landing.new + landing.changed + landing.unchanged + bad,
            rows_new=landing.new,
            rows_changed=landing.changed,
            rows_unchanged=landing.unchanged,
            rows_quarantined=bad,
            rows_older=landing.older,
            contract_fingerprint=self.source.fingerprint,
            landed_version=landing.version,
            notes=tuple(notes),
            dry_run=self.dry_run,
        )

    def recorded(self, receipt: Receipt) -> Receipt:
        """The receipt, once the ledger has it too."""
        if not self.dry_run:
            values: dict[str, Any] = {f.name: getattr(receipt, f.name) for f in fields(receipt)}
            del values["dry_run"], values["quality"]
            values["notes"] = list(receipt.notes)
            record_batch(self.ledger, ImportBatch(**values), recorded_findings(receipt.quality))
        return receipt

    def lock(self) -> AbstractContextManager[None]:
        return source_lock(self.workspace, self.organisation.id, self.source.name)


def _undeclared(found: list[tuple[str, int]]) -> list[str]:
    if not found:
        return []
    spelt = [f"{spelling!r} ({rows:,})" for spelling, rows in found]
    return [f"departments that are not declared: {_listed(spelt)}"]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return printable(", ".join(names[:_LISTED])) + (f" and {more} more" if more > 0 else "")
