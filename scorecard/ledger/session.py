"""Opening the ledger, and the sessions in which it is read and written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from scorecard.errors import LedgerError
from scorecard.ledger.address import anchor_file_name, ledger_name, ledger_url, without_secrets
from scorecard.ledger.schema import VERSION_TABLE, bring_to_head, current_revision
from scorecard.ledger.tables import HEAD

# How long a writer waits for another one.
_WAIT_SECONDS = 30.0
_SQLITE_MAGIC = b"SQLite format 3\x00"


def machine_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


class Ledger:
    """An open ledger at the current schema. Threads may share it; processes open their own.

    `anchors` is the file to which the head of the chain of events is written, if any. `clock` is
    the machine's; what is made up for a demonstration has the clock of its play.
    """

    def __init__(self, engine: Engine, name: str, anchors: Path | None = None) -> None:
        self.engine = engine
        self.name = name
        self.anchors = anchors
        self.clock: Callable[[], datetime] = machine_clock
        if engine.dialect.name == "sqlite":
            self._reading = engine.execution_options(scorecard_writes=False)
            self._writing = engine.execution_options(scorecard_writes=True)
        else:
            self._reading = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writing = engine.execution_options(isolation_level="READ COMMITTED")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session over one unchanging view of the ledger. The database refuses writes in it."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that is committed at the end of the block, or rolled back by any exception.

        On SQLite only one such session exists at a time, over all processes: the others wait. On
        PostgreSQL they run side by side: read with `with_for_update` what is to be changed.
        """
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back. The ledger opens new ones if it is used again."""
        self.engine.dispose()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_ledger(
    url_or_path: str | Path, anchors: Path | None = None, *, as_it_is: bool = False
) -> Ledger:
    """Open a ledger, making it if it is new and bringing its schema up to date if it is behind.

    A path (its folder is made) or `sqlite:///…` opens a SQLite file; `postgresql://…` a database.
    Several processes may do this at once. `anchors` is the folder in which the head of the chain
    of events is kept, outside the database. With `as_it_is` nothing is made or upgraded: a ledger
    that is not there is refused as `ledger-missing`, one of an older schema as `ledger-behind`.

    Raises LedgerError: `ledger-url` (an address that cannot be read or used), `ledger-unreachable`,
    `ledger-driver-missing`, `ledger-not-ours` (no SQLite database, or another program's),
    `ledger-newer` (written by a later version of this software). The ledger is then as it was, and
    no message holds a password.
    """
    url = ledger_url(url_or_path)
    name = ledger_name(url)
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        if as_it_is and not file.exists():
            raise _missing(name)
        _prepare_file(file)
    engine = make_engine(url)
    try:
        if as_it_is:
            _refuse_another_schema(engine, name)
        else:
            bring_to_head(engine, name)
    except DBAPIError as error:
        engine.dispose()
        reason = without_secrets(str(error.orig).strip(), url)
        raise LedgerError(
            "ledger-unreachable",
            f"the ledger {name} cannot be opened: {reason}.",
            hint="Check the address, the permissions, and that the database is running.",
        ) from None
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine, name, anchors / anchor_file_name(url) if anchors is not None else None)


def _missing(name: str) -> LedgerError:
    return LedgerError(
        "ledger-missing",
        f"there is no ledger at {name}.",
        hint="Check --workspace and --ledger; the first import makes a ledger.",
    )


def _refuse_another_schema(engine: Engine, name: str) -> None:
    with engine.connect().execution_options(scorecard_writes=False) as connection:
        found = current_revision(connection)
    if found is None:
        raise _missing(name)
    if found != HEAD:
        raise LedgerError(
            "ledger-behind",
            f"the ledger {name} is at schema {found}, and this version works with {HEAD}.",
            hint="Any command that opens an older ledger, such as show, brings it up to date.",
        )


def make_engine(url: URL) -> Engine:
    """An engine with the settings that keep the ledger whole; nothing is connected yet."""
    if url.get_backend_name() != "sqlite":
        try:
            return sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        except ImportError:
            raise LedgerError(
                "ledger-driver-missing",
                "a ledger in PostgreSQL needs the package psycopg, which is not installed.",
                hint="Install service-scorecard[postgresql].",
            ) from None
    engine = sa.create_engine(url, connect_args={"timeout": _WAIT_SECONDS})
    event.listen(engine, "connect", _settle_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _settle_connection(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transactions begin at the first write, after the read it was based on: two
    # processes that read the same figure then lose an update. Here `_begin` opens them instead,
    # which also takes table definitions into the transaction.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {int(_WAIT_SECONDS * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    _use_write_ahead_log(connection)


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                return
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The busy timeout does not cover this change, which needs the file for itself.
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("scorecard_writes", True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_file(path: Path) -> None:
    """Make the folder of a new ledger; refuse a file that is another program's, unchanged."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            return
        with path.open("rb") as file:
            start = file.read(len(_SQLITE_MAGIC))
        if not start:
            return
        what = "is not a SQLite database"
        if start == _SQLITE_MAGIC:
            with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as connection:
                tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                names = {name for (name,) in tables}
            if not names or VERSION_TABLE in names:
                return
            what = f"holds another program's tables ({', '.join(sorted(names)[:3])})"
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise LedgerError(
            "ledger-unreachable",
            f"the ledger {path} cannot be opened: {reason}.",
            hint="Give the path of a file that you may read and write.",
        ) from None
    raise LedgerError(
        "ledger-not-ours",
        f"{path} {what}; it was left as it is.",
        hint="Give the path of a ledger, or of a new file.",
    )
