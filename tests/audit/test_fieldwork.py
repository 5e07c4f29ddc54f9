"""Fieldwork ends with the findings that the samples themselves are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scorecard.audit import Clash, Cycle, Desk, fieldwork
from scorecard.audit import events as e
from scorecard.audit.book import subject
from scorecard.audit.events import FindingRaised, ReauditStarted, ResultRecorded
from scorecard.audit.examined import disagreements
from scorecard.audit.fieldwork import (
    Size,
    draw_sample,
    end_fieldwork,
    raise_disagreements,
    record_result,
    redrawn,
)
from scorecard.errors import AuditError
from scorecard.ledger import events, verify
from tests.audit.sampled import JANUARY, SampledTown

ON_TIME = "Was it closed by its due date?"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SampledTown:
    return SampledTown(tmp_path_factory.mktemp("fieldwork"), "closed-on-time")


@pytest.fixture(scope="module")
def three(town: SampledTown) -> tuple[str, ...]:
    """The keys of three potholes, drawn in a cycle "two"."""
    town.open("two", "potholes")
    with town.desk("ada") as desk:
        found = draw_sample(desk, "two", "potholes", "works", ["Is it filled?"], Size(cases=3))
    return found.cycle.samples[1].body.keys


def sampled(desk: Desk, cycle: str, outcome: str, period: date | None = None) -> Cycle:
    """A sample of ten cases of works, every one with this outcome."""
    drawing = draw_sample(
        *(desk, cycle, "closed-on-time", "works", [ON_TIME], Size(cases=10)),
        of_record=ON_TIME,
        period=period,
        reason="a test",
    )
    keys = drawing.cycle.samples[drawing.number].body.keys
    told = {"sample": drawing.number, "criterion": ON_TIME, "outcome": outcome}
    return desk.record_all(
        cycle, [ResultRecorded.model_validate(told | {"key": key}) for key in keys]
    )


def test_a_cycle_ends_its_fieldwork_reaudits_and_raises_what_disagrees(town: SampledTown) -> None:
    with town.desk("ada") as desk:
        assert sampled(desk, "one", "not-met").findings == {}
        before = len(events(desk.ledger, "small-town", subject("one")))
        now, told = end_fieldwork(desk, "one")
        new = events(desk.ledger, "small-town", subject("one"))[before:]
        assert [(one.kind, one.actor) for one in new] == [
            ("finding-raised", "ada"),
            ("fieldwork-ended", "ada"),
        ]
        assert new[0].at == new[1].at  # one step: both or neither
        assert told == [f"Finding 1 was raised: {now.findings[1].wording.text}"]
        assert now.state == "findings"
        assert verify(desk.ledger).faults == ()

        desk.record("one", e.ActionsStarted())
        desk.record("one", ReauditStarted())
        with pytest.raises(AuditError) as caught:
            sampled(desk, "one", "not-met")
        assert caught.value.code == "figure-not-frozen"
        number = max(sampled(desk, "one", "not-met", JANUARY).samples)
        assert redrawn(desk, "one", number).same
        now = raise_disagreements(desk, "one")
        assert [one.wording.text.split(":")[0] for one in now.findings.values()] == [
            "Sample 1",
            f"Sample {number}",
        ]
        assert raise_disagreements(desk, "one") == now


def test_of_two_who_raise_a_disagreement_at_once_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no result that comes in meanwhile is left out of what is raised."""
    town = SampledTown(tmp_path, "closed-on-time")
    with town.desk("ada") as ada, town.desk("amy") as amy:
        cycle = sampled(ada, "one", "not-met")
        first = next(iter(cycle.results.values())).body

        def meanwhile(read: Cycle) -> list[FindingRaised]:
            found = disagreements(read)
            monkeypatch.undo()
            amy.record("one", first.model_copy(update={"outcome": "met"}))
            return found

        monkeypatch.setattr(fieldwork, "disagreements", meanwhile)
        with pytest.raises(Clash) as caught:
            end_fieldwork(ada, "one")
        assert [one.kind for one in caught.value.since] == ["result-recorded"]

        seen = ada.cycle("one").version
        assert list(raise_disagreements(amy, "one").findings) == [1]
        late = FindingRaised(
            standard="closed-on-time",
            department="works",
            grade="minor",
            lies_in="system",
            origin="sample-disagreement",
            text="Sample 1: the same once more",
        )
        with pytest.raises(Clash) as caught:
            ada.record("one", late, seen=seen)
        assert [one.kind for one in caught.value.since] == ["finding-raised"]
        assert list(end_fieldwork(ada, "one")[0].findings) == [1]


