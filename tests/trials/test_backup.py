"""Trial 27: a backup taken while others write verifies when it is restored; nothing is torn."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
import sqlalchemy as sa

from scorecard.ledger import Ledger, NewEvent, append_all, events, open_ledger, verify
from tests.ledger.tampering import HARBOR
from tests.postgres import new_database

PAIR = ("debit", "credit")


@contextmanager
def writing(url: str, anchors: Path) -> Iterator[None]:
    """Two threads that append pairs of events, one of each kind in a transaction, all the time."""
    over = Signal()
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            with open_ledger(url, anchors) as ledger:
                version = 0
                while not over.is_set():
                    new = [NewEvent(name, kind, "ann", {"number": version}) for kind in PAIR]
                    append_all(ledger, HARBOR, new, expected_versions={name: version})
                    version += 2
        except BaseException as error:
            failed.append(error)

    writers = [Thread(target=write, args=[name]) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        over.set()
        for writer in writers:
            writer.join()
    assert failed == []


def back_up(url: str, file: Path) -> None:
    """With the database's own means: SQLite's backup, PostgreSQL's pg_dump."""
    if url.startswith("sqlite"):
        source = str(sa.make_url(url).database)
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(file)) as copy:
            live.backup(copy, pages=5, sleep=0.001)
    else:
        run("pg_dump", "--file", str(file), as_libpq(url))


def as_libpq(url: str) -> str:
    parts = sa.make_url(url)
    return f"host={parts.query['host']} user={parts.username} dbname={parts.database}"


def run(program: str, *arguments: str) -> None:
    import pgserver

    binary = Path(pgserver.__file__).parent / "pginstall" / "bin" / program
    done = subprocess.run(
        [str(binary), *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def restored(url: str, file: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if url.startswith("sqlite"):
        yield f"sqlite:///{file}"
        return
    with new_database(request.getfixturevalue("postgres_url")) as empty:
        run("psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(file), as_libpq(empty))
        yield empty


def codes(ledger: Ledger) -> set[str]:
    return {fault.code for fault in verify(ledger).faults}


@pytest.mark.parametrize(
    "backups", [pytest.param(2, id="2"), pytest.param(20, id="20", marks=pytest.mark.slow)]
)
def test_a_backup_taken_while_others_write_verifies_when_restored(
    ledger_url: str, tmp_path: Path, request: pytest.FixtureRequest, backups: int
) -> None:
    anchors = tmp_path / "anchors"
    with open_ledger(ledger_url, anchors) as original:
        own = original.anchors
        assert own is not None
        with writing(ledger_url, anchors):
            for number in range(backups):
                written = len(events(original, HARBOR))
                while len(events(original, HARBOR)) < written + 10:
                    pass
                if own.exists():  # the anchors first, so that they name nothing that is not there
                    shutil.copy(own, tmp_path / f"anchors-{number}.txt")
                back_up(ledger_url, tmp_path / f"backup-{number}")
        everything = events(original, HARBOR)
        assert codes(original) == set()

    for number in range(backups):
        kept = tmp_path / f"anchors-{number}.txt"
        with (
            restored(ledger_url, tmp_path / f"backup-{number}", request) as url,
            open_ledger(url, tmp_path / f"restored-{number}") as ledger,
        ):
            assert ledger.anchors is not None
            ledger.anchors.parent.mkdir()
            shutil.copy(kept, ledger.anchors)
            found = events(ledger, HARBOR)
            # All that was there at one moment, and no half of a pair.
            assert len(found) >= 10
            assert found == everything[: len(found)]
            kinds = Counter(one.kind for one in found)
            assert kinds["debit"] == kinds["credit"]
            assert codes(ledger) <= {"anchor-behind"}
            new = NewEvent("one", "restored", "ann", {})
            version = Counter(one.subject for one in found)["one"]
            append_all(ledger, HARBOR, [new], expected_versions={"one": version})
            assert codes(ledger) == set()
            # With the anchors of today it is seen that the backup is not the latest state.
            shutil.copy(own, ledger.anchors)
            assert codes(ledger) & {"chain-cut-off", "chain-rewritten"}
