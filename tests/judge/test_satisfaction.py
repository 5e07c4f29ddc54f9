"""Satisfaction as GOV.UK scores it, and one figure for many services."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.satisfaction import satisfaction, weighted_rollup

# From the tests of alphagov/spotlight, the GOV.UK Performance Platform.
GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "golden" / "satisfaction_cases.json").read_text(encoding="utf-8")
)
SCORES = GOLDEN["user_satisfaction"]
COUNTS = st.lists(st.integers(0, 10_000), min_size=5, max_size=5)


@pytest.mark.parametrize("case", SCORES["cases"])
def test_every_published_score(case: dict[str, Any]) -> None:
    assert satisfaction(case["counts"], tuple(SCORES["scale"])) == case["score"]


@pytest.mark.parametrize("case", GOLDEN["weighted_rollup"]["cases"])
def test_every_published_roll_up(case: dict[str, Any]) -> None:
    product, volume = case["value_times_volume"], case["volume"]
    cost = product / volume
    # Three services that together have this volume and this cost, and two that lack one of both.
    found = weighted_rollup(
        [0.5 * cost, 1.5 * cost, cost, 1e6, None],
        [volume / 4, volume / 4, volume / 2, None, 1e6],
    )

    assert found.value_times_volume == pytest.approx(product)
    assert (found.volume, found.counted, found.total) == (volume, 3, 5)
    assert found.shown("pounds") == case["weighted"]


def test_percent_is_kept_to_three_decimals() -> None:
    assert weighted_rollup([1, 0], [2, 1]).shown("percent") == 0.667
    assert weighted_rollup([1, 0], [2, 1]).shown("days") == 0.7


def test_totals_are_summed_and_never_averaged() -> None:
    assert weighted_rollup([10, 20], [1, 99]).value == pytest.approx(19.9)


@pytest.mark.parametrize(
    ("values", "volumes"), [([], []), ([None], [3]), ([3], [None]), ([3], [0])]
)
def test_nothing_to_weigh_is_no_figure(values: list[float], volumes: list[float]) -> None:
    found = weighted_rollup(values, volumes)

    assert (found.value, found.volume, found.shown("percent")) == (None, 0, None)


def test_an_unknown_count_is_no_score() -> None:
    assert satisfaction([1, None, 1, 1, 1]) is None


def test_another_scale() -> None:
    assert satisfaction([0, 3], (0, 1)) == 1
    assert satisfaction([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], (0, 10)) == 0.25


@given(COUNTS)
def test_the_score_is_the_mean_answer_and_mirrors(counts: list[int]) -> None:
    answers = [step for step, count in zip(range(1, 6), counts, strict=True) for _ in range(count)]
    score = satisfaction(counts)

    if score is None:
        assert not answers
        return
    assert score == pytest.approx((sum(answers) / len(answers) - 1) / 4, abs=1e-12)
    assert satisfaction(counts[::-1]) == pytest.approx(1 - score, abs=1e-12)


@pytest.mark.parametrize(
    ("code", "counts", "scale"),
    [
        ("satisfaction-scale", [1, 2, 3], (1, 5)),
        ("satisfaction-scale", [], (1, 5)),
        ("satisfaction-scale", [1], (1, 1)),
        ("satisfaction-negative", [1, 1, -1, 1, 1], (1, 5)),
        ("values-infinite", [1, 1, float("inf"), 1, 1], (1, 5)),
        ("values-not-numbers", ["1", 1, 1, 1, 1], (1, 5)),
    ],
)
def test_what_is_no_survey_is_refused(code: str, counts: list[Any], scale: tuple[int, int]) -> None:
    with pytest.raises(JudgeError, match=f"^{code}: "):
        satisfaction(counts, scale)


@pytest.mark.parametrize(("values", "volumes"), [([1, 2], [1]), ([1], [-1])])
def test_volumes_that_do_not_fit_are_refused(values: list[float], volumes: list[float]) -> None:
    with pytest.raises(JudgeError, match=r"^satisfaction-volumes: "):
        weighted_rollup(values, volumes)
