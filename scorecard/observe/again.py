"""The same file once more: known by its SHA-256, it need not be read into rows again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from scorecard.observe.quarantine import quarantine_count
from scorecard.workspace import Workspace


def is_same_file(path: Path, size: int, last: dict[str, Any]) -> bool:
    """Whether the file is, byte for byte, the one that the latest landing `last` speaks of."""
    if last.get("file_bytes") != size:
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == last.get("file")


def quarantine_holds(
    workspace: Workspace, organisation_id: str, source_name: str, last: dict[str, Any]
) -> bool:
    """Whether quarantine has as many rows of that file as the landing counted."""
    found = quarantine_count(workspace, organisation_id, source_name, str(last.get("file")))
    return found == last.get("rows_bad")
