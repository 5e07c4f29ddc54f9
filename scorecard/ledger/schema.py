"""Moving a ledger's schema to the one this version of the software works with.

All steps of an upgrade are one transaction, on SQLite too: a process that dies in the middle leaves
the old schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from scorecard.errors import LedgerError
from scorecard.ledger.tables import HEAD, Base
from scorecard.paths import shipped

if TYPE_CHECKING:
    from alembic.config import Config

# A name of our own, so that a shared database may hold another program's Alembic tables.
VERSION_TABLE = "ledger_version"
# Any number, but the same in every version: it is the name of the lock.
_UPGRADE_LOCK = 7_310_401_127


def bring_to_head(engine: Engine, name: str) -> None:
    """Upgrade the ledger behind `engine` if it is new or behind; does nothing at the newest schema.

    Safe for several processes at once: the first upgrades while the others wait and find it done.
    Raises LedgerError `ledger-newer` or `ledger-not-ours`; `name` is used in their messages.
    """
    with engine.connect().execution_options(scorecard_writes=False) as connection:
        if current_revision(connection) == HEAD:
            return
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            # To change a table SQLite makes it anew, and enforced keys would then reach into the
            # others. They are checked below instead. (No effect inside a transaction.)
            _enforce_keys(connection, False)
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
                _upgrade(connection, name)
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("a migration left rows that point nowhere")
        finally:
            if sqlite and not connection.invalidated:
                _enforce_keys(connection, True)


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None where it holds no ledger."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version = sa.table(VERSION_TABLE, sa.column("version_num", sa.String))
    return connection.scalar(sa.select(version.c.version_num))


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to run our migrations on an open connection; no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, name: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    current = current_revision(connection)
    if current is None:
        _refuse_foreign(connection, name)
    elif current not in {
        script.revision for script in ScriptDirectory.from_config(config).walk_revisions()
    }:
        raise LedgerError(
            "ledger-newer",
            f"the ledger {name} is at schema {current}, which this version does not know; "
            f"it works with {HEAD}.",
            hint="Install the version that wrote the ledger, or a later one.",
        )
    command.upgrade(config, "head")


def _refuse_foreign(connection: Connection, name: str) -> None:
    # A PostgreSQL database may be shared with other programs, as long as our names are free.
    taken = set(sa.inspect(connection).get_table_names()) & set(Base.metadata.tables)
    if taken:
        raise LedgerError(
            "ledger-not-ours",
            f"{name} holds another program's tables ({', '.join(sorted(taken))}); "
            "it was left as it is.",
            hint="Give the ledger a database of its own.",
        )


def _enforce_keys(connection: Connection, on: bool) -> None:
    # Past SQLAlchemy, which would begin a transaction first.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
