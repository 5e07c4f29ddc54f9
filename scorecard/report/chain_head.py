"""The head of the chain of events, with which every report about an audit ends."""

from __future__ import annotations

from scorecard.ledger import Head


def head_text(head: Head | None) -> str:
    """One line: `Head of the chain: 12:9f86…`, as `--head` takes it."""
    return f"Head of the chain: {head}\n" if head else "The chain is empty.\n"
