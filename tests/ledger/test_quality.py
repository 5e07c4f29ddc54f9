"""What checks counted is kept with the receipt, and found again by file."""

from __future__ import annotations

from typing import Any

from scorecard.ledger import (
    ImportBatch,
    Ledger,
    Quality,
    examined_batches,
    quality_of,
    record_batch,
)
from tests.ledger.test_batches import batch


def counted(code: str = "volume", **other: Any) -> Quality:
    fields: dict[str, Any] = {
        "code": code,
        "column": None,
        "count": 5_000_000_000,
        "of": None,
        "examples": ["Ünïcode", "=1+1"],
        "detail": {"values": {"Web": 3}, "others": 0},
        "notable": True,
    }
    return Quality(**fields | other)


def kept(ledger: Ledger, file: str, *quality: Quality, **other: Any) -> int:
    return record_batch(ledger, batch(file_sha256=file * 64, **other), quality)


def files(batches: list[ImportBatch]) -> list[tuple[int, str]]:
    return [(one.id, one.file_sha256[0]) for one in batches]


def test_findings_come_back_as_they_were_recorded_and_in_order(ledger: Ledger) -> None:
    first = kept(ledger, "a", counted(), counted("missing", column="topic", count=None, of=3))
    second = kept(ledger, "b")
    found = quality_of(ledger, [first, second])
    assert [(q.code, q.column, q.count, q.of) for q in found[first]] == [
        ("volume", None, 5_000_000_000, None),
        ("missing", "topic", None, 3),
    ]
    assert found[first][0].examples == ["Ünïcode", "=1+1"]
    assert found[first][0].detail == {"values": {"Web": 3}, "others": 0}
    assert found[second] == []


def test_the_latest_import_of_each_whole_file_is_found(ledger: Ledger) -> None:
    kept(ledger, "a", counted())
    b = kept(ledger, "b", counted())
    kept(ledger, "c", counted("mended-rows"))
    kept(ledger, "d")
    kept(ledger, "e", counted(), source="calls")
    a = kept(ledger, "a", counted())
    place = ledger, "boston", "requests"
    assert files(examined_batches(*place, limit=9)) == [(a, "a"), (b, "b")]
    assert files(examined_batches(*place, limit=1)) == [(a, "a")]
    assert files(examined_batches(*place, limit=9, of_file="b" * 64)) == [(b, "b")]
    assert files(examined_batches(*place, limit=9, not_of_file="a" * 64)) == [(b, "b")]
