"""What the methods are handed: numbers in order, some of them missing, none of them infinite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError

Numbers = NDArray[np.float64]


def numbers(values: ArrayLike | Sequence[float | None], name: str = "values") -> Numbers:
    """`values` as one row of doubles, read-only; None and NaN stand for what is missing, as NaN.

    `name` is what the values are called in a refusal. Raises JudgeError: `values-not-numbers` for
    text, dates, truth values, or more than one dimension; `values-infinite` for an infinite one.
    """
    given: NDArray[Any] = np.asarray(values)
    if given.ndim != 1:
        raise JudgeError(
            "values-not-numbers",
            f"{name} must be one row of numbers, not {given.ndim} dimensions.",
        )
    found = np.empty(given.shape)
    if given.dtype.kind in "iuf":
        found[:] = given
    elif given.dtype.kind == "O":
        for place, value in enumerate(given):
            found[place] = np.nan if value is None else _number(value, place, name)
    elif given.size:
        raise _no_number(given[0], 0, name)
    infinite = np.isinf(found)
    if infinite.any():
        raise JudgeError(
            "values-infinite",
            f"{name}[{int(infinite.argmax())}] is infinite.",
            hint="Leave out (None) what could not be measured.",
        )
    found.flags.writeable = False
    return found


def _number(value: object, place: int, name: str) -> float:
    if isinstance(value, bool | np.bool_ | str | bytes):
        raise _no_number(value, place, name)
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise _no_number(value, place, name) from None


def _no_number(value: object, place: int, name: str) -> JudgeError:
    return JudgeError("values-not-numbers", f"{name}[{place}] is {value!r}, which is no number.")
