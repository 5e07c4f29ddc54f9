"""Examples of metrics: which figure their rows give, and when it is the expected one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.declare.load import Declarations, bind_source
from scorecard.declare.metrics import Example
from scorecard.declare.sources import (
    Source,
    boolean,
    counted,
    fiscal_year,
    integer,
    looked_up,
    number,
    rule,
    source,
    text,
    timestamp,
)
from scorecard.declare.sources import date as day
from scorecard.errors import DeclarationError
from scorecard.measure.examples import ExampleResult, is_met, run_example, run_examples
from tests.measure.builder import declarations, metric_of, row_of

SOURCE = bind_source(
    source(
        "requests",
        key="id",
        department="department",
        columns={
            "id": text(required=True),
            "department": text(),
            "opened_at": timestamp(),
            "closed_at": timestamp(),
            "due_at": timestamp(planned=True),
            "on": day(formats=["%d.%m.%Y"]),
            "year": fiscal_year(),
            "urgent": boolean(),
            "score": integer(minimum=1, blank=["NA"]),
            "weight": number(),
            "topic": looked_up(text(), source="topics", column="topic", by="id"),
            "visits": counted(source="visits", by="id"),
        },
        rules=[rule("too-soon", lambda r: r.closed_at >= r.opened_at, "Closed before opened.")],
    )
)
r = row_of(SOURCE)
ON_TIME = v.share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known)
PAST_DUE = v.count(where=r.closed_at.missing & (r.due_at <= v.known_until()))
HOURS = v.elapsed(r.opened_at, r.closed_at, "hours")


def declared(
    aggregate: v.Aggregate, rows: list[dict[str, Any]], expect: float | None, **more: Any
) -> Declarations:
    example = Example(rows, expect, Path("metrics.py"), 12, **more)
    one = metric_of("figure", aggregate, examples=(example,))
    return declarations({SOURCE.name: SOURCE}, [one])


def ran(
    aggregate: v.Aggregate, rows: list[dict[str, Any]], expect: float | None, **more: Any
) -> ExampleResult:
    made = declared(aggregate, rows, expect, **more)
    return run_example(made, made.metrics["figure"], 1)


def got(aggregate: v.Aggregate, rows: list[dict[str, Any]], **more: Any) -> float | None:
    return ran(aggregate, rows, 0, **more).got


# --- The figure ---


def test_rows_count_wherever_their_times_lie_and_without_any():
    rows: list[dict[str, Any]] = [
        {"opened_at": "1999-01-01T00:00Z"},
        {"opened_at": "2031-12-31T23:59:59.999999Z"},
        {},
    ]
    assert got(v.count(), rows) == 3
    assert got(v.count(), [{}]) == 1


def test_no_rows_and_rows_without_the_value_give_no_data():
    assert got(v.count(), []) is None
    assert got(v.mean(r.score), [{"score": None}, {}]) is None


@pytest.mark.parametrize(
    ("aggregate", "rows", "figure"),
    [
        (v.mean(r.score), [{"score": 4}, {"score": "3"}, {"score": "NA"}, {"score": 5.0}], 4),
        (v.mean(r.weight), [{"weight": 0.1}, {"weight": 3}, {"weight": "1e1"}], 13.1 / 3),
        (v.count(where=r.urgent), [{"urgent": True}, {"urgent": "yes"}, {"urgent": False}], 2),
        (v.median(HOURS), [{"opened_at": "2026-01-01", "closed_at": "2026-01-01T06:00"}], 6),
        (v.count(where=r.topic == "Tree"), [{"topic": "Tree"}, {"topic": " Tree "}, {}], 2),
        (v.sum(r.visits), [{"visits": 3}, {}, {"visits": None}], 3),
        (v.median(v.elapsed(r.year, r.on, "days")), [{"year": "2025-26", "on": "2.7.2025"}], 1),
        (
            v.sum(v.elapsed(r.opened_at, r.closed_at, "minutes")),
            [
                {
                    "opened_at": datetime(2026, 1, 1, 10, tzinfo=UTC),
                    "closed_at": datetime(2026, 1, 1, 5, 1),
                },
                {"opened_at": date(2026, 1, 1), "closed_at": "2026-01-01T00:01"},
            ],
            2,
        ),
    ],
)
def test_cells_are_read_by_the_contract(
    aggregate: v.Aggregate, rows: list[dict[str, Any]], figure: float
):
    assert got(aggregate, rows) == pytest.approx(figure, abs=1e-12)


def test_a_time_without_an_offset_is_local_to_the_organisation():
    rows: list[dict[str, Any]] = [
        {"closed_at": "2026-07-02T10:00", "due_at": "2026-07-02T14:00Z"},
        {"closed_at": "2026-07-02T10:00:01", "due_at": "2026-07-02T10:00-04:00"},
    ]
    assert got(ON_TIME, rows) == 50


def test_known_until_is_the_latest_time_of_the_rows_unless_it_is_given():
    rows: list[dict[str, Any]] = [{"due_at": "2026-07-02T10:00"}, {"due_at": "2026-07-03T10:00"}]
    assert got(PAST_DUE, rows) == 2
    assert got(PAST_DUE, rows, known_until="2026-07-03T09:59:59") == 1
    assert got(PAST_DUE, rows, known_until="2026-07-03T14:00Z") == 2
    assert got(PAST_DUE, rows, known_until="2026-07-02") == 1
    assert got(PAST_DUE, [{}]) == 0


def test_the_figure_does_not_depend_on_the_clock_of_the_metric():
    rows: list[dict[str, Any]] = [
        {"opened_at": "2026-01-01", "closed_at": "2026-01-03"},
        {"opened_at": None, "closed_at": "2026-05-03"},
    ]
    made = declared(v.count(where=r.opened_at.missing), rows, 1)
    for at in ("opened_at", "closed_at", "on"):
        metric = replace(made.metrics["figure"], at=at)
        assert run_example(made, metric, 1).passed, at


# --- What fails, and how it is told ---


def test_a_failing_example_says_what_came_and_which_rows_counted():
    rows: list[dict[str, Any]] = [
        {"closed_at": "2026-07-02T10:00", "due_at": "2026-07-02T10:00"},
        {"closed_at": "2026-07-02T10:01", "due_at": "2026-07-02T10:00"},
        {"closed_at": "2026-07-02T10:01"},
    ]
    result = ran(ON_TIME, rows, 66.7)
    assert (result.got, result.expected, result.passed) == (50, 66.7, False)
    assert str(result.error) == (
        "example-failed: metrics.py:12: figure gives 50, and the example expects 66.7. "
        "Rows 1, 2 of 3 count; kept: row 1. Left out: due_at is missing (1 row)."
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "gives no data, and the example expects 3. It has no rows."),
        ([{}], "gives no data, and the example expects 3. None of 1 row counts. Left out: score"),
        ([{"score": 2}, {}], "gives 2, and the example expects 3. Row 1 of 2 counts. Left"),
    ],
)
def test_rows_that_do_not_count_are_told(rows: list[dict[str, Any]], told: str):
    assert told in str(ran(v.mean(r.score), rows, 3).error)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"score": "many"}, "(integer-unreadable): score: 'many' is no whole number"),
        ({"score": 0}, "(out-of-range): score: '0' is below 1."),
        ({"opened_at": "soon"}, "(time-unreadable)"),
        ({"weight": float("nan")}, "(number-unreadable)"),
        ({"opened_at": "2026-01-02", "closed_at": "2026-01-01"}, "(too-soon): Closed before"),
    ],
)
def test_a_row_that_would_go_to_quarantine_is_refused(row: dict[str, Any], told: str):
    with pytest.raises(DeclarationError) as caught:
        ran(v.count(), [{}, row], 2)
    assert caught.value.code == "example-invalid"
    assert caught.value.place == "metrics.py:12"
    assert "Row 2 of the example" in caught.value.message
    assert told in caught.value.message


def test_all_examples_are_run_also_after_one_that_cannot_be():
    made = declared(v.count(), [{"score": "many"}], 1)
    metric = made.metrics["figure"]
    good = replace(metric.examples[0], rows=[{}])
    both = replace(made, metrics={"figure": replace(metric, examples=(*metric.examples, good))})
    first, second = run_examples(both)
    assert isinstance(first, DeclarationError)
    assert isinstance(second, ExampleResult)
    assert (second.number, second.passed) == (2, True)


# --- When a figure is the expected one ---


@pytest.mark.parametrize(
    ("figure", "expect", "within", "met"),
    [
        (200 / 3, 66.7, None, True),
        (66.64, 66.7, None, False),
        (66.65, 66.7, None, True),
        (66.75, 66.7, None, True),
        (200 / 3, 66.67, None, True),
        (200 / 3, 67, None, False),
        (200 / 3, 67, 0.5, True),
        (50.0, 50, None, True),
        (50.01, 50, None, False),
        (50.01, 50.0, None, True),
        (0.1 + 0.2, 0.3, 0, True),
        (0.3001, 0.3, 0, False),
        (-0.26, -0.3, None, True),
        (1e-7, 1e-7, None, True),
        (1e15 + 1, 10**15, None, True),
        (None, None, None, True),
        (None, 0, None, False),
        (0.0, None, None, False),
    ],
)
def test_a_figure_is_met_at_the_precision_it_is_written_with(
    figure: float | None, expect: float | None, within: float | None, met: bool
):
    assert is_met(figure, expect, within) is met


@given(st.floats(-1e6, 1e6), st.integers(1, 6))
def test_a_figure_meets_its_own_rounding(figure: float, decimals: int):
    assert is_met(figure, round(figure, decimals))


def test_the_source_of_a_metric_stays_as_declared():
    before = SOURCE.definition
    ran(v.count(), [{}], 1)
    assert isinstance(SOURCE, Source)
    assert SOURCE.definition == before
