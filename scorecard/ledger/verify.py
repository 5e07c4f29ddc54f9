"""Whether the chain of events is whole, and is the one that was anchored.

The events are read as a stream and hashed anew; nothing is changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from scorecard.errors import LedgerError
from scorecard.ledger.anchors import Anchor, Unreadable, anchors_in
from scorecard.ledger.event_hash import BEFORE_THE_FIRST, HASHED, event_hash
from scorecard.ledger.events import Head
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import EventRow

_GUARDS = {
    "sqlite": {"event_keeps_update", "event_keeps_delete", "event_keeps_order"},
    "postgresql": {
        *("event_keeps_update", "event_keeps_delete", "event_keeps_order", "event_keeps_rows")
    },
}
_AT_ONCE = 2_000
# How long a line of anchors may come after its event, while somebody writes beside us.
_WAIT_SECONDS = 1.0


class ChainFault(LedgerError):
    """One thing that is wrong with the chain or its anchors. `seq` is the event, where one is."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        seq: int | None = None,
        file: Path | None = None,
        line: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(code, message, file=file, line=line, hint=hint)
        self.seq = seq


@dataclass(frozen=True)
class Verification:
    """What was found. `anchored` is the highest event that an anchor or a given head confirms."""

    events: int
    head: Head | None
    anchors: int
    anchored: int
    faults: tuple[ChainFault, ...]


def verify(
    ledger: Ledger, *, more_anchors: Sequence[Path] = (), heads: Sequence[Head] = ()
) -> Verification:
    """Hash every event anew and hold the chain against its anchors.

    These are the ledger's own file of anchors, `more_anchors` (copies, and those of other
    machines), and `heads` that somebody wrote down; the hash of such a head may be cut short.
    Without a file there is nothing that the end of the chain could be held against.
    """
    files = [*filter(None, [ledger.anchors]), *more_anchors]
    faults: list[ChainFault] = []
    # Before the events, so that every anchor's event was there when these are read.
    anchors = [one for file in files for one in _read_anchors(file, faults)]
    anchors += [Anchor(Path(), 0, one.seq, one.hash, True) for one in heads]
    walk = _Walk(anchors, faults)
    with ledger.read() as session:
        if _has_table(session):
            faults.extend(_unguarded(session))
            for row in chain_rows(session):
                walk.take(row)
        else:
            faults.append(
                ChainFault("events-gone", "the table of events is gone, or its columns are others.")
            )
    walk.end()
    if walk.count and files:
        missing = [file for file in files if not file.exists()]
        faults.extend(_missing_file(file) for file in missing)
        if not missing and not _reached(walk, ledger.anchors):
            faults.append(_behind(walk, ledger.anchors))
    return Verification(
        walk.count,
        Head(walk.seq, walk.hash) if walk.count else None,
        len(anchors),
        walk.anchored,
        tuple(faults),
    )


def chain_rows(session: Session) -> Iterator[Sequence[Any]]:
    """Every event in order: its seq, then the fields of `HASHED` and the hash as raw bytes.

    Bytes, since a file that was tampered with may hold what is no text.
    """
    columns = [getattr(EventRow, name) for name in (*HASHED, "hash")]
    sqlite = session.get_bind().dialect.name == "sqlite"
    if sqlite:
        columns = [sa.type_coerce(sa.cast(c, sa.LargeBinary), sa.types.NullType) for c in columns]
    wanted = sa.select(EventRow.seq.label("number"), *columns).order_by(EventRow.seq)
    connection = session.connection().execution_options(yield_per=_AT_ONCE)
    for some in connection.execute(wanted).partitions():
        if sqlite:
            yield from some
            continue
        for number, seq, *texts in some:
            yield number, b"%d" % seq, *[one if one is None else one.encode() for one in texts]


