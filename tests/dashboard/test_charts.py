from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.charts import figure
from scorecard.declare.standards import Standard
from scorecard.report.behaviour_style import BAD, GOOD
from scorecard.report.chart import Chart, chart
from scorecard.report.history import History
from tests.report.rows_builder import SHARE, city_rows, months


def drawn(made: Chart) -> list[dict[str, Any]]:
    return list(figure(made).to_plotly_json()["data"])


def of(rows: list[Any]) -> Chart:
    return chart("Potholes", rows, History(rows))


def test_the_target_is_stepped_and_markers_have_the_shape_of_their_status() -> None:
    target, line, markers = drawn(of(months([2.0, 3.5, 9.0, None])))
    assert list(target["y"]) == [3.0] * 8
    assert (target["x"][0], target["x"][1], target["x"][2]) == (
        date(2026, 4, 1),
        date(2026, 5, 1),
        date(2026, 5, 1),
    )
    assert list(markers["marker"]["symbol"]) == ["circle", "triangle-up", "square", "circle-open"]
    assert list(line["y"]) == [2.0, 3.5, 9.0, None]


def test_intervals_are_whiskers_where_there_are_any() -> None:
    shares = [r for r in city_rows() if r.department == "roads" and r.unit == "percent"]
    whiskers = drawn(of(shares))[-1]["error_y"]
    assert whiskers["visible"] is True
    assert whiskers["arrayminus"][0] == 2.5
    assert drawn(of(months([1.0])))[2]["error_y"]["visible"] is False


CALM = [85.0, 84.0, 86.0, 85.0, 83.0, 86.0, 84.0, 87.0, 85.0, 84.0, 86.0, 85.0]
LOW = [value - 15 for value in CALM]


def declared(**chart_rules: Any) -> Standard:
    return Standard.model_validate(
        {
            "id": "closed-on-time",
            "title": "Requests are closed on time",
            "metric": "closed_on_time",
            "departments": "all",
            "expected": [{"from": date(2020, 1, 1), "at_least": 80}],
            "events": [{"on": date(2025, 9, 14), "text": "<b>A second crew</b>", "kind": "action"}],
            "chart": chart_rules,
        }
    )


def controlled(values: list[Any], standard: Standard | None = None) -> dict[str, Any]:
    rows = months(values, **SHARE)
    standards = {standard.id: standard} if standard else None
    return figure(chart("On time", rows, History(rows, standards=standards))).to_plotly_json()


def test_fewer_than_eight_periods_have_no_limits_drawn() -> None:
    assert len(controlled(CALM[:7])["data"]) == 3
    assert len(controlled(CALM[:8])["data"]) == 10


def test_a_period_that_was_left_out_is_crossed_and_no_line_is_drawn_for_it() -> None:
    left = {"period": date(2025, 9, 1), "reason": "Ice <b>storm</b>"}
    drawing = controlled([*LOW, *CALM], declared(excluded=[left]))
    (cross,) = (one for one in drawing["data"] if one.get("name") == "left out")
    assert list(cross["x"]) == [date(2025, 9, 1)]
    assert list(cross["customdata"]) == ["Ice &lt;b&gt;storm&lt;/b&gt;"]
    assert [one["x0"] for one in drawing["layout"]["shapes"]] == [date(2025, 9, 14)]


def test_each_phase_has_its_own_mean_and_limits() -> None:
    phase = {"from": date(2025, 8, 1), "reason": "A second crew", "accepted": "Mayor"}
    data = controlled([*LOW, *CALM], declared(rebases=[phase]))["data"]
    lines = data[:6]
    width = 2.66 * 20 / 11
    for place, (mean, first, end) in enumerate(
        [(70.0, date(2024, 8, 1), date(2025, 8, 1)), (85.0, date(2025, 8, 1), date(2026, 8, 1))]
    ):
        drawn_lines = lines[3 * place : 3 * place + 3]
        for one, level in zip(drawn_lines, (mean, mean - width, mean + width), strict=True):
            assert list(one["x"]) == [first, end]
            assert list(one["y"]) == pytest.approx([level, level])
    # One entry of the legend each, however many phases.
    named = [one["name"] for one in lines if one["showlegend"]]
    assert named == ["mean", "limits"]


def test_signals_have_rings_of_the_colour_of_their_kind() -> None:
    data = controlled([96.0, *CALM, *CALM, 74.0])["data"]
    rings = {one["name"]: one for one in data[3:6]}
    assert list(rings["concerning"]["x"]) == [date(2026, 7, 1)]
    assert list(rings["concerning"]["y"]) == [74.0]
    assert rings["concerning"]["marker"]["color"] == BAD
    assert list(rings["improving"]["y"]) == [96.0]
    assert rings["improving"]["marker"]["color"] == GOOD
    assert not rings["neutral"]["showlegend"]
    assert rings["concerning"]["showlegend"]


def test_what_people_declared_is_a_line_with_its_words_escaped() -> None:
    phase = {
        "from": date(2025, 8, 1),
        "reason": "A second crew came in August 2025",
        "accepted": "Mayor",
    }
    layout = controlled([*LOW, *CALM], declared(rebases=[phase]))["layout"]
    assert [shape["x0"] for shape in layout["shapes"]] == [date(2025, 8, 1), date(2025, 9, 14)]
    assert [one["text"] for one in layout["annotations"]] == [
        "A second crew came in…",
        "&lt;b&gt;A second crew&lt;/b&gt;",
    ]


def test_the_alternative_in_words_tells_what_the_limits_show() -> None:
    def words(values: list[Any]) -> str:
        return of(months(values, **SHARE)).words

    assert words(CALM).endswith(" A usual month lies between 80.2 and 89.8 %; no sign of a change.")
    assert words([*CALM, 74.0]).endswith("%; 1 month is a sign of a change.")
    assert words([96.0, *CALM, *CALM, 74.0]).endswith("%; 2 months are signs of a change.")
    assert words([85.0] * 9).endswith("No sign of a change.")
    assert words(CALM[:7]).endswith("seven months can be charted, and it takes eight.")
