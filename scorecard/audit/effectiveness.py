"""Whether an action worked, out of the series of its requirement before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scorecard.judge.before_after import BeforeAfter, Effect
from scorecard.judge.gap import Better, noise


class Effectiveness(StrEnum):
    """What is said of an action in the re-audit. The value is the shown word."""

    WORKED = "worked"
    REOPENS = "did not work: reopens"
    NOT_YET = "cannot be told yet"


@dataclass(frozen=True, slots=True)
class ActionJudged:
    """The word for an action and why, as a sentence.

    as_large   whether the effect is at least the expected one: True or False where the estimate
               says so, None where none was expected or nothing was estimated
    """

    word: Effectiveness
    as_large: bool | None
    reason: str


def effectiveness(
    found: BeforeAfter, *, better: Better, expected_gain: float | None = None
) -> ActionJudged:
    """What `scorecard.judge.before_after` found, as a word for the action.

    expected_gain   by how much the service was to get better, in the metric's unit and above 0;
                    None where the action did not say

    Worked: surely better than where the figure was heading. Did not work, and so reopens: surely
    worse; or no effect is shown, and the interval leaves no room for the expected one. Without an
    expected effect no effect shown reopens as well, since it is for the action to show one. Cannot
    be told yet: too few points, another event too close, or no effect shown where the expected one
    may still be there.
    """
    if found.average is None or found.verdict in (Effect.TOO_FEW, Effect.CANNOT_TELL):
        if found.verdict is Effect.NONE_SHOWN:
            return ActionJudged(Effectiveness.REOPENS, None, f"No effect: {found.reason}")
        return ActionJudged(Effectiveness.NOT_YET, None, found.reason or "Nothing was estimated.")
    turn = 1 if better == "higher" else -1
    gain = turn * found.average.value
    most = max(turn * found.average.lower, turn * found.average.upper)
    as_large = None if expected_gain is None else gain >= expected_gain - noise(expected_gain)
    size = f"{abs(gain):g} {'better' if gain >= 0 else 'worse'} than where it was heading"
    if found.verdict is Effect.IMPROVED:
        reason = f"The service is surely better: on average {size}."
        if as_large is False:
            reason += f" That is less than the {expected_gain:g} that were expected."
        return ActionJudged(Effectiveness.WORKED, as_large, reason)
    if found.verdict is Effect.WORSENED:
        return ActionJudged(
            Effectiveness.REOPENS, as_large, f"The service is surely worse: on average {size}."
        )
    if expected_gain is not None and most >= expected_gain:
        return ActionJudged(
            Effectiveness.NOT_YET,
            as_large,
            f"No effect is shown (on average {size}), but the {expected_gain:g} that were expected "
            "may be there: the points since are too few or too scattered.",
        )
    reason = f"No effect is shown: on average {size}."
    if expected_gain is not None:
        reason += f" The {expected_gain:g} that were expected are not among what fits the data."
    return ActionJudged(Effectiveness.REOPENS, as_large, reason)
