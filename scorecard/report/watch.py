"""`scorecard watch`: a folder whose new files are imported as they arrive."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from scorecard.declare.sources import Source
from scorecard.errors import ImportRefused, ScorecardError
from scorecard.ledger.batches import has_content
from scorecard.measure.run import measure
from scorecard.observe.arrivals import Arrivals
from scorecard.observe.importing import import_file
from scorecard.observe.receipt import NothingLanded
from scorecard.report.opened import Opened

Tell = Callable[[str], None]
# How long a person waits for the end at most, in seconds.
_NAP = 0.2


class Watch:
    """Imports the new files of a folder into a source, and says what became of each.

    A file is new unless the ledger has a receipt of its content. One that is refused is told to
    `refused`, once, and looked at again only when it has changed. `stopped` is asked between files
    and while waiting.
    """

    def __init__(
        self,
        opened: Opened,
        source: Source,
        folder: Path,
        *,
        measuring: bool,
        told: Tell,
        refused: Tell,
        stopped: Callable[[], bool],
    ) -> None:
        self._opened, self._source = opened, source
        self._arrivals = Arrivals(folder)
        self._measuring = measuring
        self._told, self._refused, self._stopped = told, refused, stopped

    def once(self) -> bool:
        """Import what is there and whole; whether nothing was refused."""
        return self._import(self._arrivals.look(once=True))

    def go_on(self, every: float) -> None:
        """Look at the folder every so many seconds, until stopped."""
        while not self._stopped():
            self._import(self._arrivals.look())
            until = time.monotonic() + every
            while not self._stopped() and time.monotonic() < until:
                time.sleep(min(_NAP, every))

    def _import(self, files: list[Path]) -> bool:
        landed, refused = False, False
        for file in files:
            if self._stopped():
                break
            try:
                landed = self._landed(file) or landed
            except (ImportRefused, NothingLanded) as error:
                if error.code == "workspace-unwritable":
                    # That is no fault of the file.
                    raise
                refused = True
                self._refused(str(error))
            self._arrivals.take(file)
        if landed and self._measuring:
            self._told(self._measured())
        return not refused

    def _landed(self, file: Path) -> bool:
        organisation = self._opened.declarations.organisation
        try:
            with file.open("rb") as content:
                sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        except OSError as error:
            raise ImportRefused(
                "file-unreadable", f"The file cannot be read: {error.strerror}.", file=file
            ) from None
        if has_content(self._opened.ledger, organisation.id, self._source.name, sha256):
            return False
        receipt = import_file(
            organisation, self._source, file, self._opened.workspace, self._opened.ledger
        )
        self._told(str(receipt))
        return True

    def _measured(self) -> str:
        opened = self._opened
        try:
            # What was imported is landed, even where other records live in a database.
            return str(
                measure(opened.declarations, opened.workspace, opened.ledger, engine="duckdb")
            )
        except ScorecardError as error:
            self._refused(str(error))
            return "The files are landed; the measurements are as they were."
