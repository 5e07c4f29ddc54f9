"""How a derived figure was worked out: the formula, and every figure that went in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scorecard.declare.derived import Derived
from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Metric, Unit
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard, scope_text
from scorecard.ledger.session import Ledger
from scorecard.measure.derived import inputs
from scorecard.measure.plan import columns
from scorecard.report.explain import Explanation, chosen_row, explain, find_standard
from scorecard.report.formula_words import formula_words
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import Known, known, reporters
from scorecard.workspace import Workspace


@dataclass(frozen=True)
class InputFigure:
    """One measured figure that went in; None and 0 where nothing was counted in the period."""

    period: date
    label: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int


@dataclass(frozen=True)
class InputFigures:
    """One measured metric that went in, oldest period first.

    `standard` is one that asks for the metric of the same rows by the same period, so that it can
    be explained in turn. None where no standard does.
    """

    metric: str
    title: str
    unit: Unit
    source: str
    standard: str | None
    figures: tuple[InputFigure, ...]


@dataclass(frozen=True)
class DerivedExplanation:
    """One figure of a derived metric: `formula` as it is written, `words` as it reads."""

    row: ScorecardRow
    description: str
    formula: str
    words: str
    definition: str
    fingerprint: str
    inputs: tuple[InputFigures, ...]
    synthetic: bool


def explain_any(
    declarations: Declarations,
    ledger: Ledger,
    workspace: Workspace,
    standard: str,
    *,
    department: str | None = None,
    period: date | None = None,
    as_of: datetime | None = None,
    sample: int = 20,
) -> Explanation | DerivedExplanation:
    """Explain the figure of a standard, whatever its metric is; arguments and refusals as of
    `explain`."""
    one = find_standard(declarations, standard)
    metric = declarations.metric(one.metric)
    if isinstance(metric, Derived):
        row = chosen_row(declarations, ledger, one, department, period, as_of)
        return _explained(declarations, one, metric, row, known(declarations, ledger, as_of))
    return explain(
        declarations,
        ledger,
        workspace,
        standard,
        department=department,
        period=period,
        as_of=as_of,
        sample=sample,
    )


def _explained(
    declarations: Declarations,
    standard: Standard,
    metric: Derived,
    row: ScorecardRow,
    facts: Known,
) -> DerivedExplanation:
    periods: dict[Metric, set[int]] = {}
    for measured, back in inputs(metric.formula):
        periods.setdefault(measured, set()).add(back)
    words = formula_words(metric.formula, standard.period)
    return DerivedExplanation(
        row=row,
        description=metric.description,
        formula=metric.formula.text,
        words=f"{words[0].upper()}{words[1:]}.",
        definition=metric.definition,
        fingerprint=metric.fingerprint,
        inputs=tuple(
            InputFigures(
                measured.name,
                measured.title,
                measured.unit,
                measured.source,
                _asking(declarations, measured, standard, row, facts),
                _figures(declarations, standard, measured, row, backs, facts),
            )
            for measured, backs in periods.items()
        ),
        synthetic=declarations.organisation.synthetic,
    )


def _figures(
    declarations: Declarations,
    standard: Standard,
    metric: Metric,
    row: ScorecardRow,
    backs: set[int],
    facts: Known,
) -> tuple[InputFigure, ...]:
    names = tuple(standard.where)
    own = columns(names, declarations.sources[metric.source])
    scope = scope_text({to: standard.where[name] for name, to in zip(names, own, strict=True)})
    held = facts.figures.get((metric.name, row.grain, row.department, scope), {})
    found: list[InputFigure] = []
    period = Period(row.period, row.grain, declarations.organisation.fiscal_year_start)
    for back in range(max(backs) + 1):
        if back in backs:
            figure = held.get(period.start)
            found.append(
                InputFigure(
                    period.start,
                    period.label,
                    figure.value if figure else None,
                    figure.numerator if figure else None,
                    figure.denominator if figure else None,
                    figure.n if figure else 0,
                )
            )
        period = period.previous()
    return tuple(reversed(found))


def _asking(
    declarations: Declarations, metric: Metric, like: Standard, row: ScorecardRow, facts: Known
) -> str | None:
    """A standard of the same rows and periods that the same department reports."""
    for one in declarations.standards.values():
        same = (one.metric, one.period, one.where) == (metric.name, like.period, like.where)
        if same and row.department in reporters(one, declarations, facts):
            return one.id
    return None
