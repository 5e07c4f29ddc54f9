"""The Shapiro-Francia test against the published algorithm's own rates, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scorecard.judge.normality import constant, normality


@pytest.mark.parametrize("n", [12, 24, 60])
def test_normal_values_are_doubted_as_often_as_the_level_says(n: int) -> None:
    rng = np.random.default_rng(12)
    doubted = np.mean([(normality(rng.normal(size=n)) or 0) < 0.05 for _ in range(2000)])
    assert 0.03 < doubted < 0.075


def test_it_agrees_with_shapiro_wilk_about_which_rows_are_not_normal() -> None:
    rng = np.random.default_rng(3)
    rows = [np.exp(spread * rng.normal(size=40)) for spread in np.linspace(0.01, 1.5, 40)]
    ours = [normality(row) or 0 for row in rows]
    theirs = [stats.shapiro(row).pvalue for row in rows]
    first, second = (np.argsort(np.argsort(one)) for one in (ours, theirs))
    assert np.corrcoef(first, second)[0, 1] > 0.97


def test_place_unit_and_direction_do_not_matter() -> None:
    row = np.random.default_rng(4).gamma(2, size=30)
    for other in (row[::-1], 60 * row + 7, -row):
        assert normality(other) == pytest.approx(normality(row), rel=1e-6)


def test_too_few_and_constant_values_say_nothing() -> None:
    assert normality(np.array([1.0, 2, 3, 4])) is None
    assert normality(np.full(30, 5.0)) is None


def test_differences_of_arithmetic_alone_are_none() -> None:
    assert constant(np.array([0.3, 0.1 + 0.2]))
    assert constant(np.array([0.0, 5e-324]))
    assert not constant(np.array([1e-9, 2e-9]))
    assert normality(np.array([0.1 + 0.2, 0.3] * 10)) is None
