"""`scorecard draft-source`: a sources.py drafted from a file, as text or written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from scorecard.declare.draft_text import draft_text
from scorecard.errors import ScorecardError
from scorecard.observe.drafting import drafted
from scorecard.observe.texts import texts_of


def drafted_source(
    file: Path,
    name: str,
    *,
    rows: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> str:
    """The text of a sources.py for the records of a file, from its first `rows` rows or all.

    Raises `id-invalid`, and ImportRefused where the file cannot be read.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ScorecardError(
            "id-invalid",
            f"{name!r} cannot be a source's name.",
            hint="Write lower-case letters, digits and underscores, as in case_files.",
        )
    with texts_of(
        file, rows=rows, encoding=encoding, delimiter=delimiter, sheet=sheet, progress=progress
    ) as texts:
        return draft_text(drafted(texts, name, file))


def write_draft(text: str, file: Path) -> None:
    """Write a draft to a file that is not there yet. Raises `already-there`, `file-unwritable`."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        raise ScorecardError(
            "already-there",
            "There is such a file already, and a draft replaces none.",
            file=file,
            hint="Name another file, and take over what you need.",
        ) from None
    except OSError as error:
        raise ScorecardError(
            "file-unwritable",
            f"The file cannot be written: {error.strerror or error}.",
            file=file,
            hint="Look at the permissions of the folder, and whether it is there.",
        ) from None
