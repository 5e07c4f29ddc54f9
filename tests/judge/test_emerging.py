"""What departs from its own history: found, ranked, counted, and never invented."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.emerging import Entry, Kind, Series, Untested, emerging
from scorecard.judge.expectation import Form, expectation
from tests.judge import emerging_rates as rates

RNG = np.random.default_rng(5)


def steady(mean: float = 100, length: int = 40) -> list[float | None]:
    return list(RNG.poisson(mean, length).astype(float))


def one(series: Series, **settings: Any) -> Entry:
    [entry] = emerging([series], **settings).entries
    return entry


def test_a_doubling_is_found_with_what_was_expected_and_for_how_long() -> None:
    counts = steady()
    counts[-2:] = [205, 210]
    entry = one(Series("a", counts))
    assert (entry.kind, entry.observed, entry.running) == (Kind.VOLUME_UP, 210, 2)
    assert not entry.running_at_least
    assert entry.usual.lower < entry.expected < entry.usual.upper < 210
    assert 85 < entry.expected < 115
    assert entry.excess == pytest.approx(210 - entry.expected)
    assert entry.excess_between == (210 - entry.usual.upper, 210 - entry.usual.lower)
    assert entry.season
    assert entry.trend
    assert entry.history == 37
    assert entry.p == entry.q < 1e-6


def test_what_began_before_the_recent_periods_says_at_least() -> None:
    counts = steady()
    counts[-5:] = [200, 205, 210, 203, 208]
    entry = one(Series("a", counts))
    assert (entry.running, entry.running_at_least) == (3, True)


def test_a_season_is_no_emergency_once_two_years_have_shown_it() -> None:
    months = np.arange(37)
    mean = 100 * np.exp(0.8 * np.cos(2 * np.pi * months / 12))
    counts = RNG.poisson(mean).astype(float)
    assert emerging([Series("a", counts)]).entries == ()
    # A month that was high once may have been high by chance: nobody can know yet.
    entry = one(Series("a", [100.0] * 10 + [300.0] + [100.0] * 11 + [300.0]))
    assert (entry.kind, entry.season) == (Kind.VOLUME_UP, False)


def test_a_steady_growth_is_what_its_history_lets_expect() -> None:
    mean = 100 * np.exp(0.02 * np.arange(48))
    assert emerging([Series("a", RNG.poisson(mean).astype(float))]).entries == ()


def test_a_share_that_falls_counts_the_cases_served_worse() -> None:
    whole = np.full(30, 200.0)
    won = RNG.binomial(200, 0.8, 30).astype(float)
    won[-1] = 110
    entry = one(Series("a", won, whole))
    assert entry.kind is Kind.SERVICE_WORSE
    assert entry.observed == 0.55
    assert entry.of == 200
    assert entry.excess == pytest.approx(200 * entry.expected - 110)
    assert entry.usual.lower > 0.55
    assert entry.excess_between.lower <= entry.excess <= entry.excess_between.upper
    assert one(Series("a", won, whole, better="lower")).kind is Kind.SERVICE_BETTER


def test_ranked_by_customers_not_by_how_surely() -> None:
    small, great = steady(20), steady(1000)
    small[-1], great[-1] = 200, 1500
    found = emerging([Series("small", small), Series("great", great)])
    assert [entry.key for entry in found.entries] == ["great", "small"]


def test_a_case_that_never_came_before_is_new() -> None:
    entry = one(Series("new", [0.0] * 20 + [40.0]))
    assert entry.kind is Kind.VOLUME_UP
    assert 0 < entry.expected < 0.1
    assert emerging([Series("new", [0.0] * 20 + [1.0])], false_discovery_rate=1).entries == ()


def test_a_share_that_was_always_kept() -> None:
    whole = [50.0] * 20
    broken = one(Series("a", [50.0] * 19 + [30.0], whole))
    assert broken.kind is Kind.SERVICE_WORSE
    assert broken.expected > 0.99
    assert emerging([Series("a", whole, whole)]).entries == ()


# --- What cannot be tested is said ---


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([], Untested.TOO_SHORT),
        ([7.0], Untested.TOO_SHORT),
        ([None] * 40, Untested.TOO_SHORT),
        ([5.0] * 12, Untested.TOO_SHORT),
        ([5.0] * 30 + [None], Untested.NO_LATEST),
        ([0.0] * 30, Untested.TOO_FEW),
        ([1.0] * 30, Untested.TOO_FEW),
        ([5.0] * 5 + [None] * 20 + [50.0] * 4, Untested.TOO_SHORT),
    ],
)
def test_what_is_not_tested_is_counted_by_reason(
    counts: list[float | None], reason: Untested
) -> None:
    found = emerging([Series("a", counts)])
    assert (found.entries, found.tested) == ((), 0)
    assert found.untested == {reason: ("a",)}


def test_thirteen_periods_are_the_fewest() -> None:
    assert emerging([Series("a", [50.0] * 13)]).tested == 1


def test_nothing_is_nothing() -> None:
    found = emerging([])
    assert (found.entries, found.tested, found.untested) == ((), 0, {})


@pytest.mark.parametrize(
    ("series", "code"),
    [
        (Series("a", [1.0, -1.0]), "values-negative"),
        (Series("a", [1.0, 1.0], [2.0, -3.0]), "values-negative"),
        (Series("a", [1.0, float("inf")]), "values-infinite"),
        (Series("a", ["1"]), "values-not-numbers"),  # type: ignore[list-item]
        (Series("a", [1.0], [1.0, 2.0]), "values-uneven"),
        (Series("a", [3.0], [2.0]), "values-above-whole"),
    ],
)
def test_bad_numbers_are_refused_by_name(series: Series, code: str) -> None:
    with pytest.raises(JudgeError) as refused:
        emerging([series])
    assert refused.value.code == code


def test_gaps_in_time_keep_their_places() -> None:
    months = np.arange(49)
    counts = RNG.poisson(100 * np.exp(0.8 * np.cos(2 * np.pi * months / 12))).astype(float)
    counts[[5, 6, 20, 47]] = np.nan
    found = emerging([Series("a", counts)], false_discovery_rate=1)
    assert found.tested == 1
    # Three of the four gaps are in the history; the fourth is among the recent periods.
    assert [entry.history for entry in found.entries] in ([], [43])
    assert emerging([Series("a", counts)]).entries == ()
    counts[-1] *= 2
    assert one(Series("a", counts)).running == 1


# --- Laws ---

pages = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 300)), min_size=0, max_size=45),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(pages, st.randoms(use_true_random=False))
def test_the_order_of_the_series_does_not_matter(rows: list[list[int | None]], random: Any) -> None:
    series = [Series(i, row) for i, row in enumerate(rows)]
    mixed = list(series)
    random.shuffle(mixed)
    first = emerging(series, false_discovery_rate=0.5)
    second = emerging(mixed, false_discovery_rate=0.5)
    assert first.tested == second.tested
    assert [e.key for e in first.entries] == [e.key for e in second.entries]
    for a, b in zip(first.entries, second.entries, strict=True):
        assert a.expected == pytest.approx(b.expected, rel=1e-6)
        assert a.q == pytest.approx(b.q, rel=1e-6)
    for entry in first.entries:
        assert entry.p <= entry.q <= 0.5
        assert entry.usual.lower <= entry.usual.upper
        assert np.isfinite([entry.expected, entry.excess, *entry.excess_between]).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(13, 50), st.booleans())
def test_a_mirrored_share_is_judged_as_its_mirror_image(
    seed: int, length: int, begins_badly: bool
) -> None:
    rng = np.random.default_rng(seed)
    whole = rng.integers(5, 200, length).astype(float)
    won = rng.binomial(whole.astype(int), 0.0 if begins_badly else 0.7).astype(float)
    won[-1] = np.floor(whole[-1] * rng.random())
    better = emerging([Series("a", won, whole)], false_discovery_rate=1).entries
    mirror = emerging(
        [Series("a", whole - won, whole, better="lower")], false_discovery_rate=1
    ).entries
    assert len(better) == len(mirror) == 1
    a, b = better[0], mirror[0]
    if a.p < 1:
        assert a.kind is b.kind
        assert a.excess == pytest.approx(b.excess, rel=1e-5, abs=1e-6)
        assert a.p == pytest.approx(b.p, rel=1e-4)
        assert a.usual.lower == pytest.approx(1 - b.usual.upper)
        assert a.running == b.running


def test_volumes_in_another_unit_are_expected_in_that_unit() -> None:
    counts = RNG.negative_binomial(5, 5 / 105, (8, 40)).astype(float)
    form = Form(share=False, cycle=12, length=40, recent=3, waves=2, trend=True)
    fit, *_ = expectation(form, counts, None)
    scaled, *_ = expectation(form, counts * 7, None)
    assert (fit.dispersion > 1).all()
    np.testing.assert_allclose(scaled.expected, 7 * fit.expected, rtol=1e-7)
    np.testing.assert_allclose(scaled.dispersion, 7 * fit.dispersion, rtol=1e-6)


def test_one_series_more_is_one_comparison_more() -> None:
    counts = steady()
    counts[-1] = 145
    alone = one(Series("a", counts))
    quiet = [Series(i, [100.0] * 39 + [100.0 + i % 3]) for i in range(99)]
    among = emerging([Series("a", counts), *quiet], false_discovery_rate=1)
    [entry] = [entry for entry in among.entries if entry.key == "a"]
    assert among.tested == 100
    assert entry.p == pytest.approx(alone.p)
    assert entry.q == pytest.approx(100 * alone.p)
    assert entry.expected == pytest.approx(alone.expected)


# --- False alarms, power and speed ---


def test_the_rates_in_the_document_are_those_of_the_program() -> None:
    text = rates.PAGE.read_text(encoding="utf-8")
    name = "volumes of about 20, variance 2 × mean"
    [row] = [line for line in text.splitlines() if line.startswith(f"| {name} | 36 |")]
    any_, single = rates.families(rates.stable_volumes(20, 36, 2), rates.RUNS, rates.SIZE)
    written = [float(cell.strip(" %")) for cell in row.split("|")[3:5]]
    assert written == pytest.approx([100 * any_, 100 * single], abs=0.51)
    assert any_ <= 0.1
    assert single <= 0.07


def test_the_example_in_the_document_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = rates.PAGE.read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    exec(compile(code, str(rates.PAGE), "exec"), {})
    assert capsys.readouterr().out == text.split("```text\n")[1].split("```")[0]


def test_stable_shares_do_not_cry_wolf_and_a_doubling_is_found() -> None:
    any_, single = rates.families(rates.stable_shares(200, 24), 40, 50)
    assert any_ <= 0.15
    assert single <= 0.07
    assert rates.doubling_found(100, 36, 1, 20, 50) == 1.0


def test_a_thousand_series_of_sixty_months_take_seconds_at_most() -> None:
    counts = rates.volumes(30, 60, 1000, 2, RNG)
    series = [Series(i, row) for i, row in enumerate(counts)]
    began = time.perf_counter()
    assert emerging(series).tested == 1000
    # A quarter of a second on a quiet machine.
    assert time.perf_counter() - began < 5
