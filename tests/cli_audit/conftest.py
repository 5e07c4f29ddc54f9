"""The audited town: measured once for all, copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli_audit.audited_town import Room, copied, measured


@pytest.fixture(scope="session")
def measured_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return measured(tmp_path_factory.mktemp("measured") / "town")


@pytest.fixture
def room(measured_town: Path, tmp_path: Path) -> Room:
    return copied(measured_town, tmp_path)


@pytest.fixture(scope="session")
def untouched(measured_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """For refusals, which record nothing."""
    return copied(measured_town, tmp_path_factory.mktemp("untouched"))
