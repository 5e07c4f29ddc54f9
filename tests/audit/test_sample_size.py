"""How many cases: the published sizes, the exact best allocation, and what is refused."""

from __future__ import annotations

from itertools import product
from math import erf, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import samplesize_confint_proportion

from scorecard.audit.sample_size import LEAST, allocate, sample_size
from scorecard.errors import AuditError, JudgeError

TWO_SIGMA = erf(2 / sqrt(2))


def test_the_size_is_cochrans() -> None:
    # Sampling Techniques, §4.4: t = 2, p = 0.5, d = 0.05; then 3,200 people on the island.
    assert sample_size(10**9, 0.05, confidence=TWO_SIGMA).n == 400
    assert sample_size(3200, 0.05, confidence=TWO_SIGMA).n == 356
    assert sample_size(3200, 0.05, confidence=TWO_SIGMA).uncorrected == pytest.approx(400)


@pytest.mark.parametrize(("expected", "half"), [(0.5, 0.05), (0.9, 0.03), (0.2, 0.1)])
def test_without_correction_the_size_is_that_of_statsmodels(expected: float, half: float) -> None:
    theirs = samplesize_confint_proportion(expected, half, alpha=0.05)
    assert sample_size(1000, half, expected=expected).uncorrected == pytest.approx(theirs)


@given(st.integers(1, 10**7), st.floats(0.005, 0.49), st.floats(0.01, 0.99))
def test_the_size_gives_the_precision_and_one_case_less_does_not(
    population: int, half: float, expected: float
) -> None:
    def width(n: int) -> float:
        left = (population - n) / (population - 1) if population > 1 else 0.0
        return 1.959963984540054 * sqrt(expected * (1 - expected) / n * left)

    size = sample_size(population, half, expected=expected)
    assert min(LEAST, population) <= size.n <= population
    assert size.everything == (size.n == population)
    assert width(size.n) <= half + 1e-9
    if size.n > LEAST:
        assert width(size.n - 1) > half - 1e-9


def test_a_small_population_is_examined_whole_and_a_small_sample_says_its_least() -> None:
    assert sample_size(20, 0.05).sentence == "Everything is examined: all 20 cases."
    few = sample_size(1000, 0.2)
    assert (few.n, few.everything) == (30, False)
    assert few.sentence.endswith(" 24 would do; fewer than 30 are not drawn.")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"population": 0}, "population-empty"),
        ({"population": -1}, "sample-size-invalid"),
        ({"population": 9.5}, "sample-size-invalid"),
        ({"half_width": 0}, "precision-out-of-range"),
        ({"half_width": 5}, "precision-out-of-range"),
        ({"half_width": float("nan")}, "precision-out-of-range"),
        ({"expected": 0}, "expected-share-out-of-range"),
        ({"expected": 1}, "expected-share-out-of-range"),
        ({"least": -3}, "sample-size-invalid"),
        ({"confidence": 95}, "confidence-out-of-range"),
    ],
)
def test_what_has_no_size_is_refused(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises((AuditError, JudgeError)) as refused:
        sample_size(**{"population": 100, "half_width": 0.05} | arguments)
    assert refused.value.code == code


def test_five_points_written_as_5_are_told_the_fraction() -> None:
    with pytest.raises(AuditError, match=r"Write 0\.05\."):
        sample_size(100, 5)


STRATA = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(1, 60), min_size=1)


@given(STRATA, st.data(), st.booleans())
def test_strata_add_up_and_one_case_more_takes_none_away(
    populations: dict[str, int], data: st.DataObject, equally: bool
) -> None:
    most = sum(populations.values())
    least = sum(min(2, size) for size in populations.values())
    n = data.draw(st.integers(least, most))
    sizes = allocate(n, populations, equally=equally)
    assert sum(sizes.values()) == n
    assert all(
        min(2, populations[name]) <= size <= populations[name] for name, size in sizes.items()
    )
    assert sizes == allocate(n, dict(reversed(populations.items())), equally=equally)
    if n < most:
        more = allocate(n + 1, populations, equally=equally)
        assert all(more[name] >= size for name, size in sizes.items())


def test_allocations_of_a_known_population() -> None:
    populations = {"a": 5000, "b": 3000, "c": 2000}
    assert allocate(100, populations) == {"a": 50, "b": 30, "c": 20}
    assert allocate(99, populations, equally=True) == {"a": 33, "b": 33, "c": 33}
    # N · s is 5000 · 0.3, 3000 · 0.5 and 2000 · 0.4: 15 to 15 to 8.
    expected = {"a": 0.9, "b": 0.5, "c": 0.8}
    assert allocate(76, populations, expected=expected) == {"a": 30, "b": 30, "c": 16}


def test_neymans_allocation_has_the_least_variance_of_all_there_are() -> None:
    populations = {"a": 40, "b": 9, "c": 25}
    expected = {"a": 0.95, "b": 0.5, "c": 0.7}

    def variance(sizes: dict[str, int]) -> float:
        return sum(
            populations[name] ** 2 * expected[name] * (1 - expected[name]) / size
            for name, size in sizes.items()
        )

    for n in range(6, 40):
        possible = (
            dict(zip(populations, sizes, strict=True))
            for sizes in product(*(range(2, size + 1) for size in populations.values()))
            if sum(sizes) == n
        )
        best = min(variance(sizes) for sizes in possible)
        assert variance(allocate(n, populations, expected=expected)) == pytest.approx(best)


@pytest.mark.parametrize(
    ("n", "populations", "options", "code"),
    [
        (5, {}, {}, "population-empty"),
        (5, {"a": 0, "b": 9}, {}, "stratum-empty"),
        (10, {"a": 4, "b": 5}, {}, "sample-larger-than-population"),
        (3, {"a": 4, "b": 5}, {}, "sample-too-small"),
        (4, {"a": 4, "b": 5}, {"least": 0}, "sample-size-invalid"),
        (True, {"a": 4}, {}, "sample-size-invalid"),
        (4, {"a": 4, "b": 5}, {"expected": {"a": 0.5}}, "strata-uneven"),
        (4, {"a": 4}, {"expected": {"a": 1.0}}, "expected-share-out-of-range"),
        (4, {"a": 4}, {"expected": {"a": 0.5}, "equally": True}, "allocation-twofold"),
    ],
)
def test_what_cannot_be_allocated_is_refused(
    n: int, populations: dict[str, int], options: dict[str, Any], code: str
) -> None:
    with pytest.raises(AuditError) as refused:
        allocate(n, populations, **options)
    assert refused.value.code == code
