"""The lines of a sheet that was filled in: CSV of whatever a spreadsheet has made of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scorecard.errors import AuditError

HEADINGS = ("audit", "sample", "case", "stratum", "criterion", "outcome", "remark")
_QUOTED = 80


@dataclass(frozen=True)
class Row:
    """A line of a sheet, by heading. `line` is the one of the file on which it ends."""

    file: Path
    line: int
    cells: Mapping[str, str]
    places: Mapping[str, int]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")

    def error(
        self, code: str, heading: str, message: str, *, hint: str | None = None
    ) -> AuditError:
        """A refusal with its place."""
        return AuditError(
            code,
            message,
            file=self.file,
            line=self.line,
            column=self.places.get(heading),
            hint=hint or "Correct the line. Nothing of the sheet was recorded.",
        )

    def refuse_elsewhere(self, cycle: str, sample: int) -> None:
        """Refuse a line of another audit or sample; empty marks are taken for this one."""
        for heading, own in (("audit", cycle), ("sample", str(sample))):
            if self[heading].strip() not in ("", own):
                raise self.error(
                    "sheet-elsewhere",
                    heading,
                    f"The line is of {heading} {quoted(self[heading].strip())}, not of {own!r}.",
                )

    def key(self, cases: Container[str]) -> str:
        """The key of a case that is to be examined, with or without the `#` before it."""
        written = self["case"].strip()
        for key in (written.removeprefix("#"), written):
            if key in cases:
                return key
        raise self.error(
            "case-not-drawn",
            "case",
            f"{quoted(written)} is not among the cases to examine.",
            hint="Nobody chooses cases. Where a spreadsheet has rewritten the key, put the # of "
            "the sheet before it again.",
        )


def rows(file: Path, encoding: str) -> Iterator[Row]:
    """The lines of a sheet that are not empty.

    Raises AuditError `sheet-unreadable`, `sheet-heading`, with file and line.
    """
    text = _text(file, encoding)
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    # Both kinds of line end inside a cell are kept as they are.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        headings = [folded(one) for one in next(reader, [])]
        places = {name: place for place, name in enumerate(headings, 1) if name in HEADINGS}
        for name in ("case", "criterion", "outcome"):
            if headings.count(name) != 1:
                raise AuditError(
                    "sheet-heading",
                    f"The sheet has {headings.count(name) or 'no'} columns {name!r}, and needs one."
                    if headings.count(name)
                    else f"The sheet has no column {name!r}.",
                    file=file,
                    line=1,
                    hint=f"The first line has the headings {', '.join(HEADINGS)}.",
                )
        for cells in reader:
            if any(one.strip() for one in cells):
                known = {name: cells[at - 1] for name, at in places.items() if at <= len(cells)}
                yield Row(file, reader.line_num, known, places)
    except csv.Error as error:
        raise AuditError(
            "sheet-unreadable",
            f"The line cannot be read: {error}.",
            file=file,
            line=reader.line_num,
            hint="Save the sheet as CSV once more. Nothing of it was recorded.",
        ) from None


def _text(file: Path, encoding: str) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise AuditError(
            "sheet-unreadable", f"The sheet cannot be opened: {error.strerror}.", file=file
        ) from None
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise AuditError(
            "sheet-unreadable",
            f"There is no encoding {encoding!r}.",
            file=file,
            hint="Name one such as utf-8, utf-16 or cp1252.",
        ) from None
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else len(content)
        raise AuditError(
            "sheet-unreadable",
            f"The sheet is not written in {encoding}.",
            file=file,
            line=content[:start].count(b"\n") + 1,
            hint="Save it as CSV in UTF-8, or name its own with --encoding: a spreadsheet's older "
            "CSV is often in cp1252.",
        ) from None
    if "\0" in text:
        raise AuditError(
            "sheet-unreadable",
            "There is the sign of number 0 in it.",
            file=file,
            line=text[: text.index("\0")].count("\n") + 1,
            hint="Save the sheet as CSV; a workbook is none. UTF-16 is named with --encoding.",
        )
    return text


def quoted(text: str) -> str:
    """A cell in a message: whoever reads it need not read a megabyte."""
    return repr(text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…")


def folded(text: str) -> str:
    """The form in which headings and words are compared: white space single, case aside."""
    return " ".join(text.split()).casefold()
