"""Before and after: published series, an independent computation, laws, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from scorecard.errors import JudgeError
from scorecard.judge.autoregression import every_rho
from scorecard.judge.before_after import Effect, Kept, before_after
from tests.judge.before_after_coverage import autoregressive, ours

# Packs of cigarettes sold per head in California, 1970 to 2000; Proposition 99 began in 1989.
# Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105.
CIGARETTES = [
    *(123, 121, 123.5, 124.4, 126.7, 127.1, 128, 126.4, 126.1, 121.9, 120.2, 118.6, 115.4, 110.8),
    *(104.8, 102.8, 99.7, 97.5, 90.1, 82.4, 77.8, 68.7, 67.5, 63.4, 58.6, 56.4, 54.5, 53.8, 52.3),
    *(47.2, 41.6),
]

# Acute coronary events in Sicily by month, January 2002 to November 2006, and the age-standardised
# population; smoking in public places was banned in January 2005. Published with Bernal, Cummins
# and Gasparrini (2017).
EVENTS = [
    *(728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858, 887, 766, 851, 769, 781, 756),
    *(766, 752, 765, 831, 879, 928, 914, 808, 937, 840, 916, 828, 845, 818, 860, 839, 887, 886),
    *(831, 796, 833, 820, 877, 758, 767, 738, 781, 843, 850, 908, 1021, 859, 976, 888, 962, 838),
    *(810, 876, 843, 936, 912),
]
POPULATION = [
    *(379875.3, 376495.5, 377040.8, 377116.4, 377383.4, 374113.1, 379513.3, 376295.5, 374653.2),
    *(378485.6, 375955.5, 378349.7, 376762.4, 379032.3, 379360.4, 376162.0, 377972.4, 381830.7),
    *(379888.6, 380872.2, 380966.9, 381240.4, 382104.9, 381802.7, 381656.3, 383680.0, 383504.2),
    *(386462.9, 383783.1, 380836.8, 383483.0, 380906.2, 382926.8, 384052.4, 384449.6, 383428.4),
    *(388153.2, 388373.2, 386470.1, 386033.2, 383686.4, 385509.3, 385901.9, 386516.6, 388436.5),
    *(383255.2, 390148.7, 385874.9, 391613.6, 391750.4, 394005.6, 391364.9, 391664.6, 389022.3),
    *(391878.5, 388575.3, 392989.0, 390018.8, 390712.3),
]

Found = Any


def noisy(seed: int, points: int = 48, rho: float = 0.3) -> np.ndarray:
    return 50 + autoregressive(np.random.default_rng(seed), points, rho)


def estimates(found: Found) -> np.ndarray:
    return np.array([found.average, found.level, found.slope, found.at_horizon])


# --- Published series ---


def test_the_lines_of_proposition_99_are_those_of_linden() -> None:
    """Linden (2015), "Conducting interrupted time-series analysis for single- and multiple-group
    comparisons", The Stata Journal 15(2), 480-500: level −20.0581, slope −1.494652 a year."""
    found: Found = before_after(CIGARETTES, 19, better="lower", rho=0.0)
    assert found.level.value == pytest.approx(-20.0581, abs=5e-5)
    assert found.slope.value == pytest.approx(-1.494652, abs=5e-7)
    assert found.verdict is Effect.IMPROVED


def test_the_smoking_ban_in_sicily_is_found_as_bernal_and_others_published_it() -> None:
    """They model counts (quasi-Poisson, two harmonics): rate ratio 0.885 (0.839 to 0.933)."""
    rates = np.log(np.array(EVENTS) / np.array(POPULATION))
    found: Found = before_after(rates, 36, better="lower", slope=False, season=12)
    assert found.seasonal
    assert np.exp(found.level) == pytest.approx([0.885, 0.839, 0.933], abs=0.005)
    assert found.average == found.level == found.at_horizon
    assert found.slope is None
    assert found.verdict is Effect.IMPROVED


# --- An independent computation ---


