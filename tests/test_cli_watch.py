"""`scorecard watch` in a process of its own: what it prints, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.small_town import write_town

REPOSITORY = Path(__file__).resolve().parents[1]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def arriving(tmp_path: Path) -> Path:
    folder = tmp_path / "arriving"
    folder.mkdir()
    return folder


@pytest.fixture
def start(tmp_path: Path, arriving: Path) -> Iterator[Start]:
    standards, _ = write_town(tmp_path)
    begun: list[subprocess.Popen[str]] = []

    def started(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "scorecard.cli", "--standards", str(standards)]
        command += ["--workspace", str(tmp_path / "workspace")]
        process = subprocess.Popen(
            [*command, "watch", "requests", str(arriving), *options],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield started
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(process: subprocess.Popen[str], beginning: str) -> str:
    """The next line of the process's standard output that begins so."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return line
    raise AssertionError(f"it ended without {beginning!r}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_files_are_landed_as_they_arrive_until_it_is_ended(
    tmp_path: Path, arriving: Path, start: Start, number: signal.Signals
) -> None:
    process = start("--every", "0.2", "--measure")
    assert process.stderr is not None
    assert "Ctrl-C ends it" in process.stderr.readline()
    content = (tmp_path / "requests.csv").read_text()
    (arriving / "requests.csv.part").write_text(content[:100])
    (arriving / "bad.csv").write_text("x\n")
    assert process.stderr.readline().startswith("column-missing: ")
    (arriving / "requests.csv.part").write_text(content)
    (arriving / "requests.csv.part").rename(arriving / "requests.csv")
    assert "imported into small-town/requests" in until(process, "requests.csv")
    assert ", 0 changed" in until(process, "Run 1, ")
    process.send_signal(number)
    rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert sorted(file.name for file in arriving.iterdir()) == ["bad.csv", "requests.csv"]
    assert not list((tmp_path / "workspace" / "stage").iterdir())


def test_once_lands_what_is_whole_and_ends(tmp_path: Path, arriving: Path, start: Start) -> None:
    (arriving / "a.csv").write_text((tmp_path / "requests.csv").read_text())
    time.sleep(5.2)
    growing = arriving / "b.csv"
    growing.write_text("coming")
    process = start("--once")
    while process.poll() is None:
        growing.write_text("still coming")
        time.sleep(0.1)
    printed, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert printed.count("imported into") == 1
    time.sleep(5.2)
    process = start("--once")
    printed, errors = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert errors.startswith("column-missing: ")


def test_a_folder_or_source_that_is_not_there_is_refused(arriving: Path, start: Start) -> None:
    arriving.rmdir()
    process = start()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.splitlines()[-1].startswith("folder-unreadable: ")
