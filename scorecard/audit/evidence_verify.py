"""Whether every piece of evidence of which the events speak is there, and is what was brought."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scorecard.audit.evidence import EvidenceStore, Reference
from scorecard.errors import AuditError
from scorecard.ledger.events import Event

_KEYS = frozenset(Reference.__dataclass_fields__)


def references_in(events: Iterable[Event]) -> list[Reference]:
    """Every reference to evidence in the bodies of events, in order, each once."""
    found: dict[Reference, None] = {}

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if value.keys() == _KEYS:
                found[Reference(**value)] = None
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    for event in events:
        look(event.body)
    return list(found)


def verify_evidence(references: Iterable[Reference], store: EvidenceStore) -> list[AuditError]:
    """What is wrong with the files of evidence; nothing is where the list is empty.

    references   of every event of the ledger, of all organisations that share the workspace

    The codes are those of `EvidenceStore.opened`, and `evidence-unreferenced` for a file of which
    no event speaks. Each file is read once.
    """
    there = list(store.files())
    faults: list[AuditError] = []
    sizes: dict[str, int | AuditError] = {}
    spoken_of: set[Path] = set()
    for one in references:
        try:
            spoken_of.add(store.path(one.sha256))
        except AuditError as error:
            faults.append(error)
            continue
        if one.sha256 not in sizes:
            sizes[one.sha256] = _size(store, one.sha256)
            if isinstance(error := sizes[one.sha256], AuditError):
                error.message = f"{one.name}, brought by {one.brought_by}: {error.message}"
                faults.append(error)
        size = sizes[one.sha256]
        if isinstance(size, int) and size != one.bytes:
            faults.append(
                AuditError(
                    "evidence-reference",
                    f"{one.name}: the event says {one.bytes} bytes, the file has {size:,}.",
                    file=store.path(one.sha256),
                )
            )
    faults += [_unreferenced(path) for path in there if path not in spoken_of]
    return faults


def _size(store: EvidenceStore, sha256: str) -> int | AuditError:
    try:
        with store.opened(sha256) as found:
            return os.fstat(found.fileno()).st_size
    except AuditError as error:
        return error


def _unreferenced(path: Path) -> AuditError:
    return AuditError(
        "evidence-unreferenced",
        "no event speaks of this file: it is just being recorded, a process was killed before it "
        "recorded it, or somebody put it there.",
        file=path,
        hint="Look who could write here. It is no part of any audit.",
    )