def dense(y: list[Any], at: int, n: list[float], contrast: list[Any]) -> tuple[float, Any]:
    """The mean and the distribution function of the contrast, by statsmodels' GLS at each rho, with
    the whole covariance written out and missing points left out of it."""
    t = np.array([i for i, value in enumerate(y) if value is not None])
    after = (t >= at) * 1.0
    x = np.column_stack([np.ones(len(t)), t - at, after, after * (t - at)])
    row = np.array([y[i] for i in t])
    scale = np.diag([1 / np.sqrt(n[i]) for i in t])
    parts = []
    for rho in every_rho():
        sigma = scale @ (rho ** np.abs(np.subtract.outer(t, t))) @ scale
        result = sm.GLS(row, x, sigma=sigma).fit()
        inverse = np.linalg.inv(sigma)
        squares = result.resid @ inverse @ result.resid
        height = -0.5 * np.linalg.slogdet(sigma)[1] - (len(t) - 4) / 2 * np.log(squares)
        height -= 0.5 * np.linalg.slogdet(x.T @ inverse @ x)[1]
        test = result.t_test(contrast)
        parts.append((height, test.effect[0], float(test.sd[0, 0])))
    heights, means, spreads = np.array(parts).T
    weights = np.exp(heights - heights.max())
    weights /= weights.sum()
    below = lambda value: weights @ stdtr(len(t) - 4, (value - means) / spreads)  # noqa: E731
    return float(weights @ means), below


def test_estimates_equal_gls_averaged_over_rho_with_missing_points_and_weights() -> None:
    y: list[Any] = noisy(3, 30, 0.6).tolist()
    y[4] = y[17] = y[18] = None
    n = np.random.default_rng(4).integers(20, 200, 30).astype(float).tolist()
    found: Found = before_after(y, 14, better="higher", n=n, horizon=6)
    contrasts: dict[str, list[Any]] = {
        "level": [0, 0, 1, 0],
        "slope": [0, 0, 0, 1],
        "at_horizon": [0, 0, 1, 6],
    }
    since = np.mean([i - 14 for i in range(14, 30) if y[i] is not None])
    contrasts["average"] = [0, 0, 1, since]
    for name, contrast in contrasts.items():
        mean, below = dense(y, 14, n, contrast)
        estimate = getattr(found, name)
        assert estimate.value == pytest.approx(mean, rel=1e-8)
        assert below(estimate.lower) == pytest.approx(0.025, abs=1e-7)
        assert below(estimate.upper) == pytest.approx(0.975, abs=1e-7)
    assert (found.n_before, found.n_after) == (13, 14)


def test_durbin_watson_is_statsmodels_own() -> None:
    y = noisy(5, 40)
    after = (np.arange(40) >= 20) * 1.0
    x = np.column_stack([np.ones(40), np.arange(40), after, after * np.arange(40)])
    expected = sm.stats.durbin_watson(sm.OLS(y, x).fit().resid)
    assert before_after(y, 20, better="higher").durbin_watson == pytest.approx(expected)


def test_the_counterfactual_is_the_line_before_drawn_on() -> None:
    found: Found = before_after(noisy(6), 20, better="higher")
    assert len(found.without) == 28
    assert len(found.fitted) == 48
    steps = np.diff([*found.fitted[:20], *found.without])
    assert steps == pytest.approx(np.full(47, steps[0]))
    away = np.array(found.fitted[20:]) - np.array(found.without)
    assert away[0] == pytest.approx(found.level.value)
    assert away[-1] == pytest.approx(found.at_horizon.value)
    assert away.mean() == pytest.approx(found.average.value)


# --- Laws ---

SERIES = st.integers(0, 10_000).map(noisy)


