"""Measuring ten million rows against the best hand-written single scan, in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.scans import make_rows

ROWS = int(os.environ.get("SCORECARD_BENCHMARK_ROWS", "10_000_000"))
TURNS = 3


@pytest.fixture(scope="module")
def landed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("measure") / "requests.parquet"
    make_rows(str(file), ROWS)
    return file


def run(engine: str, file: Path, repository: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.scans", engine, str(file), "2"]
    return json.loads(subprocess.check_output(command, cwd=repository))


@pytest.mark.benchmark
def test_twelve_metrics_take_at_most_a_quarter_longer_than_sql_by_hand(
    landed_file: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Turn by turn, so that a machine that slows down slows both.
    turns = [
        (run("ours", landed_file, repository), run("hand", landed_file, repository))
        for _ in range(TURNS)
    ]
    ours, hand = turns[0]
    assert ours["answers"].keys() == hand["answers"].keys()
    assert len(ours["answers"]) == 12 * 60 * 21
    for key, value in hand["answers"].items():
        assert ours["answers"][key] == pytest.approx(value, rel=1e-9, abs=1e-9), key
    time_ratio = min(min(o["seconds"]) for o, _ in turns) / min(min(h["seconds"]) for _, h in turns)
    peak_ratio = min(o["peak"] for o, _ in turns) / min(h["peak"] for _, h in turns)
    with capsys.disabled():
        print(
            f"\nmeasure, {ROWS:,} rows, 12 metrics x 21 scopes x 60 months: "
            f"{time_ratio:.2f} x the time and {peak_ratio:.2f} x the memory of one scan by hand"
        )
    assert time_ratio <= 1.25
    assert peak_ratio <= 1.5
