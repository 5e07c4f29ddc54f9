"""How often forecasts are right, in series of known kinds.

    python -m tests.judge.forecast_coverage [series]

prints the table of docs/judging/forecast.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from scorecard.judge.autoregression import Row
from scorecard.judge.forecast import forecast
from tests.judge.before_after_coverage import autoregressive

HORIZON = 6
POINTS = 48
Series = Callable[[np.random.Generator, int], Row]


def noise_about_a_level(generator: np.random.Generator, points: int) -> Row:
    return 80 + 3 * generator.normal(size=points)


def neighbours_alike(generator: np.random.Generator, points: int) -> Row:
    return 80 + 2 * autoregressive(generator, points, 0.7)


def a_level_that_wanders(generator: np.random.Generator, points: int) -> Row:
    return 80 + np.cumsum(0.7 * generator.normal(size=points)) + generator.normal(size=points)


def a_yearly_course(generator: np.random.Generator, points: int) -> Row:
    return 80 + 5 * np.sin(np.arange(points) * np.pi / 6) + 2 * generator.normal(size=points)


def a_trend(generator: np.random.Generator, points: int) -> Row:
    return 60 + 0.2 * np.arange(points) + 1.5 * generator.normal(size=points)


def shares_near_the_top(generator: np.random.Generator, points: int) -> Row:
    """Percentages of 100 cases, with a level near 95 that wanders on the logit."""
    level = 3 + np.cumsum(0.15 * generator.normal(size=points))
    return generator.binomial(100, 1 / (1 + np.exp(-level))).astype(float)


KINDS: dict[str, Series] = {
    "noise about a level": noise_about_a_level,
    "neighbours alike (0.7)": neighbours_alike,
    "a level that wanders": a_level_that_wanders,
    "a yearly course": a_yearly_course,
    "a trend": a_trend,
    "shares near the top": shares_near_the_top,
}


class Rates(NamedTuple):
    """Over series: the share shown. Over the coming periods of those shown: the share inside the
    80 % and the 95 % intervals, the mean chance said, and the share that kept what was expected."""

    shown: float
    inside_80: float
    inside_95: float
    said: float
    kept: float


def rates(kind: Series, points: int, series: int, seed: int, season: int | None = 12) -> Rates:
    generator = np.random.default_rng(seed)
    shown = 0
    seen: list[tuple[float, ...]] = []
    for _ in range(series):
        row = np.clip(kind(generator, points + HORIZON), 0, 100)
        expected = float(np.median(row[:points]))
        found = forecast(
            row[:points],
            HORIZON,
            better="higher",
            season=season,
            expected=expected,
            scale=(0, 100),
        )
        shown += bool(found.periods)
        for actual, ahead in zip(row[points:].tolist(), found.periods, strict=False):
            inside = [low <= actual <= high for low, high in ahead.intervals]
            assert ahead.chance is not None
            seen.append((*inside, ahead.chance, actual >= expected))
    means = np.mean(seen, axis=0) if seen else np.full(4, np.nan)
    return Rates(shown / series, *means.tolist())


def main(series: int) -> None:
    print("| series | shown | in the 80 % | in the 95 % | chance said | kept |")
    print("|---|---|---|---|---|---|")
    for name, kind in KINDS.items():
        # A season is five times the work, and asked for where there is one.
        season = 12 if kind is a_yearly_course else None
        found = rates(kind, POINTS, series, 5, season)
        cells = " | ".join(f"{100 * rate:.0f} %" for rate in found)
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
