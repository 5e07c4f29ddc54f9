"""How sure a status is, in words."""

from __future__ import annotations

import pytest

from scorecard.judge.confidence import Confidence
from scorecard.report.confidence_words import confidence_word, confidence_words


@pytest.mark.parametrize("confidence", Confidence)
def test_every_confidence_has_a_sentence_that_begins_with_its_own_words(
    confidence: Confidence,
) -> None:
    assert confidence_words(confidence).lower().startswith(str(confidence))


@pytest.mark.parametrize("confidence", [c for c in Confidence if c is not Confidence.TOO_FEW])
def test_the_word_below_a_status_is_the_first_one(confidence: Confidence) -> None:
    assert confidence_word(confidence) == str(confidence).split()[0]


def test_where_nothing_is_judged_nothing_is_said() -> None:
    assert confidence_word(None) == confidence_words(None) == ""
    assert confidence_word(Confidence.TOO_FEW) == ""
