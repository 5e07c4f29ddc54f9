"""Exponential smoothing: statsmodels' figures are the ones the field's recursions give."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.judge import smoothing
from scorecard.judge.smoothing import Form, Smoothing
from tests.judge.forecast_coverage import a_level_that_wanders, a_trend, a_yearly_course


def fitted(row: np.ndarray, form: Form, season: int | None = 12) -> Smoothing:
    found = smoothing.fit(row, form, season)
    assert found is not None
    return found


def test_simple_smoothing_is_the_recursion_written_out() -> None:
    """level ← level + alpha·(value - level); the first level is the one of least squares."""
    row = a_level_that_wanders(np.random.default_rng(1), 60)
    found = fitted(row, Form.LEVEL)
    (alpha,) = found.parameters

    def run(level: float) -> tuple[float, float]:
        squares = 0.0
        for value in row:
            squares += (value - level) ** 2
            level += alpha * (value - level)
        return level, squares

    # The sum of squares is quadratic in the first level: three points give its least.
    zero, one, two = (run(level)[1] for level in (0.0, 1.0, 2.0))
    curve = (two - 2 * one + zero) / 2
    last, squares = run(-(one - zero - curve) / (2 * curve))
    # Three numbers are fitted: alpha, the first level, the variance.
    likelihood = -60 / 2 * (np.log(2 * np.pi * squares / 60) + 1)
    corrected = 2 * 3 - 2 * likelihood + 2 * 3 * 4 / (60 - 3 - 1)
    assert found.aicc == pytest.approx(corrected, rel=1e-6)
    variance = squares / (60 - 3)
    mean, error = smoothing.ahead(found, row, 4)
    assert mean == pytest.approx(np.full(4, last))
    steps = np.arange(4)
    assert error == pytest.approx(np.sqrt(variance * (1 + alpha**2 * steps)), rel=1e-6)


@pytest.mark.parametrize("form", list(Form))
def test_missing_points_need_no_filling(form: Form) -> None:
    row = a_yearly_course(np.random.default_rng(2), 60)
    with_gaps = row.copy()
    with_gaps[[0, 7, 30, 31, 59]] = np.nan
    mean, error = smoothing.ahead(fitted(with_gaps, form), with_gaps, 5)
    assert np.isfinite(mean).all()
    assert (error > 0).all()


def test_each_kind_of_series_is_best_fitted_by_its_own_form() -> None:
    for make, form in ((a_yearly_course, Form.SEASON), (a_trend, Form.TREND)):
        row = make(np.random.default_rng(3), 72)
        best = min(Form, key=lambda one: fitted(row, one).aicc)
        assert best is form
    row = a_level_that_wanders(np.random.default_rng(4), 72)
    assert min(Form, key=lambda one: fitted(row, one).aicc) is Form.LEVEL


def test_a_season_is_counted_with_its_first_states() -> None:
    row = a_yearly_course(np.random.default_rng(5), 60)
    # Two smoothing parameters, a level, eleven free seasons and the variance.
    assert fitted(row, Form.SEASON).counted == 15
    assert fitted(row, Form.TREND).counted == 3 + 2 + 1


def test_too_few_points_for_what_would_be_fitted_gives_nothing() -> None:
    row = a_yearly_course(np.random.default_rng(6), 15)
    assert smoothing.fit(row, Form.SEASON, 12) is None
