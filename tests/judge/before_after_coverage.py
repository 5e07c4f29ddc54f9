"""How often before-and-after is right, in series where the truth is known.

    python -m tests.judge.before_after_coverage [series]

prints the table of docs/judging/before-after.md.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np

from scorecard.judge.autoregression import Row, every_rho, fit
from scorecard.judge.before_after import Effect, before_after


class Rates(NamedTuple):
    """Of series in which nothing happened: verdicts other than "no effect shown", and the share
    of intervals that hold the true 0."""

    alarms: float
    level: float
    slope: float
    at_horizon: float


def autoregressive(generator: np.random.Generator, points: int, rho: float) -> Row:
    """`points` of u(t) = rho·u(t-1) + e(t), long after its start."""
    shocks = generator.normal(size=points + 200)
    for place in range(1, len(shocks)):
        shocks[place] += rho * shocks[place - 1]
    return shocks[200:]


def ours(points: int, at: int, true: float, series: int, seed: int, rho: float | None) -> Rates:
    generator = np.random.default_rng(seed)
    alarms = 0
    held = np.zeros(3)
    for _ in range(series):
        row = 50 + 0.1 * np.arange(points) + autoregressive(generator, points, true)
        found = before_after(row, at, better="higher", rho=rho)
        alarms += found.verdict is not Effect.NONE_SHOWN
        assert found.level is not None
        assert found.slope is not None
        assert found.at_horizon is not None
        three = (found.level, found.slope, found.at_horizon)
        held += [one.lower <= 0 <= one.upper for one in three]
    return Rates(alarms / series, *(held / series).tolist())


def rivals(points: int, at: int, true: float, series: int, seed: int) -> dict[str, Rates]:
    """Newey-West, Prais-Winsten and restricted likelihood on the same series, in plain numpy."""
    generator = np.random.default_rng(seed)
    t = np.arange(points).astype(float)
    after = (t >= at) * 1.0
    x = np.column_stack([np.ones(points), t - at, after, after * (t - at)]).astype(np.float64)
    contrasts = [(0, 0, 1, (t[at:] - at).mean()), (0, 0, 1, 0), (0, 0, 0, 1)]
    contrasts.append((0, 0, 1, points - 1 - at))
    lags = int(4 * (points / 100) ** (2 / 9))
    names = ("Newey-West", "Prais-Winsten", "restricted likelihood")
    outside = {name: np.zeros(4) for name in names}
    quantile = 2.0154 if points - 4 == 44 else 2.0860
    for _ in range(series):
        y = 50 + 0.1 * t + autoregressive(generator, points, true)
        inverse = np.linalg.inv(x.T @ x)
        beta = inverse @ x.T @ y
        residual = y - x @ beta
        moments = residual[:, None] * x
        middle = moments.T @ moments
        for lag in range(1, lags + 1):
            cross = moments[lag:].T @ moments[:-lag]
            middle += (1 - lag / (lags + 1)) * (cross + cross.T)
        covariance = inverse @ middle @ inverse * points / (points - 4)
        _count(outside["Newey-West"], contrasts, beta, covariance, quantile)
        found = fit(y, x, t, np.ones(points), 0.0)
        for _ in range(10):
            rho = float(residual[1:] @ residual[:-1] / (residual @ residual))
            found = fit(y, x, t, np.ones(points), rho)
            residual = y - x @ found.coefficients[0]
        covariance = found.unscaled[0] * found.variance[0]
        _count(outside["Prais-Winsten"], contrasts, found.coefficients[0], covariance, quantile)
        likely = fit(y, x, t, np.ones(points))
        # Without the prior, the weights are the restricted likelihood (even steps of arcsin rho).
        best = int(likely.weight.argmax())
        covariance = likely.unscaled[best] * likely.variance[best]
        _count(
            outside["restricted likelihood"],
            contrasts,
            likely.coefficients[best],
            covariance,
            quantile,
        )
    return {
        name: Rates(float(out[0]) / series, *(1 - out[1:] / series).tolist())
        for name, out in outside.items()
    }


def _count(
    outside: Row, contrasts: list[tuple[float, ...]], beta: Row, covariance: Row, quantile: float
) -> None:
    for place, contrast in enumerate(contrasts):
        c = np.array(contrast)
        outside[place] += abs(c @ beta) > quantile * np.sqrt(c @ covariance @ c)


def main(series: int) -> None:
    print("| points | rho | method | false alarms | level | slope | at the end |")
    print("|---|---|---|---|---|---|---|")
    for points in (48, 24):
        for true in (0.0, 0.3, 0.6, 0.8):
            seed = 7
            rows = {
                "ours: rho averaged out": ours(points, points // 2, true, series, seed, None),
                "ordinary least squares": ours(points, points // 2, true, series, seed, 0.0),
                **rivals(points, points // 2, true, series, seed),
            }
            for name, rates in rows.items():
                shown = " | ".join(f"{100 * rate:.1f} %" for rate in rates)
                print(f"| {points // 2} + {points // 2} | {true} | {name} | {shown} |", flush=True)


if __name__ == "__main__":
    assert len(every_rho()) == 60
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
