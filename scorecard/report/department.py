"""A department's page: its standards, shared ones first, and what drives the widest gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.declare.metrics import Better
from scorecard.declare.organisation import UNASSIGNED, Organisation
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.judge.rollup import Met, met
from scorecard.report.attainment import AttainmentPage, attainment_page
from scorecard.report.cells import Line, line
from scorecard.report.history import History, choices, pick, usual
from scorecard.report.ranking import by_service_gap
from scorecard.report.row import ScorecardRow
from scorecard.report.sentence import scorecard_sentence


@dataclass(frozen=True)
class TopicRow:
    """A standard's figure for one topic in the same department and period."""

    topic: str
    actual: float | None
    numerator: float | None
    denominator: float | None
    n: int


@dataclass(frozen=True)
class Driver:
    """A topic's part in a gap.

    `shortfall` says, for a share, in how many cases the topic is behind what is expected of its own
    volume: expected × denominator - numerator where more is better. The shortfalls of all topics
    add up to the department's. None for figures that do not add (percentiles, means): there
    `service_gap`, in the metric's unit, says how far off the topic is.
    """

    topic: str
    actual: float | None
    service_gap: float | None
    shortfall: float | None
    n: int


@dataclass(frozen=True)
class DepartmentPage:
    """Everything a department's page shows. `drivers` are of the widest gap, `widest`."""

    id: str
    name: str
    owner: str | None
    synthetic: bool
    period: Period | None
    choices: tuple[Period, ...]
    sentence: str
    met: Met
    attainment: AttainmentPage | None
    shared: tuple[Line, ...]
    own: tuple[Line, ...]
    widest: Line | None
    drivers: tuple[Driver, ...]
    rows: tuple[ScorecardRow, ...]


def department_page(
    organisation: Organisation,
    rows: Sequence[ScorecardRow],
    department: str,
    *,
    period: date | None = None,
    topics: Callable[[ScorecardRow], Iterable[TopicRow]] | None = None,
    standards: Mapping[str, Standard] | None = None,
) -> DepartmentPage:
    """The page of `department` (an id, or "unassigned") at `period`, by default the newest judged.

    `topics` gives, for the row with the widest gap, its figures by topic. `standards`, the
    declared ones by id, hold what people decided about charts.
    """
    start = organisation.fiscal_year_start
    mine = [row for row in rows if row.department == department]
    history = History(mine, start, standards)
    periods = choices(mine, start)
    shown = pick(periods, period) or usual(periods, history)
    now = history.at(shown) if shown else []
    lines = [line(row, history, shown) for row in now] if shown else []
    behind = by_service_gap(now, history)
    widest = next((each for each in lines if behind and each.row is behind[0]), None)
    found = list(topics(widest.row)) if widest and topics else []
    figure = attainment_page(organisation, history, shown, department) if shown else None
    declared = organisation.department(department)
    name = declared.name if declared else "Records without a department"
    return DepartmentPage(
        id=department,
        name=name,
        owner=declared.owner if declared else None,
        synthetic=organisation.synthetic,
        period=shown,
        choices=tuple(periods),
        sentence=scorecard_sentence(
            "the records without a department" if department == UNASSIGNED else name,
            shown,
            now,
            history,
            synthetic=organisation.synthetic,
            name_department=False,
        ),
        met=figure.whole.met if figure else met(()),
        attainment=figure,
        shared=tuple(each for each in lines if each.row.shared),
        own=tuple(each for each in lines if not each.row.shared),
        widest=widest,
        drivers=tuple(drivers(widest.row, found)) if widest else (),
        rows=tuple(now),
    )


def drivers(row: ScorecardRow, topics: Iterable[TopicRow]) -> list[Driver]:
    """The topics that are behind what is expected of the row, the one that weighs most first."""
    if row.expected is None:
        return []
    found = [_driver(topic, row.expected, row.better, row.unit == "percent") for topic in topics]
    behind = [each for each in found if each.service_gap is not None and each.service_gap < 0]
    return sorted(behind, key=lambda each: (_weighs(each), each.topic))


def _driver(topic: TopicRow, expected: float, better: Better, is_share: bool) -> Driver:
    gap = None if topic.actual is None else topic.actual - expected
    service_gap = gap if gap is None or better == "higher" else -gap
    shortfall = None
    if is_share and topic.numerator is not None and topic.denominator is not None:
        short = expected / 100 * topic.denominator - topic.numerator
        shortfall = short if better == "higher" else -short
    return Driver(topic.topic, topic.actual, service_gap, shortfall, topic.n)


def _weighs(driver: Driver) -> float:
    """Cases where they add up; else distance times volume, which orders but is not shown."""
    if driver.shortfall is not None:
        return -driver.shortfall
    return (driver.service_gap or 0.0) * driver.n
