"""The record of events: appended, never changed, each carrying the hash of the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from scorecard.errors import LedgerError
from scorecard.ledger.anchors import anchoring
from scorecard.ledger.event_hash import BEFORE_THE_FIRST, HASHED, canonical_json, event_hash
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import EventRow

# Any number but that of the upgrade's lock: the name of the lock of all who append.
_APPEND_LOCK = 7_310_401_128
_NAMES = (*HASHED, "hash")
_COLUMNS = [getattr(EventRow, name) for name in _NAMES]


@dataclass(frozen=True)
class NewEvent:
    """An event to be: what it is about, what happened, who did it, and the rest as JSON."""

    subject: str
    kind: str
    actor: str
    body: Any


@dataclass(frozen=True)
class Event:
    """One event as it is kept. `at` and `clock` are instants in UTC; `body` is the parsed JSON.

    `clock` is what the machine's clock said. `at` is the same, or that of the event before where
    the clock had gone back: so `at` never falls along the chain, nobody is kept from working, and
    what the clock did stays to be seen.
    """

    seq: int
    organisation: str
    subject: str
    kind: str
    actor: str
    at: datetime
    clock: datetime
    body: Any
    prev: str
    hash: str


@dataclass(frozen=True)
class Head:
    """The last event of the chain: what a report prints, and what an anchor keeps."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class VersionConflict(LedgerError):
    """Somebody else was first. `since` are the subject's events that the loser had not seen."""

    def __init__(self, subject: str, expected: int, found: int, since: Sequence[Event]) -> None:
        self.subject, self.expected, self.found = subject, expected, found
        self.since = tuple(since)
        done = "; ".join(
            f"{one.kind} by {one.actor} at {one.at:%Y-%m-%d %H:%M:%S}" for one in since
        )
        super().__init__(
            "event-conflict",
            f"{subject} was at version {expected} when it was read and is at {found} now"
            + (f": {done}." if done else "."),
            hint="Look at what was changed since, and decide again. Nothing was recorded.",
        )


def append(
    ledger: Ledger,
    organisation: str,
    subject: str,
    kind: str,
    actor: str,
    body: Any,
    *,
    expected_version: int,
) -> Event:
    """Append one event. See `append_all`."""
    new = NewEvent(subject, kind, actor, body)
    return append_all(ledger, organisation, [new], expected_versions={subject: expected_version})[0]


def append_all(
    ledger: Ledger,
    organisation: str,
    new: Sequence[NewEvent],
    *,
    expected_versions: Mapping[str, int],
) -> list[Event]:
    """Append events in one transaction, all or none, and anchor the last of them.

    The version of a subject is the number of its events. `expected_versions` has the version that
    the caller has read of every subject it writes to, and of any other its decision rests on.

    Raises VersionConflict (`event-conflict`), and LedgerError `event-not-json`, `event-text`, or
    `anchor-unwritable`: then nothing was recorded, unless the message says that it was.
    """
    unread = {one.subject for one in new} - expected_versions.keys()
    if unread:
        raise ValueError(f"no expected version of {', '.join(sorted(unread))}")
    bodies = [canonical_json(one.body) for one in new]
    for one in new:
        for text in (organisation, one.subject, one.kind, one.actor):
            _refuse_unwritable(text)
    with anchoring(ledger.anchors) as anchor:
        with ledger.write() as session:
            if session.get_bind().dialect.name != "sqlite":
                session.execute(sa.select(sa.func.pg_advisory_xact_lock(_APPEND_LOCK)))
            for subject, version in expected_versions.items():
                _check_version(session, organisation, subject, version)
            rows = _rows(session, organisation, new, bodies, ledger.clock())
            if rows:
                session.execute(sa.insert(EventRow), rows)
        if rows:
            anchor(rows[-1]["seq"], rows[-1]["hash"])
    return [_event(row) for row in rows]


def events(
    ledger: Ledger, organisation: str, subject: str | None = None, *, after: int = 0
) -> list[Event]:
    """The organisation's events, or those of one subject, in order; with a seq above `after`."""
    if subject is not None and _unwritable(subject):
        return []  # none can have been recorded, and the database would not take the question
    wanted = sa.select(*_COLUMNS).where(EventRow.organisation == organisation, EventRow.seq > after)
    if subject is not None:
        wanted = wanted.where(EventRow.subject == subject)
    with ledger.read() as session:
        found = session.execute(wanted.order_by(EventRow.seq)).mappings()
        return [_event(row) for row in found]


