"""How sure a status is: the definition, its laws, and rows in one go."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.confidence import LIKELY, SURE, Confidence, confidence_of, confidences
from scorecard.judge.gap import Better
from scorecard.judge.intervals import Interval, Limits, wilson, wilson_limits
from scorecard.judge.status import Status, judge

BETTER = st.sampled_from(get_args(Better))
ORDER = [
    Confidence.SURELY_MISSED,
    Confidence.LIKELY_MISSED,
    Confidence.UNCERTAIN,
    Confidence.LIKELY_MET,
    Confidence.SURELY_MET,
]
NUMBERS = st.integers(-50, 50).map(float)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval | None, Interval | None]:
    """A wide interval and a narrow one within it; either may be missing."""
    a, b, c, d = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)))
    sure, likely = Interval(a, d), Interval(b, c)
    return draw(st.sampled_from([(sure, likely), (None, likely), (None, None), (sure, None)]))


@pytest.mark.parametrize(
    ("successes", "n", "better", "word"),
    [
        (960, 1000, "higher", "surely met"),
        (91, 100, "higher", "uncertain"),
        (94, 100, "higher", "likely met"),
        (86, 100, "higher", "likely missed"),
        (800, 1000, "higher", "surely missed"),
        (960, 1000, "lower", "surely missed"),
        (800, 1000, "lower", "surely met"),
    ],
)
def test_a_share_against_ninety_percent(successes: int, n: int, better: Better, word: str) -> None:
    found = confidence_of(0.9, better, wilson(successes, n, SURE), wilson(successes, n, LIKELY))

    assert found == word


def test_one_interval_alone_says_what_it_can() -> None:
    assert confidence_of(5, "lower", None, Interval(6, 9)) is Confidence.LIKELY_MISSED
    assert confidence_of(5, "lower", None, Interval(4, 9)) is Confidence.UNCERTAIN
    assert confidence_of(5, "lower", None, None) is Confidence.TOO_FEW
    assert confidence_of(5, "lower", Interval(6, 9), Interval(7, 8), too_few=True) == "too few"


def test_nothing_expected_is_nothing_judged() -> None:
    assert confidence_of(None, "lower", Interval(6, 9), Interval(7, 8)) is None


def test_what_is_expected_beyond_the_scale_is_sure() -> None:
    all_of_it = wilson(50, 50, SURE), wilson(50, 50, LIKELY)

    assert confidence_of(1.1, "higher", *all_of_it) is Confidence.SURELY_MISSED
    assert confidence_of(-0.1, "higher", *all_of_it) is Confidence.SURELY_MET
    # What has never failed may fail the next time.
    assert confidence_of(1.0, "higher", *all_of_it) is Confidence.UNCERTAIN
    assert confidence_of(1.0, "lower", *all_of_it) is Confidence.SURELY_MET


def test_noise_of_binary_fractions_changes_nothing() -> None:
    exact = Interval(0.1 + 0.2, 0.1 + 0.2)

    assert confidence_of(0.3, "lower", exact, exact) is Confidence.SURELY_MET
    assert confidence_of(0.3, "higher", exact, exact) is Confidence.SURELY_MET


@given(intervals(), NUMBERS, BETTER)
def test_mirrored_service_is_mirrored_confidence(
    pair: tuple[Interval | None, Interval | None], expected: float, better: Better
) -> None:
    mirrored = [None if one is None else Interval(-one.upper, -one.lower) for one in pair]
    other: Better = "lower" if better == "higher" else "higher"

    assert confidence_of(expected, better, *pair) is confidence_of(-expected, other, *mirrored)


@given(intervals(), NUMBERS, st.integers(0, 20), BETTER)
def test_a_harder_promise_is_never_more_surely_met(
    pair: tuple[Interval | None, Interval | None], expected: float, harder: int, better: Better
) -> None:
    step = harder if better == "higher" else -harder

    before = confidence_of(expected, better, *pair)
    after = confidence_of(expected + step, better, *pair)

    assert before is not None
    assert after is not None
    if before is not Confidence.TOO_FEW:
        assert ORDER.index(after) <= ORDER.index(before)


@given(st.data(), st.integers(1, 2000), st.integers(0, 110), BETTER)
def test_the_word_never_says_the_contrary_of_the_status(
    data: st.DataObject, n: int, percent: int, better: Better
) -> None:
    successes = data.draw(st.integers(0, n))
    expected = percent / 100

    status = judge(successes / n, expected, better, n=n).status
    word = confidence_of(expected, better, wilson(successes, n, SURE), wilson(successes, n, LIKELY))

    assert word is not None
    assert not (status is Status.MET and word.endswith("missed"))
    assert not (status is Status.MISSED and word.endswith(" met"))


@given(st.lists(st.tuples(intervals(), st.none() | NUMBERS, st.booleans()), max_size=20), BETTER)
def test_rows_have_the_word_of_each(
    rows: list[tuple[tuple[Interval | None, Interval | None], float | None, bool]],
    better: Better,
) -> None:
    sure, likely = (
        Limits(
            *np.array([pair[place] or (math.nan, math.nan) for pair, _, _ in rows]).reshape(-1, 2).T
        )
        for place in (0, 1)
    )
    expected = [one for _, one, _ in rows]
    too_few = np.array([few for _, _, few in rows], dtype=bool)

    found = confidences(expected, better, sure, likely, too_few)

    assert found.tolist() == [
        confidence_of(one, better, *pair, too_few=few) for pair, one, few in rows
    ]


def test_rows_of_shares_are_judged_without_further_ado() -> None:
    n = np.full(4, 100)
    successes = np.array([99, 91, 70, 0])

    found = confidences(
        np.full(4, 0.9),
        "higher",
        wilson_limits(successes, n, SURE),
        wilson_limits(successes, n, LIKELY),
    )

    assert found.tolist() == ["surely met", "uncertain", "surely missed", "surely missed"]
