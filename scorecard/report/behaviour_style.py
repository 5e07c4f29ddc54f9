"""How variation and assurance look: a word, a shape and a colour, never a colour alone.

Blue and orange, as on the charts of Making Data Count, so that they are not taken for a status.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    Assurance.KEEPS: BehaviourStyle("keeps", "✓", GOOD, "nearly every period keeps the promise."),
    Assurance.MISSES: BehaviourStyle("misses", "✕", BAD, "nearly every period misses the promise."),
    Assurance.HIT_OR_MISS: BehaviourStyle(
        "hit or miss",
        "?",
        PLAIN,
        "one period may keep the promise and the next one miss it without anything having changed.",
    ),
}
_UNCHANGED = "The usual ups and downs: no sign that anything has changed."
_NOT_THIS_ONE = "Within the usual ups and downs, though periods before it showed a change."
_ARROWS = {Side.HIGH: "↗", Side.LOW: "↘"}


def variation_style(behaviour: Behaviour) -> BehaviourStyle | None:
    """How the variation is shown: the arrow says which way the figure went. None without one."""
    if behaviour.chart is None or behaviour.variation is None:
        return None
    arrow = _ARROWS[behaviour.chart.side] if behaviour.chart.side else "≈"
    signal = f"{behaviour.signal_words[:1].upper()}{behaviour.signal_words[1:]}."
    match behaviour.variation:
        case Variation.IMPROVING:
            return BehaviourStyle("improving", arrow, GOOD, signal)
        case Variation.CONCERNING:
            return BehaviourStyle("concerning", arrow, BAD, signal)
        case Variation.NEUTRAL:
            return BehaviourStyle("changing", arrow, PLAIN, signal)
        case _:
            earlier = bool(behaviour.chart.flags[behaviour.chart.phases[-1].start :].any())
            meaning = _NOT_THIS_ONE if earlier else _UNCHANGED
            return BehaviourStyle("common cause", arrow, PLAIN, meaning)


def assurance_style(behaviour: Behaviour) -> BehaviourStyle | None:
    """How the assurance is shown; None without one."""
    if behaviour.assurance is None:
        return None
    # While it changes, its limits speak of how it was.
    when = "As it works now" if behaviour.signal is None else "As it has worked so far"
    return _assured(behaviour.assurance, when)


def legend() -> tuple[BehaviourStyle, ...]:
    """Every word of behaviour with its meaning in general: first those of variation."""
    shifted = "More than chance: the figure has changed, and the new level is"
    return (
        BehaviourStyle("improving", "↗↘", GOOD, f"{shifted} better. The arrow is the figure's."),
        BehaviourStyle("concerning", "↗↘", BAD, f"{shifted} worse. The arrow is the figure's."),
        BehaviourStyle("common cause", "≈", PLAIN, _UNCHANGED),
        *(_assured(each, "As it works now") for each in _ASSURANCE),
    )


def _assured(assurance: Assurance, when: str) -> BehaviourStyle:
    style = _ASSURANCE[assurance]
    return replace(style, meaning=f"{when}, {style.meaning}")
