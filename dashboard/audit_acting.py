"""Who acts on the pages: until there is sign-in, one named person of this machine, or nobody."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address

import streamlit as st

from scorecard.declare.organisation import Organisation, Person
from scorecard.report.phrases import day_words, listed

_HOW = (
    "To act, end the dashboard and start it as somebody: scorecard dashboard --as ID, with the id "
    "of one of the people in organisation.toml."
)


@dataclass(frozen=True)
class Acting:
    """Who acts, None for nobody, and in a sentence who it is and why."""

    person: Person | None
    told: str


def acting(organisation: Organisation, today: date) -> Acting:
    """Whom the dashboard was started for (SCORECARD_PERSON), if it answers to this machine only.

    Whoever reaches the page acts in that name; so beyond loopback nobody does.
    """
    id = os.environ.get("SCORECARD_PERSON")
    if not id:
        return Acting(None, f"You only look: this dashboard acts for nobody. {_HOW}")
    if not _only_here(st.get_option("server.address")):
        return Acting(
            None,
            "You only look: this dashboard can be reached from other machines, and there is no "
            "sign-in yet. Serve it by scorecard dashboard, which answers on this machine alone.",
        )
    person = organisation.person(id)
    if person is None:
        return Acting(
            None,
            f"You only look: “{id}” is not among the people of {organisation.name}. {_HOW}",
        )
    if not person.acts_on(today):
        when = (
            f"left after {day_words(person.until)}"
            if person.until and person.until < today
            else f"comes on {day_words(person.since or today)}"
        )
        return Acting(None, f"You only look: {person.name} {when}. {_HOW}")
    return Acting(
        person,
        f"You act as {person.name}, {listed(person.roles)}, on this machine alone: there is no "
        "sign-in yet. What you record is kept in this name for good.",
    )


def _only_here(address: object) -> bool:
    if address == "localhost":
        return True
    try:
        return ip_address(str(address)).is_loopback
    except ValueError:
        return False
