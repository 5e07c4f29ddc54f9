"""A made-up organisation audited and audited again, at a desk whose clock stands still."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scorecard.audit import Cycle, Desk, body_of
from scorecard.audit.events import CycleOpened
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.cli import main
from scorecard.ledger.session import open_ledger
from scorecard.report.opened import load_declarations
from scorecard.workspace import Workspace
from tests.dashboard.made_up import make

BEFORE = date(2025, 2, 1)
PEOPLE = """
[[people]]
id = "dora"
name = "Dora Director"
roles = ["director"]

[[people]]
id = "dirk"
name = "Dirk Deputy"
roles = ["director"]

[[people]]
id = "ada"
name = "Ada Auditor"
roles = ["auditor"]

[[people]]
id = "lea"
name = "Lea Lead"
roles = ["lead"]
departments = ["libraries"]
"""
# One value in force all the time, so that nothing is to be waited for.
_TWO = """{ from = 2024-07-01, at_least = 75, tolerance = 3, source = "Charter" },
  { from = 2026-01-01, at_least = 80, tolerance = 3, source = "Re-audit" },"""
_ONE = """{ from = 2024-07-01, at_least = 75, tolerance = 3, source = "Charter" },"""


def template(folder: Path) -> Path:
    """Its declarations and its filled ledger, to be copied for each test."""
    standards, _ = make(folder)
    with (standards / "organisation.toml").open("a", encoding="utf-8") as lines:
        lines.write(PEOPLE)
    file = standards / "standards.toml"
    text = file.read_text(encoding="utf-8")
    assert _TWO in text
    file.write_text(text.replace(_TWO, _ONE), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Reaudited:
    """The copy of one test. Its clock stands still at `now`, that of the chain as well."""

    folder: Path
    now: datetime

    @property
    def standards(self) -> Path:
        return self.folder / "standards"

    @property
    def file(self) -> Path:
        return self.standards / "standards.toml"

    @contextmanager
    def desk(self, by: str) -> Iterator[Desk]:
        workspace = Workspace(self.folder / "workspace")
        declared = load_declarations(self.standards, workspace)
        with open_ledger(workspace.ledger, workspace.anchors) as ledger:
            yield Desk(declared, workspace, ledger, by, self.now)

    def record(self, by: str, kind: str, id: str = "one", **data: Any) -> Cycle:
        with self.desk(by) as desk:
            return desk.record(id, body_of(kind, data))

    def run(self, *arguments: str | Path) -> Result:
        options = [
            "--standards",
            str(self.standards),
            "--workspace",
            str(self.folder / "workspace"),
        ]
        return CliRunner().invoke(main, [*options, *map(str, arguments)])

    def audited(
        self,
        period: date,
        *,
        standard: str = "closed-on-time",
        outcomes: Mapping[str | None, str] | None = None,
        departments: tuple[str, ...] = (),
    ) -> Cycle:
        """The cycle `one`, with its re-audit in `period`; what is not in `outcomes` has held."""
        with self.desk("ada") as desk:
            scope = freeze_scope(desk.declared, [standard], desk.today, departments=departments)
            opening = CycleOpened(
                title="Requests in time",
                scope=scope,
                baseline=freeze_baseline(desk.ledger, desk.declared, scope, BEFORE),
                method="All records",
                auditors=("ada",),
            )
            desk.open("one", opening)
            for kind in ("fieldwork-started", "fieldwork-ended", "actions-started"):
                desk.record("one", body_of(kind, {}))
            desk.record("one", body_of("reaudit-started", {}))
            figures = freeze_baseline(desk.ledger, desk.declared, scope, period)
            comparisons = [
                {
                    "standard": one.standard,
                    "department": one.department,
                    "outcome": (outcomes or {}).get(one.department, "held"),
                }
                for one in scope.requirements
            ]
            body = body_of("reaudit-recorded", {"comparisons": comparisons, "figures": figures})
            return desk.record("one", body)


def reaudited(made: Path, folder: Path, now: date, monkeypatch: pytest.MonkeyPatch) -> Reaudited:
    """A copy of the template at noon of a day."""
    noon = datetime(now.year, now.month, now.day, 16, tzinfo=UTC)
    monkeypatch.setattr("scorecard.ledger.session.machine_clock", lambda: noon)
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return Reaudited(folder, noon)
