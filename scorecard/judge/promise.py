"""What could be promised from demonstrated performance, and whether what is declared can be kept.

The value is where a coming period will fall with so much confidence: a limit for a single value
(see `prediction`), and not for the mean, which every second period would miss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.gap import Better, noise
from scorecard.judge.normality import constant
from scorecard.judge.prediction import Method, Prediction, beta_binomial, fitting
from scorecard.judge.values import Numbers, number, numbers

# Fewer periods neither show the ups and downs nor that they are steady.
ENOUGH = 12
# A promise is over one that a coming period keeps less surely than the first, and may be under one
# that it keeps more surely than the second.
REALISTIC = (0.8, 0.95)

Scale = tuple[float | None, float | None]


class Call(StrEnum):
    """What a declared promise is, held against demonstrated performance; the shown word."""

    OVER = "over-promise"
    REALISTIC = "realistic"
    UNDER = "under-promise"
    TOO_FEW = "too few"
    NOT_STABLE = "not stable"
    NO_VARIATION = "no variation"
    BEYOND = "beyond the scale"
    NOT_IN_FORCE = "not in force"

    @property
    def judged(self) -> bool:
        """Whether the promise was held against performance: over, realistic or under."""
        return self in (Call.OVER, Call.REALISTIC, Call.UNDER)


@dataclass(frozen=True, slots=True)
class Offer:
    """A value, in the metric's unit, that the next period keeps with this probability.

    None where the values cannot tell: too few of them for so much confidence.
    """

    confidence: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What could be promised, and what the declared value is called.

    call           the word; `call.judged` says whether it judges the declared value
    kept           the probability (0..1) that the next period keeps the declared value, or None
    offers         one for each confidence asked for, in their order; () where nothing can be told
    method         how the next value was predicted, or None
    n, missing     periods used, and periods left out because they are missing
    mean           the mean of the periods used, in the metric's unit
    declared       the declared value that was called
    """

    call: Call
    kept: float | None
    offers: tuple[Offer, ...]
    method: Method | None
    n: int
    missing: int
    mean: float | None
    declared: float | None


def promise(
    values: ArrayLike | Sequence[float | None],
    *,
    better: Better,
    declared: float | None = None,
    tolerance: float = 0.0,
    scale: Scale = (None, None),
    denominators: ArrayLike | Sequence[float | None] | None = None,
    next_denominator: float | None = None,
    stable: bool | None = None,
    confidences: Sequence[float] = (0.8, 0.9, 0.95),
) -> Promise:
    """What the next period would keep with 80, 90 and 95 % confidence, and the call on `declared`.

    values            the metric by period, in its unit: the last stable phase, not what came before
    better            "higher" or "lower"
    declared          the expected value in force; None: none is
    tolerance         in the metric's unit; less than this is no under-promise
    scale             the least and the greatest value there can be: (0, 100) for percentages,
                      (0, None) for durations and counts. No value offered leaves it
    denominators      for a share: the cases of each period, so that chance among few is allowed for
    next_denominator  the cases of the next period; the median of the others unless given
    stable            whether the chart of these values shows no signal; None: nobody has looked

    Method: shares with denominators beta-binomial, other values with two ends beta, values from 0
    on log-normal where that is likelier, all others normal; the order statistic where none of them
    fits 19 values or more.

    Over-promise: the next period keeps it with a probability below 0.8. Under-promise: with more
    than 0.95, and what could be promised with 0.95 is better by more than the tolerance. Realistic:
    all between. Too few: under 12 periods. No variation: values all the same, without denominators.

    Raises JudgeError: `direction-unknown`, `confidence-out-of-range`, `limit-not-finite`,
    `tolerance-impossible`, `values-beyond-scale`, `scale-missing`, `denominators-impossible`, and
    what `numbers` raises.
    """
    _checked(better, declared, tolerance, confidences)
    given = numbers(values)
    _within(given, scale)
    sizes = None if denominators is None else _sizes(denominators, len(given), scale)
    if next_denominator is not None and not (isfinite(next_denominator) and next_denominator >= 1):
        raise JudgeError(
            "denominators-impossible",
            f"The next period has 1 case or more, not {next_denominator}.",
        )
    used = ~np.isnan(given) if sizes is None else ~np.isnan(given) & (sizes > 0)
    known = given[used]
    n, missing = len(known), int((~used).sum())
    mean = _mean(known, None if sizes is None else sizes[used])

    def unknown(call: Call) -> Promise:
        return Promise(call, None, (), None, n, missing, mean, declared)

    if n < ENOUGH:
        return unknown(Call.TOO_FEW)
    if stable is False:
        return unknown(Call.NOT_STABLE)
    if sizes is None and constant(known):
        return unknown(Call.NO_VARIATION)
    found = _Scaled(known, scale, None if sizes is None else sizes[used], next_denominator)
    offers = tuple(Offer(one, found.limit(one, better)) for one in confidences)
    call, kept = _called(found, declared, better, tolerance, scale)
    return Promise(call, kept, offers, found.method, n, missing, mean, declared)


