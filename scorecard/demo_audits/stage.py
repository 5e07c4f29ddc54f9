"""What the played audits are made of: a step of one person at one moment, and how it is taken."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scorecard.audit import Desk, body_of
from scorecard.audit.bringing import Piece, record_with
from scorecard.audit.cycle import Finding
from scorecard.audit.sheet import record_sheet, sheet, to_examine

ZONE = ZoneInfo("America/New_York")
PLAY = "A play for the demonstration: synthetic people in a synthetic city, on played days."

Does = Callable[[Desk], object]


class Step(NamedTuple):
    """What one person does at one moment: one entry, or several that are recorded together."""

    at: datetime
    by: str
    does: Does


def step(at: str, by: str, does: Does) -> Step:
    """A step at a local time, as in 2025-06-02 09:10."""
    return Step(datetime.fromisoformat(at).replace(tzinfo=ZONE), by, does)


def entry(at: str, by: str, id: str, kind: str, **told: Any) -> Step:
    """A step that records one thing in the cycle `id`. See `record`."""
    return step(at, by, lambda desk: record(desk, id, kind, **told))


def record(desk: Desk, id: str, kind: str, **told: Any) -> object:
    """Record something. `finding` counts those that people raised: by chance there is one more,
    that a sample disagrees with its records.
    """
    if "finding" in told:
        raised = [n for n, one in desk.cycle(id).findings.items() if not by_chance(one)]
        told["finding"] = raised[told["finding"] - 1]
    return desk.record(id, body_of(kind, told))


def by_chance(finding: Finding) -> bool:
    """Whether the end of fieldwork raised it: one random sample in twenty, at most, is off."""
    return finding.raised.body.origin == "sample-disagreement"


def with_file(
    desk: Desk, id: str, kind: str, file: tuple[str, date], says: str, **told: Any
) -> object:
    """Record something with a file of evidence: its name, its day, and what it says."""
    name, dated = file
    content = f"{PLAY}\n{says}\n".encode()
    pieces: Sequence[Piece] = [Piece(BytesIO(content), dated, name)]
    return record_with(desk, id, body_of(kind, told), pieces)


def weekday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def before(day: date, days: int, clock: str) -> datetime:
    """So many days before `day`. Steps are four days apart or more, or at one day's other hour."""
    on = weekday(day - timedelta(days=days))
    # No step of the closed cycle is at such a second: some lie on fixed days in between.
    return datetime.combine(on, time.fromisoformat(clock).replace(second=30), ZONE)


def last_month(day: date) -> str:
    """The month that was over on `day`, and of which there are records."""
    return f"{min(day.replace(day=1) - timedelta(days=1), date(2026, 9, 30)):%Y-%m}"


def examine(
    desk: Desk,
    id: str,
    paper: str = "",
    *,
    recheck: bool = False,
    first: int | None = None,
    spared: int = 0,
) -> object:
    """Fill in the sheet of the first sample, or of its `first` cases, and record it.

    What is found is what the record of the case says, but for a few that the hash of their key
    chooses: there is nothing else to look at. `paper` is a criterion that records say nothing of.
    One case in `spared` is one that the criteria do not apply to.
    """
    cycle = desk.cycle(id)
    if not to_examine(cycle, 1, recheck_by=desk.by if recheck else None):
        return cycle
    read = list(csv.DictReader(StringIO(sheet(desk, id, 1, recheck=recheck, first=first))))
    for line in read:
        due, closed = line["record: due_at"], line["record: closed_at"]
        in_time = bool(closed) and datetime.fromisoformat(closed) <= datetime.fromisoformat(due)
        case, criterion = line["case"], line["criterion"]
        if spared and _chance(case, spared):
            line["outcome"], line["remark"] = "not-applicable", "Reported twice"
        elif criterion == paper:
            line["outcome"] = "not-met" if _chance(f"{case} paper", 7) else "met"
        elif in_time and _chance(f"{case} seen", 29):
            line["outcome"], line["remark"] = "not-met", "Closed before anybody was there"
        else:
            line["outcome"] = "met" if in_time else "not-met"
        if recheck and _chance(f"{case} {criterion} again", 11):
            line["outcome"] = "not-met" if line["outcome"] == "met" else "met"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sheet.csv")
        with file.open("w", newline="", encoding="utf-8") as written:
            writer = csv.DictWriter(written, list(read[0]))
            writer.writeheader()
            writer.writerows(read)
        return record_sheet(desk, id, 1, file, recheck=recheck)


def _chance(text: str, one_in: int) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % one_in == 0


def not_met(desk: Desk, id: str, criterion: str) -> tuple[int, int]:
    """How many cases of a criterion were not met, and of how many."""
    outcomes = [
        one.body.outcome
        for (_, _, asked), one in desk.cycle(id).results.items()
        if asked == criterion and one.body.outcome != "not-applicable"
    ]
    return outcomes.count("not-met"), len(outcomes)
