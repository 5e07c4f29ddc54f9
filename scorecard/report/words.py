"""A metric in plain English: what is counted, out of what, and what is left out.

The words are made from the metric's own tree, so they say what the figure does and nothing else.
Columns stand in quotes, as the records name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scorecard.declare.metrics import Metric
from scorecard.declare.vocabulary import (
    AgeOfOpen,
    Aggregate,
    And,
    Arithmetic,
    Backlog,
    Column,
    Comparison,
    Constant,
    Contains,
    Count,
    Distinct,
    Elapsed,
    Expression,
    Known,
    KnownUntil,
    Mean,
    Not,
    Or,
    Percentile,
    Rate,
    Ratio,
    Rounded,
    Share,
    Spread,
    Stock,
    Sum,
    Tally,
    Working,
)
from scorecard.report.phrases import listed

_TIMES = {
    "<=": "is no later than",
    "<": "is before",
    ">=": "is no earlier than",
    ">": "is after",
    "=": "is the same as",
    "!=": "is not the same as",
}
_AMOUNTS = {
    "<=": "is at most",
    "<": "is less than",
    ">=": "is at least",
    ">": "is more than",
    "=": "is",
    "!=": "is not",
}
_OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "=": "!=", "!=": "="}
_CALCULATION = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_ALL = "all records"
_PERCENTAGE = "the numerator as a percentage of the denominator"


@dataclass(frozen=True)
class DefinitionWords:
    """A metric in sentences: the figure, what is on top, what it is out of, what is left out, and
    which period a record belongs to. `denominator` is empty for a figure that is no fraction."""

    figure: str
    numerator: str
    denominator: str
    exclusions: str
    placed: str


def definition_words(
    metric: Metric, where: Mapping[str, str | int | float | bool] | None = None
) -> DefinitionWords:
    """The metric, for the records that `where` (dimension or column = value) keeps, in words."""
    scope = scope_words(where or {})
    figure, numerator, denominator = _figure(metric.aggregate)
    if scope:
        denominator = f"{denominator}, only where {scope}" if denominator else f"only where {scope}"
    return DefinitionWords(
        figure=_sentence(figure),
        numerator=_sentence(numerator),
        denominator=_sentence(denominator),
        exclusions=_sentence(_exclusions(metric.aggregate, metric.at)),
        placed="A record counts at the end of every period in which it stands open."
        if isinstance(metric.aggregate, Stock)
        else f"A record belongs to the period in which its {_column(metric.at)} falls.",
    )


def scope_words(where: Mapping[str, str | int | float | bool]) -> str:
    """The conditions of a standard's `where` inside a sentence; empty for the whole."""
    return listed([f"{_column(name)} is {_value(value)}" for name, value in where.items()])


def expression_words(node: Expression) -> str:
    """An expression as it reads inside a sentence: `“closed at” is no later than “due at”`."""
    match node:
        case Column():
            return _column(node.name)
        case Constant():
            return _value(node.value)
        case KnownUntil():
            return "the latest moment the records know"
        case Elapsed():
            start, end = expression_words(node.start), expression_words(node.end)
            return f"the {node.unit} from {start} to {end}"
        case Working():
            start, end = expression_words(node.start), expression_words(node.end)
            return f"the working {node.unit} from {start} to {end}"
        case Arithmetic():
            return " ".join((_part(node.left), _CALCULATION[node.operator], _part(node.right)))
        case Rounded():
            return f"{_part(node.value)} rounded to {node.decimals} decimals"
        case Tally():
            return f"how many of these hold: {'; '.join(map(_condition, node.conditions))}"
        case Comparison():
            return _comparison(node, node.operator)
        case Known():
            return f"{expression_words(node.value)} is known"
        case Contains():
            return f"{expression_words(node.value)} contains {_value(node.part)}"
        case Not():
            return _opposite(node.condition)
        case And():
            return listed([_nested(part, And) for part in _flat(node, And)])
        case Or():
            return listed([_nested(part, Or) for part in _flat(node, Or)], "or")
        case _:
            raise AssertionError(f"no words for {type(node).__name__}")


def _opposite(node: Expression) -> str:
    match node:
        case Known():
            return f"{expression_words(node.value)} is missing"
        case Not():
            return expression_words(node.condition)
        case Comparison():
            return _comparison(node, _OPPOSITE[node.operator])
        case Contains():
            return f"{expression_words(node.value)} does not contain {_value(node.part)}"
        case And():
            return listed([_bracketed(part) for part in _flat(node, And)], "or")
        case Or():
            return listed([_bracketed(part) for part in _flat(node, Or)])
        case Column():
            return f"{_column(node.name)} is no"
        case _:
            return f"it is not so that {expression_words(node)}"


def _comparison(node: Comparison, operator: str) -> str:
    words = _TIMES if node.left.type in ("timestamp", "date") else _AMOUNTS
    return f"{_part(node.left)} {words[operator]} {_part(node.right)}"


def _bracketed(node: Expression) -> str:
    words = _opposite(node)
    return f"({words})" if isinstance(node, And | Or) else words


