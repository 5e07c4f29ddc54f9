"""Boston's two snapshots: what February published, what August knows, and the rows between."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

# pandas annotates what it returns too widely to be of use here.
Table = Any


@dataclass(frozen=True)
class Pair:
    """The city with both snapshots; what February showed, and the moment between the two."""

    city: Any
    published: list[dict[str, Any]]
    between: str

    def explain(self, standard: str, period: str, *more: str) -> dict[str, Any]:
        options = ["--since", self.between, "--period", period, "--format", "json"]
        return json.loads(self.city.run("explain", standard, *options, *more))


@pytest.fixture(scope="module")
def pair(
    shared_data: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Pair:
    city = organisation("boston_311", tmp_path_factory.mktemp("pair"))
    city.run("import", "requests", shared_data / "boston311" / "cases_2026-02-10.csv.gz")
    city.run("measure")
    published = city.show()
    known_at = datetime.fromisoformat(published[0]["known_at"])
    city.run("import", "requests", shared_data / "boston311" / "cases_2026-08.csv.gz")
    city.run("measure")
    return Pair(city, published, known_at.isoformat())


@pytest.fixture(scope="module")
def states(shared_data: Path) -> tuple[Table, Table]:
    """Both snapshots in pandas by case; the later holds what only the earlier knows as well."""

    def read(name: str) -> Table:
        cases: Table = pd.read_csv(
            shared_data / "boston311" / name, dtype=str, keep_default_na=False
        ).set_index("case_id")
        for short, column in {
            "opened": "open_date",
            "due": "target_close_date",
            "closed": "close_date",
        }.items():
            cases[short] = pd.to_datetime(cases[column], utc=True, format="ISO8601")
        return cases

    before, after = read("cases_2026-02-10.csv.gz"), read("cases_2026-08.csv.gz")
    return before, pd.concat([after, before.loc[before.index.difference(after.index)]])


def counted(cases: Table, standard: str, month: str) -> Table:
    """By case that counts in the month: whether it was kept."""
    at = cases["closed" if standard == "closed-on-time" else "due"]
    inside = at.dt.tz_convert("America/New_York").dt.strftime("%Y-%m") == month
    until = cases[["opened", "closed"]].max().max()
    enters = (
        cases["closed"].notna() & cases["due"].notna()
        if standard == "closed-on-time"
        else cases["due"] <= until
    )
    chosen = cases[inside & enters]
    return chosen["closed"] <= chosen["due"]


def test_februarys_published_figures_are_still_shown_after_august(pair: Pair) -> None:
    assert pair.city.show("--as-of", pair.between) == pair.published
    assert pair.city.show() != pair.published


@pytest.mark.parametrize("standard", ["closed-on-time", "kept-by-due"])
@pytest.mark.parametrize("month", ["2025-11", "2025-12", "2026-01", "2026-02"])
def test_the_rows_between_the_snapshots_equal_pandas(
    pair: Pair, states: tuple[Table, Table], standard: str, month: str
) -> None:
    was, now = (counted(cases, standard, month) for cases in states)
    both = was.index.intersection(now.index)
    outcome = was[both] != now[both]
    found = pair.explain(standard, month)
    kinds = {"now_kept": 0, "no_longer_kept": 0}
    for change in found["changes"]:
        if change["kind"] in kinds:
            kinds[change["kind"]] += change["rows"]
    assert (found["before"]["n"], found["after"]["n"]) == (len(was), len(now))
    assert found["rows_entered"] == len(now.index.difference(was.index))
    assert found["rows_left"] == len(was.index.difference(now.index))
    assert kinds == {
        "now_kept": int((outcome & now[both]).sum()),
        "no_longer_kept": int((outcome & was[both]).sum()),
    }
    assert found["rows_same"] == int((~outcome).sum())


def test_february_grew_by_cases_that_came_later_and_by_cases_that_fell_due(pair: Pair) -> None:
    found = pair.explain("kept-by-due", "2026-02")
    assert {(c["kind"], c["reason"]): c["rows"] for c in found["changes"]} == {
        ("entered", "not landed"): 494,
        ("entered", "knowledge of time"): 73,
    }
    assert found["known_until_moved"]
