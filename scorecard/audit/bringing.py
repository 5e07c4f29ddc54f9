"""Recording something together with the files that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scorecard.audit.body import Body
from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk


class Piece(NamedTuple):
    """A file of evidence, or what an opened one holds, and the day that it is of."""

    file: Path | BinaryIO
    dated: date
    name: str | None = None


def brought(
    desk: Desk, cycle: str, body: Body, pieces: Sequence[Piece], *, seen: int | None = None
) -> Body:
    """`body`, which has a field `evidence`, with these files.

    They are kept once it is sure that the body may be recorded by somebody who has `seen` this
    version: a refused step leaves no file. Raises what `desk.check` and `EvidenceStore.keep` raise.
    """
    if not pieces:
        return body
    desk.check(cycle, body, seen=seen)
    kept = tuple(
        desk.evidence.keep(
            one.file,
            dated=one.dated,
            by=desk.by,
            name=one.name,
            now=desk.now,
            today=desk.today,
        )
        for one in pieces
    )
    return body.model_copy(update={"evidence": kept})


def record_with(
    desk: Desk, cycle: str, body: Body, pieces: Sequence[Piece], *, seen: int | None = None
) -> Cycle:
    """Record `body` with these files. Raises what `brought` and `desk.record` raise."""
    return desk.record(cycle, brought(desk, cycle, body, pieces, seen=seen), seen=seen)
