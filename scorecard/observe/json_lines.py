"""JSON Lines: one object a line (https://jsonlines.org). A broken line costs no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scorecard.errors import ImportRefused
from scorecard.observe.batches import LONGEST_ROW, BrokenRow
from scorecard.observe.files import SourceFile
from scorecard.observe.json_text import decoded

_SPACE = " \t\r"
_SHOWN = 10_000


def json_lines(file: SourceFile) -> Iterator[tuple[int, Any, str] | BrokenRow]:
    """Line, value and text of each line that is JSON, and the lines that are none.

    Lines are parted at line feeds and counted from 1; those with nothing on them count and give
    nothing. Raises ImportRefused `line-too-long`, and what reading the file raises.
    """
    for line, content in _lines(file):
        text = content.decode().strip(_SPACE)
        if not text:
            continue
        try:
            yield line, decoded(text), text
        except (ValueError, RecursionError) as error:
            what, place = str(error), ""
            if isinstance(error, json.JSONDecodeError):
                what, place = error.msg, f" at character {error.pos + 1:,}"
            reason = f"The line is not valid JSON: {what[:1].lower()}{what[1:]}{place}."
            shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
            yield BrokenRow(line, "json-invalid", reason, json.dumps(shown, ensure_ascii=False))


def _lines(file: SourceFile) -> Iterator[tuple[int, bytes]]:
    line, begun = 1, list[bytes]()
    size = 0
    for chunk in file.chunks():
        first, *others = chunk.split(b"\n")
        begun.append(first)
        size += len(first)
        _check_length(file, line, size)
        if not others:
            continue
        yield line, b"".join(begun)
        for whole in others[:-1]:
            line += 1
            _check_length(file, line, len(whole))
            yield line, whole
        line += 1
        begun, size = [others[-1]], len(others[-1])
    _check_length(file, line, size)
    yield line, b"".join(begun)


def _check_length(file: SourceFile, line: int, size: int) -> None:
    if size > LONGEST_ROW:
        raise ImportRefused(
            "line-too-long",
            f"The line is longer than {LONGEST_ROW >> 20} MiB.",
            file=file.path,
            line=line,
            hint="JSON Lines has one object a line; name the file .json if it is one list.",
        )
