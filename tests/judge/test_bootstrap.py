"""The bootstrap against Efron and Tibshirani's own example, and where it gives nothing."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.errors import JudgeError
from scorecard.judge.bootstrap import bootstrap
from scorecard.judge.values import Numbers

# The spatial test, test A: Efron and Tibshirani (1993), table 14.1.
SPATIAL = [
    *(48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6),
    *(0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41),
]


def _variance(values: Numbers) -> float:
    return float(values.var())


def test_efron_and_tibshiranis_example() -> None:
    """Section 14.2: the variance is 171.5; its 90 % intervals from 2,000 draws are
    100.8 to 233.9 by percentiles and 115.8 to 259.6 by BCa."""
    assert _variance(np.array(SPATIAL, float)) == pytest.approx(171.5, abs=0.05)

    plain = bootstrap(SPATIAL, _variance, 0.9, seed=1, method="percentile", resamples=9999)
    corrected = bootstrap(SPATIAL, _variance, 0.9, seed=1, resamples=9999)

    # Their draws are not ours: the ends vary by some units from seed to seed.
    assert plain.interval == pytest.approx((100.8, 233.9), abs=5)
    assert corrected.interval == pytest.approx((115.8, 259.6), abs=9)


def test_the_seed_alone_decides() -> None:
    first, again, other = (bootstrap(SPATIAL, np.median, seed=seed) for seed in (7, 7, 8))

    assert first == again
    assert first != other or first.interval is not None


def test_missing_values_are_left_out() -> None:
    assert bootstrap([*SPATIAL, None], np.mean, seed=1) == bootstrap(SPATIAL, np.mean, seed=1)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "fewer than 8 values are known"),
        ([*range(7), None], "fewer than 8 values are known"),
        ([3.0] * 20, "all values are equal"),
    ],
)
def test_some_values_have_no_interval(values: list[float | None], why: str) -> None:
    assert bootstrap(values, np.mean, seed=1) == (None, why)


def test_a_statistic_that_fails_or_stands_still_has_none() -> None:
    assert bootstrap(SPATIAL, lambda values: np.nan, seed=1).why == (
        "the statistic cannot be worked out for every draw"
    )
    assert bootstrap(SPATIAL, lambda values: 1.0, seed=1).why == (
        "the statistic hardly changes from draw to draw"
    )


def test_few_resamples_are_refused() -> None:
    with pytest.raises(JudgeError, match=r"^resamples-too-few"):
        bootstrap(SPATIAL, np.mean, seed=1, resamples=50)
