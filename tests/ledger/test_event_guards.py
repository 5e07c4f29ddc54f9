"""Trial 12: the database itself refuses to change, delete or replace an event."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from uuid import uuid4

import psycopg
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
    "TRUNCATE ONLY event RESTART IDENTITY CASCADE",
    "SET LOCAL session_replication_role = replica; DELETE FROM event",
    "WITH gone AS (DELETE FROM event RETURNING *) SELECT * FROM gone",
    "MERGE INTO event USING (SELECT 2 AS seq) one ON event.seq = one.seq "
    "WHEN MATCHED THEN UPDATE SET actor = 'bob'",
]
# What would take the guards away, which only the table's owner may.
GUARDS = [
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "ALTER TABLE event DISABLE TRIGGER event_keeps_delete",
    "DROP TRIGGER event_keeps_delete ON event",
    "CREATE OR REPLACE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NEW; END $$",
    "DROP TABLE event",
]


def as_libpq(url: sa.URL) -> str:
    return f"host={url.query['host']} user={url.username} dbname={url.database}"


def test_every_way_to_change_or_delete_an_event_is_refused(ledger: Ledger) -> None:
    fill(ledger, 5)
    before = events(ledger, HARBOR)
    sqlite = ledger.engine.dialect.name == "sqlite"

    for statement in EVERYWHERE + (SQLITE if sqlite else POSTGRESQL):
        with pytest.raises(DBAPIError, match="an event"), ledger.engine.begin() as connection:
            connection.execute(sa.text(statement))

    assert events(ledger, HARBOR) == before
    assert verify(ledger).faults == ()


def test_the_same_is_refused_to_a_program_that_goes_past_ours(ledger: Ledger) -> None:
    """With the drivers alone, which know nothing of our sessions."""
    fill(ledger, 5)
    before = events(ledger, HARBOR)
    url = ledger.engine.url
    sqlite = ledger.engine.dialect.name == "sqlite"
    ledger.close()

    for statement in EVERYWHERE + (SQLITE if sqlite else POSTGRESQL):
        if sqlite:
            with (
                closing(sqlite3.connect(str(url.database), isolation_level=None)) as driver,
                pytest.raises(sqlite3.DatabaseError, match="an event"),
            ):
                driver.execute(statement)
        else:
            with (
                psycopg.connect(as_libpq(url), autocommit=True) as driver,
                pytest.raises(psycopg.Error, match="an event"),
            ):
                driver.execute(statement.encode())

    assert events(ledger, HARBOR) == before
    assert verify(ledger).faults == ()


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_another_role_that_may_do_everything_with_the_table_may_not_change_an_event(
    ledger: Ledger,
) -> None:
    fill(ledger, 5)
    before = events(ledger, HARBOR)
    role = f"clerk_{uuid4().hex}"
    driver = psycopg.connect(as_libpq(ledger.engine.url), autocommit=True)
    with closing(driver):
        driver.execute(f"CREATE ROLE {role}".encode())
        driver.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}".encode())
        driver.execute(f"SET ROLE {role}".encode())
        # What needs a superuser, or the owner, is refused before a trigger is asked.
        for statement in [*EVERYWHERE, *POSTGRESQL, *GUARDS]:
            with pytest.raises(psycopg.Error, match=r"an event|denied|must be owner"):
                driver.execute(statement.encode())
        for statement in ("DELETE FROM event", "TRUNCATE event"):
            with pytest.raises(psycopg.Error, match="an event"):
                driver.execute(statement.encode())
        driver.execute(b"RESET ROLE")
        driver.execute(f"DROP OWNED BY {role}".encode())
        driver.execute(f"DROP ROLE {role}".encode())

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
