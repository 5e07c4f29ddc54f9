"""The interval of the mean of skewed, positive values: durations, amounts, waiting times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from scorecard.judge.intervals import Interval, Series, tail
from scorecard.judge.values import Numbers, numbers

# With fewer logarithms no test can tell whether they are normal.
_FEWEST = 20
_SKEWED = 1.0
# The 5 % point of chi-square with two degrees of freedom.
_JARQUE_BERA = 5.991464547107979


class LogNormal(NamedTuple):
    """The interval of a mean of log-normal values, or why the method does not fit.

    interval   in the unit of the values; None where there is none at all
    fits       whether the values look log-normal, and are skewed enough to need it
    why        what does not fit, as a sentence; empty where it fits
    """

    interval: Interval | None
    fits: bool
    why: str


def log_normal(values: Series, confidence: float = 0.95) -> LogNormal:
    """The modified Cox interval of the mean of log-normal values (None and NaN left out).

        exp(ȳ + s²/2 ± t · √(s²/n + s⁴/(2(n - 1))))

    with ȳ and s² mean and variance (n - 1) of the logarithms and t Student's quantile with n - 1
    degrees of freedom, where Cox has the normal one. It is the mean that is bounded, not the
    median, and the estimate in its middle is exp(ȳ + s²/2), not the plain mean: a plain mean may
    lie outside.

    The method is for values that are log-normal. It is said not to fit, and `student` is then the
    better choice, where fewer than 20 values are known, where they are hardly skewed (skewness of
    1 or less), or where the logarithms are not normal (Jarque-Bera above 5.99, the 5 % point). An
    interval is given all the same if the values are positive and two of them differ; it is for the
    caller to heed `fits`.

    Raises JudgeError `confidence-out-of-range`, and as `numbers` does.
    Sources: Land, C. E. (1972), "An Evaluation of Approximate Confidence Interval Estimation
    Methods for Lognormal Means", Technometrics 14(1), 145-158 (Cox's method); Olsson, U. (2005),
    "Confidence Intervals for the Mean of a Log-Normal Distribution", Journal of Statistics
    Education 13(1); Jarque, C. M. and Bera, A. K. (1987), International Statistical Review 55(2).
    """
    beyond = tail(confidence)
    given = numbers(values)
    known = given[~np.isnan(given)]
    n = len(known)
    if n < 2:
        return LogNormal(None, False, "fewer than two values are known")
    if known.min() <= 0:
        return LogNormal(None, False, "a value of 0 or less has no logarithm")
    logs = np.log(known)
    variance = float(logs.var(ddof=1))
    if known.min() == known.max():
        return LogNormal(None, False, "all values are equal")
    middle = float(logs.mean()) + variance / 2
    half = float(stdtrit(n - 1, 1 - beyond)) * (variance / n + variance**2 / (2 * (n - 1))) ** 0.5
    with np.errstate(over="ignore"):
        ends = Interval(float(np.exp(middle - half)), float(np.exp(middle + half)))
    if not np.isfinite(ends.upper):
        return LogNormal(None, False, "the values are spread beyond the numbers that can be held")
    why = _misfit(known, logs)
    return LogNormal(ends, not why, why)


def _misfit(values: Numbers, logs: Numbers) -> str:
    if len(values) < _FEWEST:
        return f"{len(values)} values are too few to tell; {_FEWEST} are needed"
    if _moment(values, 3) <= _SKEWED:
        return "the values are hardly skewed"
    statistic = len(logs) / 6 * (_moment(logs, 3) ** 2 + (_moment(logs, 4) - 3) ** 2 / 4)
    return "the logarithms are not normal" if statistic > _JARQUE_BERA else ""


def _moment(values: Numbers, order: int) -> float:
    """The standardised moment: skewness for 3, kurtosis (3 for normal values) for 4."""
    away = values / np.abs(values).max()
    away = away - away.mean()
    return float((away**order).mean() / (away**2).mean() ** (order / 2))
