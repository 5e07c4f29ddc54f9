"""The interval of each kind of figure as a row has it, and the word for how sure the status is."""

from __future__ import annotations

import math
import statistics
from typing import Any

import pytest
from scipy import stats

from scorecard.declare import vocabulary as v
from scorecard.judge.confidence import Confidence
from scorecard.judge.status import Status
from scorecard.measure.parts import Figure
from scorecard.report.chart import interval_words
from scorecard.report.interval import Intervals, confidence, intervals
from tests.measure.builder import metric_of, requests, row_of
from tests.report.rows_builder import row

r = row_of(requests())
VALUES = [2.5, 3.0, 1.0, 8.0, 2.0, 4.5]


def _found(aggregate: v.Aggregate, *figure: Any) -> Intervals | None:
    return intervals(metric_of("m", aggregate), Figure(*figure))


def test_a_share_has_wilsons_in_percent() -> None:
    found = _found(v.share(r.closed_at.known), 65.0, 65.0, 100.0, 100)

    assert found is not None
    # scipy.stats.binomtest(65, 100).proportion_ci(method="wilson")
    assert found.sure == pytest.approx((55.25444328689, 73.63575175670))
    exact = stats.binomtest(65, 100).proportion_ci(0.8, method="wilson")
    assert found.likely == pytest.approx((100 * exact.low, 100 * exact.high))


def test_a_mean_has_students() -> None:
    total, squares = math.fsum(VALUES), math.fsum(x * x for x in VALUES)

    found = _found(v.mean(r.weight), total / 6, total, 6.0, 6, squares)

    assert found is not None
    for interval, level in zip(found, (0.95, 0.8), strict=True):
        by_scipy = stats.t.interval(level, 5, statistics.fmean(VALUES), stats.sem(VALUES))
        assert interval == pytest.approx(by_scipy, rel=1e-12)


def test_a_mean_of_percentages_stays_on_their_scale() -> None:
    values = [100.0, 100.0, 100.0, 60.0]
    squares = math.fsum(x * x for x in values)

    metric = metric_of("m", v.mean(r.weight), unit="percent")
    found = intervals(metric, Figure(90.0, 360.0, 4.0, 4, squares))

    assert found is not None
    assert found.sure is not None
    assert found.sure.upper == 100


def test_a_percentile_has_the_ends_that_were_measured() -> None:
    found = _found(v.median(r.weight), 3.0, None, None, 50, None, 2.0, 4.0, 2.5, 3.5)

    assert found == ((2.0, 4.0), (2.5, 3.5))


def test_a_count_and_a_rate_of_counts_have_those_of_poisson() -> None:
    count = _found(v.count(), 7.0, 7.0, None, 7)
    rate = _found(v.rate(v.count(), v.sum(r.weight), per=1000), 14.0, 7.0, 500.0, 40)

    assert count is not None
    assert count.sure == pytest.approx(
        (stats.chi2.ppf(0.025, 14) / 2, stats.chi2.ppf(0.975, 16) / 2)
    )
    assert rate is not None
    assert rate.sure is not None
    assert count.sure is not None
    assert rate.sure == pytest.approx([2 * end for end in count.sure])


@pytest.mark.parametrize(
    "aggregate",
    [
        v.sum(r.weight),
        v.ratio(v.sum(r.weight), v.count()),
        v.spread(r.weight),
        v.distinct(r.topic),
        v.backlog(r.opened_at, r.closed_at),
        v.age_of_open(r.opened_at, r.closed_at, "days"),
    ],
)
def test_other_kinds_have_none_and_no_word(aggregate: v.Aggregate) -> None:
    metric = metric_of("m", aggregate)

    found = intervals(metric, Figure(5.0, 50.0, 10.0, 10))

    assert found is None
    assert confidence(metric, 4.0, Status.MISSED, found) is None


def test_what_was_measured_before_its_spread_was_kept_has_none() -> None:
    assert _found(v.mean(r.weight), 3.0, 18.0, 6.0, 6) is None
    assert _found(v.median(r.weight), 3.0, None, None, 50) is None


def test_too_few_values_are_said_to_be_too_few() -> None:
    one, few = v.mean(r.weight), v.percentile(r.weight, 0.9)

    for aggregate, figure in (
        (one, Figure(3.0, 3.0, 1.0, 1, 9.0)),
        (few, Figure(3.0, None, None, 20)),
    ):
        metric = metric_of("m", aggregate)
        found = intervals(metric, figure)
        assert found == (None, None)
        assert confidence(metric, 5.0, Status.MET, found) is Confidence.TOO_FEW


def test_no_figure_has_no_interval() -> None:
    assert _found(v.share(r.closed_at.known), None, 0.0, 0.0, 0) is None


def test_only_what_is_judged_is_sure_or_not() -> None:
    metric = metric_of("m", v.count(), better="lower")
    found = intervals(metric, Figure(7.0, 7.0, None, 7))

    words = {status: confidence(metric, 100.0, status, found) for status in Status}

    assert words == {
        Status.MET: "surely met",
        Status.NEAR: "surely met",
        Status.MISSED: "surely met",
        Status.TOO_FEW: "too few",
        Status.NO_DATA: None,
        Status.NOT_COMPLETE: None,
        Status.NOT_IN_FORCE: None,
    }


def test_ends_are_compared_as_their_publisher_compares() -> None:
    """89.96 of very many counts as 90.0: what is met by rounding is not called surely missed."""
    metric = metric_of("m", v.share(r.closed_at.known), unit="percent", decimals=1)
    n = 10**8

    found = intervals(metric, Figure(89.96, 0.8996 * n, float(n), n))

    assert found is not None
    assert found.sure is not None
    assert found.sure.upper < 90
    assert confidence(metric, 90.0, Status.MET, found) is Confidence.SURELY_MET


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (76.12, 80.26, "percent", "76.1 to 80.3 %"),
        (2.14, 3.4, "days", "2.1 to 3.4 days"),
        (41.2, 66.4, "count", "41 to 66"),
        (0.125, 0.2, "number", "0.13 to 0.20"),
        (None, None, "days", ""),
    ],
)
def test_an_interval_is_told_in_the_figures_own_unit(
    low: float | None, high: float | None, unit: str, words: str
) -> None:
    assert interval_words(row(5.0, low=low, high=high, unit=unit)) == words
