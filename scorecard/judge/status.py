"""The status of a measurement against its promise: a word, and never a number where none is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from scorecard.errors import JudgeError
from scorecard.judge.gap import Better, gap, noise, service_gap
from scorecard.judge.rounding import half_up
from scorecard.judge.values import known, number


class Status(StrEnum):
    """What a period's service is, held against its expected value. The value is the shown word."""

    MET = "met"
    NEAR = "near"
    MISSED = "missed"
    NO_DATA = "no data"
    TOO_FEW = "too few"
    NOT_COMPLETE = "not complete yet"
    NOT_IN_FORCE = "not in force"

    @property
    def judged(self) -> bool:
        """Whether the service was held against the promise: met, near or missed."""
        return self in _JUDGED


_JUDGED = frozenset({Status.MET, Status.NEAR, Status.MISSED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A status with the gaps behind it, in the metric's unit; None where one side is unknown."""

    status: Status
    gap: float | None
    service_gap: float | None


def judge(
    actual: float | None,
    expected: float | None,
    better: Better,
    *,
    tolerance: float = 0.0,
    n: int = 0,
    min_n: int = 0,
    complete: bool = True,
    decimals: int | None = None,
) -> Judgement:
    """Hold the actual service against the value expected on the first day of the period.

    actual, expected, tolerance   in the metric's unit; `expected` None: no value is in force
    n, min_n                      observations behind `actual`, and the fewest that may be judged
    complete                      the source knows the whole period
    decimals                      the publisher compares after rounding `actual` (half up) to so
                                  many decimals; None compares as computed

    The first that fits: not in force, not complete yet, no data, too few, met (service gap ≥ 0),
    near (≥ −tolerance), missed. The gaps are of the unrounded actual, and are given whenever
    actual and expected are both known: the status says whether they are judged.

    A difference within `noise` is one of arithmetic and does not cost a promise. NaN stands for
    what is missing, as None does. Raises JudgeError: `direction-unknown`, `tolerance-impossible`,
    `values-infinite`, `values-not-numbers`.
    """
    if better not in ("higher", "lower"):
        raise JudgeError("direction-unknown", f"better is higher or lower, not {better!r}.")
    if not 0 <= number(tolerance, "tolerance") < inf:
        raise JudgeError("tolerance-impossible", f"A tolerance is 0 or more, not {tolerance!r}.")
    actual, expected = known(actual, "actual"), known(expected, "expected")
    difference = gap(actual, expected)
    towards = service_gap(difference, better)
    status = _unjudged(actual, expected, n, min_n, complete)
    if status is None:
        assert actual is not None
        assert expected is not None
        compared = actual if decimals is None else half_up(actual, decimals)
        status = _against(compared, expected, better, tolerance)
    return Judgement(status, difference, towards)


def _unjudged(
    actual: float | None, expected: float | None, n: int, min_n: int, complete: bool
) -> Status | None:
    if expected is None:
        return Status.NOT_IN_FORCE
    if not complete:
        return Status.NOT_COMPLETE
    if actual is None:
        return Status.NO_DATA
    return Status.TOO_FEW if n < min_n else None


def _against(actual: float, expected: float, better: Better, tolerance: float) -> Status:
    towards = actual - expected if better == "higher" else expected - actual
    allowance = noise(expected, tolerance)
    if towards >= -allowance:
        return Status.MET
    return Status.NEAR if towards >= -tolerance - allowance else Status.MISSED
