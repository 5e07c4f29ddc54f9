"""What somebody with the database's own rights could do to the chain: go around its guards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scorecard.ledger import Ledger, NewEvent, append_all
from scorecard.ledger.event_hash import HASHED, event_hash

HARBOR = "harbor"


def fill(ledger: Ledger, count: int, *, at_once: int = 2_000, start: int = 0) -> None:
    """Append so many events, about ten subjects, several in a transaction.

    `start`: how many of these there are already.
    """
    names = [f"cycle-{number}" for number in range(10)]
    versions = {name: len(range(number, start, 10)) for number, name in enumerate(names)}
    for first in range(start, start + count, at_once):
        new = [
            NewEvent(names[i % 10], "remark", "Änne", {"number": i, "text": "so – \n"})
            for i in range(first, min(first + at_once, start + count))
        ]
        append_all(ledger, HARBOR, new, expected_versions=versions)
        for one in new:
            versions[one.subject] += 1


@contextmanager
def around_the_guards(ledger: Ledger) -> Iterator[Connection]:
    """A writing connection that no trigger stops; the guards are back afterwards."""
    with ledger.engine.begin() as connection:
        if ledger.engine.dialect.name == "sqlite":
            wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            guards = connection.execute(sa.text(wanted)).all()
            for name, _ in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
            for _, statement in guards:
                connection.exec_driver_sql(statement)
        else:
            connection.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER ALL")
            yield connection
            connection.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER ALL")
            for name in ("update", "delete", "rows", "order"):
                connection.exec_driver_sql(
                    f"ALTER TABLE event ENABLE ALWAYS TRIGGER event_keeps_{name}"
                )


def set_field(connection: Connection, seq: int, name: str, value: Any) -> None:
    statement = sa.text(f"UPDATE event SET {name} = :value WHERE seq = :seq")
    connection.execute(statement, {"value": value, "seq": seq})


def delete_events(connection: Connection, first: int, last: int) -> None:
    connection.execute(
        sa.text("DELETE FROM event WHERE seq BETWEEN :a AND :b"), {"a": first, "b": last}
    )


def swap(connection: Connection, one: int, other: int) -> None:
    """Give each of two events the other's number."""
    for old, new in ((one, -1), (other, one), (-1, other)):
        set_field(connection, old, "seq", new)


def content(connection: Connection, first: int, last: int | None = None) -> list[dict[str, Any]]:
    """The events from `first` on, up to `last` or the end, as they are kept."""
    names = ", ".join((*HASHED, "hash"))
    until = "" if last is None else f"AND seq <= {last}"
    wanted = sa.text(f"SELECT {names} FROM event WHERE seq >= {first} {until} ORDER BY seq")
    return [dict(row) for row in connection.execute(wanted).mappings()]


def rewrite(
    connection: Connection, first: int, changes: dict[str, Any], last: int | None = None
) -> None:
    """Change an event and make the hashes fit again, up to `last` or to the end of the chain."""
    rows = content(connection, first, last)
    rows[0] |= changes
    prev = rows[0]["prev"]
    for row in rows:
        row["prev"] = prev
        prev = row["hash"] = event_hash([str(row[name]).encode() for name in HASHED])
    assignments = ", ".join(f"{name} = :{name}" for name in (*HASHED[1:], "hash"))
    connection.execute(sa.text(f"UPDATE event SET {assignments} WHERE seq = :seq"), rows)
