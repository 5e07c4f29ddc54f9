"""The documents of the repository, for the tests that hold them to the program."""

from __future__ import annotations

import re
from pathlib import Path

import click

from scorecard.cli import main

FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def documents(repository: Path) -> list[Path]:
    """Every document for people."""
    docs = repository / "docs"
    folders = (repository, docs, docs / "auditing", docs / "decisions", docs / "judging")
    found = [path for folder in folders for path in sorted(folder.glob("*.md"))]
    return found + sorted((repository / "standards").glob("*/README.md"))


def text_of(repository: Path, name: str) -> str:
    return (repository / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of any level."""
    found = re.search(
        rf"^#+ [^\n]*{re.escape(heading)}[^\n]*\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found, heading
    return found[1]


def first_cells(text: str) -> list[str]:
    """The first cell of every table row that begins with code."""
    cells = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    return [cell for cell in cells if cell.startswith("`")]


def keys(text: str) -> list[str]:
    """The keys in the first cells of the table rows of a text, several to a cell, in order."""
    return [key for cell in first_cells(text) for key in re.findall(r"`([a-z0-9_]+)`", cell)]


def every_command(group: click.Command = main, above: str = "") -> dict[str, click.Command]:
    """Every command that does something, by what is typed: `show`, `new metric`."""
    assert isinstance(group, click.Group)
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        typed = f"{above} {name}".strip()
        found |= (
            every_command(command, typed) if isinstance(command, click.Group) else {typed: command}
        )
    return found
