"""Scales with ends: there and back, and never beyond."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.scale import line_for

# Nothing is measured to more than some ten digits.
SHARES = st.lists(st.floats(0, 100).map(lambda x: round(x, 9)), min_size=2, max_size=40)


@given(SHARES, st.sampled_from([None, (0, 100), (-5, 200), (0, None), (-1, None)]))
def test_what_goes_there_comes_back(values: list[float], scale: tuple[float, float] | None) -> None:
    row = np.array(values)
    line = line_for(scale, row)
    there = line.there(row)
    assert np.isfinite(there).all()
    assert line.back(there) == pytest.approx(row, rel=1e-6, abs=1e-6)


@given(SHARES, st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_nothing_comes_back_beyond_the_scale_and_order_is_kept(
    values: list[float], line_values: list[float]
) -> None:
    anywhere = np.sort(np.array(line_values))
    both = line_for((0, 100), np.array(values)).back(anywhere)
    assert ((both >= 0) & (both <= 100)).all()
    one = line_for((0, None), np.array(values)).back(anywhere)
    assert (one >= 0).all()
    assert (np.diff(both) >= 0).all()
    assert (np.diff(one) >= 0).all()


def test_inside_the_scale_the_line_is_the_logit() -> None:
    row = np.array([20.0, 50.0, 90.0])
    assert line_for((0, 100), row).there(row) == pytest.approx(np.log([0.25, 1, 9]))


def test_an_end_that_no_value_reached_is_infinitely_far_away() -> None:
    row = np.array([20.0, 50.0, 90.0])
    assert line_for((0, 100), row).there(np.array([0.0, 100.0])).tolist() == [-np.inf, np.inf]
    assert line_for((0, None), row).there(np.array([0.0])).tolist() == [-np.inf]
    reached = line_for((0, 100), np.array([20.0, 100.0]))
    assert np.isfinite(reached.there(np.array([0.0, 100.0]))).all()


@pytest.mark.parametrize(
    ("code", "scale"),
    [
        ("scale-reversed", (100, 0)),
        ("scale-reversed", (1, 1)),
        ("scale-reversed", (float("nan"), 1)),
        ("scale-reversed", (0, float("inf"))),
        ("value-beyond-scale", (0, 1)),
        ("value-beyond-scale", (3, None)),
    ],
)
def test_a_scale_without_room_or_a_value_beyond_it_is_refused(
    code: str, scale: tuple[float, float | None]
) -> None:
    with pytest.raises(JudgeError, match=rf"^{code}:"):
        line_for(scale, np.array([1.0, 2.0, 3.5]))
