"""The text of an XML file as a stream of rows, with the line of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from scorecard.errors import ImportRefused
from scorecard.observe.batches import LONGEST_ROW
from scorecard.observe.files import SourceFile
from scorecard.observe.json_text import Twice

_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
# How deep elements may lie within a row, and how many empty ones may come before the first row.
_DEEPEST, _WAITING = 50, 10_000
# What stands beside elements within one element, and its name where the element has both.
_TEXT = "#text"
Row = tuple[int, dict[str, Any]]


class XmlText:
    """The rows of an XML file: the elements of one name within the outermost that hold elements.

    Names are without prefixes. The value of an element that holds only text is its text, and its
    attributes are left aside; of one that is empty or marked `xsi:nil`, None; of one that holds
    elements, an object of them and its attributes, as JSON would have it. A row's own attributes
    are values like the elements within. Beside rows, elements that hold no elements (a count, a
    time) are passed over.

    Nothing is fetched or replaced: a document type, and with it every entity, is refused.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._letters
        self._row: str | None = None
        # Elements of the outermost that hold nothing: of what name and line, until rows are known.
        self._empty: list[tuple[str, int]] = []
        self._outermost = False
        # The elements that are open, the row's first.
        self._open: list[_Element] = []
        self._line, self._begun = 1, 0
        self._ready: list[Row] = []

    def rows(self) -> Iterator[Row]:
        """Line and values of each row. A `Twice` has a name twice.

        Raises ImportRefused `xml-invalid` with line and column, `xml-doctype`,
        `xml-shape`, `line-too-long`, and what reading the file raises.
        """
        fed = 0
        for chunk in self._file.chunks():
            self._parse(chunk, last=False)
            fed += len(chunk)
            # A name or an attribute is handed over only when it has come to its end.
            if fed - max(self._parser.CurrentByteIndex, self._begun) > LONGEST_ROW + len(chunk):
                raise self._too_long()
            yield from self._taken()
        self._parse(b"", last=True)
        yield from self._taken()
        if self._row is None:
            raise self._shape("No element within the outermost holds elements.", 1)

    def _taken(self) -> list[Row]:
        ready, self._ready = self._ready, []
        return ready

    def _parse(self, chunk: bytes, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise ImportRefused(
                "xml-invalid",
                f"This is not valid XML: {expat.ErrorString(error.code)}.",
                file=self._file.path,
                line=error.lineno,
                column=error.offset + 1,
                hint="Fetch the file again, or correct it there.",
            ) from None

    def _doctype(self, *_: object) -> None:
        raise ImportRefused(
            "xml-doctype",
            "The file declares a document type, which could name other files or grow without end.",
            file=self._file.path,
            line=self._parser.CurrentLineNumber,
            hint="Take out <!DOCTYPE …>. If the file is a web page, fetch the records instead.",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._outermost:
            self._outermost = True
            return
        if not self._open:
            self._line = self._parser.CurrentLineNumber
            self._begun = self._parser.CurrentByteIndex
        if len(self._open) > _DEEPEST:
            raise self._shape(f"Elements lie more than {_DEEPEST} deep in one another.")
        self._check_length()
        self._open.append(_Element(_local(name), attributes))

    def _letters(self, text: str) -> None:
        if self._open:
            self._check_length()
            self._open[-1].text.append(text)

    def _end(self, name: str) -> None:
        if not self._open:
            return
        element = self._open.pop()
        if self._open:
            self._open[-1].hold(element.name, element.value())
            return
        self._begun = self._parser.CurrentByteIndex
        if element.is_row():
            if self._row is None:
                self._row = element.name
                self._ready += [(line, {}) for empty, line in self._empty if empty == self._row]
                self._empty = []
            elif self._row != element.name:
                raise self._shape(f"Both <{self._row}> and <{element.name}> hold elements.")
            self._ready.append((self._line, element.fields()))
        elif element.name == self._row:
            self._ready.append((self._line, {}))
        elif self._row is None and not element.has_text():
            self._empty.append((element.name, self._line))
            if len(self._empty) > _WAITING:
                raise self._shape("No element within the outermost holds elements.")

    def _check_length(self) -> None:
        if self._parser.CurrentByteIndex - self._begun > LONGEST_ROW:
            raise self._too_long()

    def _too_long(self) -> ImportRefused:
        return ImportRefused(
            "line-too-long",
            f"One element within the outermost is longer than {LONGEST_ROW >> 20} MiB.",
            file=self._file.path,
            line=self._line,
            hint="Rows must be the elements right within the outermost one.",
        )

    def _shape(self, message: str, line: int | None = None) -> ImportRefused:
        return ImportRefused(
            "xml-shape",
            message,
            file=self._file.path,
            line=line or self._line,
            hint="Write the records as <rows><row><name>…</name></row>…</rows>.",
        )


class _Element:
    """An element that is being read."""

    __slots__ = ("held", "name", "nil", "own", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.nil = attributes.get(f"{_SCHEMA} nil", "").strip() in ("true", "1")
        # Those of a namespace speak to programs: where the schema lies, which language it is.
        self.own = {key: value for key, value in attributes.items() if " " not in key}
        self.text: list[str] = []
        self.held: dict[str, list[Any]] = {}

    def hold(self, name: str, value: Any) -> None:
        """Take an element that was read within this one."""
        self.held.setdefault(name, []).append(value)

    def has_text(self) -> bool:
        """Whether there is more than white space in it."""
        return any(piece.strip() for piece in self.text)

    def is_row(self) -> bool:
        """Whether it holds elements, or attributes and nothing else."""
        return bool(self.held or (self.own and not self.has_text()))

    def value(self) -> Any:
        """None, its text, or an object of what it holds."""
        if self.nil:
            return None
        if not self.is_row():
            return "".join(self.text).strip() or None
        made: dict[str, Any] = dict(self.own)
        for name, values in self.held.items():
            values = [made[name], *values] if name in made else values
            made[name] = values[0] if len(values) == 1 else values
        if self.has_text():
            made[_TEXT] = "".join(self.text).strip()
        return made

    def fields(self) -> dict[str, Any]:
        """The values of a row by name; a `Twice` where a name comes twice."""
        made = {**self.own, **{name: values[-1] for name, values in self.held.items()}}
        count = len(self.own) + sum(map(len, self.held.values()))
        return made if len(made) == count else Twice(made)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
