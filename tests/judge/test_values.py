"""What the methods accept as numbers, and what they refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from scorecard.errors import JudgeError
from scorecard.judge.values import numbers


@pytest.mark.parametrize(
    "given",
    [
        [1, 2.5, None],
        [1.0, 2.5, float("nan")],
        (Decimal(1), Fraction(5, 2), None),
        np.array([1.0, 2.5, np.nan], dtype=np.float32),
    ],
)
def test_missing_values_are_kept_in_their_places(given: list[float | None]) -> None:
    found = numbers(given)

    assert found[:2].tolist() == [1.0, 2.5]
    assert np.isnan(found[2])
    assert not found.flags.writeable


def test_nothing_is_an_empty_row() -> None:
    assert numbers([]).tolist() == []
    assert np.isnan(numbers([None, None])).all()


@pytest.mark.parametrize(
    "given",
    [
        ["1", "2"],
        [1, "2"],
        [True, False],
        [date(2026, 1, 1)],
        [[1, 2]],
        3,
        [1, object()],
    ],
)
def test_what_is_no_row_of_numbers_is_refused(given: list[float | None]) -> None:
    with pytest.raises(JudgeError, match=r"^values-not-numbers: sizes"):
        numbers(given, "sizes")


def test_an_infinite_value_is_refused_with_its_place() -> None:
    with pytest.raises(JudgeError, match=r"^values-infinite: values\[1\] is infinite"):
        numbers([1, float("-inf")])
