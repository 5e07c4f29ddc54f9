"""Trial 27: a backup taken while others write verifies when it is restored; nothing is torn."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
import sqlalchemy as sa

from scorecard.audit import cycles, fold
from scorecard.audit.book import subject
from scorecard.audit.evidence import EvidenceStore
from scorecard.audit.evidence_verify import references_in, verify_evidence
from scorecard.ledger import (
    DefinitionText,
    Event,
    Ledger,
    MeasurementRow,
    NewEvent,
    append_all,
    current,
    events,
    latest_run,
    open_ledger,
    record_run,
    verify,
)
from tests.audit.room import TOWN
from tests.ledger.tampering import HARBOR
from tests.postgres import new_database
from tests.trials.audits import audit

PAIR = ("debit", "credit")


@contextmanager
def writing(url: str, root: Path) -> Iterator[None]:
    """Threads that write into one workspace all the time.

    Two append pairs of events, one of each kind in a transaction; one works through audits, with
    evidence; one records runs, each of two figures more, whose counts add up to 100.
    """
    over = Signal()
    failed: list[BaseException] = []

    def pairs(ledger: Ledger, name: str) -> Iterator[None]:
        for version in itertools.count(step=2):
            new = [NewEvent(name, kind, "ann", {"number": version}) for kind in PAIR]
            append_all(ledger, HARBOR, new, expected_versions={name: version})
            yield

    def audits(ledger: Ledger, name: str) -> Iterator[None]:
        for number in itertools.count():
            audit(ledger, root, f"{name}-{number}", until=1 + number % 5)
            yield

    def figures(ledger: Ledger, name: str) -> Iterator[None]:
        rows: list[MeasurementRow] = []
        for number in itertools.count():
            month = date(2000 + number // 12, 1 + number % 12, 1)
            for place, count in (("streets", number % 101), ("parks", 100 - number % 101)):
                rows.append(
                    MeasurementRow(name, "f" * 64, "month", month, place, "{}", 1.0, count, 100, 9)
                )
            text = [DefinitionText("f" * 64, name, "{}")] if not number else []
            record_run(ledger, TOWN.id, "duckdb", {}, text, rows, [(name, "month")])
            yield

    def write(work: Callable[[Ledger, str], Iterator[None]], name: str) -> None:
        try:
            with open_ledger(url, root / "anchors") as ledger:
                for _ in work(ledger, name):
                    if over.is_set():
                        return
        except BaseException as error:
            failed.append(error)

    jobs = [(pairs, "one"), (pairs, "two"), (audits, "cycle"), (figures, "answered")]
    writers = [Thread(target=write, args=job) for job in jobs]
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
    "backups", [pytest.param(1, id="1"), pytest.param(20, id="20", marks=pytest.mark.slow)]
)
def test_a_backup_taken_while_others_write_verifies_when_restored(
    ledger_url: str, tmp_path: Path, request: pytest.FixtureRequest, backups: int
) -> None:
    root = tmp_path / "w"
    with open_ledger(ledger_url, root / "anchors") as original:
        own = original.anchors
        assert own is not None
        with writing(ledger_url, root):
            for number in range(backups):
                written = whole_chain(original)
                while len(whole_chain(original)) < len(written) + 30:
                    time.sleep(0.01)
                if own.exists():  # the anchors first, so that they name nothing that is not there
                    shutil.copy(own, tmp_path / f"anchors-{number}.txt")
                back_up(ledger_url, tmp_path / f"backup-{number}")
                # The evidence last, so that what the events speak of is there.
                left = shutil.ignore_patterns("incoming")
                shutil.copytree(root / "evidence", tmp_path / f"evidence-{number}", ignore=left)
        everything = whole_chain(original)
        assert codes(original) == set()
        kinds = Counter(one.kind for one in everything)
        last = latest_run(original, TOWN.id)
        assert last is not None
        print(
            f"{len(everything)} events, {kinds['cycle-opened'] // 2} cycles and {last.id} runs at "
            f"the end of {backups} backups"
        )

    for number in range(backups):
        kept = tmp_path / f"anchors-{number}.txt"
        with (
            restored(ledger_url, tmp_path / f"backup-{number}", request) as url,
            open_ledger(url, tmp_path / f"restored-{number}") as ledger,
        ):
            assert ledger.anchors is not None
            ledger.anchors.parent.mkdir()
            shutil.copy(kept, ledger.anchors)
            found = whole_chain(ledger)
            # All that was there at one moment, and no half of a pair.
            assert len(found) >= 30
            assert found == everything[: len(found)]
            kinds = Counter(one.kind for one in found)
            assert kinds["debit"] == kinds["credit"]
            assert codes(ledger) <= {"anchor-behind"}
            in_order_as_then(ledger, found, EvidenceStore(tmp_path / f"evidence-{number}"))
            new = NewEvent("one", "restored", "ann", {})
            version = Counter(one.subject for one in found)["one"]
            append_all(ledger, HARBOR, [new], expected_versions={"one": version})
            audit(ledger, tmp_path / "restored", "one-more", 1)
            assert codes(ledger) == set()
            # With the anchors of today it is seen that the backup is not the latest state.
            shutil.copy(own, ledger.anchors)
            assert codes(ledger) & {"chain-cut-off", "chain-rewritten"}


def whole_chain(ledger: Ledger) -> list[Event]:
    """The events of both organisations that are written to."""
    found = [*events(ledger, HARBOR), *events(ledger, TOWN.id)]
    return sorted(found, key=lambda one: one.seq)


def in_order_as_then(ledger: Ledger, past: list[Event], store: EvidenceStore) -> None:
    """The cycles are what their events then made, the evidence is there, and the figures add up."""
    town = [one for one in past if one.organisation == TOWN.id]
    for cycle in cycles(ledger, TOWN.id):
        mine = [one for one in town if one.subject == subject(cycle.id)]
        assert cycle == fold(cycle.id, mine)
        assert cycle.faults == ()
    assert {fault.code for fault in verify_evidence(references_in(town), store)} <= {
        "evidence-unreferenced"  # kept, and its event came after the backup
    }
    rows = current(ledger, TOWN.id)
    assert sum(one.numerator or 0 for one in rows) == 50 * len(rows)
    with ledger.read() as session:
        runs = session.scalar(sa.select(sa.func.count()).select_from(sa.table("run")))
    assert len(rows) == 2 * (runs or 0)
