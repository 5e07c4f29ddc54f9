"""The forms of metrics, and the rows they are tried on; laws of their figures on DuckDB.

That every form gives on every engine what plain Python gives stands in test_engines.py.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.declare.sources import boolean, integer, number, timestamp
from scorecard.declare.sources import date as date_column
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut, Level
from tests.measure import reference
from tests.measure.builder import declarations, landed_rows, metric_of, requests, row_of

SOURCE = requests(
    received_on=date_column(),
    answered_on=date_column(),
    urgent=boolean(),
    size=number(),
    big=integer(),
    far=timestamp(),
)
r = row_of(SOURCE)
KNOWN_UNTIL = datetime(2026, 4, 20, 16, 30, tzinfo=UTC)
LEVELS: tuple[Level, ...] = ((), ("department",), ("department", "topic"))
DAYS = v.elapsed(r.opened_at, r.closed_at, "days")

FORMS: dict[str, v.Aggregate] = {
    "count": v.count(),
    "count_where": v.count(where=r.closed_at.missing),
    "share": v.share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known),
    "share_of_all": v.share(r.topic.one_of("Pothole", "Ø's")),
    "share_by_moment": v.share(
        r.closed_at.known & (r.closed_at <= r.due_at), of=r.due_at <= v.known_until()
    ),
    "share_of_counts": v.share(r.score, of=r.score + 1),
    "share_not": v.share(~((r.score > 2) | (r.weight < 0.5)), of=r.topic.contains("o")),
    "mean": v.mean(r.weight),
    "mean_where": v.mean(DAYS, where=r.topic != "Pothole"),
    "sum": v.sum(r.weight * 2 - r.score / 3),
    "division_by_zero": v.sum(r.score / r.weight),
    "median": v.median(DAYS),
    "percentile": v.percentile(DAYS, 0.9),
    "percentile_where": v.percentile(r.weight, 0.25, where=r.due_at.known),
    "ratio": v.ratio(v.sum(r.weight), v.count(where=r.closed_at.known)),
    "distinct": v.distinct(r.topic),
    "distinct_where": v.distinct(r.closed_at, where=r.score > 1),
    "spread": v.spread(r.weight),
    "spread_where": v.spread(DAYS, where=r.topic.known),
    "rate": v.rate(v.count(where=r.topic == "Tree"), v.sum(r.score), per=1000),
    "share_where": v.share(r.closed_at.known, of=r.due_at.known, where=r.weight > 1),
    "share_of_counts_where": v.share(r.score, of=r.score + 1, where=r.topic.known),
    "working_hours": v.mean(v.working_hours(r.opened_at, r.closed_at)),
    "working_days": v.share(
        v.working_days(r.opened_at, r.closed_at) <= 3, of=r.closed_at.known & r.opened_at.known
    ),
    "working_days_median": v.median(v.working_days(r.due_at, v.known_until())),
    "working_hours_so_far": v.sum(
        v.working_hours(r.opened_at, v.known_until()), where=r.closed_at.missing
    ),
    "backlog": v.backlog(entered=r.opened_at, left=r.closed_at),
    "backlog_where": v.backlog(r.opened_at, r.closed_at, where=r.topic != "Tree"),
    "backlog_past_due": v.backlog(r.opened_at, r.closed_at, overdue=r.due_at),
    "age_of_open": v.age_of_open(r.opened_at, r.closed_at, "days"),
    "age_of_open_where": v.age_of_open(
        r.opened_at,
        r.closed_at,
        "hours",
        where=v.working_days(r.opened_at, v.known_until()) > 40,
    ),
    "tally": v.share(
        v.tally(r.score > 2, r.weight < 0.5), of=v.tally(r.score.known, r.weight.known)
    ),
    "rounded": v.share(v.rounded(r.weight / 4, 2) >= 0.25),
    "rounded_mean": v.mean(v.rounded(r.weight * 0.3 - 1, 1)),
    "percentile_of_whole_numbers": v.percentile(r.score, 0.75),
    "median_where": v.median(r.weight, where=r.urgent == True),  # noqa: E712
    "share_of_yes": v.share(r.urgent == True, of=r.urgent.known),  # noqa: E712
    "one_of_numbers": v.count(where=r.score.one_of(1, 3) | (r.weight == 0.25)),
    "text_of_spaces_and_signs": v.share(r.topic.contains("%") | r.topic.contains("\\")),
    "text_order": v.count(where=(r.topic > "P") & (r.topic <= "Ø's")),
    "distinct_days": v.distinct(r.answered_on),
    "distinct_whole_numbers": v.distinct(r.big),
    "largest_whole_numbers": v.count(where=(r.big > 2**62 - 2) | (r.big == -(2**62))),
    "sum_of_extremes": v.sum(r.size),
    "mean_of_extremes": v.mean(r.size / 3, where=r.size > 0),
    "percentile_of_extremes": v.percentile(r.size, 0.99),
    "weeks_to_far_times": v.mean(v.elapsed(r.opened_at, r.far, "weeks"), where=r.far.known),
    "seconds": v.percentile(v.elapsed(r.opened_at, r.closed_at, "seconds"), 0.1),
    "days_between_dates": v.mean(v.elapsed(r.received_on, r.answered_on, "days")),
    "working_days_between_dates": v.sum(v.working_days(r.received_on, r.answered_on)),
    "rate_per_one": v.rate(v.sum(r.weight, where=r.topic.known), v.count(), per=1),
}
# Of days, not of instants: these are placed by a clock of days.
BY_DAY: dict[str, v.Aggregate] = {
    "count_by_day": v.count(where=r.answered_on.missing),
    "share_by_day": v.share(r.answered_on <= r.received_on, of=r.answered_on.known),
    "backlog_by_day": v.backlog(r.received_on, r.answered_on),
    "age_by_day": v.age_of_open(r.received_on, r.answered_on, "weeks"),
}
METRICS = [metric_of(name, aggregate) for name, aggregate in FORMS.items()]
ALL_METRICS = METRICS + [
    metric_of(name, aggregate, at="received_on") for name, aggregate in BY_DAY.items()
]

# Around both changes of the clock, a leap day, and the turn of the local month.
MOMENTS = [
    datetime(2025, 11, 2, 5, 30, tzinfo=UTC),
    datetime(2025, 11, 2, 6, 30, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(2026, 2, 1, 4, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 2, 1, 5, 0, tzinfo=UTC),
]
moments = st.one_of(
    st.sampled_from(MOMENTS),
    st.datetimes(datetime(2025, 9, 1), datetime(2026, 5, 30)).map(lambda d: d.replace(tzinfo=UTC)),
)
DAYS_AROUND = [date(2024, 2, 29), date(2026, 2, 28), date(2026, 3, 8), date(2026, 4, 20)]
days = st.sampled_from(DAYS_AROUND) | st.dates(date(2025, 9, 1), date(2026, 5, 30))
# The ends of what a contract lets in, but for a day on which every zone has the year.
far_moments = st.sampled_from(
    [datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, 23, 59, 59, 999999, tzinfo=UTC)]
)
# Quarters, so that sums are exact and ties are common.
quarters = st.integers(-8, 40).map(lambda n: n / 4)
# Signs that a query could trip over, one letter in two Unicode forms, and letters beyond them.
HOSTILE = [
    *("100 %", "%s %(x)s :x $1 ?", "a\\", "\\'; DROP TABLE requests; --", '"', "NULL", "a  b"),
    *("caf\u00e9", "cafe\u0301", "STRASSE", "stra\u00dfe", "\U0001f573\ufe0f", "\u202eabc", "日本"),
]
topics = st.sampled_from(["Pothole", "Tree", "Ø's", "100 %", None]) | st.sampled_from(HOSTILE)
one_row = st.fixed_dictionaries(
    {
        "_department": st.sampled_from(["works", "parks", "unassigned"]),
        "topic": topics,
        "opened_at": st.none() | moments,
        "closed_at": st.none() | moments,
        "due_at": st.none() | moments,
        "received_on": st.none() | days,
        "answered_on": st.none() | days,
        "urgent": st.none() | st.booleans(),
        "score": st.none() | st.integers(0, 5),
        "weight": st.none() | quarters,
        "size": st.none() | st.sampled_from([0.0, 1e-9, 0.1, 1e15, 1e100]),
        "big": st.none() | st.sampled_from([2**62 - 1, 2**62, -(2**62), 2**53 + 1, 2**53]),
        "far": st.none() | far_moments,
    }
)
# Few rows find edges, many find groups and ties.
rows = st.lists(one_row, max_size=8) | st.lists(one_row, min_size=20, max_size=40)


def answers(
    observed: list[dict[str, Any]], metrics: list[Any], levels: tuple[Level, ...], grain: Any
) -> dict[tuple[Any, ...], tuple[float | None, int]]:
    declared = declarations({"requests": SOURCE}, metrics)
    numbered = [{"id": str(i)} | row for i, row in enumerate(observed)]
    with tempfile.TemporaryDirectory() as folder:
        tables = {"requests": landed_rows(SOURCE, numbered, Path(folder), KNOWN_UNTIL)}
        cuts = [Cut(metric, grain, frozenset(levels)) for metric in metrics]
        with DuckDB(tables, declared) as engine:
            return {
                (m.metric, m.period, m.department, m.scope): (m.value, m.n)
                for m in figures(declared, tables, engine, cuts)
            }


def expected(
    observed: list[dict[str, Any]], metrics: list[Any], levels: tuple[Level, ...], grain: Any
) -> dict[tuple[Any, ...], tuple[float | None, int]]:
    zone = declarations({}, []).organisation.zone
    found: dict[tuple[Any, ...], tuple[float | None, int]] = {}
    for metric in metrics:
        for level in levels:
            by_place = reference.figures(metric, observed, level, grain, zone, KNOWN_UNTIL, 7)
            for (period, place), one in by_place.items():
                named = dict(zip(level, place, strict=True))
                department = named.pop("department", None)
                scope = json.dumps(named, sort_keys=True, ensure_ascii=False)
                found[metric.name, period, department, scope] = one
    return found


def assert_same(
    got: dict[tuple[Any, ...], tuple[float | None, int]],
    wanted: dict[tuple[Any, ...], tuple[float | None, int]],
) -> None:
    assert got.keys() == wanted.keys()
    for key, (value, n) in wanted.items():
        assert got[key][1] == n, key
        close = None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)
        assert got[key][0] == close, key


@settings(max_examples=12, deadline=None)
@given(rows)
def test_additive_forms_roll_up_to_the_same_figures(observed: list[dict[str, Any]]) -> None:
    additive = [m for m in METRICS if m.aggregate.adds_over_units]
    assert_same(
        answers(observed, additive, LEVELS, "month"), expected(observed, additive, LEVELS, "month")
    )


@settings(max_examples=12, deadline=None)
@given(rows)
def test_numerators_and_denominators_of_departments_sum_to_the_organisations(
    observed: list[dict[str, Any]],
) -> None:
    metric = metric_of("on_time", FORMS["share"])
    declared = declarations({"requests": SOURCE}, [metric])
    numbered = [{"id": str(i)} | row for i, row in enumerate(observed)]
    with tempfile.TemporaryDirectory() as folder:
        tables = {"requests": landed_rows(SOURCE, numbered, Path(folder), KNOWN_UNTIL)}
        with DuckDB(tables, declared) as engine:
            cut = Cut(metric, "month", frozenset({(), ("department",)}))
            found = list(figures(declared, tables, engine, [cut]))
    for whole in (m for m in found if m.department is None):
        parts = [m for m in found if m.department and m.period == whole.period]
        assert sum(m.numerator or 0 for m in parts) == whole.numerator
        assert sum(m.denominator or 0 for m in parts) == whole.denominator


def test_a_row_just_before_local_midnight_belongs_to_the_month_that_ends() -> None:
    at = datetime(2026, 2, 1, 5, tzinfo=UTC)
    observed = [
        {"_department": "works", "opened_at": at - timedelta(microseconds=1)},
        {"_department": "works", "opened_at": at},
    ]
    got = answers(observed, [metric_of("n", v.count())], ((),), "month")
    assert {key[1].isoformat(): value for key, value in got.items()} == {
        "2026-01-01": (1.0, 1),
        "2026-02-01": (1.0, 1),
    }


def test_no_rows_give_no_figure_and_never_zero() -> None:
    observed = [{"_department": "works", "opened_at": MOMENTS[0], "weight": None}]
    got = answers(
        observed,
        [metric_of("m", v.mean(r.weight)), metric_of("s", v.sum(r.weight))],
        ((),),
        "month",
    )
    assert got == {}


def test_hostile_text_in_a_metric_stays_text() -> None:
    hostile = "'; DROP TABLE requests; --%s :x"
    observed = [{"_department": "works", "opened_at": MOMENTS[0], "topic": hostile}]
    got = answers(observed, [metric_of("s", v.share(r.topic == hostile))], ((),), "month")
    assert list(got.values()) == [(100.0, 1)]
