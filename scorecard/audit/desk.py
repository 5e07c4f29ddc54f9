"""What somebody works at: the declarations, the workspace with its ledger, and who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scorecard.audit.body import Body
from scorecard.audit.book import (
    check,
    cycles,
    day_of,
    load_cycle,
    open_cycle,
    record,
    record_all,
    subject,
)
from scorecard.audit.cycle import Cycle
from scorecard.audit.events import CycleOpened
from scorecard.audit.evidence import EvidenceStore
from scorecard.declare.load import Declarations
from scorecard.declare.organisation import Organisation
from scorecard.ledger import Event, Ledger, events
from scorecard.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """Everything that a step of an audit reads and writes. `by` is the id of the person who acts.

    `now` is an aware instant, that of the ledger's clock unless given. What each method raises is
    said where it is defined: book.py.
    """

    declared: Declarations
    workspace: Workspace
    ledger: Ledger
    by: str
    now: datetime | None = None

    @property
    def organisation(self) -> Organisation:
        """The organisation whose audits these are."""
        return self.declared.organisation

    @property
    def today(self) -> date:
        """The organisation's day, by which everything is decided: see book.day_of."""
        return day_of(self.ledger, self.organisation, self.now)

    @property
    def evidence(self) -> EvidenceStore:
        """Where files of evidence are kept."""
        return EvidenceStore(self.workspace.evidence)

    def cycles(self) -> list[Cycle]:
        """All cycles, in the order of their opening."""
        return cycles(self.ledger, self.organisation.id)

    def cycle(self, id: str) -> Cycle:
        """The cycle as it is."""
        return load_cycle(self.ledger, self.organisation.id, id)

    def events(self, id: str) -> list[Event]:
        """The events of a cycle, in order; none where there is no such cycle."""
        return events(self.ledger, self.organisation.id, subject(id))

    def open(self, id: str, body: CycleOpened) -> Cycle:
        """Open a cycle under a new id."""
        return open_cycle(self.ledger, self.organisation, id, body, self.by, self.now)

    def check(self, id: str, body: Body, *, seen: int | None = None) -> None:
        """Raise what `record` would, and write nothing."""
        check(self.ledger, self.organisation, id, body, self.by, seen=seen, now=self.now)

    def record(self, id: str, body: Body, *, seen: int | None = None) -> Cycle:
        """Record what `body` says, if the rules allow it; the cycle afterwards."""
        return record(self.ledger, self.organisation, id, body, self.by, seen=seen, now=self.now)

    def record_all(self, id: str, bodies: Sequence[Body], *, seen: int | None = None) -> Cycle:
        """Record several, each allowed on top of those before it: all of them, or none."""
        return record_all(
            self.ledger, self.organisation, id, bodies, self.by, seen=seen, now=self.now
        )
