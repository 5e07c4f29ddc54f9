"""What other processes do with evidence, for the tests of what happens to them.

python -m tests.audit.children FUNCTION ARGUMENT…
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from scorecard.audit.evidence import EvidenceStore
from tests.memory import peak_bytes


def keep_on_a_word(root: str, source: str, times: str) -> None:
    """Say that we are ready, wait for a line, then keep a file so many times, each made other."""
    print("ready", flush=True)
    sys.stdin.readline()
    content = bytearray(Path(source).read_bytes())
    for number in range(int(times)):
        content[:8] = number.to_bytes(8)
        Path(source).write_bytes(content)
        kept = EvidenceStore(Path(root)).keep(Path(source), dated=date(2026, 1, 2), by="ann")
        print(kept.sha256, flush=True)


def keep_in_little_memory(root: str, source: str, limit: str) -> None:
    """Keep one file; print by how many bytes the memory grew."""
    store = EvidenceStore(Path(root), limit=int(limit))
    before = peak_bytes()
    kept = store.keep(Path(source), dated=date(2026, 1, 2), by="ann")
    with store.opened(kept.sha256) as found:
        assert len(found.read(10)) == 10
    print(kept.sha256, peak_bytes() - before)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
