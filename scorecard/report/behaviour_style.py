"""How variation and assurance look: a word, a shape and a colour, never a colour alone.

Blue and orange, as on the charts of Making Data Count, so that they are not taken for a status.
"""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.judge.chart import Assurance, Side, Variation
from scorecard.report.behaviour import Behaviour

GOOD, BAD, PLAIN = "#0b6fb8", "#b45309", "#57606a"


@dataclass(frozen=True)
class BehaviourStyle:
    """A word, the shape before it, its colour (5 : 1 or more on white), and what it means."""

    word: str
    shape: str
    colour: str
    meaning: str


_ASSURANCE = {
    Assurance.KEEPS: BehaviourStyle(
        "keeps", "✓", GOOD, "As it has worked so far, practically every period keeps the promise."
    ),
    Assurance.MISSES: BehaviourStyle(
        "misses", "✕", BAD, "As it has worked so far, practically every period misses the promise."
    ),
    Assurance.HIT_OR_MISS: BehaviourStyle(
        "hit or miss",
        "?",
        PLAIN,
        "As it has worked so far, chance decides whether a period keeps it.",
    ),
}
_NO_CHANGE = "No sign of a change: it varies as it always did."
_ARROWS = {Side.HIGH: "↗", Side.LOW: "↘"}


def variation_style(behaviour: Behaviour) -> BehaviourStyle | None:
    """How the variation is shown: the arrow says which way the figure went. None without one."""
    if behaviour.chart is None or behaviour.variation is None:
        return None
    arrow = _ARROWS.get(behaviour.chart.side, "≈") if behaviour.chart.side else "≈"
    match behaviour.variation:
        case Variation.IMPROVING:
            return BehaviourStyle("improving", arrow, GOOD, behaviour.signal_words)
        case Variation.CONCERNING:
            return BehaviourStyle("concerning", arrow, BAD, behaviour.signal_words)
        case Variation.NEUTRAL:
            return BehaviourStyle("changing", arrow, PLAIN, behaviour.signal_words)
        case _:
            return BehaviourStyle("common cause", arrow, PLAIN, _NO_CHANGE)


def assurance_style(behaviour: Behaviour) -> BehaviourStyle | None:
    """How the assurance is shown; None without one."""
    return _ASSURANCE[behaviour.assurance] if behaviour.assurance else None


def legend() -> tuple[BehaviourStyle, ...]:
    """Every word of behaviour with its meaning in general: first those of variation."""
    shifted = "More than chance: the figure has changed, and the new level is"
    return (
        BehaviourStyle("improving", "↗↘", GOOD, f"{shifted} better. The arrow is the figure's."),
        BehaviourStyle("concerning", "↗↘", BAD, f"{shifted} worse. The arrow is the figure's."),
        BehaviourStyle("common cause", "≈", PLAIN, _NO_CHANGE),
        *_ASSURANCE.values(),
    )
