"""Rounding for display that never contradicts the status beside it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from scorecard.judge.gap import noise

# Decimals shown where nothing asks for more.
_DECIMALS = {"percent": 1, "count": 0, "number": 2, "seconds": 0}
_OTHER = 1
# A double holds 15 to 17 significant digits; more decimals than this tell nothing.
_MOST = 15
# The largest double has 309 digits before the point.
_EXACT = Context(prec=400)


def half_up(value: float, decimals: int) -> float:
    """`value` rounded to `decimals`, halves away from zero, as people and publishers round.

    It is the number as written (the shortest decimal that names the double) that is rounded, so
    2.675 gives 2.68, where rounding its binary value would give 2.67.
    """
    return float(_half_up(value, decimals))


def shown(
    value: float | None,
    unit: str,
    expected: float | None = None,
    status: str | None = None,
    *,
    tolerance: float = 0.0,
    decimals: int | None = None,
    signed: bool = False,
) -> str:
    """The number as text, without its unit; "–" where it is unknown.

    Starts at the decimals usual for `unit` (percent 1, count and seconds 0, number 2, others 1) and
    adds more until the text agrees with `status` ("met", "near", "missed"; any other is no claim):
    89.96 against 90, missed, is shown as 89.96 and not as 90.0. A missed or near value never falls
    on or across the expected value, a met one never across it, and none moves between near and
    missed at `tolerance`.

    decimals   the precision at which the publisher compares (see `judge`); never more are shown
    signed     a plus sign before what is above zero; for a gap, hand in `expected=0`
    """
    if value is None:
        return "–"
    exact = Decimal(repr(float(value))) if decimals is None else _half_up(value, decimals)
    most = _MOST if decimals is None else decimals
    start = min(_DECIMALS.get(unit, _OTHER), most)
    for places in range(start, most + 1):
        rounded = _half_up(exact, places)
        if _agrees(rounded, exact, expected, status, tolerance):
            return _text(rounded, signed)
    return _text(exact, signed)


def _agrees(
    rounded: Decimal, exact: Decimal, expected: float | None, status: str | None, tolerance: float
) -> bool:
    """Whether the rounded number, judged, would have the status of the exact one."""
    if expected is None or status not in ("met", "near", "missed"):
        return True
    allowance = noise(expected, tolerance)
    before, after = float(exact) - expected, float(rounded) - expected
    if abs(after) <= allowance:
        return status == "met"
    if abs(before) <= allowance or (before > 0) != (after > 0):
        return False
    return status == "met" or (abs(after) <= tolerance + allowance) == (status == "near")


def _half_up(value: float | Decimal, decimals: int) -> Decimal:
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise ValueError(f"only a finite number can be rounded, not {value!r}")
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, context=_EXACT)


def _text(number: Decimal, signed: bool) -> str:
    if not number:
        number = abs(number)  # no "-0.0"
    sign = "+" if signed and number > 0 else ""
    return f"{sign}{number:,f}"
