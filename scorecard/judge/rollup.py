"""How much of a scorecard is met: counts and weights, with what is missing kept in view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, inf

from scorecard.errors import JudgeError
from scorecard.judge.status import Status


@dataclass(frozen=True, slots=True)
class Met:
    """The standards of a scorecard, counted and weighed.

    met, judged, total           standards met; met, near or missed; all that were handed in
    weight_met, weight_total     the same by weight: of those met, and of all
    unknown                      `total - judged`: no data, too few, not complete, not in force
    weight_unknown               their weight
    """

    met: int
    judged: int
    total: int
    weight_met: float
    weight_total: float
    unknown: int
    weight_unknown: float

    @property
    def share(self) -> float | None:
        """Percent of the whole weight that is known to be met; None without any weight.

        A standard whose status is unknown keeps its weight and counts as not shown to be met, so a
        missing figure never lifts the score.
        """
        return 100 * self.weight_met / self.weight_total if self.weight_total else None

    @property
    def best(self) -> float | None:
        """What `share` would be if every unknown standard turned out met, in percent."""
        if not self.weight_total:
            return None
        return 100 * (self.weight_met + self.weight_unknown) / self.weight_total

    @property
    def known(self) -> float | None:
        """Percent of the whole weight that was judged at all; None without any weight."""
        if not self.weight_total:
            return None
        return 100 * (self.weight_total - self.weight_unknown) / self.weight_total

    @property
    def share_of_judged(self) -> float | None:
        """Percent of the judged standards that are met, each counted once; None if none is judged.

        The figure that governments publish. Show `judged` and `total` beside it.
        """
        return 100 * self.met / self.judged if self.judged else None


def met(rows: Iterable[tuple[Status, float]]) -> Met:
    """Count and weigh the standards of one scorecard; a row is a status and its standard's weight.

    Weights are never spread over what is known: leave out of `rows` only what is not part of the
    scorecard at all. The order of the rows does not matter, not even in the last digit.

    Raises JudgeError: `attainment-weight` for a weight below 0, infinite or no number.
    """
    given = list(rows)
    for _, weight in given:
        # Written so that NaN is refused too.
        if not 0 <= weight < inf:
            raise JudgeError("attainment-weight", f"A weight is 0 or more, not {weight!r}.")
    unknown = [weight for status, weight in given if not status.judged]
    kept = [weight for status, weight in given if status is Status.MET]
    return Met(
        met=len(kept),
        judged=len(given) - len(unknown),
        total=len(given),
        weight_met=fsum(kept),
        weight_total=fsum(weight for _, weight in given),
        unknown=len(unknown),
        weight_unknown=fsum(unknown),
    )