class _Scaled:
    """A prediction in the metric's unit, whose limits stay on its scale."""

    def __init__(
        self, known: Numbers, scale: Scale, sizes: Numbers | None, next_size: float | None
    ) -> None:
        least, greatest = scale
        self.start, self.width = 0.0, 1.0
        self.least = -np.inf if least is None else least
        self.greatest = np.inf if greatest is None else greatest
        if least is not None and greatest is not None:
            self.start, self.width = least, greatest - least
            shares = np.clip((known - least) / self.width, 0, 1)
            if sizes is None:
                self.of: Prediction = fitting(shares, share=True)
            else:
                median = max(1.0, float(np.floor(np.median(sizes))))
                self.of = beta_binomial(shares, sizes, next_size or median)
        else:
            self.of = fitting(known, positive=least == 0 and greatest is None)
        self.method = self.of.method

    def limit(self, confidence: float, better: Better) -> float | None:
        found = self.of.limit(confidence, better)
        if found is None:
            return None
        return float(min(self.greatest, max(self.least, self.start + self.width * found)))

    def kept(self, value: float, better: Better) -> float:
        return self.of.kept((value - self.start) / self.width, better)


def _called(
    found: _Scaled, declared: float | None, better: Better, tolerance: float, scale: Scale
) -> tuple[Call, float | None]:
    if declared is None:
        return Call.NOT_IN_FORCE, None
    if _beyond(declared, scale):
        return Call.BEYOND, None
    kept = found.kept(declared, better)
    if kept < REALISTIC[0]:
        return Call.OVER, kept
    surely = found.limit(REALISTIC[1], better)
    if surely is not None and kept > REALISTIC[1]:
        ahead = surely - declared if better == "higher" else declared - surely
        if ahead > tolerance + noise(declared, tolerance):
            return Call.UNDER, kept
    return Call.REALISTIC, kept


def _beyond(value: float, scale: Scale) -> bool:
    least, greatest = scale
    return (least is not None and value < least) or (greatest is not None and value > greatest)


def _mean(known: Numbers, sizes: Numbers | None) -> float | None:
    if not len(known):
        return None
    return float(known.mean() if sizes is None else known @ sizes / sizes.sum())


def _checked(
    better: Better, declared: float | None, tolerance: float, confidences: Sequence[float]
) -> None:
    if better not in ("higher", "lower"):
        raise JudgeError("direction-unknown", f"better is higher or lower, not {better!r}.")
    for confidence in confidences:
        confidence_level(confidence)
    if declared is not None and not isfinite(number(declared, "declared")):
        raise JudgeError("limit-not-finite", f"The declared value is {declared!r}.")
    if not (isfinite(number(tolerance, "tolerance")) and tolerance >= 0):
        raise JudgeError("tolerance-impossible", f"A tolerance is 0 or more, not {tolerance!r}.")


def _within(given: Numbers, scale: Scale) -> None:
    for place, value in enumerate(given):
        if _beyond(float(value), scale):
            raise JudgeError(
                "values-beyond-scale",
                f"values[{place}] is {value:g}, outside the scale {scale[0]} to {scale[1]}.",
                hint="Leave out (None) what cannot be, or hand in the scale the values have.",
            )


def _sizes(denominators: ArrayLike | Sequence[float | None], length: int, scale: Scale) -> Numbers:
    if None in scale:
        raise JudgeError(
            "scale-missing",
            "Denominators belong to a share, whose scale has two ends.",
            hint="Hand in scale=(0, 100) for percentages.",
        )
    sizes = numbers(denominators, "denominators")
    if len(sizes) != length:
        raise JudgeError(
            "denominators-impossible", f"{length} values have {len(sizes)} denominators."
        )
    if (sizes < 0).any():
        raise JudgeError("denominators-impossible", "A denominator is negative.")
    if ((sizes > 0) & (sizes < 1)).any():
        raise JudgeError("denominators-impossible", "A denominator counts less than one case.")
    return np.nan_to_num(sizes)
