"""The stretch of a chart that promises are judged by."""

from datetime import date
from typing import Any

import pytest

from scorecard.declare.standards import Standard
from scorecard.report.behaviour import behaviour
from scorecard.report.phase_series import PhaseSeries, phase_series, scale_of
from tests.report.rows_builder import SHARE, months, row
from tests.report.test_standard import standard

STEADY = [4.0, 5.0, 4.5, 5.5, 4.2, 5.1, 4.8, 5.3, 4.4, 5.2, 4.7, 5.0, 4.6]


def series(actuals: list[float | None], of: Standard | None = None, **given: Any) -> PhaseSeries:
    return phase_series(behaviour(months(actuals, **given), of))


def test_a_steady_series_is_taken_whole() -> None:
    found = series(list(STEADY))
    assert found.values == tuple(STEADY)
    assert (found.stable, found.signal) == (True, "")


def test_what_comes_after_a_signal_that_is_over_is_taken_by_itself() -> None:
    found = series([5.0, 9.0, *STEADY])
    assert found.stable
    assert found.values == tuple(STEADY)
    assert found.periods[0].start == date(2025, 7, 1)


def test_with_too_few_after_the_signal_the_phase_is_not_stable_and_the_signal_is_named() -> None:
    found = series([*STEADY, 30.0, 4.9])
    assert found.stable is False
    assert found.n == 15
    assert found.signal == "above the upper limit in June 2026"


def test_a_lasting_shift_is_not_stable_until_a_person_declares_a_phase() -> None:
    shifted: list[float | None] = [*STEADY, *(each + 9 for each in STEADY)]
    assert series(shifted).stable is False
    phase = {"from": date(2025, 7, 1), "reason": "New crew", "accepted": "Council"}
    found = series(shifted, standard(chart={"rebases": [phase]}))
    assert found.stable
    assert found.values == pytest.approx([each + 9 for each in STEADY])


def test_a_period_left_out_by_a_person_counts_neither_as_a_value_nor_as_a_signal() -> None:
    out = {"period": date(2026, 6, 1), "reason": "Flood"}
    found = series([*STEADY, 30.0, 4.9], standard(chart={"excluded": [out]}))
    assert found.stable
    assert found.values == (*STEADY, None, 4.9)


def test_without_a_chart_nothing_is_said_of_stability() -> None:
    found = series([4.0, 5.0, None])
    assert (found.stable, found.n, found.values) == (None, 2, (4.0, 5.0, None))


def test_a_share_brings_its_cases_and_a_share_without_them_none() -> None:
    with_cases = series([80.0] * 9, **SHARE, numerator=80.0, denominator=100.0)
    assert with_cases.denominators == (100.0,) * 9
    assert series([80.0] * 9, **SHARE).denominators is None


@pytest.mark.parametrize(
    ("unit", "known", "scale"),
    [
        ("percent", [0.0, 100.0], (0.0, 100.0)),
        ("percent", [99.0, 104.0], (0.0, None)),
        ("days", [0.0, 3.0], (0.0, None)),
        ("number", [-1.0, 3.0], (None, None)),
    ],
)
def test_the_scale_is_what_unit_and_figures_allow(
    unit: str, known: list[float], scale: Any
) -> None:
    assert scale_of(row(1.0, unit=unit), known) == scale
