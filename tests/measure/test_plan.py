"""Which levels standards need measured; the values of a dimension make up the whole."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.declare.load import Declarations
from scorecard.declare.standards import Standard, scope_text
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import cuts
from tests.measure import reference
from tests.measure.builder import declarations, landed_rows, metric_of, requests, row_of

SOURCE = replace(requests(), dimensions={"topic": "topic", "score": "score"})
r = row_of(SOURCE)
KNOWN_UNTIL = datetime(2026, 4, 20, 16, 30, tzinfo=UTC)
ADDITIVE = [
    metric_of("opened", v.count()),
    metric_of("on_time", v.share(r.closed_at <= r.due_at)),
    metric_of("weight", v.sum(r.weight)),
    metric_of("mean_weight", v.mean(r.weight, where=r.closed_at.known)),
    metric_of("ratio", v.ratio(v.sum(r.weight), v.count())),
    metric_of("open", v.backlog(r.opened_at, r.closed_at)),
]
MEDIAN = metric_of("median", v.median(v.elapsed(r.opened_at, r.closed_at, "days")))
DIMENSIONS = ("score", "topic")

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 20)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "_department": st.sampled_from(["works", "parks", "unassigned"]),
            "topic": st.sampled_from(["Pothole", "Tree", "Ø's", None]),
            "opened_at": st.none() | moments,
            "closed_at": st.none() | moments,
            "due_at": st.none() | moments,
            "score": st.none() | st.integers(0, 3),
            # Quarters, so that sums are exact.
            "weight": st.none() | st.integers(-8, 40).map(lambda n: n / 4),
        }
    ),
    max_size=40,
)


def standard(metric: str, **given: Any) -> Standard:
    return Standard.model_validate(
        {
            "id": metric.replace("_", "-"),
            "title": metric,
            "metric": metric,
            "expected": [{"from": date(2026, 1, 1), "at_least": 1}],
        }
        | given
    )


def declared(metrics: list[Any], **given: Any) -> Declarations:
    standards = {metric.name: standard(metric.name, **given) for metric in metrics}
    return replace(declarations({"requests": SOURCE}, metrics), standards=standards)


def measured(observed: list[dict[str, Any]], of: Declarations) -> list[MeasurementRow]:
    numbered = [{"id": str(i)} | row for i, row in enumerate(observed)]
    with tempfile.TemporaryDirectory() as folder:
        tables = {"requests": landed_rows(SOURCE, numbered, Path(folder), KNOWN_UNTIL)}
        with DuckDB(tables, of) as engine:
            return list(figures(of, tables, engine, cuts(of)))


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ({"departments": "all"}, {(), ("department",), ("department", "topic")}),
        (
            {"departments": "all", "by": ["score"]},
            {(), ("score",), ("department",), ("department", "score"), ("department", "topic")},
        ),
        (
            {"departments": "all", "by": ["topic"]},
            {(), ("topic",), ("department",), ("department", "topic")},
        ),
        (
            {"department": "works", "by": ["score"]},
            {("department",), ("department", "score"), ("department", "topic")},
        ),
        (
            {"departments": "all", "by": ["score"], "where": {"topic": "Tree"}},
            {("topic",), ("score", "topic"), ("department", "topic")}
            | {("department", "score", "topic")},
        ),
        (
            {"department": "works", "by": ["score"], "where": {"topic": "Tree"}},
            {("department", "topic"), ("department", "score", "topic")},
        ),
    ],
)
def test_a_standard_is_measured_at_the_levels_it_names_and_no_other(
    given: dict[str, Any], levels: set[tuple[str, ...]]
) -> None:
    [cut] = cuts(declared([MEDIAN], **given))
    assert cut.levels == levels


@settings(max_examples=40, deadline=None)
@given(rows)
def test_the_values_of_a_dimension_add_up_to_their_department_and_to_the_whole(
    observed: list[dict[str, Any]],
) -> None:
    found = measured(observed, declared(ADDITIVE, departments="all", by=list(DIMENSIONS)))
    wholes = {
        (row.metric, row.period, row.department): _parts(row) for row in found if row.scope == "{}"
    }
    for dimension in DIMENSIONS:
        sums: dict[Any, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
        for row in found:
            if row.scope.startswith(f'{{"{dimension}": '):
                held = sums[row.metric, row.period, row.department]
                for place, part in enumerate(_parts(row)):
                    held[place] += part
        assert sums == wholes


@settings(max_examples=40, deadline=None)
@given(rows)
def test_what_does_not_add_up_is_asked_of_the_rows_of_each_value(
    observed: list[dict[str, Any]],
) -> None:
    of = declared([MEDIAN], departments="all", by=["score"], where={"topic": "Tree"})
    found = {
        (row.period, row.department, row.scope): (row.value, row.n)
        for row in measured(observed, of)
    }
    zone = of.organisation.zone
    wanted: dict[Any, Any] = {}
    [cut] = cuts(of)
    for level in cut.levels:
        by_place = reference.figures(MEDIAN, observed, level, "month", zone, KNOWN_UNTIL, 7)
        for (period, place), one in by_place.items():
            named = dict(zip(level, place, strict=True))
            wanted[period, named.pop("department", None), scope_text(named)] = one
    assert found.keys() == wanted.keys()
    for key, (value, n) in wanted.items():
        assert found[key] == (pytest.approx(value, rel=1e-9, abs=1e-9), n)


def _parts(row: MeasurementRow) -> list[float]:
    return [row.numerator or 0.0, row.denominator or 0.0, row.n]
