"""What has to be measured: for each metric, at which grains and at which levels.

A level is the set of dimensions by which a figure is split: () for the whole organisation,
("department",) for each department, ("department", "case_topic") for each topic within one. Levels
come from the standards: who reports them, and which rows they are about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from scorecard.declare.breakdowns import breakdowns
from scorecard.declare.derived import Derived
from scorecard.declare.load import Declarations
from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.periods import Grain
from scorecard.declare.sources import Source
from scorecard.declare.standards_check import scope_names
from scorecard.declare.vocabulary import Ratio, Stock
from scorecard.observe.touched import Days

DEPARTMENT = "department"
# More periods than this in one scan come from a wrong date, not from a long history.
MOST_PERIODS = 5000
Level = tuple[str, ...]


@dataclass(frozen=True)
class Cut:
    """One metric at one grain, and the levels at which it is wanted.

    `lone_tops`: a period with a top and nothing to divide it by is wanted too. It has no figure of
    its own, but a window of a derived metric adds its top up. `days`, where given, limit it to the
    periods in which one of these days lies.
    """

    metric: Metric
    grain: Grain
    levels: frozenset[Level]
    lone_tops: bool = False
    days: Days | None = None


@dataclass(frozen=True)
class DerivedCut:
    """One derived metric at one grain, and the levels at which it is wanted.

    Its levels are made of names as `where` writes them: each source has its own column for one.
    """

    metric: Derived
    grain: Grain
    levels: frozenset[Level]


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
    """Every measured metric × grain of the declarations, with the levels its standards need, and
    those that derived metrics need of it."""
    wanted = _wanted(declarations, declarations.metrics)
    added_up: set[tuple[str, Grain]] = set()
    for derived in derived_cuts(declarations):
        for metric in derived.metric.measured:
            if isinstance(metric.aggregate, Ratio):
                added_up.add((metric.name, derived.grain))
            source = declarations.sources[metric.source]
            levels = wanted.setdefault((metric.name, derived.grain), set())
            levels |= {_level(columns(level, source)) for level in derived.levels}
    return [
        Cut(declarations.metrics[name], grain, frozenset(levels), (name, grain) in added_up)
        for (name, grain), levels in wanted.items()
    ]


def derived_cuts(declarations: Declarations) -> list[DerivedCut]:
    """Every derived metric × grain of the declarations, with the levels its standards need."""
    return [
        DerivedCut(declarations.derived[name], grain, frozenset(levels))
        for (name, grain), levels in _wanted(declarations, declarations.derived).items()
    ]


def columns(level: Level, source: Source) -> Level:
    """The columns of a source that stand for the names at a derived metric's level, in order."""
    return tuple(
        name if name == DEPARTMENT else source.dimensions.get(name, name) for name in level
    )


def _wanted(
    declarations: Declarations, metrics: Mapping[str, AnyMetric]
) -> dict[tuple[str, Grain], set[Level]]:
    wanted: dict[tuple[str, Grain], set[Level]] = defaultdict(set)
    for standard in declarations.standards.values():
        if standard.metric not in metrics:
            continue
        metric = metrics[standard.metric]
        where = scope_names(standard, metric, declarations.sources)
        levels = wanted[metric.name, standard.period]
        levels.add(_level((DEPARTMENT, *where)))
        if standard.shared:
            levels.add(_level(tuple(where)))
        for name, column in breakdowns(standard, metric, declarations.sources).items():
            levels.add(_level((DEPARTMENT, *where, column)))
            if standard.shared and name in standard.by:
                levels.add(_level((*where, column)))
    promised = {name for name, _ in wanted}
    for metric in metrics.values():
        if metric.name not in promised:
            by_department = all(declarations.sources[name].department for name in metric.sources)
            levels = {(), (DEPARTMENT,)} if by_department else {()}
            wanted[metric.name, _natural_grain(metric, declarations.sources)] = levels
    return wanted


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


def _natural_grain(metric: AnyMetric, sources: Mapping[str, Source]) -> Grain:
    clocks = {sources[one.source].columns[one.at].type for one in metric.measured}
    return "fiscal_year" if "fiscal_year" in clocks else "month"