class _Walk:
    """Goes along the chain event by event, and along its anchors in step."""

    def __init__(self, anchors: Sequence[Anchor], faults: list[ChainFault]) -> None:
        self.faults = faults
        self.count, self.seq, self.hash, self.anchored = 0, 0, BEFORE_THE_FIRST, 0
        self._anchors = iter(sorted(anchors, key=lambda one: one.seq))
        self._next = next(self._anchors, None)
        self._at = b""
        self._last_fault = 0
        self._other: list[Anchor] = []  # those that name another hash than the chain has

    def take(self, row: Sequence[Any]) -> None:
        """The next event."""
        seq, *fields, said = row
        self.count += 1
        if seq <= self.seq:
            self._fault("event-out-of-place", seq, f"event {seq} stands where none can be.")
            return
        if seq > self.seq + 1:
            gone = f"{self.seq + 1}" if seq == self.seq + 2 else f"{self.seq + 1} to {seq - 1}"
            events = "event" if seq == self.seq + 2 else "events"
            self._fault("event-missing", self.seq + 1, f"{events} {gone} of the chain are gone.")
        elif fields[-1] != self.hash.encode():
            self._fault(
                "event-link-broken",
                seq,
                f"event {seq} does not carry the hash of the event before it: one of the two was "
                "exchanged.",
            )
        whole = None not in fields
        found = event_hash(fields) if whole else ""
        if said is None or said != found.encode():
            self._fault("event-altered", seq, f"event {seq} is not what its hash was made of.")
        elif fields[5] < self._at:
            self._fault("event-time-falls", seq, f"event {seq} lies before the event before it.")
        else:
            self._at = fields[5]
        self.seq = seq
        self.hash = (said or b"").decode("utf-8", "replace")
        while self._next is not None and self._next.seq <= seq:
            if self._next.seq == seq:
                self._compare(self._next, found)
            self._next = next(self._anchors, None)

    def end(self) -> None:
        """After the last event."""
        for anchor in self._other:
            self._anchor_fault(
                "chain-rewritten",
                anchor,
                f"event {anchor.seq} is not the one that was anchored: it, or an event before it, "
                "was written anew, or this anchor was.",
            )
        beyond = [*filter(None, [self._next]), *self._anchors]
        if beyond:
            last = beyond[-1]
            self._anchor_fault(
                "chain-cut-off",
                last,
                f"event {last.seq} was anchored, and the chain ends at {self.seq}: the events "
                "after it are gone.",
            )

    def _compare(self, anchor: Anchor, found: str) -> None:
        # Where an event's own hash was overwritten, its content may still be the anchored one.
        if not any(one.startswith(anchor.hash) for one in (self.hash, found)):
            self._other.append(anchor)
            return
        self.anchored = anchor.seq
        # Nothing broken in between, so this anchor vouches for all before it: they were edited.
        for one in [one for one in self._other if one.seq >= self._last_fault]:
            self._other.remove(one)
            what = "anchor" if one.line else "head that was given"
            message = f"the {what} of event {one.seq} is wrong: a later anchor confirms the event."
            self._anchor_fault("anchor-edited", one, message)

    def _fault(self, code: str, seq: int, message: str) -> None:
        self._last_fault = seq
        self.faults.append(ChainFault(code, message, seq=seq))

    def _anchor_fault(self, code: str, anchor: Anchor, message: str) -> None:
        file = anchor.file if anchor.line else None
        self.faults.append(
            ChainFault(code, message, seq=anchor.seq, file=file, line=anchor.line or None)
        )


def _read_anchors(file: Path, faults: list[ChainFault]) -> Iterator[Anchor]:
    try:
        for one in anchors_in(file):
            if isinstance(one, Unreadable):
                faults.append(_unreadable(one))
                continue
            if not one.sound:
                faults.append(
                    ChainFault(
                        "anchor-edited",
                        "the check of this line does not fit: it was changed, or lines before it "
                        "were changed or taken out.",
                        **{"seq": one.seq, "file": file, "line": one.line},
                    )
                )
            yield one
    except LedgerError as error:
        faults.append(ChainFault(error.code, error.message, file=file, hint=error.hint))


def _unreadable(one: Unreadable) -> ChainFault:
    words = "this line is no anchor: it was changed."
    if one.last:
        words = "the last line is cut: a process was killed as it wrote it, or somebody cut it."
    return ChainFault("anchor-unreadable", words, file=one.file, line=one.line)


def _missing_file(file: Path) -> ChainFault:
    return ChainFault(
        "anchor-missing",
        "the file of anchors is not there, and there are events.",
        file=file,
        hint="Take it from a copy. If this workspace never had one, scorecard verify --anchor "
        "begins one, for what comes from now on.",
    )


def _behind(walk: _Walk, file: Path | None) -> ChainFault:
    return ChainFault(
        "anchor-behind",
        f"the events after {walk.anchored} are not anchored, and the chain goes to {walk.seq}: "
        "the file was cut, a process was killed before it wrote its line, or the events came from "
        "another machine.",
        file=file,
        hint="Give the other machines' files with --anchors. When you know the reason, scorecard "
        "verify --anchor adds a line.",
    )


def _reached(walk: _Walk, file: Path | None) -> bool:
    """Whether the last event is anchored, or is just now being so."""
    if any(fault.code in ("chain-rewritten", "chain-cut-off") for fault in walk.faults):
        return True  # said already
    until = time.monotonic() + _WAIT_SECONDS
    while walk.anchored < walk.seq:
        newest = [one.seq for one in anchors_in(file) if isinstance(one, Anchor)] if file else []
        if max(newest, default=0) >= walk.seq:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _has_table(session: Session) -> bool:
    there = sa.inspect(session.connection())
    if not there.has_table(EventRow.__tablename__):
        return False
    return {*HASHED, "hash"} <= {one["name"] for one in there.get_columns(EventRow.__tablename__)}


def _unguarded(session: Session) -> Iterator[ChainFault]:
    """Guards of the event table that somebody took away."""
    kind = session.get_bind().dialect.name
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
        if kind == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'event'::regclass AND tgenabled = 'A'"
    )
    found = set(session.scalars(sa.text(statement)))
    for name in sorted(_GUARDS[kind] - found):
        yield ChainFault(
            "events-unguarded",
            f"the database's guard {name} of the table of events was taken away.",
        )
