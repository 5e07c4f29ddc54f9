"""Predictive limits against scipy.stats, plain Python, and their own probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scorecard.judge.gap import Better
from scorecard.judge.prediction import (
    Method,
    beta,
    beta_binomial,
    fitting,
    log_normal,
    normal,
    order,
)

BETTERS: tuple[Better, ...] = ("higher", "lower")
rng = np.random.default_rng(7)
NORMAL = rng.normal(50, 5, 24)
SKEWED = rng.lognormal(1.5, 0.6, 24)
SHARES = rng.beta(18, 2, 24)


def test_the_normal_limit_is_students() -> None:
    n = len(NORMAL)
    for confidence in (0.8, 0.9, 0.95):
        away = stats.t.ppf(confidence, n - 1) * NORMAL.std(ddof=1) * np.sqrt(1 + 1 / n)
        found = normal(NORMAL)
        assert found.limit(confidence, "higher") == pytest.approx(NORMAL.mean() - away)
        assert found.limit(confidence, "lower") == pytest.approx(NORMAL.mean() + away)


def test_the_log_normal_limit_is_students_of_the_logarithms() -> None:
    logs = np.log(SKEWED)
    away = stats.t.ppf(0.9, 23) * logs.std(ddof=1) * np.sqrt(1 + 1 / 24)
    assert log_normal(SKEWED).limit(0.9, "lower") == pytest.approx(np.exp(logs.mean() + away))
    assert log_normal(SKEWED).kept(0, "lower") == 0
    assert log_normal(SKEWED).kept(-1, "higher") == 1


def test_the_order_statistic_is_the_worst_of_so_many() -> None:
    values = np.arange(1.0, 40)  # 39 values: 95 % is the second, 90 % the fourth
    found = order(values)
    assert found.limit(0.95, "higher") == 2
    assert found.limit(0.9, "higher") == 4
    assert found.limit(0.95, "lower") == 38
    assert found.limit(0.99, "higher") is None
    assert found.kept(2, "higher") == pytest.approx(0.95)
    assert order(values[:19]).limit(0.95, "higher") == 1
    assert order(values[:18]).limit(0.95, "higher") is None
    assert order(values[:9]).limit(0.9, "higher") == 1


def test_a_narrow_beta_is_close_to_the_normal_limit() -> None:
    shares = np.random.default_rng(2).normal(0.5, 0.01, 30)
    for confidence in (0.8, 0.9, 0.95):
        for better in BETTERS:
            wanted = normal(shares).limit(confidence, better)
            assert beta(shares).limit(confidence, better) == pytest.approx(wanted, abs=2e-4)


def test_the_beta_limit_is_the_quantile_of_simulated_shares() -> None:
    # Variances (n − 1) s² / χ², and for each of them one share of a beta distribution.
    draw = np.random.default_rng(1)
    mean, variance = SHARES.mean(), SHARES.var(ddof=1) * (1 + 1 / 24)
    widest = mean * (1 - mean)
    drawn = np.minimum(variance * 23 / draw.chisquare(23, 400_000), 0.98 * widest)
    strength = widest / drawn - 1
    shares = draw.beta(mean * strength, (1 - mean) * strength)
    for confidence in (0.8, 0.9, 0.95):
        wanted = float(np.quantile(shares, 1 - confidence))
        assert beta(SHARES).limit(confidence, "higher") == pytest.approx(wanted, abs=2e-3)


def test_shares_that_chance_alone_moves_have_the_limits_of_the_binomial() -> None:
    # So many cases that p is known: what is left is the next period's own chance.
    draw = np.random.default_rng(3)
    sizes = np.full(400, 1000.0)
    shares = draw.binomial(1000, 0.9, 400) / 1000
    found = beta_binomial(shares, sizes, 1000)
    for confidence in (0.8, 0.9, 0.95):
        wanted = stats.binom.ppf(1 - confidence, 1000, shares.mean()) / 1000
        assert found.limit(confidence, "higher") == pytest.approx(wanted, abs=0.003)


def test_the_formula_of_shares_with_cases_written_out() -> None:
    """Periods of one size m: between = s² − p(1 − p)/m about the pooled share; for the next period
    of m cases p(1 − p)/m, and (1 − 1/m) of what varies and of what is not known of p."""
    n, m = 14, 12
    kept = np.array([11, 10, 7, 11, 6, 10, 12, 6, 10, 12, 8, 12, 9, 6])
    p = (kept.sum() + 0.5) / (n * m + 1)
    chance = p * (1 - p)
    between = ((kept / m - p) ** 2).sum() / (n - 1) - chance / m
    assert between > 0
    unsure = 1 / (n / (between + chance / m))
    middle = (kept.mean() / m + 0.5 / chance * unsure) / (1 + unsure / chance)
    # The spread as uncertain as n − 1 degrees leave it, in two thousand equal steps.
    inflation = (n - 1) / stats.chi2.ppf((np.arange(2000) + 0.5) / 2000, n - 1)
    variance = middle * (1 - middle) / m + (1 - 1 / m) * (between * inflation + unsure)
    # A beta distribution has less variance than a coin.
    strength = middle * (1 - middle) / np.minimum(variance, 0.98 * middle * (1 - middle)) - 1

    found = beta_binomial(kept / m, np.full(n, float(m)), m)

    for least in (6, 8, 10, 12):
        below = stats.beta.cdf((least - 0.5) / m, middle * strength, (1 - middle) * strength)
        assert found.kept(least / m, "higher") == pytest.approx(1 - below.mean(), abs=1e-4)


def test_what_a_next_period_of_few_cases_can_have_is_offered() -> None:
    found = beta_binomial(SHARES, np.full(24, 500.0), 20)
    for better in BETTERS:
        for confidence in (0.8, 0.9, 0.95):
            limit = found.limit(confidence, better)
            assert limit is not None
            assert 20 * limit == pytest.approx(round(20 * limit))
            assert found.kept(limit, better) >= confidence - 1e-9


def test_no_failure_in_every_period_is_not_taken_for_certain() -> None:
    few, many = (beta_binomial(np.ones(24), np.full(24, n), n) for n in (10.0, 1000.0))
    for found in (few, many):
        assert 0.9 < found.kept(1, "higher") < 1
    # One failure in 1,000 cases is far likelier than one in 10.
    assert few.kept(0.95, "higher") == few.kept(1, "higher")


def test_the_distribution_is_chosen_by_its_fit() -> None:
    wide = np.random.default_rng(8)
    assert fitting(NORMAL).method == Method.NORMAL
    assert fitting(NORMAL, positive=True).method in (Method.NORMAL, Method.LOG_NORMAL)
    assert fitting(wide.lognormal(1, 1, 24), positive=True).method == Method.LOG_NORMAL
    assert fitting(wide.lognormal(1, 1, 60)).method == Method.ORDER
    assert fitting(wide.lognormal(1, 1, 12)).method == Method.NORMAL
    assert fitting(SHARES, share=True).method == Method.BETA
    # Mostly 100 %, at times far below: no beta fits.
    assert fitting(np.repeat([1.0, 0.2], [50, 10]), share=True).method == Method.ORDER


@pytest.mark.parametrize(
    "found",
    [normal(NORMAL), log_normal(SKEWED), beta(SHARES), fitting(np.array([1.0, 2.0]))],
    ids=["normal", "log-normal", "beta", "two values"],
)
@settings(max_examples=30)
@given(confidence=st.floats(0.05, 0.999), better=st.sampled_from(BETTERS))
def test_a_limit_is_kept_with_its_own_confidence(
    found: Any, confidence: float, better: Better
) -> None:
    limit = found.limit(confidence, better)
    assert found.kept(limit, better) == pytest.approx(confidence, abs=1e-6)
