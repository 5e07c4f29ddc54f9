"""What the documents tell people to type and to write does what they say."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import scorecard
from scorecard.cli import main
from scorecard.declare.load import load
from tests.conftest import BuiltDemo
from tests.documents import FENCED, documents, every_command, first_cells, section, text_of

NAMED = re.compile(
    r"^`riverton/([\w.]+)`(?:, further down)?:\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
KNOWN_AT = re.compile(r"known at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TYPED = re.compile(r"^\s*(?:\$ )?(?:\.venv/bin/)?scorecard (.+)$", re.MULTILINE)
# The files that the first run of the example needs; all others are added further down its page.
FIRST = ("organisation.toml", "sources.py", "metrics.py", "charter.toml", "requests.csv")
Riverton = Callable[..., Path]


def blocks_of(text: str) -> str:
    """The blocks of a document, fenced or indented."""
    fenced = "\n".join(body for _, _, body in FENCED.findall(text))
    rest = FENCED.sub("", text).splitlines()
    return fenced + "\n".join(line for line in rest if line.startswith("    "))


# --- What is typed ---


def typed_lines(repository: Path) -> Iterator[tuple[str, str]]:
    for document in documents(repository):
        blocks = blocks_of(document.read_text(encoding="utf-8")).replace("\\\n", "")
        for line in TYPED.findall(blocks):
            if "[" not in line:
                yield document.name, line


def test_every_command_line_in_the_documents_is_one_the_program_takes(repository: Path) -> None:
    assert isinstance(main, click.Group)
    lines = list(typed_lines(repository))
    assert len(lines) > 20
    for document, line in lines:
        words = shlex.split(line.partition(" > ")[0], comments=True)
        at = next((i for i, word in enumerate(words) if word in main.commands), None)
        assert at is not None, f"{document}: scorecard {line}"
        try:
            context = main.make_context("scorecard", words[: at + 1])
            command = main.commands[words[at]]
            while isinstance(command, click.Group):
                context = command.make_context(words[at], words[at + 1 :], parent=context)
                at = next(i for i, word in enumerate(words) if i > at and word in command.commands)
                assert words[at] in command.commands, f"{document}: scorecard {line}"
                command = command.commands[words[at]]
            command.make_context(words[at], words[at + 1 :], parent=context)
        except click.UsageError as error:
            pytest.fail(f"{document}: scorecard {line}: {error.message}")


def test_every_command_named_in_a_sentence_exists(repository: Path) -> None:
    commands = every_command()
    groups = {name.split()[0] for name in commands if " " in name}
    for document in documents(repository):
        text = FENCED.sub("", document.read_text(encoding="utf-8"))
        for first, rest in re.findall(r"`scorecard ([a-z][a-z-]*)([^`]*)`", text):
            name = first
            if first in groups:
                words = re.sub(r"--\w+ \S+", "", rest).split()  # without the group's own options
                if not words:
                    continue
                name = f"{first} {words[0]}"
            assert name in commands, f"{document.name}: scorecard {name}"
            options = {o for p in commands[name].params for o in p.opts}
            assert {*re.findall(r"--[a-z-]+", rest)} <= options, f"{document.name}: {name}{rest}"


# --- developers.md ---


@pytest.fixture
def riverton(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Riverton:
    """Writes the example of developers.md into a folder, and goes there."""

    def write(*, first: bool) -> Path:
        folder = tmp_path / "riverton"
        folder.mkdir()
        for name, _, body in NAMED.findall(text_of(repository, "docs/developers.md")):
            file = folder / name
            if not first:
                before = file.read_text(encoding="utf-8") + "\n\n" if file.exists() else ""
                file.write_text(before + body, encoding="utf-8")
            elif name in FIRST and not file.exists():
                file.write_text(body, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        return folder

    return write


def scorecard_(line: str) -> Result:
    return CliRunner().invoke(main, shlex.split(f"--standards riverton --workspace town {line}"))


def three_commands() -> None:
    for line in ("import requests riverton/requests.csv", "measure"):
        assert scorecard_(line).exit_code == 0


def test_every_exported_word_has_its_row(repository: Path) -> None:
    text = text_of(repository, "docs/developers.md")
    cells = [re.split(r"\W", cell.strip("`"))[0] for cell in first_cells(text)]
    listed = section(text, "All exported names")
    for word in scorecard.__all__:
        assert f"`{word}`" in listed, word
        if word not in ("__version__", "metric", "source"):
            assert word in cells, word
    assert {*re.findall(r"`(\w+)`", listed)} == {*scorecard.__all__}
    assert "`@metric(source=" in text
    assert "`source(name, " in text


def test_what_is_typed_in_the_example_gives_what_stands_below_it(
    repository: Path, riverton: Riverton
) -> None:
    text = text_of(repository, "docs/developers.md")
    riverton(first=True)
    (session,) = (body for _, language, body in FENCED.findall(text) if language == "console")
    steps = re.findall(r"^\$ scorecard (.+)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    assert len(steps) == 5
    for line, output in steps:
        result = CliRunner().invoke(main, shlex.split(line))
        assert KNOWN_AT.sub("known at", result.output) == KNOWN_AT.sub("known at", output), line


def test_every_block_of_the_example_loads(repository: Path, riverton: Riverton) -> None:
    text = text_of(repository, "docs/developers.md")
    named = NAMED.findall(text)
    code = [language for _, language, _ in FENCED.findall(text) if language != "console"]
    assert [language for _, language, _ in named] == code
    declared = load(riverton(first=False))
    assert len(declared.standards) == 6
    assert declared.standards["content"].chart.rebases[0].accepted == "City manager, 2 May 2026"
    assert {standard.id for standard in declared.standards.values()} >= {"topic-T1", "topic-T2"}


def test_the_blocks_of_the_readme_load(repository: Path, riverton: Riverton) -> None:
    folder = riverton(first=True)
    (folder / "charter.toml").unlink()
    blocks = FENCED.findall(text_of(repository, "README.md"))
    assert sorted(language for _, language, _ in blocks) == ["python", "toml"]
    for _, language, body in blocks:
        (folder / {"python": "metrics.py", "toml": "promised.toml"}[language]).write_text(body)
    organisation = folder / "organisation.toml"
    organisation.write_text(organisation.read_text().replace("streets", "public-works"))
    assert list(load(folder).metrics) == ["closed_on_time", "days_to_close"]


def test_the_keys_of_explain_are_documented_in_order(repository: Path, riverton: Riverton) -> None:
    riverton(first=True)
    three_commands()
    shown = json.loads(scorecard_("show --format json").stdout)[0]
    explained = json.loads(scorecard_("explain potholes --format json").stdout)
    text = section(text_of(repository, "docs/commands.md"), "The object of `explain")
    further = [key for key in explained if key not in shown]
    assert [cell.strip("`") for cell in first_cells(text)] == further
    (batch, *_) = explained["batches"]
    assert all(f"`{key}`" in text for key in batch)


# --- auditors.md ---


def test_what_auditors_are_told_to_run_runs_and_agrees_with_explain(
    repository: Path,
    built_demo: BuiltDemo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(built_demo.workspace.root, "demo")
    monkeypatch.setenv("SCORECARD_STANDARDS", str(built_demo.standards))
    monkeypatch.setenv("SCORECARD_WORKSPACE", "demo")
    line = "explain kept-by-due --department inspections --period 2026-08 --format json"
    explained = json.loads(CliRunner().invoke(main, shlex.split(line)).stdout)
    names: dict[str, object] = {}
    capsys.readouterr()
    text = text_of(repository, "docs/auditors.md")
    for _, language, body in FENCED.findall(section(text, "Compute it again, without")):
        if language == "python":
            exec(compile(body, "auditors.md", "exec"), names)
    printed = capsys.readouterr().out
    assert f"│ {explained['numerator']:.0f} │" in re.sub(" +", " ", printed)
    assert f"version={explained['landed_version']})" in text
    for line in re.findall(r"^\$ scorecard (quarantine .+)$", text, re.MULTILINE):
        listed = CliRunner().invoke(main, shlex.split(line))
        assert (listed.exit_code, listed.stderr) == (0, "")
        assert "closed-before-opened" in listed.stdout
