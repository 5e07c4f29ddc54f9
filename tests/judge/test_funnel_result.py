"""Who stands out: both lists in order, with what they rest on."""

from __future__ import annotations

import pytest

from scorecard.judge.funnel import funnel
from scorecard.judge.funnel_result import Allowance, outliers

NAMES = ["plain", "good", "best", "bad", "worst", "none"]
TOP, SIZE = [500, 620, 900, 380, 100, None], [1000, 1000, 1000, 1000, 1000, 5]


def test_both_lists_begin_with_the_farthest_and_carry_their_evidence() -> None:
    found = outliers(funnel(TOP, SIZE, names=NAMES, overdispersion=False))

    assert [unit.name for unit in found.better] == ["best", "good"]
    assert [unit.name for unit in found.worse] == ["worst", "bad"]
    best = found.better[0]
    assert (best.size, best.value) == (1000, 0.9)
    assert best.limits[-1].upper < 0.9
    assert found.expected == pytest.approx(5 * 0.002)
    assert (found.allowance, found.without) == (Allowance.NONE, 0)


def test_the_other_direction_turns_the_lists() -> None:
    found = outliers(funnel(TOP, SIZE, names=NAMES, better="lower", overdispersion=False))

    assert [unit.name for unit in found.better] == ["worst", "bad"]
    assert [unit.name for unit in found.worse] == ["best", "good"]


def test_without_a_direction_they_are_above_and_below() -> None:
    found = outliers(funnel(TOP, SIZE, names=NAMES, better="neutral", overdispersion=False))

    assert [unit.name for unit in found.better] == ["best", "good"]
    assert [unit.name for unit in found.worse] == ["worst", "bad"]


def test_how_many_more_chance_alone_would_name_is_stated() -> None:
    found = outliers(funnel(TOP, SIZE, names=NAMES))

    assert found.allowance is Allowance.ADDITIVE
    assert (found.better, found.worse) == ((), ())
    assert found.watch == ()
    assert found.without == 4


def test_the_warning_band_is_a_list_of_its_own() -> None:
    found = outliers(
        funnel([500, 545, 500, 460], [1000] * 4, names=NAMES[:4], overdispersion=False)
    )

    assert (found.better, found.worse) == ((), ())
    assert [unit.name for unit in found.watch] == ["good", "bad"]


def test_nobody_stands_out_of_nothing() -> None:
    found = outliers(funnel([], []))

    assert (found.better, found.worse, found.expected) == ((), (), 0)
