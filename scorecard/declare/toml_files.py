"""Reading TOML declarations, and putting what Pydantic finds wrong with them in plain words."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError

from scorecard.declare.suggest import hint, nearest
from scorecard.declare.text_files import read_text
from scorecard.declare.toml_lines import Keys, locate
from scorecard.errors import DeclarationError, ScorecardError

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class TomlFile:
    """A TOML file that could be read: its data, and its text, for the lines."""

    file: Path
    text: str
    data: dict[str, Any]

    def line(self, *keys: str | int) -> int:
        """The line of the entry at `keys`."""
        return locate(self.text, keys)


def read_toml(file: Path) -> TomlFile:
    """The file's data. Raises a coded error with line and column where it is no TOML."""
    text = read_text(file)
    try:
        return TomlFile(file, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        at = re.match(r"line (\d+), column (\d+)", place)
        raise DeclarationError(
            "toml-invalid",
            f"This is not valid TOML: {message}.",
            file=file,
            line=int(at.group(1)) if at else len(text.splitlines()) or 1,
            column=int(at.group(2)) if at else None,
        ) from None


def validate(
    model: type[_Model], toml: TomlFile, keys: Keys = ()
) -> tuple[_Model | None, list[ScorecardError]]:
    """The entry at `keys` of the file as a model, or the mistakes that keep it from being one.

    Texts are not taken for numbers or dates, nor the other way round. An entry that breaks more
    than one alternative of a union is one mistake.
    """
    data: Any = toml.data
    for key in keys:
        data = data[key]
    mistakes: list[ScorecardError] = [
        DeclarationError(
            "number-not-finite",
            f"{_name(path)} is {value}, which is no number to compare with.",
            file=toml.file,
            line=toml.line(*keys, *path),
        )
        for path, value in _numbers(data)
        if not math.isfinite(value)
    ]
    if mistakes:
        return None, mistakes
    try:
        return model.model_validate(data, strict=True), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        misspelt = _misspelt(errors)
        seen: set[tuple[Keys, str]] = set()
        for one in errors:
            path = _existing(data, one["loc"])
            missing = str(one["loc"][-1]) if one["type"] == "missing" else ""
            if (path, missing) not in seen and one["loc"] not in misspelt:
                seen.add((path, missing))
                mistakes.append(_mistake(model, toml, keys, path, one))
        return None, sorted(mistakes, key=lambda mistake: mistake.line or 0)


def _misspelt(errors: Sequence[Any]) -> set[Keys]:
    """Missing keys that are there after all, under a name near theirs: that is one mistake."""
    missing = [one["loc"] for one in errors if one["type"] == "missing"]
    found: set[Keys] = set()
    for one in errors:
        if one["type"] == "extra_forbidden":
            *parent, written = one["loc"]
            meant = nearest(written, [loc[-1] for loc in missing if [*loc[:-1]] == parent])
            if meant is not None:
                found.add((*parent, meant))
    return found


def _mistake(
    model: type[BaseModel], toml: TomlFile, keys: Keys, path: Keys, error: Any
) -> DeclarationError:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    place: dict[str, Any] = {"file": toml.file, "line": toml.line(*keys, *path)}
    field = next((part for part in reversed(path) if isinstance(part, str)), "")
    if kind == "extra_forbidden":
        names = _fields(model, path[:-1])
        free = [name for name in names if name not in _at(toml, keys, path)]
        near = nearest(str(field), free) or nearest(str(field), names)
        return DeclarationError(
            "key-unknown",
            f"There is no key {field!r} {_inside(path[:-1])}.",
            hint=f"Did you mean {near!r}?" if near else hint(str(field), free, "Free are"),
            **place,
        )
    if kind == "missing":
        return DeclarationError(
            "key-missing", f"The key {error['loc'][-1]!r} is missing {_inside(path)}.", **place
        )
    if kind == "value_error" and field == "time_zone":
        return DeclarationError(
            "time-zone-unknown",
            f"There is no time zone {value!r}.",
            hint=_did_you_mean(str(value), sorted(available_timezones()))
            or "Write an IANA name such as America/New_York.",
            **place,
        )
    if kind == "value_error" and isinstance(value, dict):
        return _contradiction(value, str(context["error"]), place)
    if kind == "greater_than_equal" and field == "tolerance":
        return DeclarationError(
            "tolerance-negative", f"The tolerance is {value:g}; it must be 0 or more.", **place
        )
    if field == "weight" and kind == "greater_than":
        return DeclarationError(
            "weight-not-positive", f"The weight is {value:g}; it must be more than 0.", **place
        )
    if kind == "string_pattern_mismatch":
        return DeclarationError(
            "id-invalid",
            f"{value!r} cannot be an id.",
            hint="Write letters, digits and hyphens, as in public-works.",
            **place,
        )
    if kind == "too_short" and field == "expected":
        return DeclarationError(
            "expected-missing",
            "The list of expected values is empty.",
            hint="Write expected = [{ from = 2026-01-01, at_least = 90 }].",
            **place,
        )
    choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    return DeclarationError(
        "value-invalid",
        f"{_name(path)} {_in_words(kind, context, error['msg'])}; it is {_shown(value)}.",
        hint=_did_you_mean(str(value), choices) or _other_spelling(kind, field, value),
        **place,
    )


def _contradiction(entry: dict[str, Any], message: str, place: dict[str, Any]) -> DeclarationError:
    """Keys of one entry that do not go together, as the models' own checks find them."""
    if "departments" in entry or "department" in entry:
        return DeclarationError(
            "scope-ambiguous",
            "Both department and departments are given.",
            hint="Keep the one that is meant.",
            **place,
        )
    if message.startswith("give either department"):
        return DeclarationError(
            "scope-missing",
            "It is not said who reports the standard.",
            hint='Write department = "…", or departments = "all" or a list.',
            **place,
        )
    if entry.keys() & {"at_most", "at_least", "withdrawn"}:
        return DeclarationError(
            "expected-value-ambiguous", f"It has more than one value: {message}.", **place
        )
    return DeclarationError("expected-value-missing", f"It has no value: {message}.", **place)


_WORDS = {
    "string_type": "must be a text in quotes",
    "float_type": "must be a number without quotes",
    "int_type": "must be a whole number without quotes",
    "bool_type": "must be true or false without quotes",
    "date_type": "must be a day without quotes",
    "time_type": "must be a time without quotes",
    "list_type": "must be a list in [ ]",
    "dict_type": "must be a table in {{ }}",
    "model_type": "must be a table in {{ }}",
    "string_too_short": "must not be empty",
    "too_short": "must have at least one entry",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be {le} or less",
}


def _in_words(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "value_error":
        return f"is refused: {context['error']}"
    words = _WORDS.get(kind)
    return words.format(**context) if words else f"is refused: {message}"


def _other_spelling(kind: str, field: str, value: Any) -> str | None:
    if kind == "list_type" and isinstance(value, dict):
        return f"Write [[{field}]] with double brackets."
    return {
        "date_type": "Write a date such as 2026-07-01.",
        "time_type": "Write a time such as 09:00:00.",
    }.get(kind)


def _did_you_mean(word: str, choices: list[str]) -> str | None:
    near = nearest(word, choices)
    return f"Did you mean {near!r}?" if near else None


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else str(value)


def _name(path: Keys) -> str:
    """`expected[0].at_least`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "The entry"


def _inside(path: Keys) -> str:
    return f"in {_name(path)}" if path else "here"


def _existing(data: Any, location: tuple[str | int, ...]) -> Keys:
    """As much of Pydantic's location as is in the data; the rest names a union's alternatives."""
    path: Keys = ()
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            break
        path = (*path, part)
    return path


def _at(toml: TomlFile, keys: Keys, path: Keys) -> dict[str, Any]:
    data: Any = toml.data
    for part in (*keys, *path[:-1]):
        data = data[part]
    return data


def _fields(model: type[BaseModel], path: Keys) -> list[str]:
    """The keys that the model at `path` inside `model` knows."""
    kind: Any = model
    for part in path:
        kind = _step(kind, part)
    found = next((one for one in _alternatives(kind) if _is_model(one)), None)
    return [field.alias or name for name, field in found.model_fields.items()] if found else []


def _step(kind: Any, part: str | int) -> Any:
    for one in _alternatives(kind):
        if _is_model(one):
            for name, field in one.model_fields.items():
                if part in (name, field.alias):
                    return field.annotation
        elif get_origin(one) in (list, dict):
            return get_args(one)[-1]
    return None


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return (kind,) if _is_model(kind) or get_origin(kind) in (list, dict) else get_args(kind)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _numbers(data: Any, path: Keys = ()) -> Iterator[tuple[Keys, float]]:
    if isinstance(data, float):
        yield path, data
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _numbers(value, (*path, key))
