"""Ledgers to test on: a SQLite file and a database of a real PostgreSQL server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scorecard.ledger import Ledger, open_ledger, schema, session
from tests.postgres import new_database

CHILDREN = Path(__file__).with_name("children.py")


@pytest.fixture(autouse=True)
def migrated_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations themselves are on trial here."""
    monkeypatch.setattr(session, "bring_to_head", schema.bring_to_head)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a place where no ledger is yet, on each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
        return
    with new_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A new ledger on each kind of database."""
    with open_ledger(ledger_url) as opened:
        yield opened


@pytest.fixture
def in_processes(repository: Path) -> Callable[..., list[str]]:
    """Run a function of children.py with text arguments; returns the lines it printed."""

    def run(function: str, *arguments: object) -> list[str]:
        path = os.pathsep.join([str(repository), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(
            [sys.executable, str(CHILDREN), function, *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run
