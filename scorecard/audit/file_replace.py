"""A file of declarations replaced whole or not at all, and a folder held meanwhile."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scorecard.errors import AuditError

_DRAFT = ".scorecard-draft-"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder against others who write values into it. The system frees it at a kill.

    What a killed one has left of a file that was not yet in its place is removed.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.rglob(f"{_DRAFT}*"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)


def read(file: Path) -> bytes:
    """The file's content. Raises AuditError `standards-file-unwritable`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unwritable(file, error) from None


def replace(file: Path, expected: bytes, content: bytes) -> None:
    """Write the file's content in one step, if it still is as expected.

    Raises AuditError `standards-file-changed`, `standards-file-unwritable`.
    """
    # The file that a link leads to, not the link.
    file = file.resolve()
    draft = None
    try:
        handle, name = tempfile.mkstemp(prefix=_DRAFT, dir=file.parent)
        draft = Path(name)
        with os.fdopen(handle, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        shutil.copymode(file, draft)
        if file.read_bytes() != expected:
            raise AuditError(
                "standards-file-changed",
                "The file was changed by somebody since this change was planned.",
                file=file,
                hint="Nothing was written. Plan the change again and look at it anew.",
            )
        draft.replace(file)
        draft = None
    except OSError as error:
        raise _unwritable(file, error) from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _unwritable(file: Path, error: OSError) -> AuditError:
    return AuditError(
        "standards-file-unwritable",
        f"The file cannot be written: {error.strerror or error}.",
        file=file,
        hint="Nothing was written. Look at the permissions of the file and its folder.",
    )
