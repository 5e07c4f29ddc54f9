"""The fit of many series at once against one fit a series by statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import integrate, stats

from scorecard.judge.history_fit import KEPT, UNUSUAL, design, fit_history, outbreak_weights

RNG = np.random.default_rng(3)
TERMS = design(np.arange(63), 12, 2, True, 63)
PAST, AHEAD = TERMS[:60], TERMS[60:]
Values = NDArray[np.float64]


def by_statsmodels(y: Values, of: Values | None, known: NDArray[np.bool_]):
    """Fit, weigh down, fit again: the steps of the paper with a GLM of another hand."""
    family = sm.families.Poisson() if of is None else sm.families.Binomial()
    x = PAST[known]
    target = y[known] if of is None else y[known] / of[known]
    size = np.ones(len(target)) if of is None else of[known]
    fit = sm.GLM(target, x, family=family, var_weights=size).fit(scale="X2", tol=1e-14)
    spread = np.sqrt(max(fit.scale, 1.0) * (1 - fit.get_hat_matrix_diag()))
    if of is None:
        mean = fit.fittedvalues
        residuals = 1.5 * (target ** (2 / 3) * mean ** (-1 / 6) - mean**0.5) / spread
    else:
        residuals = fit.resid_pearson / spread
    raw = np.where(np.abs(residuals) > 2.58, residuals**-2.0, 1.0)
    weights = raw * len(raw) / raw.sum()
    again = sm.GLM(target, x, family=family, var_weights=size * weights).fit(scale="X2", tol=1e-14)
    linear = AHEAD @ again.params
    dispersion = max(again.scale / KEPT, 1.0)
    uncertainty = np.einsum("kp,pq,kq->k", AHEAD, again.normalized_cov_params, AHEAD)
    return family.link.inverse(linear), dispersion, uncertainty, (np.abs(residuals) > 2.58).sum()


def volumes() -> Values:
    mean = np.exp(3.0 + 0.4 * np.sin(np.arange(60) / 2) + np.arange(60) / 100)
    y = RNG.negative_binomial(8, 8 / (8 + mean), (12, 60)).astype(float)
    y[:, 20] *= 4
    y[3:6, 30:35] = np.nan
    return y


def test_volumes_agree_with_quasi_poisson_by_statsmodels() -> None:
    y = volumes()
    found = fit_history(y, None, PAST, AHEAD)
    assert found.settled.all()
    weighed = 0
    for place, row in enumerate(y):
        expected, dispersion, uncertainty, unusual = by_statsmodels(row, None, ~np.isnan(row))
        weighed += unusual
        np.testing.assert_allclose(found.expected[place], expected, rtol=1e-6)
        assert found.dispersion[place] == pytest.approx(dispersion, rel=1e-6)
        np.testing.assert_allclose(found.uncertainty[place], uncertainty, rtol=1e-6)
    assert weighed > 5


def test_shares_agree_with_quasi_binomial_by_statsmodels() -> None:
    of = RNG.poisson(80, (12, 60)).astype(float) + 1
    y = RNG.binomial(of.astype(int), RNG.beta(40, 10, (12, 60))).astype(float)
    y[:, 10] = np.floor(of[:, 10] / 5)
    y[2, 40:] = np.nan
    found = fit_history(y, of, PAST, AHEAD)
    assert found.settled.all()
    for place, row in enumerate(y):
        expected, dispersion, uncertainty, unusual = by_statsmodels(row, of[place], ~np.isnan(row))
        assert unusual >= 1
        np.testing.assert_allclose(found.expected[place], expected, rtol=1e-6)
        assert found.dispersion[place] == pytest.approx(dispersion, rel=1e-6)
        np.testing.assert_allclose(found.uncertainty[place], uncertainty, rtol=1e-6)


def test_weights_checked_by_hand() -> None:
    # The example that the R package surveillance checks by hand in its own tests: five residuals of
    # 0 and five of 2, each above 0 counted as unusual.
    residuals = np.array([[0.0] * 5 + [2.0] * 5])
    found = outbreak_weights(residuals, np.ones((1, 10), dtype=bool), unusual=0.0)
    np.testing.assert_allclose(found, [[1.6] * 5 + [0.4] * 5])
    assert outbreak_weights(np.zeros((1, 4)), np.ones((1, 4), dtype=bool)).tolist() == [[1.0] * 4]


def test_what_weighing_down_leaves_of_a_normal_variance() -> None:
    def weight(s: float) -> float:
        return 1.0 if abs(s) <= UNUSUAL else 1 / s**2

    ends = {"limit": 400, "points": [-UNUSUAL, UNUSUAL]}
    above, _ = integrate.quad(lambda s: weight(s) * s**2 * stats.norm.pdf(s), -30, 30, **ends)
    below, _ = integrate.quad(lambda s: weight(s) * stats.norm.pdf(s), -30, 30, **ends)
    assert pytest.approx(above / below, abs=1e-8) == KEPT


def test_a_series_without_a_solution_does_not_stop_the_others() -> None:
    y = volumes()
    alone = fit_history(y[1:2], None, PAST, AHEAD)
    y[0] = 0.0
    y[2] = 0.0
    y[2, 5] = 1.0
    together = fit_history(y[:3], None, PAST, AHEAD)
    assert together.settled[1]
    np.testing.assert_allclose(together.expected[1], alone.expected[0], rtol=1e-9)
