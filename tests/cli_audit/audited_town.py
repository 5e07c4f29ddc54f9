"""The small town with people who audit it, at the command line."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
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
        """The head of the chain, read past the program."""
        with closing(sqlite3.connect(self.folder / "w" / "ledger.sqlite3")) as ledger:
            rows = ledger.execute("select seq, hash from event order by seq desc limit 1")
            return ":".join(map(str, rows.fetchone() or ()))

    def evidence(self) -> list[Path]:
        """The files that are kept."""
        return [one for one in (self.folder / "w" / "evidence").rglob("*") if one.is_file()]


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


def by_team(folder: Path) -> Room:
    """The town with six teams in its works department, all behind what is due, one far."""
    town = Town(folder / "town")
    for name, old, new in (
        ("sources.py", '"topic": text(),', '"topic": text(), "team": text(),'),
        ("sources.py", '"topic": "topic"}', '"topic": "topic", "team": "team"}'),
        ("town.toml", 'title = "Closed on time"', 'title = "Closed on time"\nby = ["team"]'),
    ):
        path = town.standards / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    people = town.standards / "organisation.toml"
    people.write_text(people.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")
    day = "2026-01-{:02d}T10:00:00-05:00".format
    lines = ["id,opened_at,due_at,closed_at,department,topic,team"]
    for team in range(6):
        for case in range(40):
            late = case < 36 if team == 5 else case < 16
            lines.append(
                f"{team}-{case},{day(2)},{day(5)},{day(9 if late else 4)},works,Light,t{team}"
            )
    lines.append(f"last,{day(2)},{day(5)},2026-02-02T10:00:00-05:00,parks,Tree,t0")
    town.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    town.measured()
    return Room(folder / "town")
