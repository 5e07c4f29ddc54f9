"""Checking the examples of a metric as far as that can be done without computing them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import Any

from scorecard.declare.metrics import Example
from scorecard.declare.moments import read_moment
from scorecard.declare.sources import Source
from scorecard.declare.suggest import hint
from scorecard.errors import DeclarationError


def example_mistakes(examples: Iterable[Example], source: Source) -> Iterator[DeclarationError]:
    """`example-invalid` for what cannot be computed, `column-unknown` for a misspelt column."""
    for example in examples:
        place: dict[str, Any] = {"file": example.file, "line": example.line}
        for message in _wrong_arguments(example):
            yield DeclarationError("example-invalid", message, **place)
        if not _are_rows(example.rows):
            yield DeclarationError(
                "example-invalid",
                "The rows of an example are a list of dictionaries, one for each row.",
                hint='Write [{"column": value, …}, …].',
                **place,
            )
            continue
        for name in sorted({name for row in example.rows for name in row}):
            if name not in source.columns:
                yield DeclarationError(
                    "column-unknown",
                    f"The source {source.name!r} has no column {name!r}.",
                    hint=hint(name, source.columns, "It has"),
                    **place,
                )
        for number, row in enumerate(example.rows, start=1):
            for name, value in row.items():
                if value is not None and not isinstance(value, str | int | float | date):
                    yield DeclarationError(
                        "example-invalid",
                        f"Row {number} of the example has {value!r} in {name!r}, which no cell of "
                        "a file can hold.",
                        hint="Write a text, a number, True, False or None.",
                        **place,
                    )


def _wrong_arguments(example: Example) -> Iterator[str]:
    if example.expect is not None and not _is_number(example.expect):
        yield f"An example expects a number or None, not {example.expect!r}."
    if example.within is not None and (not _is_number(example.within) or example.within < 0):
        yield f"within is a number, 0 or more, not {example.within!r}."
    if example.known_until is not None:
        try:
            read_moment(example.known_until, UTC)
        except (AttributeError, TypeError, ValueError, OverflowError):
            yield (
                "known_until is a moment written like 2026-02-10 or 2026-02-10T17:00, "
                f"not {example.known_until!r}."
            )


def _are_rows(rows: Any) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, dict) and all(isinstance(name, str) for name in row) for row in rows
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
