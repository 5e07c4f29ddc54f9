"""How variation and assurance look: each word with a shape and a meaning, never a colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from scorecard.judge.chart import Assurance, Variation
from scorecard.judge.xmr import xmr
from scorecard.report.behaviour import Behaviour, behaviour
from scorecard.report.behaviour_style import (
    BAD,
    GOOD,
    PLAIN,
    BehaviourStyle,
    assurance_style,
    legend,
    variation_style,
)
from tests.report.rows_builder import SHARE, months

CALM = [85.0, 84.0, 86.0, 85.0, 83.0, 86.0, 84.0, 87.0, 85.0, 84.0, 86.0, 85.0]


def of(actuals: Sequence[float | None], **given: Any) -> Behaviour:
    return behaviour(months(actuals, **{**SHARE, **given}))


@pytest.mark.parametrize(
    ("last", "better", "style"),
    [
        (
            74.0,
            "higher",
            BehaviourStyle("concerning", "↘", BAD, "Below the lower limit in July 2026."),
        ),
        (
            74.0,
            "lower",
            BehaviourStyle("improving", "↘", GOOD, "Below the lower limit in July 2026."),
        ),
        (
            96.0,
            "higher",
            BehaviourStyle("improving", "↗", GOOD, "Above the upper limit in July 2026."),
        ),
        (
            96.0,
            "lower",
            BehaviourStyle("concerning", "↗", BAD, "Above the upper limit in July 2026."),
        ),
        (
            85.0,
            "higher",
            BehaviourStyle(
                *("common cause", "≈", PLAIN),
                "The usual ups and downs: no sign that anything has changed.",
            ),
        ),
    ],
)
def test_variation_says_which_way_and_what_it_means(
    last: float, better: str, style: BehaviourStyle
) -> None:
    assert variation_style(of([*CALM, last], better=better)) == style


def test_a_signal_where_neither_way_is_better_is_a_change() -> None:
    told = of([*CALM, 96.0])
    neutral = replace(told, chart=xmr([*CALM, 96.0], better="neutral"))
    style = variation_style(neutral)
    assert style is not None
    assert (style.word, style.shape, style.colour) == ("changing", "↗", PLAIN)


@pytest.mark.parametrize(
    ("expected", "word", "shape", "colour"),
    [
        (80.0, "keeps", "✓", GOOD),
        (90.0, "misses", "✕", BAD),
        (85.0, "hit or miss", "?", PLAIN),
    ],
)
def test_assurance_has_a_word_a_shape_and_a_meaning(
    expected: float, word: str, shape: str, colour: str
) -> None:
    style = assurance_style(of(CALM, expected=expected))
    assert style is not None
    assert (style.word, style.shape, style.colour) == (word, shape, colour)
    assert style.meaning.startswith("As it works now, ")


def test_what_is_not_told_has_no_style() -> None:
    for told in (of(CALM[:7]), of([*CALM, None])):
        assert variation_style(told) is None
        assert assurance_style(told) is None
    assert assurance_style(of([85.0] * 12)) is None
    assert assurance_style(of(CALM, expected=None)) is None


@pytest.mark.parametrize("colour", [GOOD, BAD, PLAIN])
def test_each_colour_can_be_read_on_white(colour: str) -> None:
    def light(part: str) -> float:
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (light(colour[i : i + 2]) for i in (1, 3, 5))
    # WCAG 2.2, contrast ratio.
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 5


STEADY = [80.0, 81.0, 79.5, 80.4, 79.8, 80.9, 79.2, 80.6, 80.1, 79.7, 80.3, 80.2]
SERIES = {
    "rises": [*STEADY, 95.0],
    "falls": [*STEADY, 62.0],
    "steady": STEADY,
    "kept": [value + 15 for value in STEADY],
    "missed": [value - 20 for value in STEADY],
}


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("name", SERIES)
def test_the_legend_explains_every_word_that_is_shown(name: str, better: str) -> None:
    given = {**SHARE, "better": better, "expected": 80.0}
    shown = behaviour(months(list(SERIES[name]), **given))
    explained = {style.word: style for style in legend()}
    for style in (variation_style(shown), assurance_style(shown)):
        assert style is not None
        assert style.shape in explained[style.word].shape
        assert style.colour == explained[style.word].colour
        assert style.meaning


def test_the_legend_has_all_words_there_are_but_for_figures_without_a_better_side() -> None:
    words = {str(each) for each in (*Variation, *Assurance)} - {str(Variation.NEUTRAL)}
    assert {style.word for style in legend()} == words
