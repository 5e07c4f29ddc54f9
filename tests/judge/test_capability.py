"""Capability against published examples, simulation, and the laws of an index."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.capability import Caution, capability, cp_interval, cpk_interval

# Montgomery, Introduction to Statistical Quality Control, Table 6.1: flow width (microns) of the
# hard-bake process, 25 samples of 5.
HARD_BAKE = """
1.3235 1.4128 1.6744 1.4573 1.6914 1.4314 1.3592 1.6075 1.4666 1.6109
1.4284 1.4871 1.4932 1.4324 1.5674 1.5028 1.6352 1.3841 1.2831 1.5507
1.5604 1.2735 1.5265 1.4363 1.6441 1.5955 1.5451 1.3574 1.3281 1.4198
1.6274 1.5064 1.8366 1.4177 1.5144 1.4190 1.4303 1.6637 1.6067 1.5519
1.3884 1.7277 1.5355 1.5176 1.3688 1.4039 1.6697 1.5089 1.4627 1.5220
1.4158 1.7667 1.4278 1.5928 1.4181 1.5821 1.3355 1.5777 1.3908 1.7559
1.2856 1.4106 1.4447 1.6398 1.1928 1.4951 1.4036 1.5893 1.6458 1.4969
1.3589 1.2863 1.5996 1.2497 1.5471 1.5747 1.5301 1.5171 1.1839 1.8662
1.3680 1.7269 1.3957 1.5014 1.4449 1.4163 1.3864 1.3057 1.6210 1.5573
1.5796 1.4185 1.6541 1.5116 1.7247 1.7106 1.4412 1.2361 1.3820 1.7601
1.4371 1.5051 1.3485 1.5670 1.4880 1.4738 1.5936 1.6583 1.4973 1.4720
1.5917 1.4333 1.5551 1.5295 1.6866 1.6399 1.5243 1.5705 1.5563 1.5530
1.5797 1.3663 1.6240 1.3732 1.6887
"""
# Montgomery's piston rings (mm), as the R package qcc carries them: 25 samples of 5.
PISTON_RINGS = """
74.030 74.002 74.019 73.992 74.008 73.995 73.992 74.001 74.011 74.004
73.988 74.024 74.021 74.005 74.002 74.002 73.996 73.993 74.015 74.009
73.992 74.007 74.015 73.989 74.014 74.009 73.994 73.997 73.985 73.993
73.995 74.006 73.994 74.000 74.005 73.985 74.003 73.993 74.015 73.988
74.008 73.995 74.009 74.005 74.004 73.998 74.000 73.990 74.007 73.995
73.994 73.998 73.994 73.995 73.990 74.004 74.000 74.007 74.000 73.996
73.983 74.002 73.998 73.997 74.012 74.006 73.967 73.994 74.000 73.984
74.012 74.014 73.998 73.999 74.007 74.000 73.984 74.005 73.998 73.996
73.994 74.012 73.986 74.005 74.007 74.006 74.010 74.018 74.003 74.000
73.984 74.002 74.003 74.005 73.997 74.000 74.010 74.013 74.020 74.003
73.988 74.001 74.009 74.005 73.996 74.004 73.999 73.990 74.006 74.009
74.010 73.989 73.990 74.009 74.014 74.015 74.008 73.993 74.000 74.010
73.982 73.984 73.995 74.017 74.013
"""
SERIES = st.lists(st.floats(-1000, 1000).map(lambda x: round(x, 3)), min_size=3, max_size=40)


def row(text: str) -> list[float]:
    return [float(one) for one in text.split()]


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=1e-6, abs=1e-9)


def spread_like(mean: float, s: float, n: int = 30) -> np.ndarray:
    """`n` values with exactly this mean and sample standard deviation."""
    values = np.random.default_rng(1).normal(size=n)
    return mean + s * (values - values.mean()) / values.std(ddof=1)


# --- Published examples ---


def test_the_example_of_the_nist_handbook() -> None:
    # NIST/SEMATECH e-Handbook 6.1.6: USL 20, LSL 8, mean 16, s 2: Cp 1.0, Cpu and Cpk 0.6667,
    # Cpl 1.3333. The example's one s is the overall spread here.
    values = spread_like(16, 2)

    found = capability(values, lower=8, upper=20)

    assert found.pp == pytest.approx(1)
    assert found.ppk == pytest.approx(2 / 3)
    assert capability(values, lower=8).ppk == pytest.approx(4 / 3)
    # Cpm with T the middle, 14: 12 / (6 √(4 + 4)).
    assert found.cpm == pytest.approx(1 / sqrt(2))


@pytest.mark.parametrize(
    ("widths", "share"), [(3, 0.0027), (4, 6.3e-5), (5, 5.7e-7), (6, 2e-9)], ids=str
)
def test_the_share_outside_is_that_of_the_handbooks_table(widths: int, share: float) -> None:
    # 6.1.6, "Translating capability into rejects": Cp 1.00, 1.33, 1.66, 2.00.
    found = capability(spread_like(0, 1), lower=-widths, upper=widths)
    assert found.pp == pytest.approx(widths / 3)
    assert found.expected_outside == pytest.approx(share, rel=0.02)


def test_montgomerys_hard_bake_process() -> None:
    # Example 6.1: mean 1.5056, mean range 0.32521, sigma 0.1398, limits 1.50 ± 0.50: Cp 1.192, and
    # about 0.035 % of the wafers outside.
    found = capability(row(HARD_BAKE), lower=1, upper=2, subgroups=5)

    assert found.mean == pytest.approx(1.5056, abs=5e-5)
    assert found.short_term == pytest.approx(0.32521 / 2.326, abs=5e-5)
    assert found.cp == pytest.approx(1.192, abs=1e-3)
    assert found.cautions == ()


def test_montgomerys_piston_rings_as_qcc_gives_them() -> None:
    # Centre 74.00118, mean range 0.02276, sigma 0.009785, limits 74 ± 0.05: Cp 1.70, Cpk 1.66.
    found = capability(row(PISTON_RINGS), lower=73.95, upper=74.05, subgroups=5)

    assert found.mean == pytest.approx(74.00118, abs=5e-6)
    assert found.short_term == pytest.approx(0.009785, abs=5e-7)
    assert found.cp == pytest.approx(1.70, abs=5e-3)
    assert found.cpk == pytest.approx(1.66, abs=5e-3)
    assert found.observed_outside == 0


def test_montgomerys_intervals() -> None:
    # Limits 38 and 62, s 1.75, n 20: Cp 2.29, at 95 % from 1.57 to 3.01.
    interval = cp_interval(24 / (6 * 1.75), 19)
    assert interval == pytest.approx((1.57, 3.01), abs=6e-3)
    # Bissell's formula by hand for Cpk 1.33, n 20: 1.33 (1 ± 1.96 · 0.17163).
    assert cpk_interval(1.33, 20, 19) == pytest.approx((0.8826, 1.7774), abs=1e-4)


# --- Computed independently ---


def test_individuals_have_the_spread_of_their_moving_ranges() -> None:
    values = [4.0, 6, 5, 9, None, 3, 4]

    found = capability(values, upper=10)

    # 2, 1, 4 and 1: no range is taken across what is missing.
    assert found.short_term == pytest.approx((2 + 1 + 4 + 1) / 4 / 1.128)
    assert found.cpk == pytest.approx((10 - 31 / 6) / (3 * 2 / 1.128))
    assert (found.n, found.missing) == (6, 1)
    assert found.cp is None
    assert found.pp is None
    assert found.cpm is None


def test_subgroups_may_be_named_and_differ_in_size() -> None:
    values = [1.0, 3, 2, 10, 12, 7]
    named = capability(values, upper=20, subgroups=["a", "a", "a", "b", "b", "alone"])
    assert named.short_term == pytest.approx((2 / 1.6926 + 2 / 1.1284) / 2, rel=1e-4)


@pytest.mark.parametrize("n", [12, 25, 60])
@pytest.mark.parametrize("subgroups", [None, 3])
def test_the_intervals_cover_as_often_as_they_say(n: int, subgroups: int | None) -> None:
    rng = np.random.default_rng(n)
    truth = {"cp": 7 / 6, "cpk": 1.0, "pp": 7 / 6, "ppk": 1.0}
    covered = dict.fromkeys(truth, 0)
    for _ in range(1000):
        found = capability(rng.normal(size=n), lower=-4, upper=3, subgroups=subgroups)
        for name, true in truth.items():
            low, high = getattr(found, f"{name}_interval")
            covered[name] += low <= true <= high
    assert all(920 <= count <= 980 for count in covered.values()), covered


# --- Laws ---


@given(SERIES, st.floats(-1000, 1000))
def test_a_mirrored_process_has_the_same_capability(values: list[float], limit: float) -> None:
    ahead = capability(values, upper=limit)
    mirrored = capability([-one for one in values], lower=-limit)
    assert close(ahead.cpk, mirrored.cpk)
    assert ahead.observed_outside == mirrored.observed_outside


@given(SERIES, st.sampled_from([0.01, 24, 60, 3600]))
def test_units_do_not_matter(values: list[float], unit: float) -> None:
    here = capability(values, lower=-10, upper=50)
    there = capability([unit * one for one in values], lower=unit * -10, upper=unit * 50)
    for name in ("cp", "cpk", "cpm", "pp", "ppk", "expected_outside"):
        assert close(getattr(here, name), getattr(there, name)), name
    assert here.cautions == there.cautions


@given(SERIES)
def test_an_index_that_heeds_the_middle_is_never_the_larger(values: list[float]) -> None:
    found = capability(values, lower=-500, upper=500)
    if found.cp is not None and found.cpk is not None:
        assert found.cpk <= found.cp + 1e-9
    if found.pp is not None and found.ppk is not None and found.cpm is not None:
        assert found.ppk <= found.pp + 1e-9
        assert found.cpm <= found.pp + 1e-9


# --- What cannot be known, and what is refused ---


def test_nothing_is_no_data() -> None:
    for values in ([], [None, None]):
        found = capability(values, upper=5)
        assert found.cautions == (Caution.NO_DATA,)
        assert found.cpk is None
        assert found.observed_outside is None
    assert found.missing == 2


def test_one_value_has_no_spread() -> None:
    found = capability([3], upper=2)
    assert (found.n, found.mean, found.observed_outside) == (1, 3, 1)
    assert (found.cpk, found.ppk, found.expected_outside) == (None, None, None)
    assert found.cautions == (Caution.TOO_FEW,)


def test_values_that_never_change_have_no_capability() -> None:
    found = capability([0.1] * 30, lower=0, upper=2)
    assert (found.cp, found.cpk, found.pp, found.ppk, found.cpm) == (None,) * 5
    assert found.cautions == (Caution.NO_VARIATION,)


def test_cautions_are_said() -> None:
    steady = spread_like(10, 1)
    assert capability(steady, upper=14, in_control=True).cautions == ()
    assert capability(steady, upper=14, in_control=False).cautions == (Caution.NOT_IN_CONTROL,)
    assert capability(np.exp(2 * steady), upper=14).cautions == (Caution.NOT_NORMAL,)
    assert capability(steady[:24], upper=14).cautions == (Caution.TOO_FEW,)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "limits-missing"),
        ({"lower": 3, "upper": 2}, "limits-crossed"),
        ({"lower": 3, "upper": 3}, "limits-crossed"),
        ({"upper": float("inf")}, "limit-not-finite"),
        ({"upper": 3, "target": float("nan")}, "limit-not-finite"),
        ({"upper": 3, "confidence": 95}, "confidence-out-of-range"),
        ({"upper": 3, "subgroups": 1}, "subgroups-uneven"),
        ({"upper": 3, "subgroups": ["a"]}, "subgroups-uneven"),
    ],
)
def test_bad_input_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(JudgeError, match=f"^{code}"):
        capability([1, 2, 4], **more)


def test_an_infinite_value_is_refused() -> None:
    with pytest.raises(JudgeError, match=r"^values-infinite"):
        capability([1, float("inf")], upper=3)


@pytest.mark.parametrize("size", [None, 5])
def test_degrees_of_freedom_are_what_the_spread_scatters_by(size: int | None) -> None:
    """A chi-square estimate with f degrees of freedom has the relative variance 1 / 2f."""
    draw = np.random.default_rng(4)
    many = [capability(draw.normal(0, 1, 50), upper=3, subgroups=size) for _ in range(4000)]
    spreads = np.array([one.short_term for one in many])
    relative = spreads.var() / spreads.mean() ** 2
    assert many[0].degrees == pytest.approx(1 / (2 * relative), rel=0.07)
