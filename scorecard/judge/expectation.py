"""What is expected of the last periods of many series, and how far off they are.

The fullest model that the history of each carries: with trend and season, or less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.judge.history_fit import Fit, design, fit_history
from scorecard.judge.usual import Tails, count_tails, share_tails
from scorecard.judge.values import Numbers


@dataclass(frozen=True, slots=True)
class Form:
    """What series must have in common to be fitted together.

    share     numerators with denominators, else volumes
    cycle     periods in a year; 1 where there are no seasons
    length    periods, the recent ones included
    recent    the last periods, which are no history
    waves     pairs of sine waves for the season
    trend     whether a trend is tried
    """

    share: bool
    cycle: int
    length: int
    recent: int
    waves: int
    trend: bool


def tails(y: Numbers, of: Numbers | None, fit: Fit) -> Tails:
    """The chance of so little, and of so much, of each series (rows) in each place of `fit`."""
    freedom = fit.freedom[:, None]
    if of is None:
        spread = fit.dispersion[:, None] * (1 + fit.expected * fit.uncertainty)
        return count_tails(y, fit.expected, spread, freedom)
    cases = fit.expected * (1 - fit.expected) * of
    spread = fit.dispersion[:, None] * (1 + cases * fit.uncertainty)
    return share_tails(y, of, fit.expected, spread, freedom)


def expectation(
    form: Form, counts: Numbers, of: Numbers | None
) -> tuple[Fit, NDArray[np.bool_], NDArray[np.bool_]]:
    """What is expected of the recent places, with whether season and trend were allowed for.

    The fullest fit that holds: with the trend, without, without seasons, and where the history has
    no case at all (or nothing but), the rate (cases + ½) / (whole + 1).
    """
    places = np.arange(form.length)
    history = counts[:, : -form.recent]
    whole = None if of is None else of[:, : -form.recent]
    rates = history if whole is None else history / whole
    lowest, highest = np.nanmin(rates, axis=1), np.nanmax(rates, axis=1)
    found = _flat(history, whole, form.recent)
    one_sided = highest == 0 if of is None else (highest == 0) | (lowest == 1)
    season = np.zeros(len(counts), dtype=bool)
    trend = np.zeros(len(counts), dtype=bool)
    open_ = ~one_sided
    for waves, with_trend in dict.fromkeys(
        [(form.waves, form.trend), (form.waves, False), (0, False)]
    ):
        if not open_.any():
            break
        terms = design(places, form.cycle, waves, with_trend, form.length)
        tried = np.flatnonzero(open_)
        fit = fit_history(
            history[tried],
            None if whole is None else whole[tried],
            terms[: -form.recent],
            terms[-form.recent :],
        )
        holds = fit.settled
        if with_trend:
            # A trend is not drawn out to where the series has never been.
            reached = (fit.expected >= lowest[tried, None]) & (fit.expected <= highest[tried, None])
            holds = holds & reached.all(axis=1)
        for name in ("expected", "uncertainty", "dispersion", "freedom"):
            getattr(found, name)[tried[holds]] = getattr(fit, name)[holds]
        season[tried[holds]] = waves > 0
        trend[tried[holds]] = with_trend
        open_[tried[holds]] = False
    return found, season, trend


def _flat(history: Numbers, whole: Numbers | None, ahead: int) -> Fit:
    """One rate for all periods: Jeffreys' estimate from the sums, with its variance."""
    cases = np.nansum(history, axis=1)
    periods = np.sum(~np.isnan(history), axis=1).astype(float)
    if whole is None:
        rate = (cases + 0.5) / periods
        uncertainty = 1 / (cases + 0.5)
    else:
        trials = np.nansum(whole, axis=1)
        rate = (cases + 0.5) / (trials + 1)
        uncertainty = 1 / ((trials + 1) * rate * (1 - rate))
    shape = (len(history), ahead)
    return Fit(
        np.broadcast_to(rate[:, None], shape).copy(),
        np.broadcast_to(uncertainty[:, None], shape).copy(),
        np.ones(len(history)),
        periods - 1,
        np.ones(len(history), dtype=bool),
    )
