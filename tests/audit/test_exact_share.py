"""The exact interval covers every population at its rate; held against scipy's distribution."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from scorecard.audit.exact_share import exact_share
from scorecard.errors import JudgeError


def plainly(met: int, n: int, population: int, confidence: float) -> tuple[float, float]:
    """Blaker's interval by trying every number of met cases, with scipy's chances."""
    possible: list[int] = []
    for there in range(met, population - n + met + 1):
        chances = hypergeom.pmf(range(n + 1), population, there, n)
        tails = [min(sum(chances[: k + 1]), sum(chances[k:])) for k in range(n + 1)]
        seen = tails[met] * (1 + 1e-7)
        if sum(chance for chance, tail in zip(chances, tails, strict=True) if tail <= seen) > (
            1 - confidence
        ):
            possible.append(there)
    return min(possible) / population, max(possible) / population


@pytest.mark.parametrize(
    ("n", "population", "confidence"), [(7, 20, 0.95), (12, 40, 0.8), (20, 25, 0.99), (5, 60, 0.95)]
)
def test_it_is_the_interval_found_by_trying_everything(
    n: int, population: int, confidence: float
) -> None:
    for met in range(n + 1):
        assert exact_share(met, n, population, confidence) == plainly(
            met, n, population, confidence
        )


@pytest.mark.parametrize(
    ("n", "population", "confidence"),
    [(10, 30, 0.95), (30, 120, 0.8), (60, 100, 0.95), (1, 9, 0.9)],
)
def test_every_population_is_covered_at_the_rate_or_above(
    n: int, population: int, confidence: float
) -> None:
    intervals = [exact_share(met, n, population, confidence) for met in range(n + 1)]
    for there in range(population + 1):
        held = sum(
            hypergeom.pmf(met, population, there, n)
            for met, (lower, upper) in enumerate(intervals)
            if lower <= there / population <= upper
        )
        assert held >= confidence - 1e-9, there


SIZES = st.integers(1, 80).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 4 * n))
)


@settings(max_examples=60)
@given(SIZES, st.sampled_from([0.5, 0.8, 0.95, 0.999]))
def test_it_holds_the_share_seen_is_mirrored_and_possible(
    sizes: tuple[int, int, int], confidence: float
) -> None:
    met, n, population = sizes
    lower, upper = exact_share(met, n, population, confidence)
    mirrored = exact_share(n - met, n, population, confidence)
    assert (1 - upper, 1 - lower) == pytest.approx(mirrored, abs=1e-12)
    # As counts, since these are whole: M is at least what was seen, and at most what is left.
    fewest, most = round(lower * population), round(upper * population)
    assert met <= fewest <= met / n * population + 1
    assert met / n * population - 1 <= most <= population - (n - met)
    if n == population:
        assert fewest == most == met
        assert lower == pytest.approx(upper)


def test_all_met_is_no_certainty_and_none_met_neither() -> None:
    assert exact_share(50, 50, 200) == (0.945, 1.0)
    assert exact_share(0, 50, 200) == (0.0, 0.055)


def test_a_large_population_is_as_good_as_endless() -> None:
    from scipy.stats import binomtest

    lower, upper = exact_share(94, 100, 1_000_000)
    theirs = binomtest(94, 100).proportion_ci(0.95)
    # Within Clopper and Pearson's, which is never narrower.
    assert theirs.low <= lower < 0.94 < upper <= theirs.high
    assert (lower, upper) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_a_confidence_in_percent_is_refused() -> None:
    with pytest.raises(JudgeError) as refused:
        exact_share(1, 2, 3, 95)
    assert refused.value.code == "confidence-out-of-range"
