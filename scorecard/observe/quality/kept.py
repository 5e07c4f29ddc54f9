"""Findings as the ledger keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scorecard.ledger.quality import examined_batches, quality_of
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import ImportBatch, Quality
from scorecard.observe.quality.finding import Finding

# How many earlier files tell the usual number of rows.
_EARLIER = 5


def recorded_findings(findings: Iterable[Finding]) -> list[Quality]:
    """The findings as rows of the ledger."""
    return [
        Quality(
            code=one.code,
            column=one.column,
            count=one.count,
            of=one.of,
            examples=list(one.examples),
            detail=one.detail or {},
            notable=one.notable,
        )
        for one in findings
    ]


def findings_of(ledger: Ledger, batches: Sequence[ImportBatch]) -> list[tuple[Finding, ...]]:
    """What was found at each of these imports."""
    kept = quality_of(ledger, [batch.id for batch in batches])
    return [tuple(map(_finding, kept[batch.id])) for batch in batches]


def earlier_findings(
    ledger: Ledger, organisation: str, source: str, file_sha256: str
) -> list[tuple[Finding, ...]]:
    """What was found in the last few other files of a source, the latest first."""
    found = examined_batches(ledger, organisation, source, limit=_EARLIER, not_of_file=file_sha256)
    return findings_of(ledger, found)


def _finding(row: Quality) -> Finding:
    return Finding(
        row.code,
        row.column,
        row.count,
        row.of,
        tuple(row.examples),
        row.detail or None,
        row.notable,
    )
