"""A change is made of its parts: what each did itself, what the mix did, and nothing besides."""

from __future__ import annotations

from fractions import Fraction
from math import fsum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.drivers import Contribution, Drivers, Sums, drivers, drivers_of_gap, largest

# Kept and all, of each topic, in June and in July: potholes are answered more slowly.
TOPICS = ["Pothole", "Graffiti", "Street light"]
JUNE = Sums([90, 45, 45], [100, 50, 50])
JULY = Sums([60, 45, 44], [100, 50, 50])

# Das Gupta, P. (1993), "Standardization and Decomposition of Rates: A User's Manual", U.S. Bureau
# of the Census, Current Population Reports P23-186, example 5.1: household headship rates by age,
# United States 1970 and 1985. With one factor beside the rate his method is Kitagawa's.
AGES = [f"{age}-{age + 4}" for age in range(15, 75, 5)] + ["75+"]
SIZE_1970 = [12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9]
SIZE_1985 = [10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5]
RATE_1970 = [1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8]
RATE_1985 = [2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2]


def headship() -> Drivers:
    def side(size: list[float], rate: list[float]) -> Sums:
        return Sums([a * b for a, b in zip(size, rate, strict=True)], size)

    before, after = side(SIZE_1970, RATE_1970), side(SIZE_1985, RATE_1985)
    return drivers(AGES, before, after, figure="mean")


def test_the_worked_example_of_das_gupta() -> None:
    found = headship()

    assert (found.before, found.after) == (pytest.approx(44.7268), pytest.approx(47.6940))
    assert round(found.rate, 4) == 1.7403
    assert round(found.mix, 4) == 1.2269
    assert round(found.change, 4) == 2.9672


def test_each_part_equals_the_formula_written_out() -> None:
    found = headship()

    for place, driver in enumerate(found.parts):
        w0, w1 = SIZE_1970[place] / 100, SIZE_1985[place] / 100
        r0, r1 = RATE_1970[place], RATE_1985[place]
        assert driver.rate == pytest.approx((w0 + w1) / 2 * (r1 - r0), abs=1e-12)
        assert driver.mix == pytest.approx(
            (w1 - w0) * ((r0 + r1) / 2 - (44.7268 + 47.6940) / 2), abs=1e-12
        )
        assert driver.weight_before == pytest.approx(w0)
    assert [driver.part for driver in found.parts] == AGES


def test_a_fall_is_laid_at_the_door_of_those_who_fell() -> None:
    found = drivers(TOPICS, JUNE, JULY, figure="share")

    assert (found.before, found.after) == (0.9, 0.745)
    assert [driver.rate for driver in found.parts] == [-0.15, 0, -0.005]
    assert found.mix == 0
    assert [each[:2] for each in largest(found)] == [("Pothole", -0.15), ("Street light", -0.005)]
    assert [each.share for each in largest(found)] == pytest.approx([30 / 31, 1 / 31])


def test_a_change_of_mix_alone_is_nobodys_fault() -> None:
    before, after = Sums([90, 10], [100, 20]), Sums([90, 50], [100, 100])

    found = drivers(["easy", "hard"], before, after, figure="share")

    assert [driver.rate for driver in found.parts] == [0, 0]
    assert found.change == found.mix == pytest.approx(0.7 - 100 / 120)
    # The hard ones grew and lie below the average; the easy ones shrank and lie above it.
    assert all(driver.mix < 0 for driver in found.parts)
    assert largest(found) == (Contribution(None, found.mix, 1.0),)


@pytest.mark.parametrize("swap", [False, True])
def test_a_part_that_is_there_on_one_side_only_is_mix(swap: bool) -> None:
    sides = Sums([80, 0], [100, 0]), Sums([80, 10], [100, 100])
    if swap:
        sides = sides[1], sides[0]

    found = drivers(["old", "new"], *sides, figure="share")

    sign = -1 if swap else 1
    assert found.rate == 0
    assert found.change == pytest.approx(sign * (90 / 200 - 0.8))
    assert found.parts[1].mix == pytest.approx(sign * 0.5 * (0.1 - (0.8 + 0.45) / 2))
    assert (found.parts[1].before is None, found.parts[1].after is None) == (not swap, swap)


