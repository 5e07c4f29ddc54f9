"""A page of commands, typed as it stands; what each prints is held against what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

from scorecard.cli import main

PART = re.compile(
    r"^\*On (?P<day>\d+ \w+ \d{4})\*$"
    r"|^`(?P<name>[\w.]+)`:\n\n```\w+\n(?P<body>.*?)^```$"
    r"|^```console\n(?P<session>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
STEP = re.compile(r"^\$ (?P<typed>(?:.*\\\n)*.*)\n(?P<printed>(?:(?!\$ ).*\n)*)", re.MULTILINE)
# What is another in each run: hashes, and the time of the day.
OTHER = re.compile(r"(?P<hash>\b[0-9a-f]{12,64}\b)|(?P<time>\b\d\d:\d\d(?::\d\dZ)?)|(?P<cut>…)")


@dataclass
class Clock:
    """A clock that is set by the page, and goes on by some seconds whenever it is looked at."""

    at: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        self.at += timedelta(seconds=5)
        return self.at


@dataclass(frozen=True)
class Step:
    """A command, what the page says that it prints, what it printed, and how it ended."""

    typed: str
    said: str
    printed: str
    code: int


@dataclass
class Walk:
    """Types a page; `hashes` are those that came out, by those in the page."""

    clock: Clock
    hashes: dict[str, str] = field(default_factory=dict)

    def steps(self, page: str) -> Iterator[Step]:
        """Each command of the page in order, run in the current folder."""
        for part in PART.finditer(page):
            if part["day"]:
                day = datetime.strptime(part["day"], "%d %B %Y").replace(tzinfo=UTC)
                self.clock.at = day + timedelta(hours=15)
            elif part["name"]:
                Path(part["name"]).write_text(part["body"], encoding="utf-8")
            else:
                for step in STEP.finditer(part["session"]):
                    typed = step["typed"].replace("\\\n", "")
                    printed, code = run(self._with_hashes(typed))
                    yield Step(typed, step["printed"], printed, code)

    def agrees(self, step: Step) -> bool:
        """Whether the page says what was printed. Where it has … anything may stand; each of its
        hashes must stand for one hash, everywhere.
        """
        pattern, hashes = _pattern(step.said)
        found = re.fullmatch(pattern, step.printed)
        return found is not None and all(
            self.hashes.setdefault(said, came) == came
            for said, came in zip(hashes, found.groups(), strict=True)
        )

    def _with_hashes(self, typed: str) -> str:
        def came(found: re.Match[str]) -> str:
            for said, came in self.hashes.items():
                if said.startswith(found[0]):
                    return came[: len(found[0])]
            return found[0]

        return re.sub(r"\b[0-9a-f]{16,64}\b", came, typed)


def run(typed: str) -> tuple[str, int]:
    """What a command prints, and how it ends; the program's own run in this process."""
    words = shlex.split(typed)
    if words[0] == "export":
        for word in words[1:]:
            name, _, value = word.partition("=")
            os.environ[name] = value
        return "", 0
    if words[0] == "scorecard":
        into = words[words.index(">") + 1] if ">" in words else None
        found = CliRunner().invoke(main, words[1 : words.index(">")] if into else words[1:])
        if into:
            Path(into).write_text(found.output, encoding="utf-8")
        return "" if into else found.output, found.exit_code
    command = [sys.executable, *words[1:]] if words[0] == "python" else ["sh", "-c", typed]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.stdout + ended.stderr, ended.returncode


def _pattern(said: str) -> tuple[str, list[str]]:
    lines: list[str] = []
    hashes: list[str] = []
    for line in said.splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
            continue
        text, end = "", 0
        for other in OTHER.finditer(line):
            text += re.escape(line[end : other.start()])
            if other["hash"]:
                text += f"([0-9a-f]{{{len(other['hash'])}}})"
                hashes.append(other["hash"])
            else:
                text += r"\d\d:\d\d(?::\d\dZ)?" if other["time"] else ".*?"
            end = other.end()
        lines.append(f"{text}{re.escape(line[end:])}\n")
    return "".join(lines), hashes
