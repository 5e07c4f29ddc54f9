"""docs/audit.md, a whole audit on Boston's two files: everything in it is typed and compared."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.documents import FENCED, section, text_of
from tests.standards.walked import Clock, Step, Walk

# Where the page shows that something is refused, or found out.
REFUSED = re.compile(r"^[a-z]+(-[a-z]+)+: |is not the one that was anchored$", re.MULTILINE)


def the_same_seed(desk: object, cycle: str, number: int) -> str:
    """The seed follows from a hash that no two walks have in common. The cases drawn by this one
    are those of the page.
    """
    return sha256(f"{cycle} {number}".encode()).hexdigest()


@pytest.fixture(scope="module")
def folder(repository: Path, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page is walked: the repository's declarations and the two files are there."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / "standards").symlink_to(repository / "standards")
    for name in ("cases_2026-02-10.csv.gz", "cases_2026-08.csv.gz"):
        (folder / name).symlink_to(shared_data / "boston311" / name)
    (program,) = (
        body
        for _, language, body in FENCED.findall(
            section(text_of(repository, "docs/auditing/export.md"), "Check it without this")
        )
        if language == "python"
    )
    (folder / "check.py").write_text(program, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def walked(repository: Path, folder: Path) -> list[tuple[Step, bool]]:
    """Every step of the page, and whether the page says what it printed."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("STANDARDS", "WORKSPACE"):
            patch.setenv(f"SCORECARD_{name}", "")  # so that what the page exports is taken back
        patch.setattr("scorecard.ledger.session.machine_clock", clock)
        patch.setattr("scorecard.audit.drawing._seed", the_same_seed)
        walk = Walk(clock)
        page = text_of(repository, "docs/audit.md")
        return [(step, walk.agrees(step)) for step in walk.steps(page)]


def test_every_command_prints_what_stands_below_it(walked: list[tuple[Step, bool]]) -> None:
    assert len(walked) > 40
    for step, agrees in walked:
        if not agrees:
            assert step.printed == step.said, step.typed


def test_nothing_ends_badly_but_what_the_page_shows_refused(
    walked: list[tuple[Step, bool]],
) -> None:
    for step, _ in walked:
        assert bool(step.code) == bool(REFUSED.search(step.said)), step.typed
    assert sum(bool(step.code) for step, _ in walked) == 3


def test_the_declarations_of_the_repository_are_not_touched(
    walked: list[tuple[Step, bool]], repository: Path, folder: Path
) -> None:
    name = "city_wide.toml"
    kept = (repository / "standards" / "boston_311" / name).read_text(encoding="utf-8")
    written = (folder / "boston-audit" / name).read_text(encoding="utf-8")
    assert "due-dates-2026" in written
    assert "due-dates-2026" not in kept
