"""Whether the file of a signed audit is as it was written, and says what was signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from scorecard.audit.export import END, SIGNS, read_export
from scorecard.errors import AuditError, LedgerError
from scorecard.ledger.event_hash import BEFORE_THE_FIRST, HASHED, canonical_json, event_hash
from scorecard.ledger.events import Head


def check_export(file: Path, heads: Iterable[Head] = ()) -> list[AuditError]:
    """What is wrong with the file of a signed audit; nothing is where the list is empty.

    heads   that somebody wrote down, or from a file of anchors; a hash may be cut short. Without
            one, a file that was written anew from its beginning to its end cannot be told.

    The codes are `export-altered` and `export-head`. Raises AuditError `export-unreadable` where it
    is no such file. It does what the checker in docs/auditing/export.md does, and goes on after
    the first fault.
    """
    faults: list[AuditError] = []

    def fault(code: str, words: str, line: int | None = None) -> None:
        faults.append(AuditError(code, words, file=file, line=line))

    lines = file.read_bytes().splitlines(keepends=True) if file.is_file() else []
    whole = bool(lines) and lines[-1] == END % sha256(b"".join(lines[:-1])).hexdigest().encode()
    if lines and not whole:
        fault("export-altered", "the last line does not fit the bytes before it: altered or cut.")
    try:
        manifest = read_export(file).manifest
    except AuditError:
        if faults:  # altered so that it cannot be read
            return faults
        raise
    walk = _Walk(heads)
    for number, line in enumerate(lines[1:-1], start=2):
        try:
            for code, words in walk.take(line):
                fault(code, words, number)
        except (ValueError, KeyError, TypeError, AttributeError, LedgerError) as error:
            fault("export-altered", f"this line is not as it should be: {error!r}.", number)
    for code, words in walk.end(manifest):
        fault(code, words)
    return faults


class _Walk:
    """Goes along the lines after the manifest; each step gives the code and words of its faults."""

    def __init__(self, heads: Iterable[Head]) -> None:
        self._wanted = {one.seq: one.hash for one in heads}
        self._seq, self._hash = 0, BEFORE_THE_FIRST
        self._running, self._signed, self._bodies = sha256(), False, ""

    def take(self, line: bytes) -> Iterator[tuple[str, str]]:
        """The next line."""
        running = self._running.copy()
        self._running.update(line)
        one = json.loads(line)
        if one["part"] == "event":
            yield from self._event(one, running.hexdigest())
        elif one["part"] == "evidence":
            reference, content = one["reference"], one["content"]
            if canonical_json(reference) not in self._bodies:
                yield "export-altered", f"no event speaks so of the evidence {reference['name']}."
            if content is not None:
                found = sha256(base64.b64decode(content)).hexdigest()
                if found != reference["sha256"]:
                    yield "export-altered", f"the evidence {reference['name']} has another hash."

    def end(self, manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """After the last line."""
        if not self._signed:
            yield "export-altered", "no event in it signs the audit."
        if manifest.get("head") != f"{self._seq}:{self._hash}":
            yield "export-altered", "it does not end with the event that its first line names."
        for seq in self._wanted:
            yield "export-head", f"it does not hold event {seq}, which was anchored."

    def _event(self, one: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
        seq = one["seq"]
        if event_hash([str(one[name]).encode() for name in HASHED]) != one["hash"]:
            yield "export-altered", f"event {seq} is not what its hash was made of."
        if seq <= self._seq or (seq == self._seq + 1 and one["prev"] != self._hash):
            yield "export-altered", f"event {seq} does not follow the one before it."
        signs = json.loads(one["body"]).get(SIGNS)
        if signs is not None:
            self._signed = True
            if signs != before:
                yield (
                    "export-altered",
                    f"event {seq} signs something else than stands before it.",
                )
        if not one["hash"].startswith(self._wanted.pop(seq, "")):
            yield "export-head", f"event {seq} is not the one that was anchored."
        self._seq, self._hash = seq, one["hash"]
        self._bodies += one["body"]
