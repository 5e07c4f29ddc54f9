"""Trial 12: the database itself refuses to change, delete or replace an event."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from scorecard.ledger import Ledger, events, verify
from tests.ledger.tampering import HARBOR, fill

COLUMNS = "seq, organisation, subject, kind, actor, at, clock, body, prev, hash"
ROW = "2, 'harbor', 'cycle-1', 'k', 'bob', 't', 't', '{}', 'p', 'h'"
EVERYWHERE = [
    "UPDATE event SET actor = 'bob' WHERE seq = 2",
    "UPDATE event SET actor = actor",
    "UPDATE event SET seq = seq + 10",
    "DELETE FROM event WHERE seq = 3",
    "DELETE FROM event",
    f"INSERT INTO event ({COLUMNS}) VALUES ({ROW}) "
    "ON CONFLICT (seq) DO UPDATE SET actor = excluded.actor",
]
SQLITE = [
    f"INSERT OR REPLACE INTO event ({COLUMNS}) VALUES ({ROW})",
    f"REPLACE INTO event ({COLUMNS}) VALUES ({ROW})",
    "UPDATE OR REPLACE event SET seq = 3 WHERE seq = 2",
    "UPDATE OR IGNORE event SET actor = 'bob'",
]
POSTGRESQL = [
    "TRUNCATE event",
    "SET LOCAL session_replication_role = replica; DELETE FROM event",
    "WITH gone AS (DELETE FROM event RETURNING *) SELECT * FROM gone",
    "MERGE INTO event USING (SELECT 2 AS seq) one ON event.seq = one.seq "
    "WHEN MATCHED THEN UPDATE SET actor = 'bob'",
]


def test_every_way_to_change_or_delete_an_event_is_refused(ledger: Ledger) -> None:
    fill(ledger, 5)
    before = events(ledger, HARBOR)
    sqlite = ledger.engine.dialect.name == "sqlite"

    for statement in EVERYWHERE + (SQLITE if sqlite else POSTGRESQL):
        with pytest.raises(DBAPIError, match="an event"), ledger.engine.begin() as connection:
            connection.execute(sa.text(statement))

    assert events(ledger, HARBOR) == before
    assert verify(ledger).faults == ()


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("setting", ["OFF", "ON"])
def test_replacing_is_refused_whatever_sqlite_thinks_of_recursive_triggers(
    ledger: Ledger, setting: str
) -> None:
    fill(ledger, 3)
    driver = ledger.engine.raw_connection()
    driver.cursor().execute(f"PRAGMA recursive_triggers = {setting}")

    for statement in SQLITE[:2]:
        with pytest.raises(Exception, match="an event follows"):
            driver.cursor().execute(statement)
    driver.close()

    assert [one.actor for one in events(ledger, HARBOR)] == ["Änne"] * 3
