"""A derived metric in plain English: which figures it is worked out from, and how."""

from __future__ import annotations

from scorecard.declare.derived import (
    ChangePercent,
    Combined,
    Derived,
    Formula,
    Input,
    Previous,
    Quotient,
    Rolling,
)
from scorecard.declare.periods import Grain
from scorecard.declare.standards import Standard
from scorecard.report.phrases import listed
from scorecard.report.words import DefinitionWords, scope_words


def formula_words(formula: Formula, grain: Grain) -> str:
    """A formula as it reads inside a sentence: `“Contacts” divided by “Requests closed”`."""

    def words(part: Formula) -> str:
        return formula_words(part, grain)

    match formula:
        case Input():
            return f"“{formula.metric.title}”"
        case Quotient():
            top, bottom = _part(formula.top, grain), _part(formula.bottom, grain)
            if formula.every == 1:
                return f"{top} divided by {bottom}"
            return f"{top} for every {formula.every:,.15g} of {bottom}"
        case Combined(right=Previous() as earlier) if earlier.figure is formula.left:
            return f"{_part(formula.left, grain)} less what it was {_ago(earlier.periods, grain)}"
        case Combined():
            operator = "plus" if formula.operator == "+" else "less"
            return f"{words(formula.left)} {operator} {_part(formula.right, grain)}"
        case Rolling():
            stretch = _periods(formula.periods, grain)
            return f"{_part(formula.figure, grain)} over {stretch} together"
        case Previous():
            return f"{_part(formula.figure, grain)} as it was {_ago(formula.periods, grain)}"
        case ChangePercent():
            figure = _part(formula.figure, grain)
            return f"how many percent {figure} is above what it was {_ago(formula.periods, grain)}"
        case _:
            raise AssertionError(f"no words for {type(formula).__name__}")


def derived_definition(metric: Derived, standard: Standard) -> DefinitionWords:
    """The metric in sentences, for the scope and period of a standard."""
    words = formula_words(metric.formula, standard.period)
    scope = scope_words(standard.where)
    only = f", only where {scope}" if scope else ""
    named = listed([f"“{one.title}”" for one in metric.measured])
    return DefinitionWords(
        figure=f"{words[0].upper()}{words[1:]}{only}.",
        numerator="",
        denominator="",
        exclusions="",
        placed=f"Worked out from the figures of {named}, period by period: "
        "what counts in them counts here.",
    )


def _part(figure: Formula, grain: Grain) -> str:
    words = formula_words(figure, grain)
    return words if isinstance(figure, Input) else f"({words})"


def _periods(number: int, grain: Grain) -> str:
    return f"{number:,} {grain.replace('_', ' ')}{'' if number == 1 else 's'}"


def _ago(number: int, grain: Grain) -> str:
    return f"{_periods(number, grain)} before"
