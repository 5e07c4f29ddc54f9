"""Reading the cells of a standards table: days, expected values, ids and scopes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from scorecard.declare.organisation import Organisation, fold
from scorecard.declare.vocabulary import Type

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FISCAL_YEAR = re.compile(r"(\d{4})\s*[-/\N{EN DASH}]\s*(\d{4}|\d{2})")


def text_of(value: Any) -> str:
    """A cell as people read it: no white space around it, whole numbers without `.0`."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    return str(value).strip()


def placeholders(text: str) -> list[str]:
    """The columns a template names: `{column}`."""
    return PLACEHOLDER.findall(text)


def filled(template: str, row: Mapping[str, Any]) -> str | None:
    """The template with the row's values; None where one of them is blank."""
    values = {name: text_of(row.get(name)) for name in placeholders(template)}
    if "" in values.values():
        return None
    return PLACEHOLDER.sub(lambda match: values[match.group(1)], template)


def id_of(template: str, row: Mapping[str, Any]) -> str | None:
    """The id the template gives for a row; None where a value is blank.

    What an id may not hold (slashes, colons …) becomes a hyphen, white space a single blank.
    """
    plain = {
        name: re.sub(r"[^A-Za-z0-9._ -]+", "-", " ".join(text_of(row.get(name)).split()))
        for name in placeholders(template)
    }
    return filled(template, plain)


def first_day(value: Any, organisation: Organisation) -> date | None:
    """The day a cell means: a date, ISO text, or a fiscal year such as 2023-24; None if none.

    An instant with an offset is the day it falls on in the organisation's time zone.
    """
    if isinstance(value, datetime):
        return (value.astimezone(organisation.zone) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    years = _FISCAL_YEAR.fullmatch(text)
    try:
        if years:
            first, second = int(years.group(1)), int(years.group(2))
            follows = second == (first + 1 if second > 99 else (first + 1) % 100)
            return date(first, organisation.fiscal_year_start, 1) if follows else None
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return first_day(instant, organisation)


def number_of(value: Any, scale: float) -> float | None:
    """The number in a cell times `scale`, worked out in decimal so that 0.07 × 100 is 7.

    None where the cell holds no finite number.
    """
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(text_of(value))
    except InvalidOperation:
        return None
    return float(number * Decimal(str(scale))) if number.is_finite() else None


def is_none(value: Any, none: Sequence[str]) -> bool:
    """Whether a cell says "no target": blank, or one of `none` as text or as number."""
    text = text_of(value)
    if not text or fold(text) in {fold(spelling) for spelling in none}:
        return True
    number = number_of(value, 1)
    return number is not None and number in [number_of(spelling, 1) for spelling in none]


def scope_value(text: str, kind: Type) -> str | int | float | bool | None:
    """A text as the value of a column of type `kind`; None where it cannot be one."""
    if kind == "text":
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.casefold())
    number = number_of(text, 1)
    if number is None or kind not in ("integer", "number"):
        return None
    if kind == "integer":
        return int(number) if number.is_integer() else None
    return number
