"""Every form of metric gives on every engine what plain Python gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.declare.load import bind_source
from scorecard.declare.sources import counted as counted_rows
from scorecard.declare.sources import looked_up, number, source, text
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut
from tests.measure.agreement import (
    DOCUMENT,
    GRAINS,
    answers,
    as_count,
    by_key,
    counted,
    differing,
    documented,
    expected,
)
from tests.measure.benches import BENCHES, Bench, Rows
from tests.measure.builder import declarations, metric_of, requests, row_of
from tests.measure.spark_server import needs_spark
from tests.measure.test_figures import ALL_METRICS, KNOWN_UNTIL, LEVELS, quarters, rows

# Spark takes seconds for a statement, and each table asks a dozen.
EXAMPLES = {"duckdb": (15, 10), "postgresql": (15, 10), "spark": (2, 2)}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[needs_spark] * (name == "spark")) for name in BENCHES],
)
def named(request: pytest.FixtureRequest) -> Iterator[tuple[str, Bench]]:
    with BENCHES[request.param]() as opened:
        yield request.param, opened


def test_every_form_at_every_level_agrees_with_plain_python(named: tuple[str, Bench]) -> None:
    name, bench = named

    @settings(max_examples=EXAMPLES[name][0])
    @given(rows, st.sampled_from(GRAINS))
    def agree(observed: Rows, grain: Any) -> None:
        got = answers(bench, observed, ALL_METRICS, grain, LEVELS)
        wanted = expected(observed, ALL_METRICS, grain, LEVELS)
        assert {key: (got.get(key), wanted.get(key)) for key in differing(got, wanted)} == {}

    agree()


VISITS = bind_source(
    source("visits", key="visit", columns={"visit": text(), "id": text(), "hours": number()})
)
LOOKING = requests(
    visits=counted_rows(source="visits", by="id"),
    hours=looked_up(number(), source="visits", column="hours", by="topic"),
)
seen = row_of(LOOKING)
LOOKED_UP = [
    metric_of("visits_each", v.ratio(v.sum(seen.visits), v.count())),
    metric_of("once", v.share(seen.visits <= 1, of=seen.closed_at.known)),
    metric_of("hours", v.median(seen.hours, where=seen.hours.known)),
    metric_of("different_hours", v.sum(seen.hours - seen.visits)),
]


def test_columns_of_another_source_are_looked_up_alike(named: tuple[str, Bench]) -> None:
    name, bench = named
    visits = st.lists(
        st.fixed_dictionaries({"id": st.integers(0, 12).map(str), "hours": st.none() | quarters}),
        max_size=20,
    )

    @settings(max_examples=EXAMPLES[name][1])
    @given(rows, visits)
    def agree(observed: Rows, visited: Rows) -> None:
        # Topics name visits by their keys, and some name none.
        keys = ["Pothole", "Tree", *map(str, range(18))]
        beside = [{"visit": key} | visit for key, visit in zip(keys, visited, strict=False)]
        hours = {visit["visit"]: visit["hours"] for visit in beside}
        requested = [{"id": str(i)} | row for i, row in enumerate(observed)]
        declared = declarations({"requests": LOOKING, "visits": VISITS}, LOOKED_UP)
        cuts = [Cut(metric, "month", frozenset(LEVELS)) for metric in LOOKED_UP]
        held = {"requests": requested, "visits": beside}
        with bench(declared, held, KNOWN_UNTIL) as (engine, tables):
            got = by_key(figures(declared, tables, engine, cuts))
        full = [
            row
            | {"visits": sum(visit["id"] == row["id"] for visit in beside)}
            | {"hours": hours.get(row["topic"])}
            for row in requested
        ]
        wanted = expected(full, LOOKED_UP, "month", LEVELS)
        assert {key: (got.get(key), wanted.get(key)) for key in differing(got, wanted)} == {}

    agree()


@pytest.mark.slow
def test_no_form_differs_over_two_hundred_tables(named: tuple[str, Bench]) -> None:
    counts, told = counted(named[1], 200)
    assert told == []
    for form, count in counts.items():
        assert count.tables >= 200, form
        assert count.figures > 0, form


def test_the_document_shows_every_form_on_every_engine_without_a_difference() -> None:
    shown = documented(DOCUMENT.read_text(encoding="utf-8"))
    assert set(shown) == set(BENCHES)
    for engine, forms in shown.items():
        assert list(forms) == [metric.name for metric in ALL_METRICS], engine
        for form, cell in forms.items():
            count = as_count(cell)
            assert count is not None, f"{engine}: {form} is {cell!r}"
            assert count.tables >= 200, f"{engine}: {form}"
            assert count.figures > 0, f"{engine}: {form}"
            assert count.differences == 0, f"{engine}: {form}"
