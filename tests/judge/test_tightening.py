"""Tightening is proposed where it would be kept, refused with its reason, and never loosens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.promise import promise
from scorecard.judge.tightening import Loosening, Refusal, loosen, tighten

STEADY = [float(one) for one in np.random.default_rng(5).normal(50, 5, 36).round(2)]
SERIES = st.lists(st.integers(100, 900).map(lambda one: one / 10), min_size=24, max_size=40).filter(
    lambda values: max(values) > min(values)
)
BETTER = st.sampled_from(["higher", "lower"])
SMALL = settings(max_examples=60, deadline=None)
KEEPS: dict[str, Any] = {"variation": "common cause", "assurance": "keeps"}


# --- The proposal ---


def test_what_is_kept_surely_is_proposed_on_the_easier_side_of_a_plain_step() -> None:
    found = tighten(STEADY, 80, better="lower", **KEEPS)

    (offer,) = promise(STEADY, better="lower", confidences=(0.95,)).offers
    assert offer.value == pytest.approx(55.831, abs=1e-3)
    # The gain is about 24, and the largest plain step below a quarter of it is 5.
    assert found.value == 60
    assert found.refusal is None
    assert found.kept is not None
    assert 0.95 < found.kept < 0.999
    assert found.sentence == (
        "60 instead of 80 would be kept in the next period with a probability of "
        f"{100 * found.kept:.1f} %."
    )
    assert found.cpk is not None


@pytest.mark.parametrize(
    ("quarter", "step"), [(0.19, 0.1), (0.21, 0.2), (0.49, 0.2), (0.51, 0.5), (0.99, 0.5)]
)
def test_the_step_gives_away_no_more_than_a_quarter_of_the_gain(
    quarter: float, step: float
) -> None:
    (offer,) = promise(STEADY, better="lower", confidences=(0.95,)).offers
    assert offer.value is not None
    found = tighten(STEADY, offer.value + 4 * quarter, better="lower", **KEEPS)
    assert found.value == pytest.approx(np.ceil(offer.value / step) * step)


def test_the_step_may_be_stated_and_the_confidence_chosen() -> None:
    tenths = tighten(STEADY, 80, better="lower", step=0.1, **KEEPS)
    tens = tighten(STEADY, 80, better="lower", step=10, **KEEPS)
    surer = tighten(STEADY, 80, better="lower", step=0.1, confidence=0.99, **KEEPS)
    assert tenths.value is not None
    assert surer.value is not None
    assert tenths.value == round(tenths.value, 1)
    assert tens.value == 60
    assert surer.value > tenths.value
    # The next whole 80 is the present one.
    assert tighten(STEADY, 80, better="lower", step=80, **KEEPS).refusal == Refusal.NO_ROOM


def test_without_a_chart_capability_says_whether_it_is_kept() -> None:
    steady: dict[str, Any] = {"better": "lower", "variation": "common cause"}
    mean, spread = np.mean(STEADY), np.abs(np.diff(STEADY)).mean() / 1.128
    assert tighten(STEADY, float(mean + 3.05 * spread), **steady).value is not None
    assert tighten(STEADY, float(mean + 2.95 * spread), **steady).refusal == Refusal.NOT_KEPT


# --- The refusals ---


@pytest.mark.parametrize(
    ("values", "present", "more", "word"),
    [
        (STEADY, None, {}, "not in force"),
        (STEADY, 101, {"scale": (0, 100)}, "beyond the scale"),
        ([], 80, {}, "too few"),
        ([50.0], 80, {}, "too few"),
        ([None] * 36, 80, {}, "too few"),
        (STEADY[:23], 80, {}, "too few"),
        (STEADY, 80, {"variation": "improving"}, "not stable"),
        (STEADY, 80, {"variation": "concerning"}, "not stable"),
        (STEADY, 80, {"variation": "neutral"}, "not stable"),
        (STEADY, 80, {"assurance": "hit or miss"}, "not kept consistently"),
        (STEADY, 80, {"assurance": "misses"}, "not kept consistently"),
        ([50.0] * 36, 80, {}, "no variation"),
        (STEADY, 55, {}, "no room"),
        (STEADY, 56.5, {"tolerance": 1}, "no room"),
    ],
)
def test_every_refusal_has_its_word_and_a_sentence(
    values: list[float | None], present: float | None, more: dict[str, Any], word: str
) -> None:
    found = tighten(values, present, **{"better": "lower", **KEEPS, **more})
    assert (found.refusal, found.value, found.kept) == (word, None, None)
    assert found.sentence.endswith(".")
    assert "{" not in found.sentence


def test_more_confidence_than_the_periods_bear_is_refused() -> None:
    skewed = np.random.default_rng(8).lognormal(1, 1, 30)
    found = tighten(skewed, 500, better="lower", confidence=0.99, **KEEPS)
    assert found.refusal == Refusal.NO_LIMIT
    assert found.sentence == "30 periods cannot tell what is kept with 99 % confidence."


def test_each_reason_has_a_sentence() -> None:
    from scorecard.judge import tightening

    assert {*tightening._SENTENCES} == {*Refusal}


# --- Laws ---


@SMALL
@given(SERIES, st.integers(1, 100), BETTER, st.floats(0.5, 0.99), st.sampled_from([None, 0.5, 7]))
def test_it_never_loosens_and_what_it_proposes_is_kept(
    values: list[float], present: int, better: Any, confidence: float, step: float | None
) -> None:
    found = tighten(
        values,
        present,
        better=better,
        confidence=confidence,
        step=step,
        tolerance=1,
        scale=(0, 100),
        **KEEPS,
    )
    if found.value is None:
        assert found.refusal is not None
    else:
        assert found.value > present + 1 if better == "higher" else found.value < present - 1
        assert 0 <= found.value <= 100
        assert found.kept is not None
        assert found.kept >= confidence - 1e-9


@SMALL
@given(SERIES, st.integers(1, 100))
def test_a_mirrored_series_has_the_mirrored_proposal(values: list[float], present: int) -> None:
    ahead = tighten(values, present, better="higher", **KEEPS)
    mirrored = tighten([-one for one in values], -present, better="lower", **KEEPS)
    assert ahead.refusal == mirrored.refusal
    if ahead.value is not None:
        assert mirrored.value is not None
        assert ahead.value == pytest.approx(-mirrored.value)


@SMALL
@given(SERIES, st.integers(1, 100), st.sampled_from([0.001, 0.1, 100]))
def test_tenfold_units_give_the_tenfold_proposal(
    values: list[float], present: int, unit: float
) -> None:
    here = tighten(values, present, better="lower", **KEEPS)
    there = tighten([unit * one for one in values], unit * present, better="lower", **KEEPS)
    assert here.refusal == there.refusal
    if here.value is not None:
        assert there.value is not None
        assert unit * here.value == pytest.approx(there.value)


def test_a_share_is_never_proposed_beyond_100() -> None:
    for cases in (20, 2000):
        found = tighten(
            [100.0] * 35 + [99.5],
            90,
            better="higher",
            scale=(0, 100),
            denominators=[cases] * 36,
            **KEEPS,
        )
        assert found.value is not None
        assert 90 < found.value <= 100


# --- Loosening, and what is refused ---


def test_loosening_states_its_reason() -> None:
    found = loosen(90, 85, better="higher", reason="  A second site opened.  ")
    assert found == Loosening(90, 85, "A second site opened.")
    assert loosen(5, 7, better="lower", reason="Fewer crews.").value == 7


@pytest.mark.parametrize("reason", ["", "   ", "\n", None])
def test_loosening_without_a_reason_is_refused(reason: Any) -> None:
    with pytest.raises(JudgeError, match=r"^loosen-without-reason: To promise 85 instead of 90"):
        loosen(90, 85, better="higher", reason=reason)


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (lambda: loosen(90, 95, better="higher", reason="x"), "loosen-not-easier"),
        (lambda: loosen(90, 90, better="higher", reason="x"), "loosen-not-easier"),
        (lambda: loosen(90, 85, better="lower", reason="x"), "loosen-not-easier"),
        (lambda: loosen(90, float("nan"), better="lower", reason="x"), "limit-not-finite"),
        (lambda: loosen(90, 85, better="neutral", reason="x"), "direction-unknown"),  # type: ignore[arg-type]
        (lambda: tighten(STEADY, 80, better="lower", step=0, **KEEPS), "step-impossible"),
        (
            lambda: tighten(STEADY, 80, better="lower", step=float("inf"), **KEEPS),
            "step-impossible",
        ),
        (
            lambda: tighten(STEADY, float("inf"), better="lower", **KEEPS),
            "limit-not-finite",
        ),
        (lambda: tighten([1, float("inf")], 5, better="lower", **KEEPS), "values-infinite"),
    ],
)
def test_bad_input_is_refused(refused: Any, code: str) -> None:
    with pytest.raises(JudgeError, match=f"^{code}"):
        refused()
