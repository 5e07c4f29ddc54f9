"""The receipts of imports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from scorecard.ledger import ImportBatch, Ledger, batches, latest_moment, record_batch
from scorecard.ledger.batches import has_content


def batch(**other: Any) -> ImportBatch:
    fields: dict[str, Any] = {
        "organisation": "boston",
        "source": "requests",
        "file_name": "cases.csv.gz",
        "file_sha256": "a" * 64,
        "file_bytes": 5_000_000_000,
        "moment": datetime(2026, 8, 10, tzinfo=UTC),
        "moment_given": False,
        "imported_at": datetime(2026, 8, 11, tzinfo=UTC),
        "rows_read": 5,
        "rows_new": 1,
        "rows_changed": 1,
        "rows_unchanged": 2,
        "rows_quarantined": 1,
        "rows_older": 1,
        "contract_fingerprint": "b" * 64,
        "landed_version": 3,
        "notes": ["2 rows name an undeclared department", {"department": "ISD", "rows": 2}],
    }
    return ImportBatch(**fields | other)


def test_a_receipt_comes_back_as_it_was_recorded(ledger: Ledger) -> None:
    number = record_batch(ledger, batch())

    (found,) = batches(ledger, "boston", "requests")
    expected = batch()
    expected.id = number
    assert found == expected


def test_receipts_are_listed_in_the_order_of_the_imports(ledger: Ledger) -> None:
    for name in ("b.csv", "a.csv"):
        record_batch(ledger, batch(file_name=name))
    record_batch(ledger, batch(file_name="c.csv", source="answers"))
    record_batch(ledger, batch(file_name="d.csv", organisation="harbor"))

    assert [found.file_name for found in batches(ledger, "boston")] == ["b.csv", "a.csv", "c.csv"]
    assert [found.file_name for found in batches(ledger, "boston", "answers")] == ["c.csv"]


def test_the_latest_moment_is_that_of_the_data_and_not_of_the_last_import(ledger: Ledger) -> None:
    august = datetime(2026, 8, 10, tzinfo=UTC)
    record_batch(ledger, batch(moment=august))
    record_batch(ledger, batch(moment=datetime(2026, 2, 10, tzinfo=UTC)))
    record_batch(ledger, batch(moment=datetime(2027, 1, 1, tzinfo=UTC), source="answers"))

    assert latest_moment(ledger, "boston", "requests") == august
    assert latest_moment(ledger, "harbor", "requests") is None


def test_content_is_known_by_source_and_not_by_name(ledger: Ledger) -> None:
    record_batch(ledger, batch(file_sha256="c" * 64))

    assert has_content(ledger, "boston", "requests", "c" * 64)
    assert not has_content(ledger, "boston", "requests", "a" * 64)
    assert not has_content(ledger, "boston", "answers", "c" * 64)
    assert not has_content(ledger, "harbor", "requests", "c" * 64)
