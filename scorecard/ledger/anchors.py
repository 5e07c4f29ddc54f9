"""The head of the chain of events, kept outside the database: a file to which lines are added.

A line is `seq hash time check`, with one blank between: an event's number and hash, when the line
was written, and SHA-256 of the check of the line before, a blank, and the rest of this line; for
the first line the check before is 64 zeros. So a line that was changed, or taken out between
others, is seen.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from scorecard.errors import LedgerError

BEFORE_THE_FIRST = "0" * 64
_LINE = re.compile(rb"([1-9][0-9]{0,17}) ([0-9a-f]{64}) ([0-9TZ:.-]{20,27}) ([0-9a-f]{64})\n?")
# More than two lines are long, so that the last whole line is in it.
_TAIL = 1_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of a file of anchors. `sound`: whether its check fits it and the line before."""

    file: Path
    line: int
    seq: int
    hash: str
    sound: bool


@dataclass(frozen=True)
class Unreadable:
    """A line that is no anchor. `last`: no line comes after it, and it is not ended."""

    file: Path
    line: int
    last: bool


@contextmanager
def anchoring(file: Path | None) -> Iterator[Callable[[int, str], None]]:
    """Hold the file, and hand out what adds the head of the chain to it; does nothing without one.

    The file is opened before anything is recorded, so that what cannot be anchored is refused
    first. Those who share the file wait here for one another, so its lines are in order.
    Raises LedgerError `anchor-unwritable`.
    """
    if file is None:
        yield lambda _seq, _hash: None
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("ab+")
    except OSError as error:
        raise _unwritable(file, error, "Nothing was recorded") from None
    with opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield lambda seq, hash_: _add(opened, file, seq, hash_)


def anchors_in(file: Path) -> Iterator[Anchor | Unreadable]:
    """The lines of a file of anchors, as they stand. A file that is not there has none.

    What a killed process left of a line is passed over where the next line's check shows that
    nothing is missing between. Raises LedgerError `anchor-unreadable` where it cannot be opened.
    """
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        return
    except OSError as error:
        raise LedgerError(
            "anchor-unreadable",
            f"the file of anchors cannot be read: {error.strerror}.",
            file=file,
            hint="Check its permissions.",
        ) from None
    before, bad = BEFORE_THE_FIRST, list[Unreadable]()
    with opened:
        for number, line in enumerate(opened, start=1):
            found = _LINE.fullmatch(line)
            if found is None:
                bad.append(Unreadable(file, number, last=not line.endswith(b"\n")))
                continue
            seq, hash_, time, check = (part.decode() for part in found.groups())
            sound = check == _check(before, f"{seq} {hash_} {time}")
            if not sound:
                yield from bad
            bad = []
            before = check
            yield Anchor(file, number, int(seq), hash_, sound)
    yield from bad


def _add(opened: BinaryIO, file: Path, seq: int, hash_: str) -> None:
    try:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - _TAIL))
        tail = opened.read()
        whole = [found for line in tail.splitlines() if (found := _LINE.fullmatch(line))]
        before = whole[-1][4].decode() if whole else BEFORE_THE_FIRST
        if whole and (int(whole[-1][1]), whole[-1][2].decode()) == (seq, hash_):
            return
        said = f"{seq} {hash_} {datetime.now(UTC).isoformat(timespec='seconds')[:19]}Z"
        # What a killed process left of a line is ended, and not taken away.
        end = "\n" if tail and not tail.endswith(b"\n") else ""
        opened.write(f"{end}{said} {_check(before, said)}\n".encode())
        opened.flush()
        os.fsync(opened.fileno())
    except OSError as error:
        raise _unwritable(
            file, error, f"Events up to {seq} are recorded, and not anchored"
        ) from None


def _check(before: str, said: str) -> str:
    return hashlib.sha256(f"{before} {said}".encode()).hexdigest()


def _unwritable(file: Path, error: OSError, state: str) -> LedgerError:
    return LedgerError(
        "anchor-unwritable",
        f"the file of anchors cannot be written: {error.strerror}. {state}.",
        file=file,
        hint="Give a workspace that you may write to, then run scorecard verify.",
    )
