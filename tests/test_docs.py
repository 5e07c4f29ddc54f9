"""The documentation names what the program has: commands, options, keys, pages, statuses, links."""

from __future__ import annotations

import re
import struct
from datetime import date
from pathlib import Path
from typing import get_args

import click
import pytest

from dashboard.state import Page
from scorecard.cli import main
from scorecard.judge.status import Status
from scorecard.report.row import ScorecardRow
from scorecard.report.status_style import style_of
from tests.documents import (
    FENCED,
    LINK,
    documents,
    every_command,
    first_cells,
    section,
    text_of,
)

# --- commands.md ---


def commands_text(repository: Path) -> str:
    """Where commands are explained: all, and those of the audit on a page of their own."""
    pages = ("docs/commands.md", "docs/auditing/commands.md")
    return "\n".join(text_of(repository, page) for page in pages)


def documented_commands(repository: Path) -> dict[str, tuple[list[str], set[str]]]:
    """By command ("" for the group itself): its arguments and its options."""
    found: dict[str, tuple[list[str], set[str]]] = {}
    parts = re.split(r"^## ", commands_text(repository), flags=re.MULTILINE)[1:]
    for part in parts:
        heading = re.match(r"`scorecard((?: [a-z][a-z-]*)*)([^`]*)`\n", part)
        if heading:
            cells = first_cells(part.split("\n### ")[0])
            options = {o for cell in cells for o in re.findall(r"`(--?[a-z][a-z-]*)", cell)}
            found[heading[1].strip()] = re.findall(r"[A-Z]+", heading[2]), options
    return found


def declared_command(command: click.Command) -> tuple[list[str], set[str]]:
    arguments = [p.name.upper() for p in command.params if isinstance(p, click.Argument) and p.name]
    options = {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
    return arguments, options


def test_every_command_argument_and_option_is_documented_and_no_other(repository: Path) -> None:
    declared = {name: declared_command(command) for name, command in every_command().items()}
    for name, group in (("", main), ("audit", main.commands["audit"])):
        arguments, options = declared_command(group)
        declared[name] = arguments, options | {"-h", "--help"}

    assert documented_commands(repository) == declared


def test_every_environment_variable_stands_beside_its_option(repository: Path) -> None:
    text = section(text_of(repository, "docs/commands.md"), "`scorecard`")
    for option in main.params:
        if isinstance(option, click.Option) and option.envvar:
            assert re.search(
                rf"^\| `{option.opts[0]} \w+` \| `{option.envvar}` \|", text, re.MULTILINE
            )


def test_every_choice_of_an_option_is_named(repository: Path) -> None:
    text = commands_text(repository)
    for name, command in every_command().items():
        part = section(text, f"`scorecard {name}")
        for option in command.params:
            if isinstance(option.type, click.Choice):
                assert all(f"`{choice}`" in part for choice in option.type.choices), name


def test_the_keys_of_show_are_documented_in_order(repository: Path) -> None:
    numbers = dict.fromkeys(
        ("actual", "expected", "tolerance", "gap", "service_gap", "numerator", "denominator")
    )
    row = ScorecardRow(
        **{"standard": "s", "title": "t", "metric": "m", "department": None, "label": "2026-07"},
        **{"department_name": "d", "period": date(2026, 7, 1), "grain": "month", "unit": "count"},
        **{"better": "lower", "status": Status.NO_DATA, "n": 0, "low": None, "high": None},
        **{"weight": 1.0, "shared": True, "owner": None, "known_at": None, "complete": True},
        **numbers,
    )
    text = section(text_of(repository, "docs/commands.md"), "An object of `--format json`")
    assert [cell.strip("`") for cell in first_cells(text)] == list(row.as_json())


# --- directors.md ---


def test_every_page_of_the_dashboard_has_its_section(repository: Path) -> None:
    text = text_of(repository, "docs/directors.md")
    for page in get_args(Page):
        assert f"\n## The {page.title()} page\n" in text


def test_every_status_is_explained_with_its_shape(repository: Path) -> None:
    text = section(text_of(repository, "docs/directors.md"), "What a status means")
    rows = re.findall(r"^\| (\S) \| \*\*([a-z ]+)\*\* \| .{20,} \|$", text, re.MULTILINE)
    assert rows == [(style_of(status).shape, str(status)) for status in Status]


# --- All documents ---


def slug(heading: str) -> str:
    """The anchor that a heading gets where the documents are read."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_every_relative_link_leads_somewhere(repository: Path) -> None:
    broken: list[str] = []
    for document in documents(repository):
        for link in LINK.findall(FENCED.sub("", document.read_text(encoding="utf-8"))):
            if "://" in link:
                continue
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            anchors = (
                {slug(h) for h in re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)}
                if target.suffix == ".md" and target.is_file()
                else set[str]()
            )
            if not target.exists() or (anchor and anchor not in anchors):
                broken.append(f"{document.relative_to(repository)}: {link}")
    assert not broken


@pytest.mark.parametrize("folder", ["docs", "docs/auditing", "docs/decisions", "docs/judging"])
def test_every_page_of_a_folder_is_in_its_index(repository: Path, folder: str) -> None:
    links = LINK.findall(text_of(repository, f"{folder}/README.md"))
    linked = {link.partition("#")[0] for link in links}
    pages = {path.name for path in (repository / folder).glob("*.md")} - {"README.md"}
    assert {link for link in linked if link.endswith(".md") and "/" not in link} == pages


@pytest.mark.parametrize("name", ["overview.png", "audit.png"])
def test_each_picture_in_the_readme_is_one_screen_and_small(repository: Path, name: str) -> None:
    assert f"(docs/images/{name})" in text_of(repository, "README.md")
    picture = (repository / "docs" / "images" / name).read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (1440, 1000)
    assert len(picture) < 300_000
