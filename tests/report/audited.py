"""A declared town for the audit room of tests/audit/room.py, which has people and no files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from scorecard.audit import Cycle, fold
from scorecard.declare.load import Declarations
from scorecard.declare.standards import Expected, Standard
from scorecard.report.audit_names import Names
from tests.audit.room import OPENING, TOWN, Room


def town(review: date | None = None, *, synthetic: bool = False) -> Declarations:
    """The town with one standard that no cycle is about, so that no metric is needed."""
    holes = Standard(
        id="holes",
        title="Holes are filled",
        metric="filled",
        departments="all",
        owner="Lea",
        review=review,
        expected=[Expected.model_validate({"from": date(2026, 1, 1), "at_least": 90})],
    )
    organisation = TOWN.model_copy(update={"synthetic": synthetic})
    return Declarations(organisation, {}, {}, {"holes": holes}, (), Path(), {}, ())


NAMES = Names(town())


def planned(id: str = "one", title: str = "Calls", seq: int = 1, **fields: object) -> Cycle:
    """A cycle just opened."""
    room = Room()
    room.write(OPENING.model_copy(update={"title": title, **fields}), "dora")
    return fold(id, [replace(room.past[0], seq=seq)])


def renamed(room: Room, id: str, title: str, seq: int = 1) -> Cycle:
    """The room's cycle under another id and title, its events numbered from `seq` on."""
    first = room.past[0]
    body = {**first.body, "title": title}
    past = [replace(first, body=body), *room.past[1:]]
    return fold(id, [replace(one, seq=seq + place) for place, one in enumerate(past)])
