"""Measuring after one more day was imported, against measuring all of it, in a process of its own.

Run as: python -m tests.benchmarks.increments FOLDER ROWS TURNS. Prints JSON: seconds of each turn
of both, how much was measured again, and how many figures differ.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from dataclasses import replace
from math import isclose
from pathlib import Path
from typing import Any

import duckdb

from scorecard.declare import vocabulary as v
from scorecard.declare.load import Declarations
from scorecard.declare.organisation import Organisation
from scorecard.ledger import MeasurementRow, RunReceipt, current, open_ledger
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.workspace import Workspace
from tests.benchmarks.scans import DEPARTMENTS, make_rows, twelve_metrics
from tests.measure.builder import declarations, metric_of, requests, row_of

# What is opened in the middle of a month is closed in it or, of the month before, in it too: so the
# day touches two months, as most days do.
DAY = "TIMESTAMPTZ '2024-12-16 00:00:00+00'"
_NEXT = "TIMESTAMPTZ '2024-12-17 00:00:00+00'"
_SHARE_BEFORE = 1811 / 1827  # of all days


def make_files(folder: Path, rows: int) -> tuple[Path, Path]:
    """A file of `rows` requests as they were before the day, in the order in which they were
    opened, and one of the day: what was opened on it, and what was closed on it."""
    whole, history, day = (folder / f"{name}.parquet" for name in ("whole", "history", "day"))
    make_rows(str(whole), round(rows / _SHARE_BEFORE))

    def until(end: str) -> str:
        return (
            f"SELECT * EXCLUDE (_department) REPLACE (if(closed_at < {end}, closed_at, NULL) AS "
            f"closed_at) FROM '{whole}' WHERE opened_at < {end}"
        )

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({until(DAY)} ORDER BY opened_at, id) TO '{history}'")
        connection.execute(
            f"COPY ({until(_NEXT)} AND (opened_at >= {DAY} "
            f"OR closed_at >= {DAY} AND closed_at < {_NEXT}) ORDER BY opened_at, id) TO '{day}'"
        )
    whole.unlink()
    return history, day


def declared() -> Declarations:
    """Thirty metrics, ten of them with three filters each and ten others by the time of closing."""
    source = requests()
    r = row_of(source)
    days = v.elapsed(r.opened_at, r.closed_at, "days")
    topics = ("Pothole", "Tree", "Noise", "Light")
    metrics = twelve_metrics(r)
    for topic in topics:
        metrics.append(metric_of(f"closed_{topic}", v.mean(days, where=r.topic == topic)))
        metrics.append(metric_of(f"late_{topic}", v.count(where=r.closed_at > r.due_at)))
    metrics = [
        replace(metric, at="closed_at") if 8 <= number < 18 else metric
        for number, metric in enumerate(metrics)
    ]
    for number in range(10):
        where = (
            (r.topic == topics[number % 4])
            & (r.weight > number / 5)
            & (r.score.missing | (r.score >= number % 3))
        )
        metrics.append(metric_of(f"filtered_{number}", filtered(number, r, where)))
    small = declarations({"requests": source}, metrics, "UTC")
    assert len(small.metrics) == 30
    city = Organisation.model_validate(
        {
            "id": "big-city",
            "name": "Big City",
            "time_zone": "UTC",
            "departments": [
                {"id": f"department-{n}", "name": f"Department {n}"} for n in range(DEPARTMENTS)
            ],
        }
    )
    return replace(small, organisation=city)


def filtered(number: int, r: Any, where: Any) -> v.Aggregate:
    """One of several forms, over the rows that meet `where`."""
    days = v.elapsed(r.opened_at, r.closed_at, "days")
    match number % 3:
        case 0:
            return v.mean(days, where=where)
        case 1:
            return v.share(r.closed_at <= r.due_at, of=r.closed_at.known, where=where)
        case _:
            return v.sum(r.weight, where=where)


def main(folder: Path, rows: int, turns: int) -> dict[str, Any]:
    """Land, measure, land one day more, and measure again both ways, turn by turn."""
    city, workspace = declared(), Workspace(folder / "workspace")
    history, day = make_files(folder, rows)
    before = folder / "before.sqlite3"
    with open_ledger(before) as ledger:
        landed = timed_import(city, history, workspace, ledger)
        first = measure(city, workspace, ledger)
        merged = timed_import(city, day, workspace, ledger)
    seconds: dict[str, list[float]] = {"part": [], "full": []}
    receipts: dict[str, RunReceipt] = {}
    figures: dict[str, list[MeasurementRow]] = {}
    for _ in range(turns):
        for way in seconds:
            copied = folder / f"{way}.sqlite3"
            shutil.copy(before, copied)
            with open_ledger(copied) as ledger:
                start = time.perf_counter()
                receipts[way] = measure(city, workspace, ledger, in_full=way == "full")
                seconds[way].append(time.perf_counter() - start)
                figures[way] = current(ledger, "big-city")
    return {
        "seconds": seconds,
        "landed": landed,
        "merged": merged,
        "figures": len(figures["full"]),
        "differing": differing(figures["part"], figures["full"]),
        "first": first._asdict(),
        "part": receipts["part"]._asdict(),
        "full": receipts["full"]._asdict(),
    }


def differing(ones: list[MeasurementRow], others: list[MeasurementRow]) -> int:
    """How many figures differ by more than threads do that add the same numbers in another order:
    1e-9 of themselves."""
    if [one[:6] for one in ones] != [other[:6] for other in others]:
        return max(len(ones), len(others))
    return sum(
        not all(alike(x, y) for x, y in zip(one[6:], other[6:], strict=True))
        for one, other in zip(ones, others, strict=True)
    )


def alike(one: float | None, other: float | None) -> bool:
    """Whether two numbers are equal to 1e-9, or both missing."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def timed_import(
    city: Declarations, file: Path, workspace: Workspace, ledger: Any
) -> dict[str, float]:
    """What an import took, and what it did."""
    start = time.perf_counter()
    receipt = import_file(city.organisation, city.sources["requests"], file, workspace, ledger)
    seconds = time.perf_counter() - start
    assert receipt.rows_quarantined == 0
    return {"seconds": seconds, "new": receipt.rows_new, "changed": receipt.rows_changed}


if __name__ == "__main__":
    found = main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(found, default=str), flush=True)
    os._exit(0)
