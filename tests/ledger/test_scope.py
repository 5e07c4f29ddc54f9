"""A run may say something of some periods only: all others stay as they were."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.ledger import Ledger, MeasurementRow, current, latest_run, record_run
from scorecard.ledger.measurements import Overtaken
from scorecard.ledger.scope import TABLE, RunScope, Stretches
from tests.ledger.test_measurements import MONTHLY, ROW, counts, record

MONTHS = [date(2026, month, 1) for month in range(1, 7)]
ONLY_MARCH: dict[tuple[str, str], Stretches] = {MONTHLY[0]: ((MONTHS[2], date(2026, 3, 31)),)}


def rows(**more: Any) -> list[MeasurementRow]:
    return [
        ROW._replace(period=month, department=department, **more)
        for month in MONTHS
        for department in (None, "parks")
    ]


def test_only_figures_of_the_periods_measured_are_replaced_or_withdrawn(ledger: Ledger) -> None:
    first = record(ledger, *rows())
    march = [row for row in rows(n=7) if row.period == MONTHS[2]]

    second = record(ledger, march[0], only=ONLY_MARCH, after=first.run)

    assert counts(second) == (0, 1, 0, 1)
    assert (second.in_full, second.in_part, second.untouched, second.periods) == (0, 1, 0, 1)
    assert current(ledger, "boston") == sorted(
        [*(row for row in rows() if row.period != MONTHS[2]), march[0]],
        key=lambda row: (row.period, row.department or ""),
    )
    assert current(ledger, "boston", run=first.run) == rows()


def test_no_period_measured_leaves_all_figures_and_is_a_run(ledger: Ledger) -> None:
    record(ledger, *rows())

    second = record(ledger, only={MONTHLY[0]: ()})

    assert counts(second) == (0, 0, 0, 0)
    assert (second.in_full, second.in_part, second.untouched) == (0, 0, 1)
    assert current(ledger, "boston") == rows()


def test_a_metric_may_be_measured_in_full_at_one_grain_and_in_part_at_another(
    ledger: Ledger,
) -> None:
    yearly = ROW._replace(grain="year", period=MONTHS[0])
    pairs = [*MONTHLY, ("closed_on_time", "year")]
    record(ledger, *rows(), yearly, scope_of_run=pairs)

    receipt = record(ledger, scope_of_run=pairs, only=ONLY_MARCH)

    assert (receipt.in_full, receipt.in_part, receipt.withdrawn) == (1, 1, 3)
    assert {row.period for row in current(ledger, "boston")} == set(MONTHS) - {MONTHS[2]}


def test_a_figure_outside_the_periods_measured_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="not in the scope"):
        record(ledger, ROW, only=ONLY_MARCH)


def test_a_run_that_builds_on_another_than_the_last_one_is_refused(ledger: Ledger) -> None:
    first = record(ledger, *rows())
    second = record(ledger, *rows())
    with pytest.raises(Overtaken):
        record(ledger, only={MONTHLY[0]: ()}, after=first.run)

    assert record(ledger, only={MONTHLY[0]: ()}, after=second.run).run == second.run + 1


def test_what_decided_the_figures_is_kept_with_the_run(ledger: Ledger) -> None:
    plan = {"closed_on_time": {"month": "f" * 64}}
    record_run(ledger, "boston", "duckdb", {}, [], [], [], plan=plan)
    found = latest_run(ledger, "boston")
    assert found is not None
    assert found.plan == plan
    record_run(ledger, "boston", "duckdb", {}, [], [], [])
    with ledger.read() as session:
        # Not known is no value, not JSON's null.
        assert session.scalar(sa.text("SELECT count(*) FROM run WHERE plan IS NULL")) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["month", "year"])),
        st.none()
        | st.lists(st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)), max_size=3),
    )
)
def test_the_conditions_find_all_figures_in_the_scope(
    pairs: dict[tuple[str, str], list[tuple[date, date]] | None],
) -> None:
    scope = RunScope(
        frozenset(pairs), {pair: tuple(some) for pair, some in pairs.items() if some is not None}
    )
    places = [
        {"metric": metric, "grain": grain, "period": month, "department": department}
        for metric in "ab"
        for grain in ("month", "year")
        for month in MONTHS
        for department in (None, "parks")
    ]
    rest = {"organisation": "o", "fingerprint": "f", "scope": "{}", "n": 1, "run_id": 1}
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        TABLE.create(connection)
        connection.execute(sa.insert(TABLE), [place | rest for place in places])
        found = {
            tuple(row)
            for condition in scope.conditions()
            for row in connection.execute(
                sa.select(TABLE.c.metric, TABLE.c.grain, TABLE.c.period, TABLE.c.department).where(
                    condition
                )
            )
        }
    engine.dispose()
    held = {
        tuple(place.values())
        for place in places
        if scope.holds(place["metric"], place["grain"], place["period"])
    }
    assert held <= found
    named = {(metric, grain) for metric, grain in pairs}
    assert {metric for metric, *_ in found} <= {metric for metric, _ in named}
