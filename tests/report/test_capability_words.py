"""Capability as the page tells it, held against the formulas done by hand."""

from __future__ import annotations

from itertools import pairwise
from statistics import NormalDist, mean, stdev

import pytest

from scorecard.report.behaviour import behaviour
from scorecard.report.capability_words import capability_outlook
from scorecard.report.phase_series import phase_series
from tests.report.rows_builder import SHARE, months, row
from tests.report.test_promise_words import STEADY


def test_indices_and_the_share_outside_are_those_of_the_formulas() -> None:
    found = capability_outlook(phase_series(behaviour(months(list(STEADY), expected=53.0))))
    spread = mean(abs(b - a) for a, b in pairwise(STEADY)) / 1.128
    cpk = (53 - mean(STEADY)) / (3 * spread)
    ppk = (53 - mean(STEADY)) / (3 * stdev(STEADY))
    outside = 1 - NormalDist(mean(STEADY), stdev(STEADY)).cdf(53)
    pairs = dict(found.pairs)
    assert pairs["Cpk"].startswith(f"{cpk:.2f} (95 % interval ")
    assert pairs["Ppk"].startswith(f"{ppk:.2f} (95 % interval ")
    assert pairs["Missed, expected"].startswith(f"{100 * outside:.1f} % of months")
    observed = 100 * sum(value > 53 for value in STEADY) / 30
    assert pairs["Missed, observed"] == f"{observed:.1f} % of 30 months"
    assert found.cautions == ()
    assert "Sigma level" not in pairs


def test_a_share_has_the_sigma_level_of_the_cases_missed() -> None:
    rows = [
        row(
            each.actual,
            **SHARE,
            period=each.period,
            numerator=each.actual,
            denominator=100.0,
        )
        for each in months([90.0, 92.0, 91.0] * 10, **SHARE)
    ]
    found = capability_outlook(phase_series(behaviour(rows)))
    assert found.missed == pytest.approx(0.09)
    assert found.sigma == pytest.approx(NormalDist().inv_cdf(0.91) + 1.5)
    assert dict(found.pairs)["Sigma level"] == (
        "2.8, with the usual shift of 1.5; 9.0 % of cases missed"
    )


def test_a_share_of_which_less_is_better_misses_what_it_counts() -> None:
    given = SHARE | {"better": "lower", "expected": 10.0}
    rows = [
        row(each.actual, **given, period=each.period, numerator=4.0 + i % 2, denominator=100.0)
        for i, each in enumerate(months([4.0, 5.0] * 6, **given))
    ]
    assert capability_outlook(phase_series(behaviour(rows))).missed == pytest.approx(0.045)


def test_cautions_say_how_far_the_indices_are_to_be_trusted() -> None:
    few = capability_outlook(phase_series(behaviour(months(list(STEADY[:14]), expected=53.0))))
    assert few.cautions == (
        "Rests on 14 months; with fewer than 25 the indices may be off by a quarter and more.",
    )
    odd = capability_outlook(phase_series(behaviour(months([*STEADY, 90.0], expected=53.0))))
    assert odd.cautions[0] == (
        "The figures are not stable (above the upper limit in July 2026): the indices tell "
        "nothing of what comes next."
    )


def test_without_an_expected_value_or_with_too_few_periods_the_reason_is_given() -> None:
    none = months(list(STEADY), expected=None, tolerance=None)
    assert capability_outlook(phase_series(behaviour(none))).reason.startswith("No expected value")
    few = capability_outlook(phase_series(behaviour(months([4.0, 5.0]))))
    assert few.reason == "Too few: two months, and it takes eight."
