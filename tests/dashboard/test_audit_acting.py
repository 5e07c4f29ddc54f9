"""Who acts on the pages: one named person of this machine, or nobody, and why."""

from __future__ import annotations

from datetime import date

import pytest
import streamlit

from dashboard.audit_acting import acting
from scorecard.declare.organisation import Department, Organisation, Person

TODAY = date(2026, 3, 2)
TOWN = Organisation(
    id="town",
    name="Town",
    time_zone="America/New_York",
    departments=[Department(id="parks", name="Parks")],
    people=[
        Person(id="ada", name="Ada", roles=["auditor", "director"]),
        Person(id="gus", name="Gus", roles=["auditor"], until=date(2026, 1, 31)),
        Person(id="new", name="Nell", roles=["auditor"], since=date(2026, 4, 1)),
    ],
)


def ask(monkeypatch: pytest.MonkeyPatch, person: str | None, address: str | None) -> str | None:
    """The id of who acts; None where nobody does."""
    if person is None:
        monkeypatch.delenv("SCORECARD_PERSON", raising=False)
    else:
        monkeypatch.setenv("SCORECARD_PERSON", person)
    monkeypatch.setattr(streamlit, "get_option", lambda name: address)
    found = acting(TOWN, TODAY)
    assert ("You only look" in found.told) is (found.person is None)
    return found.person.id if found.person else None


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.8.0.1"])
def test_the_named_person_acts_where_only_this_machine_is_answered(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    assert ask(monkeypatch, "ada", address) == "ada"


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.4", "town.example"])
def test_nobody_acts_where_other_machines_are_answered(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    assert ask(monkeypatch, "ada", address) is None


@pytest.mark.parametrize("person", [None, "", "ADA", "nobody", "gus", "new"])
def test_nobody_acts_who_is_not_named_not_declared_or_not_there(
    monkeypatch: pytest.MonkeyPatch, person: str | None
) -> None:
    assert ask(monkeypatch, person, "127.0.0.1") is None
