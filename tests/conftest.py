"""What every test may use, and the settings the whole suite runs under."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import postgres_server

REPOSITORY = Path(__file__).resolve().parents[1]
NOBODY = 65534

# A developer's own settings must not decide what a test measures, or where it writes.
for name in ("LEDGER", "RECORDS", "SPARK", "STANDARDS", "WORKSPACE"):
    os.environ.pop(f"SCORECARD_{name}", None)

# Two test processes share the cores, so the time of one example says nothing about the code.
# In CI hypothesis takes its own profile: no deadline, and the same examples in every run.
settings.register_profile("suite", deadline=None)
if "CI" not in os.environ:
    settings.load_profile("suite")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real extracts, which lies beside the repository and never inside it."""
    folder = (REPOSITORY / ".." / "shared" / "data").resolve()
    if not folder.is_dir():
        pytest.skip("the real extracts are not here: ../shared/data is missing")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server of our own, on a socket in a temporary folder."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """An open folder of its own, and no rights of root while the test runs: root reads any file."""
    folder = Path(tempfile.mkdtemp(prefix="scorecard-"))
    folder.chmod(0o777)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)
