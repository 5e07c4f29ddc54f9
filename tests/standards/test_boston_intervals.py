"""The intervals of Boston's means and percentiles, against pandas and scipy over the same file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pandas as pd
import pytest
from scipy import stats

# pandas annotates what it returns too widely to be of use here.
Table = Any
Rows = list[dict[str, Any]]

METRIC = '''

    @metric(
        source="requests", at="closed_at", unit="days", better="lower", min_n=2, title="Mean days"
    )
    def mean_days_to_close(r):
        """From opening to closing on average, of requests with a due date."""
        return mean(elapsed(r.opened_at, r.closed_at, "days"), where=r.due_at.known)
'''
STANDARD = """
    [[standard]]
    id = "mean-days-to-close"
    title = "Requests are closed within five days on average"
    metric = "mean_days_to_close"
    departments = "all"
    period = "month"
    expected = [{ from = 2025-07-01, at_most = 5, source = "Made up for a test" }]
"""


@pytest.fixture(scope="module")
def boston(
    august: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """The city, with a mean besides what it declares, measured."""
    folder = tmp_path_factory.mktemp("boston")
    city = organisation("boston_311", folder / "workspace")
    declared = folder / "boston_311"
    shutil.copytree(city.standards, declared)
    metrics = declared / "metrics.py"
    text = metrics.read_text(encoding="utf-8")
    metrics.write_text(text.replace("import ", "import mean, ", 1) + dedent(METRIC), "utf-8")
    with (declared / "city_wide.toml").open("a", encoding="utf-8") as file:
        file.write(dedent(STANDARD))
    city = replace(city, standards=declared)
    city.run("import", "requests", august)
    city.run("measure")
    return city


@pytest.fixture(scope="module")
def days(august: Path) -> Table:
    """Days from opening to closing of every closed request with a due date, by local month."""
    cases: Table = pd.read_csv(august, dtype=str, keep_default_na=False)
    opened, closed, due = (
        pd.to_datetime(cases[column], utc=True, format="ISO8601")
        for column in ("open_date", "close_date", "target_close_date")
    )
    months = closed.dt.tz_convert("America/New_York").dt.strftime("%Y-%m-01")
    found = pd.DataFrame({"month": months, "days": (closed - opened) / pd.Timedelta(days=1)})
    return found[found["days"].notna() & due.notna()].groupby("month")["days"]


def _whole(rows: Rows, standard: str) -> dict[str, dict[str, Any]]:
    return {
        row["period"]: row
        for row in rows
        if row["standard"] == standard and row["department"] is None and row["n"]
    }


def test_a_mean_has_the_interval_that_scipy_gives(boston: Any, days: Table) -> None:
    rows = _whole(boston.show(), "mean-days-to-close")

    assert set(rows) == set(days.groups)
    for month, values in days:
        low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        assert rows[month]["low"] == pytest.approx(low, rel=1e-9)
        assert rows[month]["high"] == pytest.approx(high, rel=1e-9)


def test_the_confidence_of_a_mean_follows_from_both_intervals(boston: Any, days: Table) -> None:
    rows = _whole(boston.show(), "mean-days-to-close")
    judged = [month for month, row in rows.items() if row["status"] in ("met", "missed")]

    assert judged
    for month in judged:
        values = days.get_group(month)
        sure, likely = (
            stats.t.interval(level, len(values) - 1, values.mean(), stats.sem(values))
            for level in (0.95, 0.8)
        )
        word = (
            *(["surely met"] if sure[1] <= 5 else []),
            *(["surely missed"] if sure[0] > 5 else []),
            *(["likely met"] if likely[1] <= 5 else []),
            *(["likely missed"] if likely[0] > 5 else []),
            "uncertain",
        )[0]
        assert rows[month]["confidence"] == word, month


def test_all_months_together_have_the_interval_of_all_values(boston: Any, days: Table) -> None:
    [row] = [
        row
        for row in boston.show("--period", "all", "--standard", "mean-days-to-close")
        if row["department"] is None
    ]
    values = pd.concat([one for _, one in days])

    low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))

    assert (row["low"], row["high"]) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.parametrize(("standard", "q"), [("median-days-to-close", 0.5), ("days-to-close", 0.9)])
def test_a_percentile_has_an_interval_around_the_exact_one_and_hardly_wider(
    boston: Any, days: Table, standard: str, q: float
) -> None:
    rows = _whole(boston.show(), standard)

    assert len(rows) > 2
    for month, values in days:
        ordered, n, row = values.sort_values().to_numpy(), len(values), rows[month]
        number = stats.binom(n, q)
        lower = sum(number.cdf(range(n)) <= 0.025)
        upper = n + 1 - sum(number.sf(range(n)) <= 0.025)
        if lower < 1 or upper > n:
            assert (row["low"], row["high"]) == (None, None)
            continue
        assert row["low"] <= ordered[lower - 1] <= row["actual"]
        assert row["actual"] <= ordered[upper - 1] <= row["high"]
        # Read at quantiles that are no more than twice as far from the middle.
        near, far = 2 * (q - (lower - 1) / (n - 1)), 2 * ((upper - 1) / (n - 1) - q)
        assert row["low"] >= values.quantile(max(0.0, q - near)) - 1e-9
        assert row["high"] <= values.quantile(min(1.0, q + far)) + 1e-9
