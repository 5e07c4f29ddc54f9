"""What the cases examined tell, beside the records and the re-check."""

from __future__ import annotations

import pytest

from scorecard.audit.against_records import Verdict
from scorecard.audit.cycle import Cycle
from scorecard.audit.estimate import Examined, estimate
from scorecard.audit.events import (
    FieldworkStarted,
    RecheckRecorded,
    ResultRecorded,
    SampleDrawn,
    Stratum,
)
from scorecard.audit.examined import disagreements, examined, measured_share, unexamined
from scorecard.errors import AuditError
from tests.audit.room import BASELINE, OPENING, Room

KEYS = tuple(f"k{place}" for place in range(20))
RESERVE = tuple(f"r{place}" for place in range(20))


def room(of_record: str = "in time", strata_by: str = "") -> Room:
    """A sample of 20 of 200 calls, of which the records say that 163 were answered in time."""
    strata = (Stratum(population=200, keys=KEYS, reserve=RESERVE),)
    if strata_by:
        strata = (
            Stratum(name="mail", population=50, keys=KEYS[:8]),
            Stratum(name="phone", population=150, keys=KEYS[8:]),
        )
    found = Room()
    found.do(OPENING, "dora")
    found.do(FieldworkStarted(), "ada")
    sample = SampleDrawn(
        standard="calls",
        department="streets",
        period=BASELINE.period,
        seed="7",
        digest="d" * 64,
        strata=strata,
        strata_by=strata_by,
        criteria=("in time", "polite"),
        of_record=of_record,
        figure=BASELINE,
    )
    found.do(sample, "ada")
    return found


def answer(at: Room, key: str, outcome: str, criterion: str = "in time", by: str = "ada") -> None:
    kind = ResultRecorded if by == "ada" else RecheckRecorded
    body = {"sample": 1, "key": key, "criterion": criterion, "outcome": outcome}
    at.do(kind.model_validate(body), by)


def answered(outcomes: list[str], **more: str) -> Cycle:
    at = room(**more)
    for key, outcome in zip(KEYS, outcomes, strict=False):
        answer(at, key, outcome)
    return at.cycle


def test_each_criterion_is_estimated_and_the_one_of_record_is_held_against_the_figure() -> None:
    in_time, polite = examined(answered(["met"] * 6 + ["not-met"] * 14), 1)
    assert in_time.estimate == estimate(Examined(200, 6, 14))
    assert in_time.records is not None
    assert in_time.records.measured == 163 / 200
    assert in_time.records.verdict is Verdict.RECORDS_TOO_GOOD
    assert polite.records is None
    assert polite.estimate == estimate(Examined(200, 0, 0, 0, 20))
    assert polite.estimate.share is None


def test_without_a_criterion_of_record_nothing_is_held_against_the_figure() -> None:
    assert [one.records for one in examined(answered(["not-met"] * 20, of_record=""), 1)] == [
        None,
        None,
    ]


def test_where_nothing_is_examined_nothing_agrees() -> None:
    [in_time, _] = examined(answered([]), 1)
    assert in_time.records is not None
    assert in_time.records.verdict is Verdict.NOT_TOLD
    assert "have no answer" in in_time.records.sentence


def test_strata_are_weighed_by_their_size() -> None:
    cycle = answered(["met"] * 2 + ["not-met"] * 6 + ["met"] * 9 + ["not-met"] * 3, strata_by="way")
    [in_time, _] = examined(cycle, 1)
    assert in_time.estimate.share == pytest.approx((50 * 2 / 8 + 150 * 9 / 12) / 200)
    assert in_time.estimate == estimate({"mail": Examined(50, 2, 6), "phone": Examined(150, 9, 3)})


def test_a_reserve_takes_the_place_of_a_case_that_is_not_applicable() -> None:
    at = room()
    for key in KEYS[1:]:
        answer(at, key, "met")
    answer(at, KEYS[0], "not-applicable")
    [in_time, _] = examined(at.cycle, 1)
    assert (in_time.drawn, in_time.estimate.missing) == (21, 1)
    answer(at, RESERVE[0], "not-met")
    [in_time, _] = examined(at.cycle, 1)
    assert in_time.estimate == estimate(Examined(200, 19, 1, 1))


def test_disagreement_is_a_finding_and_is_raised_once() -> None:
    at = room()
    for key in KEYS:
        answer(at, key, "not-met")
    [found] = disagreements(at.cycle)
    assert (found.origin, found.standard, found.department) == (
        "sample-disagreement",
        "calls",
        "streets",
    )
    assert found.text.startswith("Sample 1: All records say 81.5 %, the cases examined 0.0 to ")
    at.do(found, "ada")
    assert disagreements(at.cycle) == []
    assert disagreements(answered(["met"] * 16 + ["not-met"] * 4)) == []


def test_what_is_not_examined_is_said() -> None:
    assert unexamined(answered(["met"] * 17)) == [
        "Sample 1: 3 of 20 drawn cases are not examined for 'in time'.",
        "Sample 1: 20 of 20 drawn cases are not examined for 'polite'.",
    ]


def test_a_recheck_is_compared_on_the_cases_that_both_examined() -> None:
    at = room()
    for place, key in enumerate(KEYS):
        answer(at, key, "met" if place < 12 else "not-met")
    assert examined(at.cycle, 1)[0].agreement is None
    for place, key in enumerate(KEYS[:16]):
        answer(at, key, "met" if place < 10 else "not-met", by="amy")
    found = examined(at.cycle, 1)[0].agreement
    assert found is not None
    assert (found.n, found.agreed, found.differing) == (16, 14, ("k10", "k11"))
    # po = 14/16; pe = (12 10 + 4 6) / 16^2 = 0.5625
    assert found.kappa == pytest.approx((14 / 16 - 0.5625) / (1 - 0.5625))


def test_a_sample_that_is_not_there() -> None:
    for step in (examined, measured_share):
        with pytest.raises(AuditError) as caught:
            step(room().cycle, 2)
        assert caught.value.code == "audit-number-unknown"
