"""What changed between two states adds up to the difference of the two figures."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.declare.periods import Period
from scorecard.measure.between import AFTER, BEFORE, Between, between
from scorecard.measure.contribution import adds_row_by_row
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut
from tests.measure.builder import declarations, landed_rows, metric_of
from tests.measure.test_figures import FORMS, METRICS, SOURCE, r

FEBRUARY = Period(date(2026, 2, 1), "month", 7)
KNOWN_UNTIL = (datetime(2026, 2, 15, 12, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
# Enough in the same few weeks that rows meet; around the month's ends, to move over them.
moments = st.none() | st.sampled_from(
    [
        datetime(2026, 1, 31, 23, tzinfo=UTC),
        datetime(2026, 2, 1, 5, tzinfo=UTC),
        datetime(2026, 2, 14, tzinfo=UTC),
        datetime(2026, 2, 20, tzinfo=UTC),
        datetime(2026, 3, 1, 4, 59, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
    ]
)
states = st.dictionaries(
    st.sampled_from([str(i) for i in range(12)]),
    st.fixed_dictionaries(
        {
            "_department": st.sampled_from(["works", "parks"]),
            "topic": st.sampled_from(["Pothole", "Tree", None]),
            "opened_at": moments,
            "closed_at": moments,
            "due_at": moments,
            "score": st.none() | st.integers(0, 5),
            "weight": st.none() | st.integers(-8, 40).map(lambda n: n / 4),
        }
    ),
)
Rows = dict[str, dict[str, Any]]
Figures = dict[str, tuple[float, float, float | None]]

BY_ROW = [metric for metric in METRICS if adds_row_by_row(metric.aggregate)]


def compared(
    before: Rows, after: Rows, metrics: list[Any], department: str | None, sample: int = 10
) -> tuple[dict[str, Between], list[Figures]]:
    """By metric what changed, and the figures (n, numerator, denominator) of both states."""
    declared = declarations({"requests": SOURCE}, metrics)
    figured: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder, DuckDB({}, declared) as engine:
        for state, rows, until in zip((BEFORE, AFTER), (before, after), KNOWN_UNTIL, strict=True):
            place = Path(folder) / state
            place.mkdir()
            numbered = [{"id": key} | row for key, row in rows.items()]
            tables = {"requests": landed_rows(SOURCE, numbered, place, until)}
            engine.take(tables, state)
            cuts = [Cut(m, "month", frozenset({(), ("department",)})) for m in metrics]
            with DuckDB(tables, declared) as alone:
                found = [
                    f
                    for f in figures(declared, tables, alone, cuts)
                    if f.period == FEBRUARY.start and f.department == department
                ]
            figured.append({f.metric: (f.n, f.numerator or 0.0, f.denominator) for f in found})
        return {
            metric.name: between(
                metric,
                declared.sources,
                engine,
                department=department,
                where={},
                period=FEBRUARY,
                zone=declared.organisation.zone,
                known_until=KNOWN_UNTIL,
                sample=sample,
            )
            for metric in metrics
        }, figured


@settings(max_examples=9, deadline=None)
@given(states, states, st.sampled_from([None, "works"]))
def test_the_changes_of_every_form_add_up_to_the_difference_of_the_figures(
    before: Rows, after: Rows, department: str | None
) -> None:
    changes, (was, now) = compared(before, after, BY_ROW, department, sample=0)
    nothing = (0, 0.0, None)
    for name, found in changes.items():
        n_was, top_was, bottom_was = was.get(name, nothing)
        n_now, top_now, bottom_now = now.get(name, nothing)
        assert (int(found.n_before), int(found.n_after)) == (n_was, n_now), name
        assert sum(c.n for c in found.changes) == n_now - n_was, name
        if isinstance(FORMS[name], v.Percentile):
            assert all(c.numerator is None for c in found.changes)
        elif n_was and n_now:
            tops = sum(c.numerator or 0 for c in found.changes)
            assert tops == pytest.approx(top_now - top_was, abs=1e-6), name
        if n_was and n_now and bottom_was is not None and bottom_now is not None:
            bottoms = sum(c.denominator or 0 for c in found.changes)
            assert bottoms == pytest.approx(bottom_now - bottom_was, abs=1e-6), name


@settings(max_examples=9, deadline=None)
@given(states, states, st.sampled_from([None, "works"]))
def test_rows_that_entered_less_rows_that_left_are_the_difference_of_n(
    before: Rows, after: Rows, department: str | None
) -> None:
    by_rows = [m for m in BY_ROW if m.name in ("count_where", "share", "mean", "percentile")]
    for found in compared(before, after, by_rows, department, sample=0)[0].values():
        assert found.rows_of("entered") - found.rows_of("left") == found.n_after - found.n_before
        assert (
            found.same
            + found.rows_of("entered")
            + sum(found.rows_of(kind) for kind in ("now_kept", "no_longer_kept", "value_changed"))
            == found.n_after
        )


@settings(max_examples=5, deadline=None)
@given(states)
def test_between_a_state_and_itself_only_knowledge_of_time_changes(rows: Rows) -> None:
    for name, found in compared(rows, rows, BY_ROW, None, sample=0)[0].items():
        assert {c.reason for c in found.changes} <= {"knowledge of time"}
        if name != "share_by_moment":
            assert not found.changes


IN, OUT = datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)
CLOSED = {"_department": "works", "opened_at": IN, "closed_at": IN, "due_at": IN}


def changed(before: Any, after: Any, metric: Any, department: str | None = "works") -> set[Any]:
    """How one row changed a figure: kind and reason."""
    states = [{"1": row} if row else {} for row in (before, after)]
    found = compared(states[0], states[1], [metric], department)[0][metric.name]
    return {(row.kind, row.reason) for row in found.rows}


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (None, CLOSED, ("entered", "not landed")),
        (CLOSED, None, ("left", "not landed")),
        (CLOSED, CLOSED | {"opened_at": OUT}, ("left", "another period")),
        (CLOSED | {"opened_at": None}, CLOSED, ("entered", "no time")),
        (CLOSED, CLOSED | {"_department": "parks"}, ("left", "elsewhere")),
        (CLOSED | {"due_at": None}, CLOSED, ("entered", "values")),
        (CLOSED, CLOSED | {"closed_at": OUT}, ("no_longer_kept", "values")),
        (CLOSED | {"closed_at": OUT}, CLOSED, ("now_kept", "values")),
    ],
)
def test_a_share_says_how_a_row_changed_and_why(before: Any, after: Any, wanted: Any) -> None:
    assert changed(before, after, metric_of("share", FORMS["share"])) == {wanted}


def test_a_row_that_fell_due_in_between_entered_by_knowledge_of_time() -> None:
    row = CLOSED | {"due_at": datetime(2026, 2, 20, tzinfo=UTC)}
    metric = metric_of("kept", FORMS["share_by_moment"])
    assert changed(row, row, metric) == {("entered", "knowledge of time")}


def test_a_changed_row_shows_what_the_metric_reads_before_and_after() -> None:
    metric = metric_of("weight", v.median(r.weight))
    before, after = CLOSED | {"weight": 1.5}, CLOSED | {"weight": 2.5}
    found = compared({"1": before}, {"1": after}, [metric], None)[0]["weight"]
    [row] = found.rows
    assert (row.kind, row.key) == ("value_changed", {"id": "1"})
    assert row.before is not None
    assert row.after is not None
    assert (row.before["weight"], row.after["weight"]) == ("1.5", "2.5")
    assert list(row.before) == ["_department", "opened_at", "weight"]


def test_few_examples_still_show_each_way_a_figure_changed() -> None:
    before = {str(i): CLOSED for i in range(9)}
    after = {str(i): CLOSED | {"closed_at": OUT} for i in range(8)} | {"new": CLOSED}
    found = compared(before, after, [metric_of("share", FORMS["share"])], None, sample=3)[0]
    assert [row.kind for row in found["share"].rows] == ["entered", "left", "no_longer_kept"]
