"""The scorecard figure of made-up rows, held to sums done by hand and by plain Python."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.judge.status import Status
from scorecard.report.attainment import (
    NO_DIMENSION,
    AttainmentPage,
    asked_attainment,
    attainment_page,
)
from scorecard.report.attainment_text import written
from scorecard.report.history import History
from scorecard.report.opened import Opened
from scorecard.report.overview import overview
from scorecard.report.row import ScorecardRow
from tests.report.rows_builder import SHARE, city_rows, months, row, town

JULY = Period(date(2026, 7, 1), "month")
DIMENSIONS = {"potholes": "responsiveness", "closed-on-time": "reliability"}


def page(rows: list[ScorecardRow], **dimensions: str | None) -> AttainmentPage:
    standards = {
        id: cast(Standard, SimpleNamespace(dimension=each))
        for id, each in {**DIMENSIONS, **dimensions}.items()
    }
    found = attainment_page(town(), History(rows, standards=standards), JULY)
    assert found is not None
    return found


def days(*actuals: float | None, **given: Any) -> list[ScorecardRow]:
    """Months of roads' potholes, at most 3 days expected."""
    return months(list(actuals), **given)


def test_the_points_of_departments_and_dimensions_are_added_up_by_weight() -> None:
    rows = [
        row(2.0, weight=3.0),
        row(70.0, **SHARE, weight=2.0),
        row(90.0, **SHARE, department="parks", weight=2.0),
        row(None, standard="calls", department="parks", weight=1.0),
    ]
    found = page(rows)
    assert (found.whole.met.weight_met, found.whole.met.weight_total) == (5, 8)
    assert found.whole.range == "62.5 to 75.0 %"
    assert found.whole.count == "2 of 3 judged"
    assert [(d.name, d.range) for d in found.departments] == [
        ("Roads", "60.0 %"),
        ("Parks", "66.7 to 100.0 %"),
    ]
    assert [(d.name, d.range, d.count) for d in found.dimensions] == [
        ("Reliability", "50.0 %", "1 of 2 judged"),
        ("Responsiveness", "100.0 %", "1 of 1 judged"),
        (NO_DIMENSION, "0.0 to 100.0 %", "none judged"),
    ]
    assert [p.points_words for p in found.points] == ["3 of 3", "0 of 2", "2 of 2", "? of 1"]


STATUSES = st.sampled_from([2.0, 3.5, 9.0, None])


@given(
    st.lists(
        st.tuples(st.sampled_from(["roads", "parks"]), STATUSES, st.sampled_from([0.5, 1.0, 3.0])),
        min_size=1,
        max_size=12,
    )
)
def test_the_lines_add_up_to_the_whole_and_the_whole_to_plain_sums(
    made: list[tuple[str, float | None, float]],
) -> None:
    rows = [
        row(actual, standard=f"s{i}", department=department, weight=weight)
        for i, (department, actual, weight) in enumerate(made)
    ]
    found = page(rows, s0="empathy", s1="assurance", s2=None)
    met = sum(weight for _, actual, weight in made if actual == 2.0)
    open_ = sum(weight for _, actual, weight in made if actual is None)
    everything = sum(weight for _, _, weight in made)
    assert found.whole.met.share == pytest.approx(100 * met / everything)
    assert found.whole.met.best == pytest.approx(100 * (met + open_) / everything)
    for lines in (found.departments, found.dimensions):
        assert sum(line.met.weight_met for line in lines) == pytest.approx(met)
        assert sum(line.met.weight_total for line in lines) == pytest.approx(everything)
        assert sum(line.met.total for line in lines) == len(made)
    assert sum(point.points or 0 for point in found.points) == pytest.approx(met)


def test_a_change_is_told_where_the_same_standards_were_judged() -> None:
    rows = days(9.0, 2.0) + days(2.0, 2.0, standard="lights")
    found = page(rows)
    assert (found.whole.change, found.whole.change_words) == (50.0, "50.0 points more")
    assert page(days(2.0, 9.0)).whole.change_words == "100.0 points less"
    assert page(days(2.0, 2.0)).whole.change_words == "as before"


