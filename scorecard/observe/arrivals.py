"""Which files of a folder have arrived whole since it was last looked at."""

from __future__ import annotations

import os
import time
from pathlib import Path

from scorecard.errors import ScorecardError

# What programs call a file that they have not finished, or that is theirs.
_UNFINISHED = (
    *(".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download"),
    *(".swp", ".lock", "~"),
)
_THEIRS = (".", "~", "#")
# A file that nothing was written to for so many seconds counts as whole where one look must do.
STILL = 5.0
_State = tuple[int, int, int]


class Arrivals:
    """Looks at a folder, and tells which files are whole and have not been taken yet.

    Files of the folder itself only; hidden and unfinished ones, by name, are passed over. Nothing
    in the folder is touched.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, _State] = {}
        self._taken: dict[Path, _State] = {}

    def look(self, *, once: bool = False) -> list[Path]:
        """The files to take now, by name: those that were the same when last looked at.

        `once` takes those that nothing was written to for some seconds instead. Raises
        `folder-unreadable`.
        """
        before, self._seen = self._seen, self._states()
        if once:
            still = (time.time() - STILL) * 1e9
            whole = {path for path, state in self._seen.items() if state[2] <= still}
        else:
            whole = {path for path, state in self._seen.items() if before.get(path) == state}
        return sorted(path for path in whole if self._taken.get(path) != self._seen[path])

    def take(self, file: Path) -> None:
        """Tell no more of a file, unless it is another than when it was last looked at."""
        self._taken[file] = self._seen[file]

    def _states(self) -> dict[Path, _State]:
        """Size, time of the last change, and of the last write of anything about each file."""
        states: dict[Path, _State] = {}
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    name = entry.name.lower()
                    if name.startswith(_THEIRS) or name.endswith(_UNFINISHED):
                        continue
                    try:
                        if entry.is_file():
                            found = entry.stat()
                            state = (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
                            states[self.folder / entry.name] = state
                    except FileNotFoundError:
                        continue
        except OSError as error:
            raise ScorecardError(
                "folder-unreadable",
                f"The folder cannot be read: {error.strerror or error}.",
                file=self.folder,
                hint="Name a folder that is there and that you may read.",
            ) from None
        return states
