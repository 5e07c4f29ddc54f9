"""What is about to be signed, and who may, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scorecard.audit.cycle import Cycle
from scorecard.audit.export import read_export
from scorecard.audit.exporting import Exported
from scorecard.audit.permitted import Permission
from scorecard.audit.signing import ToSign
from scorecard.declare.organisation import Organisation
from scorecard.errors import AuditError, printable
from scorecard.ledger import Head
from scorecard.report.chain_head import head_text
from scorecard.report.verified import counted


def what_is_signed(given: ToSign, organisation: Organisation) -> str:
    """What a signature freezes, counted: two or three sentences, one a line."""
    cycle, frozen = given.cycle, given.frozen
    synthetic = ", which is synthetic" if organisation.synthetic else ""
    baseline = len(cycle.opened.body.baseline)
    later = len(cycle.comparison.body.figures) if cycle.comparison else 0
    figures = (
        f"It freezes {counted(len(frozen.figures), 'figure')} of "
        f"{counted(len(frozen.data), 'run')} of measuring "
        f"(baseline {baseline:,}, re-audit {later:,}) with "
        f"{counted(len(frozen.definitions), 'definition')} and "
        f"{counted(len(frozen.standards), 'standard')}."
        if frozen.figures
        else "It freezes no figure, since none was measured in the baseline or the re-audit, and "
        f"{counted(len(frozen.standards), 'standard')}."
    )
    return (
        f"{cycle.id} ({cycle.opened.body.title}) of {organisation.name}{synthetic}: "
        f"the signature covers {counted(len(given.events), 'event')} and "
        f"{counted(len(given.evidence), 'piece')} of evidence.\n{figures}"
    )


def who_may_sign(found: Sequence[Permission]) -> str:
    """Each person whose role it is to sign, and whether they may; without a name, that nobody is
    declared.
    """
    if not found:
        return "Nobody is declared as a director, so nobody may sign."
    return "\n".join(
        f"{one.person.name} may sign."
        if one.why_not is None
        else f"{one.person.name} may not sign: {one.why_not.message}"
        for one in found
    )


def told_signed(cycle: Cycle, organisation: Organisation, chain: Head | None) -> str:
    """After signing: by whom, and the head to write down."""
    assert cycle.signature is not None
    return (
        f"Signed by {organisation.name_of(cycle.signature.by)} in event {cycle.signature.seq}; "
        f"{cycle.id} is frozen at version {cycle.version}.\n{head_text(chain)}"
    )


def told_exported(found: Exported, file: str) -> str:
    """After exporting: what is in the file, and the head by which it can be checked."""
    return (
        f"Wrote {counted(found.events, 'event')} and {counted(found.figures, 'signed figure')} "
        f"to {file}.\n"
        f"The last event in it is {found.last}; check it with this head, got another way.\n"
        f"{head_text(found.chain)}"
    )


def told_checked(file: Path, faults: Sequence[AuditError], heads: Sequence[Head]) -> str:
    """What the check of an exported audit found; without a fault, what that proves."""
    if faults:
        return "\n".join([*map(str, faults), f"{counted(len(faults), 'fault')}."])
    found = read_export(file)
    event = found.events[-1]
    figures = len(found.frozen[-1].figures)
    lines = [
        f"{counted(len(found.events), 'event')} of {event['subject']} of {event['organisation']}, "
        f"{counted(len(found.frozen), 'signature')}, {counted(figures, 'signed figure')}, "
        f"{counted(len(found.evidence), 'piece')} of evidence.",
        f"The last event is {event['seq']}:{event['hash']}",
        "Nothing was altered.",
    ]
    if not heads:
        lines.append(
            "Without --head it is not shown that the file is the one that was written: give a head "
            "that you got another way."
        )
    return printable("\n".join(lines))