def test_a_part_without_cases_did_nothing() -> None:
    found = drivers(
        ["some", "none"], Sums([1, 0], [2, 0]), Sums([2, 0], [2, 0]), figure="share"
    ).parts[1]

    assert (found.before, found.after, found.effect) == (None, None, 0)


def test_counts_are_plain_differences() -> None:
    found = drivers(["a", "b"], Sums([10, 4]), Sums([7, 9]), figure="count")

    assert [driver.effect for driver in found.parts] == [-3, 5]
    assert (found.before, found.after, found.change, found.mix) == (14, 16, 2, 0)
    assert {driver.weight_before for driver in found.parts} == {None}
    assert [each.share for each in largest(found)] == [2.5, -1.5]


def test_without_a_change_no_share_of_it_is_claimed() -> None:
    found = drivers(["a", "b"], Sums([1, 2]), Sums([2, 1]), figure="sum")

    assert [(each.part, each.share) for each in largest(found)] == [("a", None), ("b", None)]
    assert largest(drivers(["a"], Sums([1]), Sums([1]), figure="sum")) == ()


def test_a_gap_against_a_promise_has_no_mix() -> None:
    found = drivers_of_gap(TOPICS, 0.9, JULY, figure="share")

    assert (found.before, found.after) == (0.9, 0.745)
    assert [driver.rate for driver in found.parts] == pytest.approx([-0.15, 0, -0.005])
    assert {driver.mix for driver in found.parts} == {0}


def test_each_part_may_have_a_promise_of_its_own() -> None:
    found = drivers_of_gap(TOPICS, [0.5, 0.9, 0.9], JULY, figure="share")
    counts = drivers_of_gap(TOPICS, [10, 10, 10], Sums([9, 12, 10]), figure="count")

    assert found.before == pytest.approx(0.7)
    assert found.parts[0].rate == pytest.approx(0.05)
    assert [driver.effect for driver in counts.parts] == [-1, 2, 0]


# --- Laws ---

PART = st.tuples(*[st.integers(0, 10_000)] * 4)
MEAN = st.tuples(
    *[st.floats(-1e6, 1e6), st.integers(0, 1000), st.floats(-1e6, 1e6), st.integers(0, 1000)]
)


def sides(rows: list[tuple[Any, ...]]) -> tuple[list[str], Sums, Sums]:
    """Names and both sides; a part without cases has no numerator either."""
    clean = [(a if n else 0, n, b if m else 0, m) for a, n, b, m in rows]
    first = Sums([row[0] for row in clean], [row[1] for row in clean])
    second = Sums([row[2] for row in clean], [row[3] for row in clean])
    return [str(place) for place in range(len(rows))], first, second


def both_have_cases(rows: list[tuple[Any, ...]]) -> bool:
    return sum(row[1] for row in rows) > 0 and sum(row[3] for row in rows) > 0


ROWS = st.lists(st.one_of(PART, MEAN), min_size=1, max_size=12).filter(both_have_cases)


@given(ROWS)
def test_the_parts_add_up_to_the_whole(rows: list[tuple[Any, ...]]) -> None:
    names, first, second = sides(rows)
    found = drivers(names, first, second, figure="mean")

    scale = max(abs(effect) for d in found.parts for effect in (d.rate, d.mix, found.change))
    tolerance = 1e-12 * scale
    assert fsum(d.rate for d in found.parts) == found.rate
    assert fsum(d.mix for d in found.parts) == found.mix
    assert abs(fsum(d.effect for d in found.parts) - found.change) <= tolerance
    assert abs(found.rate + found.mix - found.change) <= tolerance
    whole = [
        sum(map(Fraction, side.numerators)) / sum(side.denominators)  # type: ignore[arg-type]
        for side in (first, second)
    ]
    assert found.change == float(whole[1] - whole[0])


