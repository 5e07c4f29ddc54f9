"""Boston's two snapshots as baseline and re-audit, department by department, against pandas."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from scorecard.audit.observed import Observed, Requirement, Scope
from scorecard.audit.reaudit import Compared, Outcome, compare, counts

BEFORE, AFTER = "2026-01", "2026-07"
KEPT = Requirement("share", "higher", tolerance=5, per=100, min_n=20)


@pytest.fixture(scope="module")
def found(
    shared_data: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Compared]:
    """January as February knew it, against July as August knew it."""
    city = organisation("boston_311", tmp_path_factory.mktemp("reaudit"))

    def observed(month: str) -> dict[Scope, Observed]:
        return {
            Scope("kept-by-due", row.department): Observed.of(row)
            for row in city.figures()
            if (row.metric, row.grain, row.scope) == ("kept_by_due", "month", "{}")
            and f"{row.period:%Y-%m}" == month
        }

    city.run("import", "requests", shared_data / "boston311" / "cases_2026-02-10.csv.gz")
    city.run("measure")
    baseline = observed(BEFORE)
    city.run("import", "requests", shared_data / "boston311" / "cases_2026-08.csv.gz")
    city.run("measure")
    return compare(baseline, observed(AFTER), {"kept-by-due": KEPT})


def in_pandas(shared_data: Path, repository: Path, month: str, *names: str) -> Any:
    """Kept and all, by department id, of the cases due in the month; the last file counts."""
    tables = [
        pd.read_csv(shared_data / "boston311" / name, dtype=str, keep_default_na=False)
        for name in names
    ]
    cases: Any = pd.concat(tables).drop_duplicates("case_id", keep="last")
    opened, due, closed = (
        pd.to_datetime(cases[column], utc=True, format="ISO8601")
        for column in ("open_date", "target_close_date", "close_date")
    )
    declared = tomllib.loads(
        (repository / "standards" / "boston_311" / "organisation.toml").read_text("utf-8")
    )
    ids = {
        name.casefold(): one["id"]
        for one in declared["departments"]
        for name in (one["id"], one["name"], *one.get("aliases", []))
    }
    cases["id"] = cases["assigned_department"].str.strip().str.casefold().map(ids)
    cases["kept"] = (closed <= due) & closed.notna()
    inside = due.dt.tz_convert("America/New_York").dt.strftime("%Y-%m") == month
    # A case of which both days are wrong is in quarantine.
    right = ~(closed < opened)
    chosen = cases[inside & right & (due <= max(opened.max(), closed.max()))]
    return chosen.groupby("id")["kept"].agg(["sum", "count"])


def test_the_figures_of_both_sides_equal_pandas(
    found: list[Compared], shared_data: Path, repository: Path
) -> None:
    files = ("cases_2026-02-10.csv.gz", "cases_2026-08.csv.gz")
    was = in_pandas(shared_data, repository, BEFORE, *files[:1])
    now = in_pandas(shared_data, repository, AFTER, *files)
    ours = {one.scope.department: one for one in found}
    for side, table in (("before", was), ("after", now)):
        for department, row in table.iterrows():
            figure = getattr(ours[str(department)], side)
            assert (figure.numerator, figure.denominator) == (row["sum"], row["count"]), department


def test_interval_and_correction_equal_statsmodels(found: list[Compared]) -> None:
    tested = [one for one in found if one.p is not None]
    assert len(tested) == 4
    for one in tested:
        assert one.before is not None
        assert one.after is not None
        ends = confint_proportions_2indep(
            one.after.numerator, one.after.denominator,
            one.before.numerator, one.before.denominator,
            method="newcomb", compare="diff",
        )  # fmt: skip
        assert one.interval == pytest.approx([100 * end for end in ends])
    refused, q, _, _ = multipletests([one.p for one in tested], 0.05, "fdr_bh")
    assert [one.q for one in tested] == pytest.approx(np.asarray(q).tolist())
    for one, shown in zip(tested, refused, strict=True):
        assert one.difference is not None
        expected = Outcome.HELD
        if shown and abs(one.difference) > 5:
            expected = Outcome.IMPROVED if one.difference > 0 else Outcome.REGRESSED
        assert one.outcome is expected


def test_what_became_of_boston(found: list[Compared]) -> None:
    assert {one.scope.department: one.outcome for one in found} == {
        None: Outcome.IMPROVED,
        "animal-care": Outcome.HELD,
        "boston-311": Outcome.NEW,
        "broadband-cable": Outcome.NEW,
        "parks-recreation": Outcome.REGRESSED,
        "property-management": Outcome.NEW,
        "public-works": Outcome.IMPROVED,
        "transportation": Outcome.NEW,
        "unassigned": Outcome.NOT_TESTED,
    }
    assert counts(found) == {
        Outcome.IMPROVED: 2,
        Outcome.HELD: 1,
        Outcome.REGRESSED: 1,
        Outcome.NEW: 4,
        Outcome.NOT_TESTED: 1,
    }
    gained = {one.scope.department: one.difference for one in found if one.difference is not None}
    assert gained["public-works"] == pytest.approx(52.2, abs=0.05)
    assert gained["parks-recreation"] == pytest.approx(-25.6, abs=0.05)
