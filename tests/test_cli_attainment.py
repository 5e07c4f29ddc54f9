"""`scorecard attainment`: the scorecard figure as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.small_town import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("town")).measured()


def test_the_table_adds_up_to_what_show_prints(town: Town) -> None:
    figure = json.loads(town.run("attainment", "--period", "2026-01", "--format", "json").stdout)
    shown = json.loads(town.run("show", "--period", "2026-01", "--format", "json").stdout)
    rows = [row for row in shown if row["department"] not in (None, "unassigned")]
    total = sum(row["weight"] for row in rows)
    judged = [row for row in rows if row["status"] in ("met", "near", "missed")]
    met = sum(row["weight"] for row in rows if row["status"] == "met")
    unknown = total - sum(row["weight"] for row in judged)
    assert figure["whole"]["least"] == pytest.approx(100 * met / total)
    assert figure["whole"]["most"] == pytest.approx(100 * (met + unknown) / total)
    assert (figure["whole"]["judged"], figure["whole"]["standards"]) == (len(judged), len(rows))
    assert sum(point["possible"] for point in figure["points"]) == total
    assert {line["id"] for line in figure["departments"]} == {"works", "parks"}
    assert [line["id"] for line in figure["dimensions"]] == [None]


def test_the_table_says_the_figure_and_how_each_point_arose(town: Town) -> None:
    ended = town.run("attainment", "--period", "2026-01")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.startswith("Small Town, January 2026: ")
    assert "Against December 2025" in ended.stdout
    assert "No dimension declared" in ended.stdout
    assert "closed-on-time  Works" in ended.stdout
    assert all(len(line) <= 100 for line in ended.stdout.splitlines()[:3])


def test_one_department_by_any_of_its_names(town: Town) -> None:
    works = town.run("attainment", "--department", "DPW").stdout
    assert works.startswith("Works, ")
    assert "Parks" not in works
    refused = town.run("attainment", "--department", "nobody")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("department-unknown: ")


def test_a_period_without_figures_and_one_that_is_none(town: Town) -> None:
    empty = town.run("attainment", "--period", "1999-01")
    assert (empty.exit_code, empty.stdout[:29]) == (0, "No figure was measured in 199")
    assert town.run("attainment", "--period", "soon").stderr.startswith("period-unreadable: ")


def test_before_measuring_there_is_no_figure(tmp_path: Path) -> None:
    new = Town(tmp_path)
    assert new.run("attainment").stdout.startswith("Nothing has been measured yet")
    assert new.run("attainment", "--format", "json").stdout == "null\n"
