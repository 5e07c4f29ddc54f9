"""Nobody can work out a small group from what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.withheld import SECOND, withheld


def test_nothing_small_is_nothing_withheld() -> None:
    assert withheld({"persons": [5, 6], "cases": [5, 60]}, 5) == [None, None]


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    found = withheld({"persons": [9, 2, 7, 8], "cases": [90, 20, 70, 80]}, 5)

    assert found == [None, "fewer than 5 persons", SECOND, None]


def test_small_groups_that_hide_each_other_are_enough() -> None:
    found = withheld({"persons": [9, 3, 3], "cases": [90, 3, 30]}, 5)

    assert found == [None, "fewer than 5 persons and cases", "fewer than 5 persons"]


@pytest.mark.parametrize("sizes", [[], [1], [1, 9]])
def test_where_nothing_can_be_shown_nothing_is(sizes: list[int]) -> None:
    assert all(withheld({"cases": sizes}, 5))


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 30)), max_size=9),
    st.integers(1, 10),
)
def test_what_is_left_after_subtracting_is_never_small(
    rows: list[tuple[int, int]], smallest: int
) -> None:
    counts = {"persons": [row[0] for row in rows], "cases": [row[1] for row in rows]}
    found = withheld(counts, smallest)
    hidden = [row for row, reason in zip(rows, found, strict=True) if reason]

    assert all(min(row) >= smallest for row, reason in zip(rows, found, strict=True) if not reason)
    if 0 < len(hidden) < len(rows):
        assert len(hidden) > 1
        assert min(map(sum, zip(*hidden, strict=True))) >= smallest
