"""What the methods are handed: numbers in order, some of them missing, none of them infinite."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf, isnan
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.errors import JudgeError

Numbers = NDArray[np.float64]
LARGEST = 1e60
"""The largest size of a value: the products of four of them, summed, still have a double."""


def numbers(values: ArrayLike | Sequence[float | None], name: str = "values") -> Numbers:
    """`values` as one row of doubles, read-only; None and NaN stand for what is missing, as NaN.

    `name` is what the values are called in a refusal. Raises JudgeError: `values-not-numbers` for
    text, dates, truth values, or more than one dimension; `values-infinite` for an infinite one;
    `values-too-large` for one beyond `LARGEST`.
    """
    try:
        given: NDArray[Any] = np.asarray(values)
    except ValueError:
        raise JudgeError(
            "values-not-numbers", f"{name} must be one row of numbers, not rows of unlike length."
        ) from None
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
    large = np.abs(found) > LARGEST
    if large.any():
        raise _too_large(int(large.argmax()), name)
    found.flags.writeable = False
    return found


def _number(value: object, place: int, name: str) -> float:
    if isinstance(value, bool | np.bool_ | str | bytes):
        raise _no_number(value, place, name)
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise _no_number(value, place, name) from None
    except OverflowError:
        raise _too_large(place, name) from None


def number(value: object, name: str) -> float:
    """`value` as one double, which may be NaN or infinite: whoever asks says what that means.

    Raises JudgeError `values-not-numbers` for None, text, a truth value or a row,
    `values-too-large` for a whole number that no double can hold.
    """
    if type(value) is float:
        return value
    if not isinstance(value, bool | np.bool_ | str | bytes | np.ndarray):
        try:
            return float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            pass
        except OverflowError:
            raise JudgeError("values-too-large", f"{name} is too large to reckon with.") from None
    raise JudgeError("values-not-numbers", f"{name} is {value!r}, which is no number.")


def known(value: object, name: str) -> float | None:
    """`value` as one double; None where it is missing (None, NaN).

    Raises JudgeError `values-infinite`, and what `number` raises.
    """
    if value is None:
        return None
    found = number(value, name)
    if isinf(found):
        raise JudgeError("values-infinite", f"{name} is infinite.")
    return None if isnan(found) else found


def whole_number(value: object, name: str) -> int:
    """`value` as it counts or names a place; raises JudgeError `values-not-numbers`."""
    try:
        if not isinstance(value, bool | np.bool_):
            return index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    raise JudgeError("values-not-numbers", f"{name} is {value!r}, which is no whole number.")


def _too_large(place: int, name: str) -> JudgeError:
    return JudgeError(
        "values-too-large",
        f"{name}[{place}] is too large to reckon with: more than {LARGEST:g}.",
        hint="Leave out (None) what could not be measured, or state it in a larger unit.",
    )


def _no_number(value: object, place: int, name: str) -> JudgeError:
    return JudgeError("values-not-numbers", f"{name}[{place}] is {value!r}, which is no number.")
