"""An entry added to a list in a TOML text: all else stays, sign for sign."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from scorecard.declare.toml_insert import with_entry, with_list
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


ENTRIES = [{"v": "1"}, NEW]
MANY = '{ v = 1 }, { v = 9, t = "a ] , } # b" }'
LISTS = {
    "behind all that belongs to the table": (
        "[[standard]]\nid = 1 # one\n[standard.chart]\nx = 2 # two\n\n[[standard]]\nid = 2\n",
        "[[standard]]\nid = 1 # one\n[standard.chart]\nx = 2 # two\n\nHEADER\n\n[[standard]]\n"
        "id = 2\n",
    ),
    "beside others": (
        "[[standard]]\n[standard.overrides.parks]\nlist = [{ v = 3 }]\n",
        "[[standard]]\n[standard.overrides.parks]\nlist = [{ v = 3 }]\n\nHEADER\n",
    ),
    "beside a dotted one, without a line end": (
        "[[standard]]\noverrides.parks.list = [{ v = 3 }]",
        "[[standard]]\noverrides.parks.list = [{ v = 3 }]\n\nHEADER",
    ),
    "indented, with other line ends": (
        "  [[standard]]\r\n  id = 1\r\n",
        "  [[standard]]\r\n  id = 1\r\n\r\n  [standard.overrides.works]\r\n  list = [\r\n"
        '    { v = 1 },\r\n    { v = 9, t = "a ] , } # b" },\r\n  ]\r\n',
    ),
    "inside an inline table": (
        "[[standard]]\noverrides = { parks = { list = [{ v = 3 }] } } # own\n",
        "[[standard]]\noverrides = { parks = { list = [{ v = 3 }] }, works.list = [MANY] } # own\n",
    ),
    "inside an empty inline table": (
        "[[standard]]\noverrides = {}\n",
        "[[standard]]\noverrides = { works.list = [MANY] }\n",
    ),
    "where the whole table is inline": (
        "standard = [{ id = 1 }, { id = 2 }]\n",
        "standard = [{ id = 1, overrides.works.list = [MANY] }, { id = 2 }]\n",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_new_list_comes_where_the_table_is_written(name: str) -> None:
    text, wanted = LISTS[name]
    header = "[standard.overrides.works]\nlist = [\n  " + MANY.replace("}, {", "},\n  {") + ",\n]"
    wanted = wanted.replace("HEADER", header).replace("MANY", MANY)
    told = with_list(text, ("standard", 0), ("overrides", "works", "list"), ENTRIES)
    assert told == wanted
    before, after = tomllib.loads(text), tomllib.loads(told)
    assert after["standard"][0]["overrides"].pop("works") == {
        "list": [{"v": 1}, {"v": 9, "t": "a ] , } # b"}]
    }
    before["standard"][0].setdefault("overrides", {})
    assert after == before


def test_there_is_no_new_list_in_a_table_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        with_list("[[standard]]\n", ("standard", 1), ("overrides", "works", "list"), ENTRIES)
