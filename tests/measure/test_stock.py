"""What stands at the end of a period, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scorecard.declare import vocabulary as v
from scorecard.declare.metric_binding import bind_metric
from scorecard.declare.metrics import metric
from scorecard.declare.periods import Period
from scorecard.errors import DeclarationErrors
from scorecard.measure.behind import behind
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut
from tests.measure.builder import declarations, landed_rows, metric_of, requests, row_of

SOURCE = requests()
r = row_of(SOURCE)
ZONE = ZoneInfo("America/New_York")
KNOWN_UNTIL = datetime(2026, 4, 20, 16, tzinfo=UTC)
OPEN = v.backlog(entered=r.opened_at, left=r.closed_at)
OVERDUE = v.backlog(entered=r.opened_at, left=r.closed_at, overdue=r.due_at)
AGE = v.age_of_open(r.opened_at, r.closed_at, "days")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE).astimezone(UTC)  # type: ignore[misc]


def case(
    opened: datetime | None, closed: datetime | None = None, due: datetime | None = None
) -> dict[str, Any]:
    return {"_department": "works", "opened_at": opened, "closed_at": closed, "due_at": due}


def by_month(aggregate: v.Aggregate, rows: list[dict[str, Any]], folder: Path) -> dict[date, Any]:
    asked = metric_of("m", aggregate)
    declared = declarations({"requests": SOURCE}, [asked])
    numbered = [{"id": str(i)} | row for i, row in enumerate(rows)]
    tables = {"requests": landed_rows(SOURCE, numbered, folder, KNOWN_UNTIL)}
    with DuckDB(tables, declared) as engine:
        found = figures(declared, tables, engine, [Cut(asked, "month", frozenset({()}))])
        return {one.period: (one.value, one.n) for one in found}


def test_a_case_is_open_at_every_end_between_coming_and_leaving(tmp_path: Path) -> None:
    rows = [case(local(2026, 1, 10), local(2026, 3, 5)), case(local(2026, 2, 3))]
    assert by_month(OPEN, rows, tmp_path) == {
        date(2026, 1, 1): (1, 1),
        date(2026, 2, 1): (2, 2),
        date(2026, 3, 1): (1, 2),
        date(2026, 4, 1): (1, 2),
    }


def test_nothing_open_is_nought_and_not_unknown(tmp_path: Path) -> None:
    found = by_month(OPEN, [case(local(2026, 2, 3), local(2026, 2, 4))], tmp_path)
    assert set(found.values()) == {(0.0, 1)}
    assert by_month(AGE, [case(local(2026, 2, 3), local(2026, 2, 4))], tmp_path) == {}


def test_leaving_at_the_very_midnight_is_open_at_it(tmp_path: Path) -> None:
    found = by_month(OPEN, [case(local(2026, 1, 10), local(2026, 2, 1))], tmp_path)
    assert (found[date(2026, 1, 1)], found[date(2026, 2, 1)]) == ((1, 1), (0, 1))


def test_leaving_before_entering_was_never_open(tmp_path: Path) -> None:
    found = by_month(OPEN, [case(local(2026, 3, 10), local(2026, 1, 1))], tmp_path)
    assert found == {date(2026, 3, 1): (0, 1), date(2026, 4, 1): (0, 1)}


def test_overdue_begins_with_the_due_date_and_not_before_it_is_known(tmp_path: Path) -> None:
    rows = [
        case(local(2026, 1, 10), local(2026, 3, 20), due=local(2026, 2, 10)),
        case(local(2026, 1, 10), due=local(2026, 4, 28)),
        case(local(2026, 1, 10), local(2026, 2, 1), due=local(2026, 2, 10)),
        case(local(2026, 1, 10)),
    ]
    found = by_month(OVERDUE, rows, tmp_path)
    assert found == {
        date(2026, 2, 1): (1, 2),
        date(2026, 3, 1): (0, 2),
        date(2026, 4, 1): (0, 2),
    }


def test_ages_are_taken_at_the_end_and_now_in_the_running_month(tmp_path: Path) -> None:
    found = by_month(AGE, [case(local(2026, 3, 1)), case(local(2026, 3, 31))], tmp_path)
    march, april = found[date(2026, 3, 1)], found[date(2026, 4, 1)]
    # The clock was put forward on 8 March: 31 days less an hour, and one day.
    assert march == (pytest.approx((31 - 1 / 24 + 1) / 2), 2)
    assert april[0] == pytest.approx(march[0] + 19.5)


@pytest.mark.parametrize("aggregate", [OPEN, OVERDUE, AGE], ids=["open", "overdue", "age"])
def test_what_stands_behind_a_figure_is_what_it_counts(
    aggregate: v.Aggregate, tmp_path: Path
) -> None:
    rows = [
        case(local(2026, 1, 10), local(2026, 3, 5), due=local(2026, 1, 20)),
        case(local(2026, 2, 3), due=local(2026, 2, 20)),
        case(local(2026, 2, 3), local(2026, 2, 9), due=local(2026, 2, 5)),
        case(local(2026, 3, 3)),
        case(None),
    ]
    asked = metric_of("m", aggregate)
    numbered = [{"id": str(i)} | row for i, row in enumerate(rows)]
    tables = {"requests": landed_rows(SOURCE, numbered, tmp_path, KNOWN_UNTIL)}
    declared = declarations({"requests": SOURCE}, [asked])
    with DuckDB(tables, declared) as engine:
        found = behind(
            asked,
            {"requests": SOURCE},
            engine,
            department=None,
            where={},
            period=Period(date(2026, 2, 1), "month"),
            zone=ZONE,
            known_until=KNOWN_UNTIL,
        )
        [figure] = engine._connection.execute(found.sql).fetchall()  # pyright: ignore[reportPrivateUsage]
    value, n = by_month(aggregate, rows, tmp_path)[date(2026, 2, 1)]
    assert figure[-1] == n
    assert (figure[0] / figure[1] if len(figure) == 3 else figure[0]) == pytest.approx(value)
    assert (found.landed, found.in_scope, found.without_time, found.in_period) == (5, 5, 1, 3)
    assert found.counted == n
    assert sum(left.rows for left in found.left_out) == found.in_period - found.counted
    if aggregate is AGE:
        assert [left.reason for left in found.left_out] == ["had left by the end of the period"]
    assert sum(bool(row["_open"]) for row in found.rows) == 2
    assert found.rows[0]["_open"]


def test_at_is_the_clock_of_entering() -> None:
    def open_requests(r: v.Row) -> v.Aggregate:
        """Open requests."""
        return v.backlog(r.opened_at, r.closed_at)

    declare = metric(source="requests", at="closed_at", unit="count", better="lower")
    with pytest.raises(DeclarationErrors) as caught:
        bind_metric(declare(open_requests), {"requests": SOURCE})
    assert [error.code for error in caught.value.errors] == ["stock-clock"]
