"""The repository as a whole: lock files, documents and make targets agree with one another."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import scorecard

PICTURES = {".gif", ".ico", ".jpg", ".png", ".svg"}
# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(
    r"(?<![\w.~-])/(?:" + "|".join(["ro" + "ot", "ho" + "me", "wo" + "rk"]) + ")/"
)
REGISTRY = re.compile("|".join([r"py" + r"pi\.org", r"python" + r"hosted", r"registry\." + r"npm"]))


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    """The tables of pyproject.toml."""
    return tomllib.loads((repository / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def files(repository: Path) -> list[Path]:
    """Every file that is committed or would be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git clone, so what belongs to the repository is not known")
    names = {repository / name for name in listed.stdout.split("\0") if name}
    return sorted(path for path in names if path.is_file())


def package_name(requirement: str) -> str:
    """`psycopg[binary]>=3.2` is `psycopg`."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return found[0].lower().replace("_", "-")


def declared(project: dict[str, Any], *extras: str) -> set[str]:
    """Names of the packages that run the software, and of those that `extras` add."""
    table = project["project"]
    names = {package_name(line) for line in table["dependencies"]}
    for extra in extras:
        names |= {package_name(line) for line in table["optional-dependencies"][extra]}
    return names - {table["name"]}


def locked(lock: Path) -> dict[str, str]:
    """Version of each package in a lock file."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text(), flags=re.MULTILINE))


def make_targets(repository: Path) -> dict[str, str]:
    """Each phony target of the Makefile with its help, empty where it has none."""
    text = (repository / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", text, flags=re.MULTILINE)
    assert phony
    helped = dict(re.findall(r"^([a-z]+):.*## (.+)$", text, flags=re.MULTILINE))
    return {target: helped.get(target, "") for target in phony[1].split()}


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-rivals.lock"]
)
def test_a_lock_file_holds_versions_and_hashes_and_no_address(repository: Path, name: str) -> None:
    text = (repository / name).read_text()

    assert not re.search(r"https?:|file:|git\+|--index|--extra-index|--find-links| @ ", text)
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z])", text))


def test_the_lock_files_hold_every_declared_package(
    repository: Path, project: dict[str, Any]
) -> None:
    run = locked(repository / "requirements.lock")
    develop = locked(repository / "requirements-dev.lock")

    assert declared(project) <= run.keys()
    assert declared(project, "postgresql", "spark", "dev") <= develop.keys()
    assert {package_name(line) for line in project["build-system"]["requires"]} <= run.keys()


def test_both_lock_files_hold_the_same_versions(repository: Path) -> None:
    develop = locked(repository / "requirements-dev.lock")

    run = locked(repository / "requirements.lock")
    assert run == {name: develop.get(name) for name in run}


def test_every_package_is_explained_and_no_other(repository: Path, project: dict[str, Any]) -> None:
    text = (repository / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \|$", text, flags=re.MULTILINE)

    named = declared(project, "postgresql", "spark", "dev")
    assert sorted(name for name, _, _ in rows) == sorted(named)


def test_what_the_software_imports_is_declared(
    repository: Path, project: dict[str, Any], files: list[Path]
) -> None:
    shipped = {"scorecard", "dashboard", "migrations", "standards"}
    homes = importlib.metadata.packages_distributions()
    allowed = declared(project, "postgresql", "spark")
    undeclared = set()
    for path in files:
        inside = path.relative_to(repository)
        if path.suffix != ".py" or inside.parts[0] not in shipped:
            continue
        # Only pytest loads its plugin, so it is there.
        given = {"pytest"} if inside.as_posix() == "scorecard/pytest_plugin.py" else set[str]()
        for module in imported_modules(path) - sys.stdlib_module_names - shipped - given:
            packages = {package_name(home) for home in homes.get(module, [module])}
            if not packages & allowed:
                undeclared.add(f"{inside}: {module}")

    assert not undeclared


def imported_modules(path: Path) -> set[str]:
    """Top-level names that a Python file imports, anywhere in it."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            modules.add(node.module.partition(".")[0])
    return modules


def test_every_make_target_says_what_it_does(repository: Path) -> None:
    targets = make_targets(repository)

    assert [target for target, text in targets.items() if not text] == []
    help_text = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(f"make {target}" in help_text for target in targets)


def test_the_commands_in_the_documents_are_make_targets(repository: Path) -> None:
    targets = make_targets(repository)
    documents = [repository / "README.md", repository / "CONTRIBUTING.md"]
    documents += (repository / "docs").glob("*.md")
    named = {
        (document.name, target)
        for document in documents
        for target in re.findall(
            r"(?:^ *|`)make ([a-z]+)", document.read_text(), flags=re.MULTILINE
        )
    }

    assert {("README.md", "demo"), ("README.md", "test")} <= named
    assert {entry for entry in named if entry[1] not in targets} == set()


def test_ci_runs_the_test_command_of_the_readme(repository: Path) -> None:
    script = (repository / ".ci" / "run").read_text()

    assert "make test" in (repository / "README.md").read_text()
    assert re.search(r"^make test$", script, flags=re.MULTILINE)


def test_the_version_is_in_the_changelog_or_unreleased(repository: Path) -> None:
    text = (repository / "CHANGELOG.md").read_text()
    releases = re.findall(r"^## \[([^\]]+)\]", text, flags=re.MULTILINE)

    assert re.fullmatch(r"\d+\.\d+\.\d+", scorecard.__version__)
    assert releases[0] in {"Unreleased", scorecard.__version__}


def test_the_licence_is_apache_2(repository: Path, project: dict[str, Any]) -> None:
    text = (repository / "LICENSE").read_text()

    assert project["project"]["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_no_file_is_large(repository: Path, files: list[Path]) -> None:
    large = {
        f"{path.relative_to(repository)}: {path.stat().st_size:,} bytes"
        for path in files
        if path.suffix not in {*PICTURES, ".lock"} and path.stat().st_size > 100_000
    }

    assert not large


def test_no_file_names_a_path_of_one_machine_or_a_registry(
    repository: Path, files: list[Path]
) -> None:
    found = set()
    for path in files:
        text = path.read_bytes().decode(errors="ignore")
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                found.add(f"{path.relative_to(repository)}:{number}: {line.strip()[:80]}")

    assert not found
