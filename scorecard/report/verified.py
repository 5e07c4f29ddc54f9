"""What verification found, as text or as JSON; and the chain as a file to take away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorecard.audit.evidence import EvidenceStore
from scorecard.audit.verifying import VerifiedAudits, verify_audits
from scorecard.errors import ScorecardError, printable
from scorecard.ledger import Head, Ledger, Verification, verify
from scorecard.ledger.event_hash import HASHED
from scorecard.ledger.verify import chain_rows
from scorecard.report.export import whole_or_not_at_all
from scorecard.workspace import Workspace

if TYPE_CHECKING:
    from scorecard.audit.computed_anew import ComputedAnew


@dataclass(frozen=True)
class Verified:
    """The chain; the audits, None where they were not looked at; and their figures computed anew,
    None without declarations.
    """

    chain: Verification
    audits: VerifiedAudits | None = None
    computed: ComputedAnew | None = None

    @property
    def faults(self) -> list[ScorecardError]:
        """All that is wrong, the chain's first."""
        found: list[ScorecardError] = [*self.chain.faults]
        for one in (self.audits, self.computed):
            found += one.faults if one is not None else ()
        return found


def verified(
    ledger: Ledger,
    workspace: Workspace,
    standards: Path | None,
    *,
    chain_only: bool = False,
    more_anchors: Sequence[Path] = (),
    heads: Sequence[Head] = (),
) -> Verified:
    """Verify the chain, then every audit in it, then the figures that were signed.

    standards    the folder of declarations by which figures are computed anew; read only where
                 something was signed
    chain_only   leave the audits aside
    """
    chain = verify(ledger, more_anchors=more_anchors, heads=heads)
    if chain_only or any(fault.code == "events-gone" for fault in chain.faults):
        return Verified(chain)
    audits = verify_audits(ledger, EvidenceStore(workspace.evidence))
    if not audits.signatures or standards is None:
        return Verified(chain, audits)
    # What measures takes a second to import, which is more than the chain takes.
    from scorecard.audit.computed_anew import ComputedAnew, compute_anew
    from scorecard.report.opened import load_declarations

    try:
        declared = load_declarations(standards, workspace)
    except ScorecardError as error:  # what was found of the chain is told all the same
        return Verified(chain, audits, ComputedAnew(0, (error,), ()))
    return Verified(chain, audits, compute_anew(audits.signatures, declared, workspace))


def written(found: Verified, format: str) -> str:
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


def _table(found: Verified) -> str:
    lines = [str(fault) for fault in found.faults]
    count, chain = len(lines), found.chain
    if chain.head is None:
        lines.append("There are no events yet.")
    else:
        anchored = f"anchored up to {chain.anchored:,}" if chain.anchored else "not anchored"
        lines.append(f"{counted(chain.events, 'event')}, {anchored}.")
        lines.append(f"head {printable(str(chain.head))}")
    if found.audits is not None and found.audits.cycles:
        lines += _audits(found.audits, found.computed)
    lines.append(f"{counted(count, 'fault')}." if count else "Nothing was altered.")
    return "\n".join(lines) + "\n"


def _audits(audits: VerifiedAudits, computed: ComputedAnew | None) -> list[str]:
    cycles = counted(audits.cycles, "audit cycle")
    signed = counted(len(audits.signatures), "signature")
    figures = counted(audits.figures, "signed figure")
    pieces = f"{counted(audits.evidence, 'piece')} of evidence"
    lines = [f"{cycles} with {pieces}; {signed} over {figures}."]
    if computed is not None:
        lines.append(
            f"{computed.figures:,} of {figures} computed anew from the records as they were."
        )
        lines += [f"note: {printable(note)}" for note in computed.notes]
    elif audits.figures:
        lines.append("Signed figures were not computed anew: give --standards.")
    return lines


def counted(number: int, what: str) -> str:
    """`1 event`, `1,203 events`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _json(found: Verified) -> str:
    chain = found.chain
    result: dict[str, Any] = {
        "events": chain.events,
        "head": {"seq": chain.head.seq, "hash": chain.head.hash} if chain.head else None,
        "anchors": chain.anchors,
        "anchored": chain.anchored,
        "audits": _audits_json(found),
        "faults": [
            {
                "code": fault.code,
                "message": fault.message,
                "seq": getattr(fault, "seq", None),
                "file": str(fault.file) if fault.file else None,
                "line": fault.line,
            }
            for fault in found.faults
        ],
    }
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"


def _audits_json(found: Verified) -> dict[str, Any] | None:
    audits, computed = found.audits, found.computed
    if audits is None:
        return None
    return {
        "cycles": audits.cycles,
        "evidence": audits.evidence,
        "signatures": [
            {
                "organisation": one.organisation,
                "cycle": one.cycle,
                "seq": one.seq,
                "by": one.by,
                "figures": len(one.frozen.figures),
            }
            for one in audits.signatures
        ],
        "figures": audits.figures,
        "computed_anew": None if computed is None else computed.figures,
        "notes": [] if computed is None else list(computed.notes),
    }
