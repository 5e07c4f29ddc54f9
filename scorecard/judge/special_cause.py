"""The words for a point of a control chart: common cause, or the rule that it breaks."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """The four patterns that a chart is searched for, in the order in which they are named."""

    OUTSIDE = "outside"
    TREND = "trend"
    TWO_OF_THREE = "two of three"
    RUN = "run"


class SpecialCause(StrEnum):
    """What a point is, in the words of NHSRplotthedots 0.2.2 (`special_cause_type`).

    False as a truth value for common cause, True for every signal. CL is the centre line (the
    mean), UCL and LCL are the upper and lower control limit.
    """

    COMMON_CAUSE = "Common Cause"
    ABOVE_LIMIT = "Above UCL"
    BELOW_LIMIT = "Below LCL"
    SEVEN_RISING = "7 Point Trend (Increasing)"
    SEVEN_FALLING = "7 Point Trend (Decreasing)"
    SIX_RISING = "6 Point Trend (Increasing)"
    SIX_FALLING = "6 Point Trend (Decreasing)"
    TWO_OF_THREE_ABOVE = "2 in 3 Above CL"
    TWO_OF_THREE_BELOW = "2 in 3 Below CL"
    SEVEN_ABOVE = "7 Points Above CL"
    SEVEN_BELOW = "7 Points Below CL"
    SIX_ABOVE = "6 Points Above CL"
    SIX_BELOW = "6 Points Below CL"

    def __bool__(self) -> bool:
        return self is not SpecialCause.COMMON_CAUSE

    @property
    def rule(self) -> Rule | None:
        """The rule that the point breaks; None for common cause."""
        for sign, rule in _RULES.items():
            if sign in self.value:
                return rule
        return None

    @property
    def upwards(self) -> bool | None:
        """Above or rising; False for below or falling, None for common cause."""
        if not self:
            return None
        return "Above" in self.value or "Increasing" in self.value


_RULES = {
    "UCL": Rule.OUTSIDE,
    "LCL": Rule.OUTSIDE,
    "Trend": Rule.TREND,
    "2 in 3": Rule.TWO_OF_THREE,
    "Points": Rule.RUN,
}
