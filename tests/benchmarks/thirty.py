"""Thirty metrics, ten with three filters each: our answers, and SQL written by hand.

Run as: python -m tests.benchmarks.thirty WAY FILE RUNS, over a file of `scans.make_rows`. Prints
JSON: the seconds of each run, peak memory in bytes, and every figure. The ways:

    ours       the engine, by month and department
    hand       the best single scan in DuckDB's own SQL
    each       one query for each metric, in the same SQL
    levels     the engine: what adds up, for the whole, departments, and scores within them
    sets       the same by GROUPING SETS in one statement written by hand
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb

from scorecard.declare import vocabulary as v
from scorecard.declare.metrics import Metric
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut, Level
from scorecard.observe.contract_sql import landed_types
from scorecard.observe.landed import Landed
from tests.benchmarks.scans import END, Figures
from tests.measure.builder import declarations, metric_of, requests, row_of
from tests.memory import peak_bytes

TOPICS = ("Pothole", "Tree", "Noise")
SOURCE = requests()
BY_DEPARTMENT: tuple[Level, ...] = (("department",),)
ALL_LEVELS: tuple[Level, ...] = ((), ("department",), ("department", "score"))
# What does not add up over departments has no second level without a second look at the rows.
NOT_ADDITIVE = ("median_days", "p90_days")

# Each metric by hand, with FILTER's condition to be filled in.
HAND = {
    "opened": "count(*) FILTER (WHERE {t})",
    "closed": "count(closed_at) FILTER (WHERE {t})",
    "on_time": "100.0 * count(*) FILTER (WHERE closed_at <= due_at AND {t}) / nullif(count(*) "
    "FILTER (WHERE closed_at IS NOT NULL AND due_at IS NOT NULL AND {t}), 0)",
    "mean_days": "avg(days) FILTER (WHERE {t})",
    "median_days": "quantile_cont(days, 0.5) FILTER (WHERE {t})",
    "p90_days": "quantile_cont(days, 0.9) FILTER (WHERE {t})",
    "score": "avg(score) FILTER (WHERE {t})",
    "satisfied": "100.0 * count(*) FILTER (WHERE score >= 4 AND {t}) "
    "/ nullif(count(score) FILTER (WHERE {t}), 0)",
    "weight": "sum(weight) FILTER (WHERE {t})",
    "weight_per_closed": "sum(weight) FILTER (WHERE {t}) "
    "/ nullif(count(closed_at) FILTER (WHERE {t}), 0)",
}
ROWS = """
    SELECT date_trunc('month', opened_at::TIMESTAMP)::DATE AS period,
        _department AS department, closed_at, due_at, topic, score, weight,
        (epoch_us(closed_at) - epoch_us(opened_at)) / 86400e6 AS days
    FROM read_parquet('{file}')
"""


def metrics() -> list[Metric]:
    """The thirty, in our words."""
    r = row_of(SOURCE)
    days = v.elapsed(r.opened_at, r.closed_at, "days")
    found: list[Metric] = []
    for topic in TOPICS:
        it = r.topic == topic
        made = {
            "opened": v.count(where=it),
            "closed": v.count(where=r.closed_at.known & it),
            "on_time": v.share(
                r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known, where=it
            ),
            "mean_days": v.mean(days, where=it),
            "median_days": v.median(days, where=it),
            "p90_days": v.percentile(days, 0.9, where=it),
            "score": v.mean(r.score, where=it),
            "satisfied": v.share(r.score >= 4, of=r.score.known, where=it),
            "weight": v.sum(r.weight, where=it),
            "weight_per_closed": v.ratio(
                v.sum(r.weight, where=it), v.count(where=r.closed_at.known & it)
            ),
        }
        found += [metric_of(f"{name}_{topic}", aggregate) for name, aggregate in made.items()]
    return found


def by_the_engine(file: str, wanted: list[Metric], levels: tuple[Level, ...]) -> Figures:
    """What `measure` works out, the ledger left aside."""
    landed = Landed(version=0, files=(file,), rows=0, moment=END, types=landed_types(SOURCE))
    declared = declarations({"requests": SOURCE}, wanted, "UTC")
    with DuckDB({"requests": landed}, declared) as engine:
        cuts = [Cut(metric, "month", frozenset(levels)) for metric in wanted]
        return {
            f"{m.metric} {m.period} {m.department} {_further(m.scope)}": m.value
            for m in figures(declared, {"requests": landed}, engine, cuts)
        }


def additive() -> list[Metric]:
    """Those of the thirty whose sums add up over departments."""
    return [m for m in metrics() if not m.name.startswith(NOT_ADDITIVE)]


def by_hand(file: str) -> Figures:
    """One scan for all thirty."""
    columns = _columns(set(HAND))
    return _asked(f"SELECT period, department, '', {columns} FROM ({ROWS}) GROUP BY ALL", file)


def one_by_one(file: str) -> Figures:
    """A scan for each of the thirty."""
    found: Figures = {}
    for name, form in HAND.items():
        for topic in TOPICS:
            column = f'{form.format(t=_is(topic))} AS "{name}_{topic}"'
            query = f"SELECT period, department, '', {column} FROM ({ROWS}) GROUP BY ALL"
            found |= _asked(query, file)
    return found


def by_grouping_sets(file: str) -> Figures:
    """What adds up at three levels at once, in one statement."""
    columns = _columns(set(HAND) - set(NOT_ADDITIVE))
    further = "if(grouping(score) = 1, '', coalesce(score::VARCHAR, 'None'))"
    return _asked(
        f"SELECT period, department, {further}, {columns} FROM ({ROWS}) GROUP BY "
        "GROUPING SETS ((period), (period, department), (period, department, score))",
        file,
    )


def _columns(names: set[str]) -> str:
    return ", ".join(
        f'{form.format(t=_is(topic))} AS "{name}_{topic}"'
        for name, form in HAND.items()
        if name in names
        for topic in TOPICS
    )


def _is(topic: str) -> str:
    return f"topic = '{topic}'"


@cache
def _further(scope: str) -> str:
    return str(json.loads(scope).get("score", ""))


def _asked(query: str, file: str) -> Figures:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        cursor = connection.execute(query.format(file=file))
        names = [column[0] for column in cursor.description or ()][3:]
        return {
            f"{name} {period} {department} {further}": value
            for period, department, further, *values in cursor.fetchall()
            for name, value in zip(names, values, strict=True)
        }


WAYS: dict[str, Callable[[str], Figures]] = {
    "ours": lambda file: by_the_engine(file, metrics(), BY_DEPARTMENT),
    "hand": by_hand,
    "each": one_by_one,
    "levels": lambda file: by_the_engine(file, additive(), ALL_LEVELS),
    "sets": by_grouping_sets,
}


def main(way: str, file: str, runs: str) -> None:
    """Answer `runs` times and print what it took."""
    seconds: list[float] = []
    answers: dict[str, Any] = {}
    for _ in range(int(runs)):
        start = time.perf_counter()
        answers = WAYS[way](file)
        seconds.append(time.perf_counter() - start)
    json.dump({"seconds": seconds, "peak": peak_bytes(), "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
