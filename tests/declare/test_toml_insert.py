"""An entry added to a list in a TOML text: all else stays, sign for sign."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from scorecard.declare.toml_insert import with_entry
from scorecard.declare.toml_lines import Keys, spans

NEW = {"v": "9", "t": '"a ] , } # b"'}
EXPECTED: Keys = ("standard", 0, "expected")

CASES = {
    "one line": (
        '[[standard]]\nexpected = [{ v = 1 }] # why\nid = "x"\n',
        '[[standard]]\nexpected = [{ v = 1 }, { NEW }] # why\nid = "x"\n',
    ),
    "one line, blanks and a last comma": (
        "[[standard]]\nexpected = [ { v = 1 } , ]",
        "[[standard]]\nexpected = [ { v = 1 }, { NEW } , ]",
    ),
    "several lines with a last comma": (
        "[[standard]]\nexpected = [\n    { v = 1 }, # first\n    # older ones are gone\n]\n",
        "[[standard]]\nexpected = [\n    { v = 1 }, # first\n    { NEW },\n"
        "    # older ones are gone\n]\n",
    ),
    "several lines without a last comma": (
        "[[standard]]\nexpected = [\n\t{ v = 1 },\n\t{ v = 2 } # last, ] so far\n]\n",
        "[[standard]]\nexpected = [\n\t{ v = 1 },\n\t{ v = 2 }, # last, ] so far\n\t{ NEW }\n]\n",
    ),
    "the comma on a line of its own": (
        "[[standard]]\nexpected = [\n  { v = 1 } # a\n  , # b\n]\n",
        "[[standard]]\nexpected = [\n  { v = 1 } # a\n  , # b\n  { NEW },\n]\n",
    ),
    "the first entry beside the bracket": (
        "[[standard]]\nexpected = [{ v = 1 },\n            { v = 2 }]\n",
        "[[standard]]\nexpected = [{ v = 1 },\n            { v = 2 },\n            { NEW }]\n",
    ),
    "the bracket alone on its line": (
        "[[standard]]\nexpected = [{ v = 1 }\n]\n",
        "[[standard]]\nexpected = [{ v = 1 },\n  { NEW }\n]\n",
    ),
    "a text over two lines is no list over two lines": (
        "[[standard]]\nexpected = [{ v = 1, t = '''a\nb''' }]\n",
        "[[standard]]\nexpected = [{ v = 1, t = '''a\nb''' }, { NEW }]\n",
    ),
    "tables": (
        "[[standard]]\n[[ standard.expected ]]\nv = 1 # one\n\n[[standard]]\nid = 2\n",
        "[[standard]]\n[[ standard.expected ]]\nv = 1 # one\n\n[[ standard.expected ]]\nNEWLINES\n"
        "\n[[standard]]\nid = 2\n",
    ),
    "tables at the end, without a line end": (
        '[[standard]]\n  [[standard."expected"]]\n  v = 1\n  [[standard."expected"]]\n  v = 2',
        '[[standard]]\n  [[standard."expected"]]\n  v = 1\n  [[standard."expected"]]\n  v = 2\n\n'
        '  [[standard."expected"]]\n  NEWLINES',
    ),
    "inside one inline table": (
        "standard = [{ id = 1, expected = [{ v = 1 }] }]\n",
        "standard = [{ id = 1, expected = [{ v = 1 }, { NEW }] }]\n",
    ),
}


def at(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("case", CASES)
def test_only_the_entry_is_added(case: str, ends: str) -> None:
    before, after = CASES[case]
    indent = "\n  " if "\n  NEWLINES" in after else "\n"
    wanted = after.replace("NEWLINES", indent.join(f"{k} = {v}" for k, v in NEW.items()))
    wanted = wanted.replace(
        "{ NEW }", "{ " + ", ".join(f"{k} = {v}" for k, v in NEW.items()) + " }"
    )
    found = with_entry(before.replace("\n", ends), EXPECTED, NEW)
    assert found == wanted.replace("\n", ends)
    read, was = tomllib.loads(found), tomllib.loads(before.replace("\n", ends))
    at(was, EXPECTED).append({"v": 9, "t": "a ] , } # b"})
    assert read == was


def test_it_goes_to_the_list_that_is_meant() -> None:
    text = (
        "[[standard]]\nexpected = [{ v = 1 }]\n[[standard]]\nexpected = [{ v = 2 }]\n"
        "[standard.overrides.parks]\nexpected = [{ v = 3 }]\n"
        "[[standard.overrides.'public works'.expected]]\nv = 4\n"
    )
    for keys in (
        ("standard", 0, "expected"),
        ("standard", 1, "expected"),
        ("standard", 1, "overrides", "parks", "expected"),
        ("standard", 1, "overrides", "public works", "expected"),
    ):
        wanted = tomllib.loads(text)
        at(wanted, keys).append({"v": 9})
        assert tomllib.loads(with_entry(text, keys, {"v": "9"})) == wanted
    with pytest.raises(KeyError):
        with_entry(text, ("standard", 2, "expected"), {"v": "9"})


def test_spans_hold_exactly_what_stands_there() -> None:
    text = 'a = 1 # x\r\n[[t]] # y\r\nb = [ "]", { c = 2 } ]\r\n[t.d]\r\ne = 3\r\n'
    found = spans(text)
    said = {path: text[a:b] for path, (a, b) in found.values.items()}
    assert said["t", 0, "b"] == '[ "]", { c = 2 } ]'
    assert said["t", 0, "b", 1] == "{ c = 2 }"
    assert {path: text[a:b] for path, (a, b) in found.tables.items()} == {
        ("t", 0): '[[t]] # y\r\nb = [ "]", { c = 2 } ]',
        ("t", 0, "d"): "[t.d]\r\ne = 3",
    }
    assert text[slice(*found.headers["t", 0])] == "[[t]]"
