"""How often each rule set cries wolf, and how soon it finds a true shift, by simulation.

    python -m tests.judge.false_alarms

prints the two tables of docs/judging/control-charts.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecard.judge.rule_sets import RULE_SETS
from scorecard.judge.values import Numbers
from scorecard.judge.xmr import xmr

SEED = 20260701
SERIES = 10_000
MONTHS = 24
SHIFTS = (0, 1, 2, 3)
HORIZON = 60


@dataclass(frozen=True)
class Alarms:
    """Shares of stable series with any signal, of points flagged, of series flagged at the end."""

    any_signal: float
    points: float
    last_point: float


@dataclass(frozen=True)
class Delay:
    """Months from a shift until a point after it is flagged; `HORIZON` + 1 where it never is.

    `never` is the share of these; `spread` the standard deviation, and `low` to `high` the middle
    half of the series.
    """

    median: float
    mean: float
    never: float
    spread: float
    low: float
    high: float


def false_alarms(rules: str, series: int = SERIES) -> Alarms:
    """Stable normal series of `MONTHS` months, limits from all of them."""
    drawn = np.random.default_rng(SEED).normal(size=(series, MONTHS))
    flags = np.array([xmr(values, rules=rules).flags for values in drawn])
    return Alarms(float(flags.any(axis=1).mean()), float(flags.mean()), float(flags[:, -1].mean()))


def delay(rules: str, shift: float, series: int = SERIES) -> Delay:
    """A shift of so many standard deviations after `MONTHS` stable ones that fix the limits."""
    drawn = np.random.default_rng(SEED + 1).normal(size=(series, MONTHS + HORIZON))
    drawn[:, MONTHS:] += shift
    months = np.array([months_until_found(values, rules) for values in drawn])
    return Delay(
        median=float(np.median(months)),
        mean=float(months.mean()),
        never=float((months > HORIZON).mean()),
        spread=float(months.std()),
        low=float(np.quantile(months, 0.25)),
        high=float(np.quantile(months, 0.75)),
    )


def months_until_found(values: Numbers, rules: str) -> int:
    """The first month after the shift whose chart flags a point after the shift.

    With fixed limits a flag stays once it is there, so halving finds the month.
    """

    def found(months: int) -> bool:
        chart = xmr(values[: MONTHS + months], rules=rules, fix_first=MONTHS)
        return bool(chart.flags[MONTHS:].any())

    low, high = 1, HORIZON + 1
    if not found(HORIZON):
        return HORIZON + 1
    while low < high:
        middle = (low + high) // 2
        if found(middle):
            high = middle
        else:
            low = middle + 1
    return low


def alarms_table(series: int = SERIES) -> str:
    lines = [
        "| Rule set | Series with any signal | Points flagged | Signal at the last point |",
        "|---|---|---|---|",
    ]
    for name in RULE_SETS:
        one = false_alarms(name, series)
        cells = " | ".join(f"{share:.1%}" for share in (one.any_signal, one.points, one.last_point))
        lines.append(f"| `{name}` | {cells} |")
    return "\n".join(lines)


def delays_table(series: int = SERIES) -> str:
    lines = [
        "| Rule set | Shift | Median months | Mean months | Not found within 60 |",
        "|---|---|---|---|---|",
    ]
    for name in RULE_SETS:
        for shift in SHIFTS:
            one = delay(name, shift, series)
            size = f"{shift} sigma" if shift else "none"
            never = f"{one.never:.1%}"
            cells = f"{one.median:.0f} | {one.mean:.1f} | {never}"
            lines.append(f"| `{name}` | {size} | {cells} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(alarms_table(), delays_table(), sep="\n\n")
