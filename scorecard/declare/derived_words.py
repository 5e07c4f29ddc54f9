"""The words of derived metrics: quotients for every so many, windows, and earlier periods."""

from __future__ import annotations

from math import isfinite

from scorecard.declare.derived import (
    ChangePercent,
    Combined,
    Formula,
    Previous,
    Quotient,
    Rolling,
    require_amounts,
)
from scorecard.errors import DeclarationError

# As many as a scan has at most: a longer look back finds nothing.
_MOST_PERIODS = 5000


def per(top: Formula, bottom: Formula, every: float) -> Quotient:
    """How much of `top` there is for every so many of `bottom`: top / bottom times `every`."""
    _require_figure("per()", top)
    _require_figure("per()", bottom)
    require_amounts("per()", top, bottom)
    number = isinstance(every, int | float) and not isinstance(every, bool)
    if not number or not isfinite(every) or every <= 0:
        raise DeclarationError(
            "per-invalid",
            f"per() takes a number above 0 as its every, not {every!r}.",
            hint="Write per(m.a, m.b, 1000) for “for every 1,000”.",
        )
    return Quotient(top, bottom, float(every))


def rolling(figure: Formula, periods: int) -> Rolling:
    """The figure over the `periods` periods that end with this one, from the sums behind it.

    A period without rows adds nothing to its window. As long as fewer periods have been observed
    than the window has, there is no figure.
    """
    _require("rolling()", figure, periods, 2)
    if figure.kind.no_window:
        raise DeclarationError(
            "not-additive",
            f"rolling() adds up periods, which {figure.text} does not allow: "
            f"{figure.kind.no_window}.",
            hint="Windows are of counts, sums, shares, means, ratios and rates.",
        )
    return Rolling(figure, periods)


def previous(figure: Formula, periods: int) -> Previous:
    """The figure of so many periods before. Where that has none, there is none, and never 0."""
    _require("previous()", figure, periods, 1)
    return Previous(figure, periods)


def change(figure: Formula, periods: int) -> Combined:
    """The figure less that of so many periods before, in its unit. None where either is none."""
    _require("change()", figure, periods, 1)
    return Combined("-", figure, Previous(figure, periods))


def change_percent(figure: Formula, periods: int) -> ChangePercent:
    """The change in percent of what the figure was so many periods before.

    None where either figure is none, and where the earlier one is 0 or less.
    """
    _require("change_percent()", figure, periods, 1)
    return ChangePercent(figure, periods)


def _require_figure(word: str, given: object) -> None:
    if not isinstance(given, Formula):
        raise DeclarationError(
            "not-a-figure",
            f"{word} takes the figure of a metric, not {given!r}.",
            hint="Write it with m, as in m.closed_on_time.",
        )


def _require(word: str, figure: object, periods: object, least: int) -> None:
    _require_figure(word, figure)
    number = isinstance(periods, int) and not isinstance(periods, bool) and periods
    if not least <= number <= _MOST_PERIODS:
        raise DeclarationError(
            "periods-invalid",
            f"{word} looks back over a whole number of periods from {least} to {_MOST_PERIODS}, "
            f"not {periods!r}.",
            hint="Write 12 for twelve months, where the standard is by month.",
        )
