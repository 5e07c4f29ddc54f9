"""Derived metrics the whole way: declared, measured, shown and explained on the command line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from scorecard.report.board import board, topic_rows
from scorecard.report.opened import open_scorecard
from scorecard.report.standard import standard_page
from scorecard.workspace import Workspace
from tests.derived_town import write_derived_town

Run = Callable[[str], Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("derived")
    _, records = write_derived_town(folder)
    for source, file in records.items():
        assert command(folder)(f"import {source} {file}").exit_code == 0
    assert command(folder)("measure").exit_code == 0
    return folder


def command(folder: Path) -> Run:
    places = f"--standards {folder / 'small_town'} --workspace {folder / 'workspace'}"
    return lambda line: CliRunner().invoke(main, shlex.split(f"{places} {line}"))


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return command(folder)


def shown(run: Run, standard: str) -> dict[tuple[str | None, str], dict[str, Any]]:
    result = run(f"show --standard {standard} --format json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    return {(row["department"], row["period"][:7]): row for row in rows}


def test_a_quotient_of_two_sources_by_department(run: Run) -> None:
    rows = shown(run, "contacts-per-request")
    figures = {
        key: (row["actual"], row["n"], row["status"])
        for key, row in rows.items()
        if key[0] in (None, "works")
    }
    # January: 3 calls for 6 requests closed; February: 2 for 1. In March Works closed nothing and
    # had no calls, and the one request closed and the one call were of Parks.
    assert figures == {
        (None, "2026-01"): (0.5, 6, "met"),
        (None, "2026-02"): (2.0, 1, "missed"),
        (None, "2026-03"): (1.0, 1, "not complete yet"),
        ("works", "2026-01"): (pytest.approx(2 / 3), 3, "met"),
        ("works", "2026-02"): (2.0, 1, "missed"),
        ("works", "2026-03"): (None, 0, "not complete yet"),
    }
    assert (rows[None, "2026-01"]["numerator"], rows[None, "2026-01"]["denominator"]) == (3.0, 6.0)


def test_where_goes_by_each_source_s_own_column(run: Run) -> None:
    rows = shown(run, "contacts-per-pothole")
    # The topic is in "topic" of the requests and in "subject" of the calls.
    assert [(row["actual"], row["n"]) for row in rows.values()][:2] == [(0.5, 2), (2.0, 1)]


def test_a_window_of_a_share_keeps_its_interval(run: Run) -> None:
    rows = shown(run, "on-time-two-months")
    whole = rows[None, "2026-02"]
    assert (whole["numerator"], whole["denominator"], whole["n"]) == (5.0, 7.0, 7)
    # Wilson's interval of 5 of 7, by an independent table.
    assert (whole["low"], whole["high"]) == (
        pytest.approx(35.9, abs=0.05),
        pytest.approx(91.8, abs=0.05),
    )
    # Parks closed nothing in February: its window holds January.
    assert (rows["parks", "2026-02"]["actual"], rows["parks", "2026-02"]["n"]) == (50.0, 2)
    assert (None, "2026-01") not in rows or rows[None, "2026-01"]["actual"] is None


def test_a_change_is_in_percentage_points_and_none_where_a_side_is_missing(run: Run) -> None:
    rows = shown(run, "better-than-before")
    assert rows[None, "2026-02"]["actual"] == pytest.approx(100 - 100 * 4 / 6)
    assert rows[None, "2026-02"]["low"] is None
    assert rows["parks", "2026-02"]["actual"] is None
    assert rows["parks", "2026-02"]["status"] == "no data"


def test_measuring_again_changes_nothing(run: Run) -> None:
    assert " 0 new, 0 changed," in run("measure").output


def test_explaining_shows_the_formula_and_each_figure_that_went_in(run: Run) -> None:
    text = run("explain on-time-two-months --department works --period 2026-02").output
    for part in (
        "By this formula: rolling(closed_on_time, 2)",
        "“Closed on time” over 2 months together.",
        "2026-01    66.7          2            3  3",
        "2026-02   100.0          1            1  1",
        "scorecard explain closed-on-time --department works --period 2026-02-01",
    ):
        assert part in text
    text = run("explain better-than-before --period 2026-02").output
    assert "change(closed_on_time, 1)" in text
    assert "“Closed on time” less what it was 1 month before." in text


def test_the_command_that_is_named_explains_the_rows_behind_an_input(run: Run) -> None:
    told = json.loads(run("explain on-time-two-months --period 2026-02 --format json").stdout)
    [one] = told["inputs"]
    assert [figure["numerator"] for figure in one["figures"]] == [4.0, 1.0]
    result = run(f"explain {one['standard']} --period 2026-02")
    assert result.exit_code == 0
    assert "Rows behind it" in result.output


def test_the_command_that_is_named_is_of_a_period_that_went_in(run: Run) -> None:
    # Only January's figure is in what is known of February.
    text = run("explain on-time-last-month --period 2026-02").output
    assert "2026-01    66.7          4            6  6" in text
    assert "scorecard explain closed-on-time --period 2026-01-01" in text


def test_a_standard_of_other_rows_is_not_named(run: Run) -> None:
    text = run("explain potholes-on-time-last-month --period 2026-02").output
    assert "From Closed on time" in text
    assert "scorecard explain closed-on-time" not in text
    assert "once a standard asks for closed_on_time of these rows" in text


def test_nothing_to_show_of_a_period_is_not_nothing_measured(run: Run) -> None:
    for period, said in (("all", "over all periods"), ("2031-01", "in 2031-01")):
        result = run(f"show --standard on-time-two-months --period {period}")
        assert result.exit_code == 0
        assert f"No figure was measured {said}." in result.stdout
    # What is not asked for is not said to be left out.
    assert (
        "contacts-per-request" not in run("show --standard on-time-two-months --period all").stderr
    )


def test_an_input_of_one_topic_is_that_topic_s(run: Run) -> None:
    told = json.loads(run("explain contacts-per-pothole --period 2026-01 --format json").stdout)
    values = {one["metric"]: one["figures"][0]["value"] for one in told["inputs"]}
    assert values == {"contacts": 1.0, "requests_closed": 2.0}
    assert [one["standard"] for one in told["inputs"]] == [None, None]
    assert told["definition"]["inputs"].keys() == values.keys()


def test_what_changed_is_asked_of_the_metrics_behind_it(run: Run) -> None:
    refused = run("explain on-time-two-months --since 2026-03-01")
    assert refused.exit_code == 1
    assert "changes-of-derived" in refused.output
    assert "scorecard explain closed-on-time --since" in refused.output
    assert run("show --changed-since 2030-01-01").exit_code == 0


def test_a_total_over_all_periods_leaves_derived_metrics_out(run: Run) -> None:
    result = run("show --period all")
    assert result.exit_code == 0
    assert "contacts-per-request" in result.stderr
    assert "contacts-per-request" not in result.stdout


def test_check_lists_derived_metrics_among_the_others(run: Run) -> None:
    result = run("check --list")
    assert result.exit_code == 0, result.output
    assert "metric    contacts_per_request  (number, lower is better)" in result.output
    assert "9 metrics" in result.output


def test_the_pages_know_topics_and_words_of_derived_metrics(folder: Path) -> None:
    workspace = Workspace(folder / "workspace")
    with open_scorecard(folder / "small_town", workspace) as opened:
        shown = board(opened)
        row = next(
            row
            for row in shown.rows
            if (row.standard, row.department, row.label)
            == ("contacts-per-request", "works", "2026-01")
        )
        topics = {
            topic.topic: (topic.actual, topic.n)
            for topic in topic_rows(opened.declarations, opened.ledger, row, shown.run)
        }
        assert topics == {"Pothole": (0.5, 2), "Light": (1.0, 1)}
        standard = opened.declarations.standards["contacts-per-pothole"]
        page = standard_page(
            opened.declarations.organisation,
            standard,
            opened.declarations.metric(standard.metric),
            shown.rows,
        )
    assert page.definition.figure == (
        '“Contacts” divided by “Requests closed”, only where “topic” is "Pothole".'
    )
    assert page.basis == "1 record."
