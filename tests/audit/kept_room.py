"""The room of room.py with a ledger under it: everything goes through the book."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from scorecard.audit import Body, Cycle, load_cycle, record
from scorecard.audit.book import REGISTER, subject
from scorecard.ledger import Event, Ledger, NewEvent, append_all, events
from tests.audit.room import NOON, TOWN

_NUMBERS = itertools.count()


def stop_clock(ledger: Ledger, at: datetime = NOON) -> None:
    """What the clock says to the chain from now on."""
    ledger.clock = lambda: at


class KeptRoom:
    """The cycle `one` of a town of its own in a ledger, from the given events on.

    The clock is to be stopped, for the days of the events to be those of room.py.
    """

    def __init__(self, ledger: Ledger, past: Sequence[Event]) -> None:
        self.ledger = ledger
        self.town = TOWN.model_copy(update={"id": f"town-{next(_NUMBERS)}"})
        new = [NewEvent(subject("one"), one.kind, one.actor, one.body) for one in past]
        if new:
            entries = [NewEvent(REGISTER, "cycle-opened", "dora", {"cycle": "one"})]
            expected = {subject("one"): 0, REGISTER: 0}
            append_all(ledger, self.town.id, [*new, *entries], expected_versions=expected)

    @property
    def cycle(self) -> Cycle:
        return load_cycle(self.ledger, self.town.id, "one")

    @property
    def past(self) -> list[Event]:
        return events(self.ledger, self.town.id, subject("one"))

    def do(self, body: Body, by: str) -> None:
        record(self.ledger, self.town, "one", body, by, now=NOON)
