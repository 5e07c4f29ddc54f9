"""JSON, read object by object: an array of objects, or an object that holds one such array.

Or one object a line, where the file's name says so.

Open311 GeoReport v2 answers are of this form: an array of service requests, or an object whose
`service_requests` is one (http://wiki.open311.org/GeoReport_v2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from scorecard.declare.organisation import fold
from scorecard.declare.sources import Source
from scorecard.errors import ImportRefused
from scorecard.observe.batches import BrokenRow, PendingBatch, RawBatch
from scorecard.observe.files import SourceFile
from scorecard.observe.headings import Headings, found_parts, parts, require
from scorecard.observe.json_lines import json_lines
from scorecard.observe.json_text import JsonText, Twice, plain_text

# A batch holds no more rows than this, and little more text.
_ROWS, _LETTERS = 20_000, 16 << 20
_Plan = list[tuple[str, str]]


class JsonReader:
    """The rows of a JSON file under a contract. `headings` are complete when all rows are read.

    Without `whole` the rows are some of a file's, which may lack any column.

    Reading raises ImportRefused `json-invalid`, `json-shape`, `line-too-long`, `column-missing`,
    and what reading the file raises.
    """

    def __init__(self, file: SourceFile, source: Source, *, whole: bool = True) -> None:
        self._file = file
        self._whole = whole
        self._source = source
        landed = source.landed_columns.items()
        self._columns = [part for name, column in landed for part in parts(name, column)]
        self._found: dict[str, str] = {}
        self._extra: dict[str, None] = {}
        self._plans: dict[tuple[str, ...], _Plan | None] = {}

    @property
    def headings(self) -> Headings:
        """The names found so far."""
        positions = {column: index for index, column in enumerate(self._found)}
        return Headings(tuple(self._found.values()), positions, tuple(self._extra))

    def batches(self) -> Iterator[PendingBatch]:
        """All objects of the array, some thousands at a time."""
        gathered, any_rows = _Gathered(self._columns), False
        # One that holds no object at all is no JSON Lines: its lines say so, not a missing column.
        any_object = self._file.format != "json-lines"
        for found in self._records():
            any_rows = True
            if isinstance(found, BrokenRow):
                gathered.broken.append(found)
                gathered.letters += len(found.raw)
            else:
                self._take(gathered, *found)
                gathered.letters += len(found[2])
                any_object = any_object or isinstance(found[1], dict)
            rows = len(gathered.lines) + len(gathered.broken)
            if rows >= _ROWS or gathered.letters >= _LETTERS:
                yield gathered.batch
                gathered = _Gathered(self._columns)
        if self._whole and any_object and any_rows:
            require(self._source, set(self._found), list(self._extra), self._file.path, None)
        if any_rows:
            yield gathered.batch

    def _take(self, gathered: _Gathered, line: int, value: Any, raw: str) -> None:
        if not isinstance(value, dict):
            reason = "The row is no JSON object."
            gathered.broken.append(BrokenRow(line, "row-not-object", reason, raw))
            return
        names = tuple(value)
        if names not in self._plans:
            if len(self._plans) > 10_000:
                self._plans.clear()
            self._plans[names] = self._plan(names)
        plan = self._plans[names]
        if plan is None or isinstance(value, Twice):
            reason = "The row has a name twice."
            gathered.broken.append(BrokenRow(line, "field-duplicate", reason, raw))
            return
        texts = {column: plain_text(value[name]) for column, name in plan}
        try:
            "".join(text for text in texts.values() if text).encode()
        except UnicodeEncodeError:
            reason = "A text holds half of a surrogate pair."
            gathered.broken.append(BrokenRow(line, "text-control", reason, raw))
            return
        gathered.lines.append(line)
        gathered.raws.append(raw)
        for column, values in gathered.values.items():
            values.append(texts.get(column))

    def _plan(self, names: tuple[str, ...]) -> _Plan | None:
        folded: dict[str, list[str]] = {}
        for name in names:
            folded.setdefault(fold(name), []).append(name)
        plan: _Plan = []
        for column, contract in self._source.landed_columns.items():
            for part, heading in found_parts(column, contract, folded).items():
                if len(folded[heading]) > 1:
                    return None
                plan.append((part, folded[heading][0]))
                self._found.setdefault(part, folded[heading][0])
        taken = {name for _, name in plan}
        self._extra.update((name, None) for name in names if name not in taken)
        return plan

    def _records(self) -> Iterator[tuple[int, Any, str] | BrokenRow]:
        """Line, value and text of each row, in the file's order."""
        return json_lines(self._file) if self._file.format == "json-lines" else self._objects()

    def _objects(self) -> Iterator[tuple[int, Any, str]]:
        text = JsonText(self._file)
        if text.peek() == "[":
            yield from text.elements()
        else:
            yield from self._inside(text)
        text.finish()

    def _inside(self, text: JsonText) -> Iterator[tuple[int, Any, str]]:
        """The elements of the one array of objects within an object."""
        chosen: str | None = None
        for name in text.members():
            if text.peek() == "{" and name == "service_requests":
                yield from self._inside(text)
                chosen = name
            elif text.peek() != "[" or not text.holds_objects():
                text.skip()
            elif chosen is not None:
                raise ImportRefused(
                    "json-shape",
                    f"Both {chosen!r} and {name!r} are arrays of objects.",
                    file=self._file.path,
                    line=text.line,
                    hint="Keep only the array with the records.",
                )
            else:
                chosen = name
                yield from text.elements()
        if chosen is None:
            raise ImportRefused(
                "json-shape",
                "There is no array of objects, neither on the outside nor one level within.",
                file=self._file.path,
                line=1,
                hint="Write the records as [{…}, {…}].",
            )


@dataclass
class _Gathered:
    columns: list[str]
    lines: list[int] = field(default_factory=list[int])
    raws: list[str] = field(default_factory=list[str])
    broken: list[BrokenRow] = field(default_factory=list[BrokenRow])
    letters: int = 0

    def __post_init__(self) -> None:
        self.values: dict[str, list[str | None]] = {column: [] for column in self.columns}

    def batch(self) -> RawBatch:
        table = pa.table({name: pa.array(v, pa.string()) for name, v in self.values.items()})
        raws = self.raws
        lines = np.array(self.lines, dtype=np.int64)
        return RawBatch(table, lines, self.broken, lambda index: raws[index])
