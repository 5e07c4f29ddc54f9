"""What can be promised for single cases: "nine in ten are closed within so many days"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr

from scorecard.errors import JudgeError
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.gap import Better
from scorecard.judge.values import number, numbers


@dataclass(frozen=True, slots=True)
class CasePromise:
    """A value that at least `share` of the cases keep, in their unit.

    value    None where there are fewer than `needed` cases
    share    of the cases, and `confidence` that it is no less, both as fractions
    n        cases used; missing ones are left out
    needed   the fewest cases that can bear this share and confidence
    """

    value: float | None
    share: float
    confidence: float
    n: int
    needed: int


def case_promise(
    cases: ArrayLike | Sequence[float | None],
    *,
    better: Better = "lower",
    share: float = 0.9,
    confidence: float = 0.95,
) -> CasePromise:
    """The value that at least `share` of such cases keep, whatever their distribution.

    The r-th best of n cases, r the least with P(B ≤ r − 1) ≥ confidence, B binomial of n and
    `share`: a one-sided tolerance limit. It takes the coming cases to be like these; how much
    months differ from each other is the matter of `promise`.

    Raises JudgeError `direction-unknown`, `share-out-of-range`, `confidence-out-of-range`, and what
    `numbers` raises.
    Source: Wilks, S. S. (1941), "Determination of Sample Sizes for Setting Tolerance Limits",
    Annals of Mathematical Statistics 12(1), 91-96; Hahn and Meeker (1991), "Statistical Intervals".
    """
    confidence_level(confidence)
    if better not in ("higher", "lower"):
        raise JudgeError("direction-unknown", f"better is higher or lower, not {better!r}.")
    share = number(share, "share")
    if not 0 < share < 1:
        raise JudgeError(
            "share-out-of-range", f"share is a fraction between 0 and 1, not {share!r}."
        )
    given = numbers(cases, "cases")
    known = given[~np.isnan(given)]
    n = len(known)
    needed = max(1, ceil(log(1 - confidence) / log(share) - 1e-9))
    value = None
    if n >= needed:
        r = _rank(n, share, confidence)
        place = r - 1 if better == "lower" else n - r
        value = float(np.partition(known, place)[place])
    return CasePromise(value, share, confidence, n, needed)


def _rank(n: int, share: float, confidence: float) -> int:
    """The least r with P(B ≤ r − 1) ≥ confidence; there is one."""
    low, high = 1, n
    while low < high:
        middle = (low + high) // 2
        if bdtr(middle - 1, n, share) >= confidence:
            high = middle
        else:
            low = middle + 1
    return low
