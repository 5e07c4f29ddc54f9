"""How sure a status is: whether chance alone could have turned met into missed, or back."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scorecard.errors import JudgeError
from scorecard.judge.gap import Better, noise
from scorecard.judge.intervals import Interval, Limits, Series, aligned
from scorecard.judge.values import known

SURE = 0.95
LIKELY = 0.80


class Confidence(StrEnum):
    """How sure it is that a promise is met or missed. The value is the shown word."""

    SURELY_MET = "surely met"
    LIKELY_MET = "likely met"
    UNCERTAIN = "uncertain"
    LIKELY_MISSED = "likely missed"
    SURELY_MISSED = "surely missed"
    TOO_FEW = "too few"


def confidence_of(
    expected: float | None,
    better: Better,
    sure: Interval | None,
    likely: Interval | None,
    *,
    too_few: bool = False,
) -> Confidence | None:
    """How sure a status is, from the intervals of the actual service.

    expected       what was promised, in the unit of the intervals; None: nothing is judged
    sure, likely   the 95 % and the 80 % interval; None where there are too few values for one
    too_few        there are too few observations to be judged at all

    Surely met: all of the 95 % interval keeps the promise; surely missed: none of it does. Likely:
    the same of the 80 % interval. Otherwise uncertain, and without any interval too few. Better
    service is never less surely met.

    An expected value beyond what can be (over 100 %, a duration below 0) is surely missed or met
    like any other: no interval reaches it. One at the very end (100 %) is never surely met by a
    sample: however many went well, the next may not. As in `judge`, a difference within `noise` is
    one of arithmetic. Raises JudgeError: `direction-unknown`; `values-infinite` and
    `values-not-numbers` for an expected value that is none.
    """
    if better not in ("higher", "lower"):
        raise JudgeError("direction-unknown", f"better is higher or lower, not {better!r}.")
    expected = known(expected, "expected")
    if expected is None:
        return None
    if too_few or (sure is None and likely is None):
        return Confidence.TOO_FEW
    allowance = noise(expected)
    for interval, met, missed in (
        (sure, Confidence.SURELY_MET, Confidence.SURELY_MISSED),
        (likely, Confidence.LIKELY_MET, Confidence.LIKELY_MISSED),
    ):
        if interval is None:
            continue
        ends = [end - expected for end in interval]
        worst, best = ends if better == "higher" else (-ends[1], -ends[0])
        if worst >= -allowance:
            return met
        if best < -allowance:
            return missed
    return Confidence.UNCERTAIN


def confidences(
    expected: Series,
    better: Better,
    sure: Limits,
    likely: Limits,
    too_few: NDArray[np.bool_] | None = None,
) -> NDArray[np.object_]:
    """`confidence_of` for rows of figures in one go; None where no value is expected.

    Raises JudgeError `values-uneven` for rows of unlike length, and as `numbers` does.
    """
    promised, *ends = aligned(
        expected=expected,
        sure_lower=sure.lower,
        sure_upper=sure.upper,
        likely_lower=likely.lower,
        likely_upper=likely.upper,
    )
    allowance = np.maximum(1e-9 * np.abs(promised), 1e-12)
    away = [end - promised for end in ends]
    if better == "lower":
        away = [-away[1], -away[0], -away[3], -away[2]]
    sure_worst, sure_best, likely_worst, likely_best = away
    none = np.isnan(ends[0]) & np.isnan(ends[2])
    found = np.select(
        [
            np.isnan(promised),
            none if too_few is None else none | too_few,
            sure_worst >= -allowance,
            sure_best < -allowance,
            likely_worst >= -allowance,
            likely_best < -allowance,
        ],
        range(6),
        default=6,
    )
    return _WORDS[found]


_WORDS = np.array(
    [
        None,
        Confidence.TOO_FEW,
        Confidence.SURELY_MET,
        Confidence.SURELY_MISSED,
        Confidence.LIKELY_MET,
        Confidence.LIKELY_MISSED,
        Confidence.UNCERTAIN,
    ],
    dtype=object,
)
