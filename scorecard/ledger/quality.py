"""What the checks of imported files counted: recorded with the receipt, never changed."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import ImportBatch, Quality

# The check that only the import of a whole file records.
WHOLE_FILE = "volume"


def quality_of(ledger: Ledger, batch_ids: Iterable[int]) -> dict[int, list[Quality]]:
    """What was counted at these imports, in the order in which it was recorded."""
    wanted = list(batch_ids)
    found: dict[int, list[Quality]] = {id: [] for id in wanted}
    with ledger.read() as session:
        rows = sa.select(Quality).where(Quality.batch_id.in_(wanted)).order_by(Quality.id)
        for row in session.scalars(rows):
            found[row.batch_id].append(row)
    return found


def examined_batches(
    ledger: Ledger,
    organisation: str,
    source: str,
    *,
    limit: int,
    of_file: str | None = None,
    not_of_file: str | None = None,
) -> list[ImportBatch]:
    """The latest imports of whole files of a source, one for each file, the latest first.

    of_file, not_of_file   only of the file with this SHA-256, or not of it
    """
    newest = (
        sa.select(sa.func.max(ImportBatch.id))
        .join(Quality, Quality.batch_id == ImportBatch.id)
        .where(
            ImportBatch.organisation == organisation,
            ImportBatch.source == source,
            Quality.code == WHOLE_FILE,
        )
        .group_by(ImportBatch.file_sha256)
    )
    if of_file is not None:
        newest = newest.where(ImportBatch.file_sha256 == of_file)
    if not_of_file is not None:
        newest = newest.where(ImportBatch.file_sha256 != not_of_file)
    wanted = sa.select(ImportBatch).where(ImportBatch.id.in_(newest))
    with ledger.read() as session:
        return list(session.scalars(wanted.order_by(ImportBatch.id.desc()).limit(limit)))
