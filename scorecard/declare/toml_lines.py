"""Where the keys and entries of a TOML file stand, by line and by sign; tomllib does not say.

Only text that tomllib has read without complaint is looked at, so the scanner checks nothing: it
follows keys, tables, arrays and strings, and notes on which line each begins.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import NamedTuple

Keys = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|(?!""").)*"""(?:"{0,2})'
    r"|'''(?:(?!''').)*'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


def locate(text: str, path: Keys) -> int:
    """The line, counted from 1, on which the entry at `path` begins.

    `path` mixes keys and, inside arrays, indexes counted from 0:
    `("standard", 2, "expected", 0, "at_least")`. Where it names something that is not in the file,
    the line of the nearest enclosing entry is given.
    """
    found = lines(text)
    while path and path not in found:
        path = path[:-1]
    return found.get(path, 1)


@lru_cache(maxsize=16)
def lines(text: str) -> dict[Keys, int]:
    """The line of every key, table, array entry and value of a valid TOML text, by its path."""
    return _Scanner(text).scan()


class Spans(NamedTuple):
    """Stretches of a TOML text as (first sign, one past the last), by path.

    values    of every value; arrays and inline tables with their brackets
    tables    of every [table] and [[entry]], from its header to the end of its last own value
    headers   of the headers of those, with their brackets
    """

    values: dict[Keys, tuple[int, int]]
    tables: dict[Keys, tuple[int, int]]
    headers: dict[Keys, tuple[int, int]]


def spans(text: str) -> Spans:
    """The stretches of every value and table of a valid TOML text, whatever its line ends."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.spans


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.line = 1
        self.counted_to = 0
        self.found: dict[Keys, int] = {}
        self.entries: dict[Keys, int] = {}
        self.spans = Spans({}, {}, {})

    def scan(self) -> dict[Keys, int]:
        table: Keys = ()
        self.skip(_SPACE)
        while self.position < len(self.text):
            if self.text.startswith("[[", self.position):
                table = self.header("[[")
            elif self.text[self.position] == "[":
                table = self.header("[")
            else:
                self.pair(table)
                if table:
                    self.spans.tables[table] = (self.spans.tables[table][0], self.position)
            self.skip(_SPACE)
        return self.found

    def header(self, opening: str) -> Keys:
        line, start = self.here(), self.position
        self.position += len(opening)
        keys = self.keys()
        self.position += len(opening)
        path: Keys = ()
        for depth, key in enumerate(keys):
            path = (*path, key)
            self.found.setdefault(path, line)
            if depth == len(keys) - 1 and opening == "[[":
                self.entries[path] = self.entries.get(path, 0) + 1
            if path in self.entries:
                path = (*path, self.entries[path] - 1)
        if opening == "[[":
            self.found[path] = line
        else:
            self.found.setdefault(path, line)
        self.spans.headers[path] = self.spans.tables[path] = (start, self.position)
        return path

    def pair(self, table: Keys) -> None:
        line = self.here()
        path = table
        for key in self.keys():
            path = (*path, key)
            self.found.setdefault(path, line)
        self.position += 1  # the equals sign
        self.skip(_BLANK)
        self.value(path)

    def keys(self) -> list[str]:
        found: list[str] = []
        while True:
            self.skip(_BLANK)
            if self.text[self.position] in "\"'":
                raw = self.take(_STRING)
                found.append(tomllib.loads(f"key = {raw}")["key"])
            else:
                found.append(self.take(_BARE_KEY))
            self.skip(_BLANK)
            if self.text[self.position] != ".":
                return found
            self.position += 1

    def value(self, path: Keys) -> None:
        start = self.position
        match self.text[self.position]:
            case "[":
                self.array(path)
            case "{":
                self.inline_table(path)
            case '"' | "'":
                self.take(_STRING)
            case _:
                self.take(_SCALAR)
        self.spans.values[path] = (start, self.position)

    def array(self, path: Keys) -> None:
        self.position += 1
        index = 0
        self.skip(_SPACE)
        while self.text[self.position] != "]":
            self.found[(*path, index)] = self.here()
            self.value((*path, index))
            index += 1
            self.skip(_SPACE)
            if self.text[self.position] == ",":
                self.position += 1
                self.skip(_SPACE)
        self.position += 1

    def inline_table(self, path: Keys) -> None:
        self.position += 1
        self.skip(_SPACE)
        while self.text[self.position] != "}":
            self.pair(path)
            self.skip(_SPACE)
            if self.text[self.position] == ",":
                self.position += 1
                self.skip(_SPACE)
        self.position += 1

    def here(self) -> int:
        self.line += self.text.count("\n", self.counted_to, self.position)
        self.counted_to = self.position
        return self.line

    def skip(self, pattern: re.Pattern[str]) -> None:
        self.take(pattern)

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        assert match is not None, f"no valid TOML at line {self.here()}"
        self.position = match.end()
        return match.group()
