"""Shifts of level: found where they are, not found where there are none, dated with an interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge import breakpoint as module
from scorecard.judge.autoregression import every_rho
from scorecard.judge.breakpoint import shifts
from tests.judge.before_after_coverage import autoregressive
from tests.judge.breakpoint_alarms import found


def stepped(seed: int, size: float, at: int = 30, points: int = 60, rho: float = 0.3) -> np.ndarray:
    row = autoregressive(np.random.default_rng(seed), points, rho)
    return 50 + row + size * (np.arange(points) >= at)


def test_a_clear_shift_is_dated_and_measured() -> None:
    result = shifts(stepped(1, -5))
    (shift,) = result.shifts
    assert shift.earliest <= 30 <= shift.latest
    assert shift.earliest <= shift.at <= shift.latest
    assert shift.latest - shift.earliest < 6
    assert shift.size.lower < -5 < shift.size.upper < 0
    assert shift.p < 0.05
    row = stepped(1, -5)
    means = [row[: shift.at].mean(), row[shift.at :].mean()]
    assert result.levels == pytest.approx(means)


def test_two_shifts_are_told_apart() -> None:
    row = stepped(2, -6, 40, 120)
    row[80:] += 8
    assert [
        abs(shift.at - true) <= 2 for shift, true in zip(shifts(row).shifts, (40, 80), strict=True)
    ]


def test_the_nile_fell_in_1899() -> None:
    """Annual flow at Aswan 1871 to 1970, 10^8 cubic metres: the example of Cobb (1978), "The
    Problem of the Nile", Biometrika 65(2), 243-251, and many since; it fell between 1898 and 1899,
    from a mean of 1098 to one of 850."""
    from statsmodels.datasets import nile

    table: Any = nile.load_pandas().data
    result = shifts(table["volume"].to_numpy())
    (shift,) = result.shifts
    years = table["year"].astype(int).tolist()
    assert years[shift.at] == 1899
    assert 1894 <= years[shift.earliest] <= 1899 <= years[shift.latest] <= 1903
    assert shift.size.value == pytest.approx(-248, abs=15)
    assert [round(level) for level in result.levels] == [1098, 850]


def test_clearness_is_the_ratio_of_likelihoods_written_out() -> None:
    y = stepped(3, 2, 15, 30)
    times = np.array([i for i in range(30) if i not in (4, 5, 20)])
    n = np.random.default_rng(1).integers(10, 50, 30).astype(float)[times]
    series = module._Series(y[times], times, n)
    got = module._clearness(series, y[times][:, None], 8)[:, 0]
    rhos = every_rho()[1::3]
    unitless = y[times] / y[times].std()

    def likelihood(x: np.ndarray) -> Any:
        total = 0.0
        for rho in rhos:
            scale = np.diag(np.sqrt(n.mean() / n))
            sigma = scale @ (rho ** np.abs(np.subtract.outer(times, times))) @ scale
            inverse = np.linalg.inv(sigma)
            beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ unitless)
            rest = unitless - x @ beta
            log = -np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(x.T @ inverse @ x)[1]
            log -= (len(times) - x.shape[1]) * np.log(rest @ inverse @ rest)
            # The scale of n is no part of the likelihood of rho.
            log += np.linalg.slogdet(scale @ scale)[1]
            total += np.exp(log / 2)
        return np.log(total / len(rhos))

    one = np.ones(27)
    for place, value in enumerate(got):
        step = (np.arange(27) >= 8 + place) * 1.0
        expected = likelihood(np.column_stack([one, step])) - likelihood(one[:, None])
        assert value == pytest.approx(expected, rel=1e-6, abs=1e-6)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_units_scale_sizes_and_move_no_date(seed: int, factor: float, constant: float) -> None:
    row = stepped(seed, 4)
    one, other, mirrored = shifts(row), shifts(factor * row + constant), shifts(-row)
    assert [s[:3] for s in other.shifts] == [s[:3] for s in mirrored.shifts]
    assert [s[:3] for s in other.shifts] == [s[:3] for s in one.shifts]
    for a, b, c in zip(one.shifts, other.shifts, mirrored.shifts, strict=True):
        assert np.array(b.size) == pytest.approx(factor * np.array(a.size), rel=1e-5)
        assert c.size.value == pytest.approx(-a.size.value, rel=1e-5)


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_series_without_a_shift_mostly_show_none(rho: float) -> None:
    """A smaller count of the table in docs/judging/kansas-city-read-aloud.md."""
    assert found(60, rho, 0, 30, 5).any <= 0.2


@pytest.mark.parametrize("row", [[], [1.0], [None] * 50, [1.0, 2.0] * 11])
def test_too_few_points_are_said_to_be_too_few(row: list[float | None]) -> None:
    result = shifts(row)
    assert result.shifts == ()
    assert result.reason is not None
    assert "24 are needed" in result.reason


def test_constant_and_jumping_series_have_an_answer() -> None:
    assert shifts([3.0] * 40).reason == "Every value is the same."
    assert shifts([3.0] * 40).levels == (3.0,)


def test_missing_points_are_no_points_and_indices_stay_the_caller_s() -> None:
    row: list[Any] = stepped(4, 6).tolist()
    for place in (3, 10, 11, 45):
        row[place] = None
    result = shifts([None, None, *row])
    (shift,) = result.shifts
    assert abs(shift.at - 32) <= 2
    assert result.n == 56


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("values-infinite", {"values": [float("inf")] * 30}),
        ("values-not-numbers", {"values": ["a"]}),
        ("lengths-differ", {"n": [1.0]}),
        ("n-negative", {"n": [-1.0] * 30}),
        ("confidence-out-of-range", {"alarm": 0}),
        ("confidence-out-of-range", {"confidence": 95}),
    ],
)
def test_what_makes_no_sense_is_refused(code: str, arguments: dict[str, Any]) -> None:
    given_: dict[str, Any] = {"values": [1.0, 2.0] * 15} | arguments
    with pytest.raises(JudgeError, match=rf"^{code}:"):
        shifts(given_.pop("values"), **given_)
