"""Runs: when each became known, and from which data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scorecard.errors import LedgerError
from scorecard.ledger import Ledger, known_at, latest_run, record_run, runs

NOON = datetime(2026, 8, 10, 12, tzinfo=UTC)


def record(ledger: Ledger, now: datetime, version: int = 1) -> int:
    sources = {"requests": {"version": version, "moment": "2026-08-10T04:00:00Z", "rows": 5}}
    return record_run(ledger, "boston", "duckdb", sources, [], [], [], now=now).run


def test_a_run_that_changes_nothing_is_recorded_with_the_data_it_read(ledger: Ledger) -> None:
    record(ledger, NOON)
    last = record(ledger, NOON + timedelta(hours=1), version=2)

    assert [run.sources["requests"]["version"] for run in runs(ledger, "boston")] == [1, 2]
    assert known_at(ledger, last) == NOON + timedelta(hours=1)
    assert runs(ledger, "harbor") == []


def test_the_latest_run_is_the_newest_one_known_at_an_instant(ledger: Ledger) -> None:
    first = record(ledger, NOON)
    last = record(ledger, NOON + timedelta(hours=1))

    for instant, expected in [
        (None, last),
        (NOON + timedelta(minutes=59), first),
        (NOON, first),
        (NOON - timedelta(seconds=1), None),
    ]:
        found = latest_run(ledger, "boston", instant)
        assert (found and found.id) == expected


def test_a_run_that_is_not_there_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as refused:
        known_at(ledger, 77)

    assert refused.value.code == "run-unknown"
