"""A town whose ledger holds whatever figures a test wants, without records or measuring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from scorecard.audit import Cycle, Desk
from scorecard.audit.events import CycleOpened, body_of
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.declare.load import Declarations, load
from scorecard.ledger import DefinitionText, Ledger, MeasurementRow, open_ledger, record_run
from scorecard.workspace import Workspace
from tests.declare.folders import GOOD, write

PEOPLE = """
[[people]]
id = "dora"
name = "Dora"
roles = ["director"]

[[people]]
id = "ada"
name = "Ada"
roles = ["auditor"]

[[people]]
id = "amy"
name = "Amy"
roles = ["auditor"]

[[people]]
id = "sam"
name = "Sam"
roles = ["staff", "lead"]
departments = ["public-works"]
"""
METRICS = """
from scorecard import count, elapsed, mean, metric, percentile, rate, share, sum

SETTINGS = {"source": "requests", "at": "closed_at"}


@metric(**SETTINGS, unit="percent", better="higher")
def on_time(r):
    \"\"\"Share on time.\"\"\"
    return share(r.closed_at <= r.due_at, of=r.due_at.known)


@metric(**SETTINGS, unit="days", better="lower")
def days(r):
    \"\"\"Mean days.\"\"\"
    return mean(elapsed(r.opened_at, r.closed_at, "days"))


@metric(**SETTINGS, unit="days", better="lower")
def most_days(r):
    \"\"\"Nine in ten take no longer.\"\"\"
    return percentile(elapsed(r.opened_at, r.closed_at, "days"), 0.9)


@metric(**SETTINGS, unit="count", better="lower")
def complaints(r):
    \"\"\"How many.\"\"\"
    return count()


@metric(**SETTINGS, unit="number", better="lower")
def late_rate(r):
    \"\"\"Late ones per thousand.\"\"\"
    return rate(count(r.closed_at > r.due_at), count())


@metric(**SETTINGS, unit="number", better="lower")
def visits(r):
    \"\"\"How many visits.\"\"\"
    return sum(r.visits)
"""
STANDARDS = "".join(
    f"""
[[standard]]
id = "{name.replace("_", "-")}"
title = "{name.replace("_", " ").capitalize()}"
metric = "{name}"
departments = "all"
period = "{grain}"
expected = [{{ from = 2025-01-01, {side} = 50, tolerance = 1 }}]
"""
    for name, grain, side in (
        ("on_time", "month", "at_least"),
        ("days", "quarter", "at_most"),
        ("most_days", "month", "at_most"),
        ("complaints", "month", "at_most"),
        ("late_rate", "month", "at_most"),
        ("visits", "month", "at_most"),
    )
)
FILES = {
    "organisation.toml": GOOD["organisation.toml"].split("[[people]]")[0] + PEOPLE,
    "sources.py": GOOD["sources.py"],
    "metrics.py": METRICS,
    "town.toml": STANDARDS,
}
JANUARY = date(2026, 1, 1)
Numbers = Mapping[str, float | None]


def _files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_file())


@cache
def _loaded(folder: Path, *_texts: str) -> Declarations:
    return load(folder)


@dataclass
class Known:
    """The town's folder of declarations, its ledger, and the clock."""

    folder: Path
    ledger: Ledger
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    @property
    def declared(self) -> Declarations:
        return _loaded(self.folder, *(file.read_text("utf-8") for file in _files(self.folder)))

    def desk(self, by: str = "ada") -> Desk:
        return Desk(self.declared, Workspace(self.folder.parent), self.ledger, by, self.now)

    def row(
        self, metric: str, department: str | None, period: date, n: int, **numbers: float | None
    ) -> MeasurementRow:
        """A figure of a metric as it is declared now; its value is worked out where it is None."""
        declared = self.declared
        grain = "quarter" if metric == "days" else "month"
        row = MeasurementRow(
            *(metric, declared.metric(metric).fingerprint, grain, period, department, "{}"),
            *(numbers.get("value"), numbers.get("numerator"), numbers.get("denominator"), n),
        )
        return row._replace(**numbers)

    def share(self, department: str | None, period: date, kept: int, of: int) -> MeasurementRow:
        value = 100 * kept / of if of else None
        return self.row(
            "on_time", department, period, of, value=value, numerator=kept, denominator=of
        )

    def run(self, *rows: MeasurementRow, at: datetime, moment: datetime | None = None) -> None:
        """Make these all that is known of every metric, from the moment `at` on."""
        pairs = {(one.metric, one.grain) for one in rows}
        record_run(
            self.ledger,
            self.declared.organisation.id,
            "duckdb",
            {"requests": {"version": 1, "moment": (moment or at).isoformat(), "rows": 1}},
            [DefinitionText(one.fingerprint, one.metric, "{}") for one in rows],
            rows,
            pairs,
            now=at,
        )

    def open(
        self, *standards: str, departments: tuple[str, ...] = (), day: date = JANUARY
    ) -> Cycle:
        """A cycle over the standards with its baseline in the period of `day`, in its re-audit."""
        desk = self.desk("dora")
        scope = freeze_scope(desk.declared, standards, day, departments=departments)
        desk.open(
            "one",
            CycleOpened(
                title="All of it",
                scope=scope,
                baseline=freeze_baseline(self.ledger, desk.declared, scope, day),
                method="Records",
                auditors=("ada", "amy"),
            ),
        )
        return self.move(
            "fieldwork-started", "fieldwork-ended", "actions-started", "reaudit-started"
        )

    def move(self, *kinds: str) -> Cycle:
        cycle = self.desk().cycle("one")
        for kind in kinds:
            cycle = self.desk().record("one", body_of(kind, {}))
        return cycle


def known(folder: Path) -> Known:
    """The town in a new folder, nothing measured yet. Whoever asks closes its ledger."""
    standards = write(folder / "smallville", FILES)
    return Known(standards, open_ledger(f"sqlite:///{folder / 'ledger.sqlite3'}"))
