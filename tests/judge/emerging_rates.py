"""How often `emerging` cries wolf, and how often it finds a doubling: by simulation.

`python -m tests.judge.emerging_rates` writes both tables into docs/judging/emerging.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scorecard.judge.emerging import Emerging, Series, emerging

PAGE = Path(__file__).parents[2] / "docs" / "judging" / "emerging.md"
BEGIN, END = "<!-- rates: begin -->", "<!-- rates: end -->"
Values = NDArray[np.float64]
MEANS = (5, 20, 100, 500)
LENGTHS = (15, 24, 36, 60)
RUNS, SIZE = 100, 100


def volumes(
    mean: float, length: int, how_many: int, spread: float, rng: np.random.Generator
) -> Values:
    """Counts with seasons of ± 30 % and a variance of `spread` times the mean."""
    season = np.exp(0.3 * np.cos(2 * np.pi * np.arange(length) / 12)) if length >= 24 else 1.0
    expected = np.broadcast_to(mean * season, (how_many, length))
    if spread == 1:
        return rng.poisson(expected).astype(float)
    return rng.negative_binomial(expected / (spread - 1), 1 / spread).astype(float)


def shares(
    of: float, length: int, how_many: int, rng: np.random.Generator
) -> tuple[Values, Values]:
    """Shares about 80 % that vary by 3 points from month to month beyond chance."""
    whole = rng.poisson(of, (how_many, length)) + 1
    centre = np.clip(rng.normal(0.8, 0.03, (how_many, length)), 0.01, 0.99)
    return rng.binomial(whole, centre).astype(float), whole.astype(float)


def families(
    make: Callable[[int, np.random.Generator], list[Series]],
    runs: int,
    size: int,
    seed: int = 7,
) -> tuple[float, float]:
    """Of `runs` pages of `size` stable series: those with any entry, and series that are entries.

    The second is counted without correction: the share of p values at or below 0.05.
    """
    rng = np.random.default_rng(seed)
    wrong, below = 0, 0
    for _ in range(runs):
        found = emerging(make(size, rng))
        wrong += bool(found.entries)
        uncorrected = emerging(make(size, rng), false_discovery_rate=1.0)
        below += sum(entry.p <= 0.05 for entry in uncorrected.entries)
    return wrong / runs, below / (runs * size)


def stable_volumes(mean: float, length: int, spread: float):
    """Makes pages of stable volumes."""

    def make(size: int, rng: np.random.Generator) -> list[Series]:
        return [Series(i, row) for i, row in enumerate(volumes(mean, length, size, spread, rng))]

    return make


def stable_shares(of: float, length: int):
    """Makes pages of stable shares."""

    def make(size: int, rng: np.random.Generator) -> list[Series]:
        won, whole = shares(of, length, size, rng)
        return [Series(i, won[i], whole[i]) for i in range(size)]

    return make


def doubling_found(
    mean: float, length: int, spread: float, runs: int, size: int = SIZE, seed: int = 11
) -> float:
    """The chance that the one series of `size` that doubles in its last month is an entry."""
    rng = np.random.default_rng(seed)
    found = 0
    for _ in range(runs):
        counts = volumes(mean, length, size, spread, rng)
        counts[0, -1] = volumes(2 * mean, length, 1, spread, rng)[0, -1]
        page: Emerging = emerging([Series(i, row) for i, row in enumerate(counts)])
        found += any(entry.key == 0 for entry in page.entries)
    return found / runs


def tables(runs: int = RUNS) -> str:
    """Both tables as they stand in the page."""
    lines = [
        f"Pages of {SIZE} stable series each, {runs} pages a line; seed fixed.",
        "",
        "| stable series | months | pages with any false entry (at most 5 %) "
        "| series with p ≤ 0.05 before the correction (5 %) |",
        "|---|---|---|---|",
    ]
    cases = [
        (
            f"volumes of about {mean}, variance {spread} × mean",
            length,
            stable_volumes(mean, length, spread),
        )
        for spread in (1, 2)
        for mean in MEANS
        for length in LENGTHS
    ]
    cases += [
        (f"shares of about 80 % of {of}, varying by 3 points", length, stable_shares(of, length))
        for of in (50, 500)
        for length in LENGTHS
    ]
    for name, length, make in cases:
        any_, single = families(make, runs, SIZE)
        lines.append(f"| {name} | {length} | {100 * any_:.1f} % | {100 * single:.1f} % |")
    lines += [
        "",
        f"| one series of {SIZE} doubles in its last month | "
        + " | ".join(f"{n} months" for n in LENGTHS)
        + " |",
        "|---|" + "---|" * len(LENGTHS),
    ]
    for spread in (1, 2):
        for mean in MEANS:
            cells = [f"{100 * doubling_found(mean, n, spread, runs):.0f} %" for n in LENGTHS]
            name = f"from about {mean}, variance {spread} × mean: found"
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Write the tables between their markers."""
    made = tables()
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
