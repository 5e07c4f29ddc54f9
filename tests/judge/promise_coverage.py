"""How often the next period keeps what could be promised: the table of docs/judging/promise.md.

    python -m tests.judge.promise_coverage

draws series from known distributions, lets `promise` offer values, draws the period after, and
writes the table between the markers of the page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scorecard.judge.gap import Better
from scorecard.judge.promise import Scale, promise

PAGE = Path(__file__).parents[2] / "docs" / "judging" / "promise.md"
TABLE = re.compile(r"(<!-- coverage: begin -->\n).*(<!-- coverage: end -->\n)", re.DOTALL)
PERIODS = (12, 24, 60)
CONFIDENCES = (0.8, 0.9, 0.95)
DRAWS = 2000

Generator = np.random.Generator
Row = np.ndarray[Any, np.dtype[Any]]


class Kind(NamedTuple):
    """A kind of series: `draw(rng, n)` gives n values, in percent where there are `cases`."""

    name: str
    better: Better
    scale: Scale
    draw: Callable[[Generator, int], Row]
    cases: int | None = None


def _shares(mean: float, strength: float | None, cases: int) -> Callable[[Generator, int], Row]:
    """Percentages of `cases` with this mean, which vary as a beta distribution (None: not)."""

    def draw(rng: Generator, n: int) -> Row:
        true = mean if strength is None else rng.beta(mean * strength, (1 - mean) * strength, n)
        return 100 * rng.binomial(cases, true, n) / cases

    return draw


KINDS = (
    Kind("normal", "higher", (None, None), lambda rng, n: rng.normal(50, 5, n)),
    Kind("log-normal, spread 0.3", "lower", (0, None), lambda rng, n: 5 * rng.lognormal(0, 0.3, n)),
    Kind("log-normal, spread 1", "lower", (0, None), lambda rng, n: 5 * rng.lognormal(0, 1, n)),
    Kind("skewed (gamma, shape 2)", "lower", (0, None), lambda rng, n: rng.gamma(2, 3, n)),
    Kind(
        "outliers (Student, 3 degrees)", "lower", (None, None), lambda rng, n: rng.standard_t(3, n)
    ),
    Kind(
        "share about 90 %, many cases", "higher", (0, 100), lambda rng, n: 100 * rng.beta(90, 10, n)
    ),
    Kind("share about 95 %, wide", "higher", (0, 100), lambda rng, n: 100 * rng.beta(19, 1, n)),
    Kind("90 % of 20 cases", "higher", (0, 100), _shares(0.9, None, 20), 20),
    Kind("90 % of 200 cases", "higher", (0, 100), _shares(0.9, None, 200), 200),
    Kind("90 % of 200 cases, varying", "higher", (0, 100), _shares(0.9, 100, 200), 200),
    Kind("2 % of 2,000 cases, varying", "lower", (0, 100), _shares(0.02, 500, 2000), 2000),
)


def coverage(kind: Kind, periods: int, draws: int, seed: int = 2024) -> list[float]:
    """The share of draws in which the next period keeps the offer, for each confidence."""
    rng = np.random.default_rng([seed, periods])
    kept = np.zeros(len(CONFIDENCES))
    for _ in range(draws):
        *seen, coming = kind.draw(rng, periods + 1)
        found = promise(
            seen,
            better=kind.better,
            scale=kind.scale,
            denominators=None if kind.cases is None else [kind.cases] * periods,
            confidences=CONFIDENCES,
        )
        for place, offer in enumerate(found.offers):
            assert offer.value is not None
            ahead = coming - offer.value if kind.better == "higher" else offer.value - coming
            kept[place] += ahead >= -1e-9
    return [float(share) for share in kept / draws]


def table(draws: int = DRAWS) -> str:
    """The Markdown table, one line for each kind and number of periods."""
    lines = ["| series | periods | 80 % | 90 % | 95 % |", "|---|---|---|---|---|"]
    for kind in KINDS:
        for periods in PERIODS:
            cells = " | ".join(f"{100 * one:.1f}" for one in coverage(kind, periods, draws))
            lines.append(f"| {kind.name} | {periods} | {cells} |")
            print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table into the page."""
    rows = table()
    page = PAGE.read_text(encoding="utf-8")
    written, places = TABLE.subn(lambda found: f"{found[1]}{rows}{found[2]}", page)
    if places != 1:
        raise SystemExit(f"{PAGE.name} has no markers for the table")
    PAGE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
