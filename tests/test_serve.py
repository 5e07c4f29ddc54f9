"""Serving the dashboard: options, ports, and an end without anything left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from scorecard.cli import main
from scorecard.errors import ScorecardError
from scorecard.serve import OPTIONS, command, environment, serve
from scorecard.workspace import Workspace
from tests.small_town import write_town


def test_streamlit_still_knows_every_option_the_hidden_one_included() -> None:
    from streamlit import config

    for name in OPTIONS:
        config.get_option(name)
    assert OPTIONS["runner.postScriptGC"] == "false"
    assert OPTIONS["browser.gatherUsageStats"] == "false"
    assert OPTIONS["server.address"] == "127.0.0.1"


def test_the_server_is_told_where_things_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORECARD_LEDGER", "sqlite:///other.sqlite3")
    monkeypatch.setenv("SCORECARD_PERSON", "somebody-else")
    given = environment(tmp_path / "s", Workspace(tmp_path / "w"))
    assert given["SCORECARD_STANDARDS"] == str(tmp_path / "s")
    assert "SCORECARD_LEDGER" not in given
    assert "SCORECARD_RECORDS" not in given
    assert "SCORECARD_PERSON" not in given
    assert environment(tmp_path, Workspace(tmp_path), "ada")["SCORECARD_PERSON"] == "ada"
    addresses = "postgresql://db/ledger", "postgresql://db/records"
    shared = environment(tmp_path, Workspace(tmp_path, *addresses))
    assert (shared["SCORECARD_LEDGER"], shared["SCORECARD_RECORDS"]) == addresses


def test_a_port_in_use_is_refused_with_a_code(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ScorecardError, match="port-taken") as refused:
            serve(tmp_path, Workspace(tmp_path), port=port)
    assert refused.value.code == "port-taken"
    with pytest.raises(ScorecardError, match="port-taken"):
        serve(tmp_path, Workspace(tmp_path), port=70000)


def test_the_command_names_the_app_and_the_port() -> None:
    given = command(8600)
    assert given[1:4] == ["-m", "streamlit", "run"]
    assert Path(given[4]).name == "app.py"
    assert "--server.port=8600" in given


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_its_address_once_and_ends_with_its_server(tmp_path: Path, end: int) -> None:
    code = (
        # Where the suite itself runs in the background, Ctrl-C is ignored from the start.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "import sys; from pathlib import Path; from scorecard.serve import serve;"
        "from scorecard.workspace import Workspace;"
        "serve(Path(sys.argv[1]), Workspace(Path(sys.argv[1])), port=0,"
        " say=lambda text: print(text, flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )
    with process:
        assert process.stdout
        said = process.stdout.readline()
        address = said.split()[4]
        with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
            assert answer.status == 200
        process.send_signal(end)
        rest, _ = process.communicate(timeout=30)
    assert said.startswith("The scorecard is at http://127.0.0.1:")
    assert rest == ""
    assert process.returncode == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/_stcore/health", timeout=2)


@pytest.mark.parametrize(
    ("arguments", "variable", "person"),
    [
        (("dashboard", "--as", "ada"), None, "ada"),
        (("dashboard",), "ada", "ada"),
        (("dashboard",), None, None),
        (("demo", "--as", "ada"), None, "ada"),
        (("demo",), "ada", None),
    ],
)
def test_the_pages_act_for_whom_the_command_names(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    variable: str | None,
    person: str | None,
) -> None:
    """The demo's people are its own, so the environment names none of them."""
    named: list[object] = []
    monkeypatch.setattr("scorecard.serve.serve", lambda *_, **given: named.append(given["person"]))
    monkeypatch.setattr("scorecard.demo.build_demo", lambda *_: (tmp_path, "built"))
    standards, _ = write_town(tmp_path)
    result = CliRunner().invoke(
        main,
        ["--standards", str(standards), "--workspace", str(tmp_path / "w"), *arguments],
        env={"SCORECARD_PERSON": variable},
    )
    assert result.exit_code == 0, result.output
    assert named == [person]
