"""Kansas City's 311 cases: a late flag, days and hours apart, figures held against pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from scorecard.declare.load import load
from scorecard.observe.landed import landed
from scorecard.report.opened import open_scorecard
from scorecard.workspace import Workspace

Rows = list[dict[str, Any]]
# pandas annotates what it returns too widely to be of use here.
Table = Any


@pytest.fixture(scope="module")
def file(shared_data: Path) -> Path:
    return shared_data / "kcmo311" / "cases_2007-2020.csv.gz"


@pytest.fixture(scope="module")
def city(kansas_city: Any) -> Any:
    return kansas_city


@pytest.fixture(scope="module")
def rows(city: Any) -> Rows:
    return city.show()


@pytest.fixture(scope="module")
def cases(file: Path, repository: Path) -> Table:
    """The file in pandas, with years, and departments under the declared names."""
    cases: Table = pd.read_csv(file, dtype=str, keep_default_na=False)
    cases.columns = [name.lower().replace(" ", "_") for name in cases.columns]
    for short in ("creation", "closed"):
        days = pd.to_datetime(cases[f"{short}_date"], format="%m/%d/%Y", errors="coerce")
        assert (days.isna() == (cases[f"{short}_date"] == "")).all()
        cases[short] = days
        cases[f"{short}_year"] = days.dt.strftime("%Y-01-01")
    cases["days"] = pd.to_numeric(cases["days_to_close"])
    cases["resolved"] = cases["status"] == "RESOL"
    cases["flagged"] = cases["exceeded_est_timeframe"] != ""
    cases["on_time"] = cases["exceeded_est_timeframe"] == "N"
    department_of = load(repository / "standards" / "kansas_city").organisation.department_of
    names = {name: department_of[name.casefold()] for name in cases["department"].unique()}
    cases["department"] = cases["department"].map(names)
    return cases


def test_every_row_is_landed_and_none_is_quarantined(city: Any, cases: Table) -> None:
    assert city.landed("cases") == len(cases) == 80_203
    assert cases["case_id"].is_unique
    assert "no rows in quarantine" in city.run("quarantine", "cases").lower()


def test_day_and_hour_are_one_instant_in_the_city_s_own_time(city: Any, cases: Table) -> None:
    with open_scorecard(city.standards, Workspace(city.workspace)) as opened:
        found = landed(Workspace(city.workspace), opened.declarations.organisation.id, "cases")
    assert found is not None
    with duckdb.connect() as connection:
        read = connection.execute(
            "SELECT case_id, epoch_us(opened_at) FROM read_parquet($1)", [list(found.files)]
        ).fetchall()
    written = pd.to_datetime(
        cases["creation_date"] + " " + cases["creation_time"], format="%m/%d/%Y %I:%M %p"
    )
    # No case was opened in an hour that the clock skipped or showed twice; pandas would raise.
    instants = written.dt.tz_localize("America/Chicago").dt.as_unit("us").astype("int64")
    assert dict(read) == dict(zip(cases["case_id"], instants, strict=True))


def test_cases_opened_equal_pandas(rows: Rows, cases: Table) -> None:
    opened = _by(_of(rows, "cases-opened"), None, "actual")
    assert opened == cases["creation_year"].value_counts().to_dict()
    assert sum(opened.values()) == 80_203


def test_on_time_fell_from_83_percent_to_58(rows: Rows) -> None:
    """The published reading: resolved cases, by the year they were opened, not flagged late."""
    shares = _by(_of(rows, "resolved-on-time"), None, "actual")
    rounded = {year[:4]: round(share, 1) for year, share in shares.items()}
    assert rounded["2007"] == 83.0
    assert rounded["2019"] == 57.8
    assert len(rounded) == 14


@pytest.mark.parametrize("department", ["the city", "each department"])
def test_resolved_on_time_equals_pandas(rows: Rows, cases: Table, department: str) -> None:
    counted = cases[cases["resolved"] & cases["flagged"]]
    assert len(counted) == 78_080
    _assert_shares(_of(rows, "resolved-on-time"), counted, department)


def test_other_readings_of_on_time_differ_by_some_points(cases: Table) -> None:
    """What docs/kansas_city.md says of the year of closing, and of what else was closed."""
    resolved = cases[cases["resolved"] & cases["flagged"]]
    by_closing = 100 * resolved.groupby("closed_year")["on_time"].mean()
    assert by_closing[["2007-01-01", "2019-01-01"]].round(1).tolist() == [87.6, 55.4]
    closed = cases[cases["closed"].notna() & cases["flagged"]]
    in_2019 = closed[closed["creation_year"] == "2019-01-01"]
    assert round(100 * in_2019["on_time"].mean(), 1) == 57.9


@pytest.mark.parametrize("department", ["the city", "each department"])
def test_kept_within_estimate_equals_pandas(rows: Rows, cases: Table, department: str) -> None:
    late_and_open = cases["status"].isin(["OPEN", "ASSIG"]) & ~cases["on_time"]
    assert late_and_open.sum() == 759
    counted = cases[(cases["resolved"] & cases["flagged"]) | late_and_open]
    _assert_shares(_of(rows, "kept-within-estimate"), counted, department)


@pytest.mark.parametrize(
    ("standard", "q"), [("median-days-to-resolve", 0.5), ("days-to-resolve", 0.9)]
)
def test_days_to_resolve_equal_pandas(rows: Rows, cases: Table, standard: str, q: float) -> None:
    resolved = cases[cases["resolved"]]
    # The export's own count of days is the distance of its two dates, on every row that has both.
    assert (resolved["days"] == (resolved["closed"] - resolved["creation"]).dt.days).all()
    expected = resolved.groupby(["department", "closed_year"])["days"].quantile(q).to_dict()
    whole = resolved.groupby("closed_year")["days"].quantile(q).to_dict()
    expected |= {(None, year): days for year, days in whole.items()}
    found = {
        (row["department"], row["period"]): row["actual"] for row in _of(rows, standard) if row["n"]
    }
    assert found == pytest.approx(expected, abs=1e-9)


def test_the_backlog_at_the_end_of_each_year_equals_pandas(rows: Rows, cases: Table) -> None:
    expected = {}
    for year in range(2007, 2021):
        end = pd.Timestamp(year + 1, 1, 1)
        open_then = (cases["creation"] < end) & ~(cases["closed"] < end)
        by_department = cases[open_then].groupby("department").size().to_dict()
        expected |= {(name, f"{year}-01-01"): count for name, count in by_department.items()}
        expected[None, f"{year}-01-01"] = int(open_then.sum())
    found = {
        (row["department"], row["period"]): row["actual"]
        for row in _of(rows, "open-at-end")
        if row["actual"]
    }
    assert found == expected
    assert expected[None, "2020-01-01"] == 1_403


def test_one_topic_of_one_department_equals_pandas(rows: Rows, cases: Table) -> None:
    streets = cases[
        (cases["department"] == "public-works")
        & (cases["category"] == "Streets / Roadways / Alleys")
        & (cases["creation_year"] == "2019-01-01")
        & cases["resolved"]
        & cases["flagged"]
    ]
    [row] = [r for r in _of(rows, "streets") if r["period"] == "2019-01-01"]
    assert (row["numerator"], row["n"]) == (int(streets["on_time"].sum()), len(streets))
    assert (row["n"], row["status"]) == (1_089, "missed")


def test_three_spellings_of_parks_and_recreation_are_one_department(
    cases: Table, repository: Path
) -> None:
    assert (cases["department"] == "parks-and-recreation").sum() == 5_294 + 39 + 3
    declared = load(repository / "standards" / "kansas_city")
    assert set(cases["department"]) == {one.id for one in declared.organisation.departments}


def test_no_expected_value_is_said_to_be_the_city_s(repository: Path) -> None:
    declared = load(repository / "standards" / "kansas_city")
    for standard in declared.standards.values():
        for expected in standard.expected:
            assert expected.withdrawn or "Set for this example" in (expected.source or "")


def _of(rows: Rows, standard: str) -> Rows:
    return [row for row in rows if row["standard"] == standard]


def _by(rows: Rows, department: str | None, value: str) -> dict[str, Any]:
    return {row["period"]: row[value] for row in rows if row["department"] == department}


def _assert_shares(rows: Rows, counted: Table, department: str) -> None:
    whole = department == "the city"
    keys = ["creation_year"] if whole else ["department", "creation_year"]
    grouped = counted.groupby(keys)["on_time"].agg(["sum", "size"])
    expected = {
        (None, key) if whole else key: (int(top), int(size))
        for key, top, size in grouped.itertuples(name=None)
    }
    found = {
        (row["department"], row["period"]): (row["numerator"], row["denominator"])
        for row in rows
        if row["n"] and (row["department"] is None) == whole
    }
    assert found == expected
    for row in rows:
        if row["n"]:
            share = 100 * row["numerator"] / row["denominator"]
            assert row["actual"] == pytest.approx(share, abs=1e-9)
