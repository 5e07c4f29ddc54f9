"""Tails of counts and shares against the published thresholds and against scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scorecard.judge.usual import count_tails, share_tails, usual, widened


# The R package surveillance (Salmon, Schumacher, Höhle 2016, Journal of Statistical Software
# 70(10)) holds its farringtonFlexible to these figures in tests/testthat/test-farringtonFlexible.R,
# "THRESHOLD FUNCTION NOUFAILY", method nbPlugin: mean 5, 11 observed, alpha 0.05.
@pytest.mark.parametrize(
    ("dispersion", "least", "most", "p"), [(1.5, 1, 10, 0.03763657), (1.0, 2, 9, 0.01369527)]
)
def test_the_published_thresholds_of_noufaily_s_method(
    dispersion: float, least: float, most: float, p: float
) -> None:
    mean, spread = np.array([5.0]), np.array([dispersion])
    _, upper = count_tails(np.array([11.0]), mean, spread)
    assert upper[0] == pytest.approx(p, abs=5e-9)
    bounds = usual(lambda y: count_tails(y, mean, spread), np.array([1000.0]), 0.05)
    assert (bounds[0][0], bounds[1][0]) == (least, most)


@pytest.mark.parametrize("mean", [0.3, 5, 80])
@pytest.mark.parametrize("spread", [1.0, 1.2, 7.0])
def test_count_tails_are_those_of_the_negative_binomial(mean: float, spread: float) -> None:
    y = np.arange(0, 200.0)
    law = stats.poisson(mean) if spread == 1 else stats.nbinom(mean / (spread - 1), 1 / spread)
    lower, upper = count_tails(y, np.full(200, mean), np.full(200, spread))
    np.testing.assert_allclose(lower, law.cdf(y), rtol=1e-7, atol=1e-14)
    np.testing.assert_allclose(upper, law.sf(y - 1), rtol=1e-7, atol=1e-14)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_share_tails_are_those_of_the_binomial_where_nothing_is_overdispersed(share: float) -> None:
    y = np.arange(0, 41.0)
    full = np.ones(41)
    lower, upper = share_tails(y, full * 40, full * share, full)
    np.testing.assert_allclose(lower, stats.binom(40, share).cdf(y), rtol=1e-7, atol=1e-14)
    np.testing.assert_allclose(upper, stats.binom(40, share).sf(y - 1), rtol=1e-7, atol=1e-14)
    # Twice the variance is half the trials.
    half, _ = share_tails(y * 2, full * 80, full * share, full * 2)
    np.testing.assert_allclose(half, lower, rtol=1e-12)


def test_a_tail_of_the_normal_becomes_the_same_tail_of_student_s() -> None:
    chances = np.array([0.5, 0.1, 0.01, 1e-6])
    expected = stats.t(9).sf(stats.norm.isf(chances))
    np.testing.assert_allclose(widened(chances, 9.0), expected, rtol=1e-9)
    np.testing.assert_allclose(widened(chances, np.inf), chances, rtol=1e-6)
    assert (widened(np.array([0.0, 1.0]), 9.0) > 0).all()


def test_what_is_usual_is_neither_tail_s_rare_end() -> None:
    mean, spread = np.array([0.0001, 12.0, 300.0]), np.array([1.0, 2.0, 5.0])
    least, most = usual(lambda y: count_tails(y, mean, spread), np.full(3, 5000.0), 0.025)
    for place in range(3):
        inside = count_tails(np.array([least[place], most[place]]), mean[place], spread[place])
        assert min(inside[0][0], inside[1][1]) > 0.025
        outside = count_tails(
            np.array([least[place] - 1, most[place] + 1]), mean[place], spread[place]
        )
        assert outside[1][1] <= 0.025
        assert least[place] == 0 or outside[0][0] <= 0.025
