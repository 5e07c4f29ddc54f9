"""What is kept beside figures gives the intervals that the raw values give, on every engine."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.judge.order_statistics import percentile_interval
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.around import percentile_ends, places_around
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut
from tests.measure.benches import BENCHES, Bench, Rows
from tests.measure.builder import declarations, metric_of
from tests.measure.spark_server import needs_spark
from tests.measure.test_figures import KNOWN_UNTIL, SOURCE, r

CONFIDENCES = {"95": 0.95, "80": 0.80}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[needs_spark] * (name == "spark")) for name in BENCHES],
)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with BENCHES[request.param]() as opened:
        yield opened


def _some_rows() -> Rows:
    """Two months of two departments, some values missing, some tied, some of other topics."""
    draw = Random(4)
    return [
        {
            "id": str(number),
            "_department": draw.choice(["works", "parks"]),
            "topic": draw.choice(["Pothole", "Tree", None]),
            "opened_at": datetime(2026, 1, 10, tzinfo=UTC) + timedelta(days=draw.randint(0, 50)),
            "weight": None if draw.random() < 0.1 else round(draw.lognormvariate(1, 1), 2),
        }
        for number in range(700)
    ]


METRICS = [
    metric_of("mean", v.mean(r.weight)),
    metric_of("mean_where", v.mean(r.weight, where=r.topic == "Tree")),
    metric_of("median", v.median(r.weight)),
    metric_of("p90", v.percentile(r.weight, 0.9)),
    metric_of("p90_where", v.percentile(r.weight, 0.9, where=r.topic == "Tree")),
]


def _measured(bench: Bench, observed: Rows, metrics: list[Any]) -> list[MeasurementRow]:
    declared = declarations({SOURCE.name: SOURCE}, metrics)
    levels = frozenset({(), ("department",)})
    cuts = [Cut(metric, "month", levels) for metric in metrics]
    with bench(declared, {SOURCE.name: observed}, KNOWN_UNTIL) as (engine, tables):
        return list(figures(declared, tables, engine, cuts))


def _values(observed: Rows) -> dict[tuple[Any, ...], list[float]]:
    """The raw values by metric, month and department, in plain Python."""
    found: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for row in observed:
        # All moments lie in the middle of days, so that the local month is that of UTC.
        month = row["opened_at"].date().replace(day=1)
        for metric in METRICS:
            if metric.name.endswith("where") and row["topic"] != "Tree":
                continue
            if row["weight"] is not None:
                for department in (None, row["_department"]):
                    found[metric.name, month, department].append(row["weight"])
    return found


def test_every_engine_keeps_what_the_raw_values_give(bench: Bench) -> None:
    observed = _some_rows()
    for row in observed:
        row["opened_at"] += timedelta(hours=12)
    raw = _values(observed)

    found = _measured(bench, observed, METRICS)

    assert {(m.metric, m.period, m.department) for m in found} == set(raw)
    for m in found:
        values = raw[m.metric, m.period, m.department]
        if m.metric.startswith("mean"):
            assert m.squares == pytest.approx(math.fsum(x * x for x in values), rel=1e-12)
            assert m.lower_95 is None
            continue
        assert m.squares is None
        q = 0.5 if m.metric == "median" else 0.9
        ordered = sorted(values)
        for name, confidence in CONFIDENCES.items():
            exact = percentile_interval(values, q, confidence).interval
            lower, upper = getattr(m, f"lower_{name}"), getattr(m, f"upper_{name}")
            if exact is None:
                assert (lower, upper) == (None, None)
                continue
            assert ordered[0] <= lower <= exact.lower
            assert exact.upper <= upper <= ordered[-1]


@pytest.mark.parametrize("large", [1e100, 1e139, 1e141, 1e300, -1e300])
def test_values_too_large_to_be_squared_leave_the_mean_as_it_is(bench: Bench, large: float) -> None:
    observed = [
        {"id": str(i), "_department": "works", "opened_at": KNOWN_UNTIL, "size": size}
        for i, size in enumerate([large, 1e-300, 0.0, None])
    ]

    [whole] = [
        m
        for m in _measured(bench, observed, [metric_of("mean", v.mean(r.size))])
        if m.department is None
    ]

    assert whole.value == pytest.approx(large / 3)
    assert whole.squares == (None if abs(large) > 1e140 else pytest.approx(large**2, rel=1e-12))


def test_without_values_there_is_nothing_around(bench: Bench) -> None:
    observed = [{"id": "1", "_department": "works", "opened_at": KNOWN_UNTIL, "weight": None}]

    assert _measured(bench, observed, METRICS) == []


@settings(max_examples=50)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400),
    st.sampled_from([0.01, 0.1, 0.5, 0.9, 0.95, 0.99]),
)
def test_ends_lie_outward_of_the_exact_ranks(values: list[float], q: float) -> None:
    ordered = sorted(values)

    def at(place: float) -> float:
        rank = place * (len(ordered) - 1)
        low = math.floor(rank)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)

    found = percentile_ends(q, len(values), [at(place) for place in places_around(q)])

    for name, confidence in CONFIDENCES.items():
        exact = percentile_interval(values, q, confidence).interval
        lower, upper = getattr(found, f"lower_{name}"), getattr(found, f"upper_{name}")
        assert (lower is None) == (exact is None)
        if exact is not None:
            slack = 1e-9 * max(1.0, abs(ordered[0]), abs(ordered[-1]))
            assert lower <= exact.lower + slack
            assert upper >= exact.upper - slack


@pytest.mark.parametrize("q", [0.5, 0.9, 0.95])
def test_up_to_twenty_thousand_values_the_ends_are_twice_as_far_at_most(q: float) -> None:
    for n in (100, 300, 1000, 5000, 20_000):
        found = percentile_ends(q, n, places_around(q))
        half = 1.96 * math.sqrt(q * (1 - q) / n)

        assert found.upper_95 is not None
        assert found.lower_95 is not None
        # Two ranks more, since the exact ones are whole numbers beyond the normal approximation.
        assert found.upper_95 - q <= 2 * (half + 2.5 / n)
        assert q - found.lower_95 <= 2 * (half + 2.5 / n)


def test_the_places_are_few_in_order_and_hold_the_quantile_itself() -> None:
    for q in (0.001, 0.1, 0.5, 0.9, 0.999):
        places = places_around(q)
        assert list(places) == sorted(set(places))
        assert {0.0, q, 1.0} <= set(places)
        assert len(places) <= 15
