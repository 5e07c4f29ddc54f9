"""`scorecard watch`: what it prints, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from scorecard.observe.arrivals import STILL
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


@pytest.fixture
def run(tmp_path: Path, arriving: Path) -> Iterator[Callable[..., Result]]:
    """The command in this process; who listens to its signals is as before in the end."""
    standards, _ = write_town(tmp_path)
    listening = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    options = ["--standards", str(standards), "--workspace", str(tmp_path / "workspace")]
    yield lambda *more: CliRunner().invoke(
        main, [*options, "watch", "requests", str(arriving), *more]
    )
    for number, listener in listening.items():
        signal.signal(number, listener)


def test_once_lands_what_is_whole_and_ends(
    tmp_path: Path, arriving: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, growing = arriving / "a.csv", arriving / "b.csv"
    whole.write_text((tmp_path / "requests.csv").read_text())
    written = whole.stat().st_ctime
    growing.write_text("coming")
    while (coming := growing.stat().st_ctime) == written:
        growing.write_text("still coming")

    # Nothing was written to the first for as long as it takes, and to the other a moment less.
    monkeypatch.setattr(time, "time", lambda: (written + coming) / 2 + STILL)
    ended = run("--once")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.count("imported into") == 1

    monkeypatch.setattr(time, "time", lambda: coming + STILL + 1)
    ended = run("--once")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("column-missing: ")


def test_a_folder_that_is_not_there_is_refused(arriving: Path, run: Callable[..., Result]) -> None:
    arriving.rmdir()
    ended = run()
    assert ended.exit_code == 1
    assert ended.stderr.splitlines()[-1].startswith("folder-unreadable: ")
