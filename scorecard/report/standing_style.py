"""How a unit's standing looks: its word, a shape and a colour, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.judge.funnel_result import Standing
from scorecard.report.behaviour_style import BAD, GOOD, PLAIN

_WATCH = "#9a5b00"


@dataclass(frozen=True)
class StandingStyle:
    """The word, the shape before it, its colour, and the same shape's name for the chart."""

    word: str
    shape: str
    colour: str
    symbol: str


_SHAPES = {
    Standing.LEARN: ("▲", GOOD, "triangle-up"),
    Standing.HELP: ("▼", BAD, "triangle-down"),
    Standing.ABOVE: ("▲", PLAIN, "triangle-up"),
    Standing.BELOW: ("▼", PLAIN, "triangle-down"),
    Standing.WARNING: ("◆", _WATCH, "diamond"),
    Standing.WITHIN: ("●", PLAIN, "circle"),
    Standing.SPREAD: ("◇", PLAIN, "diamond-open"),
    Standing.TOO_FEW: ("○", PLAIN, "circle-open"),
    Standing.NO_DATA: ("○", PLAIN, "circle-open"),
    Standing.NO_COMPARISON: ("○", PLAIN, "circle-open"),
}


def standing_style(standing: Standing) -> StandingStyle:
    """How this standing is shown."""
    return StandingStyle(str(standing), *_SHAPES[standing])
