"""How often a shift is seen in series without one, and found in series with one.

    python -m tests.judge.breakpoint_alarms [series]

prints the table of docs/judging/kansas-city-read-aloud.md.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np

from scorecard.judge.breakpoint import shifts
from tests.judge.before_after_coverage import autoregressive


class Found(NamedTuple):
    """Shares of the series: any shift seen; one whose dates hold the true one."""

    any: float
    dated: float


def found(points: int, rho: float, size: float, series: int, seed: int) -> Found:
    """A shift of `size` standard deviations half way, or none where it is 0."""
    generator = np.random.default_rng(seed)
    half = points // 2
    seen = dated = 0
    for _ in range(series):
        row = autoregressive(generator, points, rho) * np.sqrt(1 - rho**2)
        row += size * (np.arange(points) >= half)
        result = shifts(row)
        seen += bool(result.shifts)
        dated += any(shift.earliest <= half <= shift.latest for shift in result.shifts)
    return Found(seen / series, dated / series)


def main(series: int) -> None:
    print("| points | rho | shift of | seen | true date inside |")
    print("|---|---|---|---|---|")
    for points in (60, 120):
        for rho in (0.0, 0.3, 0.6):
            for size in (0.0, 1.0, 2.0):
                result = found(points, rho, size, series, 3)
                dated = f"{100 * result.dated:.0f} %" if size else ""
                cells = f"{points} | {rho} | {size:g} | {100 * result.any:.0f} % | {dated}"
                print(f"| {cells} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
