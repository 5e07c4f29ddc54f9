"""The figures of docs/judging/kansas-city-read-aloud.md, month by month through the engine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scorecard.judge.before_after import Effect, before_after
from scorecard.judge.breakpoint import shifts
from scorecard.judge.forecast import forecast

MONTHLY = """
[[standard]]
id = "monthly"
title = "Resolved within the city's own estimate, month by month"
metric = "resolved_on_time"
departments = "all"
period = "month"
dimension = "reliability"
owner = "Director of 311"
review = 2027-01-01
expected = [{ from = 2007-01-01, at_least = 80, source = "Set for this example" }]
"""


@pytest.fixture(scope="module")
def months(
    shared_data: Path,
    repository: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, float]:
    """Of the resolved cases opened in each whole month, the percentage on time."""
    folder = tmp_path_factory.mktemp("aloud")
    declared = shutil.copytree(repository / "standards" / "kansas_city", folder / "kansas_city")
    for file in ("by_topic.toml", "city_wide.toml"):
        (declared / file).unlink()
    (declared / "monthly.toml").write_text(MONTHLY, encoding="utf-8")
    city = organisation(str(declared), folder / "workspace")
    city.run("import", "cases", shared_data / "kcmo311" / "cases_2007-2020.csv.gz")
    city.run("measure")
    rows = [row for row in city.show() if row["department"] is None]
    return {row["period"][:7]: row["actual"] for row in rows if row["period"] < "2020-09"}


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    text = (repository / "docs/judging/kansas-city-read-aloud.md").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text)


def test_the_months_equal_pandas(months: dict[str, float], shared_data: Path) -> None:
    # pandas annotates what it returns too widely to be of use here.
    cases: Any = pd.read_csv(shared_data / "kcmo311" / "cases_2007-2020.csv.gz", dtype=str)
    cases = cases[(cases["STATUS"] == "RESOL") & cases["EXCEEDED EST TIMEFRAME"].notna()]
    month = cases["CREATION DATE"].str[6:] + "-" + cases["CREATION DATE"].str[:2]
    shares = 100 * (cases["EXCEEDED EST TIMEFRAME"] == "N").groupby(month).mean()
    expected = {str(key): float(value) for key, value in shares.items() if str(key) < "2020-09"}
    assert months == pytest.approx(expected)
    assert len(months) == 164


def test_the_falls_are_dated_as_the_page_says(months: dict[str, float], page: str) -> None:
    names = list(months)
    result = shifts(list(months.values()))
    for shift in result.shifts:
        low, high = sorted((abs(shift.size.lower), abs(shift.size.upper)))
        row = f"| {names[shift.at]} | {names[shift.earliest]} to {names[shift.latest]} |"
        assert f"{row} {shift.size.value:+.1f} | {low:.1f} to {high:.1f} |" in page
    assert len(re.findall(r"\| 20\d\d-\d\d \| 20", page)) == len(result.shifts)
    levels = ", ".join(f"{level:.1f} %" for level in result.levels)
    assert levels in page


def test_january_2010_is_told_as_the_page_says(months: dict[str, float], page: str) -> None:
    names = list(months)
    row = list(months.values())
    at = names.index("2010-01")
    found = before_after(row[: names.index("2010-12")], at, better="higher", slope=False)
    assert found.average is not None
    assert found.verdict is Effect.WORSENED
    fall, low, high = -found.average.value, -found.average.upper, -found.average.lower
    said = f"{fall:.1f} points ({low:.1f} to {high:.1f})"
    assert said in page
    assert f"{row[at]:.1f} %" in page


def test_the_forecast_says_what_the_page_says(months: dict[str, float], page: str) -> None:
    found = forecast(
        list(months.values()), 6, better="higher", expected=80, scale=(0, 100), confidence=(0.8,)
    )
    assert found.held_out is not None
    errors = f"{found.held_out.error:.1f} against {found.held_out.rivals[found.held_out.best]:.1f}"
    assert f"**{found.outcome}**" in page
    assert errors in page
    assert np.isfinite(found.held_out.error)
