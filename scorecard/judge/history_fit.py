"""What the history of many series lets expect of their latest periods: all of them fitted at once.

Quasi-Poisson regression of counts and quasi-binomial regression of shares, with a trend, seasons
as sine waves, and past outbreaks weighed down.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scorecard.judge.values import Numbers

UNUSUAL = 2.58
# What weighing down leaves of a normal variance: ∫ w(s) s² φ(s) ds / ∫ w(s) φ(s) ds.
KEPT = 0.9342866797
_STEPS = 40
_SETTLED = 1e-10


class Fit(NamedTuple):
    """Of each series what is expected of the places ahead; shapes (series,) or (series, ahead).

    expected     counts, or shares as fractions
    uncertainty  variance of the linear predictor, per unit of dispersion
    dispersion   variance of the data over what chance alone gives them, at least 1
    freedom      periods in the history less the terms fitted
    settled      whether the fit converged
    """

    expected: Numbers
    uncertainty: Numbers
    dispersion: Numbers
    freedom: Numbers
    settled: NDArray[np.bool_]


def design(places: NDArray[np.int64], cycle: int, waves: int, trend: bool, length: int) -> Numbers:
    """The terms at `places`: one, the trend over `length` places, `waves` pairs of sine and cosine.

    The waves have 1, 2 … periods in a `cycle` of places.
    """
    terms = [np.ones(len(places))]
    if trend:
        terms.append(2.0 * places / length - 1.0)
    for wave in range(1, waves + 1):
        angle = 2 * np.pi * wave * (places % cycle) / cycle
        terms += [np.cos(angle), np.sin(angle)]
    return np.stack(terms, axis=1)


def fit_history(counts: Numbers, of: Numbers | None, terms: Numbers, ahead: Numbers) -> Fit:
    """Fit every row of `counts` to `terms`, weigh past outbreaks down, fit again, look `ahead`.

    counts   (series, periods), NaN where missing
    of       the denominators of shares in the same shape; None where counts are volumes
    terms    (periods, terms) and (ahead, terms), as `design` makes them

        log μ = Xβ, variance φμ              for volumes (quasi-Poisson)
        log p/(1-p) = Xβ, variance φNp(1-p)  for shares (quasi-binomial)
        φ = max(1, Σ w (y-μ)² / v / (n - terms) / 0.934)
        w = c, or c / s² where |s| > 2.58, with c such that the weights sum to n

    s is the standardised Anscombe residual of a volume and the Pearson residual of a share. Source:
    Noufaily, A. et al. (2013), "An improved algorithm for outbreak detection in multiple
    surveillance systems", Statistics in Medicine 32, 1206-1222; Farrington, C. P. et al. (1996),
    "A statistical algorithm for the early detection of outbreaks of infectious disease", Journal of
    the Royal Statistical Society A 159, 547-563. Unlike theirs, a past trough is weighed down like
    a past peak, since both are looked for; and the dispersion is divided by what weighing down
    leaves of it where nothing is wrong, without which a page of 100 stable series cries wolf twice
    as often as it should.
    """
    known = ~np.isnan(counts) if of is None else ~np.isnan(counts) & (of > 0)
    y = np.where(known, counts, 0.0)
    trials = None if of is None else np.where(known, of, 1.0)
    first = _fitted(y, trials, terms, known.astype(float))
    weights = outbreak_weights(_residuals(y, trials, first, terms), known)
    final = _fitted(y, trials, terms, weights, KEPT)
    linear = final.beta @ ahead.T
    return Fit(
        np.exp(linear) if of is None else 1 / (1 + np.exp(-linear)),
        np.einsum("kp,spq,kq->sk", ahead, np.linalg.pinv(final.information), ahead),
        final.dispersion,
        final.freedom,
        final.settled & first.settled,
    )


def outbreak_weights(
    residuals: Numbers, known: NDArray[np.bool_], unusual: float = UNUSUAL
) -> Numbers:
    """1 / s² for residuals beyond `unusual`, else 1; scaled to sum to the number that is known."""
    size = np.abs(residuals)
    raw = np.where(size > unusual, 1 / np.where(size > 0, size, 1.0) ** 2, 1.0) * known
    return raw * (known.sum(axis=1) / np.maximum(raw.sum(axis=1), 1e-300))[:, None]


class _Fitted(NamedTuple):
    beta: Numbers
    mean: Numbers
    variance: Numbers
    information: Numbers
    weights: Numbers
    dispersion: Numbers
    freedom: Numbers
    settled: NDArray[np.bool_]


def _fitted(
    y: Numbers, trials: Numbers | None, terms: Numbers, weights: Numbers, kept: float = 1.0
) -> _Fitted:
    """Fisher scoring of all series at once; both links are canonical."""
    count = terms.shape[1]
    products = (terms[:, :, None] * terms[:, None, :]).reshape(len(terms), -1)
    if trials is None:
        start, weight = np.log(y + 0.5), weights * (y + 0.5)
    else:
        start = np.log((y + 0.5) / (trials - y + 0.5))
        weight = weights * (y + 0.5) * (trials - y + 0.5) / (trials + 1)
    beta = _solved(products, terms, weight, weight * start, count)
    settled = np.zeros(len(y), dtype=bool)
    for _ in range(_STEPS):
        mean, variance = _moments(beta @ terms.T, trials)
        step = _solved(products, terms, weights * variance, weights * (y - mean), count)
        longest = np.abs(step @ terms.T).max(axis=1)
        # A step that would throw the mean off by more than e² is shortened.
        beta = beta + step * np.minimum(1.0, 2.0 / np.maximum(longest, 1e-300))[:, None]
        settled = longest < _SETTLED * (1 + np.abs(beta).max(axis=1))
        if settled.all():
            break
    mean, variance = _moments(beta @ terms.T, trials)
    information = (weights * variance @ products).reshape(-1, count, count)
    freedom = (weights > 0).sum(axis=1) - count
    chi = (weights * (y - mean) ** 2 / variance).sum(axis=1)
    dispersion = np.maximum(1.0, chi / np.maximum(freedom, 1) / kept)
    return _Fitted(beta, mean, variance, information, weights, dispersion, freedom, settled)


def _moments(linear: Numbers, trials: Numbers | None) -> tuple[Numbers, Numbers]:
    if trials is None:
        mean = np.exp(np.clip(linear, -30, 30))
        return mean, mean
    share = 1 / (1 + np.exp(-np.clip(linear, -30, 30)))
    return trials * share, np.maximum(trials * share * (1 - share), 1e-300)


def _solved(products: Numbers, terms: Numbers, weight: Numbers, right: Numbers, count: int):
    information = (weight @ products).reshape(-1, count, count)
    # A touch on the diagonal, so that one series without a solution does not stop the others. It
    # slows the steps down by as little, and does not move the point at which they settle.
    touch = 1e-12 * np.trace(information, axis1=1, axis2=2) + 1e-200
    information += touch[:, None, None] * np.eye(count)
    return np.linalg.solve(information, (right @ terms)[:, :, None])[:, :, 0]


def _residuals(y: Numbers, trials: Numbers | None, fit: _Fitted, terms: Numbers) -> Numbers:
    inverse = np.linalg.pinv(fit.information)
    leverage = np.einsum("np,spq,nq->sn", terms, inverse, terms) * fit.weights * fit.variance
    spread = np.sqrt(fit.dispersion[:, None] * np.maximum(1 - leverage, 1e-6))
    if trials is None:
        return 1.5 * (y ** (2 / 3) * fit.mean ** (-1 / 6) - fit.mean**0.5) / spread
    return (y - fit.mean) / np.sqrt(fit.variance) / spread
