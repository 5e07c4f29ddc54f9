"""The runs of measuring: when each was, on what engine, from which data."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from scorecard.errors import LedgerError
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import Definition, Run


def runs(ledger: Ledger, organisation: str) -> list[Run]:
    """All runs of an organisation, oldest first."""
    with ledger.read() as session:
        return list(
            session.scalars(sa.select(Run).where(Run.organisation == organisation).order_by(Run.id))
        )


def latest_run(ledger: Ledger, organisation: str, as_of: datetime | None = None) -> Run | None:
    """The newest run, or the newest one known at the instant `as_of`; None where there is none."""
    with ledger.read() as session:
        found = run_as_of(session, organisation, as_of)
        return None if found is None else session.get(Run, found)


def known_at(ledger: Ledger, run: int) -> datetime:
    """When the figures of a run became known, in UTC. Raises LedgerError `run-unknown`."""
    with ledger.read() as session:
        found = session.scalar(sa.select(Run.known_at).where(Run.id == run))
    if found is None:
        raise LedgerError("run-unknown", f"the ledger {ledger.name} holds no run {run}.")
    return found


def definition(ledger: Ledger, fingerprint: str) -> Definition | None:
    """A metric's definition as it was when measured; None where nothing was measured by it."""
    with ledger.read() as session:
        return session.get(Definition, fingerprint)


def run_as_of(session: Session, organisation: str, as_of: datetime | None) -> int | None:
    """The id of the newest run known at an instant; None where there is none."""
    wanted = sa.select(sa.func.max(Run.id)).where(Run.organisation == organisation)
    if as_of is not None:
        wanted = wanted.where(Run.known_at <= as_of)
    return session.scalar(wanted)
