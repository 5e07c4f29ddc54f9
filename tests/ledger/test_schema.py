"""The schema: tables and migrations agree, and moving between them loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from scorecard.errors import LedgerError
from scorecard.ledger import Ledger, append, events, open_ledger, verify
from scorecard.ledger.address import ledger_url as parsed
from scorecard.ledger.schema import VERSION_TABLE, alembic_config, current_revision
from scorecard.ledger.session import make_engine
from scorecard.ledger.tables import HEAD, Base

SAMPLES: dict[type[Any], Any] = {
    int: 1,
    float: 0.1,
    str: "x",
    bool: True,
    date: date(2026, 7, 1),
    datetime: datetime(2026, 7, 1, 12, tzinfo=UTC),
    object: {"a": 1},  # JSON
}
# Where the events are kept while the schema is older than they are.
ASIDE = "event_kept"


@contextmanager
def raw(url: str) -> Iterator[Connection]:
    """A connection to a database that nothing upgrades by itself, committed at the end."""
    engine = make_engine(parsed(url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def script_directory() -> ScriptDirectory:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        found = ScriptDirectory.from_config(alembic_config(connection))
    engine.dispose()
    return found


def reflected(connection: Connection) -> sa.MetaData:
    tables = sa.MetaData()
    tables.reflect(connection)
    return tables


def seed(connection: Connection) -> None:
    """Put one row into every table, as it is at this revision, with any values that fit."""
    for table in reflected(connection).sorted_tables:
        if table.name not in (VERSION_TABLE, ASIDE):
            row = {c.name: SAMPLES[c.type.python_type] for c in table.columns if not c.nullable}
            if table.name == "event":
                row |= next_event(connection, table)
            connection.execute(sa.insert(table), row)


def next_event(connection: Connection, table: sa.Table) -> dict[str, Any]:
    """What the database asks of an event: the number and the hash that follow the last."""
    wanted = sa.select(table.c.seq, table.c.hash).order_by(table.c.seq.desc())
    seq, prev = connection.execute(wanted).first() or (0, "0" * 64)
    return {"seq": seq + 1, "prev": prev}


def counts(connection: Connection) -> dict[str, int]:
    """How many rows are in each table; events are events also where they are kept aside."""
    found: dict[str, int] = {}
    for table in reflected(connection).sorted_tables:
        count = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        found["event" if table.name == ASIDE else table.name] = count
    return found


def test_the_migrations_make_exactly_the_tables_that_are_declared(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_type": True,
                "compare_server_default": True,
            },
        )

        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_newest_revision_and_the_code_names_it() -> None:
    assert script_directory().get_heads() == [HEAD]


def test_upgrading_from_each_revision_keeps_every_row(ledger_url: str) -> None:
    revisions = [script.revision for script in script_directory().walk_revisions()]

    for revision in revisions:
        with raw(ledger_url) as connection:
            command.upgrade(alembic_config(connection), revision)
            seed(connection)
            before = counts(connection)
        open_ledger(ledger_url).close()

        with raw(ledger_url) as connection:
            after = counts(connection)
            assert current_revision(connection) == HEAD
            assert {table: after.get(table) for table in before} == before
            command.downgrade(alembic_config(connection), "base")


def test_downgrading_with_rows_in_every_table_leaves_only_the_events(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        seed(connection)
    with ledger.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")

        assert set(sa.inspect(connection).get_table_names()) == {VERSION_TABLE, ASIDE}
    with open_ledger(str(ledger.engine.url)) as again, again.engine.connect() as connection:
        assert current_revision(connection) == HEAD
        kept = {name for name, count in counts(connection).items() if count}
        assert kept == {VERSION_TABLE, "event"}


def test_downgrading_without_events_leaves_nothing_behind(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")

        assert set(sa.inspect(connection).get_table_names()) == {VERSION_TABLE}
    open_ledger(str(ledger.engine.url)).close()


def test_events_outlive_an_older_schema_and_stay_guarded(ledger: Ledger) -> None:
    append(ledger, "harbor", "cycle", "opened", "ann", {"ü": 1}, expected_version=0)
    before = events(ledger, "harbor")
    with ledger.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
    for change in (f"DELETE FROM {ASIDE}", f"UPDATE {ASIDE} SET actor = 'bob'"):
        with pytest.raises(DBAPIError, match="never"), ledger.engine.begin() as connection:
            connection.execute(sa.text(change))

    with open_ledger(str(ledger.engine.url)) as again:
        assert events(again, "harbor") == before
        append(again, "harbor", "cycle", "closed", "ann", {}, expected_version=1)
        assert verify(again).faults == ()
        with again.engine.connect() as connection:
            options = {"version_table": VERSION_TABLE}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, Base.metadata) == []


def test_a_ledger_of_a_later_version_is_refused_and_left_alone(ledger: Ledger) -> None:
    version = sa.table(VERSION_TABLE, sa.column("version_num"))
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(version).values(version_num="9999"))

    with pytest.raises(LedgerError, match="9999") as refused:
        open_ledger(str(ledger.engine.url))

    assert refused.value.code == "ledger-newer"
    with ledger.engine.connect() as connection:
        assert current_revision(connection) == "9999"


def test_another_programs_table_of_our_name_is_refused_and_left_alone(ledger_url: str) -> None:
    with raw(ledger_url) as connection:
        connection.execute(sa.text("CREATE TABLE run (distance integer)"))

    with pytest.raises(LedgerError) as refused:
        open_ledger(ledger_url)

    assert refused.value.code == "ledger-not-ours"
    with raw(ledger_url) as connection:
        assert counts(connection) == {"run": 0}


def test_a_process_killed_while_making_a_ledger_leaves_nothing_or_all_of_it(
    ledger_url: str, in_processes: Callable[..., list[str]]
) -> None:
    whole = len(Base.metadata.tables)

    *killed, last = [line.split() for line in in_processes("killed_upgrades", ledger_url)]

    # Each upgrade begins again from nothing, so the kills fall on every statement of it.
    assert len(killed) > 2 * whole
    assert {tuple(found) for found in killed} <= {("9", "None", "0"), ("9", HEAD, str(whole))}
    assert last == ["0", HEAD, str(whole)]


def test_many_processes_may_open_a_new_ledger_at_once(
    ledger_url: str, in_processes: Callable[..., list[str]]
) -> None:
    in_processes("first_opening", ledger_url, 6)

    with raw(ledger_url) as connection:
        assert current_revision(connection) == HEAD
        assert counts(connection)[VERSION_TABLE] == 1
