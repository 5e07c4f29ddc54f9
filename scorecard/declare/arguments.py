"""Checking the kind of what was passed to `source()`, `metric()` and `derived()`.

Python takes any value for any argument, so a number in place of a name would fail much later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from scorecard.declare.metrics import AnyFunction, MetricFunction
from scorecard.declare.python_lines import argument_line
from scorecard.declare.quality import Near, Replace, Steady
from scorecard.declare.sources import ColumnContract, Rule, SourceDeclaration
from scorecard.errors import DeclarationError

_Check = tuple[Callable[[Any], bool], str]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_headings(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) > 1
        and all(map(_is_text, value))
        and len(set(map(str.casefold, value))) == len(value)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_rule(value: Any) -> bool:
    return (
        isinstance(value, Rule)
        and _is_text(value.code)
        and callable(value.function)
        and _is_text(value.reason)
        and isinstance(value.quarantine, bool)
    )


def _is_near(value: Any) -> bool:
    return isinstance(value, Near) and all(map(_is_text, (*value.columns, value.at, value.within)))


def _is_replace(value: Any) -> bool:
    texts = (value.column, value.reason) if isinstance(value, Replace) else (None,)
    return all(map(_is_text, texts)) and all(
        map(_is_text, (text for pair in value.values for text in pair))
    )


def _is_steady(value: Any) -> bool:
    return isinstance(value, Steady) and all(map(_BOUND[0], (value.volume, value.mix)))


def _is_aliases(value: Any) -> bool:
    return all(_is_text(standard) and all(map(_is_text, others)) for standard, others in value)


_TEXT: _Check = (_is_text, "a text")
_TEXT_OR_NONE: _Check = (lambda value: value is None or _is_text(value), "a text")
_TEXTS: _Check = (lambda value: all(map(_is_text, value)), "texts")
_FLAG: _Check = (lambda value: isinstance(value, bool), "True or False")
_BOUND: _Check = (lambda value: value is None or _is_number(value), "a number")

# The directives that both Python and the engines read.
_FORMAT = re.compile(r"(?=.*%)(?:[^%]|%[YymdHIMSfpbBjaAzZ%]|%-[mdHIMSj])+")

_SOURCE: dict[str, _Check] = {
    "name": _TEXT,
    "columns": (lambda value: all(map(_is_text, value)), "columns by their names"),
    "key": _TEXTS,
    "department": _TEXT_OR_NONE,
    "dimensions": (
        lambda value: all(map(_is_text, (*value, *value.values()))),
        "names of columns by names of dimensions",
    ),
    "rules": (
        lambda value: all(map(_is_rule, value)),
        'rules: rule("code", lambda r: …, "reason")',
    ),
    "encoding": _TEXT,
    "delimiter": _TEXT,
    "title": _TEXT_OR_NONE,
    "url": _TEXT_OR_NONE,
    "open311": _FLAG,
    "mends": (
        lambda value: all(map(_is_replace, value)),
        'mends: replace("column", {"wrong": "right"}, reason="…")',
    ),
    "near_duplicates": (
        lambda value: all(map(_is_near, value)),
        'near("column", at="column", within="1 day")',
    ),
    "steady": (_is_steady, "steady(volume=…, mix=…)"),
    "expected_every": _TEXT_OR_NONE,
    "strict": _FLAG,
}
_COLUMN: dict[str, _Check] = {
    "names": (
        lambda value: all(_is_text(name) or _are_headings(name) for name in value),
        "texts, or tuples of different texts that hold a time between them",
    ),
    "values": _TEXTS,
    "blank": _TEXTS,
    "formats": (
        lambda value: all(_is_text(one) and _FORMAT.fullmatch(one) for one in value),
        "a list of strptime patterns such as %m/%d/%Y %I:%M %p",
    ),
    "zone": (lambda value: value in ("local", "utc"), '"local" or "utc"'),
    "unit": _TEXT_OR_NONE,
    "minimum": _BOUND,
    "maximum": _BOUND,
    "aliases": (_is_aliases, "spellings by standard value"),
    "lookup": (
        lambda value: (
            value is None
            # Without a column, rows are counted.
            or all(map(_is_text, (value.source, value.column or "", *value.by)))
        ),
        "names of a source and of columns",
    ),
}
_DERIVED: dict[str, _Check] = {"unit": _TEXT, "better": _TEXT, "title": _TEXT_OR_NONE}
_METRIC: dict[str, _Check] = {"source": _TEXT, "at": _TEXT, **_DERIVED, "approximate": _FLAG}


def source_arguments(declared: SourceDeclaration) -> Iterator[DeclarationError]:
    """One `argument-invalid` for each argument of a source, or of its columns, of a wrong kind."""
    for keyword, value, wanted in _wrong(declared, _SOURCE):
        line = argument_line(declared.file, declared.line, keyword)
        yield _error(declared, line, keyword, value, wanted)
    for name, column in declared.columns.items():
        if isinstance(column, ColumnContract):
            for keyword, value, wanted in _wrong(column, _COLUMN):
                line = argument_line(declared.file, declared.line, "columns", name)
                yield _error(declared, line, f"{keyword} of the column {name!r}", value, wanted)


def metric_arguments(declared: AnyFunction) -> Iterator[DeclarationError]:
    """One `argument-invalid` for each argument of a metric of a wrong kind."""
    checks = _METRIC if isinstance(declared, MetricFunction) else _DERIVED
    for keyword, value, wanted in _wrong(declared, checks):
        line = argument_line(declared.file, declared.line, keyword)
        yield _error(declared, line, keyword, value, wanted)


def _wrong(declared: object, checks: dict[str, _Check]) -> Iterator[tuple[str, Any, str]]:
    for keyword, (fits, wanted) in checks.items():
        value = getattr(declared, keyword)
        if not fits(value):
            yield keyword, value, wanted


def _error(
    declared: SourceDeclaration | AnyFunction, line: int, what: str, value: Any, wanted: str
) -> DeclarationError:
    return DeclarationError(
        "argument-invalid",
        f"The {what} takes {wanted}, not {value!r}.",
        file=declared.file,
        line=line,
    )
