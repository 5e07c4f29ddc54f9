"""The form of an event that is hashed. docs/auditors.md gives it in words, for other programs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from scorecard.errors import LedgerError

# What is hashed, in this order; after it the table has only the hash itself.
HASHED = ("seq", "organisation", "subject", "kind", "actor", "at", "clock", "body", "prev")
# What the first event carries as the hash of the one before it.
BEFORE_THE_FIRST = "0" * 64


def event_hash(fields: Sequence[bytes]) -> str:
    """SHA-256 in hex of the fields named in `HASHED`, each as the bytes of its text in UTF-8.

    Each field is written as its length in bytes, a colon, the bytes and a comma (a netstring, by
    D. J. Bernstein, 1997), so that no two events are hashed from the same bytes.
    """
    return hashlib.sha256(b"".join([b"%d:%b," % (len(f), f) for f in fields])).hexdigest()


def canonical_json(body: Any) -> str:
    """The one text of a body: JSON with sorted keys, no white space, and signs as they are.

    Raises LedgerError `event-not-json` for what JSON or UTF-8 cannot hold.
    """
    try:
        text = json.dumps(
            body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise LedgerError(
            "event-not-json",
            f"the body of an event cannot be written as JSON: {error}.",
            hint="Use texts, finite numbers, true, false, null, lists and objects.",
        ) from None
    return text
