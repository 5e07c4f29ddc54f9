"""Sample against records: which disagreement is a finding, and what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.audit.against_records import Verdict, against_records
from scorecard.audit.estimate import Examined, estimate
from scorecard.errors import AuditError

FOUND = estimate(Examined(400, 48, 12))


@given(st.floats(0, 1))
def test_the_records_agree_exactly_where_they_lie_in_the_interval(measured: float) -> None:
    held = against_records(FOUND, measured)
    assert FOUND.interval is not None
    assert held.finding == (not FOUND.interval.lower <= measured <= FOUND.interval.upper)
    assert (held.verdict is Verdict.AGREE) != held.finding
    assert held.difference == pytest.approx(measured - 0.8)
    assert held.at_least is not None
    assert (held.at_least > 0) == held.finding


def test_a_finding_says_both_shares_and_how_far_beyond_chance() -> None:
    held = against_records(FOUND, 0.95)
    assert FOUND.interval is not None
    assert held.verdict is Verdict.RECORDS_TOO_GOOD
    assert held.at_least == pytest.approx(0.95 - FOUND.interval.upper)
    assert held.sentence == (
        "All records say 95.0 %, the cases examined 69.2 to 88.0 % with 95 % confidence: "
        "the records look better than the cases."
    )
    assert against_records(FOUND, 0.5).verdict is Verdict.RECORDS_TOO_BAD


def test_after_a_census_any_difference_counts_but_that_of_rounding() -> None:
    census = estimate(Examined(3, 2, 1))
    assert against_records(census, 2 / 3).verdict is Verdict.AGREE
    assert against_records(census, 0.667).verdict is Verdict.RECORDS_TOO_GOOD
    assert against_records(census, 0.667, rounded_to=0.001).verdict is Verdict.AGREE
    assert against_records(census, 0.665, rounded_to=0.001).verdict is Verdict.RECORDS_TOO_BAD
    assert "every case was examined" in against_records(census, 1).sentence


def test_without_a_share_or_a_figure_nothing_is_said() -> None:
    nothing = estimate(Examined(9, 0, 0, 9))
    for held in (against_records(FOUND, None), against_records(nothing, 0.5)):
        assert (held.verdict, held.finding) == (Verdict.NOT_TOLD, False)
        assert (held.difference, held.at_least) == (None, None)
    assert against_records(FOUND, None).sentence == "No figure was measured from records."
    assert against_records(nothing, 0.5).sentence == nothing.sentence


def test_missing_answers_make_a_finding_only_where_they_could_not_explain_it() -> None:
    partly = estimate(Examined(400, 40, 10, 0, 10))
    assert partly.interval is not None
    assert against_records(partly, 0.85).verdict is Verdict.AGREE
    held = against_records(partly, 0.99)
    assert held.finding
    assert held.difference is None
    assert held.at_least == pytest.approx(0.99 - partly.interval.upper)


@pytest.mark.parametrize("measured", [-0.1, 1.01, 84.3, float("nan")])
def test_a_measured_share_that_cannot_be_is_refused(measured: float) -> None:
    with pytest.raises(AuditError) as refused:
        against_records(FOUND, measured)
    assert refused.value.code == "measured-share-out-of-range"
    assert refused.value.hint == ("Write 0.843." if measured == 84.3 else None) or measured == 1.01


@pytest.mark.parametrize("step", [-0.001, float("nan")])
def test_a_step_of_rounding_that_cannot_be_is_refused(step: float) -> None:
    with pytest.raises(AuditError) as refused:
        against_records(FOUND, 0.8, rounded_to=step)
    assert refused.value.code == "measured-share-out-of-range"
