"""Evidence whose process is killed while it writes is there whole or not at all."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from scorecard.audit.evidence import EvidenceStore

LARGE = 20_000_000


def child(repository: Path, root: Path, source: Path) -> subprocess.Popen[str]:
    """A process that keeps one file after another, from a word on."""
    command = [sys.executable, "-m", "tests.audit.children", "keep_on_a_word"]
    return subprocess.Popen(
        [*command, str(root), str(source), "1000"],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "kills", [pytest.param(6, id="6"), pytest.param(200, id="200", marks=pytest.mark.slow)]
)
def test_killed_at_any_point_nothing_is_half_kept(
    repository: Path, tmp_path: Path, kills: int
) -> None:
    store, source = EvidenceStore(tmp_path / "evidence"), tmp_path / "film.mp4"
    chance, done, told, in_the_middle = random.Random(kills), 0, 0, 0
    # On, where none of so few fell into the writing of a file.
    while done < kills or not in_the_middle:
        source.write_bytes(chance.randbytes(LARGE))
        working = child(repository, store.root, source)
        assert working.stdin is not None
        assert working.stdout is not None
        assert working.stdout.readline() == "ready\n"
        working.stdin.write("go\n")
        working.stdin.flush()
        time.sleep(chance.uniform(0.0, 0.4))
        working.kill()
        said = working.communicate()[0].split()
        assert working.returncode < 0

        there = {path.name: path for path in store.files()}
        # What the process said it has kept is kept; at most one more was kept and not said.
        assert set(said) <= there.keys()
        assert len(there) - len(said) <= 1
        for name, path in there.items():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == name
            assert path.stat().st_size == LARGE
            path.unlink()
        left = list((store.root / "incoming").glob("*")) if store.root.exists() else []
        assert len(left) <= 1
        in_the_middle += bool(left)
        told += len(said)
        done += 1
        # The next one takes away what was left, and is not disturbed by it.
        kept = store.keep(io.BytesIO(b"next"), name="a", dated=date(2026, 1, 2), by="ann")
        assert list((store.root / "incoming").iterdir()) == []
        store.path(kept.sha256).unlink()
    print(f"{done} kills, {in_the_middle} of them while a file was written; {told} were kept")
