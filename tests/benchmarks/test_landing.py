"""Landing ten million rows against DuckDB's own conversion of the file, in the same run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.landings import make_changes, make_csv

ROWS = int(os.environ.get("SCORECARD_BENCHMARK_ROWS", "10_000_000"))
TURNS = 2
CHANGES = 20_000


def run(way: str, file: Path, repository: Path, *more: Path) -> dict[str, Any]:
    folder = file.parent / "landing"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.benchmarks.landings", way, str(file), str(folder)]
    command += map(str, more)
    try:
        return json.loads(subprocess.check_output(command, cwd=repository))
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("landing")


@pytest.mark.benchmark
def test_landing_takes_at_most_three_times_as_long_as_converting(
    folder: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "requests.csv"
    make_csv(str(file), ROWS)
    # Turn by turn, so that a machine that slows down slows both.
    turns = [(run("ours", file, repository), run("duckdb", file, repository)) for _ in range(TURNS)]
    assert all(ours["rows"] == theirs["rows"] == ROWS for ours, theirs in turns)
    ours = min(ours["seconds"] for ours, _ in turns)
    theirs = min(theirs["seconds"] for _, theirs in turns)
    peak = max(ours["peak"] for ours, _ in turns)
    with capsys.disabled():
        print(
            f"\nlanding, {ROWS:,} rows: {ours:.1f} s, {ours / theirs:.2f} x the time of DuckDB's "
            f"conversion ({theirs:.1f} s); peak memory {peak >> 20:,} MiB"
        )
    file.unlink()
    assert ours <= 3 * theirs


@pytest.mark.benchmark
def test_memory_does_not_grow_with_the_file(
    folder: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peaks = []
    for rows in (ROWS // 20, ROWS // 2):
        file = folder / f"{rows}.csv"
        make_csv(str(file), rows)
        peaks.append(run("ours", file, repository)["peak"])
        file.unlink()
    with capsys.disabled():
        print(
            f"\nlanding, peak memory: {peaks[0] >> 20:,} MiB for {ROWS // 20:,} rows, "
            f"{peaks[1] >> 20:,} MiB for {ROWS // 2:,} rows: {peaks[1] / peaks[0]:.2f} x"
        )
    assert peaks[1] <= 1.3 * peaks[0]


@pytest.mark.benchmark
def test_changed_rows_are_merged_in_at_most_half_the_time_that_landing_all_took(
    folder: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, changes = folder / "whole.csv", folder / "changes.csv"
    make_csv(str(file), ROWS)
    make_changes(str(changes), str(file), CHANGES, ROWS)
    turns = [run("ours", file, repository, changes) for _ in range(TURNS)]
    assert all(turn["changed"] == CHANGES for turn in turns)
    landing = min(turn["seconds"] for turn in turns)
    merging = min(turn["merge_seconds"] for turn in turns)
    with capsys.disabled():
        print(
            f"\nlanding {CHANGES:,} changed rows spread over {ROWS:,}: {merging:.1f} s, "
            f"{merging / landing:.2f} x the time of landing all ({landing:.1f} s)"
        )
    file.unlink()
    assert merging <= 0.5 * landing
