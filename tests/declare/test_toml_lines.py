from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.declare.toml_lines import lines, locate

TEXT = '''\
# A comment with [brackets] and "quotes"
id = "smallville"   # after a value
note = """
several # no comment
[not.a.table]
lines \\"""
"""
raw = \'\'\'
x = 1
\'\'\'

[calendar]
opens = 09:00:00
holidays = [2026-01-01,
  2026-12-25,  # the second
]

[[standard]]
id = "one"
where = { topic = "Pot, } hole", "odd key" = 'x' }
expected = [
  { from = 2025-07-01, at_most = 5 },
  # between
  { from = 2026-07-01, at_most = 3 },
]
promise.text = "soon"

[standard.overrides.parks]
expected = [{ from = 2026-01-01, at_most = 4 }]

[[standard]]
id = "two"
  [[standard.notes]]
  text = "a"
  [[standard.notes]]
  text = "b"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("id",), 2),
        (("note",), 3),
        (("raw",), 8),
        (("calendar",), 12),
        (("calendar", "opens"), 13),
        (("calendar", "holidays", 1), 15),
        (("standard",), 18),
        (("standard", 0), 18),
        (("standard", 0, "where", "odd key"), 20),
        (("standard", 0, "expected", 0, "at_most"), 22),
        (("standard", 0, "expected", 1), 24),
        (("standard", 0, "expected", 1, "from"), 24),
        (("standard", 0, "promise", "text"), 26),
        (("standard", 0, "overrides", "parks"), 28),
        (("standard", 0, "overrides", "parks", "expected", 0, "at_most"), 29),
        (("standard", 1, "id"), 32),
        (("standard", 1, "notes", 1, "text"), 36),
    ],
)
def test_every_kind_of_entry_has_its_line(path: tuple[str | int, ...], line: int):
    tomllib.loads(TEXT)
    assert locate(TEXT, path) == line


def test_what_is_not_there_has_the_line_of_what_encloses_it():
    assert locate(TEXT, ("standard", 0, "expected", 1, "tolerance")) == 24
    assert locate(TEXT, ("standard", 1, "review", "year")) == 31
    assert locate(TEXT, ("nothing",)) == 1


def test_windows_line_ends_count_once():
    assert locate(TEXT.replace("\n", "\r\n"), ("standard", 1, "id")) == 32


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=5)
SCALARS = st.one_of(
    st.integers(-(2**62), 2**62),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8),
    st.dates(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[ # a list, {\n" + "".join(f"{toml(one)},\n" for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    return (
        json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")
        if text.isascii()
        else ('"' + "".join(f"\\U{ord(sign):08x}" for sign in text) + '"')
    )


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    found = {path} if path else set()
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found |= paths(inner, (*path, key))
    return found


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.dictionaries(KEYS, VALUES, max_size=3))
def test_exactly_the_paths_that_tomllib_reads_have_a_line(
    top: dict[str, Any], last: dict[str, Any]
):
    text = "".join(f"{quoted(key)} = {toml(value)}\n\n" for key, value in top.items())
    if "entry" not in top:
        text += "[[entry]]\n\n[[entry]]\n"
        text += "".join(f"{quoted(key)} = {toml(value)}\n" for key, value in last.items())

    assert set(lines(text)) == paths(tomllib.loads(text))
    for path, line in lines(text).items():
        if len(path) == 1 and path[0] in top:
            assert text.split("\n")[line - 1].startswith(quoted(str(path[0])))
