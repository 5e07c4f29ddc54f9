"""Every audit in a ledger: its rules, its evidence, its signatures, and the figures it signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scorecard.audit.book import subject
from scorecard.audit.events import CycleSigned
from scorecard.audit.evidence import EvidenceStore
from scorecard.audit.evidence_verify import references_in, verify_evidence
from scorecard.audit.export import SIGNS, Frozen, frozen_digest, signs
from scorecard.audit.fold import fold
from scorecard.audit.signed_figures import verify_signed
from scorecard.audit.signing import frozen_so_far
from scorecard.errors import AuditError, ScorecardError
from scorecard.ledger import Event, Ledger, events, subjects

_COMPARE = "Compare with an exported audit and with a backup."


@dataclass(frozen=True)
class Signature:
    """One signature: of which cycle, in which event, by whom, and what it froze."""

    organisation: str
    cycle: str
    seq: int
    by: str
    frozen: Frozen


@dataclass(frozen=True)
class VerifiedAudits:
    """What was found of all audits: how many cycles and pieces of evidence, the signatures that
    could be read, and what is wrong.
    """

    cycles: int
    evidence: int
    signatures: tuple[Signature, ...]
    faults: tuple[ScorecardError, ...]

    @property
    def figures(self) -> int:
        """How many figures were signed, each time counted."""
        return sum(len(one.frozen.figures) for one in self.signatures)


def verify_audits(ledger: Ledger, store: EvidenceStore) -> VerifiedAudits:
    """Hold every audit of every organisation in the ledger against its rules, its evidence and its
    signatures. Nothing is changed.

    The codes are `audit-rule-broken` (an event that no command would have recorded),
    `audit-event-unreadable`, `signature-other`, those of `verify_evidence` and `verify_signed`, and
    `event-unreadable`.
    """
    faults: list[ScorecardError] = []
    signatures: list[Signature] = []
    past: list[Event] = []
    there = subjects(ledger, subject(""))
    for organisation, about in there:
        id = about.removeprefix(subject(""))
        try:
            mine = events(ledger, organisation, about)
        except ScorecardError as error:
            faults.append(error)
            continue
        past += mine
        faults += _against_the_rules(id, mine)
        signatures += _signatures(ledger, store, organisation, id, mine, faults.append)
    references = references_in(past)
    faults += verify_evidence(references, store)
    return VerifiedAudits(len(there), len(references), tuple(signatures), tuple(faults))


def _against_the_rules(id: str, past: Sequence[Event]) -> Iterator[ScorecardError]:
    try:
        found = fold(id, past).faults
    except ScorecardError as error:
        yield error
        return
    found += tuple(
        f"event {one.seq}, {one.kind} by {one.actor}: it freezes nothing"
        for one in past
        if one.kind == CycleSigned.kind and not signs(one)
    )
    for fault in found:
        yield AuditError(
            "audit-rule-broken",
            f"{id}: {fault}.",
            hint="No command records this: somebody has written past the rules, or with another "
            "version of this software.",
        )


def _signatures(
    ledger: Ledger,
    store: EvidenceStore,
    organisation: str,
    id: str,
    past: Sequence[Event],
    fault: Callable[[ScorecardError], None],
) -> Iterator[Signature]:
    try:
        frozen = frozen_so_far(store, past)
    except ScorecardError as error:
        words = f"what was signed of {id} cannot be read: {error.message}"
        fault(AuditError("signature-other", words, hint=_COMPARE))
        return
    signing = [number for number, event in enumerate(past) if signs(event)]
    for count, number in enumerate(signing, start=1):
        event, mine = past[number], frozen[count - 1]
        named = f"event {event.seq}, by {event.actor}, signs something"
        if event.body[SIGNS] != frozen_digest(past[:number], frozen[:count]):
            words = f"{named} else than the events of {id} before it and what it froze."
            fault(AuditError("signature-other", words, hint=_COMPARE))
        try:
            found = verify_signed(ledger, organisation, mine)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            words = f"{named} that are no figures of {id}: {error!r}."
            fault(AuditError("signature-other", words, hint=_COMPARE))
            continue
        for one in found:
            fault(one)
        yield Signature(organisation, id, event.seq, event.actor, mine)
