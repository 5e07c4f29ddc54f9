"""What a standard's page says beyond its chart: promises, tightening, capability, what helped."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.declare.standards import Standard
from scorecard.report.behaviour import Behaviour
from scorecard.report.capability_words import CapabilityOutlook, capability_outlook
from scorecard.report.effects import EffectLine, effects
from scorecard.report.phase_series import phase_series
from scorecard.report.promise_words import (
    PromiseOutlook,
    TighteningOutlook,
    promise_outlook,
    tightening_outlook,
)
from scorecard.report.team_gap import PartsOverTime, TeamGap, team_gap


@dataclass(frozen=True)
class Outlook:
    """All but the forecast, which is slow and has a place of its own (`forecast_words`).

    `teams` is None where the standard is not broken down by team.
    """

    promise: PromiseOutlook
    tightening: TighteningOutlook
    capability: CapabilityOutlook
    effects: tuple[EffectLine, ...]
    teams: TeamGap | None


def outlook(standard: Standard, told: Behaviour, parts: PartsOverTime | None = None) -> Outlook:
    """The outlook of a standard for one reporter, as of the last row of its behaviour.

    `parts` gives, for a dimension of the standard's `by`, the reporter's rows by its values.
    """
    series = phase_series(told)
    return Outlook(
        promise=promise_outlook(series, standard),
        tightening=tightening_outlook(series, standard),
        capability=capability_outlook(series),
        effects=effects(told, standard),
        teams=team_gap(standard, told.rows[-1], parts) if parts else None,
    )
