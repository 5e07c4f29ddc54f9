"""Recording something together with the files that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scorecard.audit.body import Body
from scorecard.audit.commands import decide
from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk


class Piece(NamedTuple):
    """A file of evidence, and the day that it is of."""

    file: Path
    dated: date


def record_with(
    desk: Desk, cycle: str, body: Body, pieces: Sequence[Piece], *, seen: int | None = None
) -> Cycle:
    """Record `body`, which has a field `evidence`, with these files.

    They are kept once it is sure that the body may be recorded: a refused step leaves no file.
    Raises what `desk.record` and `EvidenceStore.keep` raise.
    """
    if pieces:
        decide(desk.cycle(cycle), body, desk.by, desk.organisation, desk.today)
        kept = tuple(
            desk.evidence.keep(one.file, dated=one.dated, by=desk.by, now=desk.now)
            for one in pieces
        )
        body = body.model_copy(update={"evidence": kept})
    return desk.record(cycle, body, seen=seen)
