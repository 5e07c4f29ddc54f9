"""What a comparison is held against: the funnel, the estimates and the ranks, by kind of figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.vocabulary import Count, Distinct, Mean, Rate, Ratio, Stock, Sum
from scorecard.errors import JudgeError
from scorecard.judge.funnel import funnel, funnel_of_means
from scorecard.judge.funnel_result import Curve, Funnel
from scorecard.judge.intervals import spread_of_sums
from scorecard.judge.ranks import Rank, ranks
from scorecard.judge.shrinkage import Shrinkage, ShrunkUnit, shrink, shrink_means
from scorecard.judge.units import Kind
from scorecard.report.compare_units import Unit

_NO_SPREAD = (
    "How these figures vary by chance was not kept when they were measured. "
    "Run: scorecard measure --all"
)


class Held(NamedTuple):
    """Units held against one another; entries in the order of the units.

    scale    from the unit of the judge's figures to the metric's: 100 for a share
    chance   the limits of chance alone to draw, where the funnel's own are wider
    why      why nothing is held against anything: then `funnel` is None and the rest is empty
    """

    scale: float
    funnel: Funnel | None = None
    chance: Curve | None = None
    estimates: tuple[ShrunkUnit, ...] = ()
    ranks: tuple[Rank, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Comparable:
    """How figures of a metric are compared: as shares, rates or means; or `why` they are not."""

    kind: Kind | None
    scale: float = 1.0
    why: str = ""


def comparable(metric: AnyMetric) -> Comparable:
    """By the kind of figure: shares, rates of counted things, and means have limits of chance."""
    if metric.is_share:
        return Comparable(Kind.SHARE, 100.0)
    if not isinstance(metric, Metric):
        return Comparable(
            None, why="It is worked out from other figures, and has no limits of chance of its own."
        )
    match metric.aggregate:
        case Mean():
            return Comparable(Kind.MEAN)
        case Ratio(top=Count()) as ratio:
            return Comparable(Kind.RATE, ratio.per if isinstance(ratio, Rate) else 1.0)
        case Ratio():
            why = "How a ratio of sums varies by chance cannot be told from the sums alone."
        case Count() | Sum() | Stock() | Distinct():
            why = "A number or a sum says first how much work there is; compare shares or means."
        case _:
            why = (
                "It is no sum of its records, so it has no limits of chance by size; "
                "compare the share done in time."
            )
    return Comparable(None, why=why)


def held(units: Sequence[Unit], metric: AnyMetric) -> Held:
    """The units' figures on a funnel, drawn together, and ranked."""
    how = comparable(metric)
    if how.kind is None:
        return Held(how.scale, why=how.why)
    if not units:
        return Held(how.scale, why="There is nothing to compare.")
    try:
        return _means(units, metric, how) if how.kind is Kind.MEAN else _counted(units, metric, how)
    except JudgeError as error:
        return Held(how.scale, why=str(error.args[1]))


def _counted(units: Sequence[Unit], metric: AnyMetric, how: Comparable) -> Held:
    above = [unit.row.numerator for unit in units]
    below = [unit.row.denominator for unit in units]
    names = [unit.name for unit in units]
    kind = "share" if how.kind is Kind.SHARE else "rate"
    found = funnel(above, below, kind=kind, names=names, better=metric.better, min_n=metric.min_n)
    plain = (
        funnel(above, below, kind=kind, names=names, overdispersion=False).curve
        if _widened(found)
        else None
    )
    return _ranked(found, plain, shrink(above, below, kind=kind, names=names), metric, how)


def _means(units: Sequence[Unit], metric: AnyMetric, how: Comparable) -> Held:
    rows = [unit.row for unit in units]
    if any(row.n > 1 and row.squares is None for row in rows):
        return Held(how.scale, why=_NO_SPREAD)
    sds = [
        None
        if row.numerator is None or row.squares is None
        else spread_of_sums(row.n, row.numerator, row.squares)
        for row in rows
    ]
    # Divided here again: what is shown may be rounded as its publisher rounds it.
    means = [row.numerator / row.n if row.n and row.numerator is not None else None for row in rows]
    ns = [row.n for row in rows]
    names = [unit.name for unit in units]
    found = funnel_of_means(means, ns, sds, names=names, better=metric.better, min_n=metric.min_n)
    plain = (
        funnel_of_means(means, ns, sds, names=names, overdispersion=False).curve
        if _widened(found)
        else None
    )
    return _ranked(found, plain, shrink_means(means, ns, sds, names=names), metric, how)


def _widened(found: Funnel) -> bool:
    return found.reason is None and found.dispersion.allowed != (1.0, 0.0)


def _ranked(
    found: Funnel, plain: Curve | None, shrunk: Shrinkage, metric: AnyMetric, how: Comparable
) -> Held:
    return Held(how.scale, found, plain, shrunk.units, ranks(shrunk, better=metric.better))
