"""Boston's departments on a funnel: what the page says, against pandas over the same file and
against what docs/judging/comparison.md says of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.documents import text_of

# pandas annotates what it returns too widely to be of use here.
Table = Any


@pytest.fixture(scope="module")
def cases(august: Path) -> Table:
    """Every closed case with a due date: its local month, team, and whether it was in time."""
    rows: Table = pd.read_csv(august, dtype=str, keep_default_na=False)
    closed, due = (
        pd.to_datetime(rows[column], utc=True, format="ISO8601")
        for column in ("close_date", "target_close_date")
    )
    counted = closed.notna() & due.notna()
    local = closed.dt.tz_convert("America/New_York").dt.strftime("%Y-%m-01")
    made = {"month": local, "team": rows["assigned_team"].str.strip(), "kept": closed <= due}
    return pd.DataFrame(made)[counted]


def compared(city: Any, *arguments: str) -> dict[str, Any]:
    return json.loads(city.run("compare", "closed-on-time", *arguments, "--format", "json"))


def test_the_departments_of_the_whole_year_are_those_of_the_page(
    boston: Any, cases: Table, repository: Path
) -> None:
    page = compared(boston, "--period", "2026-08", "--last", "13")
    assert page["centre"] == pytest.approx(100 * cases["kept"].mean())
    assert sum(unit["n"] for unit in page["units"]) == len(cases) == 30_296
    units = {unit["key"]: unit for unit in page["units"]}
    told = re.findall(
        r"^\| ([a-z0-9-]+) \| ([\d,]+) \| ([\d.]+) % "
        r"\| [^|]+ \| ([\d.]+) to ([\d.]+) % \| ([a-z ]+) \|$",
        text_of(repository, "docs/judging/comparison.md"),
        re.MULTILINE,
    )
    assert len(told) == 10
    for key, cases_told, share, low, high, word in told:
        unit = units[key]
        assert unit["n"] == int(cases_told.replace(",", ""))
        assert f"{unit['actual']:.1f}" == share
        assert f"between {low} and {high} %" in unit["evidence"]
        # The metric asks for more cases than the 10 of broadband-cable.
        assert unit["standing"] == ("too few" if key == "broadband-cable" else word)
    assert round(page["scatter"]) == 138
    assert units["broadband-cable"]["estimate"] == pytest.approx(75.7, abs=0.05)


def test_the_rise_into_july_by_team_is_mix(boston: Any, cases: Table) -> None:
    [change] = compared(boston, "--period", "2026-07", "--by", "team")["changes"]
    months = cases.groupby([cases["team"], cases["month"]])["kept"]
    n, kept = months.size().unstack(), months.mean().unstack()
    june, july = "2026-06-01", "2026-07-01"
    weight = (n / n.sum()).fillna(0)
    first, last = kept[june].fillna(kept[july]), kept[july].fillna(kept[june])
    by_rate = 100 * ((weight[june] + weight[july]) / 2 * (last - first)).sum()
    by_mix = 100 * ((weight[july] - weight[june]) * (first + last) / 2).sum()
    assert (change["rate"], change["mix"]) == (pytest.approx(by_rate), pytest.approx(by_mix))
    assert "another mix by team (+18.6)" in change["sentence"]
