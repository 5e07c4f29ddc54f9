"""Files that are there whole or not at all, also where the machine or the process stops."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in `folder` to write into, and its path; it is gone at the end unless renamed."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            yield opened, path
    finally:
        path.unlink(missing_ok=True)


def onto_disk(file: BinaryIO, path: Path, target: Path) -> None:
    """Write out what `file`, which is at `path`, holds, and give it the name `target`.

    `target` is replaced where it is there, in one step.
    """
    file.flush()
    os.fsync(file.fileno())
    path.replace(target)
    sync_folder(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they outlast a loss of power."""
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
