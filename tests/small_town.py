"""A small organisation with a file of records, for tests of the whole way."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Self

from click.testing import CliRunner, Result

from scorecard.cli import main

ORGANISATION = """
    id = "small-town"
    name = "Small Town"
    time_zone = "America/New_York"
    fiscal_year_start = 7

    [[departments]]
    id = "works"
    name = "Works"
    aliases = ["DPW"]

    [[departments]]
    id = "parks"
    name = "Parks"
"""
SOURCES = """
    from scorecard import rule, source, text, timestamp

    requests = source(
        "requests",
        key="id",
        department="department",
        dimensions={"topic": "topic"},
        columns={
            "id": text(required=True),
            "opened_at": timestamp(),
            "due_at": timestamp(planned=True),
            "closed_at": timestamp(),
            "department": text(),
            "topic": text(),
        },
        rules=[
            rule("closed-before-opened", lambda r: r.closed_at >= r.opened_at, "closed too soon"),
        ],
    )
"""
METRICS = '''
    from scorecard import elapsed, known_until, median, metric, share

    @metric(source="requests", at="closed_at", unit="percent", better="higher", min_n=2)
    def closed_on_time(r):
        """Share of closed requests that were closed by their due date."""
        return share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known)

    @metric(source="requests", at="due_at", unit="percent", better="higher")
    def kept_by_due(r):
        """Share of requests falling due that were closed by then."""
        return share(r.closed_at.known & (r.closed_at <= r.due_at), of=r.due_at <= known_until())

    @metric(source="requests", at="closed_at", unit="days", better="lower")
    def days_to_close(r):
        """Half of the requests take no longer."""
        return median(elapsed(r.opened_at, r.closed_at, "days"))
'''
STANDARDS = """
    [[standard]]
    id = "closed-on-time"
    title = "Closed on time"
    metric = "closed_on_time"
    departments = "all"
    owner = "Town manager"
    expected = [
      { from = 2026-01-01, at_least = 60, tolerance = 10 },
      { from = 2026-02-01, at_least = 70, tolerance = 10 },
    ]
    [standard.overrides.parks]
    expected = [{ from = 2026-01-01, at_least = 50, tolerance = 5 }]

    [[standard]]
    id = "kept-by-due"
    title = "Kept by the due date"
    metric = "kept_by_due"
    departments = "all"
    expected = [{ from = 2026-02-01, at_least = 50 }]

    [[standard]]
    id = "potholes"
    title = "Potholes are filled in two days"
    metric = "days_to_close"
    department = "works"
    where = { topic = "Pothole" }
    expected = [{ from = 2026-01-01, at_most = 2, tolerance = 1 }]
"""
# January: works 2 of 3 on time, parks 1 of 2; one of works has no department written.
# February: works 1 of 1, which is fewer than two; parks nothing. March has only begun.
RECORDS = """\
id,opened_at,due_at,closed_at,department,topic
1,2026-01-02T10:00:00-05:00,2026-01-05T10:00:00-05:00,2026-01-03T10:00:00-05:00,Works,Pothole
2,2026-01-02T10:00:00-05:00,2026-01-05T10:00:00-05:00,2026-01-05T10:00:00-05:00,DPW,Pothole
3,2026-01-02T10:00:00-05:00,2026-01-05T10:00:00-05:00,2026-01-09T10:00:00-05:00,works,Light
4,2026-01-03T10:00:00-05:00,2026-01-06T10:00:00-05:00,2026-01-04T10:00:00-05:00,Parks,Tree
5,2026-01-03T10:00:00-05:00,2026-01-06T10:00:00-05:00,2026-01-20T10:00:00-05:00,Parks,Tree
6,2026-01-04T10:00:00-05:00,2026-01-07T10:00:00-05:00,2026-01-05T10:00:00-05:00,,Tree
7,2026-02-02T10:00:00-05:00,2026-02-05T10:00:00-05:00,2026-02-03T10:00:00-05:00,Works,Pothole
8,2026-02-03T10:00:00-05:00,2026-02-06T10:00:00-05:00,,Works,Light
9,2026-03-02T10:00:00-05:00,2026-03-20T10:00:00-05:00,,Works,Light
10,2026-03-03T10:00:00-05:00,,2026-03-04T10:00:00-05:00,Parks,Tree
11,2026-03-03T10:00:00-05:00,,2026-03-02T10:00:00-05:00,Parks,Tree
"""


def write_town(folder: Path) -> tuple[Path, Path]:
    """Write the declarations and the records; gives the folder of the first and the file."""
    standards = folder / "small_town"
    standards.mkdir(parents=True)
    for name, text in (
        ("organisation.toml", ORGANISATION),
        ("sources.py", SOURCES),
        ("metrics.py", METRICS),
        ("town.toml", STANDARDS),
    ):
        (standards / name).write_text(dedent(text), encoding="utf-8")
    records = folder / "requests.csv"
    records.write_text(RECORDS, encoding="utf-8")
    return standards, records


class Town:
    """The small town at the command line: its declarations, its file, and a workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.standards, self.file = write_town(folder)

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Other records in place of the few it has."""
        headings = ["id", "opened_at", "due_at", "closed_at", "department", "topic"]
        with self.file.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([headings, *rows])

    def run(self, *arguments: str | Path) -> Result:
        options = ["--standards", str(self.standards), "--workspace", str(self.folder / "w")]
        return CliRunner().invoke(main, [*options, *map(str, arguments)])

    def measured(self) -> Self:
        """The town with its file imported and measured."""
        assert self.run("import", "requests", self.file).exit_code == 0
        assert self.run("measure").exit_code == 0
        return self
