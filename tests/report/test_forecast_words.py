"""The forecast in words: how far it looks, when it is shown, and what it says when it is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from scorecard.judge.forecast import Outcome
from scorecard.report.behaviour import behaviour
from scorecard.report.forecast_words import ForecastOutlook, chance_words, forecast_outlook
from tests.report.rows_builder import SHARE, months
from tests.report.test_standard import standard

YEAR = [62, 60, 64, 68, 71, 75, 78, 77, 73, 69, 66, 63]
WOBBLE = [1, -1, 0, 2, -2, 1, 0, -1, 1, 0, 2, -1, 0]
# A yearly course that ends in July 2026, and chance about a level.
COURSE: list[float | None] = [float(YEAR[(i + 7) % 12] + WOBBLE[i % 13]) for i in range(60)]


def told(actuals: list[float | None], **given: Any) -> ForecastOutlook:
    one = standard(
        expected=[
            {"from": date(2020, 1, 1), "at_least": 65},
            {"from": date(2026, 10, 1), "at_least": 99},
        ],
        **given,
    )
    facts: dict[str, Any] = SHARE | {"expected": 65.0}
    return forecast_outlook(behaviour(months(actuals, **facts), one), one)


def test_a_yearly_course_is_forecast_up_to_the_review_with_the_value_expected_then() -> None:
    found = told(COURSE, review=date(2026, 12, 31))
    assert [line.period for line in found.lines] == [
        "August 2026",
        "September 2026",
        "October 2026",
        "November 2026",
        "December 2026",
    ]
    assert [line.expected for line in found.lines][1:3] == ["at least 65 %", "at least 99 %"]
    assert found.found is not None
    for line, ahead in zip(found.lines, found.found.periods, strict=True):
        assert abs(ahead.value - YEAR[line.start.month - 1]) < 3
        assert line.chance == ahead.chance
    assert found.words.startswith(
        "The forecast for December 2026, the last whole month by the review on "
    )
    assert found.words.endswith("the chance that at least 99 % is kept is under 5 in 100.")
    assert found.basis.startswith("Rests on 60 months. Put to the test on the last 12, each ")


@pytest.mark.parametrize(
    ("review", "periods", "words"),
    [
        (None, 3, "for October 2026 is"),
        (date(2026, 7, 20), 3, "for October 2026 is"),
        (date(2026, 10, 15), 2, "the last whole month by the review on 15 October 2026,"),
        (date(2031, 1, 1), 12, "for July 2027 is"),
    ],
)
def test_it_looks_to_the_review_else_three_periods_and_never_beyond_twelve(
    review: date | None, periods: int, words: str
) -> None:
    found = told(COURSE, review=review)
    assert len(found.lines) == periods
    assert words in found.words


def test_chance_about_a_level_is_not_shown_and_both_errors_are() -> None:
    flat: list[float | None] = [70.0 + 3 * WOBBLE[(5 * i) % 13] for i in range(40)]
    found = told(flat)
    assert found.found is not None
    held = found.found.held_out
    assert held is not None
    assert not found.is_shown
    assert f"no better than {held.best}: on the last 12 months" in found.words
    assert f"off by {held.error:.1f} percentage points" in found.words
    assert f"{held.best} by {held.rivals[held.best]:.1f} percentage points." in found.words


def test_an_interval_of_nearly_anything_is_said_to_tell_nothing() -> None:
    assert "says next to nothing" not in told(COURSE).words
    drawn = np.random.default_rng(9).normal(0, 0.9, 48)
    wander: list[float | None] = list((100 / (1 + np.exp(-drawn.cumsum()))).tolist())
    found = told(wander, review=date(2027, 7, 31))
    assert found.is_shown
    assert found.words.endswith(" So wide an interval says next to nothing.")


def test_too_few_are_counted() -> None:
    found = told(COURSE[:10])
    assert found.words == "No forecast is shown: it takes 24 months, and ten months are known."
    assert found.found is not None
    assert found.found.outcome is Outcome.TOO_FEW
    assert told([70.0]).words.endswith("and one month is known.")


def test_an_expected_value_beyond_the_scale_is_refused_in_words() -> None:
    one = standard(expected=[{"from": date(2020, 1, 1), "at_least": 101}], review=None)
    facts: dict[str, Any] = SHARE | {"expected": 101.0}
    found = forecast_outlook(behaviour(months(COURSE, **facts), one), one)
    assert found.words.startswith("No forecast: ")
    assert "101 is expected, beyond the scale" in found.words


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "under 5 in 100"),
        (0.06, "about 1 in 10"),
        (0.5, "about 5 in 10"),
        (0.949, "about 9 in 10"),
        (0.97, "over 95 in 100"),
    ],
)
def test_a_chance_is_told_in_tenths(chance: float, words: str) -> None:
    assert chance_words(chance) == words
