"""How sure a status is, in words for people who do not know statistics."""

from __future__ import annotations

from scorecard.judge.confidence import Confidence

_SHORT = {
    Confidence.SURELY_MET: "surely",
    Confidence.LIKELY_MET: "likely",
    Confidence.UNCERTAIN: "uncertain",
    Confidence.LIKELY_MISSED: "likely",
    Confidence.SURELY_MISSED: "surely",
}
_WORDS = {
    Confidence.SURELY_MET: "Surely met: chance alone would hardly make it look so good.",
    Confidence.LIKELY_MET: "Likely met: chance alone would seldom make it look so good.",
    Confidence.UNCERTAIN: "Uncertain: with so many records, chance may decide between met and "
    "missed.",
    Confidence.LIKELY_MISSED: "Likely missed: chance alone would seldom make it look so bad.",
    Confidence.SURELY_MISSED: "Surely missed: chance alone would hardly make it look so bad.",
    Confidence.TOO_FEW: "Too few records to say how sure that is.",
}


def confidence_word(confidence: Confidence | None) -> str:
    """`surely`, `likely`, `uncertain`, to stand below a status; empty where nothing can be said."""
    return _SHORT.get(confidence, "") if confidence is not None else ""


def confidence_words(confidence: Confidence | None) -> str:
    """The confidence as a sentence; empty where nothing is judged."""
    return _WORDS[confidence] if confidence is not None else ""
