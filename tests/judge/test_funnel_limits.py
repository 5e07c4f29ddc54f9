"""Limits by size against SciPy's distributions, published limits, and simulated chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecard.judge.funnel_limits import (
    chance_limits,
    evened,
    phi_of,
    tau2_of,
    wide_limits,
    winsorised,
)
from scorecard.judge.units import Kind

# PHEindicatormethods (UK Health Security Agency), tests/testthat/testdata_funnel_prop_outputs.csv:
# normal limits of a share of 80.642448 %, by size.
PHE_CENTRE = 0.80642448
PHE = [
    (1008, 0.78203374, 0.83081521, 0.76796814, 0.84488082),
    (5348, 0.79583537, 0.81701359, 0.78972886, 0.82312010),
    (31477, 0.80205974, 0.81078922, 0.79954269, 0.81330627),
    (110000, 0.80408963, 0.80875933, 0.80274317, 0.81010578),
]
# Vaccinated with and without tuberculosis, others with and without: 13 trials of BCG, as in
# metafor's dat.bcg (Colditz et al. 1994, JAMA 271, 698-702).
BCG = [
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]
SHARES = st.floats(0.01, 0.99)
SIZES = st.integers(1, 3000)


def published(distribution: Any, p: float) -> float:
    """Spiegelhalter's count at `p`, from SciPy's distribution."""
    r = 0 if distribution.cdf(0) > p else int(distribution.ppf(p))
    while distribution.cdf(r) <= p:
        r += 1
    reached, before = distribution.cdf(r), distribution.cdf(r - 1)
    return r - (reached - p) / (reached - before)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.785, 0.99])
@pytest.mark.parametrize("size", [1, 7, 40, 1000, 30_296])
@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_share_limits_are_spiegelhalters_with_the_upper_one_mirrored(
    share: float, size: int, confidence: float
) -> None:
    tail = (1 - confidence) / 2
    chance = stats.binom(size, share)

    found = chance_limits(Kind.SHARE, share, np.array([float(size)]), confidence)

    lower, upper = published(chance, tail), published(chance, 1 - tail) + 1
    assert found.lower[0] == pytest.approx(max(lower, 0) / size, abs=1e-9)
    assert found.upper[0] == pytest.approx(min(upper, size) / size, abs=1e-9)


@pytest.mark.parametrize("rate", [0.001, 0.4, 12.5])
@pytest.mark.parametrize("size", [0.5, 30.0, 4000.0])
def test_rate_limits_are_those_of_the_poisson_distribution(rate: float, size: float) -> None:
    chance = stats.poisson(rate * size)

    found = chance_limits(Kind.RATE, rate, np.array([size]), 0.95)

    assert found.lower[0] * size == pytest.approx(max(published(chance, 0.025), 0), abs=1e-7)
    assert found.upper[0] * size == pytest.approx(published(chance, 0.975) + 1, abs=1e-7)


@pytest.mark.parametrize("row", PHE)
def test_large_units_have_the_limits_that_public_health_england_publishes(
    row: tuple[float, ...],
) -> None:
    size = np.array([row[0]])
    for confidence, lower, upper in ((0.95, *row[1:3]), (0.998, *row[3:5])):
        found = chance_limits(Kind.SHARE, PHE_CENTRE, size, confidence)
        # Theirs are normal, ours exact: they differ by a case or two, and less than chance.
        room = 2.5 / row[0]
        assert found.lower[0] == pytest.approx(lower, abs=room)
        assert found.upper[0] == pytest.approx(upper, abs=room)


@given(share=SHARES, size=SIZES, confidence=st.sampled_from([0.8, 0.95, 0.998]))
def test_chance_goes_beyond_neither_limit_more_often_than_stated(
    share: float, size: int, confidence: float
) -> None:
    found = chance_limits(Kind.SHARE, share, np.array([float(size)]), confidence)
    counts = np.arange(size + 1)
    chances = stats.binom.pmf(counts, size, share)
    tail = (1 - confidence) / 2 * (1 + 1e-9)

    assert chances[counts / size < found.lower[0] - 1e-9].sum() <= tail
    assert chances[counts / size > found.upper[0] + 1e-9].sum() <= tail


@given(share=SHARES, size=SIZES)
def test_counting_failures_for_successes_mirrors_the_limits(share: float, size: int) -> None:
    sizes = np.array([float(size)])

    found = chance_limits(Kind.SHARE, share, sizes, 0.95)
    mirrored = chance_limits(Kind.SHARE, 1 - share, sizes, 0.95)

    assert found.lower == pytest.approx(1 - mirrored.upper, abs=1e-6)
    assert found.upper == pytest.approx(1 - mirrored.lower, abs=1e-6)


def test_limits_of_means_are_normal() -> None:
    found = chance_limits(Kind.MEAN, 10.0, np.array([4.0, 100.0]), 0.95, 5.0)

    z = stats.norm.ppf(0.975)
    assert found.lower == pytest.approx([10 - z * 2.5, 10 - z * 0.5])
    assert found.upper == pytest.approx([10 + z * 2.5, 10 + z * 0.5])


def test_variance_between_units_is_that_of_metafor() -> None:
    # metafor (Viechtbauer): rma(yi, vi, data=dat.bcg, method="DL"): tau^2 = 0.3088,
    # Q(df = 12) = 152.2330.
    a, b, c, d = np.array(BCG, float).T
    effects = np.log((a / (a + b)) / (c / (c + d)))
    errors = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    middle = np.average(effects, weights=1 / errors**2)

    phi = phi_of((effects - middle) / errors)

    assert 13 * phi == pytest.approx(152.2330, abs=5e-5)
    assert tau2_of(phi, errors) == pytest.approx(0.3088, abs=5e-5)


def test_winsorising_draws_in_a_tenth_on_each_side() -> None:
    found = winsorised(np.array([-50.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 70.0]))

    assert found.tolist() == [-1.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.0]


@pytest.mark.parametrize("kind", [Kind.SHARE, Kind.RATE])
def test_the_evened_scale_has_the_error_it_states(kind: Kind) -> None:
    random = np.random.default_rng(4)
    for level in (0.2, 0.5, 0.9):
        drawn = (
            random.binomial(400, level, 40_000)
            if kind is Kind.SHARE
            else random.poisson(400 * level, 40_000)
        )
        assert evened(kind, drawn / 400).std() == pytest.approx(1 / 40, rel=0.02)


def test_wide_limits_grow_with_either_allowance_and_stay_on_the_scale() -> None:
    sizes = np.array([10.0, 10_000.0])
    plain = wide_limits(Kind.SHARE, 0.9, sizes, 0.95)
    for wider in (
        wide_limits(Kind.SHARE, 0.9, sizes, 0.95, phi=4.0),
        wide_limits(Kind.SHARE, 0.9, sizes, 0.95, tau2=0.01),
    ):
        assert (wider.lower < plain.lower).all()
        assert (wider.upper >= plain.upper).all()
        assert wider.upper.max() <= 1
    # A variance between units does not go away with size; a factor on chance does.
    assert wide_limits(Kind.SHARE, 0.9, sizes, 0.95, tau2=0.01).lower[1] < 0.85
    assert wide_limits(Kind.SHARE, 0.9, sizes, 0.95, phi=4.0).lower[1] > 0.88
