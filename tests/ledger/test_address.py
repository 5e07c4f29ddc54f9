"""Addresses of ledgers: what is accepted, and that none is shown with its password."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from scorecard.errors import LedgerError
from scorecard.ledger.address import ledger_name, ledger_url, without_secrets


@pytest.mark.parametrize("given_as", [str, Path])
def test_a_path_is_a_sqlite_file(tmp_path: Path, given_as: type) -> None:
    file = tmp_path / "a b%c?d.sqlite3"

    url = ledger_url(given_as(file))

    assert url.drivername == "sqlite"
    assert url.database == str(file)
    assert ledger_name(url) == str(file)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_url_gets_the_driver_we_install(scheme: str) -> None:
    url = ledger_url(f"{scheme}://auditor:secret@db.example:5433/ledger?sslmode=require")

    assert url.drivername == "postgresql+psycopg"
    assert ledger_name(url) == (
        "postgresql+psycopg://auditor:***@db.example:5433/ledger?sslmode=require"
    )


@pytest.mark.parametrize(
    "text",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "mysql://auditor:secret@db.example/ledger",
        "duckdb:///ledger.duckdb",
        "postgresql://auditor:se:cr@et/secret@db.example:port/ledger",
        "post gres://auditor:secret@db.example",
    ],
)
def test_any_other_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(LedgerError) as refused:
        ledger_url(text)

    assert refused.value.code == "ledger-url"
    assert "secret" not in str(refused.value)
    assert "et/" not in str(refused.value)


@given(st.text(min_size=6, alphabet=st.characters(codec="utf-8", exclude_characters="*")))
def test_no_spelling_of_a_password_is_shown(password: str) -> None:
    url = URL.create(
        "postgresql+psycopg",
        username="u",
        password=password,
        host="h",
        database="d",
        query={"sslpassword": password},
    )
    message = f"server said: {url.render_as_string(hide_password=False)} {password}"

    for text in (ledger_name(url), without_secrets(message, url)):
        without_address = text.replace("postgresql+psycopg", "").replace("server said:", "")
        assert password not in without_address
