"""One import at a time into a source, over all processes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from scorecard.errors import ImportRefused
from scorecard.workspace import Workspace


@contextmanager
def source_lock(workspace: Workspace, organisation_id: str, source_name: str) -> Iterator[None]:
    """Hold the source for this import; another one waits here. The system frees it at a kill."""
    folder = workspace.landed(organisation_id, source_name).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / f"{source_name}.lock").open("w")
    except OSError as error:
        raise ImportRefused(
            "workspace-unwritable",
            f"The workspace cannot be written: {error.strerror}.",
            file=folder,
            hint="Give a folder that you may write to with --workspace.",
        ) from None
    with held as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
