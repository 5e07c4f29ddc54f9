"""Forecasts: held to simple guesses on months they have not seen, and never beyond the scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.forecast import Forecast, Guess, Outcome, forecast
from tests.judge.forecast_coverage import (
    a_level_that_wanders,
    a_trend,
    a_yearly_course,
    noise_about_a_level,
    rates,
    shares_near_the_top,
)


def series(make: Any, seed: int, points: int = 60) -> np.ndarray:
    return make(np.random.default_rng(seed), points)


def shown(make: Any, points: int = 60, **arguments: Any) -> tuple[np.ndarray, Forecast]:
    """The first series of a kind whose forecast is shown."""
    for seed in range(10):
        row = series(make, seed, points)
        found = forecast(row, 6, better="higher", **arguments)
        if found.outcome is Outcome.SHOWN:
            return row, found
    raise AssertionError("none is shown")


# --- Against simple guesses ---


def test_the_rivals_errors_are_those_of_plain_python() -> None:
    row: list[Any] = series(a_yearly_course, 1, 48).tolist()
    row[40] = row[20] = row[33] = None
    found = forecast(row, 5, better="higher")
    assert found.held_out is not None
    errors: dict[Guess, list[float]] = {guess: [] for guess in Guess}
    for origin in range(36, 48):
        past = [value for value in row[:origin] if value is not None]
        for target in range(origin, min(origin + 5, 48)):
            if row[target] is None:
                continue
            year_before = row[target - 12]
            if year_before is None:
                year_before = row[target - 24]
            said = {Guess.LAST: past[-1], Guess.SEASON: year_before}
            said[Guess.MEAN] = sum(past) / len(past)
            for guess, value in said.items():
                errors[guess].append(abs(row[target] - value))
    expected = {guess: sum(row) / len(row) for guess, row in errors.items()}
    assert found.held_out.rivals == pytest.approx(expected)
    assert found.held_out.points == 11
    assert found.n == 45


@pytest.mark.parametrize("make", [a_yearly_course, a_level_that_wanders, noise_about_a_level])
def test_it_is_shown_where_and_only_where_it_beats_every_guess(make: Any) -> None:
    outcomes = set()
    for seed in range(4):
        found = forecast(series(make, seed), 6, better="higher", expected=80)
        assert found.held_out is not None
        beaten = found.held_out.error < min(found.held_out.rivals.values())
        assert (found.outcome is Outcome.SHOWN) is beaten is bool(found.periods)
        if not beaten:
            assert found.outcome is Outcome.NO_BETTER
            assert found.reason == f"No better than {found.held_out.best}: not shown."
            assert found.chance is None
        outcomes.add(found.outcome)
    assert Outcome.NO_BETTER in outcomes or make is a_yearly_course


def test_the_held_out_points_decide_alone() -> None:
    """What came before is the same; a year that repeats the last value is no case for a season."""
    row = series(a_yearly_course, 2, 60)
    assert forecast(row, 6, better="higher").outcome is Outcome.SHOWN
    row[48:] = row[47] + 0.01 * np.arange(12)
    found = forecast(row, 6, better="higher")
    assert found.outcome is Outcome.NO_BETTER
    assert found.held_out is not None
    assert found.held_out.best is Guess.LAST


def test_nothing_is_left_to_chance() -> None:
    row = series(a_yearly_course, 2)
    one = forecast(row, 6, better="higher", expected=80, scale=(0, 100))
    assert forecast(row, 6, better="higher", expected=80, scale=(0, 100)) == one


# --- The figures shown ---


def test_intervals_nest_about_the_value_and_the_chance_agrees_with_them() -> None:
    _, found = shown(a_yearly_course, scale=(0, 100), confidence=(0.5, 0.8, 0.95))
    for ahead in found.periods:
        lows, highs = zip(*ahead.intervals, strict=True)
        assert list(lows) == sorted(lows, reverse=True)
        assert list(highs) == sorted(highs)
        assert lows[0] < ahead.value < highs[0]
    # One in ten lies below the lower end of the 80 % interval.
    row, _ = shown(a_yearly_course, scale=(0, 100))
    expected = [ahead.intervals[1].lower for ahead in found.periods]
    again = forecast(row, 6, better="higher", scale=(0, 100), expected=expected)
    assert [ahead.chance for ahead in again.periods] == pytest.approx([0.9] * 6)
    assert again.chance == pytest.approx(0.9)


def test_a_mirrored_direction_has_the_mirrored_chance() -> None:
    row, found = shown(a_yearly_course, expected=80, scale=(0, 100))
    down = forecast(row, 6, better="lower", expected=80, scale=(0, 100))
    for one, other in zip(found.periods, down.periods, strict=True):
        assert one.chance is not None
        assert other.chance == pytest.approx(1 - one.chance)
        assert other.intervals == one.intervals
    turned = forecast(100 - row, 6, better="lower", expected=20, scale=(0, 100))
    assert turned.chance == pytest.approx(found.chance, abs=2e-3)


@pytest.mark.parametrize(("factor", "constant"), [(0.01, 0.0), (60.0, 0.0), (1.0, 500.0)])
def test_units_scale_the_forecast_and_leave_the_chance(factor: float, constant: float) -> None:
    row, found = shown(a_yearly_course, expected=80)
    other = forecast(factor * row + constant, 6, better="higher", expected=80 * factor + constant)
    assert other.outcome is found.outcome
    assert [ahead.chance for ahead in other.periods] == pytest.approx(
        [ahead.chance for ahead in found.periods], abs=5e-3
    )
    values = np.array([ahead.value for ahead in found.periods])
    assert [ahead.value for ahead in other.periods] == pytest.approx(
        factor * values + constant, rel=2e-3
    )


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1000))
def test_no_forecast_leaves_the_scale(seed: int) -> None:
    row = series(shares_near_the_top, seed, 40)
    found = forecast(row, 12, better="higher", season=None, expected=100, scale=(0, 100))
    for ahead in found.periods:
        assert ahead.chance is not None
        assert 0 <= ahead.chance <= 1
        assert 0 <= ahead.value <= 100
        assert all(0 <= low <= high <= 100 for low, high in ahead.intervals)


def test_days_never_fall_below_0() -> None:
    row = np.maximum(20 - 0.35 * np.arange(60) + series(noise_about_a_level, 1) - 80, 0)
    found = forecast(row, 24, better="lower", scale=(0, None), expected=1)
    for ahead in found.periods:
        assert ahead.intervals[1].lower >= 0


def test_what_is_expected_may_change_and_may_be_unknown() -> None:
    expected = [80, 80, None, 90, 90, None]
    _, found = shown(a_yearly_course, expected=expected)
    assert [ahead.expected for ahead in found.periods] == expected
    assert [ahead.chance is None for ahead in found.periods] == [e is None for e in expected]
    assert found.chance is None


def test_intervals_hold_what_comes_at_about_their_nominal_rate() -> None:
    """A smaller count of the table in docs/judging/forecast.md; 40 series of six months."""
    found = rates(a_level_that_wanders, 40, 40, 12, season=None)
    assert found.shown > 0.3
    assert 0.68 <= found.inside_80 <= 0.92
    assert 0.87 <= found.inside_95 <= 1.0
    assert abs(found.said - found.kept) < 0.12


# --- Little, odd or no data ---


@pytest.mark.parametrize("row", [[], [1.0], [None] * 40, [1.0, 2.0] * 11, [3.0] * 20])
def test_too_few_points_are_said_to_be_too_few(row: list[float | None]) -> None:
    found = forecast(row, 3, better="higher", expected=2)
    assert found.outcome is Outcome.TOO_FEW
    assert found.reason is not None
    assert found.reason.endswith("points with a value; 24 are needed.")
    assert (found.periods, found.chance, found.held_out) == ((), None, None)


def test_months_without_values_at_the_end_leave_nothing_to_test_on() -> None:
    row: list[float | None] = [*series(a_trend, 1, 40).tolist(), *[None] * 8]
    found = forecast(row, 3, better="higher")
    assert found.outcome is Outcome.TOO_FEW
    assert found.reason == "4 of the last 12 points have a value to test on."


def test_gaps_and_a_late_start_are_taken_as_they_are() -> None:
    row: list[Any] = [None] * 5 + series(a_yearly_course, 3, 60).tolist()
    row[20] = row[21] = row[50] = None
    found = forecast(row, 6, better="higher", expected=80)
    assert found.n == 57
    assert found.outcome in (Outcome.SHOWN, Outcome.NO_BETTER)
    assert found == forecast(row[5:], 6, better="higher", expected=80)


def test_a_constant_series_needs_no_forecast() -> None:
    found = forecast([97.5] * 40, 3, better="higher", expected=95, scale=(0, 100))
    assert found.outcome is Outcome.NO_BETTER
    assert found.reason == "Every value is the same: the last value says it all."


def test_a_series_that_only_just_began_to_vary_is_not_fitted() -> None:
    row = [97.5] * 30 + [float(value) for value in range(10)]
    found = forecast(row, 3, better="higher")
    assert found.outcome is Outcome.NOT_FITTED
    assert found.reason == "Nothing varied before the points that were held out."


@pytest.mark.parametrize(
    "row", [[0.0, 100.0] * 20, [1e-300] * 39 + [1.0], [1e12, 1e-12] * 20, [*range(40)]]
)
def test_odd_series_end_in_a_stated_outcome(row: list[float]) -> None:
    found = forecast(row, 3, better="higher", expected=50)
    assert (found.outcome is Outcome.SHOWN) == bool(found.periods)
    assert (found.reason is None) == bool(found.periods)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("horizon-none", {"horizon": 0}),
        ("horizon-none", {"horizon": -3}),
        ("values-infinite", {"values": [1.0, float("inf")]}),
        ("values-infinite", {"expected": float("inf")}),
        ("lengths-differ", {"expected": [1.0]}),
        ("season-too-short", {"season": 1}),
        ("confidence-out-of-range", {"confidence": [95]}),
        ("expected-beyond-scale", {"expected": 101, "scale": (0, 100)}),
        ("expected-beyond-scale", {"expected": -1, "scale": (0, None)}),
        ("value-beyond-scale", {"scale": (0, 60)}),
        ("scale-reversed", {"scale": (100, 0)}),
    ],
)
def test_what_makes_no_sense_is_refused(code: str, arguments: dict[str, Any]) -> None:
    given: dict[str, Any] = {"values": [70.0, 75.0] * 20, "horizon": 3} | arguments
    with pytest.raises(JudgeError, match=rf"^{code}:"):
        forecast(given.pop("values"), given.pop("horizon"), better="higher", **given)
