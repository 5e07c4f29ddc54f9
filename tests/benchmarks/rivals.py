"""The same thirty metrics by libraries that others use, in an environment of their own.

Run as: PYTHON tests/benchmarks/rivals.py WAY FILE RUNS, with the interpreter of `make rivals`. It
imports nothing of ours, since boring-semantic-layer holds back the versions of what it needs. The
ways: semantic_layer, polars, pandas. Prints JSON like `thirty.py`, without the memory.
"""

# pyright: reportMissingImports=false, reportOperatorIssue=false

from __future__ import annotations

import json
import sys
import time
from typing import Any

TOPICS = ("Pothole", "Tree", "Noise")


def semantic_layer(file: str) -> Any:
    import ibis
    from boring_semantic_layer import to_semantic_table

    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    table = connection.read_parquet(file, table_name="requests")
    table = table.mutate(
        days=(table.closed_at.epoch_seconds() - table.opened_at.epoch_seconds()) / 86400
    )

    def measures(topic: str) -> dict[str, Any]:
        def closed(t: Any) -> Any:
            return t.closed_at.count(where=t.topic == topic)

        def dated(t: Any) -> Any:
            return t.closed_at.notnull() & t.due_at.notnull() & (t.topic == topic)

        made = {
            "opened": lambda t: t.count(where=t.topic == topic),
            "closed": closed,
            "on_time": lambda t: (
                100.0
                * t.count(where=(t.closed_at <= t.due_at) & dated(t))
                / t.count(where=dated(t))
            ),
            "mean_days": lambda t: t.days.mean(where=t.topic == topic),
            "median_days": lambda t: t.days.quantile(0.5, where=t.topic == topic),
            "p90_days": lambda t: t.days.quantile(0.9, where=t.topic == topic),
            "score": lambda t: t.score.mean(where=t.topic == topic),
            "satisfied": lambda t: (
                100.0
                * t.count(where=(t.score >= 4) & (t.topic == topic))
                / t.score.count(where=t.topic == topic)
            ),
            "weight": lambda t: t.weight.sum(where=t.topic == topic),
            "weight_per_closed": lambda t: t.weight.sum(where=t.topic == topic) / closed(t),
        }
        return {f"{name}_{topic}": measure for name, measure in made.items()}

    every = {name: measure for topic in TOPICS for name, measure in measures(topic).items()}
    model = (
        to_semantic_table(table, name="requests")
        .with_dimensions(
            period=lambda t: t.opened_at.truncate("M").date(), department=lambda t: t._department
        )
        .with_measures(**every)
    )
    frame = model.group_by("period", "department").aggregate(*every).execute()
    return frame.to_dict("records")


def polars(file: str) -> Any:
    import polars as pl

    def of(topic: str) -> list[Any]:
        it = pl.col("topic") == topic
        days, score, weight = (pl.col(name).filter(it) for name in ("days", "score", "weight"))
        closed = pl.col("closed_at").filter(it).count()
        dated = pl.col("closed_at").is_not_null() & pl.col("due_at").is_not_null() & it
        on_time = (pl.col("closed_at") <= pl.col("due_at")) & dated
        made = {
            "opened": it.sum(),
            "closed": closed,
            "on_time": 100.0 * on_time.sum() / dated.sum(),
            "mean_days": days.mean(),
            "median_days": days.quantile(0.5, "linear"),
            "p90_days": days.quantile(0.9, "linear"),
            "score": score.mean(),
            "satisfied": 100.0 * (score >= 4).sum() / score.count(),
            "weight": weight.sum(),
            "weight_per_closed": weight.sum() / closed,
        }
        return [expression.alias(f"{name}_{topic}") for name, expression in made.items()]

    taken = pl.col("closed_at") - pl.col("opened_at")
    lazy = (
        pl.scan_parquet(file)
        .with_columns(
            period=pl.col("opened_at").dt.truncate("1mo").dt.date(),
            department=pl.col("_department"),
            days=taken.dt.total_microseconds() / 86400e6,
        )
        .group_by("period", "department")
        .agg(*(expression for topic in TOPICS for expression in of(topic)))
    )
    return lazy.collect().to_dicts()


def pandas(file: str) -> Any:
    import pandas as pd

    columns = ["opened_at", "closed_at", "due_at", "topic", "score", "weight", "_department"]
    rows = pd.read_parquet(file, columns=columns)
    rows["department"] = rows.pop("_department").astype("category")
    rows["period"] = rows["opened_at"].dt.tz_localize(None).dt.to_period("M").dt.start_time
    rows["days"] = (rows["closed_at"] - rows["opened_at"]) / pd.Timedelta(days=1)
    rows["dated"] = rows["closed_at"].notna() & rows["due_at"].notna()
    rows["on_time"] = rows["dated"] & (rows["closed_at"] <= rows["due_at"])
    rows["satisfied"] = rows["score"] >= 4
    found: dict[Any, dict[str, Any]] = {}
    for topic in TOPICS:
        by = rows[rows["topic"] == topic].groupby(["period", "department"], observed=True)
        closed, weight = by["closed_at"].count(), by["weight"].sum()
        made = {
            "opened": by.size(),
            "closed": closed,
            "on_time": 100.0 * by["on_time"].sum() / by["dated"].sum(),
            "mean_days": by["days"].mean(),
            "median_days": by["days"].median(),
            "p90_days": by["days"].quantile(0.9),
            "score": by["score"].mean(),
            "satisfied": 100.0 * by["satisfied"].sum() / by["score"].count(),
            "weight": weight,
            "weight_per_closed": weight / closed,
        }
        for name, values in made.items():
            for (period, department), value in values.items():
                place = found.setdefault(
                    (period, department), {"period": period.date(), "department": department}
                )
                place[f"{name}_{topic}"] = value
    return list(found.values())


def main(way: str, file: str, runs: str) -> None:
    answer = {"semantic_layer": semantic_layer, "polars": polars, "pandas": pandas}[way]
    seconds: list[float] = []
    records: list[dict[str, Any]] = []
    for _ in range(int(runs)):
        start = time.perf_counter()
        records = answer(file)
        seconds.append(time.perf_counter() - start)
    answers = {
        f"{name} {str(record['period'])[:10]} {record['department']} ": float(value)
        for record in records
        for name, value in record.items()
        if name not in ("period", "department")
    }
    json.dump({"seconds": seconds, "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
