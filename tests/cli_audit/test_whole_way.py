"""An audit from its opening to the next one, by commands alone, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_audit.whole_way import Commands, play
from tests.postgres import new_database

# What is tested elsewhere at the command line is tested on SQLite.
DATABASES = [pytest.param("sqlite", marks=pytest.mark.slow), "postgresql"]


@pytest.fixture(params=DATABASES)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
        return
    with new_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def test_the_whole_cycle_and_the_next_one_on_each_database(tmp_path: Path, ledger_url: str) -> None:
    play(Commands(tmp_path, ledger_url))
