"""Serving the dashboard: Streamlit in a process of its own, on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from scorecard.errors import ScorecardError
from scorecard.paths import shipped
from scorecard.workspace import Workspace

ADDRESS = "127.0.0.1"
USUAL_PORT = 8501
# How long the server may take to answer its first request: a cold start on a slow machine.
PATIENCE_SECONDS = 90.0
_GRACE_SECONDS = 5.0

# `runner.postScriptGC` is a hidden option: collecting garbage after every run of a page slows many
# sessions to a crawl. A test pins that this Streamlit still knows it.
OPTIONS: dict[str, str] = {
    "server.address": ADDRESS,
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "browser.serverAddress": ADDRESS,
    "browser.gatherUsageStats": "false",
    "runner.postScriptGC": "false",
    "global.developmentMode": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "logger.hideWelcomeMessage": "true",
    "logger.level": "warning",
    "theme.base": "light",
    "theme.primaryColor": "#0b6fb8",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f3f5f7",
    "theme.textColor": "#1c2228",
    "theme.linkColor": "#0a5a96",
    "theme.font": "sans-serif",
}


@dataclass(frozen=True)
class Running:
    """A server that answers: its address and its process."""

    address: str
    process: subprocess.Popen[bytes]


def serve(
    standards: Path,
    workspace: Workspace,
    port: int | None = None,
    open_browser: bool = False,
    say: Callable[[str], None] = print,
    person: str | None = None,
) -> None:
    """Serve the dashboard until Ctrl-C or a SIGTERM, then end it cleanly.

    The address is said once, when the server answers. `person` is as for `running`. Raises what
    `running` raises, and `dashboard-ended` where the server ends by itself.
    """
    with _terminated_as_interrupted():
        try:
            with running(standards, workspace, port, person) as server:
                say(f"The scorecard is at {server.address} (Ctrl-C ends it)")
                if open_browser:
                    webbrowser.open(server.address)
                raise _ended(server.process.wait())
        except KeyboardInterrupt:
            return


@contextmanager
def running(
    standards: Path, workspace: Workspace, port: int | None = None, person: str | None = None
) -> Iterator[Running]:
    """The dashboard, answering on this machine for as long as the block lasts.

    `person` is the id of whoever the pages act for, None for nobody. `port` None takes 8501, or a
    free one where that is in use; 0 any free one. Raises ScorecardError: `port-taken` for a given
    port that is in use, `dashboard-ended` where the server ends at once or never answers.
    """
    chosen = _port(port)
    # A session of its own: Ctrl-C reaches this process alone, which then ends the other one.
    process = subprocess.Popen(
        command(chosen),
        env=environment(standards, workspace, person),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        server = Running(f"http://{ADDRESS}:{chosen}", process)
        _wait_until_healthy(process, server.address)
        yield server
    finally:
        _end(process)


def command(port: int) -> list[str]:
    """The command line of the server process."""
    app = shipped("dashboard") / "app.py"
    options = [f"--{name}={value}" for name, value in OPTIONS.items()]
    return [
        *(sys.executable, "-m", "streamlit", "run", str(app)),
        *options,
        f"--server.port={port}",
        f"--browser.serverPort={port}",
    ]


def environment(standards: Path, workspace: Workspace, person: str | None = None) -> dict[str, str]:
    """The environment of the server process: where the pages find what they show, and who acts."""
    given = dict(os.environ)
    given["SCORECARD_STANDARDS"] = str(standards.resolve())
    given["SCORECARD_WORKSPACE"] = str(workspace.root.resolve())
    for name, value in (
        ("SCORECARD_LEDGER", workspace.ledger_url),
        ("SCORECARD_RECORDS", workspace.records_url),
        ("SCORECARD_PERSON", person),
    ):
        given.pop(name, None)
        if value:
            given[name] = value
    return given


def _port(given: int | None) -> int:
    if given is None:
        return USUAL_PORT if _is_free(USUAL_PORT) else _free_port()
    if given == 0:
        return _free_port()
    if not _is_free(given):
        raise ScorecardError(
            "port-taken",
            f"port {given} of {ADDRESS} is in use or not allowed.",
            hint="Give another one with --port, or none to take a free one.",
        )
    return given


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server does, so that a port in its closing wait counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError):
            return False
        return True


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    # No proxy of the environment stands between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _ended(process.returncode)
        try:
            with opener.open(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise ScorecardError(
        "dashboard-ended",
        f"the dashboard did not answer within {PATIENCE_SECONDS:.0f} seconds.",
        hint="Look at what it wrote above, and start it again.",
    )


def _ended(code: int | None) -> ScorecardError:
    return ScorecardError(
        "dashboard-ended",
        f"the dashboard ended by itself (exit code {code}).",
        hint="Look at what it wrote above, and start it again.",
    )


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """A SIGTERM ends the dashboard as Ctrl-C does, so that no server is left behind."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:
        # Signals belong to the main thread; elsewhere whoever calls ends the process.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
