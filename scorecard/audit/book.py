"""Cycles in the ledger: read from their events, and written to with the version that was read.

The events of a cycle have the subject `audit/<id>`. The subject `audits` is the register: an entry
for every cycle opened or reopened, so that of two people who do so at once over one scope the
second is held against the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from scorecard.audit.body import EVERYTHING, Body
from scorecard.audit.commands import decide
from scorecard.audit.cycle import Cycle
from scorecard.audit.doing import DOING, begun
from scorecard.audit.events import CycleOpened, body_of
from scorecard.audit.fold import fold, folded
from scorecard.declare.organisation import ID, Organisation
from scorecard.errors import AuditError
from scorecard.ledger import Event, Ledger, NewEvent, VersionConflict, append_all, events, last_at

REGISTER = "audits"
# It stands in names of files, and in an index of the database.
_ID_LENGTH = 100
_REGISTERED = ("cycle-opened", "cycle-reopened")


class Clash(AuditError):
    """Somebody else changed the same thing since it was read. Nothing was recorded.

    `mine` is what was to be recorded, whole; `since` are the other's events about the same thing;
    `cycle` is the cycle as it is now, from which a person decides again.
    """

    def __init__(self, mine: Body, since: Sequence[Event], cycle: Cycle) -> None:
        self.mine, self.since, self.cycle = mine, tuple(since), cycle
        theirs = "; ".join(
            f"{DOING[one.kind]}, by {one.actor} at {one.at:%Y-%m-%d %H:%M:%S}" for one in since
        )
        super().__init__(
            "audit-clash",
            f"{begun(mine.kind)}: not recorded in {cycle.id}, since others were first: {theirs}.",
            hint="Both versions are shown; record yours again on top of theirs, or another one.",
        )


def subject(id: str) -> str:
    """The subject of a cycle's events."""
    return f"audit/{id}"


def load_cycle(ledger: Ledger, organisation: str, id: str) -> Cycle:
    """The cycle as it is. Raises AuditError `cycle-unknown`, `audit-event-unreadable`."""
    return fold(id, events(ledger, organisation, subject(id)))


def cycles(ledger: Ledger, organisation: str) -> list[Cycle]:
    """All cycles of an organisation, in the order of their opening."""
    return _registered(ledger, organisation, events(ledger, organisation, REGISTER))


def open_cycle(
    ledger: Ledger,
    organisation: Organisation,
    id: str,
    body: CycleOpened,
    by: str,
    now: datetime | None = None,
) -> Cycle:
    """Open a cycle under a new id. `now` is an aware instant, the clock's unless given.

    Raises AuditError `cycle-id`, `cycle-exists`, `scope-taken`, or what `decide` says.
    """
    if not re.fullmatch(ID, id) or len(id) > _ID_LENGTH:
        raise AuditError(
            "cycle-id",
            f"{id[:_ID_LENGTH]!r} cannot be the id of a cycle.",
            hint="Write small letters, digits and hyphens, as in calls-2026, "
            f"{_ID_LENGTH} at most.",
        )
    while True:
        register = events(ledger, organisation.id, REGISTER)
        if events(ledger, organisation.id, subject(id)):
            raise AuditError("cycle-exists", f"there is a cycle {id!r}.", hint="Choose another id.")
        others = _registered(ledger, organisation.id, register)
        today = day_of(ledger, organisation, now)
        allowed = decide(None, body, by, organisation, today, others)
        if _append(ledger, organisation.id, id, [allowed], by, 0, len(register)):
            return load_cycle(ledger, organisation.id, id)


def record(
    ledger: Ledger,
    organisation: Organisation,
    id: str,
    body: Body,
    by: str,
    *,
    seen: int | None = None,
    now: datetime | None = None,
) -> Cycle:
    """Record what `body` says, if the rules allow it; the cycle afterwards.

    `seen` is the version of the cycle that the person decided on (that of the moment unless given).
    What others have written since is no hindrance unless it is about the same thing.

    Raises Clash, or AuditError as `decide` and `load_cycle` do: then nothing was recorded.
    """
    return record_all(ledger, organisation, id, [body], by, seen=seen, now=now)


