"""A tree of causes that somebody wrote into a file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from scorecard.errors import AuditError


def read_tree(file: Path) -> Any:
    """What a file holds: TOML where it is called so, else JSON. Its form is checked by `body_of`.

    Raises AuditError `cause-tree-unreadable`.
    """
    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text) if file.suffix.casefold() == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise AuditError(
            "cause-tree-unreadable",
            f"the tree of causes in {file.name} cannot be read: {why}.",
            hint='Write TOML or JSON with text, and under because the causes behind it: {"text": '
            '"…", "because": [{"text": "…"}]}.',
        ) from None
