"""The desk that the tests of importing use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scorecard.ledger import open_ledger
from tests.observe.desk import Desk, make_source


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty workspace and a contract of five columns."""
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        yield Desk(tmp_path, ledger, make_source())
