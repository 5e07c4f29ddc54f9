"""Audits as text: what a terminal obeys is spelt out, and nothing is printed for nothing."""

from __future__ import annotations

import json

from scorecard.audit.events import FindingRaised
from scorecard.ledger import Head
from scorecard.report.audit_cycle import audit_view
from scorecard.report.audit_reminders import reminders
from scorecard.report.audit_text import (
    head_text,
    history_text,
    list_text,
    opened_text,
    reminders_text,
    shown_json,
    to_json,
    view_text,
)
from scorecard.report.audits import audit_list
from tests.audit.room import STAGES, TODAY, TOWN, finding, room_at
from tests.report.audited import planned, town


def test_every_state_has_a_text_with_each_of_its_parts() -> None:
    for stage in STAGES[1:]:
        room = room_at(stage)
        told = view_text(audit_view(town(), room.cycle, TODAY, room.past), ())
        assert told.startswith("Town: Calls is ")
        assert told.count("[") >= 1
        assert ("Signed by Dora" in told) == (stage in ("signed", "closed"))
        assert ("\nRe-audit\n" in told) == (stage in ("re-audit", "signed", "closed"))
        assert ("Dora may sign." in told.split("Signature")[1]) == (stage == "re-audit")


def test_no_text_of_a_person_reaches_the_terminal_as_a_command() -> None:
    room = room_at("fieldwork")
    raised = finding()
    assert isinstance(raised, FindingRaised)
    room.do(raised.model_copy(update={"text": "red \x1b[31m alert\nTown: all is well"}), "ada")
    told = view_text(audit_view(town(), room.cycle, TODAY, room.past), ())
    assert "\x1b" not in told
    assert "\nTown: all is well" not in told
    assert "red \\x1b[31m alert" in told


def test_made_up_organisations_are_called_so() -> None:
    made_up = town(synthetic=True)
    assert list_text(audit_list(made_up, [], TODAY)).startswith("Town (synthetic data): No audit")
    room = room_at("planned")
    view = audit_view(made_up, room.cycle, TODAY, room.past)
    assert view_text(view, ()).startswith("Town (synthetic data): Calls is planned.")
    assert opened_text(view).startswith("Town (synthetic data): Calls (one) is opened, version 1")
    assert history_text(view).startswith("Town (synthetic data): Calls (one), version 1.")
    assert json.loads(shown_json(view, (), None))["synthetic"] is True


def test_no_reminder_is_no_text() -> None:
    assert reminders_text(TOWN, reminders(town(), [], TODAY)) == ""
    found = reminders(town(), [planned(close_due=TODAY)], TODAY)
    told = reminders_text(TOWN, found).splitlines()
    assert told[0] == "Town: 1 reminder of audits, 0 of them overdue."
    assert told[2].split()[:2] == ["2026-03-02", "Ada,"]
    assert json.loads(to_json(found))[0]["day"] == "2026-03-02"


def test_the_head_is_printed_as_the_chain_writes_it() -> None:
    assert head_text(Head(3, "ab")) == "head 3:ab\n"
    assert head_text(None) == "There are no events yet.\n"
