"""The share of all cases from those examined: laws, other ways to it, and what is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.weightstats import DescrStatsW

from scorecard.audit.estimate import Examined, estimate
from scorecard.audit.exact_share import exact_share
from scorecard.errors import AuditError, JudgeError


@st.composite
def stratum(draw: st.DrawFn, missing: bool = False) -> Examined:
    met, not_met, beside = (draw(st.integers(0, 25)) for _ in range(3))
    unknown = draw(st.integers(0, 5)) if missing else 0
    rest = draw(st.integers(0, 80))
    assume(met + not_met + beside + unknown > 0)
    population = met + not_met + beside + unknown + rest
    return Examined(population, met, not_met, beside, unknown)


STRATA = st.dictionaries(st.text("abc", min_size=1, max_size=2), stratum(), min_size=1, max_size=5)


def mirrored(one: Examined) -> Examined:
    return Examined(one.population, one.not_met, one.met, one.not_applicable, one.not_recorded)


@settings(max_examples=60)
@given(STRATA)
def test_met_and_not_met_exchanged_mirror_the_estimate(strata: dict[str, Examined]) -> None:
    found, other = estimate(strata), estimate({k: mirrored(v) for k, v in strata.items()})
    if found.share is None or found.interval is None:
        assert other.share is None
        assert other.interval is None
        return
    assert other.share is not None
    assert other.interval is not None
    assert other.share == pytest.approx(1 - found.share)
    assert other.interval == pytest.approx(
        (1 - found.interval.upper, 1 - found.interval.lower), abs=1e-9
    )
    assert -1e-12 <= found.interval.lower <= found.share + 1 / found.population
    assert found.share - 1 / found.population <= found.interval.upper <= 1 + 1e-12


@given(STRATA)
def test_a_census_has_no_width_and_is_the_share_itself(strata: dict[str, Examined]) -> None:
    whole = {
        name: Examined(one.answered, one.met, one.not_met, one.not_applicable)
        for name, one in strata.items()
    }
    found = estimate(whole)
    met, applicable = (
        sum(one.met for one in strata.values()),
        sum(one.applicable for one in strata.values()),
    )
    if applicable == 0:
        assert found.share is None
        return
    assert found.interval is not None
    assert found.share == pytest.approx(met / applicable)
    assert found.interval == pytest.approx((met / applicable, met / applicable))
    assert found.sentence.endswith("every case was examined.")


@settings(max_examples=60)
@given(STRATA)
def test_the_order_and_the_names_of_strata_do_not_matter(strata: dict[str, Examined]) -> None:
    turned = {f"x{name}": one for name, one in reversed(strata.items())}
    found, other = estimate(strata), estimate(turned)
    assert other.n == found.n
    if found.interval and other.interval:
        assert other.interval == pytest.approx(found.interval)


def test_a_simple_sample_has_the_exact_interval() -> None:
    found = estimate(Examined(400, 48, 12))
    assert (found.share, found.interval) == (0.8, exact_share(48, 60, 400))
    assert found.possible == (0.8, 0.8)
    assert (found.n, found.examined, found.missing, found.population) == (60, 60, 0, 400)
    assert found.sentence == (
        "80.0 % met, from 60 cases the criterion applies to; among all such cases of the 400 there "
        "are, it is 69.2 to 88.0 %, with 95 % confidence."
    )


def test_a_stratified_share_is_weighted_by_the_size_of_the_strata() -> None:
    strata = {"a": Examined(900, 30, 10), "b": Examined(100, 10, 30)}
    weights = [900 / 40] * 40 + [100 / 40] * 40
    answers = [1] * 30 + [0] * 10 + [1] * 10 + [0] * 30
    assert estimate(strata).share == pytest.approx(DescrStatsW(answers, weights).mean)
    assert estimate(strata).share == pytest.approx(0.7)


def test_cases_not_applicable_take_their_weight_with_them() -> None:
    # 90 of 100 cases of b are not applicable: about 10 weigh against 900.
    strata = {"a": Examined(900, 30, 10), "b": Examined(100, 1, 3, 36)}
    assert estimate(strata).share == pytest.approx((900 * 0.75 + 10 * 0.25) / 910)
    assert estimate(strata).n == 44


def test_many_cases_have_the_width_of_the_textbook() -> None:
    # Cochran §5.6: variance Σ W² (1 - f) p q / (n - 1).
    strata = {"a": Examined(6000, 1500, 500), "b": Examined(4000, 400, 600)}
    variance = sum(
        (one.population / 10_000) ** 2
        * (1 - one.answered / one.population)
        * (p := one.met / one.answered)
        * (1 - p)
        / (one.answered - 1)
        for one in strata.values()
    )
    found = estimate(strata)
    assert found.interval is not None
    assert found.interval.upper - found.interval.lower == pytest.approx(
        2 * 1.96 * variance**0.5, rel=0.02
    )


def test_one_proportion_in_all_strata_is_as_good_as_a_simple_sample_of_so_many() -> None:
    # Without correction and with equal weights: Clopper and Pearson's interval of 300 cases.
    strata = {name: Examined(10**9, 80, 20) for name in "abc"}
    found = estimate(strata).interval
    theirs = binomtest(240, 300).proportion_ci(0.95)
    assert found is not None
    assert tuple(found) == pytest.approx((theirs.low, theirs.high), abs=0.003)


def test_all_met_in_every_stratum_is_no_certainty() -> None:
    found = estimate({"a": Examined(900, 30, 0), "b": Examined(100, 5, 0)})
    assert found.share == 1
    assert found.interval is not None
    assert 0.8 < found.interval.lower < 0.95
    assert found.interval.upper == 1


def test_where_the_criterion_applies_to_no_case_there_is_no_share() -> None:
    found = estimate(Examined(400, 0, 0, 60))
    assert (found.share, found.possible, found.interval) == (None, None, None)
    assert found.sentence == "The criterion applies to none of the 60 cases examined."


def test_missing_answers_are_shown_as_a_range_never_as_a_share() -> None:
    found = estimate(Examined(400, 40, 10, 0, 10))
    assert found.share is None
    assert found.possible == (40 / 60, 50 / 60)
    worst, best = exact_share(40, 60, 400), exact_share(50, 60, 400)
    assert found.interval == (worst.lower, best.upper)
    assert found.sentence.startswith(
        "10 of 60 drawn cases have no answer: the share met is between 66.7 and 83.3 %; "
    )


@settings(max_examples=60)
@given(st.lists(stratum(missing=True), min_size=1, max_size=3), st.data())
def test_the_range_holds_whatever_the_missing_answers_were(
    drawn: list[Examined], data: st.DataObject
) -> None:
    answered: dict[str, Examined] = {}
    for place, one in enumerate(drawn):
        met = data.draw(st.integers(0, one.not_recorded))
        answered[str(place)] = Examined(
            one.population, one.met + met, one.not_met + one.not_recorded - met, one.not_applicable
        )
    found = estimate({str(place): one for place, one in enumerate(drawn)})
    truth = estimate(answered)
    if found.possible is None or truth.share is None:
        return
    assert found.possible.lower - 1e-9 <= truth.share <= found.possible.upper + 1e-9


def test_the_estimate_is_right_on_average() -> None:
    rng = np.random.default_rng(5)
    strata = {"a": (450, 50, 0), "b": (30, 50, 20)}
    drawn = {k: rng.multivariate_hypergeometric(v, 40, 4000) for k, v in strata.items()}
    shares = [
        estimate({k: Examined(sum(strata[k]), *map(int, v[i])) for k, v in drawn.items()}).share
        for i in range(4000)
    ]
    assert np.mean([one for one in shares if one is not None]) == pytest.approx(
        480 / 580, abs=0.004
    )


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ((10, 6, 5), "record-count-invalid"),
        ((10, 6, 4, 1), "record-count-invalid"),
        ((10, 6, 2, 1, 2), "record-count-invalid"),
        ((10, -1, 5), "record-count-invalid"),
        ((10, 2.5, 5), "record-count-invalid"),
        ((10, True, 5), "record-count-invalid"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts: Any, code: str) -> None:
    with pytest.raises(AuditError) as refused:
        Examined(*counts)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        ({}, "population-empty"),
        (Examined(10, 0, 0), "stratum-unexamined"),
        ({"a": Examined(10, 5, 0), "b": Examined(10, 0, 0)}, "stratum-unexamined"),
    ],
)
def test_what_was_not_looked_at_cannot_be_estimated(drawn: Any, code: str) -> None:
    with pytest.raises(AuditError) as refused:
        estimate(drawn)
    assert refused.value.code == code


def test_a_confidence_in_percent_is_refused() -> None:
    with pytest.raises(JudgeError, match=r"Write 0\.95\."):
        estimate(Examined(10, 5, 5), 95)