def _nested(node: Expression, outer: type[And] | type[Or]) -> str:
    if isinstance(node, Column):
        return f"{_column(node.name)} is yes"
    words = expression_words(node)
    inner = node.condition if isinstance(node, Not) else node
    return f"({words})" if isinstance(inner, And | Or) and not isinstance(node, outer) else words


def _part(node: Expression) -> str:
    words = expression_words(node)
    return f"({words})" if isinstance(node, Arithmetic) else words


def _flat(node: Expression, kind: type[And] | type[Or]) -> list[Expression]:
    """The parts of a chain: `a & b & c` is built as a pair of a pair, and reads as three."""
    if not isinstance(node, kind):
        return [node]
    found = [part for condition in node.conditions for part in _flat(condition, kind)]
    unique: dict[str, Expression] = {}
    for part in found:
        unique.setdefault(repr(part.describe()), part)
    return list(unique.values())


def _condition(node: Expression) -> str:
    return _nested(node, And)


def _figure(aggregate: Aggregate) -> tuple[str, str, str]:
    """The figure, its numerator and its denominator, each to be begun with a capital."""
    match aggregate:
        case Share() if aggregate.counted:
            assert aggregate.of is not None
            top, whole = expression_words(aggregate.part), expression_words(aggregate.of)
            only = "" if aggregate.where is None else f" over {_records(aggregate.where)}"
            return _PERCENTAGE, f"the sum of {top}{only}", f"the sum of {whole}{only}"
        case Share():
            top = f"of the denominator, those where {_condition(aggregate.part)}"
            return _PERCENTAGE, top, _records(aggregate.of)
        case Count():
            return "how many records", _records(aggregate.where), ""
        case Sum():
            return "the sum", f"the sum of {_over(aggregate.value, aggregate.where)}", ""
        case Mean():
            return (
                "the mean: the numerator divided by the denominator",
                f"the sum of {_over(aggregate.value, aggregate.where)}",
                "the number of those records",
            )
        case Percentile():
            share = f"{100 * aggregate.q:g} %"
            kind = "the median" if aggregate.q == 0.5 else f"the {share} percentile"
            return (
                f"{kind}: the value that {share} of the records stay within",
                _over(aggregate.value, aggregate.where),
                "",
            )
        case Backlog():
            return "how many are open at the end of the period", _open(aggregate), ""
        case AgeOfOpen():
            return (
                "the mean age of what is open: the numerator divided by the denominator",
                f"the {aggregate.unit} from {expression_words(aggregate.entered)} to the end of "
                f"the period, summed over the {_open(aggregate)}",
                "the number of those records",
            )
        case Distinct():
            return "how many different values", _over(aggregate.value, aggregate.where), ""
        case Spread():
            return (
                "the standard deviation: how far the values lie from their mean (n - 1)",
                _over(aggregate.value, aggregate.where),
                "",
            )
        case Rate():
            top, bottom = _figure(aggregate.top)[1], _figure(aggregate.bottom)[1]
            return f"the numerator for every {aggregate.per:,.15g} of the denominator", top, bottom
        case Ratio():
            top, bottom = _figure(aggregate.top)[1], _figure(aggregate.bottom)[1]
            return "the numerator divided by the denominator", top, bottom
        case _:
            raise AssertionError(f"no words for {type(aggregate).__name__}")


def _records(condition: Expression | None) -> str:
    return _ALL if condition is None else f"records where {_condition(condition)}"


def _open(aggregate: Stock) -> str:
    entered, left = expression_words(aggregate.entered), expression_words(aggregate.left)
    words = [f"{entered} is before the end of the period", f"{left} is not"]
    if aggregate.overdue is not None:
        words.append(f"{expression_words(aggregate.overdue)} is before it")
    if aggregate.where is not None:
        words += [_nested(part, And) for part in _flat(aggregate.where, And)]
    return f"records where {listed(words)}"


def _over(value: Expression, where: Expression | None) -> str:
    return f"{expression_words(value)} over {_records(where)}"


def _exclusions(aggregate: Aggregate, at: str) -> str:
    placed = Known(Column(at, "timestamp"))
    rows = aggregate.rows()
    needed = [placed, *(_flat(rows, And) if rows is not None else [])]
    out: dict[str, None] = {}
    uncertain = False
    for condition in needed:
        for part in _missing(condition):
            out.setdefault(part, None)
        uncertain = uncertain or not isinstance(condition, Known)
    text = f"records where {listed(list(out), 'or')}"
    return f"{text}, or where that cannot be told because a value is missing" if uncertain else text


def _missing(condition: Expression) -> list[str]:
    """What excludes a record: for a calculated value, each column it needs."""
    if isinstance(condition, Known) and not isinstance(condition.value, Column):
        return [f"{_column(name)} is missing" for name in sorted(condition.columns())]
    return [_bracketed(condition)]


def _column(name: str) -> str:
    return f"“{name.replace('_', ' ')}”"


def _value(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{value}"' if isinstance(value, str) else f"{value:,.15g}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""
