"""How often the charts beside XmR call a stable series special, measured on simulated series.

Run as: python -m tests.judge.false_alarms_charts. Writes the table in docs/judging/other-charts.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scorecard.judge.g_chart import g_chart
from scorecard.judge.p_chart import p_chart
from scorecard.judge.run_chart import RunVerdict, run_chart
from scorecard.judge.t_chart import t_chart
from scorecard.judge.u_chart import u_chart

PAGE = Path(__file__).parents[2] / "docs" / "judging" / "other-charts.md"
BEGIN, END = "<!-- false alarms: begin -->\n", "<!-- false alarms: end -->\n"
SERIES, POINTS = 10_000, 24

Series = NDArray[np.float64]


class Case(NamedTuple):
    """A stable process, a chart of it, and whether the chart of one series calls it special."""

    chart: str
    process: str
    draw: Callable[[np.random.Generator, int], Series]
    signal: Callable[[Series], bool]


def binomial(random: np.random.Generator, series: int) -> Series:
    return random.binomial(500, 0.9, (series, POINTS)).astype(float)


def beta_binomial(random: np.random.Generator, series: int) -> Series:
    """5,000 cases a point, and a share of 90 % that varies of itself by 1.2 points: the standard
    deviation is three times that of the binomial."""
    return random.binomial(5000, random.beta(562.5, 62.5, (series, POINTS))).astype(float)


def poisson(random: np.random.Generator, series: int) -> Series:
    return random.poisson(40, (series, POINTS)).astype(float)


def gamma_poisson(random: np.random.Generator, series: int) -> Series:
    """400 events a point, and a rate that varies of itself by 14 %: three times Poisson's."""
    return random.poisson(random.gamma(50, 8, (series, POINTS))).astype(float)


def exponential(random: np.random.Generator, series: int) -> Series:
    return random.exponential(30, (series, POINTS))


def geometric(random: np.random.Generator, series: int) -> Series:
    return (random.geometric(0.02, (series, POINTS)) - 1).astype(float)


def normal(random: np.random.Generator, series: int) -> Series:
    return random.normal(size=(series, POINTS))


def beyond_p(size: float, prime: bool) -> Callable[[Series], bool]:
    sizes = np.full(POINTS, size)
    return lambda row: bool(p_chart(row, sizes, prime=prime).outside.any())


def beyond_u(prime: bool) -> Callable[[Series], bool]:
    sizes = np.ones(POINTS)
    return lambda row: bool(u_chart(row, sizes, prime=prime).outside.any())


def beyond_t(row: Series) -> bool:
    return bool(t_chart(row).outside.any())


def beyond_g(probability: bool) -> Callable[[Series], bool]:
    return lambda row: bool(g_chart(row, probability=probability).outside.any())


def shifted(row: Series) -> bool:
    return run_chart(row).verdict == RunVerdict.SHIFT


CASES = (
    Case("p", "shares of 500 cases, chance alone", binomial, beyond_p(500, False)),
    Case("p\N{PRIME}", "shares of 500 cases, chance alone", binomial, beyond_p(500, True)),
    Case("p", "shares of 5,000 cases, vary of themselves", beta_binomial, beyond_p(5000, False)),
    Case(
        "p\N{PRIME}",
        "shares of 5,000 cases, vary of themselves",
        beta_binomial,
        beyond_p(5000, True),
    ),
    Case("u", "40 events a point, chance alone", poisson, beyond_u(False)),
    Case("u\N{PRIME}", "40 events a point, chance alone", poisson, beyond_u(True)),
    Case("u", "400 events a point, vary of themselves", gamma_poisson, beyond_u(False)),
    Case("u\N{PRIME}", "400 events a point, vary of themselves", gamma_poisson, beyond_u(True)),
    Case("t", "exponential times", exponential, beyond_t),
    Case("g, three standard deviations", "one case in 50", geometric, beyond_g(False)),
    Case("g, probability limits", "one case in 50", geometric, beyond_g(True)),
    Case("run", "normal figures", normal, shifted),
)


def false_alarms(case: Case, series: int, seed: int) -> float:
    """The share of stable series that the chart calls special, 0 to 1."""
    drawn = case.draw(np.random.default_rng(seed), series)
    return sum(case.signal(row) for row in drawn) / series


def table(series: int = SERIES, seed: int = 4) -> str:
    rows = [
        f"| {case.chart} | {case.process} | {100 * false_alarms(case, series, seed):.1f} % |"
        for case in CASES
    ]
    head = ["| chart | stable process | series with a false signal |", "|---|---|---:|"]
    return "\n".join([*head, *rows, "", f"n = {series:,} series of {POINTS} points each.", ""])


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(before + BEGIN + "\n" + table() + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
