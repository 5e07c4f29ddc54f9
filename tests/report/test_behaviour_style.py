"""The words of behaviour: each has a shape, a colour that can be read, and a meaning."""

from __future__ import annotations

import pytest

from scorecard.judge.chart import Assurance, Variation
from scorecard.report.behaviour import behaviour
from scorecard.report.behaviour_style import assurance_style, legend, variation_style
from tests.report.rows_builder import SHARE, months
from tests.report.test_status_style import _luminance

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


def test_every_colour_can_be_read_on_white() -> None:
    for style in legend():
        assert 1.05 / (_luminance(style.colour) + 0.05) >= 4.5, style.word
