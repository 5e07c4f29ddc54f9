"""The head of the chain at the end of a report."""

from __future__ import annotations

from scorecard.ledger import Head
from scorecard.report.chain_head import head_text


def test_the_head_is_printed_as_the_chain_writes_it() -> None:
    assert head_text(Head(3, "ab")) == "Head of the chain: 3:ab\n"
    assert head_text(None) == "The chain is empty.\n"
