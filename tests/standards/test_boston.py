"""Boston's 311 requests: from the city's file to figures worked out by hand beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scorecard.declare.load import load
from scorecard.judge.drivers import Sums, drivers

JULY = "2026-07-01"
Rows = list[dict[str, Any]]
# pandas annotates what it returns too widely to be of use here.
Table = Any


@pytest.fixture(scope="module")
def february(shared_data: Path) -> Path:
    return shared_data / "boston311" / "cases_2026-02-10.csv.gz"


@pytest.fixture(scope="module")
def rows(boston: Any) -> Rows:
    return boston.show()


@pytest.fixture(scope="module")
def cases(august: Path, repository: Path) -> Table:
    """The file in pandas, with local months, and departments under the declared names."""
    cases: Table = pd.read_csv(august, dtype=str, keep_default_na=False)
    for short, column in {
        "opened": "open_date",
        "due": "target_close_date",
        "closed": "close_date",
    }.items():
        cases[short] = pd.to_datetime(cases[column], utc=True, format="ISO8601")
    for column in ("due", "closed"):
        local = cases[column].dt.tz_convert("America/New_York")
        cases[f"{column}_month"] = local.dt.strftime("%Y-%m-01")
    department_of = load(repository / "standards" / "boston_311").organisation.department_of
    names = {
        name: department_of[name.casefold()] if name else "unassigned"
        for name in cases["assigned_department"].unique()
    }
    cases["department"] = cases["assigned_department"].map(names)
    known_until = cases[["opened", "closed"]].max().max()
    cases["kept"] = cases["closed"] <= cases["due"]
    cases["due_by_now"] = cases["due"] <= known_until
    cases["closed_with_due"] = cases["closed"].notna() & cases["due"].notna()
    return cases


def test_the_declarations_load_without_any_record(repository: Path) -> None:
    declared = load(repository / "standards" / "boston_311")
    both = [declared.standards[id] for id in ("closed-on-time", "kept-by-due")]
    assert [(one.departments, one.period) for one in both] == [("all", "month")] * 2


def test_every_row_of_the_file_is_landed(boston: Any, cases: Table) -> None:
    assert boston.landed("requests") == len(cases) == 38_971
    opened = sum(row.value for row in boston.figures() if _whole(row, "requests_opened"))
    assert opened == 38_971 - 233


@pytest.mark.parametrize(
    ("standard", "july", "all_months"),
    [
        ("closed-on-time", (9_823, 12_005), (23_790, 30_296)),
        ("kept-by-due", (9_864, 13_289), (23_010, 35_887)),
    ],
)
def test_the_city_as_a_whole(
    rows: Rows, standard: str, july: tuple[int, int], all_months: tuple[int, int]
) -> None:
    of_city = [row for row in rows if row["standard"] == standard and row["department"] is None]
    [in_july] = [row for row in of_city if row["period"] == JULY]
    assert (in_july["numerator"], in_july["denominator"]) == july
    assert in_july["n"] == july[1]
    assert in_july["actual"] == pytest.approx(100 * july[0] / july[1], abs=1e-9)
    assert _totals(of_city) == all_months


def test_counting_only_what_was_closed_flatters_by_fourteen_points(rows: Rows) -> None:
    shares = {
        standard: 100 * top / bottom
        for standard in ("closed-on-time", "kept-by-due")
        for top, bottom in [_totals(_of(rows, standard, None))]
    }
    assert round(shares["closed-on-time"], 1) == 78.5
    assert round(shares["kept-by-due"], 1) == 64.1


@pytest.mark.parametrize(
    ("standard", "month", "counted"),
    [
        ("closed-on-time", "closed_month", "closed_with_due"),
        ("kept-by-due", "due_month", "due_by_now"),
    ],
)
def test_each_department_in_each_month_equals_pandas(
    rows: Rows, cases: Table, standard: str, month: str, counted: str
) -> None:
    grouped = cases[cases[counted]].groupby(["department", month])["kept"].agg(["sum", "size"])
    expected = {key: (int(kept), int(all_)) for key, kept, all_ in grouped.itertuples(name=None)}
    found = {
        (row["department"], row["period"]): (row["numerator"], row["denominator"])
        for row in rows
        if row["standard"] == standard and row["department"] is not None and row["n"]
    }
    assert found == expected


@pytest.mark.parametrize(
    ("by", "column"), [("channel", "report_source"), ("team", "assigned_team")]
)
def test_each_channel_and_each_team_equals_pandas(
    by: str, column: str, boston: Any, rows: Rows, cases: Table
) -> None:
    counted = cases[cases["closed_with_due"]]
    values = counted[column].str.strip()
    expected: dict[tuple[Any, ...], tuple[int, int]] = {}
    for departments in ("department", None):
        who = counted["department"] if departments else pd.Series("", index=counted.index)
        sums = counted["kept"].groupby([who, values, counted["closed_month"]]).agg(["sum", "size"])
        for (of, value, month), kept, all_ in sums.itertuples(name=None):
            expected[of or None, value or None, month] = int(kept), int(all_)
    shown = boston.show("--by", by, "--standard", "closed-on-time")
    found = {
        (row["department"], row["value"], row["period"]): (row["numerator"], row["denominator"])
        for row in shown
        if row["n"]
    }
    assert found == expected
    assert len({value for _, value, _ in found}) > 5
    whole = [row for row in rows if row["standard"] == "closed-on-time"]
    for department in {row["department"] for row in whole}:
        mine = [row for row in shown if row["department"] == department]
        assert _totals(mine) == _totals([r for r in whole if r["department"] == department])


def test_departments_add_up_to_the_city(rows: Rows) -> None:
    for standard in ("closed-on-time", "kept-by-due"):
        in_july = [r for r in rows if r["standard"] == standard and r["period"] == JULY]
        [city] = [row for row in in_july if row["department"] is None]
        parts = [row for row in in_july if row["department"] is not None]
        assert sum(row["n"] for row in parts) == city["n"]


def test_days_to_close_of_parks_and_recreation(rows: Rows) -> None:
    for standard, days in (("median-days-to-close", 1.0868802), ("days-to-close", 43.7953730)):
        [row] = [r for r in _of(rows, standard, "parks-recreation") if r["period"] == JULY]
        assert row["actual"] == pytest.approx(days, abs=5e-8)
        assert (row["n"], row["unit"], row["better"]) == (1_840, "days", "lower")


def test_days_to_close_of_each_department_equal_pandas(rows: Rows, cases: Table) -> None:
    dated = cases[cases["closed_with_due"] & cases["opened"].notna()]
    days = (dated["closed"] - dated["opened"]) / pd.Timedelta(days=1)
    groups = days.groupby([dated["department"], dated["closed_month"]])
    for standard, q in (("median-days-to-close", 0.5), ("days-to-close", 0.9)):
        expected = groups.quantile(q).to_dict()
        found = {
            (row["department"], row["period"]): row["actual"]
            for row in rows
            if row["standard"] == standard and row["department"] is not None and row["n"]
        }
        assert found == pytest.approx(expected, abs=1e-6)


def test_two_names_of_transportation_are_one_department(rows: Rows, cases: Table) -> None:
    names = cases.loc[cases["department"] == "transportation", "assigned_department"]
    assert set(names) == {"BTDT", "Boston Transportation Department (BTD)"}
    closed = cases[(cases["department"] == "transportation") & cases["closed_with_due"]]
    assert _totals(_of(rows, "closed-on-time", "transportation"))[1] == len(closed)


def test_only_cases_without_a_department_are_unassigned(rows: Rows, cases: Table) -> None:
    blank = cases[cases["assigned_department"] == ""]
    assert len(blank) == 145
    shown = _of(rows, "closed-on-time", "unassigned")
    assert _totals(shown)[1] == int(blank["closed_with_due"].sum())
    assert {row["department_name"] for row in shown} == {"Unassigned"}


def test_the_running_month_is_not_judged(rows: Rows) -> None:
    [row] = [r for r in _of(rows, "kept-by-due", None) if r["period"] == "2026-08-01"]
    assert row["status"] == "not complete yet"


def test_a_department_can_be_held_to_more_than_the_others(rows: Rows) -> None:
    for department, expected in ((None, 80), ("public-works", 80), ("boston-311", 95)):
        [row] = [r for r in _of(rows, "kept-by-due", department) if r["period"] == JULY]
        assert row["expected"] == expected
        assert row["gap"] == row["actual"] - expected


def test_a_promise_for_one_topic_counts_that_topic_alone(rows: Rows, cases: Table) -> None:
    potholes = cases[
        (cases["department"] == "public-works")
        & (cases["case_topic"] == "Pothole")
        & (cases["due_month"] == JULY)
        & cases["due_by_now"]
    ]
    [row] = [r for r in _of(rows, "pothole-repair", "public-works") if r["period"] == JULY]
    assert (row["numerator"], row["n"]) == (int(potholes["kept"].sum()), len(potholes))
    assert row["status"] == "missed"


@pytest.mark.parametrize(
    ("by", "column", "rate", "mix"),
    [("channel", "report_source", 6.4, -0.2), ("team", "assigned_team", -12.5, 18.6)],
)
def test_the_rise_into_july_divided_by_channel_and_by_team(
    by: str, column: str, rate: float, mix: float, boston: Any, cases: Table
) -> None:
    shown = boston.show("--by", by, "--standard", "closed-on-time")
    of_city = [row for row in shown if row["department"] is None]
    parts = sorted({row["value"] or "" for row in of_city})
    june, july = "2026-06-01", JULY
    sides: list[Sums] = []
    for month in (june, july):
        rows = {row["value"] or "": row for row in of_city if row["period"] == month and row["n"]}
        sums = [rows.get(part, {"numerator": 0, "denominator": 0}) for part in parts]
        sides.append(Sums([r["numerator"] for r in sums], [r["denominator"] for r in sums]))
    found = drivers(parts, *sides, figure="share")

    counted = cases[cases["closed_with_due"]]
    months = counted.groupby([counted[column].str.strip(), "closed_month"])["kept"]
    n, kept = months.size().unstack(), months.mean().unstack()
    weight = (n / n.sum()).fillna(0)
    first, last = kept[june].fillna(kept[july]), kept[july].fillna(kept[june])
    by_rate = ((weight[june] + weight[july]) / 2 * (last - first)).sum()
    by_mix = ((weight[july] - weight[june]) * (first + last) / 2).sum()

    assert (found.rate, found.mix) == (pytest.approx(by_rate), pytest.approx(by_mix))
    assert found.change == pytest.approx(by_rate + by_mix)
    assert (found.before, found.after) == (
        pytest.approx(2_224 / 2_940),
        pytest.approx(9_823 / 12_005),
    )
    assert [round(100 * each, 1) for each in (found.rate, found.mix)] == [rate, mix]


def test_the_citys_own_flag_calls_three_fewer_closures_on_time(boston: Any) -> None:
    totals = {
        metric: sum(row.numerator or 0 for row in boston.figures() if _whole(row, metric))
        for metric in ("closed_on_time", "flagged_on_time")
    }
    assert totals == {"closed_on_time": 23_790, "flagged_on_time": 23_787}


@pytest.mark.parametrize("order", ["af", "fa", "faa", "afaf"])
def test_both_snapshots_leave_the_same_cases_in_any_order(
    order: str,
    august: Path,
    february: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path: Path,
    in_date_order: tuple[int, Rows],
) -> None:
    assert _imported(organisation, tmp_path, order, august, february) == in_date_order
    assert in_date_order[0] == 38_973


@pytest.fixture(scope="module")
def in_date_order(
    august: Path,
    february: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[int, Rows]:
    return _imported(organisation, tmp_path_factory.mktemp("both"), "fa", august, february)


def _imported(
    organisation: Callable[[str, Path], Any],
    workspace: Path,
    order: str,
    august: Path,
    february: Path,
) -> tuple[int, Rows]:
    """Cases landed, and the scorecard without the time at which it was made."""
    city = organisation("boston_311", workspace)
    for letter in order:
        city.run("import", "requests", august if letter == "a" else february)
    city.run("measure")
    rows = [{**row, "known_at": None} for row in city.show()]
    return city.landed("requests"), rows


def _of(rows: Rows, standard: str, department: str | None) -> Rows:
    return [r for r in rows if r["standard"] == standard and r["department"] == department]


def _totals(rows: Rows) -> tuple[int, int]:
    return (
        sum(int(row["numerator"] or 0) for row in rows),
        sum(int(row["denominator"] or 0) for row in rows),
    )


def _whole(row: Any, metric: str) -> bool:
    return row.metric == metric and row.department is None and row.scope == "{}"
