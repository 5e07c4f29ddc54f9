"""Derived figures are what plain Python works out straight from the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.declare.derived import Derived, Formula, Input
from scorecard.declare.derived_words import change, change_percent, per, previous, rolling
from scorecard.declare.load import Declarations, bind_source
from scorecard.declare.metrics import Metric
from scorecard.declare.sources import source, text, timestamp
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.derived import derived_rows, inputs
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut, DerivedCut, Level
from tests.measure.builder import declarations, landed_rows, metric_of, requests, row_of

REQUESTS = requests()
# The second source calls the topic otherwise.
CALLS = bind_source(
    source(
        "calls",
        key="id",
        department="department",
        dimensions={"topic": "subject"},
        columns={"id": text(), "department": text(), "called_at": timestamp(), "subject": text()},
    )
)
SOURCES = {"requests": REQUESTS, "calls": CALLS}
r = row_of(REQUESTS)
ZONE = ZoneInfo("America/New_York")
KNOWN = {
    "requests": datetime(2026, 6, 1, 4, tzinfo=UTC),
    "calls": datetime(2026, 5, 20, tzinfo=UTC),
}
LEVELS: tuple[Level, ...] = ((), ("department",), ("department", "topic"))

ON_TIME = metric_of(
    "on_time",
    v.share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known),
    at="closed_at",
    unit="percent",
)
CLOSED = metric_of("closed", v.count(), at="closed_at", unit="count")
CONTACTS = replace(metric_of("contacts", v.count(), unit="count"), source="calls", at="called_at")
SCORES = metric_of("scores", v.sum(r.score), unit="number")
DAYS = metric_of("days", v.median(v.elapsed(r.opened_at, r.closed_at, "days")), unit="days")
PER_CLOSED = metric_of(
    "per_closed", v.ratio(v.sum(r.score), v.count(r.closed_at.known)), unit="number"
)
BASE = [ON_TIME, CLOSED, CONTACTS, SCORES, DAYS, PER_CLOSED]
on_time, closed, contacts, scores, days, per_closed = map(Input, BASE)


def derived(name: str, formula: Formula) -> Derived:
    return Derived(
        name=name,
        title=name,
        description=name,
        unit=formula.kind.units[0],  # pyright: ignore[reportArgumentType]
        better="higher",
        min_n=1,
        decimals=None,
        file=Path("metrics.py"),
        line=1,
        formula=formula,
    )


def declared(*metrics: Derived) -> Declarations:
    return replace(declarations(SOURCES, BASE), derived={metric.name: metric for metric in metrics})


def worked_out(
    formula: Formula, measured: Iterable[MeasurementRow], levels: Iterable[Level] = ((),)
) -> list[MeasurementRow]:
    metric = derived("figure", formula)
    cut = DerivedCut(metric, "month", frozenset(levels))
    return list(derived_rows(declared(metric), [cut], measured, KNOWN))


# --- against the rows themselves ---

instants = st.datetimes(datetime(2025, 12, 15), datetime(2026, 5, 19)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
departments = st.sampled_from(["works", "parks", "unassigned"])
topics = st.sampled_from(["Pothole", "Tree", None])
request_rows = st.lists(
    st.fixed_dictionaries(
        {
            "_department": departments,
            "topic": topics,
            "opened_at": st.none() | instants,
            "closed_at": st.none() | instants,
            "due_at": st.none() | instants,
            "score": st.none() | st.integers(-3, 9),
        }
    ),
    max_size=40,
)
call_rows = st.lists(
    st.fixed_dictionaries({"_department": departments, "subject": topics, "called_at": instants}),
    max_size=25,
)
Rows = list[dict[str, Any]]
Pair = tuple[float, float]


def measured_figures(asked: Rows, called: Rows) -> list[MeasurementRow]:
    with tempfile.TemporaryDirectory() as folder:
        numbered = (
            [{"id": str(i)} | row for i, row in enumerate(rows)] for rows in (asked, called)
        )
        tables = {
            one.name: landed_rows(one, rows, Path(folder), KNOWN[one.name])
            for one, rows in zip(SOURCES.values(), numbered, strict=True)
        }
        levels = {
            "requests": frozenset(LEVELS),
            "calls": frozenset({(), ("department",), ("department", "subject")}),
        }
        cuts = [
            Cut(metric, "month", levels[metric.source], metric is PER_CLOSED) for metric in BASE
        ]
        made = declared()
        with DuckDB(tables, made) as engine:
            return list(figures(made, tables, engine, cuts))


def month(moment: datetime) -> int:
    local = moment.astimezone(ZONE)
    return 12 * local.year + local.month - 1


class Straight:
    """What plain Python counts in the rows, months as whole numbers."""

    def __init__(self, asked: Rows, called: Rows) -> None:
        self.asked, self.called = asked, called

    def pair(self, name: str, row: dict[str, Any]) -> tuple[int, Pair] | None:
        """The month of a row and what it adds above and below; None where it adds nothing."""
        if name == "contacts":
            return month(row["called_at"]), (1, 1)
        at = row["opened_at"] if name in ("scores", "per_closed") else row["closed_at"]
        if at is None:
            return None
        if name == "on_time":
            known = row["due_at"] is not None
            return (month(at), (row["closed_at"] <= row["due_at"], 1)) if known else None
        if name == "scores":
            return (month(at), (row["score"], 1)) if row["score"] is not None else None
        if name == "per_closed":
            shut = row["closed_at"] is not None
            return (month(at), (row["score"], shut)) if shut or row["score"] is not None else None
        return month(at), (1, 1)

    def sums(
        self, name: str, last: int, many: int, department: str | None, topic: Any
    ) -> Pair | None:
        """Above and below over `many` months that end with `last`; None where nothing is known."""
        rows = self.called if name == "contacts" else self.asked
        found = [
            (row["_department"], row.get("topic", row.get("subject")), *pair)
            for row in rows
            if (pair := self.pair(name, row)) is not None
        ]
        # Of the calls, May is the last month that is known of at all.
        if many > 1 and (not found or last - many + 1 < min(when for _, _, when, _ in found)):
            return None
        inside = [
            pair
            for unit, about, when, pair in found
            if last - many < when <= last
            and department in (None, unit)
            and (topic == "any" or topic == about)
        ]
        if not inside:
            return None
        tops = [top for top, _ in inside if top is not None]
        return (sum(tops), sum(bottom for _, bottom in inside)) if tops else None


FIRST, LAST = 12 * 2025 + 11, 12 * 2026 + 4


def expected(
    straight: Straight, name: str, last: int, department: str | None, topic: Any
) -> float | None:
    def sums(metric: str, back: int = 0, many: int = 1) -> Pair | None:
        return straight.sums(metric, last - back, many, department, topic)

    def share(pair: Pair | None) -> float | None:
        return 100 * pair[0] / pair[1] if pair and pair[1] else None

    def both(a: float | None, b: float | None, work: Any) -> float | None:
        return None if a is None or b is None else work(a, b)

    def amount(pair: Pair | None) -> float | None:
        return None if pair is None else float(pair[0])

    match name:
        case "rolling_share":
            return share(sums("on_time", many=3))
        case "ratio":
            return both(amount(sums("contacts")), amount(sums("closed")), lambda a, b: a / b)
        case "rolling_ratio":
            top, bottom = amount(sums("contacts", many=3)), amount(sums("closed", many=3))
            return both(top, bottom, lambda a, b: 100 * a / b)
        case "rolling_of_ratio":
            pair = sums("per_closed", many=2)
            return pair[0] / pair[1] if pair and pair[1] else None
        case "change":
            now, before = share(sums("on_time")), share(sums("on_time", back=2))
            return both(now, before, lambda a, b: a - b)
        case "change_percent":
            now, before = amount(sums("scores")), amount(sums("scores", back=1))
            work: Any = lambda a, b: 100 * (a / b - 1) if b > 0 else None  # noqa: E731
            return both(now, before, work)
        case "together":
            return both(amount(sums("contacts")), amount(sums("closed")), lambda a, b: a + b)
        case "less":
            return both(amount(sums("closed")), amount(sums("contacts")), lambda a, b: a - b)
        case "previous_rolling":
            return share(sums("on_time", back=1, many=2))
        case _:
            raise AssertionError(name)


FORMULAS = {
    "rolling_share": rolling(on_time, 3),
    "ratio": contacts / closed,
    "rolling_ratio": rolling(per(contacts, closed, 100), 3),
    "rolling_of_ratio": rolling(per_closed, 2),
    "change": change(on_time, 2),
    "change_percent": change_percent(scores, 1),
    "together": contacts + closed,
    "less": closed - contacts,
    "previous_rolling": previous(rolling(on_time, 2), 1),
}


@settings(max_examples=40, deadline=None)
@given(request_rows, call_rows)
def test_every_form_is_what_the_rows_themselves_give(asked: Rows, called: Rows) -> None:
    held = measured_figures(asked, called)
    metrics = [derived(name, formula) for name, formula in FORMULAS.items()]
    cuts = [DerivedCut(metric, "month", frozenset(LEVELS)) for metric in metrics]
    got = {
        (row.metric, row.period, row.department, row.scope): row.value
        for row in derived_rows(declared(*metrics), cuts, held, KNOWN)
    }
    straight = Straight(asked, called)
    wanted: dict[Any, Any] = {}
    for name in FORMULAS:
        for last in range(FIRST, LAST + 1):
            start = date(last // 12, last % 12 + 1, 1)
            for unit in (None, "works", "parks", "unassigned"):
                for topic in ("any", "Pothole", "Tree", None):
                    if unit is None and topic != "any":
                        continue
                    scope = {"any": "{}", None: '{"topic": null}'}.get(
                        topic, f'{{"topic": "{topic}"}}'
                    )
                    value = expected(straight, name, last, unit, topic)
                    if value is not None:
                        wanted[name, start, unit, scope] = pytest.approx(value, rel=1e-9, abs=1e-9)
    assert got == wanted


@settings(max_examples=15, deadline=None)
@given(request_rows, call_rows, st.randoms(use_true_random=False))
def test_the_order_of_figures_does_not_matter_and_units_add_up_to_the_whole(
    asked: Rows, called: Rows, random: Random
) -> None:
    held = measured_figures(asked, called)
    mixed = random.sample(held, len(held))
    for formula in (rolling(on_time, 3), rolling(contacts, 2), rolling(contacts, 2) / closed):
        got = worked_out(formula, held, LEVELS)
        assert worked_out(formula, mixed, LEVELS) == got
    for formula in (rolling(on_time, 3), rolling(contacts, 2)):
        whole: dict[date, tuple[float, float, int]] = {}
        units: dict[date, tuple[float, float, int]] = {}
        for row in worked_out(formula, held, LEVELS[:2]):
            into = whole if row.department is None else units
            top, bottom, n = into.get(row.period, (0.0, 0.0, 0))
            into[row.period] = (
                top + (row.numerator or 0.0),
                bottom + (row.denominator or 0.0),
                n + row.n,
            )
        assert units == whole


# --- what is known, and what is not ---


def held(metric: Metric, figures: dict[int, tuple[float, float]]) -> list[MeasurementRow]:
    """Figures of a share or count by month of 2026: numerator and denominator."""
    share = isinstance(metric.aggregate, v.Share)
    return [
        MeasurementRow(
            metric.name,
            metric.fingerprint,
            "month",
            date(2026, number, 1),
            None,
            "{}",
            100 * top / bottom if share else top,
            top,
            bottom if share else None,
            int(bottom),
        )
        for number, (top, bottom) in figures.items()
    ]


def by_month(rows: list[MeasurementRow]) -> dict[int, tuple[float | None, int]]:
    return {row.period.month: (row.value, row.n) for row in rows}


def test_a_window_gives_no_figure_before_it_is_full_and_a_gap_in_it_adds_nothing() -> None:
    got = worked_out(rolling(on_time, 3), held(ON_TIME, {1: (1, 2), 2: (1, 1), 5: (0, 6)}))
    # March and April have no rows: their windows hold what is left of January and February.
    assert by_month(got) == {
        3: (pytest.approx(200 / 3), 3),
        4: (100.0, 1),
        5: (0.0, 6),
    }
    assert [(row.numerator, row.denominator) for row in got] == [(2, 3), (1, 1), (0, 6)]


def test_a_window_is_full_from_the_first_period_in_which_anybody_was_observed() -> None:
    whole = held(CONTACTS, {1: (4, 4), 2: (4, 4), 3: (4, 4)})
    parks = [row._replace(department="parks") for row in held(CONTACTS, {2: (3, 3)})]
    works = [row._replace(department="works") for row in whole]
    got = worked_out(rolling(contacts, 2), [*whole, *parks, *works], [("department",)])
    assert [(row.period.month, row.value) for row in got if row.department == "parks"] == [
        (2, 3.0),
        (3, 3.0),
    ]


def test_no_window_reaches_beyond_what_the_records_know() -> None:
    # Calls are known until the 20th of May, requests for the whole of it.
    rows = [*held(CONTACTS, {1: (2, 2), 2: (2, 2), 4: (2, 2)}), *held(CLOSED, {1: (1, 1)})]
    assert by_month(worked_out(rolling(contacts, 2), rows)) == {
        2: (4.0, 4),
        3: (2.0, 2),
        4: (2.0, 2),
        5: (2.0, 2),
    }


def test_an_earlier_period_without_a_figure_gives_none_and_never_zero() -> None:
    rows = held(ON_TIME, {1: (1, 2), 3: (2, 2), 4: (1, 4)})
    assert by_month(worked_out(change(on_time, 1), rows)) == {4: (-75.0, 2)}
    assert by_month(worked_out(previous(on_time, 2), rows)) == {3: (50.0, 2), 5: (100.0, 2)}


def test_a_change_in_percent_of_nothing_is_none() -> None:
    rows = held(CLOSED, {1: (0, 9), 2: (4, 4), 3: (6, 6), 4: (0, 5)})
    assert by_month(worked_out(change_percent(closed, 1), rows)) == {3: (50.0, 4), 4: (-100.0, 5)}


def test_a_quotient_by_nothing_is_none_and_n_is_what_is_counted_below() -> None:
    rows = [*held(CONTACTS, {1: (8, 8), 2: (8, 8)}), *held(CLOSED, {1: (4, 50), 2: (0, 50)})]
    [row] = worked_out(contacts / closed, rows)
    assert (row.value, row.numerator, row.denominator, row.n) == (2.0, 8.0, 4.0, 4)


def test_a_derived_metric_may_rest_on_derived_ones() -> None:
    pressure = derived("pressure", contacts / closed)
    rows = [*held(CONTACTS, {1: (8, 8), 2: (9, 9)}), *held(CLOSED, {1: (4, 4), 2: (3, 3)})]
    assert by_month(worked_out(change(Input(pressure), 1), rows)) == {2: (1.0, 3)}
    assert by_month(worked_out(rolling(Input(pressure), 2), rows)) == {
        2: (17 / 7, 7),
        # Calls are known until May; the window of March holds February alone.
        3: (3.0, 3),
    }
    assert derived("d", change(Input(pressure), 1)).measured == (CONTACTS, CLOSED)


def test_the_definition_changes_with_that_of_what_it_rests_on() -> None:
    before = derived("d", rolling(on_time, 12))
    other = replace(ON_TIME, aggregate=v.share(r.closed_at < r.due_at))
    assert derived("d", rolling(on_time, 12)).fingerprint == before.fingerprint
    assert derived("d", rolling(Input(other), 12)).fingerprint != before.fingerprint
    assert derived("d", rolling(on_time, 3)).fingerprint != before.fingerprint


def test_the_periods_that_go_in() -> None:
    went_in = list(inputs(change(rolling(on_time, 2), 12)))
    assert went_in == [(ON_TIME, 0), (ON_TIME, 1), (ON_TIME, 12), (ON_TIME, 13)]
    assert list(inputs(contacts / closed)) == [(CONTACTS, 0), (CLOSED, 0)]


def test_a_source_that_is_not_landed_gives_no_figures() -> None:
    metric = derived("figure", contacts / closed)
    cut = DerivedCut(metric, "month", frozenset({()}))
    rows = held(CLOSED, {1: (4, 4)})
    known = {"requests": KNOWN["requests"]}
    assert list(derived_rows(declared(metric), [cut], rows, known)) == []
