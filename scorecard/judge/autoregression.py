"""Lines through a series whose neighbours resemble each other, without knowing how much.

The errors follow a first-order autoregression, u(t) = rho·u(t-1) + e(t). No value of rho is
picked: what is asked for is averaged over every rho, each as heavy as the data make it. That keeps
intervals wide enough in short series, where rho is estimated poorly and mostly too low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Row = NDArray[np.float64]
Table = NDArray[np.float64]

# rho = sin θ, at the middles of so many equal steps of θ: denser where rho is near −1 and 1.
STEPS = 60
BISECTIONS = 60


class Estimate(NamedTuple):
    """An estimate with the ends of its interval, in the unit of what it is of."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A regression for every rho at once; its answers are averages over rho.

    rho           (G,) the values of rho
    weight        (G,) how likely the data make each, adding up to 1
    coefficients  (G, p) the generalised least squares estimate at each rho
    unscaled      (G, p, p) (X'R⁻¹X)⁻¹ at each rho
    variance      (G,) the residual variance at each rho
    freedom       n − p, degrees of freedom
    """

    rho: Row
    weight: Row
    coefficients: Table
    unscaled: NDArray[np.float64]
    variance: Row
    freedom: int

    def mean(self, contrast: Row) -> float:
        """The value of `contrast`·β."""
        return float(self.weight @ (self.coefficients @ contrast))

    def estimate(self, contrast: Row, confidence: float) -> Estimate:
        """`contrast`·β with its central interval of probability `confidence`."""
        centre, spread = self._spread(contrast)
        tail = (1 - confidence) / 2
        ends = [self._quantile(centre, spread, share) for share in (tail, 1 - tail)]
        return Estimate(self.mean(contrast), *ends)

    def autocorrelation(self, confidence: float) -> Estimate:
        """rho itself: its mean, and the central interval to the nearest step."""
        tail = (1 - confidence) / 2
        upto = np.cumsum(self.weight)
        low, high = np.searchsorted(upto, [tail, 1 - tail]).clip(max=len(self.rho) - 1)
        return Estimate(float(self.weight @ self.rho), float(self.rho[low]), float(self.rho[high]))

    def _spread(self, contrast: Row) -> tuple[Row, Row]:
        square = np.einsum("p,gpq,q->g", contrast, self.unscaled, contrast)
        return self.coefficients @ contrast, np.sqrt(self.variance * square)

    def _quantile(self, centre: Row, spread: Row, share: float) -> float:
        ends = centre + spread * stdtrit(self.freedom, share)
        low, high = float(ends.min()), float(ends.max())
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            if self.weight @ stdtr(self.freedom, (middle - centre) / spread) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2


def every_rho() -> Row:
    """The values of rho that are averaged over, in rising order."""
    return np.sin((np.arange(STEPS) + 0.5) / STEPS * np.pi - np.pi / 2)


def whiten(columns: Table, times: NDArray[Any], n: Row, rho: Row) -> tuple[Table, Row]:
    """`columns` (T, p) turned so that their errors are independent with one variance, at each rho.

    `times` are the whole numbers at which the rows were seen, rising: a gap of g steps has the
    correlation rho^g, so that missing points need no filling. `n` are the observations behind each
    row: the variance of an error is proportional to 1/n. Gives (G, T, p) and half of log |R| (G,).
    """
    scaled = columns * np.sqrt(n / n.mean())[:, None]
    gaps = np.diff(times)
    carried = rho[:, None] ** gaps
    left = np.sqrt(1 - carried**2)
    out = np.empty((len(rho), *scaled.shape))
    out[:, 0] = scaled[0]
    out[:, 1:] = (scaled[1:] - carried[:, :, None] * scaled[:-1]) / left[:, :, None]
    return out, np.log(left).sum(axis=1)


def fit(y: Row, design: Table, times: NDArray[Any], n: Row, rho: float | None = None) -> Fit:
    """Regression of `y` (T,) on `design` (T, p), p < T and of full rank, with errors of order one.

    With flat priors on β and log sigma and the prior (1-rho²)^(-1/2) on rho, each rho weighs

        p(rho | y) ∝ (1-rho²)^(-1/2) · |R|^(-1/2) · |X'R⁻¹X|^(-1/2) · S(rho)^(-(T-p)/2)

    S(rho) being the generalised least squares' sum of squares, and β given rho is Student's t with
    T-p degrees of freedom about the generalised least squares estimate. Without the prior this is
    the restricted (REML) likelihood of rho. `rho` given: that one alone (0 is ordinary least
    squares). The caller sees to it that y does not lie exactly on the lines.

    Source: Zellner, A. and Tiao, G. C. (1964), "Bayesian Analysis of the Regression Model with
    Autocorrelated Errors", Journal of the American Statistical Association 59(307), 763-778; the
    prior is Jeffreys' approximate one for a stationary autoregression, uniform in arcsin rho.
    """
    grid = every_rho() if rho is None else np.array([rho])
    white, half_log_r = whiten(np.column_stack([design, y]), times, n, grid)
    x, target = white[:, :, :-1], white[:, :, -1]
    q, r = np.linalg.qr(x)
    turned = np.einsum("gtp,gt->gp", q, target)
    inverse = np.linalg.inv(r)
    coefficients = np.einsum("gpq,gq->gp", inverse, turned)
    residual = target - np.einsum("gtp,gp->gt", x, coefficients)
    squares = np.square(residual).sum(axis=1)
    freedom = len(y) - design.shape[1]
    half_log_x = np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(axis=1)
    # Even steps of arcsin rho are the prior already.
    height = -half_log_r - half_log_x - freedom / 2 * np.log(squares)
    weight = np.exp(height - height.max())
    return Fit(
        rho=grid,
        weight=weight / weight.sum(),
        coefficients=coefficients,
        unscaled=inverse @ inverse.transpose(0, 2, 1),
        variance=squares / freedom,
        freedom=freedom,
    )
