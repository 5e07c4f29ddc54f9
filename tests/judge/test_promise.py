"""What could be promised, what a declared promise is called, and the laws of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scorecard.errors import JudgeError
from scorecard.judge.prediction import Method
from scorecard.judge.promise import Call, Promise, promise

STEADY = [float(one) for one in np.random.default_rng(5).normal(50, 5, 24).round(2)]
SERIES = st.lists(st.integers(100, 900).map(lambda one: one / 10), min_size=12, max_size=40).filter(
    lambda values: max(values) > min(values)
)
SMALL = settings(max_examples=40, deadline=None)


def offered(found: Promise) -> list[float]:
    values = [offer.value for offer in found.offers if offer.value is not None]
    assert len(values) == len(found.offers)
    return values


def limit(confidence: float) -> float:
    """The limit of STEADY where less is better, from scipy.stats alone."""
    away = stats.t.ppf(confidence, 23) * np.std(STEADY, ddof=1) * np.sqrt(1 + 1 / 24)
    return float(np.mean(STEADY) + away)


# --- The offers and the words ---


def test_it_is_the_next_period_that_is_promised_and_not_the_mean() -> None:
    found = promise(STEADY, better="lower")

    assert found.method == Method.NORMAL
    assert [offer.confidence for offer in found.offers] == [0.8, 0.9, 0.95]
    assert offered(found) == pytest.approx([limit(0.8), limit(0.9), limit(0.95)])
    assert found.mean == pytest.approx(np.mean(STEADY))
    assert (found.call, found.kept) == (Call.NOT_IN_FORCE, None)
    assert not found.call.judged


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (0.5, "over-promise"),
        (0.79, "over-promise"),
        (0.81, "realistic"),
        (0.94, "realistic"),
        (0.96, "under-promise"),
        (0.999, "under-promise"),
    ],
)
def test_a_promise_is_called_by_how_surely_it_is_kept(confidence: float, word: str) -> None:
    found = promise(STEADY, better="lower", declared=limit(confidence))
    assert found.call == word
    assert found.call.judged
    assert found.kept == pytest.approx(confidence)


def test_within_the_tolerance_nothing_better_could_be_promised() -> None:
    declared = limit(0.99)
    room = declared - limit(0.95)
    assert promise(STEADY, better="lower", declared=declared, tolerance=room * 0.99).call == (
        Call.UNDER
    )
    assert promise(STEADY, better="lower", declared=declared, tolerance=room * 1.01).call == (
        Call.REALISTIC
    )


def test_chance_among_few_cases_is_allowed_for() -> None:
    shares = [90.0, 95, 85, 90, 95, 90, 85, 90, 90, 95, 85, 90]
    few = promise(shares, better="higher", scale=(0, 100), denominators=[20] * 12)
    next_large = promise(
        shares, better="higher", scale=(0, 100), denominators=[20] * 12, next_denominator=2000
    )
    assert few.method == Method.BETA_BINOMIAL
    assert offered(few)[-1] == 75
    # These shares vary less than chance alone makes them: the next large period will hardly vary.
    assert offered(next_large)[-1] > 80


def test_the_mean_of_shares_is_that_of_all_their_cases() -> None:
    found = promise(
        [100.0] + [50.0] * 12,
        better="higher",
        scale=(0, 100),
        denominators=[120] + [10] * 12,
    )
    assert found.mean == pytest.approx(75)


def test_periods_without_a_value_or_without_cases_are_missing() -> None:
    found = promise(
        [None, *[90.0, 94] * 8, 100.0],
        better="higher",
        scale=(0, 100),
        denominators=[None, *[50] * 16, 0],
    )
    assert (found.n, found.missing) == (16, 2)


def test_no_share_beyond_the_scale_is_offered() -> None:
    near = [99.0, 100, 98, 100, 100, 97, 99, 100, 95, 100, 99, 98]
    for better in ("higher", "lower"):
        for denominators in (None, [100] * 12):
            found = promise(
                near, better=better, scale=(0, 100), denominators=denominators, confidences=(0.999,)
            )
            assert 0 <= offered(found)[0] <= 100


def test_no_duration_below_nothing_is_offered() -> None:
    found = promise([0, 0, 5, 1, 0, 2, 0, 0, 1, 3, 0, 1], better="higher", scale=(0, None))
    assert min(offered(found)) == 0


# --- Laws ---


@SMALL
@given(SERIES, st.integers(0, 100))
def test_a_mirrored_series_has_the_mirrored_promise(values: list[float], declared: int) -> None:
    ahead = promise(values, better="higher", declared=declared)
    mirrored = promise([-one for one in values], better="lower", declared=-declared)
    assert ahead.call == mirrored.call
    assert offered(ahead) == pytest.approx([-one for one in offered(mirrored)], rel=1e-9)
    assert ahead.kept == pytest.approx(mirrored.kept, abs=1e-9)


@SMALL
@given(SERIES, st.integers(0, 100), st.booleans())
def test_failures_have_the_mirrored_promise_of_successes(
    values: list[float], declared: int, counted: bool
) -> None:
    cases = [200] * len(values) if counted else None
    ahead = promise(values, better="higher", declared=declared, scale=(0, 100), denominators=cases)
    mirrored = promise(
        [100 - one for one in values],
        better="lower",
        declared=100 - declared,
        scale=(0, 100),
        denominators=cases,
    )
    assert offered(ahead) == pytest.approx([100 - one for one in offered(mirrored)], abs=1e-6)
    assert ahead.kept == pytest.approx(mirrored.kept, abs=1e-6)


@SMALL
@given(SERIES, st.integers(1, 100), st.sampled_from([0.01, 24, 3600]), st.booleans())
def test_units_do_not_matter(
    values: list[float], declared: int, unit: float, positive: bool
) -> None:
    scale = (0, None) if positive else (None, None)
    here = promise(values, better="lower", declared=declared, scale=scale)
    there = promise(
        [unit * one for one in values], better="lower", declared=unit * declared, scale=scale
    )
    assert here.method == there.method
    assert [unit * one for one in offered(here)] == pytest.approx(offered(there), rel=1e-6)
    # A declared value may equal one that was seen, and then arithmetic decides for the order
    # statistic.
    if here.method != Method.ORDER:
        assert here.kept == pytest.approx(there.kept, abs=1e-6)


@SMALL
@given(
    SERIES,
    st.sampled_from(["higher", "lower"]),
    st.sampled_from([(None, None), (0, None), (0, 100)]),
    st.booleans(),
)
def test_a_surer_promise_is_never_harder(
    values: list[float], better: Any, scale: Any, counted: bool
) -> None:
    cases = [50] * len(values) if counted and None not in scale else None
    found = promise(
        values,
        better=better,
        scale=scale,
        denominators=cases,
        confidences=(0.5, 0.8, 0.9, 0.94),
    )
    values_ = [offer.value for offer in found.offers if offer.value is not None]
    assert values_ == sorted(values_, reverse=better == "higher")


@SMALL
@given(SERIES, st.floats(1.01, 3), st.sampled_from(["higher", "lower"]))
def test_more_spread_makes_the_promise_easier(
    values: list[float], wider: float, better: Any
) -> None:
    mean = float(np.mean(values))
    spread = [mean + wider * (one - mean) for one in values]
    for narrow, wide in zip(
        offered(promise(values, better=better, confidences=(0.9, 0.94))),
        offered(promise(spread, better=better, confidences=(0.9, 0.94))),
        strict=True,
    ):
        # The order statistic of a series may lie on its mean's better side.
        if (narrow < mean) == (better == "higher"):
            assert wide <= narrow + 1e-9 if better == "higher" else wide >= narrow - 1e-9


@SMALL
@given(SERIES, st.integers(1, 99), st.sampled_from(["higher", "lower"]))
def test_an_easier_promise_is_never_kept_less_surely(
    values: list[float], declared: int, better: Any
) -> None:
    easier = declared - 1 if better == "higher" else declared + 1
    kept = [
        promise(values, better=better, declared=one, scale=(0, 100)).kept
        for one in (declared, easier)
    ]
    assert kept[0] is not None
    assert kept[1] is not None
    assert kept[0] <= kept[1] + 1e-12


# --- What cannot be told, and what is refused ---


@pytest.mark.parametrize(
    ("values", "more", "word"),
    [
        ([], {}, "too few"),
        ([5], {}, "too few"),
        ([None] * 24, {}, "too few"),
        (STEADY[:11], {}, "too few"),
        ([5.0] * 24, {}, "no variation"),
        ([0.0] * 24, {}, "no variation"),
        (STEADY, {"stable": False}, "not stable"),
    ],
)
def test_where_nothing_can_be_told_the_word_says_why(
    values: list[float | None], more: dict[str, Any], word: str
) -> None:
    found = promise(values, better="lower", declared=6, **more)
    assert found.call == word
    assert (found.kept, found.offers, found.method) == (None, (), None)


def test_a_promise_beyond_the_scale_is_said_to_be() -> None:
    for declared in (101, -1):
        found = promise(STEADY, better="higher", declared=declared, scale=(0, 100))
        assert (found.call, found.kept) == (Call.BEYOND, None)
        assert len(found.offers) == 3


def test_more_confidence_than_the_values_bear_is_not_offered() -> None:
    skewed = np.random.default_rng(8).lognormal(1, 1, 30)
    found = promise(skewed, better="lower", confidences=(0.9, 0.99))
    assert found.method == Method.ORDER
    assert found.offers[0].value is not None
    assert found.offers[1].value is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"better": "neutral"}, "direction-unknown"),
        ({"confidences": (0.8, 1)}, "confidence-out-of-range"),
        ({"declared": float("inf")}, "limit-not-finite"),
        ({"tolerance": -1}, "tolerance-impossible"),
        ({"tolerance": float("nan")}, "tolerance-impossible"),
        ({"scale": (0, 40)}, "values-beyond-scale"),
        ({"denominators": [10] * 24}, "scale-missing"),
        ({"scale": (0, 100), "denominators": [10]}, "denominators-impossible"),
        ({"scale": (0, 100), "denominators": [-1] * 24}, "denominators-impossible"),
        (
            {"scale": (0, 100), "next_denominator": 0.5, "denominators": [9] * 24},
            "denominators-impossible",
        ),
    ],
)
def test_bad_input_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(JudgeError, match=f"^{code}"):
        promise(STEADY, **{"better": "lower", **more})


def test_a_negative_duration_and_an_infinite_value_are_refused() -> None:
    with pytest.raises(JudgeError, match=r"^values-beyond-scale: values\[1\] is -2"):
        promise([1, -2], better="lower", scale=(0, None))
    with pytest.raises(JudgeError, match=r"^values-infinite"):
        promise([1, float("inf")], better="lower")
