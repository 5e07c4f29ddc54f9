"""How the figures of a metric are compared in a re-audit, as its declaration says."""

from __future__ import annotations

from scorecard.audit.observed import Kind, Requirement
from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.vocabulary import Count, Mean, Percentile, Rate, Ratio

FEWEST = 10
"""Fewer observations are not tested, whatever a metric asks for: nearly nothing could be shown."""


def terms(metric: AnyMetric) -> Requirement | None:
    """Kind, direction, scale and fewest observations, without a tolerance.

    None where no test is made: sums and ratios of sums, spreads, different values, what stands open
    at a period's end, and derived figures other than shares. Those are what has no interval either.
    """
    kind = _kind(metric)
    if kind is None:
        return None
    per = 100.0 if kind == "share" else 1.0
    if kind == "rate" and isinstance(metric, Metric) and isinstance(metric.aggregate, Rate):
        per = metric.aggregate.per
    return Requirement(kind, metric.better, per=per, min_n=max(metric.min_n, FEWEST))


def _kind(metric: AnyMetric) -> Kind | None:
    if metric.is_share:
        return "share"
    match metric.aggregate if isinstance(metric, Metric) else None:
        case Mean():
            return "mean"
        case Percentile():
            return "percentile"
        case Count():
            return "count"
        case Ratio(top=Count()):
            return "rate"
    return None
