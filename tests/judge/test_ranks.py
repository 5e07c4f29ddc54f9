"""Ranks with their intervals: a published table of ranks, the laws, and how often they hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.ranks import Rank, ranks
from scorecard.judge.shrinkage import shrink, shrink_means
from tests.judge.published import OPERATIONS, SURGERY

HOSPITALS = list("ABCDEFGHIJKL")
UNITS = st.lists(
    st.integers(0, 400).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))),
    max_size=8,
)


def of_surgery(**choices: Any) -> dict[str, Rank]:
    shrunk = shrink(SURGERY, OPERATIONS, names=HOSPITALS)
    return {one.name: one for one in ranks(shrunk, better="lower", **choices)}


def test_hospitals_have_ranks_as_uncertain_as_simulated_by_hand() -> None:
    shrunk = shrink(SURGERY, OPERATIONS)
    random = np.random.default_rng(99)
    draws = np.array([random.beta(*(unit.posterior or (1, 1)), 50_000) for unit in shrunk.units])
    by_hand = draws.argsort(axis=0).argsort(axis=0) + 1

    found = list(of_surgery().values())

    for one, positions in zip(found, by_hand, strict=True):
        lowest, middle, highest = np.quantile(positions, [0.025, 0.5, 0.975])
        assert one.rank == pytest.approx(middle, abs=1)
        assert one.lowest == pytest.approx(lowest, abs=1)
        assert one.highest == pytest.approx(highest, abs=1)


def test_only_the_ends_of_the_surgery_table_are_at_all_sure() -> None:
    found = of_surgery()

    # Raw, A is first (no death in 47) and H last (31 in 215).
    assert found["H"].rank == 12
    assert (found["H"].lowest or 0) >= 9
    assert found["A"].rank != 1 or (found["A"].highest or 0) > 6
    widths = [(one.highest or 0) - (one.lowest or 0) for one in found.values()]
    assert np.median(widths) >= 5


def test_a_rank_is_never_said_without_its_interval() -> None:
    one = of_surgery()["H"]

    assert one.words == f"rank 12, between {one.lowest} and 12 of 12"


def test_without_an_estimate_there_is_no_rank() -> None:
    found = ranks(shrink([5, None, 30], [10, 10, 40], names=list("abc")))

    assert [one.of for one in found] == [2, 2, 2]
    assert found[1] == Rank("b", None, None, None, 2)
    assert found[1].words == "no rank"
    assert ranks(shrink([1], [2]))[0].words == "no rank"
    assert ranks(shrink([], [])) == ()


def test_units_alike_may_have_any_rank() -> None:
    found = ranks(shrink([50] * 10, [100] * 10))

    # The median of ten places in equal shares.
    assert {(one.rank, one.lowest, one.highest) for one in found} == {(5, 1, 10)}


def test_units_far_apart_have_their_ranks_for_sure() -> None:
    found = ranks(shrink([100, 900, 500], [1000] * 3))

    assert [(one.rank, one.lowest, one.highest) for one in found] == [
        (3, 3, 3),
        (1, 1, 1),
        (2, 2, 2),
    ]


def test_means_and_rates_are_ranked_too() -> None:
    means = ranks(shrink_means([1, 2, 3, 9], [400] * 4, 1.0), better="lower")
    rates = ranks(shrink([1, 2, 3, 900], [400] * 4, kind="rate"), better="lower")

    assert [one.rank for one in means] == [1, 2, 3, 4]
    assert rates[-1].words == "rank 4, between 4 and 4 of 4"


def test_the_same_seed_gives_the_same_ranks() -> None:
    assert of_surgery(seed=7) == of_surgery(seed=7)


@pytest.mark.parametrize(
    ("code", "choices"),
    [
        ("units-unknown-word", {"better": "neutral"}),
        ("confidence-out-of-range", {"confidence": 95}),
        ("ranks-draws", {"draws": 5}),
    ],
)
def test_what_cannot_be_ranked_is_refused(code: str, choices: dict[str, Any]) -> None:
    with pytest.raises(JudgeError) as refused:
        ranks(shrink([1, 2], [3, 3]), **choices)
    assert refused.value.code == code


@given(units=UNITS, data=st.data())
@settings(max_examples=30)
def test_the_order_of_units_changes_no_rank(
    units: list[tuple[int, int]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(units))))
    names = [f"unit {i}" for i in range(len(units))]

    found = ranks(shrink([one[0] for one in units], [one[1] for one in units], names=names))
    moved = ranks(
        shrink(
            [units[i][0] for i in order],
            [units[i][1] for i in order],
            names=[names[i] for i in order],
        )
    )

    assert list(moved) == [found[i] for i in order]


@given(units=UNITS)
@settings(max_examples=30)
def test_a_rank_lies_in_its_interval_and_the_interval_among_the_units(
    units: list[tuple[int, int]],
) -> None:
    for one in ranks(shrink([one[0] for one in units], [one[1] for one in units])):
        if one.rank is not None:
            assert one.lowest is not None
            assert one.highest is not None
            assert 1 <= one.lowest <= one.rank <= one.highest <= one.of


def test_intervals_hold_the_true_rank_nearly_as_often_as_they_say() -> None:
    random, held = np.random.default_rng(12), 0
    for _ in range(100):
        true = random.beta(16, 4, 20)
        sizes = random.integers(20, 400, 20)
        found = ranks(shrink(random.binomial(sizes, true), sizes), draws=2000)
        places = (-true).argsort().argsort() + 1
        held += sum(
            (one.lowest or 0) <= place <= (one.highest or 0)
            for one, place in zip(found, places, strict=True)
        )
    assert 0.93 < held / 2000 < 0.985
