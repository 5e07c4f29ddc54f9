"""What verification found, as text or as JSON; and the chain as a file to take away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from scorecard.errors import ScorecardError, printable
from scorecard.ledger.event_hash import HASHED
from scorecard.ledger.session import Ledger
from scorecard.ledger.verify import Verification, chain_rows
from scorecard.report.export import whole_or_not_at_all


def written(found: Verification, format: str) -> str:
    """The result in a format: "table" or "json". The faults come first, as `CODE: message`."""
    return {"table": _table, "json": _json}[format](found)


def export_chain(ledger: Ledger, file: Path) -> int:
    """Write every event as one JSON object a line, in order, whole or not at all; how many.

    An object has the fields that are hashed, as the very texts that are hashed, and `hash`.
    Raises `export-unwritable`, and `event-unreadable` where an event is no text any more.
    """
    names = (*HASHED[1:], "hash")
    count = 0
    with whole_or_not_at_all(file) as out, ledger.read() as session:
        for seq, _, *fields in chain_rows(session):
            count += 1
            out.write(json.dumps({"seq": seq} | dict(zip(names, _texts(seq, fields), strict=True))))
            out.write("\n")
    return count


def _texts(seq: int, fields: Sequence[bytes | None]) -> list[str]:
    try:
        return [(field or b"").decode() for field in fields]
    except UnicodeDecodeError:
        raise ScorecardError(
            "event-unreadable",
            f"event {seq} is not as it was written.",
            hint="Run scorecard verify, and keep the ledger as it is.",
        ) from None


def _table(found: Verification) -> str:
    lines = [str(fault) for fault in found.faults]
    count = len(lines)
    if found.head is None:
        lines.append("There are no events yet.")
    else:
        anchored = f"anchored up to {found.anchored:,}" if found.anchored else "not anchored"
        lines.append(f"{found.events:,} event{'' if found.events == 1 else 's'}, {anchored}.")
        lines.append(f"head {printable(str(found.head))}")
    lines.append(
        f"{count:,} fault{'' if count == 1 else 's'}." if count else "Nothing was altered."
    )
    return "\n".join(lines) + "\n"


def _json(found: Verification) -> str:
    faults = [
        {
            "code": fault.code,
            "message": fault.message,
            "seq": fault.seq,
            "file": str(fault.file) if fault.file else None,
            "line": fault.line,
        }
        for fault in found.faults
    ]
    head = {"seq": found.head.seq, "hash": found.head.hash} if found.head else None
    result = {
        "events": found.events,
        "head": head,
        "anchors": found.anchors,
        "anchored": found.anchored,
        "faults": faults,
    }
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"
