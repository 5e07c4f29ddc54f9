"""A standard's page: the promise, what it means exactly, how it went, and where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.declare.derived import Derived
from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.organisation import Organisation
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.report.behaviour import Behaviour, behaviour_of
from scorecard.report.breakdown import PERSONS
from scorecard.report.cells import Line, line
from scorecard.report.chart import Chart, chart, interval_words
from scorecard.report.formula_words import derived_definition
from scorecard.report.history import History, choices, pick, usual
from scorecard.report.part_lines import PartTable, part_table
from scorecard.report.phrases import counted, day_words, distance_words, plain, with_unit
from scorecard.report.row import ScorecardRow
from scorecard.report.sentence import standard_sentence
from scorecard.report.words import DefinitionWords, definition_words


@dataclass(frozen=True)
class ExpectedStep:
    """One entry in the history of the expected value, as words."""

    since: str
    value: str
    tolerance: str
    source: str


@dataclass(frozen=True)
class StandardPage:
    """Everything a standard's page shows. `reporters` are (department id or None, name) pairs."""

    id: str
    title: str
    promise: str
    promised: str
    synthetic: bool
    department: str | None
    department_name: str
    reporters: tuple[tuple[str | None, str], ...]
    owner: str | None
    review: str | None
    period: Period | None
    choices: tuple[Period, ...]
    sentence: str
    definition: DefinitionWords
    description: str
    steps: tuple[ExpectedStep, ...]
    now: Line | None
    basis: str
    behaviour: Behaviour | None
    chart: Chart
    broken_down: tuple[PartTable, ...]
    rows: tuple[ScorecardRow, ...]


PartsOf = Callable[[str, str | None, date], Sequence[ScorecardRow]]


def standard_page(
    organisation: Organisation,
    standard: Standard,
    metric: Metric | Derived,
    rows: Sequence[ScorecardRow],
    *,
    department: str | None = None,
    period: date | None = None,
    parts: PartsOf | None = None,
) -> StandardPage:
    """The page of `standard` for a department, or for the whole organisation.

    Where the department named does not report the standard, it is the first that does: the whole
    organisation for a shared one. `rows` may hold other standards' rows too. `parts` gives, for a
    dimension of the standard's `by`, a reporter and a period's first day, the rows by its values.
    Persons are never shown.
    """
    start = organisation.fiscal_year_start
    mine = [row for row in rows if row.standard == standard.id]
    names = {row.department: row.department_name for row in mine}
    who = department if department in names else next(iter(names), None)
    history = History(
        (row for row in mine if row.department == who), start, {standard.id: standard}
    )
    told = history.of((standard.id, who))
    periods = choices(told, start)
    shown = pick(periods, period) or usual(periods, history)
    # What came after the period shown was not known in it: it belongs to no sentence and no chart.
    until = [row for row in told if shown is None or row.period <= shown.start]
    now = next((row for row in told if shown and row.period == shown.start), None)
    override = standard.overrides.get(who) if who else None
    name = names.get(who, organisation.name)
    return StandardPage(
        id=standard.id,
        title=standard.title,
        promise=standard.promise.text if standard.promise else standard.title,
        promised=_promised(standard, metric),
        synthetic=organisation.synthetic,
        department=who,
        department_name=name,
        reporters=tuple(names.items()),
        owner=(override.owner if override else None) or standard.owner,
        review=day_words(standard.review) if standard.review else None,
        period=shown,
        choices=tuple(periods),
        sentence=standard_sentence(now, history, synthetic=organisation.synthetic),
        definition=derived_definition(metric, standard)
        if isinstance(metric, Derived)
        else definition_words(metric, standard.where),
        description=metric.description,
        steps=tuple(_steps(standard, metric, who)),
        now=line(now, history, shown) if now and shown else None,
        basis=_basis(now),
        behaviour=behaviour_of(now, history) if now else None,
        chart=chart(f"{standard.title}: {name}", until, history, synthetic=organisation.synthetic),
        broken_down=tuple(_broken_down(standard, who, shown, parts)),
        rows=tuple(told),
    )


def _broken_down(
    standard: Standard, who: str | None, shown: Period | None, parts: PartsOf | None
) -> Iterator[PartTable]:
    if shown is None or parts is None:
        return
    for by in standard.by:
        if by in PERSONS:
            continue
        table = part_table(by, parts(by, who, shown.start))
        if table is not None:
            yield table


def _promised(standard: Standard, metric: AnyMetric) -> str:
    if standard.promise is None or standard.promise.value is None:
        return ""
    return with_unit(plain(standard.promise.value), metric.unit)


def _steps(standard: Standard, metric: AnyMetric, department: str | None) -> list[ExpectedStep]:
    override = standard.overrides.get(department) if department else None
    values = override.expected if override else standard.expected
    steps: list[ExpectedStep] = []
    for entry in sorted(values, key=lambda each: each.from_):
        side = "at least" if entry.at_least is not None else "at most"
        near = distance_words(plain(entry.tolerance), metric.unit) if entry.tolerance else "–"
        steps.append(
            ExpectedStep(
                since=day_words(entry.from_),
                value="withdrawn"
                if entry.withdrawn
                else f"{side} {with_unit(plain(entry.value), metric.unit)}",
                tolerance=near,
                source=entry.source or "–",
            )
        )
    return steps


def _basis(row: ScorecardRow | None) -> str:
    """What the figure rests on: `9,823 of 12,005 records; 95 % interval 81.1 to 82.5 %`."""
    if row is None or not row.n:
        return "No records."
    interval = interval_words(row)
    tail = f"; 95 % interval {interval}" if interval else ""
    if row.unit == "percent" and row.numerator is not None and row.denominator is not None:
        return f"{row.numerator:,.15g} of {row.denominator:,.15g}{tail}."
    return f"{counted(row.n, 'record')}{tail}."
