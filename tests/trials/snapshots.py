"""A town whose system is exported again and again: overlapping, corrected, disagreeing files."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb

from scorecard.ledger.measurements import MeasurementRow, current
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.observe.landed import landed
from scorecard.observe.quarantine import quarantined
from scorecard.observe.receipt import Receipt
from scorecard.report.opened import open_scorecard
from scorecard.workspace import Workspace
from tests.small_town import write_town

HEADINGS = ("id", "opened_at", "due_at", "closed_at", "department", "topic")
MORE_METRICS = '''
    from scorecard import backlog, count, distinct, mean

    @metric(source="requests", at="opened_at", unit="count", better="lower")
    def opened(r):
        """Requests that came in."""
        return count()

    @metric(source="requests", at="opened_at", unit="count", better="lower")
    def topics(r):
        """Kinds of request."""
        return distinct(r.topic)

    @metric(source="requests", at="closed_at", unit="days", better="lower")
    def mean_days(r):
        """On average."""
        return mean(elapsed(r.opened_at, r.closed_at, "days"))

    @metric(source="requests", at="opened_at", unit="count", better="lower")
    def open_at_end(r):
        """What stands open."""
        return backlog(r.opened_at, r.closed_at)
'''
Row = tuple[str, ...]


@dataclass(frozen=True)
class Town:
    """Declarations and a workspace of their own."""

    standards: Path
    workspace: Workspace

    def land(self, *files: Path) -> list[Receipt]:
        """Import the files, one after the other."""
        with open_scorecard(self.standards, self.workspace) as opened:
            declared = opened.declarations
            source = declared.sources["requests"]
            return [
                import_file(declared.organisation, source, file, self.workspace, opened.ledger)
                for file in files
            ]

    def measure(self) -> None:
        """Bring every figure up to date."""
        with open_scorecard(self.standards, self.workspace) as opened:
            measure(opened.declarations, self.workspace, opened.ledger)

    def figures(self) -> list[MeasurementRow]:
        """Every figure known now, in order."""
        with open_scorecard(self.standards, self.workspace) as opened:
            return sorted(current(opened.ledger, "small-town"), key=repr)

    def rows(self) -> list[tuple[Any, ...]]:
        """The landed rows with the moment of each, in order."""
        found = landed(self.workspace, "small-town", "requests")
        assert found is not None
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            return connection.execute(
                "SELECT * EXCLUDE (_batch) FROM read_parquet($1) ORDER BY ALL", [list(found.files)]
            ).fetchall()

    def bad(self) -> list[tuple[str, int, str | None, str, str]]:
        """What is in quarantine, in order."""
        found = quarantined(self.workspace, "small-town", "requests")
        return sorted((row.file_name, row.line, row.column, row.code, row.reason) for row in found)


def declarations(folder: Path) -> Path:
    """The town's declarations, with metrics of more forms."""
    standards, _ = write_town(folder)
    with (standards / "metrics.py").open("a", encoding="utf-8") as file:
        file.write(dedent(MORE_METRICS))
    return standards


def exports(folder: Path, cases: int) -> tuple[list[Path], dict[str, Row]]:
    """Seven files of one system, and the row of each case in the end, but for disputed ones.

    Five exports grow from month to month and correct what was said before; the later two have lost
    some cases. A sixth is of the moment of the third and disagrees with it about half of them; a
    seventh is a part of the second.
    """
    chance = random.Random(cases)
    start = datetime(2026, 1, 1, 8)
    opened = [start + timedelta(minutes=chance.randrange(150 * 1440)) for _ in range(cases)]
    lasting = [timedelta(minutes=chance.randrange(60 * 1440)) for _ in range(cases)]

    def row(number: int, until: datetime, mended: int) -> Row:
        at = opened[number]
        closed = at + lasting[number]
        return (
            f"case {number}",
            at.isoformat(),
            (at + timedelta(days=10 + mended % 3)).isoformat() if number % 11 else "",
            closed.isoformat() if closed <= until else "",
            ("Works", "DPW", "Parks", "", "Elsewhere")[(number + mended) % 5],
            ("Pothole", "Light", "Tree")[(number + mended // 2) % 3],
        )

    written: list[tuple[Path, datetime, list[Row]]] = []

    def write(name: str, until: datetime, rows: list[Row]) -> None:
        # A case opened at that very moment makes it the moment of the file.
        mark = ("mark", until.isoformat(), "", "", "Works", "Tree")
        spoilt = [("", until.isoformat(), "", "", "", ""), ("odd", "soon", "", "", "", "")]
        lines = [",".join(one) for one in (HEADINGS, *rows, mark, *spoilt)]
        path = folder / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        written.append((path, until, rows))

    for month in range(1, 6):
        until = start + timedelta(days=30 * month, hours=month)
        known = [number for number in range(cases) if opened[number] <= until]
        # The later exports have lost cases: their latest word is an older one.
        kept = [number for number in known if month < 4 or number % 5]
        rows = [row(number, until, month if chance.random() < 0.3 else 0) for number in kept]
        chance.shuffle(rows)
        write(f"month {month}", until, rows)
        if month == 2:
            write("part", until, rows[::3])
        if month == 3:
            write("disputed", until, [row(number, until, 7) for number in kept[::2]])
    return [path for path, _, _ in written], settled([(until, rows) for _, until, rows in written])


def settled(exports: list[tuple[datetime, list[Row]]]) -> dict[str, Row]:
    """The latest word on each case, of those on which the latest exports agree."""
    words: dict[str, list[tuple[datetime, Row]]] = {}
    for until, rows in exports:
        for row in rows:
            words.setdefault(row[0], []).append((until, row))
    found: dict[str, Row] = {}
    for id, said in words.items():
        last = {row for until, row in said if until == max(until for until, _ in said)}
        if len(last) == 1:
            found[id] = last.pop()
    return found
