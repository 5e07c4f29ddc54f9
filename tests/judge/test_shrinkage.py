"""Shrinkage against published estimates, its laws, and how often its intervals hold the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecard.errors import JudgeError
from scorecard.judge.shrinkage import Shrinkage, shrink, shrink_means
from tests.judge.published import BIRTHS, DEATHS, OPERATIONS, SURGERY

# First 45 times at bat and the batting average over the rest of the season 1970: Efron, B. and
# Morris, C. (1975), "Data analysis using Stein's estimator and its generalizations", Journal of the
# American Statistical Association 70, 311-319, table 1.
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
LATER = [346, 298, 276, 222, 273, 270, 263, 210, 269, 230, 264, 256, 303, 264, 226, 285, 316, 200]
AT_BATS = 45
UNITS = st.lists(
    st.integers(0, 400).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))),
    max_size=12,
)


def estimates(found: Shrinkage) -> list[float | None]:
    return [unit.shrunk for unit in found.units]


def test_sudden_infant_deaths_are_smoothed_as_by_marshalls_estimator_in_pysal() -> None:
    # esda (PySAL), esda/tests/test_smoothing.py, test_Empirical_Bayes: the first five counties of
    # North Carolina, 1974 to 1978.
    published = [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349]

    found = shrink(DEATHS, BIRTHS, kind="rate")

    assert found.whole == pytest.approx(667 / 329_962)
    assert estimates(found)[:5] == pytest.approx(published, abs=5e-8)


def test_batting_averages_are_drawn_together_as_by_efron_and_morris() -> None:
    # Efron, B. and Morris, C. (1977), "Stein's paradox in statistics", Scientific American 236(5),
    # 119-127: grand mean 0.265, shrinking factor 0.212, Clemente from 0.400 to 0.294.
    averages = np.array(HITS) / AT_BATS
    grand = averages.mean()
    sd = np.sqrt(grand * (1 - grand))

    found = shrink_means(averages, [AT_BATS] * 18, sd)

    assert found.whole == pytest.approx(0.265, abs=5e-4)
    assert {round(unit.weight or 0, 3) for unit in found.units} == {0.212}
    assert found.units[0].shrunk == pytest.approx(0.294, abs=5e-4)
    assert found.units[-1].shrunk == pytest.approx(0.242, abs=5e-4)
    squared = (averages - grand) @ (averages - grand)
    assert found.units[0].weight == pytest.approx(1 - 15 * sd**2 / AT_BATS / squared)


def test_how_unsure_a_mean_is_counts_in_that_the_pull_itself_is_estimated() -> None:
    """Morris (1983) written out, k = 18: V(1 - 17B/18) + 2B²d²/15."""
    averages = np.array(HITS) / AT_BATS
    found = shrink_means(averages, [AT_BATS] * 18, 0.44)

    for unit, average in zip(found.units, averages, strict=True):
        pull = 1 - (unit.weight or 0)
        own = 0.44**2 / AT_BATS * (1 - 17 * pull / 18)
        of_pull = 2 * pull**2 * (average - averages.mean()) ** 2 / 15
        half = 1.959964 * (own + of_pull) ** 0.5
        assert unit.interval == pytest.approx(
            ((unit.shrunk or 0) - half, (unit.shrunk or 0) + half), abs=1e-6
        )


def test_the_shrunken_averages_miss_the_season_by_a_third_of_the_squares_of_the_raw_ones() -> None:
    averages = np.array(HITS) / AT_BATS
    later = np.array(LATER) / 1000

    found = np.array(estimates(shrink(HITS, [AT_BATS] * 18)), float)

    assert ((found - later) ** 2).sum() < ((averages - later) ** 2).sum() / 3


def test_shares_have_the_weights_of_martuzzi_and_elliott() -> None:
    deaths, sizes = np.array(SURGERY, float), np.array(OPERATIONS, float)
    middle = deaths.sum() / sizes.sum()
    scatter = (sizes * (deaths / sizes - middle) ** 2).sum() / sizes.sum()
    chance, mean_size = middle * (1 - middle), sizes.mean()
    between = (mean_size * scatter - chance) / (mean_size - 1)
    weights = between / (between + (chance - between) / sizes)

    found = shrink(SURGERY, OPERATIONS)

    assert found.variance == pytest.approx(between)
    assert [unit.weight for unit in found.units] == pytest.approx(list(weights))
    assert estimates(found) == pytest.approx(list(middle + weights * (deaths / sizes - middle)))


def test_the_interval_is_that_of_the_beta_distribution_with_the_shrunken_mean() -> None:
    found = shrink(SURGERY, OPERATIONS, confidence=0.9)

    for unit in found.units:
        assert unit.posterior is not None
        assert unit.interval is not None
        posterior = stats.beta(*unit.posterior)
        assert posterior.mean() == pytest.approx(unit.shrunk)
        assert tuple(unit.interval) == pytest.approx(posterior.interval(0.9))


def test_a_hospital_without_a_death_in_47_is_not_believed_to_be_without_risk() -> None:
    first = shrink(SURGERY, OPERATIONS).units[0]

    assert first.raw == 0
    assert first.shrunk is not None
    assert 0.03 < first.shrunk < 0.07
    assert first.weight is not None
    assert first.weight < 0.5


def test_the_interval_of_a_rate_is_that_of_the_gamma_distribution() -> None:
    found = shrink(DEATHS, BIRTHS, kind="rate")

    for unit in found.units[:10]:
        assert unit.posterior is not None
        assert unit.interval is not None
        shape, rate = unit.posterior
        posterior = stats.gamma(shape, scale=1 / rate)
        assert posterior.mean() == pytest.approx(unit.shrunk)
        assert tuple(unit.interval) == pytest.approx(posterior.interval(0.95))


def test_units_that_differ_no_more_than_chance_are_all_the_whole() -> None:
    found = shrink([50, 52, 49, 51], [100] * 4)

    assert found.variance == 0
    assert estimates(found) == pytest.approx([0.505] * 4)
    assert {unit.reason for unit in found.units} == {"units differ no more than chance"}
    for unit in found.units:
        assert unit.interval is not None
        assert unit.interval.lower < 0.505 < unit.interval.upper


def test_unknown_units_keep_their_place() -> None:
    found = shrink([5, None, 0, 30], [10, 10, 0, 40], names=list("abcd"))

    assert [unit.name for unit in found.units] == list("abcd")
    assert [unit.reason for unit in found.units][1:3] == ["no data", "no data"]
    assert estimates(found)[1:3] == [None, None]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (shrink([4], [5]), "fewer than two units: nothing to draw towards"),
        (shrink([None], [5]), "no data"),
        (shrink_means([1, 2, 3], [5] * 3, 1.0), "fewer than four units: nothing to draw towards"),
        (
            shrink_means([1, 2, 3, 4], [1] * 4, [None] * 4),
            "nothing is known of how observations vary within a unit",
        ),
    ],
)
def test_where_nothing_can_be_drawn_the_reason_is_stated(found: Shrinkage, reason: str) -> None:
    assert {unit.reason for unit in found.units} == {reason}
    assert set(estimates(found)) == {None}
    assert found.variance is None


def test_nothing_at_all_gives_nothing() -> None:
    assert shrink([], []).units == ()
    assert shrink([], []).whole is None


def test_all_or_nothing_units_are_certain_of_themselves() -> None:
    found = shrink([100, 0], [100, 100])

    assert estimates(found) == pytest.approx([1, 0], abs=0.02)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("units-more-than-all", lambda: shrink([3], [2])),
        ("units-unknown-word", lambda: shrink([1], [2], kind="mean")),  # type: ignore[arg-type]
        ("confidence-out-of-range", lambda: shrink([1], [2], confidence=1)),
        ("confidence-out-of-range", lambda: shrink_means([1], [2], 1, confidence=0)),
    ],
)
def test_what_cannot_be_judged_is_refused(code: str, call: Any) -> None:
    with pytest.raises(JudgeError) as refused:
        call()
    assert refused.value.code == code


# --- Laws ---


@given(units=UNITS, kind=st.sampled_from(["share", "rate"]))
def test_an_estimate_lies_between_the_unit_and_the_whole_and_in_its_interval(
    units: list[tuple[int, int]], kind: Any
) -> None:
    found = shrink([one[0] for one in units], [one[1] for one in units], kind=kind)

    for unit in found.units:
        if unit.shrunk is None:
            continue
        assert unit.raw is not None
        assert unit.interval is not None
        assert found.whole is not None
        low, high = sorted([unit.raw, found.whole])
        assert low - 1e-9 <= unit.shrunk <= high + 1e-9
        assert 0 <= (unit.weight or 0) <= 1
        assert unit.interval.lower <= unit.shrunk <= unit.interval.upper


@given(units=UNITS, kind=st.sampled_from(["share", "rate"]))
def test_the_larger_unit_speaks_more_for_itself(units: list[tuple[int, int]], kind: Any) -> None:
    found = shrink([one[0] for one in units], [one[1] for one in units], kind=kind)

    known = sorted((unit.size or 0, unit.weight) for unit in found.units if unit.weight is not None)
    weights = [weight for _, weight in known]
    assert weights == sorted(weights)


@given(units=UNITS, data=st.data(), kind=st.sampled_from(["share", "rate"]))
def test_the_order_of_units_changes_nothing(
    units: list[tuple[int, int]], data: st.DataObject, kind: Any
) -> None:
    order = data.draw(st.permutations(range(len(units))))

    found = shrink([one[0] for one in units], [one[1] for one in units], kind=kind)
    moved = shrink([units[i][0] for i in order], [units[i][1] for i in order], kind=kind)

    assert estimates(moved) == [estimates(found)[i] for i in order]
    assert moved.variance == found.variance


@given(units=UNITS)
def test_failures_counted_for_successes_mirror_the_estimates(units: list[tuple[int, int]]) -> None:
    sizes = [size for _, size in units]

    found = shrink([top for top, _ in units], sizes)
    mirrored = shrink([size - top for top, size in units], sizes)

    for one, other in zip(estimates(found), estimates(mirrored), strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or one == pytest.approx(1 - other, abs=1e-9)


@given(
    means=st.lists(st.floats(-50, 50), min_size=4, max_size=10),
    data=st.data(),
    factor=st.sampled_from([0.001, 0.5, 1440.0]),
)
def test_means_in_another_unit_are_the_same_means(
    means: list[float], data: st.DataObject, factor: float
) -> None:
    count = len(means)
    sizes = data.draw(st.lists(st.integers(2, 500), min_size=count, max_size=count))

    found = shrink_means(means, sizes, 7.0)
    scaled = shrink_means([factor * mean for mean in means], sizes, factor * 7.0)

    for one, other in zip(estimates(found), estimates(scaled), strict=True):
        assert one is not None
        assert other is not None
        assert factor * one == pytest.approx(other, rel=1e-6, abs=1e-6 * factor)


# --- How often the interval holds the truth: the table in docs/judging/comparison.md ---


def coverage(kind: str, count: int, runs: int = 100) -> float:
    """Share of units whose true value lies in the 95 % interval."""
    random = np.random.default_rng(30)
    held = 0
    for _ in range(runs):
        sizes = random.integers(10, 400, count)
        if kind == "share":
            true = random.beta(16, 4, count)
            found = shrink(random.binomial(sizes, true), sizes)
        elif kind == "rate":
            true = random.gamma(16, 0.05, count)
            found = shrink(random.poisson(sizes * true), sizes, kind="rate")
        else:
            true = random.normal(20, 2, count)
            means = true + random.normal(0, 10 / np.sqrt(sizes))
            found = shrink_means(means, sizes, 10.0)
        for unit, value in zip(found.units, true, strict=True):
            assert unit.interval is not None
            held += unit.interval.lower <= value <= unit.interval.upper
    return held / (runs * count)


@pytest.mark.parametrize(
    ("kind", "count", "least"),
    [
        ("share", 40, 0.935),
        ("rate", 40, 0.935),
        ("mean", 40, 0.935),
        ("share", 8, 0.88),
        ("rate", 8, 0.88),
        ("mean", 8, 0.88),
    ],
)
def test_intervals_hold_the_truth_nearly_as_often_as_they_say(
    kind: str, count: int, least: float
) -> None:
    assert least < coverage(kind, count) < 0.965
