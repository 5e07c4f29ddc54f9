"""A draw is decided by seed and keys alone, is fair, and can be drawn again by hand."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from scorecard.audit.sampling import draw, draw_stratified, order
from scorecard.errors import AuditError

KEYS = st.lists(st.text(max_size=6).filter(str.isprintable), min_size=1, max_size=40, unique=True)
SEEDS = st.one_of(st.integers(), st.text(min_size=1, max_size=9).filter(str.isprintable))


def test_the_order_is_that_of_sha_256_as_documented() -> None:
    # Kept as figures: a later version that draws otherwise could not redraw an old audit.
    hashes = {key: sha256(f"7\n{key}".encode()).hexdigest() for key in ("a", "b", "c", "ä")}
    assert hashes["a"].startswith("9929bdec")
    assert hashes["ä"].startswith("3fa770d1")
    assert order(["a", "b", "c", "ä"], 7) == tuple(sorted(hashes, key=lambda key: hashes[key]))
    assert order(["a", "b", "c", "ä"], 7) == ("ä", "c", "b", "a")


@given(KEYS, SEEDS, st.data())
def test_the_order_of_the_rows_does_not_matter(
    keys: list[str], seed: str | int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(keys)))
    assert draw(data.draw(st.permutations(keys)), seed, n) == draw(keys, seed, n)


@given(KEYS, SEEDS, st.data())
def test_a_larger_sample_keeps_the_first_cases_and_takes_the_next_of_the_reserve(
    keys: list[str], seed: str | int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(keys)))
    more = data.draw(st.integers(n, len(keys)))
    small, large = (draw(keys, seed, size).strata[0] for size in (n, more))
    assert large.cases == small.cases + small.reserve[: more - n]
    assert sorted(small.cases + small.reserve) == sorted(keys)
    assert small.population == len(keys)


@given(KEYS, KEYS, SEEDS)
def test_strata_are_drawn_each_in_its_own_order(
    one: list[str], other: list[str], seed: str | int
) -> None:
    strata = {"one": [f"1{key}" for key in one], "other": [f"2{key}" for key in other]}
    sample = draw_stratified(strata, seed, {"one": 1, "other": len(other)})
    assert [drawn.stratum for drawn in sample.strata] == ["one", "other"]
    assert sample.strata[0].cases == draw(strata["one"], seed, 1).cases
    assert sample.strata[1].cases == draw(strata["other"], seed, len(other)).cases
    assert len(sample.cases) == 1 + len(other)


def test_every_set_of_cases_is_drawn_equally_often() -> None:
    keys = [f"2026-{number:06}" for number in range(6)]
    drawn = Counter(tuple(sorted(draw(keys, seed, 3).cases)) for seed in range(20_000))
    counts = [drawn[one] for one in combinations(keys, 3)]
    assert len(counts) == 20
    assert sum(counts) == 20_000
    assert chisquare(counts).pvalue > 0.001


def test_every_case_is_drawn_equally_often_whatever_its_key() -> None:
    keys = [str(number) for number in range(200)]
    drawn = Counter(case for seed in range(2000) for case in draw(keys, f"s{seed}", 20).cases)
    # Each is in a tenth of the samples; 5 standard errors are 67.
    assert all(abs(drawn[key] - 200) < 67 for key in keys)
    # Drawn without replacement, their counts vary less than independent ones by 1 - n/N.
    assert 0.75 < sum((drawn[key] - 200) ** 2 for key in keys) / 200 / 180 < 1.25


def test_another_seed_draws_others_and_7_is_the_text_7() -> None:
    keys = [str(number) for number in range(100)]
    assert draw(keys, 7, 10) == draw(keys, "7", 10)
    assert draw(keys, 7, 10).cases != draw(keys, 8, 10).cases


def test_the_digest_tells_one_population_from_another() -> None:
    same = draw(["a", "b", "c"], 1, 1).digest
    assert draw(["c", "a", "b"], 9, 2).digest == same
    others = [draw(["a", "b"], 1, 1), draw(["a", "bc"], 1, 1), draw(["a", "b", "d"], 1, 1)]
    strata = [{"x": ["a", "b"], "y": ["c"]}, {"x": ["a"], "y": ["b", "c"]}]
    others += [draw_stratified(one, 1, {"x": 1, "y": 1}) for one in strata]
    assert len({same, *(one.digest for one in others)}) == 6


@pytest.mark.parametrize(
    ("keys", "seed", "n", "code"),
    [
        ([], 1, 1, "population-empty"),
        (["a", "b"], 1, 3, "sample-larger-than-population"),
        (["a", "b"], 1, 0, "sample-size-invalid"),
        (["a", "b"], 1, -1, "sample-size-invalid"),
        (["a", "b"], 1, 1.0, "sample-size-invalid"),
        (["a", "b", "a"], 1, 1, "case-key-repeated"),
        (["a", 3], 1, 1, "case-key-invalid"),
        (["a", None], 1, 1, "case-key-invalid"),
        (["a", "\ud800"], 1, 1, "case-key-invalid"),
        (["a"], True, 1, "seed-invalid"),
        (["a"], 7.0, 1, "seed-invalid"),
        (["a"], None, 1, "seed-invalid"),
        (["a"], b"7", 1, "seed-invalid"),
        (["a"], "", 1, "seed-invalid"),
        (["a"], "7\n", 1, "seed-invalid"),
        (["a"], "\ud800", 1, "seed-invalid"),
    ],
)
def test_what_cannot_be_drawn_is_refused(keys: Any, seed: Any, n: Any, code: str) -> None:
    with pytest.raises(AuditError) as refused:
        draw(keys, seed, n)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("strata", "sizes", "code"),
    [
        ({}, {}, "population-empty"),
        ({"x": ["a"], "y": []}, {"x": 1, "y": 1}, "stratum-empty"),
        ({"x": ["a"], "y": ["b"]}, {"x": 1}, "strata-uneven"),
        ({"x": ["a"], "y": ["a"]}, {"x": 1, "y": 1}, "case-key-repeated"),
        ({"x": ["a"], "y": ["b"]}, {"x": 1, "y": 2}, "sample-larger-than-population"),
        ({"x": ["a"], "y": ["b"]}, {"x": 1, "y": 0}, "sample-size-invalid"),
    ],
)
def test_strata_that_cannot_be_drawn_are_refused(strata: Any, sizes: Any, code: str) -> None:
    with pytest.raises(AuditError) as refused:
        draw_stratified(strata, 1, sizes)
    assert refused.value.code == code
