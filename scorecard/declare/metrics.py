"""Metrics as code: a function over the columns of one source, with unit and direction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from scorecard.declare.vocabulary import Aggregate, Row, Share

Unit = Literal["percent", "count", "number", "seconds", "minutes", "hours", "days", "weeks"]
UNITS: tuple[Unit, ...] = get_args(Unit)
Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Example:
    """Rows, and the figure the metric must give for them.

    `known_until` is what `known_until()` stands for, ISO 8601; `within` how far the figure may lie
    from what is expected. Unless they are given, the rows and the way `expect` is written decide.
    """

    rows: list[dict[str, Any]]
    expect: float | None
    file: Path
    line: int
    known_until: str | None = None
    within: float | None = None


@dataclass(frozen=True, eq=False)
class AnyFunction:
    """What `@metric` or `@derived` makes of a function, before it is bound."""

    function: Callable[[Any], Any]
    unit: str
    better: str
    min_n: int | None
    decimals: int | None
    title: str | None
    file: Path
    line: int

    @property
    def name(self) -> str:
        """The function's name is the metric's."""
        return self.function.__name__


@dataclass(frozen=True, eq=False)
class DerivedFunction(AnyFunction):
    """What `@derived` makes of a function, before it is bound to the metrics it names."""


@dataclass(frozen=True, eq=False)
class MetricFunction(AnyFunction):
    """What `@metric` makes of a function, before it is bound to its source."""

    source: str
    at: str
    approximate: bool = False
    examples: list[Example] = field(default_factory=list[Example])

    def example(
        self,
        rows: list[dict[str, Any]],
        expect: float | None,
        *,
        known_until: str | None = None,
        within: float | None = None,
    ) -> None:
        """Declare that `rows` give the figure `expect` (None: no data). It runs as a test case.

        All rows count as in the period; columns that a row does not name are missing in it, and
        looked-up columns may be given like any other. A whole number must be met exactly, one with
        decimals as far as they are written (66.7 is met by 66.666…), or either one `within` so
        much. `known_until` is the moment that `known_until()` stands for; without it, the latest
        time in the rows.
        """
        file, line = _caller()
        self.examples.append(Example(rows, expect, file, line, known_until, within))


@dataclass(frozen=True, eq=False)
class AnyMetric:
    """What every metric declares: one measured from records (Metric), or one worked out from other
    metrics (Derived).

    `decimals`, where given, is the precision at which the publisher of the figure compares it.
    """

    name: str
    title: str
    description: str
    unit: Unit
    better: Better
    min_n: int
    decimals: int | None
    file: Path
    line: int

    @property
    def measured(self) -> tuple[Metric, ...]:
        """The metrics measured from records that the figure rests on, each once."""
        raise AssertionError(f"{type(self).__name__} declares no measured")

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources whose rows the figure rests on, each once."""
        return tuple(dict.fromkeys(metric.source for metric in self.measured))

    @property
    def is_share(self) -> bool:
        """Whether the figure is a part of a whole: numerator of denominator, so many percent."""
        raise AssertionError(f"{type(self).__name__} declares no is_share")

    @property
    def is_percentage(self) -> bool:
        """Whether the figure is a percentage that can only go from 0 to 100."""
        raise AssertionError(f"{type(self).__name__} declares no is_percentage")

    @property
    def definition(self) -> str:
        """The canonical text of what is computed; not of how it is titled."""
        raise AssertionError(f"{type(self).__name__} declares no definition")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the definition, in hexadecimal."""
        return hashlib.sha256(self.definition.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Metric(AnyMetric):
    """How actual service is computed: an aggregate over a source, counted by the time in `at`.

    `approximate` allows an engine that cannot be exact to measure it all the same.
    """

    source: str
    at: str
    aggregate: Aggregate
    examples: tuple[Example, ...]
    approximate: bool = False

    @property
    def measured(self) -> tuple[Metric, ...]:
        """The metric itself."""
        return (self,)

    @property
    def is_share(self) -> bool:
        """Whether it is a share()."""
        return isinstance(self.aggregate, Share)

    @property
    def is_percentage(self) -> bool:
        """Whether it is in percent."""
        return self.unit == "percent"

    @property
    def definition(self) -> str:
        """The canonical text of what is computed; not of how it is titled."""
        return json.dumps(
            {
                "metric": self.name,
                "source": self.source,
                "at": self.at,
                "aggregate": self.aggregate.describe(),
                "unit": self.unit,
                "better": self.better,
                # Left out where it is not used, so that metrics of before keep their fingerprint.
                **({"approximate": True} if self.approximate else {}),
            },
            sort_keys=True,
            ensure_ascii=False,
        )


collected: ContextVar[list[AnyFunction]] = ContextVar("collected")


def metric(
    *,
    source: str,
    at: str,
    unit: str,
    better: str,
    min_n: int = 1,
    decimals: int | None = None,
    title: str | None = None,
    approximate: bool = False,
) -> Callable[[Callable[[Row], Any]], MetricFunction]:
    """Declare the function below as a metric.

    `source` names a declared source, `at` the time column that places a row in a period, `unit`
    what the figure is measured in, `better` whether "higher" or "lower" is better, `min_n` how many
    rows it takes for the figure to be judged, `decimals` the precision at which its publisher
    compares it. `approximate=True` allows an engine that cannot work it out exactly to measure it
    all the same. The docstring says in plain words what is measured.
    """
    file, line = _caller()

    def declare(function: Callable[[Row], Any]) -> MetricFunction:
        declared = MetricFunction(
            *(function, unit, better, min_n, decimals, title, file, line, source, at),
            approximate=approximate,
        )
        _collect(declared)
        return declared

    return declare


def derived(
    *,
    unit: str,
    better: str,
    min_n: int | None = None,
    decimals: int | None = None,
    title: str | None = None,
) -> Callable[[Callable[[Any], Any]], DerivedFunction]:
    """Declare the function below as a metric worked out from other metrics, of any source.

    It is called with `m`, whose attributes are the declared metrics. The other arguments are those
    of `metric()`; without `min_n` it is the greatest of the metrics it names. The docstring says in
    plain words what is measured.
    """
    file, line = _caller()

    def declare(function: Callable[[Any], Any]) -> DerivedFunction:
        declared = DerivedFunction(function, unit, better, min_n, decimals, title, file, line)
        _collect(declared)
        return declared

    return declare


def _collect(declared: AnyFunction) -> None:
    collecting = collected.get(None)
    if collecting is not None:
        collecting.append(declared)


def _caller() -> tuple[Path, int]:
    """The file and line in which a declaration was written: two frames up."""
    import sys

    frame = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    return Path(frame.f_code.co_filename), frame.f_lineno
