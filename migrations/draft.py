"""Draft the migration from the newest revision to the tables as they are now declared.

    python migrations/draft.py "what changes, in a few words"

Read and correct what it writes, set HEAD in scorecard/ledger/tables.py, and run tests/ledger.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from scorecard.ledger.address import ledger_url
from scorecard.ledger.schema import alembic_config
from scorecard.ledger.session import make_engine


def draft(message: str) -> None:
    """Write the next numbered revision, compared against a new SQLite ledger."""
    here = Path(__file__).parent
    number = f"{1 + len(list((here / 'versions').glob('*.py'))):04d}"
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(ledger_url(Path(folder) / "ledger.sqlite3"))
        with engine.begin() as connection:
            config = alembic_config(connection)
            command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    draft(sys.argv[1])
