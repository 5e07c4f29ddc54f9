"""What every test may use, and the settings the whole suite runs under."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy.engine import Engine

from scorecard.ledger import open_ledger, schema, session
from scorecard.workspace import Workspace
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


# What takes longest goes first, so that no process is left alone with it at the end.
LONGEST = (
    "measure/test_spark.py",
    "measure/test_touched.py",
    "measure/test_engines.py",
    "measure/test_around.py",
    "dashboard/test_pages.py",
    "observe/test_drafting.py",
    "test_demo.py",
    "test_cli_watch.py",
    "measure/test_between.py",
    "judge/test_forecast.py",
    "observe/test_mend_quarantine.py",
    "test_wheel.py",
)


def pytest_configure(config: pytest.Config) -> None:
    # Else pytest-xdist hands out first the files with the most tests, which are short ones.
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {REPOSITORY / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


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


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new ledger in SQLite begins as a copy of one that the migrations have made.

    They take ten times as long as opening it, and hundreds of tests begin with a new one. In other
    processes, and in the tests of the ledger itself, they run each time.
    """
    made = tmp_path_factory.mktemp("migrated") / "ledger.sqlite3"
    open_ledger(made).close()

    def bring_to_head(engine: Engine, name: str) -> None:
        ledger = Path(str(engine.url.database))
        if engine.dialect.name == "sqlite" and not ledger.exists():
            copy = ledger.with_name(uuid4().hex)
            # Where it may not be written the ledger itself says so; where another thread was first,
            # its ledger stays.
            with suppress(OSError):
                shutil.copyfile(made, copy)
                ledger.hardlink_to(copy)
            copy.unlink(missing_ok=True)
        schema.bring_to_head(engine, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "bring_to_head", bring_to_head)
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server of our own, on a socket in a temporary folder."""
    with postgres_server() as url:
        yield url


class BuiltDemo(NamedTuple):
    """The demo as it was built: its workspace, what was said, and what its progress was told."""

    workspace: Workspace
    standards: Path
    summary: str
    told: list[tuple[str, float]]


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> BuiltDemo:
    """The demo, built once; whoever writes to its workspace takes a copy."""
    from scorecard.demo import build_demo

    workspace = Workspace(tmp_path_factory.mktemp("demo") / "not" / "there" / "yet")
    told: list[tuple[str, float]] = []
    folder, text = build_demo(workspace, lambda doing, fraction: told.append((doing, fraction)))
    return BuiltDemo(workspace, folder, text, told)


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
