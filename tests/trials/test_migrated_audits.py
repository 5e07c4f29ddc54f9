"""Trial 8: down to every schema and up again, a ledger full of audits is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from scorecard.audit import cycles
from scorecard.audit.events import BODIES
from scorecard.ledger import events, open_ledger, verify
from scorecard.ledger.schema import VERSION_TABLE, alembic_config, current_revision
from scorecard.ledger.tables import HEAD, Base
from tests.audit.room import TOWN
from tests.ledger.test_schema import ASIDE, raw, script_directory
from tests.trials.audits import audit, some_audits

SCHEMAS = [*(one.revision for one in script_directory().walk_revisions()), "base"]  # newest first


def kept(connection: Connection) -> list[Any]:
    """Every field of every event, in the table in which they lie at this schema."""
    table = "event" if sa.inspect(connection).has_table("event") else ASIDE
    return [tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1"))]


def each_step(url: str, lowest: str) -> Iterator[list[Any]]:
    """Go down schema by schema, and up again; what is kept at each."""
    below = SCHEMAS[: SCHEMAS.index(lowest) + 1]
    for revision in below[1:]:
        with raw(url) as connection:
            command.downgrade(alembic_config(connection), revision)
            yield kept(connection)
    for revision in reversed(below[:-1]):
        with raw(url) as connection:
            command.upgrade(alembic_config(connection), revision)
            yield kept(connection)


@pytest.mark.parametrize(
    "to",
    [
        pytest.param(SCHEMAS[-1:], id="base"),
        pytest.param(SCHEMAS[1:], id="each", marks=pytest.mark.slow),
    ],
)
def test_every_migration_down_and_up_again_keeps_every_audit(
    ledger_url: str, tmp_path: Path, to: list[str]
) -> None:
    anchors = tmp_path / "anchors"
    with open_ledger(ledger_url, anchors) as ledger:
        folded = some_audits(ledger, tmp_path)
        written = events(ledger, TOWN.id)
        assert {one.kind for one in written} == set(BODIES)
        assert {one.faults for one in folded} == {()}
        with ledger.engine.connect() as connection:
            rows = kept(connection)

    assert len(SCHEMAS) > 5
    for lowest in to:
        for found in each_step(ledger_url, lowest):
            assert found == rows
        with raw(ledger_url) as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "version_table": VERSION_TABLE,
                    "compare_type": True,
                    "compare_server_default": True,
                },
            )
            assert compare_metadata(context, Base.metadata) == []
            assert current_revision(connection) == HEAD
        with open_ledger(ledger_url, anchors) as ledger:
            assert cycles(ledger, TOWN.id) == folded
            assert events(ledger, TOWN.id) == written
            assert verify(ledger).faults == ()

    with open_ledger(ledger_url, anchors) as ledger:
        assert audit(ledger, tmp_path, "after").state == "re-audit"
        assert verify(ledger).faults == ()
