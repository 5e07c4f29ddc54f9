"""The small town with people who audit it, at the command line."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from scorecard.cli import main
from tests.small_town import Town

PEOPLE = """
[[people]]
id = "dora"
name = "Dora Dean"
roles = ["director"]

[[people]]
id = "ada"
name = "Ada Ames"
roles = ["auditor"]

[[people]]
id = "amy"
name = "Amy Ott"
roles = ["auditor"]

[[people]]
id = "gus"
name = "Gus Gone"
roles = ["auditor"]
until = 2026-01-31

[[people]]
id = "lea"
name = "Lea Lund"
roles = ["lead"]
departments = ["works"]

[[people]]
id = "sam"
name = "Sam Stone"
roles = ["staff"]
departments = ["works"]
"""
DAYS = timedelta(days=1)
# Two days of the machine's around today belong to the town's, whatever the hour.
SOON = date.today() + 20 * DAYS
OPENING = [
    *("--title", "On time", "--standard", "closed-on-time", "--department", "DPW"),
    *("--period", "2026-01", "--method", "All closed requests", "--auditor", "ada"),
]


class Room:
    """A folder with the town measured, where anybody may step up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, by: str, *arguments: object) -> Result:
        options = [
            *("--standards", str(self.folder / "small_town")),
            *("--workspace", str(self.folder / "w"), "audit"),
            *(["--as", by] if by else []),
        ]
        return CliRunner().invoke(main, [*options, *map(str, arguments)])

    def ok(self, by: str, *arguments: object) -> str:
        """What the command prints; it must not refuse."""
        result = self.run(by, *arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, by: str, *arguments: object) -> str:
        """What the refusal says; nothing must have been recorded."""
        before = self.chain()
        result = self.run(by, *arguments)
        assert result.exit_code in (1, 2), result.output
        assert self.chain() == before
        return result.stderr

    def chain(self) -> str:
        """The last line of the list: the head of the chain."""
        return self.ok("", "list").splitlines()[-1]


def measured(folder: Path) -> Path:
    """A folder with the town imported and measured, to be copied."""
    town = Town(folder)
    path = town.standards / "organisation.toml"
    path.write_text(path.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")
    town.measured()
    return folder


def copied(source: Path, to: Path) -> Room:
    """A room of one's own."""
    shutil.copytree(source, to / "town")
    return Room(to / "town")
