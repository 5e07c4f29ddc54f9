"""Trials 10 and 11: what was done to the events is found, and finding it out takes no time."""

from __future__ import annotations

import hashlib
import random
import shutil
import time
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scorecard.ledger import Ledger, head, open_ledger, verify
from scorecard.ledger.anchors import anchoring
from tests.ledger.tampering import (
    around_the_guards,
    content,
    delete_events,
    fill,
    rewrite,
    set_field,
    swap,
)
from tests.trials.audits import audit, copied

FIELDS = ("organisation", "subject", "kind", "actor", "at", "clock", "body", "prev", "hash")
# So many alterations at once, far from one another: each has to be found at its own place.
AT_ONCE = 20


@pytest.fixture
def chain(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(ledger_url, tmp_path / "anchors") as ledger:
        yield ledger


def fill_with_audits(ledger: Ledger, root: Path, least: int) -> int:
    """Append whole audits, one like the other, of so many events or a few more; how many."""
    length = audit(ledger, root, "one").version + 1  # with its entry in the register
    copied(ledger, "one", ceil(least / length) - 1)
    last = head(ledger)
    assert last is not None
    assert last.seq >= least
    return last.seq


def keep_aside(ledger: Ledger) -> Callable[[], None]:
    """Copy the database as it is; what is handed out puts the copy in its place."""
    url = ledger.engine.url
    ledger.close()
    if ledger.engine.dialect.name == "sqlite":
        file = Path(str(url.database))
        whole = file.with_suffix(".whole")
        shutil.copy(file, whole)

        def copy_back() -> None:
            ledger.close()
            shutil.copy(whole, file)

        return copy_back

    server = sa.create_engine(
        url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )

    def run(*statements: str) -> None:
        with server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    name = url.database
    run(f"CREATE DATABASE {name}_whole TEMPLATE {name}")
    again = (f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {name}_whole")

    def put_back() -> None:
        ledger.close()
        run(*again)

    return put_back


def edit(connection: Connection, seq: int, chance: random.Random) -> None:
    """Another sign in one field, at any place of it."""
    field = chance.choice(FIELDS)
    [event] = content(connection, seq, seq)
    at = chance.randrange(len(event[field]))
    sign = chance.choice([one for one in "0aZ-\t é" if one != event[field][at]])
    set_field(connection, seq, field, event[field][:at] + sign + event[field][at + 1 :])


@pytest.mark.parametrize(
    ("events", "alterations"),
    [
        pytest.param(2_000, 40, id="40 of 2,000"),
        pytest.param(100_000, 1_000, id="1,000 of 100,000", marks=pytest.mark.slow),
    ],
)
def test_every_alteration_is_found_against_the_anchored_head(
    chain: Ledger, tmp_path: Path, events: int, alterations: int
) -> None:
    events = fill_with_audits(chain, tmp_path, events)
    put_back = keep_aside(chain)
    chance = random.Random(events)
    # Of truncations and rewritings a verification sees one at a time.
    shares = {"edit": 0.3, "delete": 0.3, "swap": 0.3, "cut": 0.05, "new": 0.05}
    for kind, count in shares.items():
        together = AT_ONCE if kind in ("edit", "delete", "swap") else 1
        for _ in range(ceil(alterations * count / together)):
            places = sorted(chance.sample(range(10, events - 10, 10), together))
            with around_the_guards(chain) as connection:
                for seq in places:
                    if kind == "edit":
                        edit(connection, seq, chance)
                    elif kind == "delete":
                        delete_events(connection, seq, seq)
                    elif kind == "swap":
                        swap(connection, seq, seq + chance.randrange(1, 9))
                    elif kind == "cut":
                        delete_events(connection, seq, events)
                    else:
                        rewrite(connection, seq, {"body": '{"number":-1}'})
            found = {(fault.code, fault.seq) for fault in verify(chain).faults}
            if kind in ("cut", "new"):
                # The chain is whole in itself: only the anchored head tells.
                code = "chain-cut-off" if kind == "cut" else "chain-rewritten"
                assert {one for one in found if one[0] != code} == set()
                assert (code, events) in found
            else:
                assert {seq for _, seq in found} >= set(places), kind
            put_back()
    assert verify(chain).faults == ()


def hashing_alone(ledger: Ledger) -> float:
    """Seconds for what cannot be spared: reading the same rows, and one SHA-256 of each."""
    with ledger.engine.connect() as connection:
        start = time.process_time()
        for row in connection.execute(sa.text("SELECT * FROM event ORDER BY seq")):
            hashlib.sha256(",".join(map(str, row)).encode()).hexdigest()
        return time.process_time() - start


def test_verifying_costs_little_more_than_reading_and_hashing(chain: Ledger) -> None:
    fill(chain, 5_000, at_once=100)
    verify(chain)

    alone = min(hashing_alone(chain) for _ in range(3))
    took = []
    for _ in range(3):
        start = time.process_time()
        assert verify(chain).events == 5_000
        took.append(time.process_time() - start)
    assert min(took) < 4 * alone + 0.05


@pytest.mark.slow
def test_100_000_events_of_audits_each_of_them_anchored_are_verified_in_two_seconds(
    chain: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = fill_with_audits(chain, tmp_path, 100_000)
    assert chain.anchors is not None
    chain.anchors.unlink()
    monkeypatch.setattr("os.fsync", lambda _: None)  # it is reading that is measured
    wanted = sa.text("SELECT seq, hash FROM event ORDER BY seq")
    with anchoring(chain.anchors) as anchor, chain.engine.connect() as connection:
        for seq, hash_ in connection.execute(wanted):
            anchor(seq, hash_)

    took, computing = list[float](), list[float]()
    for _ in range(5):
        start, worked = time.perf_counter(), time.process_time()
        found = verify(chain)
        took.append(time.perf_counter() - start)
        computing.append(time.process_time() - worked)
        assert (found.events, found.anchors, found.faults) == (count, count, ())
    print(
        f"{chain.engine.dialect.name}: {count:,} events and anchors in {min(took):.2f} s, "
        f"{min(computing):.2f} s of them computing here"
    )
    assert min(took) < 2.0
