"""How often the intervals hold the true value, by simulation.

`python -m tests.judge.coverage` writes the table of docs/judging/intervals.md anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scorecard.judge.bootstrap import bootstrap
from scorecard.judge.intervals import Interval, Limits, student_limits, wilson_limits
from scorecard.judge.log_normal import log_normal
from scorecard.judge.order_statistics import percentile_ranks
from scorecard.judge.poisson import count_limits, garwood
from scorecard.judge.values import Numbers

PAGE = Path(__file__).parents[2] / "docs" / "judging" / "intervals.md"
HEADINGS = ("Interval", "Of", "n", "Samples", "95 %", "80 %")
CONFIDENCES = (0.95, 0.80)

Draw = np.random.Generator
Sample = Callable[[Draw, tuple[int, int]], Numbers]
Method = Callable[[Numbers, float], Limits]


class Case(NamedTuple):
    """One line of the table: a method, values to draw, and the true value that it should hold.

    `sample` draws `samples` rows of n values (of counts: of one), `method` gives their intervals.
    """

    name: str
    of: str
    n: int
    samples: int
    sample: Sample
    method: Method
    truth: float

    def rate(self, confidence: float, samples: int, seed: int) -> float:
        """The share of so many drawn samples whose interval holds the true value."""
        drawn = self.sample(np.random.default_rng(seed), (samples, self.n))
        lower, upper = self.method(drawn, confidence)
        return float(((lower <= self.truth) & (self.truth <= upper)).mean())


def _means(values: Numbers, confidence: float) -> Limits:
    n = np.full(len(values), values.shape[1])
    return student_limits(n, values.mean(axis=1), values.std(axis=1, ddof=1), confidence)


def _each(method: Callable[[Numbers, float], Interval | None]) -> Method:
    def limits(values: Numbers, confidence: float) -> Limits:
        found = [method(row, confidence) or (math.nan, math.nan) for row in values]
        return Limits(*np.array(found).T)

    return limits


def _percentiles(q: float) -> Method:
    def limits(values: Numbers, confidence: float) -> Limits:
        ranks = percentile_ranks(values.shape[1], q, confidence)
        assert ranks.lower is not None
        assert ranks.upper is not None
        ordered = np.sort(values, axis=1)
        return Limits(ordered[:, ranks.lower - 1], ordered[:, ranks.upper - 1])

    return limits


def _mean_of_draws(values: Numbers, confidence: float) -> Interval | None:
    return bootstrap(values, np.mean, confidence, seed=1, resamples=999).interval


def _share(p: float, n: int) -> Case:
    return Case(
        *("Wilson", f"a share of {100 * p:g} %", n, 100_000),
        lambda draw, shape: draw.binomial(shape[1], p, (shape[0], 1)).astype(float),
        lambda values, confidence: wilson_limits(values[:, 0], np.full(len(values), n), confidence),
        p,
    )


def _count(name: str, mean: float, method: Method) -> Case:
    return Case(
        *(name, f"a count of {mean:g} on average", 1, 20_000),
        lambda draw, shape: draw.poisson(mean, shape).astype(float),
        method,
        mean,
    )


def _normal(draw: Draw, shape: tuple[int, int]) -> Numbers:
    return draw.normal(10, 3, shape)


def _exponential(draw: Draw, shape: tuple[int, int]) -> Numbers:
    return draw.exponential(1, shape)


def _skewed(draw: Draw, shape: tuple[int, int]) -> Numbers:
    return draw.lognormal(0, 1, shape)


_COUNTS: Method = lambda values, confidence: count_limits(values[:, 0], confidence)  # noqa: E731
_EXACT = _each(lambda values, confidence: garwood(values[0], confidence))
_COX = _each(lambda values, confidence: log_normal(values, confidence).interval)
_DRAWS = _each(_mean_of_draws)
_MEAN = math.exp(0.5)

CASES = (
    *(_share(p, n) for p, n in ((0.9, 20), (0.9, 100), (0.9, 1000), (0.02, 100))),
    *(Case("Student", "a mean of normal values", n, 20_000, _normal, _means, 10) for n in (5, 30)),
    *(
        Case("Student", "a mean of exponential values", n, 20_000, _exponential, _means, 1)
        for n in (20, 100, 1000)
    ),
    *(
        Case("Student", "a mean of log-normal values", n, 20_000, _skewed, _means, _MEAN)
        for n in (30, 300)
    ),
    *(
        Case("Modified Cox", "a mean of log-normal values", n, 10_000, _skewed, _COX, _MEAN)
        for n in (30, 300)
    ),
    *(
        Case(
            *("Order statistics", f"the {q:g} quantile of exponential values", n, 20_000),
            *(_exponential, _percentiles(q), -math.log(1 - q)),
        )
        for q, n in ((0.5, 10), (0.5, 100), (0.9, 40), (0.9, 100), (0.9, 1000))
    ),
    _count("Garwood", 2, _EXACT),
    _count("Garwood", 20, _EXACT),
    _count("Garwood below 10, then Byar", 5, _COUNTS),
    _count("Garwood below 10, then Byar", 20, _COUNTS),
    _count("Garwood below 10, then Byar", 200, _COUNTS),
    *(
        Case("Bootstrap (BCa)", "a mean of exponential values", n, 1_000, _exponential, _DRAWS, 1)
        for n in (20, 100)
    ),
)


def table() -> list[str]:
    """The lines of the table in Markdown."""
    lines = [_line(HEADINGS), _line("---" for _ in HEADINGS)]
    for seed, case in enumerate(CASES):
        rates = [case.rate(confidence, case.samples, seed) for confidence in CONFIDENCES]
        shown = [f"{100 * rate:.1f}" for rate in rates]
        lines.append(_line((case.name, case.of, f"{case.n:,}", f"{case.samples:,}", *shown)))
    return lines


def written() -> list[list[str]]:
    """The table's cells as they stand in the page, headings first."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index(_line(HEADINGS))
    rows = [line for line in lines[start : start + 2 + len(CASES)] if not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]


def _line(cells: object) -> str:
    return f"| {' | '.join(cells)} |"  # type: ignore[arg-type]


if __name__ == "__main__":
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index(_line(HEADINGS))
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    lines[start:end] = table()
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
