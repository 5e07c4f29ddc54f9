"""Binding metrics to their sources: the function is called once, with the source's columns."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from scorecard.declare.arguments import metric_arguments
from scorecard.declare.example_check import example_mistakes
from scorecard.declare.metrics import UNITS, AnyFunction, Better, Metric, MetricFunction
from scorecard.declare.python_files import as_mistake
from scorecard.declare.python_lines import argument_line
from scorecard.declare.sources import Source
from scorecard.declare.suggest import hint, nearest
from scorecard.declare.units import fitting_units
from scorecard.declare.vocabulary import Aggregate, Expression, Row, Stock, Type
from scorecard.errors import DeclarationError, DeclarationErrors, ScorecardError

_INSTANTS = ("timestamp", "date")


def bind_metric(function: MetricFunction, sources: Mapping[str, Source]) -> Metric:
    """The metric that `@metric` declared, over the columns of its source.

    Its title is the function's name in words unless one is given, its description the first
    paragraph of the docstring. Raises DeclarationErrors with every mistake found.
    """
    return _MetricBinding(function, sources).bind()


@dataclass
class Binding:
    """A function under `@metric` or `@derived`, and the mistakes found in it so far."""

    function: AnyFunction

    def __post_init__(self) -> None:
        self.mistakes: list[ScorecardError] = []

    def refuse(
        self, code: str, message: str, keyword: str | None = None, hint: str | None = None
    ) -> None:
        """Note a mistake, on the line of the argument `keyword` where one is named."""
        file, line = self.function.file, self.function.line
        if keyword is not None:
            line = argument_line(file, line, keyword)
        self.mistakes.append(DeclarationError(code, message, file=file, line=line, hint=hint))

    def refuse_unit(self, gives: str, fitting: tuple[str, ...], more: str = "") -> None:
        """Note it where the declared unit is none of those that fit what the figure `gives`."""
        unit = self.function.unit
        if unit in UNITS and unit not in fitting:
            self.refuse(
                "unit-mismatch",
                f"The unit is {unit!r}, but {gives} gives {' or '.join(fitting)}.",
                "unit",
                hint=f'Write unit="{fitting[0]}".{more}',
            )

    def words(self) -> dict[str, Any]:
        """What every metric declares, for its constructor, with every mistake in it noted.

        Raises DeclarationErrors where an argument is not even of the right kind.
        """
        function = self.function
        self.mistakes += metric_arguments(function)
        if self.mistakes:
            raise DeclarationErrors(self.mistakes)
        self.check_arguments()
        description = inspect.getdoc(function.function)
        if not description:
            self.refuse(
                "docstring-missing",
                f"The metric {function.name!r} does not say what it measures.",
                hint="Write a sentence in quotes under its def line.",
            )
        return {
            "name": function.name,
            "title": function.title or function.name.replace("_", " ").strip().capitalize(),
            "description": " ".join((description or "").split("\n\n")[0].split()),
            "unit": function.unit,
            "better": function.better,
            "min_n": function.min_n,
            "decimals": function.decimals,
            "file": function.file,
            "line": function.line,
        }

    def check_arguments(self) -> None:
        """Note a unit, direction, min_n or decimals that there cannot be."""
        function = self.function
        if function.unit not in UNITS:
            self.refuse(
                "unit-unknown",
                f"There is no unit {function.unit!r}.",
                "unit",
                hint=hint(function.unit, UNITS, "Units are"),
            )
        if function.better not in get_args(Better):
            near = nearest(function.better, get_args(Better))
            self.refuse(
                "better-unknown",
                f'better is "higher" or "lower", not {function.better!r}.',
                "better",
                hint=f"Did you mean {near!r}?" if near else None,
            )
        # Left open, it is that of what a derived metric rests on.
        left_open = function.min_n is None and not isinstance(function, MetricFunction)
        if not left_open and (not whole(function.min_n) or (function.min_n or 0) < 1):
            self.refuse(
                "min-n-invalid",
                f"min_n is a whole number of rows, 1 or more, not {function.min_n!r}.",
                "min_n",
            )
        if function.decimals is not None and (
            not whole(function.decimals) or function.decimals < 0
        ):
            self.refuse(
                "decimals-invalid",
                f"decimals is a whole number, 0 or more, not {function.decimals!r}.",
                "decimals",
            )


@dataclass
class _MetricBinding(Binding):
    function: MetricFunction  # pyright: ignore[reportIncompatibleVariableOverride]
    sources: Mapping[str, Source]

    def bind(self) -> Metric:
        function = self.function
        words = self.words()
        aggregate = None
        source = self.sources.get(function.source)
        if source is None:
            self.refuse(
                "source-unknown",
                f"There is no source {function.source!r}.",
                "source",
                hint=hint(function.source, self.sources),
            )
        else:
            self.check_time(source)
            self.mistakes += example_mistakes(function.examples, source)
            aggregate = self.call(source)
        if self.mistakes or aggregate is None:
            raise DeclarationErrors(self.mistakes)
        return Metric(
            **words,
            source=function.source,
            at=function.at,
            aggregate=aggregate,
            examples=tuple(function.examples),
            approximate=function.approximate,
        )

    def check_time(self, source: Source) -> None:
        at = self.function.at
        if at not in source.columns:
            times = [name for name in source.columns if source.type_of(name) in _INSTANTS]
            near = nearest(at, times) or nearest(at, source.columns)
            self.refuse(
                "at-unknown",
                f"The source {source.name!r} has no column {at!r} to tell a row's period by.",
                "at",
                hint=f"Did you mean {near!r}?" if near else hint(at, times, "Its times are"),
            )
        elif source.type_of(at) not in _INSTANTS:
            times = [name for name in source.columns if source.type_of(name) in _INSTANTS]
            self.refuse(
                "at-not-a-time",
                f"The column {at!r} holds {source.type_of(at)}, which tells no period.",
                "at",
                hint=f"The times of {source.name!r} are {', '.join(times)}." if times else None,
            )

    def call(self, source: Source) -> Aggregate | None:
        function = self.function
        try:
            result = function.function(row_of(source))
        except Exception as error:
            self.mistakes.append(as_mistake(error, function.file, function.line))
            return None
        if not isinstance(result, Aggregate):
            kind = "a value of each row" if isinstance(result, Expression) else repr(result)
            self.refuse(
                "not-an-aggregate",
                f"The metric {function.name!r} gives {kind}, not one figure for all rows.",
                hint="Return one of count(), sum(), share(), mean(), median(), percentile(), "
                "distinct(), spread(), ratio(), rate(), backlog() or age_of_open().",
            )
            return None
        if isinstance(result, Stock) and result.entered.name != function.at:
            self.refuse(
                "stock-clock",
                f"What is open is told by {result.entered.name!r}, but periods by {function.at!r}.",
                "at",
                hint=f'Write at="{result.entered.name}".',
            )
        fitting = fitting_units(result, source)
        if fitting is not None:
            ratio = " For a percentage write share()." if function.unit == "percent" else ""
            self.refuse_unit(f"{type(result).__name__.lower()}() here", fitting, ratio)
        return result


def row_of(source: Source) -> Row:
    """`r`: the columns of a source with their types."""
    types: dict[str, Type] = {name: source.type_of(name) for name in source.columns}
    return Row(source.name, types, nearest)


def whole(value: object) -> bool:
    """Whether it is a whole number; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)
