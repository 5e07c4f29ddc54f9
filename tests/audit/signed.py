"""A small signed audit, for the tests of its export."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from scorecard.audit.evidence import EvidenceStore
from scorecard.audit.export import END, Frozen, frozen_digest, signs, write_export
from scorecard.ledger import Event, Ledger, append, events, head

SUBJECT = "audit/2026-02"
FROZEN = Frozen(
    [{"run": 3, "known_at": "2026-08-10T04:00:00.000000Z", "engine": "duckdb", "sources": {}}],
    [{"fingerprint": sha256(b"{}").hexdigest(), "metric": "closed_on_time", "canonical": "{}"}],
    [{"id": "potholes", "expected": 90.0}],
    [
        {"metric": "closed_on_time", "value": 81.83333333333333, "n": 12005},
        {"metric": "closed_on_time", "department": "Größe", "value": None, "n": 0},
    ],
)


@dataclass
class Signed:
    """A ledger with a signed audit among other events, its evidence, and where it is exported."""

    ledger: Ledger
    store: EvidenceStore
    file: Path

    def do(self, kind: str, body: dict[str, Any], actor: str = "ann") -> None:
        """Append an event of the cycle, and one of another right behind or not."""
        count = len(self.events())
        append(self.ledger, "harbor", SUBJECT, kind, actor, body, expected_version=count)

    def other(self) -> None:
        """Somebody else's event in between."""
        count = len(events(self.ledger, "harbor", "audit/other"))
        append(self.ledger, "harbor", "audit/other", "noted", "bob", {}, expected_version=count)

    def events(self) -> list[Event]:
        return events(self.ledger, "harbor", SUBJECT)

    def sign(self, actor: str = "dora") -> None:
        past = self.events()
        signatures = 1 + sum(signs(one) for one in past)
        self.do("signed", {"frozen": frozen_digest(past, [FROZEN] * signatures)}, actor)

    def evidence(self, content: bytes, name: str) -> dict[str, Any]:
        kept = self.store.keep(io.BytesIO(content), name=name, dated=date(2026, 2, 3), by="ann")
        return kept.as_json()

    def fill(self) -> None:
        """From opening to closing, with two signatures."""
        self.other()
        self.do("opened", {"scope": ["potholes"], "text": "so – \n"})
        self.do("recorded", {"evidence": [self.evidence(b"\0photo" * 50, "Größe.jpg")]})
        self.other()
        self.do("found", {"evidence": self.evidence(b"a letter", "letter.txt"), "grade": "major"})
        self.sign()
        self.other()
        self.sign("eve")
        self.do("closed", {})

    def write(self, **options: Any) -> bytes:
        write_export(
            self.file, self.events(), [FROZEN] * 2, self.store, chain=head(self.ledger), **options
        )
        return self.file.read_bytes()


def made_anew(content: bytes, change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    """The file with its lines changed and its last line made to fit, as a forger would."""
    lines = [json.loads(line) for line in content.splitlines()[:-1]]
    change(lines)
    texts = [
        json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
        for one in lines
    ]
    body = "".join(texts).encode()
    return body + END % sha256(body).hexdigest().encode()
