"""The receipt of an import: what came in, and what became of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scorecard.errors import ScorecardError
from scorecard.observe.quality.finding import Finding


@dataclass(frozen=True)
class Receipt:
    """What an import did. `rows_read` is the sum of new, changed, unchanged and quarantined.

    file_sha256           of the file as it lies on the disk, in hexadecimal
    file_bytes            its size
    moment                the moment whose state the file shows, in UTC; None where nothing landed
    moment_given          whether it was given with the import
    rows_older            those of `rows_unchanged` whose landed row is of a later moment
    contract_fingerprint  of the source as it was declared
    landed_version        of the landed table after the import; None where there is no table
    notes                 what a person should know, in sentences
    dry_run               whether nothing was written
    quality               what the checks of the file's quality counted
    """

    organisation: str
    source: str
    file_name: str
    file_sha256: str
    file_bytes: int
    moment: datetime | None
    moment_given: bool
    imported_at: datetime
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_quarantined: int
    rows_older: int
    contract_fingerprint: str
    landed_version: int | None
    notes: tuple[str, ...] = ()
    dry_run: bool = False
    quality: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        older = f" ({self.rows_older:,} of them older than what is landed)"
        what = "would be imported into" if self.dry_run else "imported into"
        lines = [
            f"{self.file_name} {what} {self.organisation}/{self.source}",
            f"  {self.rows_read:>12,} rows read",
            f"  {self.rows_new:>12,} new",
            f"  {self.rows_changed:>12,} changed",
            f"  {self.rows_unchanged:>12,} unchanged{older if self.rows_older else ''}",
            f"  {self.rows_quarantined:>12,} quarantined",
        ]
        if self.moment is not None:
            how = "as given" if self.moment_given else "the latest time in the file"
            lines.append(f"  moment   {self.moment:%Y-%m-%d %H:%M:%S} UTC ({how})")
        lines.append(f"  SHA-256  {self.file_sha256}")
        if self.quality:
            lines.append(f"  quality  {self._to_look_at()}")
        lines += [f"  note: {note}" for note in self.notes]
        if self.dry_run:
            lines.append("  dry run: nothing was landed, quarantined or recorded")
        return "\n".join(lines)

    def _to_look_at(self) -> str:
        count = sum(one.notable for one in self.quality)
        if not count:
            return "nothing to look at"
        things = f"{count:,} thing{'' if count == 1 else 's'} to look at"
        return things + ("" if self.dry_run else f"; run: scorecard quality {self.source}")


class NothingLanded(ScorecardError):
    """Every row of a file went to quarantine, and nothing was landed. `receipt` has the counts."""

    def __init__(self, file: Path, receipt: Receipt, reasons: Sequence[str]) -> None:
        count = f"{receipt.rows_read:,} row{'' if receipt.rows_read == 1 else 's'}"
        verb = "would be" if receipt.dry_run else "is"
        super().__init__(
            "nothing-landed",
            f"No row kept the contract; all of the {count} {verb} in quarantine.",
            file=file,
            hint=f"First: {' '.join(reasons)}" if reasons else None,
        )
        self.receipt = receipt
