"""The ledger: what was imported and measured, and when it was known.

Tables, sessions and migrations; it knows nothing of standards or rules.
"""

from scorecard.ledger.batches import batches, latest_moment, record_batch
from scorecard.ledger.measurements import (
    DefinitionText,
    MeasurementRow,
    RunReceipt,
    current,
    record_run,
)
from scorecard.ledger.quality import examined_batches, quality_of
from scorecard.ledger.runs import definition, known_at, latest_run, runs
from scorecard.ledger.session import Ledger, open_ledger
from scorecard.ledger.tables import Definition, ImportBatch, Measurement, Quality, Run

__all__ = [
    "Definition",
    "DefinitionText",
    "ImportBatch",
    "Ledger",
    "Measurement",
    "MeasurementRow",
    "Quality",
    "Run",
    "RunReceipt",
    "batches",
    "current",
    "definition",
    "examined_batches",
    "known_at",
    "latest_moment",
    "latest_run",
    "open_ledger",
    "quality_of",
    "record_batch",
    "record_run",
    "runs",
]
