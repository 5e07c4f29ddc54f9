"""The modified Cox interval against Olsson's example, and where it does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.judge.intervals import Interval
from scorecard.judge.log_normal import log_normal

# Olsson (2005), Journal of Statistics Education 13(1): carbon monoxide near an oil refinery.
CARBON_MONOXIDE = [12.5, 20, 4, 20, 25, 170, 15, 20, 15]


def test_olssons_example() -> None:
    found = log_normal(CARBON_MONOXIDE)

    assert found.interval == pytest.approx((12.30929, 78.72254), abs=5e-6)
    assert (found.fits, found.why) == (False, "9 values are too few to tell; 20 are needed")


def test_log_normal_values_fit() -> None:
    values = np.random.default_rng(4).lognormal(1, 1, 200)

    found = log_normal(values)

    assert (found.fits, found.why) == (True, "")
    assert found.interval is not None
    assert found.interval.lower < np.exp(1.5) < found.interval.upper


def test_another_unit_scales_the_interval() -> None:
    values = np.random.default_rng(4).lognormal(1, 1, 200)

    days, hours = log_normal(values).interval, log_normal(24 * values).interval

    assert days is not None
    assert hours == pytest.approx((24 * days.lower, 24 * days.upper))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "fewer than two values are known"),
        ([3.0, None], "fewer than two values are known"),
        ([1.0, 0.0, 2.0], "a value of 0 or less has no logarithm"),
        ([2.0] * 30, "all values are equal"),
        ([1e-50, 1e50] * 20, "the values are spread beyond the numbers that can be held"),
    ],
)
def test_there_is_no_interval_where_the_method_has_none(
    values: list[float | None], why: str
) -> None:
    assert log_normal(values) == (None, False, why)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.random.default_rng(1).normal(50, 5, 200), "the values are hardly skewed"),
        (1 + np.random.default_rng(1).exponential(1, 500), "the logarithms are not normal"),
    ],
)
def test_values_of_another_shape_do_not_fit(values: list[float], why: str) -> None:
    found = log_normal(values)

    assert isinstance(found.interval, Interval)
    assert (found.fits, found.why) == (False, why)
