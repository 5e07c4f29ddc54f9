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

from scorecard.declare.vocabulary import Aggregate, Row

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
class MetricFunction:
    """What `@metric` makes of a function, before it is bound to its source."""

    function: Callable[[Row], Any]
    source: str
    at: str
    unit: str
    better: str
    min_n: int
    decimals: int | None
    title: str | None
    file: Path
    line: int
    approximate: bool = False
    examples: list[Example] = field(default_factory=list[Example])

    @property
    def name(self) -> str:
        """The function's name is the metric's."""
        return self.function.__name__

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
class Metric:
    """How actual service is computed: an aggregate over a source, counted by the time in `at`.

    `decimals`, where given, is the precision at which the publisher of the figure compares it.
    `approximate` allows an engine that cannot be exact to measure it all the same.
    """

    name: str
    title: str
    description: str
    source: str
    at: str
    aggregate: Aggregate
    unit: Unit
    better: Better
    min_n: int
    decimals: int | None
    examples: tuple[Example, ...]
    file: Path
    line: int
    approximate: bool = False

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

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the definition, in hexadecimal."""
        return hashlib.sha256(self.definition.encode()).hexdigest()


collected: ContextVar[list[MetricFunction]] = ContextVar("collected")


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
            function, source, at, unit, better, min_n, decimals, title, file, line, approximate
        )
        collecting = collected.get(None)
        if collecting is not None:
            collecting.append(declared)
        return declared

    return declare


def _caller() -> tuple[Path, int]:
    """The file and line in which a declaration was written: two frames up."""
    import sys

    frame = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    return Path(frame.f_code.co_filename), frame.f_lineno
