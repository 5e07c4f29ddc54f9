"""How soon the command line answers."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest


def seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


@pytest.mark.benchmark
def test_help_starts_within_three_times_an_import_of_click(
    capsys: pytest.CaptureFixture[str],
) -> None:
    turns = [
        (seconds("-m", "scorecard.cli", "--help"), seconds("-c", "import click")) for _ in range(15)
    ]
    ratio = min(ours for ours, _ in turns) / min(click for _, click in turns)
    with capsys.disabled():
        print(f"\nscorecard --help: {ratio:.2f} x the start of python -c 'import click'")
    assert ratio <= 3
