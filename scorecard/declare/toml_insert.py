"""Adding an entry or a list to a TOML text, with every other sign left as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scorecard.declare.toml_lines import Keys, Spans, spans

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


def with_entry(text: str, keys: Keys, entry: Mapping[str, str]) -> str:
    """The valid TOML `text` with `entry` as the last one of the list of tables at `keys`.

    The list has an entry already. The new one is written as the last is: inline in the same line,
    inline on a line of its own, or as a [[table]]. `entry` maps bare keys to values in TOML's
    spelling. Of what was there only a comma may be added to, where the last entry had none.

    Raises KeyError where there is no such list.
    """
    found = spans(text)
    if keys in found.values:
        return _in_array(text, found, keys, inline(entry))
    return _as_table(text, found, keys, entry)


def with_list(
    text: str, table: Keys, keys: Sequence[str], entries: Sequence[Mapping[str, str]]
) -> str:
    """The valid TOML `text` with a new list of inline tables at `keys` inside the table `table`.

    Nothing is there at `keys` yet, which are two or more bare keys; what of them is there already
    is a table. Where that, or `table` itself, is inline, so is the list; else it comes under
    a header of its own behind all that belongs to `table`. Raises KeyError without such a `table`.
    """
    found = spans(text)
    for depth in reversed(range(len(keys))):
        inside = (*table, *keys[:depth])
        if inside in found.values:
            many = ", ".join(map(inline, entries))
            return _in_table(text, found, inside, f"{'.'.join(keys[depth:])} = [{many}]")
    own = [path for path in found.tables if path[: len(table)] == table]
    if table not in own:
        raise KeyError(table)
    start, _ = found.headers[table]
    indent = text[text.rfind("\n", 0, start) + 1 : start]
    # The dotted keys of a table stand in it, as do the tables behind it that are part of it.
    last = max(found.tables[path][1] for path in own)
    at = _end_of_line(text, last, len(text))
    at = len(text) if at is None else at
    names = [key for key in table if isinstance(key, str)]
    lines = [
        "",
        f"[{'.'.join([*names, *keys[:-1]])}]",
        f"{keys[-1]} = [",
        *(f"  {inline(entry)}," for entry in entries),
        "]",
    ]
    line_end = _line_end(text, at)
    new = "".join(f"{line_end}{indent if line else ''}{line}" for line in lines)
    return text[:at] + new + text[at:]


def inline(entry: Mapping[str, str]) -> str:
    """The entry as an inline table."""
    return "{ " + ", ".join(f"{key} = {value}" for key, value in entry.items()) + " }"


def _in_table(text: str, found: Spans, keys: Keys, pair: str) -> str:
    """The text with a pair as the last one of an inline table."""
    start, end = found.values[keys]
    ends = [last for path, (_, last) in found.values.items() if path[: len(keys)] == keys != path]
    # The stretch of a bare value has the blanks behind it.
    at = len(text[: max(ends)].rstrip(" \t")) if ends else start + 1
    before = ", " if ends else " "
    after = "" if ends or text[at : end - 1] else " "
    return f"{text[:at]}{before}{pair}{after}{text[at:]}"


def _in_array(text: str, found: Spans, keys: Keys, entry: str) -> str:
    start, end = found.values[keys]
    entries = [found.values[*keys, index] for index in range(_count(found.values, keys))]
    first, last = entries[-1]
    comma = _end_of_gap(text, last)
    has_comma = text[comma] == ","
    edges = [start + 1, *(edge for one in entries for edge in one), end - 1]
    if not any("\n" in text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)):
        return f"{text[:last]}, {entry}{text[last:]}"
    # A remark behind the last entry stays with it.
    at = _end_of_line(text, comma + 1 if has_comma else last, end - 1)
    if at is None:
        at = comma + 1 if has_comma else last
    before = text[text.rfind("\n", 0, first) + 1 : first]
    indent = before if not before.strip() else "  "
    line = f"{_line_end(text, at)}{indent}{entry}"
    if has_comma:
        return f"{text[:at]}{line},{text[at:]}"
    return f"{text[:last]},{text[last:at]}{line}{text[at:]}"


def _as_table(text: str, found: Spans, keys: Keys, entry: Mapping[str, str]) -> str:
    path = (*keys, _count(found.tables, keys) - 1)
    start, end = found.headers[path]
    at = _end_of_line(text, found.tables[path][1], len(text))
    at = len(text) if at is None else at
    before = text[text.rfind("\n", 0, start) + 1 : start]
    lines = [text[start:end], *(f"{key} = {value}" for key, value in entry.items())]
    line_end = _line_end(text, at)
    return text[:at] + line_end + "".join(line_end + before + line for line in lines) + text[at:]


def _count(found: Mapping[Keys, object], keys: Keys) -> int:
    count = 0
    while (*keys, count) in found:
        count += 1
    if not count:
        raise KeyError(keys)
    return count


def _end_of_gap(text: str, at: int) -> int:
    match = _GAP.match(text, at)
    assert match is not None
    return match.end()


def _end_of_line(text: str, at: int, until: int) -> int | None:
    """Where the line that `at` stands on ends, before its line end; None: not before `until`."""
    found = text.find("\n", at, until)
    if found < 0:
        return None
    return found - 1 if found > at and text[found - 1] == "\r" else found


def _line_end(text: str, at: int) -> str:
    """The line end in use there."""
    near = text.find("\n", at)
    near = text.rfind("\n", 0, at) if near < 0 else near
    return "\r\n" if near > 0 and text[near - 1] == "\r" else "\n"
