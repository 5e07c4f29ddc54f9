"""Finding what is shipped with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorecard import paths
from scorecard.errors import ScorecardError


def test_in_a_clone_a_shipped_folder_lies_beside_the_package(repository: Path) -> None:
    assert paths.shipped("migrations") == repository / "migrations"


def test_in_a_wheel_it_lies_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "scorecard" / "_shipped" / "migrations"
    for folder in (inside, tmp_path / "migrations"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "scorecard")

    assert paths.shipped("migrations") == inside


def test_a_missing_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "scorecard")

    with pytest.raises(ScorecardError) as refused:
        paths.shipped("migrations")

    assert refused.value.code == "shipped-missing"
