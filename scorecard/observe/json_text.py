"""The text of a JSON file as a stream of members and elements, with the place of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scorecard.errors import ImportRefused
from scorecard.observe.batches import LONGEST_ROW
from scorecard.observe.files import SourceFile

_SPACE = " \t\r\n"
# How much text that has been read may stay before it is let go.
_KEPT = 1 << 20


class Twice(dict[str, Any]):
    """An object in which a name comes twice."""


class _Written(float):
    """A number with fraction or exponent, and how it was written."""

    text: str

    def __new__(cls, text: str) -> _Written:
        number = super().__new__(cls, text)
        number.text = text
        return number


def plain_text(value: Any) -> str | None:
    """A JSON value as text, as a cell of a table would hold it; what is nested stays JSON."""
    match value:
        case None:
            return None
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case _Written():
            return value.text
        case int():
            return str(value)
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Twice(made)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_Written, parse_constant=_no_constant
).raw_decode


def decoded(text: str) -> Any:
    """The value of a JSON text that begins with it. Raises ValueError, RecursionError."""
    value, end = _decode(text)
    if end < len(text):
        raise json.JSONDecodeError("there is more text after the end", text, end)
    return value


class JsonText:
    """A place in the text of a JSON file, which moves forward. It holds a few megabytes at most.

    Every method may raise ImportRefused `json-invalid` with the place, or `line-too-long` where one
    value is longer than a row may be.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._chunks = file.chunks()
        self._text, self._at = "", 0
        # The place of `_counted` in the file.
        self._counted, self._line, self._column = 0, 1, 1

    @property
    def line(self) -> int:
        """The line of the present place."""
        self._count(self._at)
        return self._line

    def peek(self) -> str:
        """The next character that is no white space; empty at the end. It becomes the place."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """The names of the object that begins here; the place is then at the value of each."""
        self._expect("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise self._invalid("a name in quotation marks is expected")
            _, name, _ = self._value()
            self._expect(":")
            self.peek()
            yield name
            if self._expect(",}") == "}":
                return

    def elements(self) -> Iterator[tuple[int, Any, str]]:
        """Line, value and text of each element of the array that begins here."""
        self._expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            self.peek()
            yield self._value()
            if self._expect(",]") == "]":
                return

    def holds_objects(self) -> bool:
        """Whether the array that begins here has an object as its first element, or none."""
        start = self._at
        self._at += 1
        first = self.peek()
        # Text is let go only where a value was read, so the place is still there.
        self._at = start
        return first in ("{", "]")

    def skip(self) -> None:
        """Go past the value that begins here."""
        self._value()

    def finish(self) -> None:
        """Refuse anything but white space after the present place."""
        if self.peek():
            raise self._invalid("there is more text after the end")

    def _value(self) -> tuple[int, Any, str]:
        start = self._at
        while True:
            try:
                value, end = _decode(self._text, start)
                # A number at the end of what was read may go on.
                if end == len(self._text) and self._text[start] not in '{["' and self._more():
                    continue
                break
            except (ValueError, RecursionError) as error:
                if len(self._text) - start <= LONGEST_ROW and self._more():
                    continue
                if len(self._text) - start > LONGEST_ROW and _unfinished(error, self._text):
                    raise ImportRefused(
                        "line-too-long",
                        f"One value is longer than {LONGEST_ROW >> 20} MiB.",
                        file=self._file.path,
                        line=self.line,
                    ) from None
                self._at = getattr(error, "pos", start)
                raise self._invalid(getattr(error, "msg", str(error))) from None
        line, text = self.line, self._text[start:end]
        self._at = end
        if end > _KEPT:
            self._count(end)
            self._text, self._at, self._counted = self._text[end:], 0, 0
        return line, value, text

    def _expect(self, allowed: str) -> str:
        found = self.peek()
        if not found or found not in allowed:
            raise self._invalid(f"expected {' or '.join(allowed)}")
        self._at += 1
        return found

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._text += chunk.decode()
        return True

    def _count(self, position: int) -> None:
        breaks = self._text.count("\n", self._counted, position)
        if breaks:
            self._line += breaks
            self._column = position - self._text.rindex("\n", self._counted, position)
        else:
            self._column += position - self._counted
        self._counted = position

    def _invalid(self, what: str) -> ImportRefused:
        self._count(min(self._at, len(self._text)))
        return ImportRefused(
            "json-invalid",
            f"This is not valid JSON: {what[:1].lower() + what[1:]}.",
            file=self._file.path,
            line=self._line,
            column=self._column,
            hint="Fetch the file again, or correct it there.",
        )


def _unfinished(error: Exception, text: str) -> bool:
    """Whether the decoder ran out of text rather than into a mistake."""
    return getattr(error, "pos", 0) >= len(text) - 1 or "Unterminated" in str(error)
