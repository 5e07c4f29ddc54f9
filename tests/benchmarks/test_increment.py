"""Measuring after one more day came, against measuring all of it, in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = int(os.environ.get("SCORECARD_BENCHMARK_ROWS", "10_000_000"))
TURNS = 3


@pytest.mark.benchmark
def test_one_more_day_is_measured_in_a_tenth_of_the_time_of_all(
    tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.increments"]
    found = json.loads(
        subprocess.check_output([*command, str(tmp_path), str(ROWS), str(TURNS)], cwd=repository)
    )
    assert found["differing"] == 0
    assert found["figures"] > 30 * 60 * 20
    part, full, merged = found["part"], found["full"], found["merged"]
    assert (part["in_full"], part["in_part"], part["periods"]) == (0, 30, 2)
    assert full["in_full"] == 30
    ratio = min(found["seconds"]["part"]) / min(found["seconds"]["full"])
    whole, days = min(found["seconds"]["full"]), f"{merged['new']:,} + {merged['changed']:,} rows"
    with capsys.disabled():
        print(
            f"\nmeasure after one more day ({days}, new + changed) in {ROWS:,}, 30 metrics x "
            f"21 scopes x 60 months: {ratio:.3f} x the time of measuring all ({whole:.2f} s); "
            f"landing the day took {merged['seconds']:.1f} s, all before it "
            f"{found['landed']['seconds']:.1f} s"
        )
    assert ratio <= 0.10
