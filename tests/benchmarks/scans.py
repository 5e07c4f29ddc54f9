"""One engine's answers over the benchmark's rows, timed in a process of its own.

Run as: python -m tests.benchmarks.scans ENGINE FILE RUNS. Prints JSON: seconds of each run, peak
memory in bytes, and every figure by metric, month and department.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb

from scorecard.declare import vocabulary as v
from scorecard.declare.metrics import Metric
from scorecard.measure.around import places_around
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut
from scorecard.observe.contract_sql import landed_types
from scorecard.observe.landed import Landed
from tests.measure.builder import declarations, metric_of, requests, row_of
from tests.memory import peak_bytes

Figures = dict[str, float | None]
FIRST, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
DEPARTMENTS = 20


def make_rows(file: str, rows: int) -> None:
    """Write synthetic requests over sixty months and twenty departments, hashed so that any
    machine makes the same ones."""
    seconds = int((END - FIRST).total_seconds())
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(
            f"""COPY (
                SELECT i::VARCHAR AS id,
                    'department-' || (hash(i) % {DEPARTMENTS}) AS department,
                    'department-' || (hash(i) % {DEPARTMENTS}) AS _department,
                    ['Pothole', 'Tree', 'Noise', 'Light'][1 + (hash(i * 13) % 4)::INT] AS topic,
                    opened_at,
                    CASE WHEN hash(i * 5) % 10 < 9
                        THEN opened_at + to_seconds((hash(i * 7) % 2000000)::BIGINT)
                    END AS closed_at,
                    opened_at + to_seconds((hash(i * 11) % 1000000)::BIGINT) AS due_at,
                    CASE WHEN hash(i * 17) % 10 < 3
                        THEN (hash(i * 19) % 5 + 1)::BIGINT
                    END AS score,
                    (hash(i * 23) % 4000) / 1000 AS weight
                FROM (
                    SELECT i, TIMESTAMPTZ '2020-01-01 00:00:00+00'
                        + to_seconds((hash(i * 3) % {seconds})::BIGINT) AS opened_at
                    FROM range({rows}) AS made(i)
                )
            ) TO '{file}'"""
        )


def twelve_metrics(r: v.Row) -> list[Metric]:
    """Twelve metrics of many forms."""
    days = v.elapsed(r.opened_at, r.closed_at, "days")
    return [
        metric_of("opened", v.count()),
        metric_of("closed", v.count(where=r.closed_at.known)),
        metric_of(
            "on_time", v.share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known)
        ),
        metric_of("potholes", v.share(r.topic == "Pothole")),
        metric_of("trees_closed", v.share(r.topic == "Tree", of=r.closed_at.known)),
        metric_of("mean_days", v.mean(days)),
        metric_of("median_days", v.median(days)),
        metric_of("p90_days", v.percentile(days, 0.9)),
        metric_of("score", v.mean(r.score)),
        metric_of("satisfied", v.share(r.score >= 4, of=r.score.known)),
        metric_of("weight", v.mean(r.weight)),
        metric_of("weight_per_closed", v.ratio(v.sum(r.weight), v.count(where=r.closed_at.known))),
    ]


def by_the_engine(file: str) -> Figures:
    """Twelve metrics by month, for each department and the whole."""
    source = requests()
    metrics = twelve_metrics(row_of(source))
    landed = Landed(version=0, files=(file,), rows=0, moment=END, types=landed_types(source))
    declared = declarations({"requests": source}, metrics, "UTC")
    levels = frozenset({(), ("department",)})
    with DuckDB({"requests": landed}, declared) as engine:
        cuts = [Cut(metric, "month", levels) for metric in metrics]
        return {
            f"{m.metric} {m.period} {m.department}": m.value
            for m in figures(declared, {"requests": landed}, engine, cuts)
        }


HAND = """
    SELECT period, department,
        count(*) AS opened,
        count(closed_at) AS closed,
        100.0 * count(*) FILTER (WHERE closed_at <= due_at)
            / nullif(count(*) FILTER (WHERE closed_at IS NOT NULL AND due_at IS NOT NULL), 0)
            AS on_time,
        100.0 * count(*) FILTER (WHERE topic = 'Pothole') / count(*) AS potholes,
        100.0 * count(*) FILTER (WHERE topic = 'Tree' AND closed_at IS NOT NULL)
            / nullif(count(closed_at), 0) AS trees_closed,
        avg(days) AS mean_days,
        quantile_cont(days, [{places}]) AS quantiles,
        sum(days * days) AS days_squared,
        sum(score * score) AS score_squared,
        sum(weight * weight) AS weight_squared,
        avg(score) AS score,
        100.0 * count(*) FILTER (WHERE score >= 4) / nullif(count(score), 0) AS satisfied,
        avg(weight) AS weight,
        sum(weight) / nullif(count(closed_at), 0) AS weight_per_closed
    FROM (
        SELECT date_trunc('month', opened_at::TIMESTAMP)::DATE AS period,
            _department AS department, closed_at, due_at, topic, score, weight,
            (epoch_us(closed_at) - epoch_us(opened_at)) / 86400e6 AS days
        FROM read_parquet('{file}')
    )
    GROUP BY GROUPING SETS ((period), (period, department))
"""


def by_hand(file: str) -> Figures:
    """The best single scan that we could write by hand in DuckDB's own SQL, months cut in UTC.

    It asks for the same: figures, and what their intervals need (squares, quantiles around).
    """
    places = sorted({*places_around(0.5), *places_around(0.9)})
    text = HAND.format(file=file, places=", ".join(map(repr, places)))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        cursor = connection.execute(text)
        names = [column[0] for column in cursor.description or ()][2:]
        found: Figures = {}
        for period, department, *values in cursor.fetchall():
            named: dict[str, Any] = dict(zip(names, values, strict=True))
            quantiles = named.pop("quantiles")
            named["median_days"] = quantiles[places.index(0.5)]
            named["p90_days"] = quantiles[places.index(0.9)]
            figures_alone = {k: v for k, v in named.items() if not k.endswith("_squared")}
            for name, value in figures_alone.items():
                found[f"{name} {period} {department}"] = value
        return found


ENGINES: dict[str, Callable[[str], Figures]] = {"ours": by_the_engine, "hand": by_hand}


def main(engine: str, file: str, runs: str) -> None:
    """Answer `runs` times and print what it took."""
    seconds: list[float] = []
    answers: Figures = {}
    for _ in range(int(runs)):
        start = time.perf_counter()
        answers = ENGINES[engine](file)
        seconds.append(time.perf_counter() - start)
    json.dump({"seconds": seconds, "peak": peak_bytes(), "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
