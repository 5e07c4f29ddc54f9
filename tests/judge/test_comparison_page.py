"""The figures that docs/judging/comparison.md reads aloud are the ones worked out from the data."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from scorecard.judge.funnel import funnel
from scorecard.judge.funnel_result import Allowance, Funnel, Standing, outliers
from scorecard.judge.ranks import ranks
from scorecard.judge.shrinkage import shrink
from tests.standards.conftest import Organisation

# pandas annotates what it returns too widely to be of use here.
Table = Any


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    """The page as one line, since sentences are broken where the line is full."""
    text = (repository / "docs" / "judging" / "comparison.md").read_text(encoding="utf-8")
    return " ".join(text.split())


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def words(found: Funnel) -> dict[str, Standing]:
    return {unit.name: unit.standing for unit in found.units}


def test_the_worked_example_prints_what_the_page_shows(repository: Path) -> None:
    text = (repository / "docs" / "judging" / "comparison.md").read_text(encoding="utf-8")
    [block] = [part for part in text.split("```") if part.startswith("pycon\n")]
    example = doctest.DocTestParser().get_doctest(block[6:], {}, "comparison.md", None, 0)

    assert len(example.examples) > 8
    assert doctest.DocTestRunner().run(example).failed == 0


# --- Boston ---


@pytest.fixture(scope="module")
def departments(
    shared_data: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[float, float]]:
    """Cases closed on time and cases closed, by department, as the scorecard measures them."""
    workspace = tmp_path_factory.mktemp("boston")
    city = Organisation(repository / "standards" / "boston_311", workspace)
    city.run("import", "requests", shared_data / "boston311" / "cases_2026-08.csv.gz")
    city.run("measure")
    sums: dict[str, tuple[float, float]] = {}
    for row in city.show():
        if row["standard"] == "closed-on-time" and row["department"]:
            kept, closed = sums.get(row["department"], (0, 0))
            sums[row["department"]] = (
                kept + (row["numerator"] or 0),
                closed + (row["denominator"] or 0),
            )
    assert tuple(map(sum, zip(*sums.values(), strict=True))) == (23_790, 30_296)
    return sums


def of_boston(departments: dict[str, tuple[float, float]], **choices: Any) -> Funnel:
    kept, closed = zip(*departments.values(), strict=True)
    return funnel(kept, closed, names=list(departments), **choices)


def test_each_department_stands_in_the_table_as_the_funnel_has_it(
    departments: dict[str, tuple[float, float]], page: str
) -> None:
    wide = of_boston(departments)
    narrow = of_boston(departments, overdispersion=False)

    shown = [unit for unit in wide.units if unit.standing is not Standing.NO_DATA]
    assert (len(shown), len(wide.units)) == (10, 18)
    by_chance = {unit.name: unit for unit in narrow.units}
    for unit in shown:
        assert unit.size is not None
        assert unit.value is not None
        cells = [unit.name, f"{unit.size:,.0f}", f"{percent(unit.value)} %"]
        for of in (by_chance[unit.name], unit):
            low, high = of.limits[-1]
            cells.append(f"{percent(low)} to {percent(high)} %")
        assert f"| {' | '.join([*cells, unit.standing.value])} |" in page


def test_the_limits_of_boston_come_out_of_the_formulas_alone(
    departments: dict[str, tuple[float, float]],
) -> None:
    """The page's formulas once more, with scipy and without the code under test."""
    sums: Table = pd.DataFrame(departments, index=["kept", "closed"]).T
    sums = sums[sums["closed"] > 0]
    whole = float(sums["kept"].sum() / sums["closed"].sum())

    def lower(size: float, share: float) -> float:
        chance = stats.binom(size, share)
        count = int(chance.ppf(0.001))
        below = chance.cdf(count - 1)
        return (count - (chance.cdf(count) - 0.001) / (chance.cdf(count) - below)) / size

    centre = np.arcsin(np.sqrt(whole))
    weight = 4 * sums["closed"].to_numpy()
    z = (np.arcsin(np.sqrt(sums["kept"] / sums["closed"])) - centre) * np.sqrt(weight)
    phi = float((z.clip(*np.quantile(z, [0.1, 0.9])) ** 2).mean())
    spread = weight.sum() - (weight**2).sum() / weight.sum()
    between = (len(z) * phi - (len(z) - 1)) / spread
    reach = stats.norm.ppf(0.999) * np.sqrt(1 / weight + between)

    wide, narrow = of_boston(departments), of_boston(departments, overdispersion=False)
    assert wide.dispersion.phi == pytest.approx(phi)
    by_name = {unit.name: unit.limits[-1] for unit in wide.units if unit.limits}
    by_chance = {unit.name: unit.limits[-1] for unit in narrow.units if unit.limits}
    for name, size, far in zip(sums.index, sums["closed"], reach, strict=True):
        outer = np.sin(np.clip([centre - far, centre + far], 0, np.pi / 2)) ** 2
        assert by_name[name] == pytest.approx(tuple(outer))
        chance = (lower(size, whole), min(1.0, 1 - lower(size, 1 - whole)))
        assert by_chance[name] == pytest.approx(chance)


