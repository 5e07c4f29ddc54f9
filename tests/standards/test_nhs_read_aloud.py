"""What docs/judging/nhs-read-aloud.md says is what the records, the chart and the promise give.

Limits are worked out again in pandas, signals by the plain reading of the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from scorecard.judge.chart import Chart
from scorecard.judge.promise import Call, promise
from scorecard.judge.signal import signal
from scorecard.judge.xmr import xmr
from scorecard.report.signal_words import signal_words
from tests.judge.plain_xmr import plain_phases

PROMISED = 95.0
WINTER = (12, 1, 2, 3)
# pandas annotates what it returns too widely to be of use here.
Table = Any
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    """The page as one line, since sentences are broken where the line is full."""
    text = (repository / "docs" / "judging" / "nhs-read-aloud.md").read_text(encoding="utf-8")
    return " ".join(text.replace("**", "").split())


@pytest.fixture(scope="module")
def england(nhs: Any) -> Rows:
    rows = nhs.show("--standard", "four-hours")
    return sorted((r for r in rows if r["department"] is None), key=lambda row: row["period"])


@pytest.fixture(scope="module")
def trusts(nhs: Any) -> dict[str, Rows]:
    """The months of every provider that ever had a major department, by its code."""
    rows = nhs.show("--standard", "four-hours", "--by", "organisation", "--department", "major")
    found: dict[str, Rows] = {}
    for row in sorted(rows, key=lambda row: row["period"]):
        found.setdefault(row["value"], []).append(row)
    return found


def chart_of(rows: Rows) -> Chart:
    return xmr([row["actual"] for row in rows], expected=PROMISED)


def words(rows: Rows) -> str:
    names = [date.fromisoformat(row["period"]).strftime("%B %Y") for row in rows]
    return signal_words(signal(chart_of(rows)), names, "month")


def share(rows: Rows) -> float:
    return 100 * sum(r["numerator"] for r in rows) / sum(r["denominator"] for r in rows)


def plain(values: Sequence[float]) -> tuple[float, float, float, list[str]]:
    """Mean, limits and rules, in fractions and without the code under test."""
    [phase] = plain_phases([Fraction(value) for value in values])
    assert phase.mean is not None
    assert phase.lower is not None
    assert phase.upper is not None
    return float(phase.mean), float(phase.lower), float(phase.upper), phase.types


# --- England ---


def test_england_never_kept_the_promise_and_cannot(
    england: Rows, nhs_table: Table, page: str
) -> None:
    months = nhs_table.groupby("period")[["kept", "attendances"]].sum()
    percent = 100 * months["kept"] / months["attendances"]
    mean, lower, upper, _ = plain(list(percent))
    chart = chart_of(england)

    assert f"{nhs_table['org_code'].nunique()} providers" in page
    assert f"{nhs_table['attendances'].sum():,.0f} attendances" in page
    assert (len(percent), (percent >= PROMISED).sum()) == (36, 0)
    assert percent.idxmax() == "2016-08-01"
    assert f"the best, August 2016, had {percent.max():.1f} %" in page
    assert [chart.mean[-1], chart.lower[-1], chart.upper[-1]] == pytest.approx([mean, lower, upper])
    assert f"limits of the control chart are {lower:.1f} and {upper:.1f} %" in page
    assert upper < PROMISED
    assert chart.assurance == "misses"


def test_the_kinds_of_department_stand_as_measured(nhs: Any, page: str) -> None:
    titles = {
        None: "all",
        "major": "major (type 1)",
        "single-specialty": "of a single specialty (type 2)",
        "minor": "minor injury units and walk-in centres",
    }
    for row in nhs.show("--standard", "four-hours", "--period", "2019-03"):
        cells = [titles[row["department"]], f"{row['n']:,}", f"{row['actual']:.1f} %"]
        assert f"| {' | '.join([*cells, row['status']])} |" in page


def test_a_chart_without_seasons_takes_the_calendar_for_news(england: Rows, page: str) -> None:
    chart = chart_of(england)
    *_, types = plain([row["actual"] for row in england])

    assert chart.variation == "common cause"
    assert f'"{words(england)}"' in page
    flagged = [kind != "Common Cause" for kind in types]
    assert flagged == list(chart.flags)
    assert f"a signal at {sum(flagged)} of 36 months" in page
    sides = {
        row["period"]: kind
        for row, kind in zip(england, types, strict=True)
        if kind != "Common Cause"
    }
    low = [period for period, kind in sides.items() if "Below" in kind]
    assert {int(period[5:7]) for period in low} <= {*WINTER}
    assert all(kind == "Below LCL" for kind in sides.values() if "Below" in kind)
    # Above the mean in one winter month alone.
    above = [period for period, kind in sides.items() if "Above" in kind]
    assert [period for period in above if int(period[5:7]) in WINTER] == ["2017-03-01"]


def test_beside_the_year_before_one_month_stands_out(england: Rows, page: str) -> None:
    values = [row["actual"] for row in england]
    differences = [after - before for before, after in zip(values, values[12:], strict=False)]
    mean, lower, upper, types = plain(differences)
    odd = [place for place, kind in enumerate(types) if kind != "Common Cause"]

    assert len(differences) == 24
    assert f"(mean {mean:.1f} points, limits {lower:.1f} and {upper:+.1f})" in page
    assert [england[12 + place]["period"] for place in odd] == ["2018-03-01"]
    assert list(xmr(differences).flags) == [kind != "Common Cause" for kind in types]
    assert f"{values[23]:.1f} % where the year before had {values[11]:.1f} %" in page
    assert f"is {differences[-1]:.1f} points better than March 2018" in page
    years = [f"{share(england[start : start + 12]):.1f} %" for start in (0, 12, 24)]
    assert f"({', '.join(years)})" in page


def test_what_could_be_promised_is_what_the_page_says(england: Rows, page: str) -> None:
    winter = [row for row in england if int(row["period"][5:7]) in WINTER]
    rest = [row for row in england if row not in winter]
    signals = {"all": 30, "December to March": 0, "April to November": 1}
    for name, rows in zip(signals, (england, winter, rest), strict=True):
        found = promise(
            [row["actual"] for row in rows],
            better="higher",
            declared=PROMISED,
            scale=(0, 100),
            denominators=[row["denominator"] for row in rows],
        )
        offers = " | ".join(f"{offer.value:.1f} %" for offer in found.offers)
        assert f"| {name} | {len(rows)} | {offers} |" in page
        assert found.call is Call.OVER
        assert found.kept is not None
        assert found.kept < 0.001
        *_, types = plain([row["actual"] for row in rows])
        assert sum(kind != "Common Cause" for kind in types) == signals[name]
        # An independent check: a promise with so much confidence is kept by about so many.
        for offer in found.offers:
            assert offer.value is not None
            kept = sum(row["actual"] >= offer.value for row in rows) / len(rows)
            assert kept == pytest.approx(offer.confidence, abs=0.12)
    values = [row["actual"] for row in england]
    told = promise(values, better="higher", declared=PROMISED, scale=(0, 100), stable=False)
    assert (told.call, told.offers) == (Call.NOT_STABLE, ())
    *_, types = plain([row["actual"] for row in rest])
    [odd] = [place for place, kind in enumerate(types) if kind != "Common Cause"]
    assert rest[odd]["period"] == "2018-11-01"


# --- Trusts ---


def kinds(trusts: dict[str, Rows], months: int = 36) -> dict[str, tuple[str, str]]:
    """Variation and assurance of each trust with all 36 months, as of so many of them."""
    found: dict[str, tuple[str, str]] = {}
    for code, rows in trusts.items():
        if all(row["actual"] is not None for row in rows):
            chart = chart_of(rows[:months])
            assert chart.variation is not None
            assert chart.assurance is not None
            found[code] = (chart.variation.value, chart.assurance.value)
    return found


def test_the_table_counts_the_trusts_of_each_kind(trusts: dict[str, Rows], page: str) -> None:
    found = kinds(trusts)
    assert f"{len(trusts)} providers had a major department at some time, and {len(found)}" in page
    counted = Counter(found.values())
    for variation in ("improving", "common cause", "concerning"):
        row = [counted[variation, word] for word in ("keeps", "hit or miss", "misses")]
        assert f"| {variation} | {' | '.join(map(str, [*row, sum(row)]))} |" in page
    columns = [
        sum(n for (_, word), n in counted.items() if word == one)
        for one in ("keeps", "hit or miss", "misses")
    ]
    assert f"| together | {' | '.join(map(str, [*columns, len(found)]))} |" in page
    for months, month in ((29, "August 2018"), (34, "January 2019")):
        concerning = sum(
            variation == "concerning" for variation, _ in kinds(trusts, months).values()
        )
        assert f"as of {month} it has {concerning}" in page


def test_assurance_of_every_trust_follows_from_plain_limits(trusts: dict[str, Rows]) -> None:
    for code, (variation, assurance) in kinds(trusts).items():
        _, lower, upper, types = plain([row["actual"] for row in trusts[code]])
        word = "misses" if upper < PROMISED else "keeps" if lower > PROMISED else "hit or miss"
        assert assurance == word, code
        assert (variation == "common cause") == (types[-1] == "Common Cause"), code


def test_three_trusts_are_chosen_by_rule_and_told_as_measured(
    trusts: dict[str, Rows], page: str
) -> None:
    found = kinds(trusts)
    size = {code: sum(row["denominator"] for row in trusts[code]) for code in found}

    def largest(*wanted: str) -> str:
        return max(
            (code for code in found if {*wanted} <= {*found[code]}), key=lambda code: size[code]
        )

    chosen = [
        largest("concerning"),
        largest("improving"),
        largest("common cause", "hit or miss"),
    ]
    assert chosen == ["R1H", "RJE", "RDU"]
    lines: dict[str, list[str]] = {}
    for code in chosen:
        rows = trusts[code]
        values = [row["actual"] for row in rows]
        mean, lower, upper, _ = plain(values)
        years = [f"{share(rows[start : start + 12]):.1f}" for start in (0, 12, 24)]
        better = sum(
            after > before for before, after in zip(values[12:24], values[24:], strict=True)
        )
        for name, cell in {
            "attendances in 36 months": f"{size[code]:,.0f}",
            "March 2019": f"{values[-1]:.1f} %",
            "mean, with limits": f"{mean:.1f} % ({lower:.1f} to {upper:.1f})",
            "months at 95 % or more": f"{sum(value >= PROMISED for value in values)} of 36",
            "has it changed?": found[code][0],
            "does it keep 95 %?": found[code][1],
            "by fiscal year": f"{', '.join(years)} %",
            "months above those of the year before, of the last 12": str(better),
        }.items():
            lines.setdefault(name, []).append(cell)
    for name, cells in lines.items():
        assert f"| {name} | {' | '.join(cells)} |" in page
    for code in ("R1H", "RJE"):
        assert f'"{words(trusts[code])}"' in page
