"""u and u' charts against published ones, and the laws they must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.u_chart import u_chart
from tests.judge import published_charts as published

SERIES = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 10_000)), min_size=2, max_size=30)
PRIME = st.booleans()


def test_the_c_chart_of_the_nist_handbooks_wafers() -> None:
    found = u_chart(published.WAFER_DEFECTS, [1] * 25)

    # The handbook: centre 16, limits 4 and 28.
    assert (found.lower[0], found.mean[0], found.upper[0]) == pytest.approx((4, 16, 28))
    # The 28 on the limit is within it; only the 31 is beyond.
    assert np.flatnonzero(found.outside).tolist() == [23]


def test_montgomerys_computers() -> None:
    found = u_chart(published.COMPUTER_FAULTS, [5] * 20)

    # The book: centre 1.93, limits 0.07 and 3.79.
    assert found.mean[0] == pytest.approx(1.93)
    assert (found.lower[0], found.upper[0]) == pytest.approx((0.07, 3.79), abs=5e-3)
    assert not found.outside.any()


def test_the_c_chart_of_infections_is_that_of_qicharts2() -> None:
    found = u_chart(published.CLOSTRIDIUM, [1] * 36)

    limits = (found.lower[0], found.mean[0], found.upper[0])
    assert limits == pytest.approx(published.CLOSTRIDIUM_LIMITS, rel=1e-12)


def test_the_u_prime_chart_of_infections_is_that_of_qicharts2() -> None:
    found = u_chart(published.INFECTIONS, published.RISK_DAYS, prime=True)

    assert found.mean == pytest.approx(published.INFECTIONS_MEAN, rel=1e-12)
    for place, limits in published.INFECTIONS_LIMITS.items():
        assert (found.lower[place], found.upper[place]) == pytest.approx(limits, rel=1e-12)
    assert found.sigma_z == pytest.approx(1.075, abs=1e-3)


@given(SERIES, st.floats(1e-6, 1e6), PRIME)
def test_another_unit_of_exposure_scales_the_chart(
    series: list[tuple[int, int]], factor: float, prime: bool
) -> None:
    counts, exposure = [x for x, _ in series], np.array([n for _, n in series], dtype=float)
    there = u_chart(counts, exposure, prime=prime)
    scaled = u_chart(counts, exposure * factor, prime=prime)

    for name in ("values", "mean", "lower", "upper", "sigma"):
        expected = getattr(there, name) / factor
        assert getattr(scaled, name) == pytest.approx(
            expected, rel=1e-9, abs=1e-12 / factor, nan_ok=True
        )
    assert (scaled.sigma_z is None) == (there.sigma_z is None)
    assert (scaled.outside == there.outside).all()


@given(SERIES, PRIME)
def test_time_running_backwards_gives_the_same_chart_backwards(
    series: list[tuple[int, int]], prime: bool
) -> None:
    there = u_chart([x for x, _ in series], [n for _, n in series], prime=prime)
    back = u_chart([x for x, _ in series[::-1]], [n for _, n in series[::-1]], prime=prime)

    assert back.mean == pytest.approx(there.mean)
    assert back.lower[::-1] == pytest.approx(there.lower, abs=1e-12, nan_ok=True)
    assert back.upper[::-1] == pytest.approx(there.upper, abs=1e-12, nan_ok=True)
    assert (there.lower[~np.isnan(there.lower)] >= 0).all()


def test_more_counts_than_exposure_are_no_error() -> None:
    found = u_chart([12, 15, 9], [4, 5, 3])

    assert found.values.tolist() == [3, 3, 3]
    assert found.beyond_scale(1000) is None
    assert found.beyond_scale(-1) == "The expected value -1 lies below 0: none can be."


def test_no_events_at_all_are_no_variation() -> None:
    found = u_chart([0, 0, 0], [10, 20, None])

    assert np.isnan(found.upper).all()
    assert found.mean.tolist() == [0, 0, 0]
    assert found.no_limits == "the points the limits would rest on do not vary"


@pytest.mark.parametrize(
    ("counts", "exposure", "code"),
    [
        ([-1, 2], [10, 10], "values-negative: counts"),
        ([1, 2], [10, -10], "values-negative: exposure"),
        ([1, 2], [10], "values-uneven: counts"),
        ([1, 2], [10, 0], "count-without-size: counts"),
        ([1, 1e200], [10, 10], "values-too-large: counts"),
        ([1, 2], [10, 1e-200], "values-too-small: exposure"),
    ],
)
def test_what_cannot_be_a_rate_is_refused(
    counts: list[float], exposure: list[float], code: str
) -> None:
    with pytest.raises(JudgeError, match=rf"^{code}"):
        u_chart(counts, exposure)


MAGNITUDES = st.one_of(st.none(), st.just(0.0), st.floats(1e-60, 1e60))


@given(st.lists(st.tuples(MAGNITUDES, MAGNITUDES), max_size=12), PRIME)
def test_whatever_is_accepted_is_drawn_without_infinities(
    series: list[tuple[float | None, float | None]], prime: bool
) -> None:
    counts = [None if n == 0 else x for x, n in series]

    found = u_chart(counts, [n for _, n in series], prime=prime)

    for drawn in (found.values, found.mean, found.lower, found.upper, found.sigma):
        assert not np.isinf(drawn).any()
    assert (found.no_limits is None) != bool(np.isnan(found.lower).all())
