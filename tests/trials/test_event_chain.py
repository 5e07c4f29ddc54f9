"""Trials 10 and 11: what was done to the events is found, and finding it out takes no time."""

from __future__ import annotations

import hashlib
import random
import shutil
import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scorecard.ledger import Ledger, open_ledger, verify
from tests.ledger.tampering import (
    around_the_guards,
    content,
    delete_events,
    fill,
    rewrite,
    set_field,
    swap,
)

FIELDS = ("organisation", "subject", "kind", "actor", "at", "clock", "body", "prev", "hash")
# So many alterations at once, far from one another: each has to be found at its own place.
AT_ONCE = 20


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite3", tmp_path / "anchors") as ledger:
        yield ledger


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
        pytest.param(2_000, 100, id="100 of 2,000"),
        pytest.param(100_000, 1_000, id="1,000 of 100,000", marks=pytest.mark.slow),
    ],
)
def test_every_alteration_is_found_against_the_anchored_head(
    chain: Ledger, tmp_path: Path, events: int, alterations: int
) -> None:
    fill(chain, events)
    chain.close()
    file, whole = tmp_path / "ledger.sqlite3", tmp_path / "whole.sqlite3"
    shutil.copy(file, whole)
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
            chain.close()
            shutil.copy(whole, file)
    assert verify(chain).faults == ()


def hashing_alone(ledger: Ledger) -> float:
    """Seconds for what cannot be spared: reading the same rows, and one SHA-256 of each."""
    with ledger.engine.connect() as connection:
        start = time.process_time()
        for row in connection.execute(sa.text("SELECT * FROM event ORDER BY seq")):
            hashlib.sha256(",".join(map(str, row)).encode()).hexdigest()
        return time.process_time() - start


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        pytest.param(5_000, None, id="5,000"),
        pytest.param(100_000, 2.0, id="100,000", marks=pytest.mark.slow),
    ],
)
def test_verifying_costs_little_more_than_reading_and_hashing(
    chain: Ledger, events: int, seconds: float | None
) -> None:
    fill(chain, events, at_once=100)
    verify(chain)

    alone = min(hashing_alone(chain) for _ in range(3))
    took = []
    for _ in range(3):
        start = time.process_time()
        assert verify(chain).events == events
        took.append(time.process_time() - start)

    print(
        f"{events:,} events: {min(took):.2f} s of computing, {alone:.2f} s to read and hash alone"
    )
    assert min(took) < 4 * alone + 0.05
    if seconds is not None:
        assert min(took) < seconds