def record_all(
    ledger: Ledger,
    organisation: Organisation,
    id: str,
    bodies: Sequence[Body],
    by: str,
    *,
    seen: int | None = None,
    now: datetime | None = None,
) -> Cycle:
    """Record several, each allowed on top of those before it: all or none. See `record`."""
    while True:
        found = _decided(ledger, organisation, id, bodies, by, seen, now)
        # Whoever comes between is looked at in the next round.
        seen = found.version
        if _append(ledger, organisation.id, id, found.bodies, by, seen, found.register):
            return load_cycle(ledger, organisation.id, id)


def check(
    ledger: Ledger,
    organisation: Organisation,
    id: str,
    body: Body,
    by: str,
    *,
    seen: int | None = None,
    now: datetime | None = None,
) -> None:
    """Raise what `record` would, and write nothing: before files are kept or changed for it."""
    _decided(ledger, organisation, id, [body], by, seen, now)


class _Decided(NamedTuple):
    """Bodies that are allowed at a version of the cycle, and of the register if they go there."""

    bodies: list[Body]
    version: int
    register: int | None


def _decided(
    ledger: Ledger,
    organisation: Organisation,
    id: str,
    bodies: Sequence[Body],
    by: str,
    seen: int | None,
    now: datetime | None,
) -> _Decided:
    registers = any(body.kind in _REGISTERED for body in bodies)
    register = events(ledger, organisation.id, REGISTER) if registers else []
    past = events(ledger, organisation.id, subject(id))
    if seen is not None and seen > len(past):
        raise AuditError(
            "version-ahead",
            f"version {seen} of {id} cannot have been seen: it is at version {len(past)}.",
            hint="Look at the cycle again, and give the version that is shown.",
        )
    folding = folded(id, past)
    for body in bodies:
        clashing = _clashing(body, past[seen:] if seen is not None else [])
        if clashing:
            raise Clash(body, clashing, folding.cycle)
    others = [one for one in _registered(ledger, organisation.id, register) if one.id != id]
    today = day_of(ledger, organisation, now)
    allowed: list[Body] = []
    for body in bodies:
        allowed.append(decide(folding.cycle, body, by, organisation, today, others))
        folding.add(_to_be(allowed[-1], by, past[-1]))
    return _Decided(allowed, len(past), len(register) if registers else None)


def _to_be(body: Body, by: str, last: Event) -> Event:
    """The event as what comes after it in the same step sees it: before the chain has taken it."""
    data = body.model_dump(mode="json")
    return replace(last, kind=body.kind, actor=by, body=data)


def _append(
    ledger: Ledger,
    organisation: str,
    id: str,
    bodies: Sequence[Body],
    by: str,
    version: int,
    register: int | None,
) -> bool:
    """Append events, and their entries in the register; False where somebody came between."""
    new = [NewEvent(subject(id), one.kind, by, one.model_dump(mode="json")) for one in bodies]
    expected = {subject(id): version}
    if register is not None:
        kinds = [one.kind for one in bodies if one.kind in _REGISTERED]
        new += [NewEvent(REGISTER, kind, by, {"cycle": id}) for kind in kinds]
        expected[REGISTER] = register
    try:
        append_all(ledger, organisation, new, expected_versions=expected)
    except VersionConflict:
        return False
    return True


def _clashing(body: Body, since: Sequence[Event]) -> list[Event]:
    if EVERYTHING in body.rests_on:
        return list(since)
    return [one for one in since if body.rests_on & body_of(one.kind, one.body).changes]


def _registered(ledger: Ledger, organisation: str, register: Sequence[Event]) -> list[Cycle]:
    ids = dict.fromkeys(str(one.body["cycle"]) for one in register)
    return [load_cycle(ledger, organisation, id) for id in ids]


def day_of(ledger: Ledger, organisation: Organisation, now: datetime | None) -> date:
    """The organisation's day; never before that of the chain's last event, wherever the clock is.

    So no event lies after the day it was decided on, even where machines with other clocks write.
    """
    at = now or ledger.clock()
    return max([at, *filter(None, [last_at(ledger)])]).astimezone(organisation.zone).date()
