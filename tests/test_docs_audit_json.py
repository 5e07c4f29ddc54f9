"""docs/auditing/json.md names every key of the JSON of `scorecard audit`, and no other."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from scorecard.audit.against_records import against_records
from scorecard.audit.agreement import agreement
from scorecard.audit.body import CauseNode
from scorecard.audit.estimate import Examined, estimate
from scorecard.audit.evidence import Reference
from scorecard.audit.examined import Criterion
from scorecard.audit.notices import Notice
from scorecard.audit.verifying import VerifiedAudits
from scorecard.errors import AuditError
from scorecard.ledger import Head, Verification
from scorecard.report import audit_samples
from scorecard.report.audit_cycle import AuditView, Signer, Stage, audit_view
from scorecard.report.audit_examined import CaseLine, EstimateLine, Found
from scorecard.report.audit_findings import ActionLine, Cause, FindingLine, Said
from scorecard.report.audit_history import Happened
from scorecard.report.audit_proposals import ProposalLine
from scorecard.report.audit_reminders import Reminder, reminders
from scorecard.report.audit_requirements import ComparedLine, RequirementLine
from scorecard.report.audit_teams import TeamLine
from scorecard.report.audit_text import shown_json, to_json
from scorecard.report.audits import AuditLine, AuditList, audit_list
from scorecard.report.verified import Verified, written
from tests.audit.room import TODAY, room_at
from tests.documents import keys, section, text_of
from tests.report.audited import town

PAGE = "docs/auditing/json.md"
# What `list`, `show` and `reminders` are made of, by the heading of its table.
OBJECTS: dict[type, str] = {
    AuditList: "The list",
    AuditLine: "A cycle's line",
    AuditView: "A cycle from top to bottom",
    Stage: "An object of `stages`",
    Notice: "An object of `notices`",
    RequirementLine: "An object of `requirements`",
    audit_samples.SampleLine: "An object of `samples`",
    audit_samples.CriterionLine: "An object of a sample's `criteria`",
    audit_samples.StratumLine: "An object of a sample's `strata`",
    audit_samples.CaseLine: "An object of a sample's `cases`",
    audit_samples.Answer: "An object of a case's `answers`",
    FindingLine: "An object of `findings`",
    Cause: "An object of a finding's `causes`",
    CauseNode: "A node of a cause's `tree`",
    ActionLine: "An object of `actions`",
    Said: "Something that was said",
    Reference: "An object of `evidence`",
    ComparedLine: "An object of `compared`",
    ProposalLine: "An object of `proposals`",
    Signer: "An object of `signers`",
    Happened: "An object of `history`",
    TeamLine: "An object of `individual_or_system`",
    Reminder: "A reminder",
    CaseLine: "A case",
    Found: "An object of a case's `results`",
}


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return text_of(repository, PAGE)


def below(one: Any) -> set[type]:
    """Every class that a type's fields are made of, itself too."""
    if isinstance(one, type) and (dataclasses.is_dataclass(one) or issubclass(one, BaseModel)):
        if one is CauseNode:
            return {one}
        return {one}.union(*(below(each) for each in get_type_hints(one).values()))
    return set[type]().union(*(below(each) for each in get_args(one)))


def test_every_object_has_its_table() -> None:
    roots = (AuditList, AuditView, Reminder, TeamLine, CaseLine)
    assert set[type]().union(*map(below, roots)) == {*OBJECTS}


@pytest.mark.parametrize("kind", OBJECTS, ids=lambda kind: kind.__name__)
def test_the_keys_of_an_object_are_named_in_order(page: str, kind: type) -> None:
    names = (
        list(kind.model_fields)
        if issubclass(kind, BaseModel)
        else [one.name for one in dataclasses.fields(kind)]
    )
    further = ["individual_or_system", "head"] if kind is AuditView else []
    assert keys(section(page, OBJECTS[kind])) == names + further


def test_what_is_printed_has_these_keys(page: str) -> None:
    room = room_at("closed")
    shown = json.loads(shown_json(audit_view(town(), room.cycle, TODAY, room.past), (), None))
    assert list(shown) == keys(section(page, OBJECTS[AuditView]))
    assert list(shown["findings"][0]) == keys(section(page, OBJECTS[FindingLine]))
    listed = json.loads(to_json(audit_list(town(), [room.cycle], TODAY)))
    assert list(listed["lines"][0]) == keys(section(page, OBJECTS[AuditLine]))
    [due] = json.loads(to_json(reminders(town(date(2026, 1, 1)), [], TODAY)))
    assert list(due) == keys(section(page, OBJECTS[Reminder]))


def test_the_keys_of_an_estimate_are_named_in_order(page: str) -> None:
    told = estimate(Examined(population=100, met=40, not_met=10))
    both = agreement({"a": "met", "b": "not met"}, {"a": "met", "b": "met"})
    criterion = Criterion(1, "Was it met?", 50, told, against_records(told, 0.8), both)
    found = EstimateLine("Calls", "version 1", criterion).as_json()
    assert list(found) == keys(section(page, "An estimate"))
    for key in ("records", "agreement"):
        assert list(found[key]) == keys(section(page, f"The object `{key}`"))


def test_the_keys_of_a_verification_are_named_in_order(page: str) -> None:
    head = Head(1, "ab" * 32)
    audits = VerifiedAudits(0, 0, (), (AuditError("figure-altered", "it was."),))
    found = json.loads(written(Verified(Verification(1, head, 1, 1, ()), audits), "json"))
    assert list(found) == keys(section(page, "What verify found"))
    assert list(found["audits"]) == keys(section(page, "The object `audits`"))
    assert list(found["faults"][0]) == keys(section(page, "An object of `faults`"))
