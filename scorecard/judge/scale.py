"""Values on a scale with ends, taken to a line without ends and back."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from scorecard.errors import JudgeError

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """The way from a scale to the whole line (`there`) and back; both are rising.

    low, high  the ends of the scale, in the metric's unit; None where it has none
    inset      how far values are drawn in from the ends, so that those at an end have a place: of
               a scale with two ends the share of it, with one end the distance
    """

    low: float | None
    high: float | None
    inset: float

    def there(self, values: Row) -> Row:
        """log(v/(1-v)) of the share v of a scale with two ends, log of the distance from one.

        An end that no value reached lies infinitely far away.
        """
        with np.errstate(divide="ignore"):
            return self._there(values)

    def _there(self, values: Row) -> Row:
        if self.low is not None and self.high is not None:
            share = (values - self.low) / (self.high - self.low)
            share = share * (1 - 2 * self.inset) + self.inset
            return np.log(share / (1 - share))
        if self.low is not None:
            return np.log(values - self.low + self.inset)
        return values

    def back(self, values: Row) -> Row:
        """What `there` took away, never beyond the scale."""
        if self.low is not None and self.high is not None:
            share = 1 / (1 + np.exp(-np.clip(values, -500, 500)))
            share = np.clip((share - self.inset) / (1 - 2 * self.inset), 0, 1)
            return self.low + share * (self.high - self.low)
        if self.low is not None:
            return self.low + np.maximum(np.exp(np.minimum(values, 500)) - self.inset, 0)
        return values


def line_for(scale: tuple[float, float | None] | None, values: Row) -> Line:
    """The line for seen `values` (no NaN) on a scale from low to high; high None: no upper end.

    Values on a scale with two ends are drawn in by 1/2n of it, v·(n-1)/n + 1/2n, as Smithson and
    Verkuilen (2006), "A Better Lemon Squeezer?", Psychological Methods 11(1), 54-71, where one of
    them lies at an end; with one end by half the smallest distance from it.

    Raises JudgeError: `scale-reversed`, `value-beyond-scale`.
    """
    if scale is None:
        return Line(None, None, 0.0)
    low, high = scale
    if not isfinite(low) or (high is not None and not (isfinite(high) and low < high)):
        raise JudgeError("scale-reversed", f"A scale from {low} to {high} has no room.")
    beyond = values[(values < low) | (values > (np.inf if high is None else high))]
    if len(beyond):
        raise JudgeError(
            "value-beyond-scale",
            f"{beyond[0]:g} lies beyond the scale from {low:g} to {_end(high)}.",
            hint="Correct the scale, or leave it out.",
        )
    if high is not None:
        at_an_end = bool(((values == low) | (values == high)).any())
        return Line(low, high, 1 / (2 * len(values)) if at_an_end else 0.0)
    above = values[values > low] - low
    if len(above) == len(values):
        return Line(low, None, 0.0)
    return Line(low, None, float(above.min()) / 2 if len(above) else 1.0)


def _end(high: float | None) -> str:
    return "no end" if high is None else f"{high:g}"
