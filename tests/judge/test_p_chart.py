"""p and p' charts against published ones, and the laws they must keep."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.control_chart import ControlChart
from scorecard.judge.p_chart import p_chart
from tests.judge import published_charts as published

POINT = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SERIES = st.lists(POINT, min_size=2, max_size=30)
PRIME = st.booleans()


def of(series: list[tuple[int, int]], **options: bool) -> ControlChart:
    return p_chart([x for x, _ in series], [n for _, n in series], **options)


def test_montgomerys_cans_and_the_wafers_of_the_nist_handbook() -> None:
    found = p_chart(published.LEAKING_CANS, [50] * 30)

    # Both books: centre 0.2313, limits 0.0524 and 0.4102; samples 15 and 23 are beyond.
    assert found.mean[0] == pytest.approx(0.2313, abs=5e-5)
    assert found.lower[0] == pytest.approx(0.0524, abs=5e-5)
    assert found.upper[0] == pytest.approx(0.4102, abs=5e-5)
    assert (np.flatnonzero(found.outside) + 1).tolist() == [15, 23]
    assert found.sigma_z is None
    assert found.notes == ()


def test_the_p_prime_chart_of_the_emergency_departments_is_that_of_qicharts2() -> None:
    found = p_chart(published.SEEN, published.ATTENDED, prime=True)

    assert found.mean == pytest.approx(published.SEEN_MEAN, rel=1e-12)
    assert found.lower.tolist() == pytest.approx(published.SEEN_LOWER, rel=1e-12)
    assert found.upper.tolist() == pytest.approx(published.SEEN_UPPER, rel=1e-12)
    assert not found.outside.any()
    # The authors' point: limits from the binomial alone call most of a stable series special.
    assert p_chart(published.SEEN, published.ATTENDED).outside.sum() == 16


def test_a_fixed_baseline_is_that_of_qicharts2() -> None:
    found = p_chart(published.SEEN, published.ATTENDED, prime=True, fix_first=10)

    mean, first, last = published.SEEN_FROZEN
    assert found.mean == pytest.approx(mean, rel=1e-12)
    assert (found.lower[0], found.upper[0]) == pytest.approx(first, rel=1e-12)
    assert (found.lower[-1], found.upper[-1]) == pytest.approx(last, rel=1e-12)


def test_sigma_z_is_the_mean_moving_range_of_the_z_scores() -> None:
    successes, n = [18, 25, None, 12, 35], [40, 50, 45, 30, 70]
    share = (18 + 25 + 12 + 35) / (40 + 50 + 30 + 70)

    def z(x: int, n: int) -> float:
        return (x / n - share) / sqrt(share * (1 - share) / n)

    # No range reaches across the missing point.
    ranges = [abs(z(25, 50) - z(18, 40)), abs(z(35, 70) - z(12, 30))]

    found = p_chart(successes, n, prime=True)

    assert found.sigma_z == pytest.approx(sum(ranges) / 2 / 1.128)
    assert found.mean == pytest.approx(share)
    reach = 3 * sum(ranges) / 2 / 1.128 * sqrt(share * (1 - share) / 50)
    assert (found.lower[1], found.upper[1]) == pytest.approx((share - reach, share + reach))


@given(SERIES, PRIME)
def test_the_share_of_failures_is_charted_in_mirror_image(
    series: list[tuple[int, int]], prime: bool
) -> None:
    there, mirrored = of(series, prime=prime), of([(n - x, n) for x, n in series], prime=prime)

    assert mirrored.mean == pytest.approx(1 - there.mean, abs=1e-9)
    assert mirrored.lower == pytest.approx(1 - there.upper, abs=1e-9, nan_ok=True)
    assert mirrored.upper == pytest.approx(1 - there.lower, abs=1e-9, nan_ok=True)
    assert (mirrored.sigma_z is None) == (there.sigma_z is None)
    if there.sigma_z is not None:
        assert mirrored.sigma_z == pytest.approx(there.sigma_z, rel=1e-6)


@given(SERIES)
def test_the_prime_chart_is_the_plain_one_stretched_by_sigma_z(
    series: list[tuple[int, int]],
) -> None:
    plain, prime = of(series), of(series, prime=True)
    assume(prime.sigma_z is not None)
    assert prime.sigma_z is not None

    assert prime.sigma == pytest.approx(plain.sigma * prime.sigma_z)
    assert (prime.mean == plain.mean).all()


@given(SERIES, st.floats(1e-3, 1e3))
def test_weights_on_another_scale_leave_the_prime_chart_alone(
    series: list[tuple[int, int]], weight: float
) -> None:
    there = of(series, prime=True)
    weighted = p_chart([x * weight for x, _ in series], [n * weight for _, n in series], prime=True)

    assert weighted.lower == pytest.approx(there.lower, abs=1e-9, nan_ok=True)
    assert weighted.upper == pytest.approx(there.upper, abs=1e-9, nan_ok=True)


@given(SERIES, PRIME)
def test_time_running_backwards_gives_the_same_chart_backwards(
    series: list[tuple[int, int]], prime: bool
) -> None:
    there, back = of(series, prime=prime), of(series[::-1], prime=prime)

    assert back.mean == pytest.approx(there.mean)
    assert back.lower[::-1] == pytest.approx(there.lower, abs=1e-12, nan_ok=True)
    assert back.upper[::-1] == pytest.approx(there.upper, abs=1e-12, nan_ok=True)


@given(SERIES, PRIME)
def test_limits_stay_between_0_and_1_around_the_mean(
    series: list[tuple[int, int]], prime: bool
) -> None:
    found = of(series, prime=prime)

    drawn = ~np.isnan(found.lower)
    assert (found.lower[drawn] >= 0).all()
    assert (found.upper[drawn] <= 1).all()
    assert (found.lower[drawn] <= found.mean[drawn]).all()
    assert (found.mean[drawn] <= found.upper[drawn]).all()


def test_limits_cut_off_at_the_ends_of_the_scale_say_so() -> None:
    found = p_chart([1, 0, 2], [10, 10, 10])

    assert found.lower.tolist() == [0, 0, 0]
    assert found.notes == ("The lower limit is cut off at 0: no point can fall below it.",)
    assert p_chart([9, 10, 8], [10, 10, 10]).notes == (
        "The upper limit is cut off at 1: no point can rise above it.",
    )


@pytest.mark.parametrize("prime", [False, True])
def test_a_point_without_denominator_is_missing_and_keeps_its_place(prime: bool) -> None:
    found = p_chart([5, 7, 0, None, 4], [10, 10, 0, 10, None], prime=prime)
    without = p_chart([5, 7], [10, 10], prime=prime)

    assert np.isnan(found.values).tolist() == [False, False, True, True, True]
    assert np.isnan(found.lower).tolist() == [False, False, True, True, True]
    assert found.lower[:2].tolist() == without.lower.tolist()
    assert (found.mean == 0.6).all()


def test_without_two_neighbours_no_sigma_z_is_known() -> None:
    found = p_chart([5, None, 7], [10, 10, 10], prime=True)

    assert found.no_limits == "no two neighbouring points are measured"
    assert found.sigma_z is None
    assert p_chart([5, None, 7], [10, 10, 10]).no_limits is None


def test_a_fixed_baseline_counts_missing_places_too() -> None:
    fixed = p_chart([3, None, 5, 9], [10, 10, 10, 10], fix_first=3)

    assert (fixed.mean == 0.4).all()
    assert p_chart([3, 5, 9], [10, 10, 10], fix_first=30).mean[0] == pytest.approx(17 / 30)


@pytest.mark.parametrize("prime", [False, True])
@pytest.mark.parametrize(
    ("successes", "n", "mean", "why"),
    [
        ([], [], None, "nothing is measured"),
        ([None, 3], [10, None], float("nan"), "nothing is measured"),
        ([3], [10], 0.3, "only one point is measured"),
        ([0, 0, 0], [10, 20, 30], 0.0, "the points the limits would rest on do not vary"),
        ([10, 20], [10, 20], 1.0, "the points the limits would rest on do not vary"),
    ],
)
def test_where_nothing_varies_there_are_no_limits_and_it_is_said(
    successes: list[float | None],
    n: list[float | None],
    mean: float | None,
    why: str,
    prime: bool,
) -> None:
    found = p_chart(successes, n, prime=prime)

    assert np.isnan(found.lower).all()
    assert np.isnan(found.upper).all()
    assert not found.outside.any()
    assert found.no_limits == why
    assert found.notes == ()
    if mean is not None:
        assert found.mean == pytest.approx(mean, nan_ok=True)


def test_a_constant_share_has_limits_from_chance_but_no_sigma_z() -> None:
    assert p_chart([3, 6], [10, 20]).upper[0] == pytest.approx(0.3 + 3 * sqrt(0.021))
    prime = p_chart([3, 6, 9], [10, 20, 30], prime=True)
    assert prime.no_limits == "the points the limits would rest on do not vary"


def test_arrays_cannot_be_written_to() -> None:
    found = p_chart([3, 4, 5], [10, 10, 10], prime=True)

    for array in (
        *(found.values, found.mean, found.lower),
        *(found.upper, found.outside, found.sigma),
    ):
        assert array.shape == (3,)
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("successes", "n", "fix_first", "code"),
    [
        ([-1, 2], [10, 10], None, "values-negative"),
        ([1, 2], [10, -10], None, "values-negative"),
        ([1, 2], [10], None, "values-uneven"),
        ([1, 2], [10, 0], None, "count-without-size"),
        ([1, 11], [10, 10], None, "values-above-whole"),
        ([1, float("inf")], [10, 10], None, "values-infinite"),
        (["1", "2"], [10, 10], None, "values-not-numbers"),
        ([1, 2], [10, 10], 1, "fix-first-too-few"),
    ],
)
def test_what_cannot_be_a_share_is_refused(
    successes: list[float | None], n: list[float | None], fix_first: int | None, code: str
) -> None:
    with pytest.raises(JudgeError, match=rf"^{code}: "):
        p_chart(successes, n, fix_first=fix_first)


def test_an_expected_value_beyond_the_scale_is_called_so() -> None:
    found = p_chart([3, 4], [10, 10])

    assert found.beyond_scale(0.95) is None
    assert found.beyond_scale(95) == "The expected value 95 lies above 1: none can be."
    assert found.beyond_scale(-0.1) == "The expected value -0.1 lies below 0: none can be."
    with pytest.raises(JudgeError, match=r"^values-infinite: expected"):
        found.beyond_scale(float("inf"))
