"""Exponential smoothing as statsmodels fits it, with missing points left missing."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]


class Form(StrEnum):
    """How a series may move on. The value is the shown word."""

    LEVEL = "a level that moves"
    TREND = "a level with a trend that dies down"
    SEASON = "a level that moves, with a yearly course"


@dataclass(frozen=True, slots=True)
class Smoothing:
    """One form fitted to a series.

    parameters  of statsmodels' model
    counted     numbers that were fitted: parameters, first states and the variance
    aicc        Akaike's information criterion, corrected for few points; the smaller, the better
    """

    form: Form
    season: int | None
    parameters: Row
    counted: int
    aicc: float


def fit(row: Row, form: Form, season: int | None, start: Row | None = None) -> Smoothing | None:
    """`form` fitted to `row` by maximum likelihood; None where the search came to no end.

    Additive errors: simple (A,N,N), damped trend (A,Ad,N) or seasonal (A,N,A) in the names of
    Hyndman, R. J., Koehler, A. B., Ord, J. K. and Snyder, R. D. (2008), Forecasting with
    Exponential Smoothing: The State Space Approach. statsmodels leaves the first states out of
    what it counts, and would choose a season too gladly; here they are counted, as there.
    """
    from statsmodels.tools.sm_exceptions import MissingDataError

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            model = _model(row, form, season)
            found = model.fit(
                start, disp=False, warn_convergence=False, cov_type="none", factr=1e10, pgtol=1e-4
            )
        except (np.linalg.LinAlgError, MissingDataError, ValueError):
            return None
    likelihood = float(found.llf)
    seen = int((~np.isnan(row)).sum())
    states = {Form.LEVEL: 1, Form.TREND: 2, Form.SEASON: season or 0}[form]
    counted = len(found.params) + states + 1
    if not (np.isfinite(likelihood) and found.mle_retvals["converged"] and seen > counted + 1):
        return None
    aicc = 2 * counted - 2 * likelihood + 2 * counted * (counted + 1) / (seen - counted - 1)
    return Smoothing(form, season, np.asarray(found.params), counted, aicc)


def ahead(fitted: Smoothing, row: Row, steps: int) -> tuple[Row, Row]:
    """Mean and standard error of each of `steps` points after `row`, parameters kept as they are.

    The variance is divided by the points left over after everything that was fitted is counted,
    rather than by all of them, as maximum likelihood would.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        model = _model(row, fitted.form, fitted.season)
        found = model.smooth(fitted.parameters, cov_type="none").get_forecast(steps)
        mean, error = np.asarray(found.predicted_mean), np.asarray(found.se_mean)
    seen = int((~np.isnan(row)).sum())
    return mean, error * np.sqrt(seen / max(seen - fitted.counted, 1))


def _model(row: Row, form: Form, season: int | None) -> Any:
    # Takes two seconds to import, and is wanted for forecasts alone.
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    return ExponentialSmoothing(
        row,
        trend=form is Form.TREND,
        damped_trend=form is Form.TREND,
        seasonal=season if form is Form.SEASON else None,
        initialization_method="concentrated",
    )
