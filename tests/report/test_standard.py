from datetime import date
from pathlib import Path
from typing import Any

from scorecard.declare.metrics import Metric
from scorecard.declare.standards import Standard
from scorecard.declare.vocabulary import Row, elapsed, percentile
from scorecard.report.standard import standard_page
from tests.report.rows_builder import SHARE, city_rows, months, row, town

r = Row("requests", {"opened_at": "timestamp", "closed_at": "timestamp"}, lambda name, names: None)
METRIC = Metric(
    name="days_to_close",
    title="Days to close",
    description="Nine in ten are closed within this many days.",
    source="requests",
    at="closed_at",
    aggregate=percentile(elapsed(r.opened_at, r.closed_at, "days"), 0.9),
    unit="days",
    better="lower",
    min_n=1,
    decimals=None,
    examples=(),
    file=Path("metrics.py"),
    line=1,
)


def standard(**given: Any) -> Standard:
    return Standard.model_validate(
        {
            "id": "potholes",
            "title": "Potholes are filled within three days",
            "metric": "days_to_close",
            "department": "roads",
            "owner": "Street operations manager",
            "review": date(2027, 4, 1),
            "promise": {"text": "Most potholes are fixed within a week", "value": 7},
            "expected": [
                {"from": date(2026, 7, 1), "at_most": 3, "tolerance": 1, "source": "Re-audit"},
                {"from": date(2025, 7, 1), "at_most": 5},
                {"from": date(2027, 1, 1), "withdrawn": True},
            ],
        }
        | given
    )


def test_it_says_what_is_promised_and_since_when() -> None:
    view = standard_page(town(), standard(), METRIC, city_rows())
    assert view.promise == "Most potholes are fixed within a week"
    assert view.promised == "7 days"
    assert view.review == "1 April 2027"
    assert [(s.since, s.value, s.tolerance, s.source) for s in view.steps] == [
        ("1 July 2025", "at most 5 days", "–", "–"),
        ("1 July 2026", "at most 3 days", "1 day", "Re-audit"),
        ("1 January 2027", "withdrawn", "–", "–"),
    ]


def test_without_public_wording_the_title_is_the_promise() -> None:
    view = standard_page(town(), standard(promise=None), METRIC, [])
    assert (view.promise, view.promised) == ("Potholes are filled within three days", "")


def test_a_departments_own_values_and_owner_come_before_the_shared_ones() -> None:
    shared = standard(
        id="closed-on-time",
        department=None,
        departments="all",
        overrides={
            "parks": {
                "owner": "Park manager",
                "expected": [{"from": date(2026, 1, 1), "at_most": 9}],
            }
        },
    )
    view = standard_page(town(), shared, METRIC, city_rows(), department="parks")
    assert view.owner == "Park manager"
    assert [s.value for s in view.steps] == ["at most 9 days"]
    assert standard_page(town(), shared, METRIC, city_rows()).owner == "Street operations manager"


def test_a_shared_standard_is_of_the_whole_organisation_until_a_department_is_named() -> None:
    shared = standard(id="closed-on-time", department=None, departments="all")
    whole = standard_page(town(), shared, METRIC, city_rows())
    assert (whole.department, whole.department_name) == (None, "Town")
    assert [name for _, name in whole.reporters] == ["Town", "Roads", "Parks", "Unassigned"]
    parks = standard_page(town(), shared, METRIC, city_rows(), department="parks")
    assert parks.department_name == "Parks"
    assert standard_page(town(), shared, METRIC, city_rows(), department="x").department is None


def test_a_departments_own_standard_needs_no_department_in_the_address() -> None:
    view = standard_page(town(), standard(), METRIC, city_rows())
    assert view.department == "roads"
    assert view.now is not None
    assert view.now.now == "12.4 days"


def test_the_figure_shows_what_it_rests_on() -> None:
    shared = standard(id="closed-on-time", department=None, departments="all")
    view = standard_page(town(), shared, METRIC, city_rows(), department="roads")
    assert view.basis == "700 of 1,000; 95 % interval 67.5 to 72.4 %."
    assert standard_page(town(), standard(), METRIC, city_rows()).basis == "100 records."
    assert standard_page(town(), standard(), METRIC, [row(None)]).basis == "No records."


def test_the_chart_tells_in_words_what_it_shows_and_is_called_synthetic_where_it_is() -> None:
    rows = months([2.0, None, 12.4])
    drawn = standard_page(town(synthetic=True), standard(), METRIC, rows).chart
    assert drawn.title == "Potholes are filled within three days: Roads (synthetic data)"
    assert drawn.words == (
        "From 2.0 days in May 2026 to 12.4 days in July 2026; lowest 2.0 days, highest 12.4 days; "
        "expected in the last period: at most 3 days; met in 1 of 2 periods judged. "
        "Too few for a control chart: two months can be charted, and it takes eight."
    )
    assert [p.now for p in drawn.points] == ["2.0 days", "–", "12.4 days"]


def test_no_rows_give_a_page_that_says_so() -> None:
    view = standard_page(town(), standard(), METRIC, [])
    assert (view.now, view.period, view.chart.points) == (None, None, ())
    assert view.sentence.startswith("Nothing has been measured yet")


def test_other_standards_rows_are_left_aside() -> None:
    rows = [*months([1.0], **SHARE), *months([2.0])]
    assert [r.standard for r in standard_page(town(), standard(), METRIC, rows).rows] == [
        "potholes"
    ]


def test_a_period_of_the_past_is_shown_with_what_was_known_up_to_it() -> None:
    rows = months([2.0, 3.0, 12.4, 90.0])
    view = standard_page(town(), standard(), METRIC, rows, period=rows[2].period)

    assert [point.row.actual for point in view.chart.points] == [2.0, 3.0, 12.4]
    assert "highest 12.4 days" in view.chart.words
    assert view.chart.behaviour is not None
    assert view.behaviour is not None
    assert view.chart.behaviour.usual == view.behaviour.usual
    # The download has every period; the choice too.
    assert len(view.rows) == len(view.choices) == 4


def test_a_chart_of_nothing_judged_says_so() -> None:
    rows = months([2.0, 3.0], expected=None)
    words = standard_page(town(), standard(), METRIC, rows).chart.words

    assert "nothing expected in the last period; no periods judged." in words
