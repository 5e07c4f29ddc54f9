"""`scorecard compare`: the table, the JSON, and what is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.small_town import Town

# By department and month (December 2025, January 2026): requests, and how many of them late.
_MADE = {
    ("Works", 12): (300, 30),
    ("Works", 1): (300, 150),
    ("Parks", 12): (60, 6),
    ("Parks", 1): (60, 0),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The small town with requests of two months in two departments, by two topics."""
    rows: list[list[str]] = []
    for (department, month), (number, late) in _MADE.items():
        first = datetime(2025 if month == 12 else 2026, month, 2, 12)
        for place in range(number):
            opened = first + timedelta(hours=place)
            due = opened + timedelta(hours=2)
            closed = opened + timedelta(hours=3 if place < late else 1)
            times = [f"{each.isoformat()}-05:00" for each in (opened, due, closed)]
            topic = "Pot\u202ehole" if place % 2 else "Light"
            rows.append([str(len(rows) + 1), *times, department, topic])
    rows.append([str(len(rows) + 1), *["2026-02-02T12:00:00-05:00"] * 3, "Works", "Light"])
    town = Town(tmp_path_factory.mktemp("town"))
    town.write(rows)
    return town.measured()


def test_the_table_has_everybody_with_n_rank_and_what_drives_the_change(town: Town) -> None:
    ended = town.run("compare", "closed-on-time")
    assert (ended.exit_code, ended.stderr) == (0, "")
    text = ended.stdout
    assert text.startswith("Small Town: in January 2026, 2 departments are compared on ")
    words = " ".join(text.split())
    assert "Parks (100.0 % of 60) is a practice to learn from" in words
    assert "rank 1, between 1 and 1 of 2" in text
    assert "What drives the change: January 2026 against December 2025" in text
    assert "Works itself" in words


def test_json_adds_up_to_plain_arithmetic(town: Town) -> None:
    page = json.loads(town.run("compare", "closed-on-time", "--format", "json").stdout)
    units = {unit["key"]: unit for unit in page["units"]}
    assert (units["works"]["numerator"], units["works"]["n"]) == (150, 300)
    assert (units["parks"]["actual"], units["parks"]["expected"]) == (100, 50)
    assert page["centre"] == pytest.approx(100 * 210 / 360)
    [change] = page["changes"]
    assert change["before"] == pytest.approx(90)
    assert sum(line["effect"] for line in change["lines"]) == pytest.approx(
        change["after"] - change["before"]
    )


def test_several_periods_are_added_up(town: Town) -> None:
    page = json.loads(
        town.run("compare", "closed-on-time", "--last", "2", "--format", "json").stdout
    )
    assert (page["from"], page["to"], page["periods"]) == ("2025-12-01", "2026-01-01", 2)
    units = {unit["key"]: unit for unit in page["units"]}
    assert (units["works"]["numerator"], units["works"]["n"]) == (420, 600)


def test_by_a_dimension_within_a_department_and_in_the_whole(town: Town) -> None:
    arguments = ("compare", "closed-on-time", "--by", "topic", "--format", "json")
    whole = json.loads(town.run(*arguments).stdout)
    own = json.loads(town.run(*arguments, "--department", "Parks").stdout)
    assert sum(unit["n"] for unit in whole["units"]) == 360
    assert (own["department"], sum(unit["n"] for unit in own["units"])) == ("parks", 60)


def test_without_a_dimension_the_department_asked_for_is_marked(town: Town) -> None:
    text = town.run("compare", "closed-on-time", "--department", "parks").stdout
    assert "> Parks" in text
    assert "\nWorks" in text


def test_a_terminal_obeys_no_topic(town: Town) -> None:
    assert "\u202e" not in town.run("compare", "closed-on-time", "--by", "topic").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing",), "standard-unknown"),
        (("closed-on-time", "--by", "weather"), "not-measured-by"),
        (("closed-on-time", "--department", "moon"), "department-unknown"),
        (("closed-on-time", "--period", "soon"), "period-unreadable"),
        (("closed-on-time", "--period", "2019-01"), "period-unknown"),
    ],
)
def test_what_is_not_there_is_refused(town: Town, arguments: tuple[str, ...], code: str) -> None:
    refused = town.run("compare", *arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"{code}: ")


def test_before_measuring_it_says_so(tmp_path: Path) -> None:
    ended = Town(tmp_path).run("compare", "closed-on-time")
    assert ended.stdout.startswith("Small Town: nothing has been measured yet")