def test_what_is_said_of_boston_is_so(departments: dict[str, tuple[float, float]]) -> None:
    found = of_boston(departments)

    assert round(found.dispersion.phi or 0) == 138
    assert [unit.name for unit in outliers(found).better] == ["boston-311", "reassignment"]
    assert outliers(found).worse == ()
    widest = found.levels[-1]
    assert (widest.found, widest.found_without_allowance) == (2, 7)
    assert round(widest.expected, 2) == 0.02
    parks = next(unit for unit in found.units if unit.name == "parks-recreation")
    assert parks.beyond_chance == 0.998
    assert 100 * ((found.centre or 0) - (parks.value or 0)) == pytest.approx(12, abs=0.5)


def test_what_is_said_of_small_departments_is_so(
    departments: dict[str, tuple[float, float]], page: str
) -> None:
    kept, closed = zip(*departments.values(), strict=True)
    shrunk = shrink(kept, closed, names=list(departments))
    small = next(unit for unit in shrunk.units if unit.name == "broadband-cable")
    rank = {one.name: one.words for one in ranks(shrunk)}

    assert small.shrunk is not None
    assert f"is estimated at {percent(small.shrunk)} %" in page
    assert small.weight == pytest.approx(1 / 3, abs=0.01)
    assert f'"{rank["broadband-cable"]}"' in page
    large = next(unit for unit in shrunk.units if unit.name == "public-works")
    assert abs((large.shrunk or 0) - (large.raw or 0)) < 0.0001


# --- NHS England ---


@pytest.fixture(scope="module")
def trusts(shared_data: Path) -> Table:
    """Attendances at major departments and those within four hours, a trust, 2018-19."""
    table: Table = pd.read_csv(
        shared_data / "nhs_ae" / "ae_attendances.csv.gz", dtype={"type": str}
    )
    year = table["period"].between("2018-04-01", "2019-03-01") & (table["type"] == "1")
    sums = table[year].groupby("org_code")[["attendances", "breaches"]].sum()
    sums["kept"] = sums["attendances"] - sums["breaches"]
    return sums


def of_trusts(trusts: Table, target: float | None = None) -> Funnel:
    return funnel(trusts["kept"], trusts["attendances"], names=list(trusts.index), target=target)


def test_what_is_said_of_all_trusts_is_so(trusts: Table, page: str) -> None:
    assert f"{len(trusts)} trusts, {trusts['attendances'].sum():,.0f} attendances" in page
    share = trusts["kept"].sum() / trusts["attendances"].sum()
    assert f"{percent(share)} % within four hours" in page
    assert (trusts["kept"] / trusts["attendances"] >= 0.95).sum() == 3


def test_what_is_said_of_trusts_among_themselves_is_so(trusts: Table, page: str) -> None:
    found = of_trusts(trusts)
    named = outliers(found)

    assert (named.better, named.worse, len(named.watch)) == ((), (), 20)
    inner, outer = found.levels
    assert round(inner.expected) == 7
    assert outer.found_without_allowance == 130
    assert round(outer.expected, 1) == 0.3
    assert [unit.name for unit in named.watch[:5]] == ["RCU", "RA4", "RC9", "RXL", "RAS"]
    for unit in named.watch[:5]:
        assert f"{unit.name} ({percent(unit.value or 0)} % of {unit.size:,.0f})" in page


def test_what_is_said_of_trusts_against_the_standard_is_so(trusts: Table) -> None:
    found = of_trusts(trusts, target=0.95)

    assert found.dispersion.allowance is Allowance.ADDITIVE
    assert found.dispersion == of_trusts(trusts).dispersion
    assert (len(outliers(found).worse), outliers(found).better) == (33, ())


def test_what_is_said_of_the_ranks_of_trusts_is_so(trusts: Table, page: str) -> None:
    found = ranks(shrink(trusts["kept"], trusts["attendances"], names=list(trusts.index)))
    of = {one.name: one for one in found}

    for name in ("RCU", "RXL"):
        assert f'"{of[name].words}"' in page
    widths = sorted((one.highest or 0) - (one.lowest or 0) for one in found)
    # Half of the intervals hold three ranks or more.
    assert widths[len(widths) // 2] == 2
