"""Evidence: the files an audit rests on, each kept once, under the SHA-256 of its content.

An event of the cycle holds a `Reference` to the file; so the chain vouches for the hash, and the
hash for the file. docs/auditing/evidence.md has it in words.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from pydantic import Field

from scorecard.audit.durable import make_folder, onto_disk, whole_file
from scorecard.errors import AuditError, printable
from scorecard.ledger.events import time_text

# A photograph has some 5 MB, a long scan some 50.
LIMIT = 100_000_000
NAME_LENGTH = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PIECE = 1 << 20
# The zones of the world lie 26 hours apart.
_ZONES = timedelta(hours=26)


@dataclass(frozen=True)
class Reference:
    """What an event keeps of a piece of evidence: put `as_json()` into its body as it is.

    sha256       of the content, in hex
    bytes        its length
    name         what the file was called, to show to people; never a path
    dated        the day the evidence is of, ISO: the day of the photograph, the letter, the extract
    brought_at   when it was handed in, as the chain writes times
    brought_by   who handed it in
    """

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]
    name: Annotated[str, Field(min_length=1)]
    dated: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    brought_at: str
    brought_by: str

    def as_json(self) -> dict[str, Any]:
        """The reference as plain data."""
        return asdict(self)


class EvidenceStore:
    """The folder in which evidence lies. `limit`: the most bytes that one file may have."""

    def __init__(self, root: Path, *, limit: int = LIMIT) -> None:
        self.root, self.limit = root, limit

    def keep(
        self,
        source: Path | BinaryIO,
        *,
        dated: date,
        by: str,
        name: str | None = None,
        now: datetime | None = None,
        today: date | None = None,
    ) -> Reference:
        """Keep a file, or what an opened one still holds, and give its reference.

        dated   the day the evidence is of
        by      who brings it
        name    what it was called; the name of the file by default. Only shown
        now     when it is brought (aware); the clock's time by default
        today   the last day that it may be of; by default the day it is somewhere on earth

        When this returns, the file is on the disk, read-only. Content that is here already is kept
        once. It is read piece by piece, so a large file needs no memory. Raises AuditError
        `evidence-empty`, `evidence-too-large`, `evidence-unreadable`, `evidence-date`,
        `evidence-altered` (what is kept under this hash is something else) and
        `evidence-unwritable`; then nothing was kept.
        """
        brought = now or datetime.now(UTC)
        given = source.name if name is None and isinstance(source, Path) else name
        shown = shown_name(given or "")
        latest = today or (brought + _ZONES).astimezone(UTC).date()
        if dated > latest:
            day = today or brought.astimezone(UTC).date()
            raise AuditError(
                "evidence-date",
                f"{shown} is dated {dated.isoformat()}, which is after today, {day.isoformat()}.",
                hint="Give the day the evidence is of, and check the machine's clock.",
            )
        if isinstance(source, Path):
            with _opened(source, shown) as opened:
                size = os.fstat(opened.fileno()).st_size
                if size > self.limit:  # said before a byte of it is read
                    raise self._too_large(shown, f"has {size:,} bytes")
                digest, length = self._keep(opened, shown)
        else:
            digest, length = self._keep(source, shown)
        return Reference(digest, length, shown, dated.isoformat(), time_text(brought), by)

    @contextmanager
    def opened(self, sha256: str) -> Iterator[BinaryIO]:
        """The file of this hash, to read; what is handed out was hashed just before.

        Raises AuditError `evidence-missing` or `evidence-altered`, and `evidence-reference` where
        `sha256` is none.
        """
        path = self.path(sha256)
        try:
            found = _opened(path, sha256, os.O_NOFOLLOW)
        except AuditError as error:
            if not os.path.lexists(path):
                raise _missing(path) from None
            raise _altered(path, error.message) from None
        with found:
            digest, _ = _copied(found, None)
            if digest != sha256:
                raise _altered(path, "its content has another hash.")
            found.seek(0)
            yield found

    def path(self, sha256: str) -> Path:
        """Where the file of this hash lies. Raises AuditError `evidence-reference` for no hash."""
        if not _SHA256.fullmatch(str(sha256)):
            raise AuditError(
                "evidence-reference",
                f"{str(sha256)[:80]!r} is no SHA-256 in hex, so it names no evidence.",
                hint="Run scorecard verify: it tells whether the event was altered.",
            )
        return self.root / sha256[:2] / sha256

    def files(self) -> Iterator[Path]:
        """All that lies in the folder, in order, but for what is just being written."""
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else []:
            if folder != self._incoming:
                real = folder.is_dir() and not folder.is_symlink()
                yield from sorted(folder.iterdir()) if real else [folder]

    @property
    def _incoming(self) -> Path:
        return self.root / "incoming"

    def _keep(self, source: BinaryIO, shown: str) -> tuple[str, int]:
        try:
            with self._arriving() as (file, path):

                def write(piece: bytes) -> None:
                    file.write(piece)
                    if file.tell() > self.limit:
                        raise self._too_large(shown, "has more bytes")

                digest, length = _copied(source, write)
                if not length:
                    raise AuditError(
                        "evidence-empty",
                        f"{shown} has 0 bytes, so it shows nothing. It was not kept.",
                        hint="Look at the file: it may not have been written to its end.",
                    )
                target = self.path(digest)
                make_folder(target.parent)
                if os.path.lexists(target):
                    with self.opened(digest):
                        return digest, length
                os.fchmod(file.fileno(), 0o444)
                onto_disk(file, path, target)
        except OSError as error:
            raise AuditError(
                "evidence-unwritable",
                f"{shown} was not kept: {error.strerror or error}.",
                file=self.root,
                hint="Give a workspace that you may write to, and free space.",
            ) from None
        return digest, length

    @contextmanager
    def _arriving(self) -> Iterator[tuple[BinaryIO, Path]]:
        """A new file to write into. Where nobody else writes, what killed ones left is removed."""
        make_folder(self._incoming)
        descriptor = os.open(self._incoming, os.O_RDONLY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for left in self._incoming.iterdir():
                    left.unlink()
            except BlockingIOError:
                pass
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            with whole_file(self._incoming) as arriving:
                yield arriving
        finally:
            os.close(descriptor)

    def _too_large(self, shown: str, has: str) -> AuditError:
        return AuditError(
            "evidence-too-large",
            f"{shown} {has}, and a piece of evidence may have {self.limit:,}. It was not kept.",
            hint="Bring the pages or the extract that show the point.",
        )


def shown_name(name: str) -> str:
    """A name to show: its last part, signs that steer a screen written out, at most 200 signs."""
    last = " ".join(re.split(r"[/\\]", name)[-1].split())
    text = printable(last)
    if len(text) > NAME_LENGTH:
        text = f"{text[: NAME_LENGTH - 21]}…{text[-20:]}"
    return text if text.strip(".") else "unnamed"


def _opened(path: Path, shown: str, flags: int = 0) -> BinaryIO:
    # Not to wait for a pipe that nobody writes to.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | flags)
    except OSError as error:
        raise _unreadable(shown, f"cannot be read: {error.strerror}.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _unreadable(shown, "is no ordinary file.")
    return os.fdopen(descriptor, "rb")


def _copied(source: BinaryIO, write: Callable[[bytes], None] | None) -> tuple[str, int]:
    """SHA-256 and length of what `source` still holds, which goes to `write` piece by piece."""
    digest, length = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        length += len(piece)
        if write is not None:
            write(piece)
    return digest.hexdigest(), length


def _unreadable(shown: str, why: str) -> AuditError:
    return AuditError(
        "evidence-unreadable", f"{shown} {why}", hint="Give an ordinary file that you may read."
    )


def _missing(path: Path) -> AuditError:
    return AuditError(
        "evidence-missing",
        "the file of this evidence is gone.",
        file=path,
        hint="Take it from a backup; its name is the SHA-256 of its content.",
    )


def _altered(path: Path, why: str) -> AuditError:
    return AuditError(
        "evidence-altered",
        f"this evidence is not what was brought: {why}",
        file=path,
        hint="Keep the file, move it aside, and take the right one from a backup.",
    )