def subjects(ledger: Ledger, beginning: str) -> list[tuple[str, str]]:
    """Organisation and subject of all events whose subject begins so, each once, in order."""
    about = (EventRow.organisation, EventRow.subject)
    wanted = sa.select(*about).distinct().where(EventRow.subject.startswith(beginning))
    with ledger.read() as session:
        found = [(organisation, subject) for organisation, subject in session.execute(wanted)]
    # SQLite compares without regard to capitals.
    return sorted(one for one in found if one[1].startswith(beginning))


def head(ledger: Ledger) -> Head | None:
    """The last event of the chain, over all organisations; None where there is none yet."""
    with ledger.read() as session:
        last = _last(session)
    return Head(last.seq, last.hash) if last is not None else None


def last_at(ledger: Ledger) -> datetime | None:
    """The time of the last event of the chain, which no later one is before; None without one."""
    with ledger.read() as session:
        last = _last(session)
    return datetime.fromisoformat(last.at) if last is not None else None


def anchor_head(ledger: Ledger) -> Head | None:
    """Anchor the chain as it is now: for a workspace in which others' events are to be witnessed.

    Raises LedgerError `anchor-unwritable`.
    """
    with anchoring(ledger.anchors) as anchor:
        last = head(ledger)
        if last is not None:
            anchor(last.seq, last.hash)
    return last


def time_text(moment: datetime) -> str:
    """The one text of an instant in the chain: UTC, to the microsecond, 27 signs."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _rows(
    session: Session,
    organisation: str,
    new: Sequence[NewEvent],
    bodies: Sequence[str],
    now: datetime,
) -> list[dict[str, Any]]:
    last = _last(session)
    seq, prev, at = (last.seq, last.hash, last.at) if last else (0, BEFORE_THE_FIRST, "")
    clock = time_text(now)
    at = max(at, clock)  # texts of one form sort as the times do
    rows: list[dict[str, Any]] = []
    for one, body in zip(new, bodies, strict=True):
        seq += 1
        row: dict[str, Any] = {
            "seq": seq,
            "organisation": organisation,
            "subject": one.subject,
            "kind": one.kind,
            "actor": one.actor,
            "at": at,
            "clock": clock,
            "body": body,
            "prev": prev,
        }
        prev = event_hash([str(row[name]).encode() for name in HASHED])
        rows.append(row | {"hash": prev})
    return rows


def _check_version(session: Session, organisation: str, subject: str, expected: int) -> None:
    about = (EventRow.organisation == organisation, EventRow.subject == subject)
    count = sa.select(sa.func.count()).select_from(EventRow).where(*about)
    found = session.scalar(count) or 0
    if found != expected:
        since = sa.select(*_COLUMNS).where(*about).order_by(EventRow.seq).offset(max(expected, 0))
        unseen = [_event(row) for row in session.execute(since).mappings()]
        raise VersionConflict(subject, expected, found, unseen)


def _last(session: Session) -> Any:
    wanted = sa.select(EventRow.seq, EventRow.hash, EventRow.at)
    return session.execute(wanted.order_by(EventRow.seq.desc()).limit(1)).first()


def _event(row: Any) -> Event:
    try:
        read: dict[str, Any] = {name: row[name] for name in _NAMES}
        read |= {name: datetime.fromisoformat(row[name]) for name in ("at", "clock")}
        return Event(**read | {"body": json.loads(row["body"])})
    except ValueError:
        raise LedgerError(
            "event-unreadable",
            f"event {row['seq']} is not as it was written.",
            hint="Run scorecard verify, and keep the ledger as it is.",
        ) from None


def _unwritable(text: str) -> str:
    """Why a text cannot stand in the chain; empty where it can."""
    try:
        if "\0" not in text and text.encode():
            return ""
        return "holds the sign of number 0" if text else "is empty"
    except UnicodeEncodeError:
        return "cannot be written as UTF-8"


def _refuse_unwritable(text: str) -> None:
    reason = _unwritable(text)
    if not reason:
        return
    raise LedgerError(
        "event-text",
        f"organisation, subject, kind or actor of an event {reason}: {text!r}.",
        hint="Give it as ordinary text.",
    )
