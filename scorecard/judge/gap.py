"""The subtraction that everything else serves: actual service less expected service."""

from __future__ import annotations

from typing import Literal

Better = Literal["higher", "lower"]


def gap(actual: float | None, expected: float | None) -> float | None:
    """Actual less expected, in the metric's own unit; None where either is unknown.

    The gap model of service quality: Parasuraman, Zeithaml and Berry (1985), "A Conceptual Model
    of Service Quality and Its Implications for Future Research", Journal of Marketing 49(4).
    """
    if actual is None or expected is None:
        return None
    return actual - expected


def service_gap(gap: float | None, better: Better) -> float | None:
    """The gap turned so that zero or more always means the promise is kept.

    `gap` itself where more is better, `-gap` where less is better; None stays None.
    """
    if gap is None or better == "higher":
        return gap
    # 0.0 - gap, since -0.0 would print with a sign.
    return 0.0 - gap


def noise(expected: float, tolerance: float = 0.0) -> float:
    """How far a comparison with the expected value may be off for reasons of arithmetic alone.

    Binary fractions are not exact: 100 × 0.7 falls short of 70. 1e-9 of the larger of the two, and
    at least 1e-12, in the metric's unit: far below anything measured.
    """
    return max(1e-9 * abs(expected), 1e-9 * tolerance, 1e-12)
