"""Variance between teams, between persons, and within persons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.nested import Cases, Components, components

# Snedecor, G. W. and Cochran, W. G. (1967), "Statistical Methods", 6th ed., p. 286: calcium in
# turnip greens, four plants, three leaves of each, two samples of each leaf. Mean squares and
# components as printed in the SAS/STAT User's Guide, PROC NESTED, example 1.
TURNIP = """3.28 3.09 3.52 3.48 2.88 2.80 2.46 2.44 1.87 1.92 2.19 2.19
            2.77 2.66 3.74 3.44 2.55 2.55 3.78 3.87 4.07 4.12 3.31 3.31"""


def cases(values: list[float], persons: list[int], teams: list[int]) -> Cases:
    """Cases one by one, with the number of their person, and the team of each person."""
    y, who = np.array(values, dtype=float), np.array(persons)
    n, sums, squares = (np.bincount(who, each).astype(np.float64) for each in (y**0, y, y * y))
    return Cases(np.array(teams), n, sums, squares)


def test_calcium_in_turnip_greens() -> None:
    values = [float(value) for value in TURNIP.split()]
    leaves = [place // 2 for place in range(24)]
    found = components(cases(values, leaves, [leaf // 3 for leaf in range(12)]))

    assert found.team == pytest.approx(0.365223, abs=5e-7)
    assert found.person == pytest.approx(0.161060, abs=5e-7)
    assert found.within == pytest.approx(0.006654, abs=5e-7)
    assert found.notes == ()
    assert found.shares is not None
    assert found.shares == pytest.approx((0.685302, 0.302212, 0.012486), abs=5e-7)


def test_a_share_is_a_mean_of_zeros_and_ones() -> None:
    # One person after the other: kept, all. Within one person the variance is p (1 - p) n/(n - 1).
    n, kept = np.array([40.0, 40.0, 40.0, 40.0]), np.array([20.0, 20.0, 30.0, 30.0])
    found = components(Cases(np.array([0, 0, 1, 1]), n, kept, kept))

    assert found.within == pytest.approx((2 * 40 * 0.25 + 2 * 40 * 0.1875) / 156)
    assert found.unbiased[1] == pytest.approx(-found.within / 40)
    assert found.person == 0
    assert found.unbiased[0] == pytest.approx(0.25**2 / 2)


# --- Unbiased, for any numbers of cases ---

DESIGNS = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=4), min_size=2, max_size=4)


@given(DESIGNS.filter(lambda d: any(len(team) > 1 for team in d) and max(map(max, d)) > 1))
def test_the_estimators_are_unbiased(design: list[list[int]]) -> None:
    """Each estimate is a quadratic form y'Ay, so that under y = Zu its expected value is
    variance · tr(Z'AZ): the sum of the estimates of Z's columns taken as if they were data."""
    sizes = [n for team in design for n in team]
    teams = [number for number, team in enumerate(design) for _ in team]
    persons = [number for number, n in enumerate(sizes) for _ in range(n)]
    of_case = np.array([teams[person] for person in persons])

    def expected(columns: np.ndarray) -> list[float]:
        found = [components(cases(list(column), persons, teams)) for column in columns]
        each = [(*one.unbiased, one.within) for one in found]
        return [sum(values) for values in zip(*each, strict=True)]

    by_team = np.array([of_case == team for team in range(len(design))]) * 1.0
    by_person = np.array([np.array(persons) == person for person in range(len(sizes))]) * 1.0
    assert expected(by_team) == pytest.approx([1, 0, 0], abs=1e-9)
    assert expected(by_person) == pytest.approx([0, 1, 0], abs=1e-9)
    assert expected(np.eye(len(persons))) == pytest.approx([0, 0, 1], abs=1e-9)


@given(st.floats(-1e3, 1e3), st.floats(0.1, 1e3))
def test_another_unit_is_the_same_judgement(shift: float, scale: float) -> None:
    values = [float(value) for value in TURNIP.split()]
    leaves, plants = [place // 2 for place in range(24)], [leaf // 3 for leaf in range(12)]
    one = components(cases(values, leaves, plants)).shares
    other = components(cases([scale * (v + shift) for v in values], leaves, plants)).shares

    assert one is not None
    assert other == pytest.approx(one, rel=1e-3)


# --- What cannot be told apart ---


def noted(values: list[float], persons: list[int], teams: list[int]) -> tuple[Components, str]:
    found = components(cases(values, persons, teams))
    return found, " ".join(found.notes)


def test_one_team_is_the_system() -> None:
    found, notes = noted([1, 2, 5, 6], [0, 0, 1, 1], [0, 0])

    assert found.team == 0 < found.person
    assert "There is one team" in notes


def test_one_person_a_team_is_the_team() -> None:
    found, notes = noted([1, 2, 5, 6], [0, 0, 1, 1], [0, 1])

    assert found.person == 0 < found.team
    assert "Each team has one person" in notes


def test_one_case_a_person_is_chance() -> None:
    found, notes = noted([1, 2, 5, 6], [0, 1, 2, 3], [0, 0, 1, 1])

    assert (found.person, found.within) == (0, 0.5)
    assert found.team == pytest.approx((16 - 0.5) / 2)
    assert "cannot be told from chance" in notes


def test_one_case_in_each_team_is_all_chance() -> None:
    found, _ = noted([1, 2, 6], [0, 1, 2], [0, 1, 2])

    assert (found.team, found.person, found.within) == (0, 0, 7)


@pytest.mark.parametrize("values", [[3, 3, 3, 3], [0, 0, 0, 0], [0.1, 0.1, 0.1, 0.1]])
def test_cases_that_are_all_alike_have_no_shares(values: list[float]) -> None:
    found, notes = noted(values, [0, 0, 1, 1], [0, 1])

    assert found.shares is None
    assert notes == "All cases are alike."


def test_less_difference_than_chance_makes_is_none_and_is_said() -> None:
    found, notes = noted([0, 10, 1, 9, 2, 8, 3, 7], [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 1, 1])

    assert (found.team, found.person) == (0, 0)
    assert max(found.unbiased) <= 0
    assert "Persons of a team differ by no more than chance" in notes
