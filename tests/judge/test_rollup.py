"""What is met of a scorecard, with what is missing kept in view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.rollup import Met, met
from scorecard.judge.status import Status

ROWS = st.lists(st.tuples(st.sampled_from(Status), st.integers(0, 10)), max_size=20)


def test_standards_are_counted_and_weighed() -> None:
    found = met(
        [
            (Status.MET, 2),
            (Status.NEAR, 1),
            (Status.MISSED, 1),
            (Status.NO_DATA, 3),
            (Status.MET, 1),
        ]
    )

    assert found == Met(
        met=2,
        judged=4,
        total=5,
        weight_met=3,
        weight_total=8,
        unknown=1,
        weight_unknown=3,
    )
    assert found.share == pytest.approx(37.5)
    assert found.best == pytest.approx(75)
    assert found.known == pytest.approx(62.5)
    assert found.share_of_judged == pytest.approx(50)


def test_nothing_is_no_score() -> None:
    found = met([])

    assert {found.share, found.best, found.known, found.share_of_judged} == {None}


def test_a_scorecard_without_any_figure_is_not_met_and_says_so() -> None:
    found = met([(Status.NO_DATA, 1), (Status.NOT_COMPLETE, 1)])

    assert (found.share, found.best, found.unknown) == (0, 100, 2)
    assert found.share_of_judged is None


@given(ROWS, st.data())
def test_losing_a_figure_never_lifts_the_score(
    rows: list[tuple[Status, int]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, max(0, len(rows) - 1)))
    lost = [
        (Status.NO_DATA if place == at else status, weight)
        for place, (status, weight) in enumerate(rows)
    ]

    before, after = met(rows), met(lost)

    assert before.total == after.total
    assert before.weight_total == after.weight_total
    assert (after.share or 0) <= (before.share or 0) <= (before.best or 0) <= (after.best or 0)


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_a_weight_is_a_number_of_0_or_more(weight: float) -> None:
    with pytest.raises(JudgeError, match=r"^attainment-weight: A weight is 0 or more"):
        met([(Status.MET, weight)])
