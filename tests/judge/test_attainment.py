"""The scorecard figure adds up, says what is missing, and cannot be lifted by losing a figure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.attainment import Attainment, Entry, attainment
from scorecard.judge.rollup import Met
from scorecard.judge.status import Status

SCORECARD = [
    Entry("pothole-repair", "roads", "responsiveness", 2, Status.MISSED),
    Entry("closed-on-time", "roads", "reliability", 1, Status.MET),
    Entry("closed-on-time", "parks", "reliability", 1, Status.NEAR),
    Entry("satisfaction", "parks", None, 3, Status.NO_DATA),
    Entry("calls", "parks", "responsiveness", 3, Status.MET),
]


def test_a_scorecard_worked_out_by_hand() -> None:
    found = attainment(SCORECARD)

    assert (found.organisation.share, found.organisation.best) == (40, 70)
    assert (found.organisation.known, found.organisation.judged) == (70, 4)
    assert [(name, of.share) for name, of in found.departments.items()] == [
        ("roads", pytest.approx(100 / 3)),
        ("parks", pytest.approx(300 / 7)),
    ]
    assert [(name, of.share, of.best) for name, of in found.dimensions.items()] == [
        ("responsiveness", 60, 60),
        ("reliability", 50, 50),
        (None, 0, 100),
    ]


def test_each_line_says_how_its_points_arose() -> None:
    lines = [(point.points, point.possible, point.why) for point in attainment(SCORECARD).points]

    assert lines == [
        (0, 2, "missed"),
        (1, 1, "met"),
        (0, 1, "near: within the tolerance, and not met"),
        (None, 3, "no data: nothing shows whether it was met"),
        (3, 3, "met"),
    ]


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_words(status: Status) -> None:
    [point] = attainment([Entry("s", "d", None, 2, status)]).points

    assert point.why.startswith(status.value)
    assert point.points == {Status.MET: 2, Status.NEAR: 0, Status.MISSED: 0}.get(status)


def test_an_average_of_averages_would_say_something_else() -> None:
    small = [Entry("a", "small", None, 1, Status.MET)]
    large = [Entry(str(n), "large", None, 1, Status.MISSED) for n in range(9)]

    assert attainment([*small, *large]).organisation.share == 10  # and not (100 + 0) / 2


def test_nothing_is_no_figure() -> None:
    empty = attainment([])
    weightless = attainment([Entry("a", "roads", None, 0, Status.MET)])

    assert (empty.organisation.share, empty.organisation.best, empty.points) == (None, None, ())
    assert (weightless.organisation.share, weightless.organisation.met) == (None, 1)


# --- Laws ---

SCORECARDS = st.lists(
    st.builds(
        Entry,
        st.sampled_from("stuvwxyz"),
        st.sampled_from(["roads", "parks", "library"]),
        st.sampled_from(["reliability", "empathy", None]),
        st.floats(0, 1e6),
        st.sampled_from(Status),
    ),
    unique_by=lambda entry: entry[:2],
    max_size=20,
)


def exact(found: Met) -> list[Any]:
    return [getattr(found, name) for name in Met.__slots__]


@given(SCORECARDS)
def test_the_groups_add_up_to_the_organisation(entries: list[Entry]) -> None:
    found = attainment(entries)

    for groups in (found.departments, found.dimensions):
        for name in Met.__slots__:
            parts = sum(getattr(group, name) for group in groups.values())
            assert parts == pytest.approx(getattr(found.organisation, name), rel=1e-12)
    weights = sum(Fraction(point.possible) for point in found.points)
    earned = sum(Fraction(point.points or 0) for point in found.points)
    assert found.organisation.weight_total == float(weights)
    assert found.organisation.weight_met == float(earned)


@given(SCORECARDS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(entries: list[Entry], by: Any) -> None:
    shuffled = list(entries)
    by.shuffle(shuffled)

    found, other = attainment(entries), attainment(shuffled)

    assert exact(found.organisation) == exact(other.organisation)
    assert found.departments == other.departments
    assert found.dimensions == other.dimensions


@given(SCORECARDS.filter(len), st.data())
def test_a_missing_standard_never_raises_the_figure(
    entries: list[Entry], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    lost = list(entries)
    lost[place] = entries[place]._replace(status=Status.NO_DATA)

    def ends(found: Attainment) -> tuple[float, float]:
        return found.organisation.share or 0, found.organisation.best or 0

    (least, most), (least_, most_) = ends(attainment(entries)), ends(attainment(lost))

    assert least_ <= least <= most * (1 + 1e-12) <= most_ * (1 + 1e-11)


@given(SCORECARDS, st.data())
def test_the_truth_lies_within_the_range(entries: list[Entry], data: st.DataObject) -> None:
    before = attainment(entries).organisation
    statuses = st.sampled_from([Status.MET, Status.NEAR, Status.MISSED])
    known = [
        entry if entry.status.judged else entry._replace(status=data.draw(statuses))
        for entry in entries
    ]
    truth = attainment(known).organisation

    if before.share is None or before.best is None or truth.share is None:
        assert before.share is before.best is truth.share is None
        return
    assert before.share - 1e-9 <= truth.share <= before.best + 1e-9


# --- Refusals ---


@pytest.mark.parametrize("others", [[("a", "roads")], [("a", None)], [("b", "roads"), ("b", None)]])
def test_a_standard_that_would_count_twice_is_refused(
    others: list[tuple[str, str | None]],
) -> None:
    entries = [Entry("a", "roads", None, 1, Status.MET)]
    entries += [Entry(*names, None, 1, Status.MET) for names in others]

    for order in (entries, entries[::-1]):
        with pytest.raises(JudgeError, match=r"^attainment-twice: Standard '[ab]' of "):
            attainment(order)


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_a_weight_is_a_number_of_0_or_more(weight: float) -> None:
    with pytest.raises(JudgeError, match=r"^attainment-weight: A weight is 0 or more"):
        attainment([Entry("a", "roads", None, weight, Status.MET)])
