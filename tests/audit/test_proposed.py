"""People propose values of their own, and decide."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scorecard.audit.proposed import decide_on, next_period, propose
from scorecard.errors import AuditError
from tests.audit.reaudited import Reaudited, reaudited, template

ID = "closed-on-time"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("bay"))


@pytest.fixture
def town(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reaudited:
    found = reaudited(made, tmp_path, date(2026, 3, 10), monkeypatch)
    found.audited(date(2026, 2, 1), departments=("libraries", "parks"))
    return found


def test_a_proposal_has_side_and_present_value_from_what_is_in_force(town: Reaudited) -> None:
    with town.desk("ada") as desk:
        propose(desk, "one", standard=ID, department="parks", value=80, ground="kept for a year")
        cycle = propose(desk, "one", standard=ID, department="libraries", value=70, ground="cuts")
    one, two = (each.proposed.body for each in cycle.proposals.values())
    assert (one.side, one.current, one.value, one.department) == ("at_least", 75, 80, "parks")
    # Easier than what is in force: no rule forbids a person to propose it.
    assert (two.value, two.current, two.proposal) == (70, 75, 2)


def test_an_accepted_value_is_the_proposed_one_from_the_next_period_on(town: Reaudited) -> None:
    with town.desk("ada") as desk:
        for value in (80, 81, 82):
            propose(desk, "one", standard=ID, department="parks", value=value, ground="kept")
    with town.desk("dora") as desk:
        assert next_period(desk, desk.declared.standards[ID]) == date(2026, 4, 1)
        assert next_period(desk, desk.declared.standards["water-quarter"]) == date(2026, 4, 1)
        decide_on(desk, "one", 1, "accepted", "shown")
        day = date(2026, 7, 1)
        decide_on(desk, "one", 2, "changed", "not yet so much", value=79, from_=day)
        cycle = decide_on(desk, "one", 3, "declined", "too early")
    told = [one.decided.body if one.decided else None for one in cycle.proposals.values()]
    assert [(one.value, one.from_) if one else None for one in told] == [
        *((80, date(2026, 4, 1)), (79, day), (None, None))
    ]


def test_what_cannot_be_proposed_or_decided_is_refused(town: Reaudited) -> None:
    def code_of_proposing(standard: str, department: str | None) -> str:
        with town.desk("ada") as desk, pytest.raises(AuditError) as error:
            propose(desk, "one", standard=standard, department=department, value=1, ground="x")
        return error.value.code

    assert code_of_proposing("closed", None) == "standard-unknown"
    assert code_of_proposing(ID, "water") == "outside-scope"
    assert code_of_proposing("water-quarter", None) == "outside-scope"
    text = town.file.read_text("utf-8")
    old = 'tolerance = 3, source = "Charter" },'
    town.file.write_text(
        text.replace(old, old + "{ from = 2026-03-01, withdrawn = true },"), "utf-8"
    )
    assert code_of_proposing(ID, "parks") == "nothing-in-force"
    town.file.write_text(text, "utf-8")
    with town.desk("ada") as desk:
        propose(desk, "one", standard=ID, department="parks", value=80, ground="kept")

    def code_of_deciding(by: str, decision: str, number: int = 1, **options: object) -> str:
        with town.desk(by) as desk, pytest.raises(AuditError) as error:
            decide_on(desk, "one", number, decision, "x", **options)  # type: ignore[arg-type]
        return error.value.code

    assert code_of_deciding("dora", "accepted", from_=date(2026, 3, 9)) == "expected-in-past"
    assert code_of_deciding("dora", "changed") == "audit-entry-invalid"
    assert code_of_deciding("dora", "postponed") == "audit-entry-invalid"
    assert code_of_deciding("dora", "accepted", value=81) == "decision-unclear"
    assert code_of_deciding("dora", "accepted", number=2) == "audit-number-unknown"
    assert code_of_deciding("ada", "accepted") == "role-may-not"
