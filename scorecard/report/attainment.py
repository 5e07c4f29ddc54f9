"""The scorecard figure: how much of what is promised, by weight, is shown to be kept.

The rules are those of `scorecard.judge.attainment`: a range, from what is missing counted as not
met to what is missing counted as met; the same points added up by department and by dimension.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from scorecard.declare.organisation import UNASSIGNED, Organisation
from scorecard.declare.periods import Period
from scorecard.declare.standards import Dimension
from scorecard.judge.attainment import Entry, Point, attainment
from scorecard.judge.rollup import Met
from scorecard.judge.rounding import shown
from scorecard.judge.status import Status
from scorecard.report.history import History, choices, pick, usual
from scorecard.report.opened import Opened
from scorecard.report.phrases import counted, distance_words, listed, period_words
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import scorecard_rows

NO_DIMENSION = "No dimension declared"
_OF_NOBODY = {None, UNASSIGNED}


@dataclass(frozen=True)
class Kept:
    """One line of the figure: the organisation, a department or a quality dimension.

    id       of the department or the dimension; None for the whole, and for standards without one
    change   percentage points since the period before; None where it was not the same standards
             that were judged, weighing the same
    """

    id: str | None
    name: str
    met: Met
    change: float | None
    change_words: str

    @property
    def range(self) -> str:
        """`57.6 to 63.6 %`, or `57.6 %` where nothing is missing: percent of the weight."""
        least, most = self.met.share, self.met.best
        if least is None or most is None:
            return "–"
        if not self.met.weight_unknown:
            return f"{_percent(least)} %"
        return f"{_percent(least)} to {_percent(most)} %"

    @property
    def count(self) -> str:
        """`38 of 62 judged`: the standards met, each as one."""
        return (
            f"{self.met.met:,} of {self.met.judged:,} judged" if self.met.judged else "none judged"
        )

    def as_json(self) -> dict[str, Any]:
        """A line of `attainment --format json`: shares in percent of the weight."""
        met = self.met
        return {
            "id": self.id,
            "name": self.name,
            "least": met.share,
            "most": met.best,
            "met": met.met,
            "judged": met.judged,
            "standards": met.total,
            "not_judged": met.unknown,
            "weight": met.weight_total,
            "weight_met": met.weight_met,
            "weight_not_judged": met.weight_unknown,
            "change": self.change,
        }


@dataclass(frozen=True)
class PointLine:
    """How the points of one standard in one department arose. `dimension` is None without one."""

    row: ScorecardRow
    dimension: str | None
    points: float | None
    why: str
    own_period: str | None

    @property
    def points_words(self) -> str:
        """`2 of 2`, `0 of 1`, `? of 3` where it is not known."""
        earned = "?" if self.points is None else f"{self.points:g}"
        return f"{earned} of {self.row.weight:g}"

    def as_json(self) -> dict[str, Any]:
        """A point of `attainment --format json`."""
        row = self.row
        return {
            "standard": row.standard,
            "title": row.title,
            "department": row.department,
            "dimension": self.dimension,
            "period": row.period.isoformat(),
            "grain": row.grain,
            "status": str(row.status),
            "points": self.points,
            "possible": row.weight,
            "why": self.why,
        }


@dataclass(frozen=True)
class AttainmentPage:
    """The scorecard figure of an organisation, or of one department, and what it is made of.

    departments   the points by department, in the organisation's order
    dimensions    the same points by quality dimension; standards without one stand at the end
    points        one line for each standard and department
    sentence      what the figure says, true of it
    """

    name: str
    department: str | None
    synthetic: bool
    period: Period
    whole: Kept
    departments: tuple[Kept, ...]
    dimensions: tuple[Kept, ...]
    points: tuple[PointLine, ...]
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """The object of `attainment --format json`."""
        return {
            "name": self.name,
            "department": self.department,
            "synthetic": self.synthetic,
            "period": self.period.start.isoformat(),
            "grain": self.period.grain,
            "sentence": self.sentence,
            "whole": self.whole.as_json(),
            "departments": [line.as_json() for line in self.departments],
            "dimensions": [line.as_json() for line in self.dimensions],
            "points": [point.as_json() for point in self.points],
        }


def attainment_page(
    organisation: Organisation, history: History, period: Period, department: str | None = None
) -> AttainmentPage | None:
    """The figure at the end of `period`, of the rows of `history`; None where there are none.

    They are rows of departments: each standard counts once for each department that reports it.
    Rows of the organisation as a whole would count the same cases twice and are refused
    (`attainment-twice`). `department` names the one they are all of, where they are of one.
    """
    rows = history.at(period)
    if not rows:
        return None
    now = [_entry(row, history) for row in rows]
    before = [_entry(row, history) for row in history.at(period.previous())]
    found = attainment(now)
    names = {each.id: each.name for each in organisation.departments}
    names[UNASSIGNED] = "Records without a department"
    whole = names.get(department, department) if department else organisation.name
    return AttainmentPage(
        name=whole,
        department=department,
        synthetic=organisation.synthetic,
        period=period,
        whole=Kept(department, whole, found.organisation, *_change(now, before)),
        departments=tuple(
            Kept(id, names.get(id or "", str(id)), met, *_change(now, before, department=id))
            for id, met in _ordered(found.departments, list(names))
        ),
        dimensions=tuple(
            Kept(id, dimension_name(id), met, *_change(now, before, dimension=id))
            for id, met in _ordered(found.dimensions, get_args(Dimension))
        ),
        points=tuple(
            PointLine(
                row,
                point.entry.dimension,
                point.points,
                point.why,
                None if (own := history.period_of(row)) == period else period_words(own),
            )
            for row, point in zip(rows, found.points, strict=True)
        ),
        sentence=_sentence(found.organisation, found.points),
    )


def asked_attainment(
    opened: Opened, period: str | None = None, department: str | None = None
) -> AttainmentPage | None:
    """The figure a person asks for in words: of the newest period judged, unless one is named.

    None where nothing was measured, or not in that period. Raises `department-unknown`,
    `period-unreadable`.
    """
    declarations = opened.declarations
    start = declarations.organisation.fiscal_year_start
    asked = opened.department(department)
    rows = scorecard_rows(declarations, opened.ledger, department=asked)
    mine = [row for row in rows if asked or row.department not in _OF_NOBODY]
    history = History(mine, start, declarations.standards)
    periods = choices(mine, start)
    if not periods:
        return None
    found = usual(periods, history)
    if period is not None:
        found = pick(periods, opened.period(period, periods[0].grain))
    if found is None:
        return None
    return attainment_page(declarations.organisation, history, found, asked)


def dimension_name(dimension: str | None) -> str:
    """`Reliability`; what is said of standards that declare none."""
    return dimension.capitalize() if dimension else NO_DIMENSION


def _entry(row: ScorecardRow, history: History) -> Entry:
    standard = history.standards.get(row.standard)
    dimension = standard.dimension if standard else None
    return Entry(row.standard, row.department, dimension, row.weight, row.status)


def _ordered(found: Mapping[str | None, Met], order: Sequence[str]) -> list[tuple[str | None, Met]]:
    """In the order given; what it does not name stands at the end, as it came."""
    return sorted(
        found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)
    )


def _alike(now: Iterable[Entry], before: Iterable[Entry]) -> bool:
    """Whether the same standards stand in both, and the same ones of them are judged."""
    return _held(now) == _held(before)


def _held(entries: Iterable[Entry]) -> dict[tuple[str, str | None], bool]:
    return {(each.standard, each.department): each.status.judged for each in entries}


def _change(
    now: Sequence[Entry], before: Sequence[Entry], **which: str | None
) -> tuple[float | None, str]:
    """The change in percentage points and in words, of the entries that have what is asked for."""
    here, then = (
        [each for each in entries if all(getattr(each, k) == v for k, v in which.items())]
        for entries in (now, before)
    )
    if not any(each.status.judged for each in then):
        return None, "none judged then"
    if not _alike(here, then):
        is_now, was = _held(here), _held(then)
        differ = sum(is_now.get(key, False) != was.get(key, False) for key in {*is_now, *was})
        reason = f"{differ:,} judged in one only" if differ else "other standards then"
        return None, f"not comparable: {reason}"
    after, earlier = attainment(here).organisation.share, attainment(then).organisation.share
    if after is None or earlier is None:
        return None, "of no weight"
    change = after - earlier
    amount = shown(abs(change), "percent")
    if not amount.strip("0."):
        return change, "as before"
    points = distance_words(amount, "percent").replace("percentage ", "")
    return change, f"{points} {'more' if change > 0 else 'less'}"


def _sentence(met: Met, points: Sequence[Point]) -> str:
    standards = counted(met.total, "standard")
    if not met.judged:
        return f"None of {standards} is judged, so it is not known how much is kept."
    if not met.unknown:
        are = "is" if met.met == 1 else "are"
        return (
            f"{_percent(met.share)} % of what is promised is kept, by weight: {met.met:,} of "
            f"{standards} {are} met, and all are judged."
        )
    missing = Counter(point.entry.status for point in points if not point.entry.status.judged)
    why = listed([f"{missing[status]:,} {status}" for status in Status if missing[status]])
    judged = counted(met.judged, "standard")
    return (
        f"Between {_percent(met.share)} and {_percent(met.best)} % of what is promised is kept, by "
        f"weight: {met.met:,} of {judged} judged {'is' if met.met == 1 else 'are'} met. "
        f"{met.unknown:,} more {'is' if met.unknown == 1 else 'are'} not judged ({why}): not met "
        f"at the lower end, met at the upper."
    )


def _percent(value: float | None) -> str:
    """Never 100 or 0 by rounding alone."""
    if value is None:
        return "–"
    end = 100.0 if value > 50 else 0.0
    return shown(value, "percent", end, "met" if value == end else "missed")
