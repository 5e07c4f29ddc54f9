"""A level of confidence, as every method takes it."""

from __future__ import annotations

from scorecard.errors import JudgeError
from scorecard.judge.values import number


def confidence_level(confidence: float) -> float:
    """`confidence` as it is, a fraction between 0 and 1.

    Raises JudgeError `confidence-out-of-range` for anything else, NaN included,
    `values-not-numbers` for what is no number.
    """
    confidence = number(confidence, "confidence")
    if not 0 < confidence < 1:
        raise JudgeError(
            "confidence-out-of-range",
            f"confidence is a fraction between 0 and 1, not {confidence!r}.",
            hint=f"Write {confidence / 100:g}." if 1 < confidence < 100 else None,
        )
    return confidence
