"""Figures: a run writes only what changed, and what was known before stays readable."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from scorecard.ledger import (
    DefinitionText,
    Ledger,
    Measurement,
    MeasurementRow,
    RunReceipt,
    current,
    definition,
    record_run,
)

JULY = date(2026, 7, 1)
AUGUST = date(2026, 8, 1)
MONTHLY = [("closed_on_time", "month")]
DEFINITIONS = [DefinitionText(letter * 64, "closed_on_time", "{}") for letter in "ab"]
ROW = MeasurementRow(
    "closed_on_time", "a" * 64, "month", JULY, None, "{}", 81.8, 9823, 12005, 12005
)


def record(
    ledger: Ledger, *rows: MeasurementRow, organisation: str = "boston", **other: Any
) -> RunReceipt:
    fields: dict[str, Any] = {
        "engine": "duckdb",
        "sources": {"requests": {"version": 2, "moment": "2026-08-10T04:00:00Z", "rows": 38973}},
        "definitions": DEFINITIONS,
        "scope_of_run": MONTHLY,
    }
    return record_run(ledger, organisation, rows=rows, **fields | other)


def counts(receipt: RunReceipt) -> tuple[int, int, int, int]:
    return receipt.new, receipt.changed, receipt.unchanged, receipt.withdrawn


def stored(ledger: Ledger) -> int:
    with ledger.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Measurement)) or 0


def test_a_figure_that_only_gains_what_its_interval_needs_is_unchanged(ledger: Ledger) -> None:
    """As after an upgrade: the figures stay what they were, and are given their intervals."""
    first = record(ledger, ROW)
    spread = ROW._replace(squares=12.5, lower_95=80.0, upper_95=83.0)

    again = record(ledger, spread, ROW._replace(department="parks"))

    assert counts(again) == (1, 0, 1, 0)
    assert current(ledger, "boston")[0] == spread
    assert current(ledger, "boston", run=first.run) == [ROW]


def test_a_run_with_the_same_figures_writes_no_figure(ledger: Ledger) -> None:
    rows = [ROW, ROW._replace(department="parks"), ROW._replace(scope='{"topic":"Pothole"}')]
    first = record(ledger, *rows)

    again = record(ledger, *reversed(rows))

    assert (counts(first), counts(again)) == ((3, 0, 0, 0), (0, 0, 3, 0))
    assert again.run > first.run
    assert again.known_at > first.known_at
    assert stored(ledger) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"value": 81.9},
        {"value": None},
        {"numerator": 1},
        {"denominator": None},
        {"n": 1},
        {"fingerprint": "b" * 64},
    ],
)
def test_a_changed_figure_stands_beside_the_one_it_replaces(
    ledger: Ledger, change: dict[str, Any]
) -> None:
    first = record(ledger, ROW)

    second = record(ledger, ROW._replace(**change))

    assert counts(second) == (0, 1, 0, 0)
    assert current(ledger, "boston") == [ROW._replace(**change)]
    assert current(ledger, "boston", first.known_at) == [ROW]
    assert stored(ledger) == 2


def test_a_figure_that_is_no_longer_measured_is_withdrawn_but_stays_known(ledger: Ledger) -> None:
    first = record(ledger, ROW, ROW._replace(period=AUGUST))

    second = record(ledger, ROW)

    assert counts(second) == (0, 0, 1, 1)
    assert current(ledger, "boston") == [ROW]
    assert len(current(ledger, "boston", run=first.run)) == 2


def test_a_run_touches_only_the_metrics_and_grains_it_measured(ledger: Ledger) -> None:
    yearly = ROW._replace(grain="year", period=date(2026, 1, 1))
    record(ledger, ROW, yearly, scope_of_run=[*MONTHLY, ("closed_on_time", "year")])

    receipt = record(ledger, scope_of_run=[("closed_on_time", "year")])

    assert counts(receipt) == (0, 0, 0, 1)
    assert current(ledger, "boston") == [ROW]


def test_organisations_do_not_touch_each_other(ledger: Ledger) -> None:
    record(ledger, ROW)
    record(ledger, ROW._replace(n=1), organisation="harbor")

    record(ledger, organisation="harbor")

    assert current(ledger, "boston") == [ROW]
    assert current(ledger, "harbor") == []


def test_what_is_read_can_be_narrowed(ledger: Ledger) -> None:
    other = ROW._replace(metric="kept_by_due", period=AUGUST)
    yearly = ROW._replace(grain="year", period=date(2026, 1, 1))
    record(
        ledger, ROW, other, yearly, scope_of_run={(r.metric, r.grain) for r in (ROW, other, yearly)}
    )

    assert current(ledger, "boston", metrics=["kept_by_due"]) == [other]
    assert current(ledger, "boston", metrics=[]) == []
    assert current(ledger, "boston", grains=["year"]) == [yearly]
    assert current(ledger, "boston", since=JULY, until=JULY) == [ROW]
    assert current(ledger, "boston", since=AUGUST) == [other]


def test_the_whole_organisation_comes_before_its_departments(ledger: Ledger) -> None:
    names = ["Zoo", "a", None, "B"]
    record(ledger, *(ROW._replace(department=name) for name in names))

    assert [row.department for row in current(ledger, "boston")] == [None, "B", "Zoo", "a"]


def test_before_the_first_run_nothing_was_known(ledger: Ledger) -> None:
    receipt = record(ledger, ROW)

    assert current(ledger, "boston", receipt.known_at - timedelta(microseconds=1)) == []
    assert current(ledger, "boston", receipt.known_at + timedelta(days=1)) == [ROW]


def test_a_clock_set_back_does_not_reorder_what_was_known(ledger: Ledger) -> None:
    noon = datetime(2026, 8, 10, 12, tzinfo=UTC)
    first = record(ledger, ROW, now=noon)

    second = record(ledger, ROW._replace(n=1), now=noon - timedelta(hours=1))

    assert first.known_at == noon
    assert second.known_at == noon + timedelta(microseconds=1)
    assert current(ledger, "boston", noon) == [ROW]


def test_a_definition_is_kept_with_when_it_was_first_seen(ledger: Ledger) -> None:
    first = record(ledger, ROW)
    record(ledger, ROW, definitions=[])

    kept = definition(ledger, "a" * 64)
    assert kept is not None
    assert (kept.metric, kept.organisation, kept.first_seen) == (
        "closed_on_time",
        "boston",
        first.known_at,
    )
    assert definition(ledger, "c" * 64) is None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([ROW, ROW._replace(n=1)], "two figures for one key"),
        ([ROW._replace(grain="year")], "not in the scope"),
        ([ROW._replace(value=float("nan"))], "not finite"),
        ([ROW._replace(numerator=float("inf"))], "not finite"),
        ([ROW._replace(period=datetime(2026, 7, 1, tzinfo=UTC))], "no date"),
        ([ROW._replace(fingerprint="c" * 64)], "without a definition"),
    ],
)
def test_a_mistake_in_the_figures_leaves_the_ledger_as_it_was(
    ledger: Ledger, rows: list[MeasurementRow], reason: str
) -> None:
    first = record(ledger, ROW._replace(n=7))

    with pytest.raises(ValueError, match=reason):
        record(ledger, *rows)

    assert current(ledger, "boston") == [ROW._replace(n=7)]
    assert record(ledger).run == first.run + 1 or ledger.engine.dialect.name == "postgresql"


@pytest.mark.parametrize("department", [None, "parks"])
def test_the_database_itself_refuses_two_current_figures_for_one_key(
    ledger: Ledger, department: str | None
) -> None:
    receipt = record(ledger, ROW._replace(department=department))
    again = ROW._replace(department=department, n=1)._asdict()

    with pytest.raises(IntegrityError), ledger.write() as session:
        session.execute(
            sa.insert(Measurement).values(organisation="boston", run_id=receipt.run, **again)
        )


NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 5)
ROWS = st.builds(
    MeasurementRow,
    metric=st.sampled_from(["kept", "days"]),
    fingerprint=st.sampled_from(["a" * 64, "b" * 64]),
    grain=st.sampled_from(["month", "fiscal_year"]),
    period=st.sampled_from([JULY, AUGUST]),
    department=st.sampled_from([None, "", "parks", "Écoles"]),
    scope=st.sampled_from(["{}", '{"topic":"Pothole"}']),
    value=NUMBERS,
    numerator=NUMBERS,
    denominator=NUMBERS,
    n=st.integers(0, 2**40),
    squares=NUMBERS,
    lower_95=NUMBERS,
    upper_95=NUMBERS,
    lower_80=NUMBERS,
    upper_80=NUMBERS,
)
PAIRS = st.sets(
    st.tuples(st.sampled_from(["kept", "days"]), st.sampled_from(["month", "fiscal_year"]))
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(
        st.tuples(st.lists(ROWS, max_size=12, unique_by=lambda row: (row[0], *row[2:6])), PAIRS),
        min_size=1,
        max_size=6,
    )
)
def test_as_of_each_run_exactly_what_was_handed_in_is_read(
    ledger: Ledger, history: list[tuple[list[MeasurementRow], set[tuple[str, str]]]]
) -> None:
    organisation = uuid4().hex
    known: dict[tuple[str, str], set[MeasurementRow]] = {}
    expected: list[tuple[RunReceipt, set[MeasurementRow]]] = []
    for rows, pairs in history:
        measured = [row for row in rows if (row.metric, row.grain) in pairs]
        receipt = record(ledger, *measured, organisation=organisation, scope_of_run=pairs)
        for pair in pairs:
            known[pair] = {row for row in measured if (row.metric, row.grain) == pair}
        expected.append((receipt, set().union(*known.values())))
        assert receipt.new + receipt.changed + receipt.unchanged == len(measured)

    for receipt, rows in expected:
        as_of = current(ledger, organisation, receipt.known_at)
        assert len(as_of) == len(rows)
        assert set(as_of) == rows
        assert current(ledger, organisation, run=receipt.run) == as_of
    assert set(current(ledger, organisation)) == expected[-1][1]
