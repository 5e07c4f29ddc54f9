"""`scorecard emerging`: what is emerging, as text and as JSON, and what is said of nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.small_town import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The small town with a row a request: 40 a month, and 120 in January 2026."""
    rows: list[list[str]] = []
    for month in range(19):
        first = datetime(2024 + (month + 6) // 12, (month + 6) % 12 + 1, 1, 12)
        for place in range(120 if month == 18 else 40 + month % 3):
            opened = first + timedelta(hours=5 * place)
            closed = opened + timedelta(hours=1)
            times = [f"{one.isoformat()}-05:00" for one in (opened, closed, closed)]
            rows.append([str(len(rows) + 1), *times, "Works", "Pot\u202ehole"])
    rows.append([str(len(rows) + 1), *["2026-02-02T12:00:00-05:00"] * 3, "Works", "Light"])
    town = Town(tmp_path_factory.mktemp("town"))
    town.write(rows)
    return town.measured()


def test_the_table_says_what_is_emerging_and_which_command_shows_more(town: Town) -> None:
    ended = town.run("emerging")
    assert (ended.exit_code, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0].startswith("Small Town: ")
    assert "emerging in January 2026" in lines[0]
    assert lines[2] == "Look at these first"
    assert lines[3].startswith(" 1. Small Town: 120 requests ")
    assert "scorecard explain " in ended.stdout
    assert "two years of records" in " ".join(ended.stdout.split())
    assert all(len(line) <= 100 for line in lines[1:])


def test_the_command_it_names_can_be_given(town: Town) -> None:
    page = json.loads(town.run("emerging", "--format", "json").stdout)
    for line in page["problems"]:
        assert town.run(*line["command"]).exit_code == 0, line["command"]


def test_json_has_the_numbers_behind_the_sentence(town: Town) -> None:
    page = json.loads(town.run("emerging", "--format", "json", "--period", "2026-01").stdout)
    first = page["problems"][0]
    assert (first["kind"], first["problem"], first["unit"]) == ("volume up", True, "count")
    assert (first["observed"], first["n"], first["department"]) == (120, 120, None)
    assert first["usual_low"] < first["expected"] < first["usual_high"] < 120
    assert first["excess"] == pytest.approx(120 - first["expected"])
    assert first["excess_low"] == pytest.approx(120 - first["usual_high"])
    assert 0 < first["p"] <= first["q"] <= 0.05
    assert (first["season"], first["running"], first["running_at_least"]) == (False, 1, False)
    assert page["tested"] > 0
    assert page["periods"] == ["January 2026"]
    assert page["synthetic"] is False


def test_a_limit_cuts_the_table_and_says_so(town: Town) -> None:
    text = town.run("emerging", "--limit", "1").stdout
    assert " 2. " not in text
    assert "more; --limit lists them." in text


def test_a_terminal_obeys_no_topic(town: Town) -> None:
    text = town.run("emerging", "--limit", "50").stdout
    assert "\u202e" not in text
    assert r"\u202e" in text


def test_a_quiet_month_and_one_that_is_not_over(town: Town) -> None:
    quiet = town.run("emerging", "--period", "2025-12").stdout
    assert quiet.startswith("Small Town: nothing departs from its own history in December 2025: ")
    unfinished = town.run("emerging", "--period", "2026-02").stdout
    assert "February 2026 was not tested: the records do not know it whole yet." in unfinished


def test_what_is_no_period_is_refused(town: Town) -> None:
    refused = town.run("emerging", "--period", "soon")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("period-unreadable: ")


def test_before_measuring_nothing_is_tested(tmp_path: Path) -> None:
    ended = Town(tmp_path).run("emerging")
    assert ended.stdout == "Small Town: nothing could be tested against its own history.\n"


def test_a_synthetic_organisation_is_named_as_one(town: Town) -> None:
    file = town.standards / "organisation.toml"
    before = file.read_text("utf-8")
    file.write_text("synthetic = true\n" + before, encoding="utf-8")
    try:
        assert town.run("emerging").stdout.startswith("Small Town (synthetic data): ")
        assert json.loads(town.run("emerging", "--format", "json").stdout)["synthetic"] is True
    finally:
        file.write_text(before, encoding="utf-8")
