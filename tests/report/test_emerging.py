"""What is emerging in a town whose records hold one surge, one collapse and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from scorecard.declare.periods import Period
from scorecard.errors import ScorecardError
from scorecard.judge.emerging import Kind, Untested
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.report.emerging import EmergingPage, departures, emerging_page
from scorecard.report.opened import Opened, open_scorecard
from scorecard.workspace import Workspace
from tests.small_town import write_town

ZONE = ZoneInfo("America/New_York")
MONTHS = 32  # July 2023 to February 2026, and some days of March
USUAL = {
    ("Works", "Pothole"): 40,
    ("Works", "Light"): 30,
    ("Parks", "Tree"): 60,
    ("Parks", "Weed"): 1,
}
MORE_METRICS = '''
    from scorecard import count

    @metric(source="requests", at="opened_at", unit="count", better="lower")
    def requests_opened(r):
        """Requests opened."""
        return count()
'''
MORE_STANDARDS = """
    [[standard]]
    id = "opened"
    title = "Requests that come in"
    metric = "requests_opened"
    departments = "all"
    expected = [{ from = 2023-01-01, withdrawn = true, source = "Nobody promises demand" }]
"""


def requests() -> Iterator[list[str]]:
    """Rows of the file. In February 2026 potholes come threefold and half of all trees are late."""
    rng = np.random.default_rng(4)
    number = 0
    for month in range(MONTHS + 1):
        first = datetime(2023 + (month + 6) // 12, (month + 6) % 12 + 1, 1, 9, tzinfo=ZONE)
        last = month == MONTHS - 1
        for (department, topic), usual in USUAL.items():
            count = int(rng.poisson(usual * (3 if last and topic == "Pothole" else 1)))
            for place in range(count if month < MONTHS else 3):
                number += 1
                opened = first + timedelta(hours=20 * place / max(usual, 10))
                late = rng.random() < (0.5 if last and topic == "Tree" else 0.1)
                closed = opened + timedelta(days=3 if late else 1)
                due = opened + timedelta(days=2)
                times = [one.isoformat() for one in (opened, due, closed)]
                yield [str(number), *times, department, topic]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("emerging")
    standards, file = write_town(folder)
    for name, more in (("metrics.py", MORE_METRICS), ("town.toml", MORE_STANDARDS)):
        path = standards / name
        path.write_text(path.read_text("utf-8") + dedent(more), encoding="utf-8")
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "opened_at", "due_at", "closed_at", "department", "topic"])
        writer.writerows(requests())
    workspace = Workspace(folder / "workspace")
    with open_scorecard(standards, workspace) as opened:
        organisation, source = opened.declarations.organisation, opened.source("requests")
        import_file(organisation, source, file, workspace, opened.ledger)
        measure(opened.declarations, workspace, opened.ledger)
        yield opened


@pytest.fixture(scope="module")
def page(opened: Opened) -> EmergingPage:
    return emerging_page(departures(opened))


def truth(month: str, topic: str) -> list[list[str]]:
    return [row for row in requests() if row[1].startswith(month) and row[5] == topic]


def test_the_surge_is_found_in_its_department_and_topic(page: EmergingPage) -> None:
    [surge] = [
        line
        for line in page.problems
        if line.entry.kind is Kind.VOLUME_UP and line.subject.department == "works"
    ]
    assert surge.subject.metric.name == "requests_opened"
    assert surge.subject.by is None
    [pothole] = surge.parts
    assert pothole.subject.value == "Pothole"
    assert pothole.entry.observed == len(truth("2026-02", "Pothole"))
    assert pothole.sentence.startswith(
        f"Pothole in Works: {pothole.entry.observed:.0f} requests opened in February 2026 where "
    )
    assert "would be usual for February; about " in pothole.sentence
    assert (
        surge.also == f"Also in Pothole (about {pothole.sentence.split('about ')[1].split()[0]})."
    )
    assert pothole.command == (
        *("show", "--standard", "opened", "--department", "works"),
        *("--by", "topic", "--period", "2026-02-01"),
    )


def test_the_collapse_counts_those_served_badly_with_n(page: EmergingPage) -> None:
    lines = [*page.problems, *(part for line in page.problems for part in line.parts)]
    trees = [line for line in lines if line.subject.value == "Tree" and not line.subject.volume]
    assert trees
    for tree in trees:
        assert tree.entry.kind is Kind.SERVICE_WORSE
        column = {"kept_by_due": 2, "closed_on_time": 3}[tree.subject.metric.name]
        rows = [row for row in requests() if row[column][:7] == "2026-02" and row[5] == "Tree"]
        kept = sum(row[3] <= row[2] for row in rows)
        assert tree.entry.of == len(rows)
        assert tree.entry.observed == pytest.approx(kept / len(rows))
        assert f"(n = {len(rows)})" in tree.sentence


def test_nothing_else_is_found_and_all_is_counted(page: EmergingPage) -> None:
    assert {line.subject.department for line in page.problems} <= {None, "works", "parks"}
    found = [*page.problems, *(part for line in page.problems for part in line.parts)]
    assert {line.subject.value for line in found} <= {None, "Pothole", "Tree"}
    assert page.changes == ()
    assert page.periods == ("February 2026",)
    assert page.tested > 10
    assert page.untested[Untested.TOO_FEW] > 0
    assert any("too few cases" in note for note in page.notes)
    assert page.summary == (
        f"{len(page.problems)} problems emerging in February 2026: {page.tested} rows of figures "
        "tested, each against its own history."
    )


def test_the_greatest_effect_on_customers_comes_first(page: EmergingPage) -> None:
    sizes = [line.entry.excess for line in page.problems]
    assert sizes == sorted(sizes, reverse=True)


def test_a_month_before_it_began_has_nothing(opened: Opened) -> None:
    page = emerging_page(departures(opened, "2026-01"))
    assert page.problems == ()
    assert page.summary.startswith("Nothing departs from its own history in January 2026: ")


def test_a_month_that_has_only_begun_is_not_tested(opened: Opened) -> None:
    page = emerging_page(departures(opened, "2026-03"))
    assert (page.tested, page.problems) == (0, ())
    assert "March 2026 was not tested: the records do not know it whole yet." in page.notes
    assert page.summary == "Nothing could be tested against its own history."


def test_a_short_history_is_said_to_be_too_short(opened: Opened) -> None:
    page = emerging_page(departures(opened, "2024-03"))
    assert page.tested == 0
    assert page.untested[Untested.TOO_SHORT] > 5
    assert any("fewer than twelve periods" in note for note in page.notes)


def test_without_two_years_the_season_is_said_not_to_be_allowed_for(opened: Opened) -> None:
    page = emerging_page(departures(opened, "2025-02"))
    for line in (*page.problems, *page.changes):
        assert not line.entry.season
    early = emerging_page(departures(opened, "2026-02"))
    assert all(line.entry.season for line in early.problems)


def test_what_is_no_period_is_refused(opened: Opened) -> None:
    with pytest.raises(ScorecardError) as refused:
        emerging_page(departures(opened, "soon"))
    assert refused.value.code == "period-unreadable"


def test_before_anything_is_measured_nothing_is_tested(tmp_path: Path) -> None:
    standards, _ = write_town(tmp_path)
    with open_scorecard(standards, Workspace(tmp_path / "w")) as opened:
        page = emerging_page(departures(opened))
    assert (page.tested, page.periods, page.notes) == (0, (), ())


def test_a_departments_page_has_its_own_rows_and_counts_of_the_same_test(
    opened: Opened, page: EmergingPage
) -> None:
    found = departures(opened)
    ids = {subject.department for subject in found.subjects}
    parts = {id: emerging_page(found, id) for id in ids if id is not None}
    assert {"works", "parks"} <= set(parts)
    for id, part in parts.items():
        assert part.problems == tuple(
            line for line in page.problems if line.subject.department == id
        )
    works = [s for s in found.subjects if s.department == "works"]
    assert parts["works"].tested + sum(parts["works"].untested.values()) == len(works)
    assert page.tested == found.found.tested
    whole = sum(subject.department is None for subject in found.subjects)
    looked = sum(part.tested + sum(part.untested.values()) for part in parts.values())
    assert looked + whole == page.tested + sum(page.untested.values())
    none = emerging_page(found, "nobody")
    assert none.summary == "Nothing could be tested against its own history."


def test_a_period_of_a_page_is_the_last_that_had_ended_with_it(opened: Opened) -> None:
    asked = emerging_page(departures(opened, Period(date(2026, 2, 1), "month")))
    assert asked == emerging_page(departures(opened, "2026-02"))
    # A quarter on a page of quarters: its months are not asked for, the last one is.
    quarter = emerging_page(departures(opened, Period(date(2025, 10, 1), "quarter")))
    assert quarter.periods == ("December 2025",)
