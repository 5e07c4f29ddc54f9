"""The ledger: what was imported and measured, when it was known, and the chain of events.

Tables, sessions and migrations; it knows nothing of standards or rules.
"""

from scorecard.ledger.batches import batches, latest_moment, record_batch
from scorecard.ledger.events import (
    Event,
    Head,
    NewEvent,
    VersionConflict,
    anchor_head,
    append,
    append_all,
    events,
    head,
    last_at,
    subjects,
)
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
from scorecard.ledger.verify import ChainFault, Verification, verify

__all__ = [
    "ChainFault",
    "Definition",
    "DefinitionText",
    "Event",
    "Head",
    "ImportBatch",
    "Ledger",
    "Measurement",
    "MeasurementRow",
    "NewEvent",
    "Quality",
    "Run",
    "RunReceipt",
    "Verification",
    "VersionConflict",
    "anchor_head",
    "append",
    "append_all",
    "batches",
    "current",
    "definition",
    "events",
    "examined_batches",
    "head",
    "known_at",
    "last_at",
    "latest_moment",
    "latest_run",
    "open_ledger",
    "quality_of",
    "record_batch",
    "record_run",
    "runs",
    "subjects",
    "verify",
]
