"""What is said of promises: held against Student's and plain counting, and read as sentences."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, t

from scorecard.judge.promise import Call
from scorecard.judge.tightening import Refusal
from scorecard.report.behaviour import behaviour
from scorecard.report.phase_series import phase_series
from scorecard.report.promise_words import how_often, promise_outlook, tightening_outlook
from tests.report.rows_builder import SHARE, months, row
from tests.report.test_standard import standard

# 30 quantiles of a normal distribution about 5, in an order without runs or trends.
SPREAD = norm.ppf((np.arange(30) + 0.5) / 30, loc=50, scale=2)
STEADY = [float(SPREAD[(7 * place) % 30]) for place in range(30)]


def outlook(actuals: list[float] | list[float | None], of: Any = None, **given: Any) -> Any:
    one = of or standard()
    return promise_outlook(phase_series(behaviour(months(list(actuals), **given), one)), one)


def tighter(actuals: list[float], of: Any = None, **given: Any) -> Any:
    one = of or standard(expected=[{"from": date(2020, 1, 1), "at_most": 3}])
    return tightening_outlook(phase_series(behaviour(months(list(actuals), **given), one)), one)


def test_offers_are_students_limits_for_a_coming_value() -> None:
    found = outlook(STEADY, expected=50.0, unit="number")
    values = np.array(STEADY)
    width = values.std(ddof=1) * (1 + 1 / 30) ** 0.5
    for offer, confidence in zip(found.offers, (0.8, 0.9, 0.95), strict=True):
        limit = values.mean() + t.ppf(confidence, 29) * width
        # Times and counts may be taken as log-normal, which is close here.
        assert offer.value == pytest.approx(limit, rel=0.01)
    assert [one.often for one in found.offers] == [
        "8 of 10 months",
        "9 of 10 months",
        "19 of 20 months",
    ]
    assert found.offers[0].words == f"at most {found.offers[0].value:.2f}"
    assert found.basis.startswith("Rests on 30 months since February 2024; method: ")


def test_the_expected_value_and_the_public_promise_are_called_one_by_one() -> None:
    found = outlook(
        STEADY, standard(promise={"text": "Soon", "value": 60}), expected=50.0, tolerance=0.5
    )
    assert [(one.what, one.value, one.call) for one in found.calls] == [
        ("Expected", "at most 50 days", Call.OVER),
        ("Promised to the public", "at most 60 days", Call.UNDER),
    ]
    over, under = (one.words for one in found.calls)
    assert over == (
        "Over-promise: as it works now, a coming month keeps it in about 5 of 10 cases."
    )
    assert under == (
        "Under-promise: as it works now, nearly every coming month keeps it. "
        "A better value could be promised."
    )


def test_the_same_value_inside_and_outside_is_called_once() -> None:
    found = outlook(STEADY, standard(promise={"text": "Soon", "value": 50}), expected=50.0)
    assert [one.what for one in found.calls] == ["Expected, and promised to the public"]


def test_without_an_expected_value_what_could_be_promised_is_still_told() -> None:
    found = outlook(STEADY, standard(promise=None), expected=None, tolerance=None)
    assert [one.words for one in found.calls] == ["No expected value is in force."]
    assert len(found.offers) == 3


def test_a_share_stays_on_its_scale_and_counts_its_cases() -> None:
    rows = months([98.0, 99.0, 97.0, 100.0] * 6, **SHARE, denominator=100.0)
    rows = [
        row(
            each.actual,
            **SHARE,
            period=each.period,
            numerator=each.actual,
            denominator=100.0,
        )
        for each in rows
    ]
    one = standard(promise=None)
    found = promise_outlook(phase_series(behaviour(rows, one)), one)
    assert "beta-binomial" in found.basis
    assert all(0 < offer.value <= 100 for offer in found.offers if offer.value is not None)
    assert all(offer.words.endswith(" %") for offer in found.offers)


def test_too_few_and_unstable_and_unvaried_are_said_and_nothing_is_called() -> None:
    few = outlook(STEADY[:9], expected=50.0)
    assert few.reason == (
        "Nothing is said yet of what could be promised: it takes 12 months, and nine are known."
    )
    odd = outlook([*STEADY, 90.0], expected=50.0)
    assert odd.reason.startswith(
        "What could be promised is not known: the figures are not stable "
        "(above the upper limit in July 2026). Find out what happened."
    )
    same = outlook([5.0] * 15, expected=50.0)
    assert same.reason.startswith("Every month has the same value")
    for each in (few, odd, same):
        assert (each.calls, each.offers) == ((), ())


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (0.01, "hardly any coming month keeps it"),
        (0.06, "a coming month keeps it in about 1 of 10 cases"),
        (0.31, "a coming month keeps it in about 3 of 10 cases"),
        (0.92, "a coming month keeps it in about 18 of 20 cases"),
        (0.99, "nearly every coming month keeps it"),
    ],
)
def test_a_probability_is_told_as_cases(kept: float, words: str) -> None:
    assert how_often(kept, "month") == words


def test_a_proposal_is_a_line_that_can_be_declared_from_the_next_period_on() -> None:
    found = tighter(STEADY, expected=80.0)
    line = tomllib.loads(f"x = {found.line}")["x"]
    assert line["from"] == date(2026, 8, 1)
    assert 53 < line["at_most"] == found.value < 70
    assert line["tolerance"] == 1
    assert found.words == (
        f"At most {found.value:g} days could be expected instead of at most 80 days: as it works "
        "now, nearly every coming month keeps it."
    )
    assert found.where == "To accept it, add to expected:"


def test_a_departments_proposal_says_whose_value_it_is() -> None:
    values = [{"from": date(2020, 1, 1), "at_most": 80}]
    shared = standard(department=None, departments="all", expected=values)
    found = tighter(STEADY, shared, expected=80.0, shared=True)
    assert "the same for everyone" in found.where
    own = standard(
        department=None,
        departments="all",
        expected=values,
        overrides={"roads": {"expected": values}},
    )
    found = tighter(STEADY, own, expected=80.0, shared=True)
    assert found.where == "To accept it, add to expected under [standard.overrides.roads]:"


def test_a_refusal_has_its_reason() -> None:
    refused = tighter(STEADY, expected=50.0)
    assert refused.refusal is Refusal.NOT_KEPT
    assert refused.words.startswith("Nothing tighter is proposed. The present expected value is ")
    few = tighter(STEADY[:15], expected=80.0)
    assert few.words == (
        "Nothing tighter is proposed. It takes 24 months without a sign of a change, and 15 are "
        "known."
    )
    assert tighter([*STEADY, 90.0], expected=80.0).refusal is Refusal.NOT_STABLE
    assert few.line == ""


def test_where_another_value_is_declared_already_nothing_is_proposed_beside_it() -> None:
    later = [
        {"from": date(2020, 1, 1), "at_most": 80},
        {"from": date(2026, 9, 1), "at_most": 70},
    ]
    found = tighter(STEADY, standard(expected=later), expected=80.0)
    assert found.words == (
        "Another expected value is declared from 1 September 2026 on: wait for it."
    )
    assert (found.line, found.value) == ("", None)
