"""A connection to a PostgreSQL database of records: one read-only transaction, and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL

from scorecard.errors import LedgerError, MeasureError
from scorecard.ledger.address import ledger_name, ledger_url, without_secrets
from scorecard.measure.engine import beyond_range, first_line

if TYPE_CHECKING:
    import psycopg


class Session:
    """One transaction that reads one snapshot; times are in UTC, backslashes are letters.

    `name` is the address as people may read it, `server_version` a number such as 160002. Raises
    MeasureError `records-url`, `records-driver-missing`, `records-unreachable`.
    """

    def __init__(self, url: str) -> None:
        self._url = records_url(url)
        self.name = ledger_name(self._url)
        self._connection = self._connected()
        try:
            self._begin()
        except BaseException:
            self.close()
            raise
        self.server_version = self._connection.info.server_version

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, decimals as int or float.

        Raises MeasureError `records-connection-lost`, `records-unreadable`, `number-too-large`.
        """
        with self._told():
            cursor = self._connection.execute(sql.encode())
            if cursor.description is None:
                return []
            return [tuple(map(_plain, row)) for row in cursor.fetchall()]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The driver's errors as ours."""
        import psycopg

        try:
            yield
        except psycopg.errors.NumericValueOutOfRange as error:
            raise beyond_range(error) from None
        except psycopg.Error as error:
            if self._connection.closed:
                raise MeasureError(
                    "records-connection-lost",
                    f"The connection to {self.name} was lost: {self._said(error)}",
                    hint="Nothing was recorded. Run it again.",
                ) from None
            raise MeasureError(
                "records-unreadable",
                f"The records in {self.name} cannot be read: {self._said(error)}",
                hint="Look at what the database says; it needs no more than SELECT.",
            ) from None

    def _said(self, error: Exception) -> str:
        return without_secrets(first_line(error), self._url)

    def _connected(self) -> psycopg.Connection[Any]:
        try:
            import psycopg
        except ImportError:
            raise MeasureError(
                "records-driver-missing",
                "Records in PostgreSQL need the package psycopg, which is not installed.",
                hint="Install service-scorecard[postgresql].",
            ) from None
        _, given = PGDialect_psycopg().create_connect_args(self._url)
        # So that a network that has gone silent is noticed within a minute.
        alive = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
        wanted: dict[str, Any] = {"connect_timeout": 10, "client_encoding": "utf8"} | alive | given
        try:
            connection = psycopg.connect(**wanted)
        except psycopg.Error as error:
            raise MeasureError(
                "records-unreachable",
                f"The records at {self.name} cannot be reached: {self._said(error)}",
                hint="Check the address, the permissions, and that the database is running.",
            ) from None
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return connection

    def _begin(self) -> None:
        for setting in (
            "TIME ZONE 'UTC'",
            "DateStyle = 'ISO, YMD'",
            "standard_conforming_strings = on",
            "extra_float_digits = 1",
        ):
            self.run(f"SET {setting}")


def records_url(text: str) -> URL:
    """The address of records in PostgreSQL. Raises MeasureError `records-url`."""
    try:
        url = ledger_url(text)
    except LedgerError:
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise MeasureError(
            "records-url",
            "The address of the records cannot be read as that of a PostgreSQL database.",
            hint="Write postgresql://user:password@host:5432/database, and percent-encode "
            "signs such as @ : / in the password.",
        )
    return url


def _plain(value: Any) -> Any:
    """Sums of whole numbers come as decimals."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
