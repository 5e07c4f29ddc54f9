"""The steps of fieldwork that are recorded: samples, single results, and its end.

Results in bulk are read from a sheet: sheet.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scorecard.audit.body import Body
from scorecard.audit.bringing import Piece, record_with
from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.drawing import Drawing, Redrawn, Size, draw_sample, redrawn
from scorecard.audit.events import FieldworkEnded, body_of
from scorecard.audit.examined import disagreements, unexamined

__all__ = [
    "Drawing",
    "Redrawn",
    "Size",
    "draw_sample",
    "end_fieldwork",
    "raise_disagreements",
    "record_result",
    "redrawn",
]


def record_result(
    desk: Desk,
    cycle: str,
    sample: int,
    key: str,
    criterion: str,
    outcome: str,
    *,
    remark: str = "",
    evidence: Sequence[Path] = (),
    dated: date | None = None,
    recheck: bool = False,
    seen: int | None = None,
) -> Cycle:
    """Record what was found of a criterion in a case. `dated` is the day the evidence is of, today
    unless given; the files are kept once it is sure that the result may be recorded.

    Raises what recording and `EvidenceStore.keep` raise.
    """
    kind = "recheck-recorded" if recheck else "result-recorded"
    told = {"sample": sample, "key": key, "criterion": criterion, "outcome": outcome}
    body = body_of(kind, {**told, "remark": remark})
    pieces = [Piece(file, dated or desk.today) for file in evidence]
    return record_with(desk, cycle, body, pieces, seen=seen)


def end_fieldwork(desk: Desk, cycle: str, seen: int | None = None) -> tuple[Cycle, list[str]]:
    """Fieldwork becomes findings. Where sample and record disagree, that is a finding of its own,
    raised in the name of the person who ends it; both or neither are recorded.

    Gives the cycle, and sentences on what was raised and what was left unexamined.
    """
    found = desk.cycle(cycle)
    raised = disagreements(found)
    bodies: list[Body] = [*raised, FieldworkEnded()]
    version = found.version if seen is None else seen
    now = desk.record_all(cycle, bodies, seen=version)
    numbers = sorted(now.findings.keys() - found.findings.keys())
    told = [
        f"Finding {number} was raised: {now.findings[number].wording.text}" for number in numbers
    ]
    return now, [*told, *unexamined(now)]


def raise_disagreements(desk: Desk, cycle: str, seen: int | None = None) -> Cycle:
    """Raise what `end_fieldwork` would, without ending: for samples of the re-audit."""
    found = desk.cycle(cycle)
    raised = disagreements(found)
    if not raised:
        return found
    return desk.record_all(cycle, raised, seen=found.version if seen is None else seen)
