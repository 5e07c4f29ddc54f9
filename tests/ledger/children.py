"""What other processes do to a ledger, for the tests of what several of them do at once.

    python children.py FUNCTION ARGUMENT…

Run as a program of its own: it forks, which is only safe in a process with one thread.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import alembic.command  # loaded once here, and not in each child again
import sqlalchemy as sa
from sqlalchemy import event

from scorecard.ledger import ImportBatch, Ledger, VersionConflict, append, open_ledger
from scorecard.ledger.address import ledger_url
from scorecard.ledger.schema import VERSION_TABLE, alembic_config, current_revision
from scorecard.ledger.session import make_engine


def increment(url: str, batch_id: str, processes: str, times: str) -> None:
    """Each process adds 1 to a batch's `rows_read`, so many times."""

    def work() -> None:
        with open_ledger(url) as ledger:
            for _ in range(int(times)):
                with ledger.write() as session:
                    batch = session.get(ImportBatch, int(batch_id), with_for_update=True)
                    assert batch is not None
                    batch.rows_read += 1

    together(work, int(processes))


def append_events(url: str, anchors: str, processes: str, times: str) -> None:
    """Each process appends so many events: half to a subject of its own, half to one of all."""

    def work() -> None:
        mine = f"of process {os.getpid()}"
        shared = 0
        with open_ledger(url, Path(anchors)) as ledger:
            for own in range(int(times) // 2):
                append(ledger, "harbor", mine, "own", "ann", {}, expected_version=own)
                shared = append_behind(ledger, shared)

    together(work, int(processes))


def append_behind(ledger: Ledger, version: int) -> int:
    """Append to the subject of all, again and again until nobody was first; its version then."""
    while True:
        body = {"number": version}
        try:
            append(ledger, "harbor", "of all", "shared", "ann", body, expected_version=version)
        except VersionConflict as lost:
            version = lost.found
        else:
            return version + 1


def first_opening(url: str, processes: str) -> None:
    """All processes open a ledger that does not exist yet, at the same moment."""
    together(lambda: open_ledger(url).close(), int(processes))


def killed_upgrades(url: str) -> None:
    """Kill a process that makes the ledger after its 1st statement, its 2nd, … until one ends.

    Prints a line for each: the signal that ended it, the revision found, and how many tables.
    """
    statement = 0
    ended = signal.SIGKILL.value
    while ended:
        statement += 1
        ended = in_child(lambda last=statement: open_and_die(url, last))
        engine = make_engine(ledger_url(url))
        with engine.connect() as connection:
            tables = set(sa.inspect(connection).get_table_names()) - {VERSION_TABLE}
            print(ended, current_revision(connection), len(tables))
        engine.dispose()


def upgrades_killed_in_time(url: str, revision: str, kills: str) -> None:
    """Kill a process at any moment of its upgrade from `revision`, where the ledger is, so often.

    Prints a line for each: the signal that ended it, the revision found, and the rows by table.
    """
    start = time.monotonic()
    in_child(lambda: open_ledger(url).close())
    took = time.monotonic() - start
    chance = random.Random(kills)
    done = 0
    while done < int(kills):
        with begun(url) as connection:
            if current_revision(connection) != revision:
                alembic.command.downgrade(alembic_config(connection), revision)
        moment = chance.uniform(0.0, took)
        ended = in_child(lambda: open_ledger(url).close(), killed_after=moment)
        done += ended == signal.SIGKILL
        with begun(url) as connection:
            tables = sa.MetaData()
            tables.reflect(connection)
            rows = {
                table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
                for table in tables.sorted_tables
            }
            print(ended, current_revision(connection), json.dumps(rows), sep="\t")


@contextmanager
def begun(url: str) -> Iterator[sa.Connection]:
    """A connection to a database that nothing upgrades by itself, committed at the end."""
    engine = make_engine(ledger_url(url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def open_and_die(url: str, last: int) -> None:
    """Open a ledger, and kill this process right after the statement numbered `last`."""
    left = last

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(sa.Engine, "after_cursor_execute", count)
    open_ledger(url).close()


def together(work: Callable[[], None], processes: int) -> None:
    """Run `work` in so many processes that wait for one another before they begin."""
    waiting, gate = os.pipe()
    children = []
    for _ in range(processes):
        child = os.fork()
        if not child:
            os.close(gate)
            os.read(waiting, 1)  # nothing comes; it ends when the parent closes the gate
            run_and_exit(work)
        children.append(child)
    os.close(gate)
    if any(os.waitpid(child, 0)[1] for child in children):
        sys.exit("a process failed")


def in_child(work: Callable[[], None], killed_after: float | None = None) -> int:
    """Run `work` in a process of its own; the signal that killed it, or 0.

    `killed_after`: kill it after so many seconds, if it is not done by then.
    """
    child = os.fork()
    if not child:
        run_and_exit(work)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a process failed")
    return os.WTERMSIG(status)


def run_and_exit(work: Callable[[], None]) -> None:
    """Run `work` and end this process without touching what it shares with its parent."""
    try:
        work()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
