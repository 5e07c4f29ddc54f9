from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.charts import figure
from scorecard.report.chart import Chart, chart
from scorecard.report.history import History
from tests.report.rows_builder import city_rows, months


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
