"""Trial 9: kill -9 during a migration leaves the old schema or the new one, and every row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command

from scorecard.audit import cycles
from scorecard.ledger import events, open_ledger, verify
from scorecard.ledger.schema import VERSION_TABLE, alembic_config
from scorecard.ledger.tables import HEAD
from tests.audit.room import TOWN
from tests.ledger.tampering import HARBOR, fill
from tests.ledger.test_schema import ASIDE, counts, raw, seed
from tests.trials.audits import some_audits

OLD = "0001"


@pytest.mark.parametrize(
    "kills", [pytest.param(6, id="6"), pytest.param(50, id="50", marks=pytest.mark.slow)]
)
def test_a_killed_migration_leaves_the_old_schema_or_the_new_and_every_row(
    ledger_url: str, tmp_path: Path, in_processes: Callable[..., list[str]], kills: int
) -> None:
    anchors = tmp_path / "anchors"
    with raw(ledger_url) as connection:
        command.upgrade(alembic_config(connection), OLD)
        seed(connection)
        seeded = counts(connection)
    with open_ledger(ledger_url, anchors) as ledger:
        fill(ledger, 50)
        folded = some_audits(ledger, tmp_path)
        before = [*events(ledger, HARBOR), *events(ledger, TOWN.id)]
        with ledger.engine.begin() as connection:
            command.downgrade(alembic_config(connection), OLD)

    found = [
        line.split("\t") for line in in_processes("upgrades_killed_in_time", ledger_url, OLD, kills)
    ]

    assert sum(signal == "9" for signal, *_ in found) == kills
    for _, revision, text in found:
        rows = json.loads(text)
        assert revision in (OLD, HEAD)
        assert rows["event" if revision == HEAD else ASIDE] == len(before)
        assert ("quality" in rows) == (revision == HEAD)
        assert {table: rows[table] for table in seeded} == seeded
        assert rows[VERSION_TABLE] == 1
    with open_ledger(ledger_url, anchors) as ledger:
        assert [*events(ledger, HARBOR), *events(ledger, TOWN.id)] == before
        assert cycles(ledger, TOWN.id) == folded
        assert verify(ledger).faults == ()
