"""What has to be measured: for each metric, at which grains and at which levels.

A level is the set of dimensions by which a figure is split: () for the whole organisation,
("department",) for each department, ("department", "case_topic") for each topic within one. Levels
come from the standards: who reports them, and which rows they are about.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from scorecard.declare.load import Declarations, where_columns
from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Grain
from scorecard.declare.sources import Source
from scorecard.declare.vocabulary import Stock
from scorecard.observe.touched import Days

DEPARTMENT = "department"
# More periods than this in one scan come from a wrong date, not from a long history.
MOST_PERIODS = 5000
Level = tuple[str, ...]


@dataclass(frozen=True)
class Cut:
    """One metric at one grain, and the levels at which it is wanted.

    `days`, where given, limit it to the periods in which one of these days lies.
    """

    metric: Metric
    grain: Grain
    levels: frozenset[Level]
    days: Days | None = None


@dataclass(frozen=True)
class Scan:
    """Metrics that one pass over the source answers together.

    They are placed in periods by the same clock (`at`) and grain, in all of them or in those of the
    same `days`. Where all of them add up
    (`rolls_up`), parts are summed at the finest level and rolled up from there. Percentiles,
    spreads and distinct counts do not add up: they are asked at each level, and additive metrics of
    the same levels go along, since the rows are being read anyway. What stands at the end of a
    period has a clock of its own for leaving, and a scan to itself.
    """

    source: str
    at: str
    grain: Grain
    rolls_up: bool
    finest: Level
    levels: tuple[Level, ...]
    metrics: tuple[Metric, ...]
    days: Days | None = None


def is_additive(metric: Metric) -> bool:
    """Whether the metric's parts add up over units, so that a level rolls up from a finer one."""
    return metric.aggregate.adds_over_units


def cuts(declarations: Declarations) -> list[Cut]:
    """Every metric × grain of the declarations, with the levels its standards need."""
    wanted: dict[tuple[str, Grain], set[Level]] = defaultdict(set)
    for standard in declarations.standards.values():
        metric = declarations.metrics[standard.metric]
        source = declarations.sources[metric.source]
        where = tuple(where_columns(standard, source))
        levels = wanted[metric.name, standard.period]
        levels.add(_level((DEPARTMENT, *where)))
        if standard.shared:
            levels.add(_level(where))
        topic = source.dimensions.get("topic")
        if topic is not None and not where:
            levels.add(_level((DEPARTMENT, topic)))
    for metric in declarations.metrics.values():
        if not any(name == metric.name for name, _ in wanted):
            source = declarations.sources[metric.source]
            levels = {(), (DEPARTMENT,)} if source.department else {()}
            wanted[metric.name, _natural_grain(metric, source)] = levels
    return [
        Cut(declarations.metrics[name], grain, frozenset(levels))
        for (name, grain), levels in wanted.items()
    ]


def scans(cuts: list[Cut]) -> list[Scan]:
    """The passes that answer all cuts: as few as clocks, grains and levels allow."""
    groups: dict[tuple[str, str, Grain, Level, str, Days | None], list[Cut]] = defaultdict(list)
    for cut in cuts:
        if cut.days == ():
            continue
        finest = _level({name for level in cut.levels for name in level})
        alone = cut.metric.name if isinstance(cut.metric.aggregate, Stock) else ""
        groups[cut.metric.source, cut.metric.at, cut.grain, finest, alone, cut.days].append(cut)
    return [
        Scan(
            source,
            at,
            grain,
            all(is_additive(cut.metric) for cut in group),
            finest,
            tuple(sorted({level for cut in group for level in cut.levels})),
            tuple(cut.metric for cut in group),
            days,
        )
        for (source, at, grain, finest, _, days), group in groups.items()
    ]


def _level(names: set[str] | tuple[str, ...]) -> Level:
    return tuple(sorted(set(names)))


def _natural_grain(metric: Metric, source: Source) -> Grain:
    return "fiscal_year" if source.columns[metric.at].type == "fiscal_year" else "month"
