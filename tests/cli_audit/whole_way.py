"""An audit from its opening to the next one, as commands at a small town's ledger."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from scorecard.cli import main
from tests.cli_audit.audited_town import PEOPLE
from tests.small_town import Town

ABOUT = ["--standard", "closed-on-time", "--department", "works"]
CRITERION = "Was it closed by its due date?"


class Commands:
    """The town at the command line, with its ledger wherever the URL says."""

    def __init__(self, folder: Path, ledger_url: str) -> None:
        self.folder = folder
        self.town = Town(folder)
        people = self.town.standards / "organisation.toml"
        people.write_text(people.read_text("utf-8") + PEOPLE, encoding="utf-8")
        self.options = [
            *("--standards", str(self.town.standards)),
            *("--workspace", str(folder / "w"), "--ledger", ledger_url),
        ]

    def __call__(self, *arguments: object) -> str:
        """What a command prints; it must not refuse."""
        done = CliRunner().invoke(main, [*self.options, *map(str, arguments)])
        assert done.exit_code == 0, (arguments, done.output)
        return done.stdout

    def by(self, person: str, *arguments: object) -> str:
        return self("audit", "--as", person, *arguments)

    def known(self, january_late: int, february_late: int) -> None:
        """Sixty requests of the works in January, as many in February, so many of them late."""
        rows: list[list[str]] = []
        for month, late in (("01", january_late), ("02", february_late)):
            day = f"2026-{month}-{{}}T10:00:00-05:00".format
            for number in range(60):
                days = day("02"), day("10"), day("20" if number < late else "05")
                rows.append([f"{month}-{number:02d}", *days, "Works", "Light"])
        rows.append(["last", *["2026-03-02T10:00:00-05:00"] * 3, "Parks", "Tree"])
        self.town.write(rows)
        self("import", "requests", self.town.file)
        self("measure")


def play(do: Commands) -> None:
    """The whole cycle, and the next one opened; everything that is printed is looked at."""
    do.known(30, 30)
    opening = ["--title", "On time", "--period", "2026-01", "--method", "A sample"]
    opened = do.by("dora", "open", "one", *ABOUT, *opening, "--auditor", "ada", "--auditor", "amy")
    assert "50.0 % in January 2026 (n = 60)" in opened
    do.by("ada", "move", "one", "fieldwork")
    drawing = [*ABOUT[2:], "--criterion-of-record", CRITERION, "--cases", "30"]
    assert "30 cases are drawn from 60" in do.by("ada", "draw", "one", ABOUT[1], *drawing)
    sheet = do.folder / "sheet.csv"
    do.by("ada", "sheet", "one", 1, sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["outcome"] = "met" if "2026-01-05" in row["record: closed_at"] else "not-met"
    with sheet.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert "30 results recorded; none is left" in do.by("ada", "results", "one", 1, sheet)
    assert "the same 30 of 60 cases" in do("audit", "redraw", "one", 1)
    assert "met, from 30 cases" in do("audit", "estimate", "one")

    photo = do.folder / "photo.jpg"
    photo.write_bytes(b"a dark street")
    more = ["--evidence", photo, "--dated", "2026-01-09"]
    told = ["--grade", "major", "--lies-in", "system", "--text", "Lights wait"]
    do.by("ada", "find", "one", *ABOUT, *told, *more)
    do.by("ada", "move", "one", "findings")
    do.by("lea", "cause", "one", 1, "--why", "one shift")
    today = datetime.now(ZoneInfo("America/New_York")).date()
    do.by("lea", "plan", "one", 1, "--text", "Two shifts", "--owner", "sam", "--due", "9999-12-31")
    do.by("ada", "move", "one", "actions")
    do.by("sam", "done", "one", 1, "--on", today)
    do.by("amy", "settle", "one", 1, "--remark", "seen")

    do.known(30, 3)
    do.by("ada", "move", "one", "re-audit")
    compared = do.by("ada", "compare", "one", "--period", "2026-02", "--record")
    assert "1 improved, 0 held, 0 regressed" in compared
    assert "1" in do.by("ada", "effects", "one", "--record")
    do.by("ada", "propose", "one", *ABOUT, "--value", 80, "--ground", "95 % in February")
    decided = do.by("dora", "decide", "one", 1, "accepted", "--reason", "shown")
    assert "at least 80 %" in decided
    assert "Written into town.toml and recorded in one" in do.by("dora", "write", "one", 1)
    do.by("dora", "schedule", "one", "9999-12-31")
    signed = do.by("dora", "sign", "one")
    assert "2 figures of 2 runs" in signed
    do.by("amy", "close", "one")

    file = do.folder / "audit.jsonl"
    exported = do("audit", "export", "one", file)
    [last] = re.findall(r"The last event in it is (\d+:[0-9a-f]{64});", exported)
    assert do("audit", "check", file, "--head", last).endswith("Nothing was altered.\n")
    assert "2 of 2 signed figures computed anew" in do("verify")
    assert do("check")
    following = do.by("dora", "next", "one", "two", "--close-due", "9999-12-31")
    assert "1 requirements, 1 of them with the figure of one's re-audit" in following
    listed = do("audit", "list")
    assert "9999-12-31" in listed
    assert "closed" in listed
    do("audit", "reminders")
    do("audit", "show", "two")
    assert "Nothing was altered." in do("verify")
