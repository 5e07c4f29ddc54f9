"""`scorecard judge`: the same as the Standard page says, as text and as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from tests.dashboard.made_up import make

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    standards, workspace = make(tmp_path_factory.mktemp("town"))
    options = ["--standards", str(standards), "--workspace", str(workspace.root)]
    return lambda *arguments: CliRunner().invoke(main, [*options, "judge", *arguments])


def test_the_text_says_all_that_is_judged(run: Run) -> None:
    ended = run("closed-on-time", "--department", "Libraries")
    assert (ended.exit_code, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[:2] == [
        "Bay Town (synthetic data): Requests are closed on time",
        "Libraries, July 2026",
    ]
    labels = [line[:16].strip() for line in lines[3:] if line[:16].strip() and "  " in line]
    assert labels == [
        "Status",
        "Rests on",
        "Variation",
        "Assurance",
        "As it works now",
        "Promise",
        "Could be kept",
        "Tightening",
        "Capability",
        "Before and after",
        "Forecast",
    ]
    text = " ".join(ended.stdout.split())
    assert "Expected, and promised to the public, at least 80 %. Under-promise: as it" in text
    assert "New counter, 1 July 2025: no effect shown (on average 1.7 points below" in text
    assert "{ from = 2026-08-01, at_least = 90, tolerance = 3, source = “…” }" in text.replace(
        '"…"', "“…”"
    )
    assert "No forecast is shown, since it is no better than saying the value of a year" in text
    assert all(len(line) <= 100 for line in lines)


def test_json_has_the_numbers_behind_the_words(run: Run) -> None:
    found = json.loads(run("closed-on-time", "--department", "libraries", "--format=json").stdout)
    assert found["row"]["period"] == "2026-07-01"
    assert found["sentence"].startswith("Synthetic data: in July 2026 Libraries met")
    assert (found["variation"], found["assurance"]) == ("common cause", "keeps")
    [declared] = found["promise"]["declared"]
    assert (declared["call"], declared["kept"] > 0.95) == ("under-promise", True)
    values = [one["value"] for one in found["promise"]["offers"]]
    assert values == sorted(values, reverse=True)
    assert 80 < found["tightening"]["value"] <= values[-1]
    [event] = found["before_and_after"]
    assert event["average"]["lower"] < 0 < event["average"]["upper"]
    held = found["forecast"]["held_out"]
    assert found["forecast"]["shown"] is (held["error"] < min(held["rivals"].values()))
    assert found["forecast"]["periods"] == []


def test_no_forecast_leaves_it_out_and_its_library_unimported(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.exponential_smoothing.ets", None)
    text = run("closed-on-time", "--department", "water", "--no-forecast").stdout
    assert "Forecast" not in text
    found = json.loads(run("closed-on-time", "--no-forecast", "--format", "json").stdout)
    assert found["forecast"] is None
    assert found["row"]["department"] is None


def test_a_period_shows_what_was_known_by_its_end(run: Run) -> None:
    text = run("closed-on-time", "--department", "parks", "--period", "2025-03").stdout
    assert text.splitlines()[1] == "Parks and Recreation, March 2025"
    assert "New counter" not in text
    assert "it takes 24 months, and eight months are known" in " ".join(text.split())


def test_a_standard_of_one_department_needs_no_name(run: Run) -> None:
    assert run("parks-days", "--no-forecast").stdout.splitlines()[1].startswith("Parks and Recre")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("closed-on-tim",), "standard-unknown"),
        (("closed-on-time", "--department", "nobody"), "department-unknown"),
        (("parks-days", "--department", "water"), "figure-unknown"),
        (("closed-on-time", "--period", "1999-01"), "figure-unknown"),
        (("closed-on-time", "--period", "soon"), "period-unreadable"),
    ],
)
def test_what_is_not_there_is_refused(run: Run, arguments: tuple[str, ...], code: str) -> None:
    ended = run(*arguments)
    assert ended.exit_code == 1
    assert ended.stderr.startswith(f"{code}: ")
    assert ended.stdout == ""


def test_a_workspace_in_which_nothing_was_measured_says_so(tmp_path: Path) -> None:
    from tests.dashboard.made_up import write_declarations

    standards = write_declarations(tmp_path / "standards")
    options = ["--standards", str(standards), "--workspace", str(tmp_path / "w")]
    ended = CliRunner().invoke(main, [*options, "judge", "closed-on-time"])
    assert ended.stderr.startswith("figure-unknown: ")