def test_no_change_is_told_between_unlike_standards() -> None:
    # As many are judged in both months, and not the same ones.
    rows = days(None, 2.0) + days(9.0, None, standard="lights")
    found = page(rows).whole
    assert (found.change, found.change_words) == (None, "not comparable: 2 judged in one only")
    unlike = page([*days(9.0, 2.0), row(None, standard="calls")]).whole
    assert (unlike.change, unlike.change_words) == (
        None,
        "not comparable: other standards then",
    )
    first = page(days(None, 2.0)).whole
    assert (first.change, first.change_words) == (None, "none judged then")
    assert page([row(2.0)]).whole.change_words == "none judged then"


def test_a_group_that_is_alike_has_its_change_where_the_whole_has_none() -> None:
    found = page(days(9.0, 2.0) + months([None, 90.0], **SHARE, department="parks"))
    assert found.whole.change is None
    assert {line.name: line.change for line in found.departments} == {"Roads": 100.0, "Parks": None}
    assert [line.change for line in found.dimensions] == [None, 100.0]


def test_the_sentence_says_what_is_known_and_what_is_missing() -> None:
    assert page([row(2.0), row(9.0, standard="lights")]).sentence == (
        "50.0 % of what is promised is kept, by weight: 1 of 2 standards is met, and all are "
        "judged."
    )
    few = row(2.0, standard="calls", n=1, min_n=20)
    assert page([row(2.0), row(9.0, standard="lights"), row(None, standard="x"), few]).sentence == (
        "Between 25.0 and 75.0 % of what is promised is kept, by weight: 1 of 2 standards judged "
        "is met. 2 more are not judged (1 no data and 1 too few): not met at the lower end, met "
        "at the upper."
    )
    assert page([row(None)]).sentence == (
        "None of 1 standard is judged, so it is not known how much is kept."
    )


def test_rounding_never_reaches_all_or_nothing() -> None:
    nearly = page([row(2.0, weight=100_000.0), row(9.0, standard="lights", weight=1.0)])
    assert nearly.whole.range == "99.999 %"
    hardly = page([row(2.0, weight=1.0), row(9.0, standard="lights", weight=100_000.0)])
    assert hardly.whole.range == "0.001 %"
    assert page([row(2.0)]).whole.range == "100.0 %"


def test_a_quarter_is_named_beside_its_points() -> None:
    quarter = row(2.0, standard="q", period=date(2026, 4, 1), grain="quarter")
    found = page([row(2.0), quarter])
    assert [point.own_period for point in found.points] == [None, "2026 Q2"]


def test_the_overview_counts_as_the_figure_does() -> None:
    view = overview(town(), city_rows())
    assert view.attainment is not None
    assert view.met == view.attainment.whole.met
    by_name = {line.name: line.met for line in view.attainment.departments}
    assert {tile.name: tile.met for tile in view.tiles} == by_name


def test_without_rows_there_is_no_figure() -> None:
    assert attainment_page(town(), History([]), JULY) is None
    assert overview(town(), []).attainment is None


def test_a_measured_town_has_the_figure_of_its_newest_judged_month(town: Opened) -> None:
    found = asked_attainment(town)
    assert found is not None
    assert [point.row.department for point in found.points].count(None) == 0
    rows = [point.row for point in found.points]
    met = sum(r.weight for r in rows if r.status is Status.MET)
    assert found.whole.met.share == pytest.approx(100 * met / sum(r.weight for r in rows))
    works = asked_attainment(town, department="DPW")
    assert works is not None
    assert works.whole.met == next(d.met for d in found.departments if d.id == "works")


def test_a_period_without_figures_has_none_and_text_says_so(town: Opened) -> None:
    assert asked_attainment(town, "1999-01") is None
    assert written(None, "table", "1999-01") == (
        "No figure was measured in 1999-01. Without --period: the newest judged.\n"
    )
    assert written(None, "json") == "null\n"
