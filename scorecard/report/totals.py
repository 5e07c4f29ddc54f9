"""All periods together: sums added, then divided. Never an average of averages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from scorecard.declare.load import Declarations
from scorecard.judge.rounding import half_up
from scorecard.judge.status import judge
from scorecard.measure.parts import figure
from scorecard.report.interval import confidence, intervals
from scorecard.report.row import Part, ScorecardRow


def totals(rows: list[ScorecardRow], declarations: Declarations) -> list[ScorecardRow]:
    """One row per standard and department over all its periods, the unfinished one included.

    The period is the first one's. The expected value is the one in force throughout; where it
    changed there is none. Metrics that do not add up over periods are left out: see `not_additive`.
    """
    groups: dict[tuple[str, str | None, Part | None], list[ScorecardRow]] = defaultdict(list)
    for row in rows:
        if _adds_up(declarations, row.metric):
            groups[row.series].append(row)
    return [total(group, declarations) for group in groups.values()]


def not_additive(declarations: Declarations) -> list[str]:
    """The ids of the standards without a total over periods: percentiles, spreads, distinct counts
    and what stands at the end of a period do not add up, and derived metrics have windows."""
    return [
        standard.id
        for standard in declarations.standards.values()
        if not _adds_up(declarations, standard.metric)
    ]


def _adds_up(declarations: Declarations, name: str) -> bool:
    metric = declarations.metrics.get(name)
    return metric is not None and metric.aggregate.adds_over_periods


def total(rows: Sequence[ScorecardRow], declarations: Declarations) -> ScorecardRow:
    """The rows of one additive metric added up: over periods, over departments, or both.

    What is not a sum is the first row's. The expected value is the one that all of them have.
    """
    metric = declarations.metrics[rows[0].metric]
    measured = [row for row in rows if row.numerator is not None]
    numerator = denominator = squares = actual = around = None
    n = 0
    if measured:
        numerator = sum(row.numerator or 0.0 for row in measured)
        if any(row.denominator is not None for row in measured):
            denominator = sum(row.denominator or 0.0 for row in measured)
        n = sum(row.n for row in measured)
        if all(row.squares is not None for row in measured):
            squares = sum(row.squares or 0.0 for row in measured)
        found = figure(metric.aggregate, numerator, denominator, n, squares)
        actual, around = found.value, intervals(metric, found)
        if actual is not None and metric.decimals is not None:
            actual = half_up(actual, metric.decimals)
    promises = {(row.expected, row.tolerance) for row in rows}
    expected, tolerance = promises.pop() if len(promises) == 1 else (None, None)
    verdict = judge(
        actual,
        expected,
        metric.better,
        tolerance=tolerance or 0.0,
        n=n,
        min_n=metric.min_n,
    )
    low, high = (around.sure if around else None) or (None, None)
    return replace(
        rows[0],
        all_periods=True,
        label="all periods",
        actual=actual,
        expected=expected,
        tolerance=tolerance,
        gap=verdict.gap,
        service_gap=verdict.service_gap,
        status=verdict.status,
        n=n,
        numerator=numerator,
        denominator=denominator,
        low=low,
        high=high,
        confidence=confidence(metric, expected, verdict.status, around),
        squares=squares,
    )
