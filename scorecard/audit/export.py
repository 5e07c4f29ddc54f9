"""A signed audit as one file that anybody can check without this software.

Lines of canonical JSON: the manifest; the events of the cycle, each that signs with what it freezes
just before it; the evidence; the end. docs/auditing/export.md has the form in words, and a
checker of some thirty lines.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scorecard.audit.durable import onto_disk, whole_file
from scorecard.audit.evidence import EvidenceStore, Reference
from scorecard.audit.evidence_verify import references_in
from scorecard.errors import AuditError
from scorecard.ledger.event_hash import HASHED, canonical_json, event_hash
from scorecard.ledger.events import Event, Head, time_text

FORMAT = "service-scorecard signed audit 1"
# The key by which the body of an event says that it signs, and what.
SIGNS = "frozen"
# And under which it refers to the file that keeps what it froze.
DOCUMENT = "document"
EMBED_LIMIT = 5_000_000
# What is frozen, in this order: the part of each line, and the field of `Frozen`.
_PARTS = {
    "data": "data",
    "definition": "definitions",
    "standard": "standards",
    "figure": "figures",
}
END = b'{"part":"end","sha256":"%s"}\n'


@dataclass(frozen=True)
class Frozen:
    """What a signature freezes besides the events: plain data, kept as it is.

    data          the runs the figures are of: number, when it was known, engine and sources of each
    definitions   of each metric: fingerprint, metric, canonical (the text that is hashed)
    standards     the standards in the scope, as declared
    figures       one object a figure, with its run: `scorecard.audit.signed_figures.figure_json`
    """

    data: Sequence[Mapping[str, Any]]
    definitions: Sequence[Mapping[str, Any]] = ()
    standards: Sequence[Mapping[str, Any]] = ()
    figures: Sequence[Mapping[str, Any]] = ()

    def lines(self) -> Iterator[bytes]:
        """The lines of the file that hold it."""
        for part, name in _PARTS.items():
            for one in getattr(self, name):
                yield _line(part, {"value": dict(one)})

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Frozen:
        """What these lines hold. Raises ValueError, KeyError or TypeError where they are others."""
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in _PARTS.values()}
        for line in lines:
            one = json.loads(line)
            found[_PARTS[one["part"]]].append(one["value"])
        return cls(**found)


@dataclass(frozen=True)
class Export:
    """What a file of a signed audit holds.

    frozen     of each signature, in their order; the last one's holds now
    evidence   each reference with its content, if any
    """

    manifest: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    frozen: list[Frozen] = field(default_factory=list)
    evidence: list[tuple[Reference, bytes | None]] = field(default_factory=list)


def frozen_digest(events: Iterable[Event], frozen: Sequence[Frozen]) -> str:
    """What the body of an event that signs carries under `frozen`.

    events   all of the cycle before that event
    frozen   what the signatures before it froze, in their order, and last what this one freezes

    It is the SHA-256 of the file's lines between the manifest and that event: so a signature covers
    every event of the cycle before it, the figures, definitions, standards and data versions.
    """
    return hashlib.sha256(b"".join(_signed_lines(events, frozen))).hexdigest()


def signs(event: Event) -> bool:
    """Whether an event signs something that was frozen."""
    return isinstance(event.body, dict) and event.body.get(SIGNS) is not None


def write_export(
    file: Path,
    events: Sequence[Event],
    frozen: Sequence[Frozen],
    store: EvidenceStore,
    *,
    chain: Head | None = None,
    embed: int = EMBED_LIMIT,
    now: datetime | None = None,
) -> None:
    """Write the signed audit into `file`, which is replaced in one step where it is there.

    events   all of one cycle: `scorecard.ledger.events(ledger, organisation, subject)`
    frozen   what each signature froze, in their order
    chain    the head of the whole chain, to print beside
    embed    the most bytes of a piece of evidence whose content is put into the file; of a larger
             one, and of one that is gone or altered, the hash alone, and the file says why

    Raises AuditError `export-unsigned`, `export-not-signed-so` (the events or `frozen` are not
    what was signed) and `export-unwritable`. Then nothing was written.
    """
    refuse_unsigned(events, frozen)
    references = references_in(events)
    documents = {str(one.body.get(DOCUMENT, {}).get("sha256")) for one in events if signs(one)}
    last = events[-1]
    manifest = {
        "format": FORMAT,
        "organisation": last.organisation,
        "subject": last.subject,
        "written": time_text(now or datetime.now(UTC)),
        "events": len(events),
        "evidence": len(references),
        "head": str(Head(last.seq, last.hash)),
        "chain": None if chain is None else str(chain),
    }
    digest = hashlib.sha256()
    try:
        with whole_file(file.parent) as (opened, path):
            for line in (
                _line("manifest", manifest),
                *_signed_lines(events, frozen),
                *(_evidence_line(one, store, embed, documents) for one in references),
            ):
                digest.update(line)
                opened.write(line)
            opened.write(END % digest.hexdigest().encode())
            onto_disk(opened, path, file)
    except OSError as error:
        raise AuditError(
            "export-unwritable",
            f"the audit was not written: {error.strerror or error}.",
            file=file,
            hint="Give a folder that is there and that you may write to.",
        ) from None


def read_export(file: Path) -> Export:
    """What a file of a signed audit holds, unchecked: `check_export` tells whether to believe it.

    Raises AuditError `export-unreadable` where it is no such file.
    """
    found: Export | None = None
    waiting: list[bytes] = []
    try:
        for line in file.read_bytes().splitlines():
            one = json.loads(line)
            part = one.pop("part")
            if found is None:
                if part != "manifest" or one["format"] != FORMAT:
                    raise ValueError("it does not begin with a manifest of a format known here")
                found = Export(one)
            elif part == "event":
                found.events.append(one)
                if waiting:
                    found.frozen.append(Frozen.of(waiting))
                    waiting = []
            elif part == "evidence":
                content = one["content"]
                found.evidence.append(
                    (
                        Reference(**one["reference"]),
                        None if content is None else base64.b64decode(content, validate=True),
                    )
                )
            elif part != "end":
                waiting.append(line)
        if found is None:
            raise ValueError("it is empty")
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable(file, f"{type(error).__name__}: {error}") from None
    return found


def _signed_lines(events: Iterable[Event], frozen: Sequence[Frozen]) -> Iterator[bytes]:
    waiting = list(frozen)
    for event in events:
        if waiting and signs(event):
            yield from waiting.pop(0).lines()
        yield _line("event", event_texts(event))
    for one in waiting:
        yield from one.lines()


def event_texts(event: Event) -> dict[str, Any]:
    """An event as the chain keeps it: texts, but for `seq`."""
    texts = {name: getattr(event, name) for name in (*HASHED, "hash")}
    texts |= {
        "at": time_text(event.at),
        "clock": time_text(event.clock),
        "body": canonical_json(event.body),
    }
    return texts


def refuse_unsigned(events: Sequence[Event], frozen: Sequence[Frozen]) -> None:
    """Refuse where the events of a cycle, or what its signatures froze, are not what was signed.

    Raises AuditError `export-unsigned`, `export-not-signed-so`.
    """
    signatures = 0
    for number, event in enumerate(events):
        texts = event_texts(event)
        if event_hash([str(texts[name]).encode() for name in HASHED]) != event.hash:
            raise AuditError(
                "export-not-signed-so",
                f"event {event.seq} is not what its hash was made of.",
                hint="Run scorecard verify, and keep the ledger as it is.",
            )
        if signs(event):
            signatures += 1
            if event.body[SIGNS] != frozen_digest(events[:number], frozen[:signatures]):
                raise AuditError(
                    "export-not-signed-so",
                    f"event {event.seq}, by {event.actor}, signs something else than these events "
                    "and figures.",
                    hint="Export what was frozen when it was signed; scorecard verify tells what "
                    "is other now.",
                )
    if not signatures:
        raise AuditError(
            "export-unsigned",
            "no event of this audit signs it, so there is nothing to vouch for.",
            hint="Sign the audit first.",
        )


def _evidence_line(
    reference: Reference, store: EvidenceStore, embed: int, documents: Collection[str]
) -> bytes:
    content, why = None, None
    try:
        if reference.sha256 in documents:
            why = "it stands line by line before the event that signs it"
        elif reference.bytes > embed:
            why = f"it has more than {embed:,} bytes"
        else:
            with store.opened(reference.sha256) as found:
                content = base64.b64encode(found.read()).decode()
    except AuditError as error:
        why = f"{error.code}: {error.message}"
    fields = {"reference": reference.as_json(), "content": content, "left_out": why}
    return _line("evidence", fields)


def _line(part: str, fields: Mapping[str, Any]) -> bytes:
    return canonical_json({"part": part, **fields}).encode() + b"\n"


def _unreadable(file: Path, why: str) -> AuditError:
    return AuditError(
        "export-unreadable",
        f"this is no signed audit that can be read: {why}.",
        file=file,
        hint="Take the file from where it came again.",
    )
