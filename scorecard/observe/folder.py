"""Where an import works before anything is landed, and the engine it works with."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb

from scorecard.observe.contract_sql import literal
from scorecard.workspace import Workspace

# What the engine may hold before it writes to the stage's folder.
_MEMORY = "1GB"
_SURELY_LEFT = 3600.0


def remove_left(workspace: Workspace) -> None:
    """Remove the folders that killed imports left."""
    if _root(workspace).is_dir():
        for folder in _root(workspace).iterdir():
            _remove_if_left(folder)


def _root(workspace: Workspace) -> Path:
    return workspace.root / "stage"


@contextmanager
def stage_folder(workspace: Workspace) -> Iterator[Path]:
    """A folder for one import, gone at its end."""
    root = _root(workspace)
    root.mkdir(parents=True, exist_ok=True)
    name = uuid4().hex
    folder, unlocked = root / name, root / f".{name}"
    unlocked.mkdir()
    with (unlocked / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only now may others see it: a folder that is not locked is taken for one that was left.
        unlocked.rename(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_if_left(folder: Path) -> None:
    try:
        if folder.name.startswith("."):
            if time.time() - folder.stat().st_mtime > _SURELY_LEFT:
                shutil.rmtree(folder, ignore_errors=True)
            return
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        # Another import works there.
        return
    except FileNotFoundError:
        # Others see a folder only once its lock is in it: this one was being removed.
        shutil.rmtree(folder, ignore_errors=True)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB in memory, bounded, in UTC, with `folder` for what does not fit."""
    connection = duckdb.connect()
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute(f"SET GLOBAL memory_limit = '{_MEMORY}'")
    connection.execute(f"SET GLOBAL temp_directory = {literal(str(folder / 'spill'))}")
    # Rows carry their number; keeping their order besides would cost memory.
    connection.execute("SET GLOBAL preserve_insertion_order = false")
    # DuckDB draws its own bar on standard output, which belongs to the answer.
    connection.execute("SET enable_progress_bar = false")
    return connection
