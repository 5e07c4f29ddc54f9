"""What is in quarantine of a source: a count by code, then the rows, as text, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from scorecard.csv_cell import csv_cell
from scorecard.observe.quarantine import QuarantinedRow, quarantine_counts, quarantined
from scorecard.report.opened import Opened
from scorecard.report.text_table import aligned, printable

_HEADINGS = ("file", "line", "column", "code", "reason")
_KEYS = (*_HEADINGS, "key", "row", "file_sha256", "moment", "imported_at")
_SHOWN = 20


@dataclass(frozen=True)
class QuarantineList:
    """Quarantined rows of a source, as asked for.

    counts     how many rows are there, by code, the most frequent first
    rows       the first of them: the latest import first, then by line
    elsewhere  how many rows of the source are in quarantine that were not asked for
    synthetic  whether the organisation is
    """

    source: str
    counts: dict[str, int]
    rows: list[QuarantinedRow]
    elsewhere: int
    synthetic: bool

    @property
    def total(self) -> int:
        """How many rows there are, listed or not."""
        return sum(self.counts.values())


def quarantine_list(
    opened: Opened, source: str, code: str | None, file: str | None, limit: int | None
) -> QuarantineList:
    """The rows in quarantine of a source, with one `code`, of one `file`, at most `limit` listed.

    Of a path in `file` only the last part counts. Raises `source-unknown`.
    """
    name = opened.source(source).name
    organisation = opened.declarations.organisation
    file_name = PurePath(file).name if file else None
    place = opened.workspace, organisation.id, name
    counts = quarantine_counts(*place, file_name=file_name, code=code)
    everything = counts if code is None and file_name is None else quarantine_counts(*place)
    return QuarantineList(
        source=name,
        counts=counts,
        rows=quarantined(*place, file_name=file_name, code=code, limit=limit),
        elsewhere=sum(everything.values()) - sum(counts.values()),
        synthetic=organisation.synthetic,
    )


def rows_listed(format: str, limit: int | None) -> int | None:
    """How many rows a format lists where no limit is given: a table some, the others all."""
    return _SHOWN if limit is None and format == "table" else limit


def written(found: QuarantineList, format: str) -> str:
    """The rows in a format: "table", "json" or "csv"."""
    return {"table": _table, "json": _json, "csv": _csv}[format](found)


def _table(found: QuarantineList) -> str:
    title = found.source + (" (synthetic data)" if found.synthetic else "")
    if not found.total:
        asked = f"; {found.elsewhere:,} not asked for" if found.elsewhere else ""
        return f"{title}: no rows in quarantine{asked}.\n"
    text = [f"{title}: {_rows(found.total)} in quarantine"]
    text += [f"  {count:>12,}  {code}" for code, count in found.counts.items()]
    if found.rows:
        rows = [tuple(map(printable, _cells(row))) for row in found.rows]
        text += ["", *aligned(_HEADINGS, rows, right={"line"})]
    more = found.total - len(found.rows)
    if more:
        text.append(f"{_rows(more)} more; --limit lists them.")
    return "\n".join(text) + "\n"


def _json(found: QuarantineList) -> str:
    made: dict[str, Any] = {
        "source": found.source,
        "total": found.total,
        "counts": found.counts,
        "rows": [_object(row) for row in found.rows],
    }
    if found.synthetic:
        made["synthetic"] = True
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _csv(found: QuarantineList) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    more = {"synthetic": True} if found.synthetic else {}
    writer.writerow((*_KEYS, *more))
    for row in found.rows:
        writer.writerow([csv_cell(value) for value in (_object(row) | more).values()])
    return text.getvalue()


def _object(row: QuarantinedRow) -> dict[str, Any]:
    moment = row.moment.isoformat() if row.moment else None
    file = (row.file_name, row.line, row.column, row.code, row.reason)
    values = (*file, row.key, row.row, row.file_sha256, moment, row.imported_at.isoformat())
    return dict(zip(_KEYS, values, strict=True))


def _cells(row: QuarantinedRow) -> tuple[str, ...]:
    return row.file_name, f"{row.line:,}", row.column or "–", row.code, row.reason


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