def test_where_sample_and_record_agree_nothing_is_raised(town: SampledTown) -> None:
    town.open("agreeing", "kept-by-due")
    with town.desk("ada") as desk:
        now, told = end_fieldwork(desk, "agreeing")
    assert (now.state, now.findings, told) == ("findings", {}, [])


def test_of_two_who_draw_at_once_the_second_is_told(
    town: SampledTown, three: tuple[str, ...]
) -> None:
    with town.desk("ada") as desk:
        seen_before = 2  # opened and in fieldwork, before anything was drawn
        with pytest.raises(Clash) as caught:
            draw_sample(
                *(desk, "two", "potholes", "works", ["Is it filled?"], Size(cases=3)),
                reason="I was late",
                seen=seen_before,
            )
        assert [one.kind for one in caught.value.since] == ["sample-drawn"]
        assert desk.cycle("two").samples[1].body.keys == three
        assert list(desk.cycle("two").samples) == [1]


def test_several_results_are_recorded_together_or_not_at_all(
    town: SampledTown, three: tuple[str, ...]
) -> None:
    first, second, _ = three

    def found(key: str, outcome: str) -> ResultRecorded:
        told = {"sample": 1, "key": key, "criterion": "Is it filled?", "outcome": outcome}
        return ResultRecorded.model_validate(told)

    with town.desk("ada") as desk:
        cycle = desk.cycle("two")
        reserve = cycle.samples[1].body.strata[0].reserve[0]
        with pytest.raises(AuditError) as caught:
            desk.record_all("two", [found(first, "met"), found(reserve, "met")])
        assert caught.value.code == "case-not-drawn"
        assert desk.cycle("two") == cycle
        # The first makes room for the reserve, within one step.
        now = desk.record_all("two", [found(first, "not-applicable"), found(reserve, "met")])
        assert now.version == cycle.version + 2
        assert [case[1] for case in now.results] == [first, reserve]
        with pytest.raises(Clash):
            desk.record_all("two", [found(second, "met"), found(first, "met")], seen=cycle.version)
        assert desk.cycle("two") == now


def test_evidence_is_kept_only_of_a_result_that_may_be_recorded(
    town: SampledTown, three: tuple[str, ...], tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photograph")
    with town.desk("ada") as desk:
        key = three[1]
        more: dict[str, Any] = {"evidence": [photo], "dated": JANUARY}
        with pytest.raises(AuditError) as caught:
            record_result(desk, "two", 1, "nowhere", "Is it filled?", "met", **more)
        assert caught.value.code == "case-not-drawn"
        # Nor of one that somebody else was first with, or that was read at no version there is.
        seen = desk.cycle("two").version
        record_result(desk, "two", 1, key, "Is it filled?", "not-met")
        for version in (seen, 999):
            with pytest.raises(AuditError) as caught:
                record_result(desk, "two", 1, key, "Is it filled?", "met", **more, seen=version)
            assert caught.value.code == ("audit-clash" if version == seen else "version-ahead")
        assert list(desk.evidence.files()) == []
        now = record_result(desk, "two", 1, key, "Is it filled?", "met", **more)
        [kept] = now.results[1, key, "Is it filled?"].body.evidence
        assert (kept.bytes, kept.dated) == (12, "2026-01-01")
        with pytest.raises(AuditError) as caught:
            record_result(desk, "two", 1, key, "Is it filled?", "perhaps")
        assert caught.value.code == "audit-entry-invalid"
