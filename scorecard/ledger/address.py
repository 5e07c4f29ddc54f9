"""Where a ledger is: a SQLite file or a PostgreSQL database; and how to name it without secrets."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from scorecard.errors import LedgerError

_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}


def ledger_url(url_or_path: str | Path) -> URL:
    """The SQLAlchemy URL of a ledger named by a path or by a URL.

    `postgresql://…` and `postgres://…` get the psycopg driver. Raises LedgerError `ledger-url` for
    a URL that cannot be read, and for any database but a SQLite file or PostgreSQL.
    """
    text = str(url_or_path)
    if isinstance(url_or_path, Path) or "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    url = _parsed(text)
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
            return url
        raise LedgerError(
            "ledger-url", "a ledger must be kept in a file, not in memory.", hint="Give a path."
        )
    raise LedgerError(
        "ledger-url",
        f"a ledger cannot be kept in {url.drivername!r}.",
        hint="Give the path of a SQLite file, or a postgresql:// URL.",
    )


def _parsed(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    # A second @ means that the first one was part of a password, and what was taken for the host
    # or the database is the rest of it. The parser's own message may quote that part too.
    if url is None or (url.host and "@" in f"{url.host}{url.database}"):
        raise LedgerError(
            "ledger-url",
            "the address of the ledger cannot be read as a URL.",
            hint="Write postgresql://user:password@host:5432/database, and percent-encode "
            "signs such as @ : / in the password.",
        )
    return url


def ledger_name(url: URL) -> str:
    """The ledger's address as people may read it: the file's path, or the URL without secrets."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    query = {key: "***" if _secret(key) else value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)


def anchor_file_name(url: URL) -> str:
    """The name of the file that keeps the head of this ledger's chain; one for each ledger."""
    if url.get_backend_name() == "sqlite":
        return f"{Path(str(url.database)).stem}.txt"
    host = url.host or url.query.get("host", "")
    parts = [host if isinstance(host, str) else "-".join(host), str(url.port or ""), url.database]
    return re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(filter(None, parts))).strip("-.") + ".txt"


def without_secrets(text: str, url: URL) -> str:
    """`text` (a driver's message) with every spelling of the URL's password replaced."""
    secrets = [str(url.password)] if url.password else []
    for key, value in url.query.items():
        if _secret(key):
            secrets.extend([value] if isinstance(value, str) else value)
    for secret in secrets:
        for spelling in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(spelling, "***")
    return text


def _secret(key: str) -> bool:
    return "password" in key.lower()
