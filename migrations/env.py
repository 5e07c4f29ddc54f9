"""Runs the migrations of the ledger on the connection that scorecard.ledger.schema hands in."""

from typing import Any, Literal

from alembic import context

from scorecard.ledger.schema import VERSION_TABLE
from scorecard.ledger.tables import Base
from scorecard.ledger.types import UtcTimestamp


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own types as what the database holds: a migration must not need today's code."""
    if kind == "type" and isinstance(item, UtcTimestamp):
        return "sa.DateTime(timezone=True)"
    return False


# The caller holds the transaction, the lock and the commit.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    render_item=render_item,
)
context.run_migrations()
