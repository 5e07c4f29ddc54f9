"""Harbor City from its generated files to its scorecard, worked out a second time in pandas."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from deltalake import DeltaTable

from scorecard.declare.check import check
from scorecard.declare.load import Declarations
from scorecard.workspace import Workspace
from tests.conftest import BuiltDemo
from tests.standards.harbor_city_records import Records, cleaned, figure

LAST_MONTHS = ("2026-07-01", "2026-08-01", "2026-09-01")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def generator(repository: Path) -> ModuleType:
    path = repository / "standards" / "harbor_city" / "generate.py"
    spec = importlib.util.spec_from_file_location("harbor_city_files", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def declared(repository: Path) -> Declarations:
    declarations = check(repository / "standards" / "harbor_city").declarations
    assert declarations is not None
    return declarations


# The figures, over one built demo


@pytest.fixture(scope="module")
def city(organisation: Callable[[str, Path], Any], built_demo: BuiltDemo) -> Any:
    return organisation("harbor_city", built_demo.workspace.root)


@pytest.fixture(scope="module")
def rows(city: Any) -> Rows:
    return city.show()


@pytest.fixture(scope="module")
def records(generator: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Records:
    return cleaned(generator, tmp_path_factory.mktemp("files"))


def test_every_figure_of_the_last_three_months_equals_pandas(
    rows: Rows, records: Records, declared: Declarations
) -> None:
    wrong: list[str] = []
    compared: Counter[str] = Counter()
    for row in rows:
        if row["period"] not in LAST_MONTHS:
            continue
        actual, n = figure(records, row, declared.standards[row["standard"]].where)
        compared[row["standard"]] += 1
        same = row["actual"] == actual or row["actual"] == pytest.approx(actual, rel=1e-9)
        if row["n"] != n or not same:
            wrong.append(f"{row}: {actual} of {n}")
    assert wrong == []
    assert set(compared) == set(declared.standards)
    assert compared["closed-on-time"] == 3 * (1 + 6 + 1)
    assert compared["satisfaction"] == 1 + 6 + 1


def test_gap_is_actual_minus_expected_in_every_row(rows: Rows) -> None:
    both = [r for r in rows if r["actual"] is not None and r["expected"] is not None]
    assert len(both) > 1_500
    assert all(row["gap"] == row["actual"] - row["expected"] for row in both)


def test_departments_and_unassigned_add_up_to_the_city(rows: Rows) -> None:
    totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row["standard"] in ("kept-by-due", "closed-on-time", "satisfaction"):
            totals[row["standard"], row["period"]][row["department"] is None] += row["n"]
    assert len(totals) > 50
    assert all(parts == whole for parts, whole in totals.values())


def test_every_row_says_that_it_is_synthetic(rows: Rows) -> None:
    assert {row.get("synthetic") for row in rows} == {True}


def of(rows: Rows, standard: str, department: str | None) -> dict[str, dict[str, Any]]:
    return {
        row["period"]: row
        for row in rows
        if row["standard"] == standard and row["department"] == department
    }


@pytest.mark.parametrize(
    ("department", "at_first", "at_last"), [("sanitation", 60, 86), ("inspections", 88, 67)]
)
def test_one_department_improves_and_one_slips(
    rows: Rows, department: str, at_first: int, at_last: int
) -> None:
    found = of(rows, "closed-on-time", department)

    def together(months: tuple[str, ...]) -> float:
        counts = [found[month] for month in months]
        return 100 * sum(r["numerator"] for r in counts) / sum(r["denominator"] for r in counts)

    assert together(("2024-10-01", "2024-11-01", "2024-12-01")) == pytest.approx(at_first, abs=1)
    assert together(LAST_MONTHS) == pytest.approx(at_last, abs=1)


def test_the_storm_shows_where_it_struck(rows: Rows) -> None:
    def fall(department: str) -> float:
        found = of(rows, "kept-by-due", department)
        return found["2026-01-01"]["actual"] - found["2026-02-01"]["actual"]

    assert fall("public-works") > 30
    assert fall("parks-and-recreation") > 30
    assert abs(fall("water-and-sewer")) < 10


def test_expected_values_follow_the_day_they_come_into_force(rows: Rows) -> None:
    found = of(rows, "closed-on-time", "sanitation")
    months = ("2024-09-01", "2024-10-01", "2025-06-01", "2025-07-01", "2026-03-01", "2026-04-01")
    assert [found[month]["expected"] for month in months] == [None, 60, 60, 70, 70, 85]
    assert of(rows, "closed-on-time", None)["2026-04-01"]["expected"] == 80


def test_nothing_is_judged_before_the_records_begin(rows: Rows) -> None:
    before = [row for row in rows if row["period"] < "2024-10-01"]
    assert before
    assert {row["status"] for row in before} == {"not in force"}


def test_the_last_month_is_whole_and_has_every_kind_of_status(rows: Rows) -> None:
    last = [row for row in rows if row["period"] == "2026-09-01"]
    statuses = Counter(row["status"] for row in last if row["department"] != "unassigned")
    assert set(statuses) == {"met", "near", "missed", "no data", "too few", "not in force"}
    assert statuses["met"] > statuses["missed"] > 5
    assert statuses["near"] >= 5


@pytest.mark.parametrize(
    ("standard", "department", "status"),
    [
        ("pothole-repair", "public-works", "missed"),
        ("snow-clearing", "public-works", "no data"),
        ("gull-island-service", "water-and-sewer", "too few"),
        ("construction-without-permit", "inspections", "not in force"),
        ("missed-collection", "sanitation", "met"),
        ("housing-condition", "inspections", "missed"),
        ("signal-repair", "transportation", "near"),
        ("closed-on-time", None, "met"),
    ],
)
def test_september_2026(rows: Rows, standard: str, department: str | None, status: str) -> None:
    assert of(rows, standard, department)["2026-09-01"]["status"] == status


# The dirt


def documented(repository: Path) -> dict[str, int]:
    """The counts of the table "Dirt" by the beginning of their line."""
    text = (repository / "docs" / "harbor_city.md").read_text(encoding="utf-8")
    section = text.split("## Dirt\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if "| " in line]
    return {cell[0].split(" (")[0]: int(cell[1].replace(",", "")) for cell in cells[2:]}


def quarantined(city: Any, source: str) -> Any:
    path = Workspace(city.workspace).quarantine("harbor-city", source)
    return DeltaTable(path).to_pyarrow_table().to_pandas()


def test_dirty_rows_are_quarantined_as_often_as_the_document_counts(
    city: Any, repository: Path
) -> None:
    told = documented(repository)
    expected = {
        "requests": {
            "value-not-allowed": told["requests by an undeclared channel"],
            "date-impossible": told["requests with an impossible date"],
            "closed-before-opened": told["requests closed before they were opened"],
            "integer-unreadable": told["requests with transfers that are not a number"],
            "row-duplicate": told["requests twice in a yearly export, the same row"],
            "key-duplicate": told["requests twice in a yearly export, open and closed"],
        },
        "satisfaction": {
            "out-of-range": told["answers with score 9"],
            "integer-unreadable": told["answers with a score that is not a number"],
        },
        "calls": {
            "value-missing": told["call rows without a department"],
            "more-answered-than-offered": told["call rows with more calls answered than offered"],
            "integer-unreadable": told["call rows with waiting time that is not a number"],
            "row-duplicate": told["call rows twice"],
        },
    }
    for source, codes in expected.items():
        found = quarantined(city, source)
        # A dirty request can be in two files; the document counts requests.
        once = found.assign(key=found["row"] if source == "calls" else found["key"])
        once = once if source == "calls" else once.drop_duplicates(["key", "code"])
        assert Counter(once["code"]) == codes, source


def test_a_quarantined_row_can_be_read_with_its_place_and_reason(city: Any) -> None:
    found = quarantined(city, "requests")
    [row] = found[found["code"] == "closed-before-opened"].head(1).to_dict("records")
    assert row["reason"] == "The request was closed before it was opened."
    assert row["line"] > 1
    assert json.loads(row["row"])["request_id"] == row["key"]


def test_white_space_is_trimmed_and_other_spellings_are_one_department(
    city: Any, records: Records
) -> None:
    path = Workspace(city.workspace).landed("harbor-city", "requests")
    landed = DeltaTable(path).to_pyarrow_table().to_pandas()
    texts = landed[["status", "department", "topic", "channel", "neighborhood"]]
    assert all((texts[name].dropna() == texts[name].dropna().str.strip()).all() for name in texts)
    assert len(landed) == len(records.requests)
    # What is not a department of the city keeps its place and its name.
    assert {"Harbor Police", "State Highways", "PWD", "W&S"} <= set(landed["department"].dropna())
