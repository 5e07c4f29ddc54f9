"""A drafted source as the text of a sources.py, with what it rests on as comments."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from scorecard.declare.sources import ColumnContract

_WIDTH = 100


@dataclass
class DraftColumn:
    """A column that a file has, under the name and with the contract guessed for it.

    `notes` say what was found; what is a guess says so.
    """

    name: str
    contract: ColumnContract
    notes: list[str] = field(default_factory=list[str])


@dataclass
class DraftSource:
    """A source guessed from a file. Each list of notes stands above what it speaks of.

    `rules` are proposed as comments: code, column that must not be before, the other, reason, note.
    """

    name: str
    notes: list[str]
    columns: list[DraftColumn]
    key: tuple[str, ...]
    key_notes: list[str]
    department: str | None = None
    department_notes: list[str] = field(default_factory=list[str])
    dimensions: dict[str, str] = field(default_factory=dict[str, str])
    dimension_notes: list[str] = field(default_factory=list[str])
    rules: list[tuple[str, str, str, str, str]] = field(
        default_factory=list[tuple[str, str, str, str, str]]
    )
    encoding: str = "utf-8"
    delimiter: str = ","


def draft_text(draft: DraftSource) -> str:
    """The sources.py. It loads as it is, whatever the file's headings and values hold."""
    kinds = sorted({"source", *(column.contract.type for column in draft.columns)})
    lines = [
        f'"""The records of {draft.name}: a draft, to be read and mended by somebody who knows."""',
        "",
        f"from scorecard import {', '.join(kinds)}",
        "",
        *_comments(draft.notes, ""),
        "source(",
        f"    {_text(draft.name)},",
        "    # What people call it, and where the publisher offers the records:",
        '    # title="",',
        '    # url="",',
    ]
    if draft.encoding != "utf-8":
        lines.append(f"    encoding={_text(draft.encoding)},")
    if draft.delimiter != ",":
        lines.append(f"    delimiter={_text(draft.delimiter)},")
    lines += _comments(draft.key_notes)
    key = [_text(name) for name in draft.key]
    lines.append(f"    key={key[0] if len(key) == 1 else '(' + ', '.join(key) + ')'},")
    lines += _comments(draft.department_notes)
    if draft.department is not None:
        lines.append(f"    department={_text(draft.department)},")
    lines += _comments(draft.dimension_notes)
    if draft.dimensions:
        lines.append("    dimensions={")
        pairs = draft.dimensions.items()
        lines += [f"        {_text(name)}: {_text(column)}," for name, column in pairs]
        lines.append("    },")
    lines.append("    columns={")
    for column in draft.columns:
        lines += _comments(column.notes, "        ")
        lines.append(f"        {_text(column.name)}: {_contract(column.contract)},")
    lines.append("    },")
    if draft.rules:
        lines += _rules(draft)
    return "\n".join([*lines, ")", ""])


def _rules(draft: DraftSource) -> Iterable[str]:
    yield "    # Rules to choose from: a row that breaks one goes to quarantine. To have them, take"
    yield "    # the signs # away and import rule as well:"
    yield "    # rules=["
    for code, later, earlier, reason, note in draft.rules:
        yield from _comments([note], "    #     ")
        yield "    #     rule("
        yield f"    #         {_text(code)},"
        yield f"    #         lambda r: r.{later} >= r.{earlier},"
        yield f"    #         {_text(reason)},"
        yield "    #     ),"
    yield "    # ],"


def _contract(contract: ColumnContract) -> str:
    arguments = [_text(heading) for heading in contract.headings]
    arguments += [f"{word}=True" for word in ("required", "planned") if getattr(contract, word)]
    for word in ("values", "blank", "formats"):
        if getattr(contract, word):
            arguments.append(f"{word}={_texts(getattr(contract, word))}")
    one_line = f"{contract.type}({', '.join(arguments)})"
    if len(one_line) < _WIDTH - 40:
        return one_line
    inner = "".join(f"            {argument},\n" for argument in arguments)
    return f"{contract.type}(\n{inner}        )"


def _comments(notes: Iterable[str], indent: str = "    ") -> list[str]:
    lines: list[str] = []
    for note in notes:
        # A heading or a value may hold anything, and must not end the comment.
        plain = " ".join("".join(c if c.isprintable() else " " for c in note).split())
        wrapped = wrap(plain, _WIDTH - len(indent) - 2, break_on_hyphens=False)
        lines += [f"{indent}# {line}" for line in wrapped]
    return lines


def _texts(values: Iterable[Any]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _text(text: str) -> str:
    """A text in quotes; what a reader cannot see is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        c if c.isprintable() else json.dumps(c)[1:-1] if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
        for c in quoted
    )
