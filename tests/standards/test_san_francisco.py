"""San Francisco's Open311 answer: right in days where hours cannot be, beside plain Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scorecard.declare.load import load

Rows = list[dict[str, Any]]
JUNE = "2011-06-01"


@pytest.fixture(scope="module")
def file(shared_data: Path) -> Path:
    return shared_data / "open311" / "sf_requests_2011.json"


@pytest.fixture(scope="module")
def city(
    file: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    city = organisation("san_francisco", tmp_path_factory.mktemp("san_francisco"))
    city.run("import", "requests", file)
    city.run("measure")
    return city


@pytest.fixture(scope="module")
def shown(city: Any) -> dict[str, dict[str, Any]]:
    """The city's figure of each standard in June 2011."""
    rows = [row for row in city.show() if row["department"] is None and row["period"] == JUNE]
    assert len(rows) == len({row["standard"] for row in rows}) == 7
    return {row["standard"]: row for row in rows}


@pytest.fixture(scope="module")
def requests(file: Path) -> Rows:
    """The file in plain Python, its times as days."""
    requests = json.loads(file.read_text(encoding="utf-8"))
    for request in requests:
        for name in ("requested", "updated", "expected"):
            text = request[f"{name}_datetime"]
            request[name] = date.fromisoformat(text[:10]) if text else None
    return requests


def test_all_requests_are_landed_with_nothing_in_quarantine(city: Any, requests: Rows) -> None:
    assert city.landed("requests") == len(requests) == 500
    assert "no rows in quarantine" in city.run("quarantine", "requests").lower()


def test_an_expected_day_is_given_for_64_percent(shown: Any, requests: Rows) -> None:
    told = [request for request in requests if request["expected"]]
    row = shown["told-when"]
    assert (row["numerator"], row["denominator"]) == (len(told), 500) == (322, 500)
    assert row["actual"] == pytest.approx(64.4)
    assert row["status"] == "missed"


def test_the_hours_in_the_file_know_no_afternoon(requests: Rows) -> None:
    """Why days are taken, and not instants: 38 requests would be closed before they were made."""
    times = {
        name: [datetime.fromisoformat(text) for r in requests if (text := r[f"{name}_datetime"])]
        for name in ("requested", "updated", "expected")
    }
    assert {time.hour for each in times.values() for time in each} == set(range(1, 13))
    closed = [request for request in requests if request["updated"]]
    backwards = [r for r in closed if r["updated_datetime"] < r["requested_datetime"]]
    assert len(backwards) == 38
    assert not [r for r in closed if r["updated"] < r["requested"]]
    judged = [r for r in closed if r["expected"]]
    assert sum(r["updated_datetime"] <= r["expected_datetime"] for r in judged) == 214


def test_closed_by_the_expected_day(shown: Any, requests: Rows) -> None:
    assert _judged(shown["closed-by-expected-day"]) == _kept(requests) == (238, 288)


@pytest.mark.parametrize(
    ("standard", "topic"),
    [("sidewalk-cleaning", "Sidewalk_Cleaning"), ("abandoned-vehicles", "Abandoned Vehicle")],
)
def test_closed_by_the_expected_day_by_topic(
    shown: Any, requests: Rows, standard: str, topic: str
) -> None:
    of_topic = [request for request in requests if request["service_name"] == topic]
    assert _judged(shown[standard]) == _kept(of_topic)


@pytest.mark.parametrize(("standard", "q"), [("median-days-to-close", 0.5), ("days-to-close", 0.9)])
def test_days_to_close_equal_pandas(shown: Any, requests: Rows, standard: str, q: float) -> None:
    days = pd.Series(
        [(r["updated"] - r["requested"]).days for r in requests if r["status"] == "Closed"]
    )
    assert shown[standard]["n"] == len(days) == 371
    assert shown[standard]["actual"] == pytest.approx(days.quantile(q), abs=1e-9)


def test_what_stood_open_at_the_end_of_june_and_of_the_file(city: Any, requests: Rows) -> None:
    found = {
        (row.metric, row.period.isoformat()): row.value
        for row in city.figures()
        if row.department is None and row.metric in ("open_at_end", "overdue_at_end")
    }
    for period, end in ((JUNE, date(2011, 7, 1)), ("2011-07-01", date(2011, 7, 9))):
        then = [r for r in requests if r["updated"] is None or r["updated"] >= end]
        past = [r for r in then if r["expected"] and r["expected"] < end]
        assert found["open_at_end", period] == len(then)
        assert found["overdue_at_end", period] == len(past)
    assert found["open_at_end", "2011-07-01"] == 129


def test_no_agency_is_named_so_every_request_is_unassigned(city: Any, requests: Rows) -> None:
    assert {request["agency_responsible"] for request in requests} == {None}
    shown = [row for row in city.show("--standard", "told-when") if row["period"] == JUNE]
    by_department = {row["department"]: row["n"] for row in shown}
    assert by_department == {None: 500, "customer-service": 0, "unassigned": 500}


def test_no_expected_value_is_said_to_be_the_city_s(repository: Path) -> None:
    declared = load(repository / "standards" / "san_francisco")
    for standard in declared.standards.values():
        for expected in standard.expected:
            assert expected.withdrawn or "Set for this example" in (expected.source or "")


def _judged(row: dict[str, Any]) -> tuple[int, int]:
    assert row["actual"] == pytest.approx(100 * row["numerator"] / row["denominator"])
    return row["numerator"], row["denominator"]


def _kept(requests: Iterable[dict[str, Any]]) -> tuple[int, int]:
    judged = [r for r in requests if r["status"] == "Closed" and r["expected"]]
    return sum(r["updated"] <= r["expected"] for r in judged), len(judged)
