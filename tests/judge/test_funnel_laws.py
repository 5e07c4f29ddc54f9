"""The laws of a comparison, and how often a funnel takes chance for more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.funnel import funnel, funnel_of_means
from scorecard.judge.funnel_result import Allowance, Funnel, Standing

UNITS = st.lists(
    st.integers(0, 400).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))),
    min_size=0,
    max_size=12,
)


def standings(found: Funnel) -> list[Standing]:
    return [unit.standing for unit in found.units]


@given(units=UNITS, data=st.data(), kind=st.sampled_from(["share", "rate"]))
def test_the_order_and_the_names_of_units_change_nothing(
    units: list[tuple[int, int]], data: st.DataObject, kind: Any
) -> None:
    order = data.draw(st.permutations(range(len(units))))
    numerators, denominators = [one[0] for one in units], [one[1] for one in units]

    found = funnel(numerators, denominators, kind=kind)
    moved = funnel(
        [numerators[i] for i in order],
        [denominators[i] for i in order],
        kind=kind,
        names=[f"somewhere {i}" for i in order],
    )

    assert moved.levels == found.levels
    assert moved.dispersion == found.dispersion
    for at, i in enumerate(order):
        before, after = found.units[i], moved.units[at]
        assert (before.value, before.limits, before.score, before.standing) == (
            after.value,
            after.limits,
            after.score,
            after.standing,
        )


@given(units=UNITS)
def test_failures_counted_for_successes_with_the_direction_turned_is_the_same_judgement(
    units: list[tuple[int, int]],
) -> None:
    sizes = [size for _, size in units]

    found = funnel([top for top, _ in units], sizes, better="higher")
    mirrored = funnel([size - top for top, size in units], sizes, better="lower")

    assert standings(found) == standings(mirrored)


@given(
    means=st.lists(st.floats(-50, 50), min_size=1, max_size=10),
    data=st.data(),
    factor=st.sampled_from([0.001, 0.5, 60.0, 1440.0]),
    shift=st.sampled_from([0.0, 12.5]),
)
def test_another_unit_of_measure_gives_the_same_judgement(
    means: list[float], data: st.DataObject, factor: float, shift: float
) -> None:
    count = len(means)
    sizes = data.draw(st.lists(st.integers(2, 500), min_size=count, max_size=count))
    # Not within rounding of a limit, where the unit of measure decides the last digit.
    means = [round(mean, 3) for mean in means]

    found = funnel_of_means(means, sizes, 7.0)
    scaled = funnel_of_means([factor * mean + shift for mean in means], sizes, factor * 7.0)

    assert standings(scaled) == standings(found)


@given(
    share=st.integers(0, 10),
    sizes=st.lists(st.integers(1, 300), min_size=2, max_size=15),
    kind=st.sampled_from(["share", "rate"]),
)
def test_equal_units_have_no_outlier(share: int, sizes: list[int], kind: Any) -> None:
    found = funnel([share * size for size in sizes], [10 * size for size in sizes], kind=kind)

    assert set(standings(found)) <= {Standing.WITHIN, Standing.TOO_FEW}
    assert found.dispersion.allowance is Allowance.NONE


@given(units=UNITS, kind=st.sampled_from(["share", "rate"]))
def test_the_allowance_only_ever_widens(units: list[tuple[int, int]], kind: Any) -> None:
    numerators, denominators = [one[0] for one in units], [one[1] for one in units]
    narrow = funnel(numerators, denominators, kind=kind, overdispersion=False)
    for way in ("additive", "multiplicative"):
        wide = funnel(numerators, denominators, kind=kind, overdispersion=way)
        for one, other in zip(narrow.units, wide.units, strict=True):
            for inside, outside in zip(one.limits, other.limits, strict=True):
                assert outside.lower <= inside.lower <= inside.upper <= outside.upper
        for one, other in zip(narrow.levels, wide.levels, strict=True):
            assert other.found <= other.found_without_allowance == one.found


# --- How often chance is taken for more: the table in docs/judging/comparison.md ---


def false_alarms(
    between: float, overdispersion: bool, kind: str = "share", runs: int = 200, count: int = 40
) -> tuple[float, float]:
    """Share of units beyond either limit where units differ by chance and by `between` alone."""
    random = np.random.default_rng(20)
    beyond = np.zeros(2)
    for _ in range(runs):
        sizes = np.round(np.exp(random.uniform(np.log(20), np.log(5000), count)))
        level = np.clip(random.normal(0.8, between, count), 0, 1)
        events = (
            random.binomial(sizes.astype(int), level)
            if kind == "share"
            else random.poisson(sizes * level)
        )
        found = funnel(events, sizes, kind=kind, overdispersion=overdispersion)  # type: ignore[arg-type]
        beyond += [one.found for one in found.levels]
    narrow, wide = beyond / (runs * count)
    return float(narrow), float(wide)


@pytest.mark.parametrize("kind", ["share", "rate"])
@pytest.mark.parametrize("overdispersion", [True, False])
def test_units_alike_are_named_no_more_often_than_the_limits_say(
    kind: str, overdispersion: bool
) -> None:
    narrow, wide = false_alarms(0.0, overdispersion, kind)

    assert 0.03 < narrow <= 0.05
    assert 0.0005 < wide <= 0.002


def test_units_that_all_differ_a_little_are_named_far_less_often_with_an_allowance() -> None:
    narrow, wide = false_alarms(0.05, False)
    allowed_narrow, allowed_wide = false_alarms(0.05, True)

    assert 0.40 < narrow < 0.46
    assert 0.25 < wide < 0.30
    # Winsorised scores understate the scatter that is everywhere: it is less often, not seldom.
    assert 0.14 < allowed_narrow < 0.19
    assert 0.03 < allowed_wide < 0.045
