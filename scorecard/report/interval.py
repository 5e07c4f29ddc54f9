"""The intervals of a figure by the kind of its metric, and the confidence of its status."""

from __future__ import annotations

from typing import NamedTuple

from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.vocabulary import Count, Mean, Percentile, Rate, Ratio
from scorecard.judge.confidence import LIKELY, SURE, Confidence, confidence_of
from scorecard.judge.intervals import Interval, spread_of_sums, student, wilson
from scorecard.judge.order_statistics import percentile_ranks
from scorecard.judge.poisson import count_interval, rate_interval
from scorecard.judge.rounding import half_up
from scorecard.judge.status import Status
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.parts import Figure

# As measured, or as added up over periods.
AnyFigure = Figure | MeasurementRow


class Intervals(NamedTuple):
    """The 95 % and the 80 % interval in the metric's unit; None where there are too few values."""

    sure: Interval | None
    likely: Interval | None


def intervals(metric: AnyMetric, figure: AnyFigure) -> Intervals | None:
    """The intervals of a figure; None where its kind has none, or what they need was not kept.

    Shares have Wilson's, means Student's, percentiles those of order statistics, counts and rates
    of counts those of a Poisson count. Sums, ratios of sums, spreads, distinct values, what stands
    open at a period's end, and derived figures other than shares have none.
    """
    if figure.value is None or not _is_kept(metric, figure):
        return None
    found = [_interval(metric, figure, confidence) for confidence in (SURE, LIKELY)]
    return Intervals(*found) if _has_any(metric) else None


def confidence(
    metric: AnyMetric, expected: float | None, status: Status, found: Intervals | None
) -> Confidence | None:
    """How sure a status is; None where nothing is judged, and where the figure has no intervals.

    Ends are compared as their publisher compares, rounded as the figure itself is.
    """
    if status is Status.TOO_FEW:
        return Confidence.TOO_FEW
    if not status.judged or found is None:
        return None
    sure, likely = (_as_published(metric, one) for one in found)
    return confidence_of(expected, metric.better, sure, likely)


def _as_published(metric: AnyMetric, interval: Interval | None) -> Interval | None:
    if interval is None or metric.decimals is None:
        return interval
    return Interval(*(half_up(end, metric.decimals) for end in interval))


def _has_any(metric: AnyMetric) -> bool:
    if metric.is_share or not isinstance(metric, Metric):
        return metric.is_share
    aggregate = metric.aggregate
    if isinstance(aggregate, Ratio):
        return isinstance(aggregate.top, Count)
    return isinstance(aggregate, Count | Mean | Percentile)


def _is_kept(metric: AnyMetric, figure: AnyFigure) -> bool:
    """Whether what the intervals need was kept: figures measured by an earlier version lack it."""
    aggregate = metric.aggregate if isinstance(metric, Metric) else None
    if isinstance(aggregate, Mean):
        return figure.squares is not None or figure.n < 2
    if isinstance(aggregate, Percentile):
        too_few = bool(percentile_ranks(figure.n, aggregate.q, LIKELY).why)
        return too_few or figure.lower_80 is not None
    return True


def _interval(metric: AnyMetric, figure: AnyFigure, confidence: float) -> Interval | None:
    if metric.is_share:
        share = wilson(figure.numerator, figure.denominator, confidence)
        return Interval(100 * share.lower, 100 * share.upper) if share else None
    match metric.aggregate if isinstance(metric, Metric) else None:
        case Mean():
            return _of_mean(metric, figure, confidence)
        case Percentile():
            ends = (
                (figure.lower_95, figure.upper_95)
                if confidence == SURE
                else (figure.lower_80, figure.upper_80)
            )
            lower, upper = ends
            return None if lower is None or upper is None else Interval(lower, upper)
        case Count():
            return count_interval(figure.numerator, confidence)
        case Ratio(top=Count()) as ratio:
            per = ratio.per if isinstance(ratio, Rate) else 1.0
            return rate_interval(figure.numerator, figure.denominator, per, confidence)
    return None


def _of_mean(metric: AnyMetric, figure: AnyFigure, confidence: float) -> Interval | None:
    if figure.numerator is None or figure.squares is None:
        return None
    spread = spread_of_sums(figure.n, figure.numerator, figure.squares)
    found = student(figure.n, figure.value, spread, confidence)
    if found is None or not metric.is_percentage:
        return found
    # No mean of percentages is beyond their scale.
    return Interval(max(0.0, found.lower), min(100.0, found.upper))