@settings(max_examples=25, deadline=None)
@given(SERIES, st.floats(-3, 3), st.integers(10, 38))
def test_a_mirrored_direction_gives_the_mirrored_verdict(
    y: np.ndarray, step: float, at: int
) -> None:
    y = y + step * (np.arange(48) >= at)
    up = before_after(y, at, better="higher")
    mirror = {Effect.IMPROVED: Effect.WORSENED, Effect.WORSENED: Effect.IMPROVED}
    down = before_after(y, at, better="lower")
    assert down.verdict is mirror.get(up.verdict, up.verdict)
    turned = before_after(-y, at, better="lower")
    assert turned.verdict is up.verdict
    assert estimates(turned)[:, [0, 2, 1]] == pytest.approx(-estimates(up), rel=1e-6, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(SERIES, st.floats(0.01, 100), st.floats(-1000, 1000), st.floats(-2, 2))
def test_units_scale_effects_and_neither_a_constant_nor_a_trend_moves_them(
    y: np.ndarray, factor: float, constant: float, trend: float
) -> None:
    one = before_after(y, 24, better="higher")
    other = before_after(factor * y + constant + trend * np.arange(48), 24, better="higher")
    assert other.verdict is one.verdict
    assert estimates(other) == pytest.approx(factor * estimates(one), rel=1e-5, abs=1e-6 * factor)


@settings(max_examples=10, deadline=None)
@given(SERIES, st.floats(-5, 5))
def test_a_step_added_to_the_series_is_added_to_the_level(y: np.ndarray, step: float) -> None:
    one: Found = before_after(y, 24, better="higher")
    other: Found = before_after(y + step * (np.arange(48) >= 24), 24, better="higher")
    moved = np.array(other.level) - np.array(one.level)
    assert moved == pytest.approx(np.full(3, step), abs=1e-6)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_where_nothing_happened_it_mostly_says_so(rho: float) -> None:
    """A smaller count of the table in docs/judging/before-after.md; 300 series: ± 3 points."""
    rates = ours(48, 24, rho, 300, 11, None)
    assert 0.02 <= rates.alarms <= 0.09
    assert all(0.91 <= rate <= 0.99 for rate in rates[1:])


def test_ordinary_least_squares_would_cry_wolf() -> None:
    """Why autocorrelation is allowed for."""
    assert ours(48, 24, 0.6, 300, 11, 0.0).alarms > 0.2


def test_a_real_step_is_found() -> None:
    y = noisy(8) + 4 * (np.arange(48) >= 24)
    found: Found = before_after(y, 24, better="higher")
    assert found.verdict is Effect.IMPROVED
    assert found.reason is None
    assert found.average.lower < 4 < found.average.upper


# --- Little, odd or no data ---


@pytest.mark.parametrize("y", [[None] * 20, [1, 2], [*range(5), *([None] * 15)]])
def test_too_few_points_are_said_to_be_too_few(y: list[float | None]) -> None:
    found = before_after(y, 1, better="higher")
    assert found.verdict is Effect.TOO_FEW
    assert found.reason is not None
    assert "8 are needed" in found.reason
    assert found.average is None
    assert found.fitted == ()


def test_a_constant_series_shows_no_effect_and_gives_no_interval() -> None:
    found = before_after([7.3] * 30, 15, better="higher")
    assert (found.verdict, found.reason) == (Effect.NONE_SHOWN, "Every value is the same.")
    assert found.average is None


def test_values_exactly_on_their_lines_cannot_be_told() -> None:
    found = before_after([5.0] * 15 + [8.0] * 15, 15, better="higher")
    assert found.verdict is Effect.CANNOT_TELL
    assert found.level is None


def test_another_event_cuts_the_series_or_stands_too_close() -> None:
    y = noisy(9)
    cut = before_after(y, 24, better="higher", others=[10, 40])
    assert (cut.first, cut.last, cut.n_before, cut.n_after) == (10, 39, 14, 16)
    alone = before_after(y[10:40], 14, better="higher")
    assert estimates(cut) == pytest.approx(estimates(alone))
    close = before_after(y, 24, better="higher", others=[20])
    assert close.verdict is Effect.CANNOT_TELL
    assert close.reason is not None
    assert close.reason.startswith("Another event is too close: 4 points")


def test_a_season_is_left_alone_where_two_are_not_there() -> None:
    assert not before_after(noisy(1, 20), 10, better="higher", season=12).seasonal
    assert before_after(noisy(1, 24), 12, better="higher", season=12).seasonal
    assert before_after(noisy(1, 24), 12, better="higher", season=4).seasonal


def test_points_that_kept_what_was_expected_are_counted_on_both_sides() -> None:
    y: list[float | None] = [float(value) for value in range(20)]
    y[3] = 3.5
    expected: list[float | None] = [*[2.0] * 10, *[12.0] * 10]
    expected[19] = None
    found = before_after(y, 10, better="higher", expected=expected)
    assert (found.kept_before, found.kept_after) == (Kept(8, 10), Kept(7, 9))
    lower = before_after(y, 10, better="lower", expected=5)
    assert (lower.kept_before, lower.kept_after) == (Kept(6, 10), Kept(0, 10))
    assert before_after(y, 10, better="lower").kept_after is None


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("event-outside", {"at": 0}),
        ("event-outside", {"at": 30}),
        ("event-outside", {"at": -1}),
        ("values-infinite", {"values": [float("inf")] * 30}),
        ("event-outside", {"values": []}),
        ("event-outside", {"values": [1.0]}),
        ("confidence-out-of-range", {"confidence": 95}),
        ("horizon-negative", {"horizon": -1}),
        ("season-too-short", {"season": 1}),
        ("rho-out-of-range", {"rho": 1.0}),
        ("lengths-differ", {"n": [1.0]}),
        ("lengths-differ", {"expected": [1.0]}),
        ("n-negative", {"n": [-1.0] * 30}),
        ("values-infinite", {"expected": float("inf")}),
    ],
)
def test_what_makes_no_sense_is_refused(code: str, arguments: dict[str, Any]) -> None:
    given: dict[str, Any] = {"values": noisy(1, 30).tolist(), "at": 15} | arguments
    with pytest.raises(JudgeError, match=rf"^{code}:"):
        before_after(given.pop("values"), given.pop("at"), better="higher", **given)
