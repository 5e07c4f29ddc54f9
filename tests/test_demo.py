"""The demo is built once, is completed where it was cut short, and is left alone when finished."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scorecard import demo
from scorecard.demo import FILES, build_demo
from scorecard.ledger.batches import batches
from scorecard.ledger.measurements import MeasurementRow, current
from scorecard.ledger.session import open_ledger
from scorecard.ledger.tables import ImportBatch
from scorecard.workspace import Workspace


class Killed(BaseException):
    """Stands for whatever ends the process."""


def imported(workspace: Workspace) -> list[ImportBatch]:
    with open_ledger(workspace.ledger) as ledger:
        return batches(ledger, "harbor-city")


def figures(workspace: Workspace) -> list[MeasurementRow]:
    with open_ledger(workspace.ledger) as ledger:
        return current(ledger, "harbor-city")


def refuse(*_: Any, **__: Any) -> Any:
    raise AssertionError("this was not to be done again")


@pytest.fixture(scope="module")
def told() -> list[tuple[str, float]]:
    """What the progress of the build was told."""
    return []


@pytest.fixture(scope="module")
def summary(workspace: Workspace, told: list[tuple[str, float]], repository: Path) -> str:
    """The demo is built in `workspace`; this is what was said of it."""
    folder, text = build_demo(workspace, lambda doing, fraction: told.append((doing, fraction)))
    assert folder == repository / "standards" / "harbor_city"
    return text


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("demo") / "not" / "there" / "yet")


def test_the_five_files_are_imported_with_the_moments_they_show(
    summary: str, workspace: Workspace
) -> None:
    held = [(batch.file_name, batch.source, batch.moment) for batch in imported(workspace)]
    assert held == [tuple(file) for file in FILES]


def test_it_says_what_was_done_and_that_nothing_of_it_is_real(
    summary: str, workspace: Workspace
) -> None:
    assert "synthetic" in summary.splitlines()[0]
    for batch in imported(workspace):
        assert f"{batch.rows_read:,}" in summary
    assert f"Measured: {len(figures(workspace)):,} figures new" in summary


def test_it_tells_how_far_it_is(summary: str, told: list[tuple[str, float]]) -> None:
    assert len({doing for doing, _ in told}) > 4
    assert all(0 <= fraction <= 1 for _, fraction in told)


def test_the_generated_files_are_removed(summary: str, workspace: Workspace) -> None:
    assert list(workspace.root.rglob("*.csv")) == []


def test_a_second_build_imports_nothing_and_changes_nothing(
    summary: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(workspace)
    monkeypatch.setattr(demo, "_generator", refuse)
    monkeypatch.setattr(demo, "import_file", refuse)
    _, text = build_demo(workspace)
    assert "nothing was imported" in text
    assert "0 figures new, 0 changed" in text
    assert len(imported(workspace)) == len(FILES)
    assert figures(workspace) == before


def test_a_build_that_was_cut_short_is_completed(
    summary: str, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Workspace(tmp_path)
    real = demo.import_file

    def some(*given: Any, **named: Any) -> Any:
        if len(imported(other)) == 2:
            raise Killed
        return real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(demo, "import_file", some)
        with pytest.raises(Killed):
            build_demo(other)
    assert len(imported(other)) == 2
    assert list(tmp_path.rglob("*.csv")) == []

    with monkeypatch.context() as patch:
        patch.setattr(demo, "measure", _kill)
        with pytest.raises(Killed):
            build_demo(other)
    assert len(imported(other)) == len(FILES)
    assert figures(other) == []

    with monkeypatch.context() as patch:
        patch.setattr(demo, "import_file", refuse)
        build_demo(other)
    assert figures(other) == figures(workspace)


def _kill(*_: Any, **__: Any) -> Any:
    raise Killed


def test_a_workspace_beside_a_shared_ledger_gets_its_own_records(
    summary: str, workspace: Workspace, tmp_path: Path
) -> None:
    beside = Workspace(tmp_path, workspace.ledger)
    before = figures(workspace)
    build_demo(beside)
    assert beside.landed("harbor-city", "calls").is_dir()
    assert figures(workspace) == before
