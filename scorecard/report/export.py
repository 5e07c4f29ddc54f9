"""What leaves a page or a terminal as a file: CSV and JSON of scorecard rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from scorecard.csv_cell import csv_cell
from scorecard.errors import ScorecardError
from scorecard.report.row import ScorecardRow

# The heading of a file without rows; with rows it is their own.
COLUMNS = (
    *("standard", "title", "metric", "department", "department_name", "period", "grain", "unit"),
    *("better", "actual", "expected", "tolerance", "gap", "service_gap", "status", "n"),
    *("numerator", "denominator", "low", "high", "confidence"),
    *("weight", "owner", "complete", "known_at"),
)


def write_export(rows: list[ScorecardRow], file: Path, *, synthetic: bool = False) -> None:
    """Write the rows to a file, as CSV or JSON by its ending, whole or not at all.

    Raises `export-format` for another ending, `export-unwritable` where the file cannot be written.
    """
    forms = {".csv": to_csv, ".json": to_json}
    form = forms.get(file.suffix.lower())
    if form is None:
        raise ScorecardError(
            "export-format",
            f"{file.name!r} ends in neither .csv nor .json.",
            hint="Give the file one of these endings.",
        )
    text = form(rows, synthetic=synthetic)
    with whole_or_not_at_all(file) as out:
        out.write(text)


@contextmanager
def whole_or_not_at_all(file: Path) -> Iterator[TextIO]:
    """A file to write text into, which takes its name when the block has ended well.

    Raises `export-unwritable`.
    """
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as out:
            yield out
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ScorecardError(
            "export-unwritable",
            f"{file} cannot be written: {error.strerror}.",
            hint="Name a file in a folder that you may write to.",
        ) from None
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def to_json(rows: Iterable[ScorecardRow], *, synthetic: bool = False) -> str:
    """The rows as a JSON list of objects; unknown is null. Synthetic rows say so."""
    return (
        json.dumps([_object(row, synthetic) for row in rows], indent=1, ensure_ascii=False) + "\n"
    )


def to_csv(rows: Iterable[ScorecardRow], *, synthetic: bool = False) -> str:
    """The rows as CSV with a heading line: UTF-8, comma, lines ended by CRLF, unknown left empty.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers do not.
    """
    objects = [_object(row, synthetic) for row in rows]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(objects[0] if objects else COLUMNS)
    for each in objects:
        writer.writerow([csv_cell(value) for value in each.values()])
    return written.getvalue()


def _object(row: ScorecardRow, synthetic: bool) -> dict[str, Any]:
    return row.as_json() | ({"synthetic": True} if synthetic else {})