@given(ROWS)
def test_swapping_the_sides_turns_the_signs(rows: list[tuple[Any, ...]]) -> None:
    names, first, second = sides(rows)
    there = drivers(names, first, second, figure="mean")
    back = drivers(names, second, first, figure="mean")

    assert [(d.rate, d.mix) for d in back.parts] == [(-d.rate, -d.mix) for d in there.parts]


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_parts_is_only_their_order(rows: list[tuple[Any, ...]], by: Any) -> None:
    names, first, second = sides(rows)
    shuffled = list(range(len(rows)))
    by.shuffle(shuffled)
    _, first_, second_ = sides([rows[place] for place in shuffled])

    found = drivers(names, first, second, figure="mean").parts
    other = drivers([names[place] for place in shuffled], first_, second_, figure="mean").parts

    assert list(other) == [found[place] for place in shuffled]


@given(ROWS)
def test_a_part_cut_in_two_alike_halves_says_the_same(rows: list[tuple[Any, ...]]) -> None:
    names, first, second = sides(rows)
    doubled = [f"{name}{half}" for name in names for half in "ab"]
    twice = [
        Sums(
            [v for v in side.numerators for _ in "ab"],  # type: ignore[union-attr]
            [v for v in side.denominators for _ in "ab"],  # type: ignore[union-attr]
        )
        for side in (first, second)
    ]
    found = drivers(names, first, second, figure="mean").parts
    halves = drivers(doubled, *twice, figure="mean").parts

    for place, driver in enumerate(found):
        assert halves[2 * place].rate == driver.rate / 2
        assert halves[2 * place + 1].mix == driver.mix / 2


# --- Refusals ---


@pytest.mark.parametrize("figure", ["percentile", "distinct"])
def test_what_does_not_add_is_refused(figure: Any) -> None:
    with pytest.raises(JudgeError, match=r"^drivers-do-not-add: A "):
        drivers(["a"], Sums([1], [1]), Sums([1], [1]), figure=figure)
    with pytest.raises(JudgeError, match=r"^drivers-do-not-add: A "):
        drivers_of_gap(["a"], [1], Sums([1], [1]), figure=figure)


@pytest.mark.parametrize(
    ("code", "parts", "before", "figure"),
    [
        ("drivers-parts", [], Sums([], []), "share"),
        ("drivers-parts", ["a", "a"], Sums([1, 1], [1, 1]), "share"),
        ("drivers-parts", ["a", "b"], Sums([1], [1, 1]), "share"),
        ("drivers-parts", ["a"], Sums([1]), "share"),
        ("drivers-unknown", ["a"], Sums([None], [1]), "share"),
        ("drivers-unknown", ["a"], Sums([1], [float("nan")]), "mean"),
        ("drivers-negative", ["a"], Sums([-1], [1]), "share"),
        ("drivers-negative", ["a"], Sums([-1]), "count"),
        ("drivers-negative", ["a"], Sums([1], [-1]), "mean"),
        ("drivers-negative", ["a", "b"], Sums([1, 1], [1, 0]), "mean"),
        ("drivers-no-cases", ["a"], Sums([0], [0]), "share"),
        ("values-infinite", ["a"], Sums([float("inf")], [1]), "mean"),
        ("values-not-numbers", ["a"], Sums(["1"], [1]), "mean"),
    ],
)
def test_what_cannot_be_divided_is_refused(
    code: str, parts: list[str], before: Sums, figure: Any
) -> None:
    after = Sums([1] * len(parts), [1] * len(parts))

    with pytest.raises(JudgeError, match=f"^{code}: "):
        drivers(parts, before, after, figure=figure)
    with pytest.raises(JudgeError, match=f"^{code}: "):
        drivers(parts, after, before, figure=figure)


def test_one_expected_count_of_the_whole_is_refused() -> None:
    with pytest.raises(JudgeError, match=r"^drivers-parts: One expected count"):
        drivers_of_gap(["a"], 5, Sums([1]), figure="count")
