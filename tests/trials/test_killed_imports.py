"""Trial 1: kill -9 at random points of an import; no row is lost, and none is there twice."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import duckdb
import pytest

from scorecard.ledger import open_ledger
from tests.observe.desk import Desk, make_source

REPOSITORY = Path(__file__).resolve().parents[2]
BAD = 10
State = tuple[int, ...]

# What a table holds, in sums that a lost, doubled or half-changed row would change.
SUMS = (
    "count(*), count(DISTINCT id), sum(CAST(id AS HUGEINT)), sum(epoch(opened_at))::BIGINT, "
    "coalesce(sum(epoch(closed_at)), 0)::BIGINT, count(closed_at)"
)


@dataclass(frozen=True)
class Trial:
    """A desk with a landed file of old rows, and a file of `rows` rows that is to be landed.

    The new file changes nine in ten of the old rows and leaves one in ten alone.
    """

    folder: Path
    rows: int
    children: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])

    def prepare(self) -> tuple[State, State]:
        """Write both files and land the old one; gives what is to be found before and after."""
        old = self._rows(f"range({self.rows // 10})", "-1", "NULL")
        new = self._rows(f"range({self.rows // 100}, {self.rows // 100 + self.rows})", "0", "1")
        step = self.rows // BAD
        good = f"SELECT * FROM ({new}) WHERE (id - {self.rows // 100}) % {step} <> 7"
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'America/New_York'")
            for name, rows in (("old.csv", old), ("new.csv", new)):
                spoilt = f"if((id - {self.rows // 100}) % {step} = 7, 'soon', opened::VARCHAR)"
                opened = spoilt if name == "new.csv" else "opened::VARCHAR"
                connection.execute(
                    f"COPY (SELECT id, {opened} AS \"Open Date\", closed AS closed_at, 'DPW' AS "
                    f"Dept FROM ({rows})) TO '{self.folder / name}' (HEADER)"
                )
            shaped = "SELECT id, opened::TIMESTAMPTZ AS opened_at, closed::TIMESTAMPTZ AS closed_at"
            before = f"{shaped} FROM ({old})"
            after = f"{shaped} FROM ({good} UNION ALL (FROM ({old}) ANTI JOIN ({good}) USING (id)))"
            found = [
                connection.execute(f"SELECT {SUMS} FROM ({one})").fetchall()[0]
                for one in (before, after)
            ]
        with self.desk() as desk:
            desk.land(self.folder / "old.csv")
        for name in ("workspace", "ledger.sqlite3"):
            self._copy(name, f"kept-{name}")
        return found[0], found[1]

    def _rows(self, numbers: str, year: str, closed: str) -> str:
        return (
            f"SELECT range AS id, DATE '2026-01-01' + INTERVAL ({year}) YEAR "
            f"+ INTERVAL (range % 100) DAY AS opened, "
            f"if({closed} IS NULL, NULL, DATE '2026-05-01' + INTERVAL (range % 20) DAY) AS closed "
            f"FROM {numbers}"
        )

    def begin_anew(self) -> None:
        """The state before the new file."""
        for name in ("ledger.sqlite3-wal", "ledger.sqlite3-shm"):
            (self.folder / name).unlink(missing_ok=True)
        for name in ("workspace", "ledger.sqlite3"):
            self._copy(f"kept-{name}", name)

    def _copy(self, name: str, to: str) -> None:
        source, target = self.folder / name, self.folder / to
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with open_ledger(self.folder / "ledger.sqlite3") as ledger:
            yield Desk(self.folder, ledger, make_source())

    def state(self) -> State:
        """What any reader finds now."""
        with self.desk() as desk:
            [found] = desk.rows(SUMS)
        return found

    def child(self) -> subprocess.Popen[str]:
        """A process that lands the new file on a word; it gets ready meanwhile."""
        command = [sys.executable, "-m", "tests.observe.children"]
        started = subprocess.Popen(
            [*command, "land_on_a_word", str(self.folder), "new.csv"],
            cwd=REPOSITORY,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.children.append(started)
        return started

    def end(self) -> None:
        """End what still runs."""
        for child in self.children:
            child.kill()
            child.communicate()

    def complete(self) -> None:
        """Land the new file, and hold receipts and quarantine against it."""
        with self.desk() as desk:
            before = len(desk.batches())
            receipt = desk.land(self.folder / "new.csv")
            assert (receipt.rows_read, receipt.rows_quarantined) == (self.rows, BAD)
            batches = desk.batches()
            assert len(batches) == before + 1
            for batch in batches:
                of_old = batch.file_name == "old.csv"
                assert batch.rows_read == (self.rows // 10 if of_old else self.rows)
                landed = batch.rows_new + batch.rows_changed + batch.rows_unchanged
                assert landed + batch.rows_quarantined == batch.rows_read
            assert [row.code for row in desk.bad()] == ["time-unreadable"] * BAD
            assert not list((desk.workspace.root / "stage").iterdir())


@contextmanager
def reading(trial: Trial, seen: list[State]) -> Iterator[None]:
    """Read the table over and over while an import runs beside."""
    over = Event()
    failed: list[BaseException] = []

    def read() -> None:
        try:
            while not over.wait(0.4):
                seen.append(trial.state())
        except BaseException as error:
            failed.append(error)

    reader = Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()
    if failed:
        raise failed[0]


def begun(child: subprocess.Popen[str]) -> float:
    """Give the word to a child that is ready; when."""
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "ready\n"
    child.stdin.write("go\n")
    child.stdin.flush()
    return time.monotonic()


@pytest.mark.parametrize(
    ("kills", "rows"),
    [
        pytest.param(5, 50_000, id="5 of 50,000 rows"),
        pytest.param(200, 1_000_000, id="200 of a million rows", marks=pytest.mark.slow),
    ],
)
def test_killed_at_any_point_an_import_has_landed_all_or_nothing(
    tmp_path: Path, kills: int, rows: int
) -> None:
    trial = Trial(tmp_path, rows)
    try:
        print(imports_killed(trial, kills))
    finally:
        trial.end()


def imports_killed(trial: Trial, kills: int) -> str:
    """Kill so many imports; what came of it, in words."""
    old, new = trial.prepare()
    assert trial.state() == old
    chance = random.Random(kills)
    child = trial.child()
    start = begun(child)
    assert child.communicate(timeout=300)[0].strip().isdigit()
    took = time.monotonic() - start
    assert trial.state() == new
    trial.begin_anew()

    done, finished, landed = 0, 0, 0
    ready = trial.child()
    while done < kills:
        child, ready = ready, trial.child()
        # Every other kill falls into the later half, where quarantine, rows and ledger are written.
        point = chance.uniform(0.0 if done % 2 else 0.5, 1.05) * took
        seen: list[State] = []
        start = begun(child)
        with reading(trial, seen):
            time.sleep(max(0.0, start + point - time.monotonic()))
            child.kill()
            killed = child.wait(60) != 0
        child.communicate()
        trial.children.remove(child)
        # A reader beside it finds the old rows or the new ones, and never the old after the new.
        assert set(seen) <= {old, new}
        assert seen == sorted(seen, key=lambda state: state == new)
        state = trial.state()
        assert state in (old, new), f"killed after {point:.2f} of {took:.2f} s"
        done += killed
        finished += not killed
        landed += killed and state == new
        if killed and done % 10 == 0:
            print(f"{done} kills, {landed} of them after the rows were landed", flush=True)
        if not killed:
            assert state == new
            # The machine has become quicker than the first import was.
            took *= 0.95
        if state == new:
            # All rows are there; the ledger may lack the receipt, which importing again makes good.
            trial.complete()
            assert trial.state() == new
            trial.begin_anew()
    trial.complete()
    assert trial.state() == new
    return (
        f"{done} kills, {landed} of them after the rows were landed; {finished} imports were "
        f"quicker than the kill; an import took {took:.1f} s"
    )
