"""Which figures differ from what was known at an earlier moment."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from tests.report.test_changes import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("since"))


def show(town: Town, *arguments: str) -> Result:
    options = ["--standards", str(town.standards), "--workspace", str(town.workspace.root)]
    return CliRunner().invoke(main, [*options, "show", *arguments])


def objects(town: Town, *arguments: str) -> list[dict[str, object]]:
    return json.loads(show(town, "--format", "json", *arguments).stdout)


def test_a_figure_is_listed_exactly_where_the_two_states_differ(town: Town) -> None:
    first = town.first.isoformat()

    def by_place(rows: list[dict[str, object]]) -> dict[tuple[object, ...], tuple[object, ...]]:
        return {
            (r["standard"], r["department"], r["period"]): (r["actual"], r["numerator"], r["n"])
            for r in rows
        }

    then, now = by_place(objects(town, "--as-of", first)), by_place(objects(town))
    changed = objects(town, "--changed-since", first)
    nothing = (None, None, 0)
    expected = {place for place in now if then.get(place, nothing) != now[place]}
    assert set(by_place(changed)) == expected
    assert expected
    for row in changed:
        was = then.get((row["standard"], row["department"], row["period"]), nothing)
        assert (row["actual_before"], row["n_before"]) == (was[0], was[2])


def test_the_table_has_the_earlier_figure_beside_the_present_one(town: Town) -> None:
    text = show(town, "--changed-since", town.first.isoformat(), "--period", "2026-01").stdout
    [heading] = [line for line in text.splitlines() if line.startswith("standard")]
    assert heading.endswith("n before")
    [whole] = [line for line in text.splitlines() if "closed-on-time  Small Town" in line]
    assert "83.3 %" in whole
    assert "66.7 %" in whole


def test_the_totals_of_two_states_are_held_against_each_other(town: Town) -> None:
    rows = objects(town, "--changed-since", town.first.isoformat(), "--period", "all")
    assert rows
    assert all(row["n_before"] for row in rows if row["standard"] == "closed-on-time")


def test_where_nothing_has_changed_it_says_so(town: Town) -> None:
    first = town.first.isoformat()
    result = show(town, "--changed-since", first, "--as-of", first)
    assert result.exit_code == 0
    assert "No figure is another" in result.stdout
    assert objects(town, "--changed-since", first, "--as-of", first) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--changed-since", "2020-01-01"], "state-unknown"),
        (["--changed-since", "2020-01-02", "--as-of", "2020-01-01"], "states-reversed"),
    ],
)
def test_an_earlier_state_that_is_none_is_refused(
    town: Town, options: list[str], code: str
) -> None:
    result = show(town, *options)
    assert result.exit_code == 1
    assert result.stderr.startswith(code)
