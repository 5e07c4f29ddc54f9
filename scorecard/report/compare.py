"""Which units truly differ, and what drives the change: the view model of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scorecard.declare.load import Declarations
from scorecard.declare.metrics import AnyMetric
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.judge.funnel_result import FunnelUnit, Standing, outliers
from scorecard.judge.ranks import Rank
from scorecard.judge.shrinkage import ShrunkUnit
from scorecard.report.breakdown import PERSONS, measured_by
from scorecard.report.change import Change, change
from scorecard.report.compare_held import Held, held
from scorecard.report.compare_units import (
    DEPARTMENT,
    Unit,
    adds_over_departments,
    adds_over_periods,
    units,
)
from scorecard.report.compare_words import compare_sentence, evidence, many, scatter_words
from scorecard.report.history import History, choices, pick, usual
from scorecard.report.phrases import actual_words, grain_words, number_word, period_words
from scorecard.report.row import ScorecardRow, Value
from scorecard.report.span import Span, span
from scorecard.report.status_style import Style, style_of, styled

# The status of what has several expected values: of a topic in several departments, say.
SEVERAL = "several promises"
_NO_CHANGE = "The records hold no stretch of this length before it, so no change is shown."
PartsOf = Callable[[str], Sequence[ScorecardRow]]


@dataclass(frozen=True)
class CompareLine:
    """One unit: its figure, what it is held against, and its status against its own expected value.

    `estimate`, `low` and `high` (95 %) are in the metric's unit; None where nothing is estimated,
    with `why_no_estimate`. `rank` never goes without `rank_low` (best) and `rank_high`.
    """

    key: Value
    name: str
    row: ScorecardRow
    style: Style
    now: str
    standing: Standing | None
    evidence: str
    estimate: float | None
    low: float | None
    high: float | None
    why_no_estimate: str
    rank: Rank | None
    link: str | None

    def as_json(self) -> dict[str, Any]:
        """The unit as an object; unknown is null."""
        row, rank = self.row, self.rank
        return {
            "key": self.key,
            "name": self.name,
            "actual": row.actual,
            "n": row.n,
            "numerator": row.numerator,
            "denominator": row.denominator,
            "expected": row.expected,
            "status": self.style.word,
            "standing": str(self.standing) if self.standing else None,
            "evidence": self.evidence or None,
            "estimate": self.estimate,
            "estimate_low": self.low,
            "estimate_high": self.high,
            "rank": rank.rank if rank else None,
            "rank_low": rank.lowest if rank else None,
            "rank_high": rank.highest if rank else None,
            "ranked": rank.of if rank else None,
        }


@dataclass(frozen=True)
class ComparePage:
    """Everything the comparison of one standard shows.

    by          what is compared: "department" or a dimension; `bys` are all there are
    within      the department whose values are compared; None for the whole organisation
    lines       the best estimate first; those without data last
    held        the funnel with its limits, in the judge's unit; `held.why` where there is none
    learn, help the lines beyond the widest limits, farthest first
    target      the whole's expected value; None where there is none, or it changed
    changes     what drives the change, against the stretch before and against a year before;
                `no_change` says why there are none
    notes       what the reader must know: what was asked for and is not so, what is not complete
    """

    standard: Standard
    unit: str
    synthetic: bool
    organisation: str
    sentence: str
    by: str
    bys: tuple[str, ...]
    department: str | None
    within: str | None
    within_name: str
    period: Period | None
    choices: tuple[Period, ...]
    span: Span | None
    lasts: tuple[int, ...]
    lines: tuple[CompareLine, ...]
    held: Held
    learn: tuple[CompareLine, ...]
    help: tuple[CompareLine, ...]
    scatter: str
    target: float | None
    changes: tuple[Change, ...]
    no_change: str
    notes: tuple[str, ...]

    @property
    def why(self) -> str:
        """Why nothing is held against chance, where there are figures and the sentence is none."""
        return self.held.why if self.lines else ""

    @property
    def units_word(self) -> str:
        """The plural of what is compared: departments, topics."""
        return many(self.by)


def compare_page(
    declarations: Declarations,
    rows: Sequence[ScorecardRow],
    standard: Standard,
    *,
    period: date | None = None,
    last: int = 1,
    by: str | None = None,
    department: str | None = None,
    parts: PartsOf,
) -> ComparePage:
    """Compare the units of a standard over the `last` periods that end with `period`.

    `rows` are the scorecard's, of all periods; `parts` gives those of the standard by a dimension,
    of all reporters and periods. Without a period it is the newest that is judged. Without `by` the
    departments are compared, or the values of the first dimension where only one reports; with a
    dimension, those within `department` where it reports the standard, else of the whole. Persons
    are never compared.
    """
    organisation = declarations.organisation
    metric = declarations.metric(standard.metric)
    start = organisation.fiscal_year_start
    mine = [row for row in rows if row.standard == standard.id]
    names = {row.department: row.department_name for row in mine}
    reporting = [key for key in names if key is not None]
    dimensions = [each for each in measured_by(standard, declarations) if each not in PERSONS]
    bys = ([DEPARTMENT] if len(reporting) > 1 else []) + dimensions
    notes: list[str] = []
    chosen = by if by in bys else next(iter(bys), DEPARTMENT)
    if by in PERSONS:
        notes.append(f"Persons are not compared. Below it is compared by {chosen}.")
    elif by is not None and by not in bys:
        notes.append(f"This standard is not measured by {by}. Below it is compared by {chosen}.")
    within = _within(chosen, department, names)
    history = History(mine, start)
    periods = choices(mine, start)
    shown = pick(periods, period) or usual(periods, history)
    stretch = None
    if shown is not None:
        stretch = _stretch(shown, last, metric, mine, notes)
    compared, why = _rows(chosen, within, mine, parts, metric)
    found: tuple[Unit, ...] = ()
    if stretch is not None and not why:
        found = units(compared, chosen, stretch, declarations)
        notes += _unfinished(mine, stretch)
    against = held(found, metric) if not why else Held(1.0, why=why)
    unit = metric.unit
    lines = _sorted([_line(place, each, against, chosen) for place, each in enumerate(found)])
    out = outliers(against.funnel) if against.funnel and not against.funnel.reason else None
    named = {line.name: line for line in lines}
    within_name = names.get(within, organisation.name) if within else ""
    sentence = (
        compare_sentence(
            standard.title,
            stretch.words,
            chosen,
            against.funnel,
            unit,
            against.scale,
            within=within_name,
        )
        if stretch is not None and bys and not why
        else _nothing(standard, bys, why)
    )
    changes = (
        _changes(found, compared, chosen, stretch, metric, declarations)
        if found and stretch
        else []
    )
    return ComparePage(
        standard=standard,
        unit=unit,
        synthetic=organisation.synthetic,
        organisation=organisation.name,
        sentence=f"Synthetic data: {sentence[0].lower()}{sentence[1:]}"
        if organisation.synthetic
        else sentence,
        by=chosen,
        bys=tuple(bys),
        department=department if department in names else None,
        within=within,
        within_name=within_name,
        period=shown,
        choices=tuple(periods),
        span=stretch,
        lasts=(1, 12) if adds_over_periods(metric) else (1,),
        lines=tuple(lines),
        held=against,
        learn=tuple(named[each.name] for each in out.better) if out else (),
        help=tuple(named[each.name] for each in out.worse) if out else (),
        scatter=scatter_words(against.funnel, chosen) if against.funnel else "",
        target=_target(mine, within, stretch),
        changes=tuple(changes),
        no_change=_NO_CHANGE if found and bys and not changes else "",
        notes=tuple(notes),
    )


def _within(by: str, department: str | None, names: dict[str | None, str]) -> str | None:
    if by == DEPARTMENT:
        return None
    if department in names:
        return department
    return None if None in names else next(iter(names), None)


def _stretch(
    shown: Period, last: int, metric: AnyMetric, rows: Sequence[ScorecardRow], notes: list[str]
) -> Span:
    if last > 1 and not adds_over_periods(metric):
        notes.append(
            "Figures of this metric do not add up over periods, so one is compared: "
            f"{period_words(shown)}."
        )
        last = 1
    first = min(row.period for row in rows if row.period <= shown.start)
    asked = span(shown, last).periods
    there = tuple(each for each in asked if each.start >= first)
    if len(there) < len(asked):
        notes.append(
            f"The records begin with {period_words(there[0])}, so "
            f"{number_word(len(there))} {grain_words(shown.grain, len(there))} are compared and "
            f"not {number_word(len(asked))}."
        )
    return Span(there)


def _rows(
    by: str,
    within: str | None,
    mine: Sequence[ScorecardRow],
    parts: PartsOf,
    metric: AnyMetric,
) -> tuple[list[ScorecardRow], str]:
    """The rows that are compared, and why there are none."""
    if by == DEPARTMENT:
        return [row for row in mine if row.department is not None], ""
    found = list(parts(by))
    own = [row for row in found if row.department == within]
    if own or within is not None:
        return own, ""
    if not adds_over_departments(metric):
        return [], (
            f"By {by} it is measured within departments only, and such figures do not add up: "
            "choose a department."
        )
    return found, ""


def _unfinished(rows: Sequence[ScorecardRow], stretch: Span) -> list[str]:
    open_ = {row.period for row in rows if row.period in stretch.starts and not row.complete}
    named = [period_words(each) for each in stretch.periods if each.start in open_]
    return [f"Not complete yet, so figures may still change: {', '.join(named)}."] if named else []


def _line(place: int, unit: Unit, against: Held, by: str) -> CompareLine:
    judged: FunnelUnit | None = None
    estimated: ShrunkUnit | None = None
    rank: Rank | None = None
    text = ""
    if against.funnel is not None:
        judged, estimated = against.funnel.units[place], against.estimates[place]
        rank = against.ranks[place]
        text = evidence(judged, against.funnel, unit.row.unit, against.scale)
    interval = estimated.interval if estimated else None
    scale = against.scale
    shrunk = estimated.shrunk if estimated else None
    return CompareLine(
        key=unit.key,
        name=unit.name,
        row=unit.row,
        style=styled("unknown", SEVERAL) if unit.several else style_of(unit.row.status),
        now=actual_words(unit.row),
        standing=judged.standing if judged else None,
        evidence=text,
        estimate=None if shrunk is None else scale * shrunk,
        low=scale * interval.lower if interval else None,
        high=scale * interval.upper if interval else None,
        why_no_estimate=(estimated.reason or "") if estimated and shrunk is None else "",
        rank=rank if rank and rank.rank is not None else None,
        link=str(unit.key) if by == DEPARTMENT else None,
    )


def _sorted(lines: Sequence[CompareLine]) -> list[CompareLine]:
    """The best first by estimate (by figure where there is none), those without data last."""

    def place(line: CompareLine) -> tuple[bool, float, str]:
        value = line.row.actual if line.estimate is None else line.estimate
        sign = -1.0 if line.row.better == "higher" else 1.0
        return line.row.actual is None, sign * (value or 0.0), line.name

    return sorted(lines, key=place)


def _target(rows: Sequence[ScorecardRow], within: str | None, stretch: Span | None) -> float | None:
    """The expected value of the whole (or of the department) throughout the stretch."""
    if stretch is None:
        return None
    expected = {
        row.expected for row in rows if row.department == within and row.period in stretch.starts
    }
    return expected.pop() if len(expected) == 1 else None


def _changes(
    found: Sequence[Unit],
    rows: Sequence[ScorecardRow],
    by: str,
    stretch: Span,
    metric: AnyMetric,
    declarations: Declarations,
) -> list[Change]:
    known = {row.period for row in rows if row.actual is not None}
    against = [each for each in (stretch.before(), stretch.year_before()) if each.within(known)]
    made: list[Change] = []
    for each in dict.fromkeys(against):
        before = units(rows, by, each, declarations)
        found_change = change(before, found, metric, each.words, stretch.words, by)
        # A kind of figure that cannot be divided is refused once.
        if not any(one.why and one.why == found_change.why for one in made):
            made.append(found_change)
    return made


def _nothing(standard: Standard, bys: Sequence[str], why: str) -> str:
    if why:
        return why
    if not bys:
        return (
            f"“{standard.title}” is reported by one department and broken down by nothing, so "
            "there is nothing to compare."
        )
    return "Nothing has been measured yet: import records, then measure."
