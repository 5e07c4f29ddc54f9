"""A signed cycle as one file that anybody can check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scorecard.audit.desk import Desk
from scorecard.audit.export import write_export
from scorecard.audit.fold import fold
from scorecard.audit.signing import frozen_so_far
from scorecard.errors import AuditError
from scorecard.ledger import Head, head


@dataclass(frozen=True)
class Exported:
    """What was written: how many events and figures, and the last event, to be checked against."""

    events: int
    figures: int
    last: Head
    chain: Head | None


def export_audit(desk: Desk, id: str, file: Path) -> Exported:
    """Write a signed cycle into `file`, with its evidence. Reading is all that it does elsewhere.

    Where a cycle was reopened and signed again, both signatures are in the file, each with what it
    froze.

    Raises AuditError `export-unsigned` (not signed, or reopened since), `export-not-signed-so`,
    `export-unwritable`, `cycle-unknown`, and what `frozen_so_far` raises: nothing was written then.
    """
    past = desk.events(id)
    cycle = fold(id, past)
    if cycle.signature is None:
        why = "was reopened after its last signature" if cycle.reopenings else "is not signed"
        raise AuditError(
            "export-unsigned",
            f"{id} {why}, so there is nothing to vouch for.",
            hint="A director signs, once the re-audit is recorded.",
        )
    frozen = frozen_so_far(desk.evidence, past)
    chain = head(desk.ledger)
    write_export(file, past, frozen, desk.evidence, chain=chain, now=desk.now)
    last = past[-1]
    figures = len(frozen[-1].figures) if frozen else 0
    return Exported(len(past), figures, Head(last.seq, last.hash), chain)
