"""The tolerance limit of single cases against published sample sizes and scipy.stats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecard.errors import JudgeError
from scorecard.judge.case_promise import case_promise


@pytest.mark.parametrize(
    ("share", "confidence", "needed"),
    # The sample sizes for one-sided tolerance limits by the largest value, after Wilks (1941).
    [(0.95, 0.95, 59), (0.9, 0.95, 29), (0.9, 0.9, 22), (0.99, 0.95, 299), (0.5, 0.5, 1)],
)
def test_the_largest_of_so_many_cases_is_the_limit(
    share: float, confidence: float, needed: int
) -> None:
    enough = case_promise(range(needed), share=share, confidence=confidence)
    assert (enough.value, enough.needed) == (needed - 1, needed)
    fewer = case_promise(range(needed - 1), share=share, confidence=confidence)
    assert (fewer.value, fewer.needed) == (None, needed)


@given(st.integers(29, 400), st.sampled_from([0.5, 0.75, 0.9]), st.sampled_from([0.8, 0.9, 0.95]))
def test_the_rank_is_the_least_that_bears_the_confidence(
    n: int, share: float, confidence: float
) -> None:
    found = case_promise(range(1, n + 1), share=share, confidence=confidence)
    assert found.value is not None
    rank = int(found.value)
    assert stats.binom.cdf(rank - 1, n, share) >= confidence - 1e-12
    assert stats.binom.cdf(rank - 2, n, share) < confidence


def test_nine_in_ten_keep_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(6)
    limits = [case_promise(rng.exponential(5, 200)).value or 0 for _ in range(2000)]
    kept = np.mean(1 - np.exp(-np.array(limits) / 5) >= 0.9)
    # Ranks are whole, so the confidence is reached from above.
    rank = case_promise(range(1, 201)).value
    assert rank is not None
    wanted = stats.binom.cdf(rank - 1, 200, 0.9)
    assert wanted > 0.95
    assert kept == pytest.approx(wanted, abs=0.015)


@given(st.lists(st.integers(0, 100), min_size=30, max_size=80))
def test_mirrored_cases_have_the_mirrored_promise(cases: list[int]) -> None:
    ahead = case_promise(cases, better="lower")
    mirrored = case_promise([-one for one in cases], better="higher")
    assert ahead.value is not None
    assert mirrored.value == -ahead.value


def test_missing_cases_are_left_out() -> None:
    found = case_promise([None, *range(29), None])
    assert (found.n, found.value) == (29, 28)
    assert case_promise([]).value is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"share": 90}, "share-out-of-range"),
        ({"share": float("nan")}, "share-out-of-range"),
        ({"confidence": 0}, "confidence-out-of-range"),
        ({"better": "neutral"}, "direction-unknown"),
        ({"cases": [1, float("inf")]}, "values-infinite"),
    ],
)
def test_bad_input_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(JudgeError, match=f"^{code}"):
        case_promise(**{"cases": [1, 2], **more})
