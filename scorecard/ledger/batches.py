"""The receipts of imports: recorded once, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import ImportBatch, Quality


def record_batch(ledger: Ledger, batch: ImportBatch, quality: Iterable[Quality] = ()) -> int:
    """Keep the receipt of one import, and what its checks counted.

    Returns the receipt's id, which `batch` and `quality` carry too from then on.
    """
    with ledger.write() as session:
        session.add(batch)
        session.flush()
        for one in quality:
            one.batch_id = batch.id
            session.add(one)
        session.flush()
        return batch.id


def batches(ledger: Ledger, organisation: str, source: str | None = None) -> list[ImportBatch]:
    """The imports of one source (or of all), in the order in which they were made."""
    wanted = sa.select(ImportBatch).where(ImportBatch.organisation == organisation)
    if source is not None:
        wanted = wanted.where(ImportBatch.source == source)
    with ledger.read() as session:
        return list(session.scalars(wanted.order_by(ImportBatch.id)))


def has_content(ledger: Ledger, organisation: str, source: str, sha256: str) -> bool:
    """Whether a file of this content was ever imported into the source, under whatever name."""
    found = sa.exists().where(
        ImportBatch.organisation == organisation,
        ImportBatch.source == source,
        ImportBatch.file_sha256 == sha256,
    )
    with ledger.read() as session:
        return bool(session.scalar(sa.select(found)))


def latest_moment(ledger: Ledger, organisation: str, source: str) -> datetime | None:
    """The latest moment any import of the source shows, in UTC; None where nothing was imported."""
    with ledger.read() as session:
        return session.scalar(
            sa.select(sa.func.max(ImportBatch.moment)).where(
                ImportBatch.organisation == organisation, ImportBatch.source == source
            )
        )
