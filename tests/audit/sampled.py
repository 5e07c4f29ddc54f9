"""A small town with a hundred records and a cycle over it that is in fieldwork."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from textwrap import dedent

from click.testing import Result

from scorecard.audit import Desk
from scorecard.audit.events import CycleOpened, FieldworkStarted
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.report.opened import open_scorecard
from scorecard.workspace import Workspace
from tests.small_town import Town

PEOPLE = """
    [[people]]
    id = "dora"
    name = "Dora Lane"
    roles = ["director"]

    [[people]]
    id = "ada"
    name = "Ada Bell"
    roles = ["auditor"]

    [[people]]
    id = "amy"
    name = "Amy Reed"
    roles = ["auditor"]
"""
JANUARY = date(2026, 1, 1)
TOPICS = ("Pothole", "Light", "")


def rows() -> list[list[str]]:
    """In January 60 closed of works (every fourth late) and 30 of parks (every third late); the
    works' topics are potholes, lights, and none. 10 are still open and count nowhere."""
    found: list[list[str]] = []
    for place in range(100):
        works = place < 60
        late = place % 4 == 0 if works else place % 3 == 0
        closed = "" if place >= 90 else f"2026-01-{20 if late else 10}T10:00:00-05:00"
        topic = TOPICS[place % 3] if works else "=Tree"
        found.append(
            [
                f"{place:03d}",
                "2026-01-02T10:00:00-05:00",
                "2026-01-12T10:00:00-05:00",
                closed,
                "Works" if works else "Parks",
                topic,
            ]
        )
    return found


class SampledTown(Town):
    """Imported, measured, and with the cycle "one" over January, by Ada and Amy, in fieldwork."""

    def __init__(self, folder: Path, *standards: str) -> None:
        super().__init__(folder)
        organisation = self.standards / "organisation.toml"
        text = organisation.read_text("utf-8") + dedent(PEOPLE)
        organisation.write_text(text, encoding="utf-8")
        self.write(rows())
        self.measured()
        self.open("one", *(standards or ("closed-on-time", "potholes")))

    def open(self, id: str, *standards: str) -> None:
        """Another cycle, in fieldwork."""
        with self.desk("dora") as desk:
            scope = freeze_scope(desk.declared, standards, desk.today)
            baseline = freeze_baseline(desk.ledger, desk.declared, scope, JANUARY)
            opening = CycleOpened(
                title="One",
                scope=scope,
                baseline=baseline,
                method="A sample",
                auditors=("ada", "amy"),
            )
            desk.open(id, opening)
        with self.desk("ada") as desk:
            desk.record(id, FieldworkStarted())

    @contextmanager
    def desk(self, person: str) -> Iterator[Desk]:
        """The desk of a person."""
        with open_scorecard(self.standards, Workspace(self.folder / "w")) as opened:
            yield Desk(opened.declarations, opened.workspace, opened.ledger, person)

    def audit(self, person: str, *arguments: str | Path) -> Result:
        """A command of the audit, as a person."""
        return self.run("audit", "--as", person, *arguments)
