"""The figures of docs/judging/kansas-city-control-chart.md: each month's chart as of that month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scorecard.judge.chart import Chart
from scorecard.judge.rebase import propose_rebase
from scorecard.judge.signal import signal
from scorecard.judge.xmr import xmr
from scorecard.report.signal_words import signal_words

# pandas annotates what it returns too widely to be of use here.
Table = Any
FIRST = 12
"""The first chart is that of January 2008, of thirteen months."""
PROMISED = 80.0


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    """The page as one line, since sentences are broken where the line is full."""
    file = repository / "docs" / "judging" / "kansas-city-control-chart.md"
    return " ".join(file.read_text(encoding="utf-8").replace("**", "").split())


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> Table:
    """The resolved cases with a flag, in pandas."""
    file = shared_data / "kcmo311" / "cases_2007-2020.csv.gz"
    cases: Table = pd.read_csv(file, dtype=str, keep_default_na=False)
    cases = cases[(cases["STATUS"] == "RESOL") & (cases["EXCEEDED EST TIMEFRAME"] != "")].copy()
    cases["on_time"] = 100.0 * (cases["EXCEEDED EST TIMEFRAME"] == "N")
    for name, column in (("opened", "CREATION DATE"), ("closed", "CLOSED DATE")):
        cases[name] = pd.to_datetime(cases[column], format="%m/%d/%Y")
    return cases


@pytest.fixture(scope="module")
def closed(kansas_city: Any) -> dict[str, float]:
    """Of the cases closed in each whole month, the percentage on time, by the engine."""
    rows = kansas_city.show("--standard", "closed-on-time")
    found = {row["period"]: row["actual"] for row in rows if row["department"] is None}
    return {period: found[period] for period in sorted(found) if period < "2020-09"}


@pytest.fixture(scope="module")
def final(cases: Table) -> dict[str, float]:
    """The same by the month of opening, as it is known today."""
    return by_month(cases, "opened")


def by_month(cases: Table, day: str) -> dict[str, float]:
    shares = cases.groupby(cases[day].dt.strftime("%Y-%m-01"))["on_time"].mean()
    return {period: share for period, share in shares.items() if period < "2020-09"}


def names_of(periods: Sequence[str]) -> list[str]:
    return [pd.Timestamp(period).strftime("%B %Y") for period in periods]


def charts(values: Sequence[float]) -> list[Chart]:
    """The chart at the end of each month, of the months until then."""
    ends = range(FIRST, len(values))
    return [xmr(values[: end + 1], expected=PROMISED) for end in ends]


def test_the_months_equal_pandas(closed: dict[str, float], cases: Table) -> None:
    assert closed == pytest.approx(by_month(cases, "closed"))
    assert len(closed) == 164


def test_as_known_at_the_time_the_month_of_opening_looked_well(
    cases: Table, final: dict[str, float], page: str
) -> None:
    periods, said = list(final), Counter[str]()
    months = [cases[day].dt.strftime("%Y-%m-01") for day in ("opened", "closed")]
    by_both = cases.groupby(months)["on_time"].agg(["sum", "size"]).unstack(fill_value=0)
    # By the month of opening (rows), of the cases closed until the end of a month (columns).
    total, size = (by_both[of].cumsum(axis=1).loc[periods, periods] for of in ("sum", "size"))
    concerning = []
    for end in range(FIRST, len(periods)):
        known = (total / size)[periods[end]].iloc[: end + 1]
        chart = xmr(known.to_numpy(), expected=PROMISED)
        said[str(chart.variation)] += 1
        if chart.variation == "concerning":
            concerning.append(names_of(periods)[end])
        if periods[end] == "2010-01-01":
            assert chart.variation == "improving"
            of_all = (cases["opened"].dt.strftime("%Y-%m-01") == "2010-01-01").sum()
            assert f"{final['2010-01-01']:.1f} % of {of_all}" in page
            before_2019 = [share for period, share in final.items() if period < "2019"]
            assert min(before_2019) == final["2010-01-01"]
            assert f"only {size.loc['2010-01-01', '2010-01-01']} of those" in page
            assert f"of them {chart.values[-1]:.1f} % were on time" in page
    assert (
        f'"improving" {said["improving"]} times, "common cause" {said["common cause"]} times '
        f'and "concerning" twice ({", ".join(concerning)})'
    ) in page
    assert said["concerning"] == 2


def test_with_hindsight_the_month_of_opening_shows_the_fall(
    final: dict[str, float], page: str
) -> None:
    names = names_of(list(final))
    at = names.index("January 2010")
    found = charts(list(final.values()))
    concerning = [
        names[FIRST + place] for place, chart in enumerate(found) if chart.variation == "concerning"
    ]
    assert concerning[:4] == ["January 2008", "July 2008", "August 2008", "January 2010"]
    assert f'"{signal_words(signal(found[at - FIRST]), names, "month")}"' in page


def test_the_month_of_closing_says_concerning_when_the_page_says(
    closed: dict[str, float], cases: Table, page: str
) -> None:
    names, found = names_of(list(closed)), charts(list(closed.values()))
    said = {names[FIRST + place]: chart for place, chart in enumerate(found)}
    concerning = [name for name, chart in said.items() if chart.variation == "concerning"]

    assert f"at {len(concerning)} of {len(said)} month ends" in page
    assert not any(chart.variation == "improving" for chart in found)
    assert concerning[0] == "February 2009"
    assert concerning[1:5] == names[names.index("August 2009") :][:4]
    assert concerning[5:14] == names[names.index("August 2010") :][:9]
    last = names[names.index("December 2016") : names.index("March 2020") + 1]
    assert (len(last), concerning[-40:]) == (40, last)
    sizes = cases.groupby(cases["closed"].dt.strftime("%B %Y")).size()
    for name in ("February 2009", "August 2009", "August 2010"):
        words = signal_words(signal(said[name]), names, "month")
        assert f'{name}: "{words}" | {said[name].values[-1]:.1f} % of {sizes[name]} |' in page
    words = signal_words(signal(said["March 2020"]), names, "month")
    assert f'at its end "{words}"' in page


def test_the_table_of_years_comes_later(cases: Table, page: str) -> None:
    def row(shares: Sequence[float | None]) -> str:
        return " | ".join("" if share is None else f"{share:.1f} %" for share in shares)

    by_closing = cases.groupby(cases["closed"].dt.year)["on_time"].mean()
    years = [by_closing[year] for year in (2007, 2008, 2009, 2010)]
    assert f"| by closing | {row(years)} | 2009 |" in page
    assert next(year for year in by_closing.index if by_closing[year] < PROMISED) == 2009
    then = {}
    for year in (2008, 2009, 2010):
        known = cases[(cases["opened"].dt.year == year) & (cases["closed"].dt.year == year)]
        then[year] = known["on_time"].mean()
    assert [year for year, share in then.items() if share < PROMISED] == [2010]
    line = row(list(then.values()))
    assert f"| by opening, as known at the end of the year | | {line} | 2010 |" in page


def test_new_phases_are_proposed_and_judged_as_the_page_says(
    closed: dict[str, float], page: str
) -> None:
    names, values = names_of(list(closed)), list(closed.values())
    accepted: list[int] = []
    for end in range(FIRST, len(values)):
        found = propose_rebase(xmr(values[: end + 1], expected=PROMISED, rebase_at=accepted))
        if found.index is not None:
            accepted.append(found.index)
            levels = f"{found.before:.1f} to {found.after:.1f} %"
            assert f"{names[end]}, from {names[found.index]} on ({levels})" in page
    assert len(accepted) == 2
    for phase in xmr(values, expected=PROMISED, rebase_at=accepted).phases:
        cells = [names[phase.start], str(phase.n), f"{phase.mean:.1f} %"]
        cells += [f"{phase.lower:.1f} to {phase.upper:.1f} %", str(phase.assurance)]
        assert f"| {' | '.join(cells)} |" in page
    whole = xmr(values, expected=PROMISED)
    assert f"from {whole.lower[-1]:.1f} to {whole.upper[-1]:.1f} %" in page
    assert whole.assurance == "hit or miss"
