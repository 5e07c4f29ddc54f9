"""System, teams and persons told apart, with chance taken out and small groups withheld."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.levels import Levels, levels
from scorecard.judge.withheld import SECOND


def town(kept: list[list[int]], n: int = 50, **options: Any) -> Levels:
    """Teams a, b, …, each with persons p0, p1, … of n cases, so many of them kept."""
    teams = [chr(97 + place) for place, team in enumerate(kept) for _ in team]
    persons = [f"p{place}" for team in kept for place in range(len(team))]
    sums = [one for team in kept for one in team]
    return levels(teams, persons, [n] * len(sums), sums, **options)


FIVE_ALIKE = [40, 41, 39, 40, 40]
ONE_BEHIND = [FIVE_ALIKE, FIVE_ALIKE, FIVE_ALIKE, [25, 26, 24, 25, 25]]


def test_where_all_are_alike_the_gap_is_the_systems() -> None:
    found = town([FIVE_ALIKE] * 4, expected=0.9)

    assert found.gap is not None
    assert found.gap.service_gap == pytest.approx(-0.1)
    assert (found.gap.team, found.gap.person, found.gap.shares) == (0, 0, (1, 0, 0))
    assert len(found.components.notes) == 2


def test_a_team_that_is_behind_has_its_part() -> None:
    found = town(ONE_BEHIND, expected=0.9)

    assert found.gap is not None
    # Lifted to the common level, one case in four of the whole would gain 0.725 - 0.5.
    assert found.mean == pytest.approx(0.725)
    assert found.common == pytest.approx(0.725)
    assert found.gap.team == pytest.approx(-0.25 * 0.225, rel=0.05)
    assert found.gap.person == 0
    assert [team.part for team in found.teams] == pytest.approx([0, 0, 0, found.gap.team], abs=1e-3)
    assert found.gap.shares is not None
    assert sum(found.gap.shares) == pytest.approx(1, abs=1e-12)


def test_a_person_who_is_behind_has_theirs() -> None:
    found = town([*[FIVE_ALIKE] * 3, [40, 40, 40, 40, 5]], expected=0.9, see_persons=True)

    assert found.gap is not None
    assert found.persons is not None
    assert found.gap.person < found.gap.team <= 0
    least = min(found.persons, key=lambda one: one.part or 0)
    assert (least.team, least.person, least.n, least.mean) == ("d", "p4", 50, 0.1)


def test_a_promise_that_is_kept_has_no_gap_to_share_out() -> None:
    found = town(ONE_BEHIND, expected=0.7)

    assert found.gap is not None
    assert found.gap.service_gap > 0
    assert found.gap.shares is None
    assert found.gap.team < 0
    assert town(ONE_BEHIND).gap is None
    assert town(ONE_BEHIND, expected=float("nan")).gap is None


def test_few_cases_say_little() -> None:
    many = town(ONE_BEHIND, expected=0.9).teams[3]
    few = town([[kept // 10 for kept in team] for team in ONE_BEHIND], n=5, expected=0.9).teams[3]

    assert many.departure is not None
    assert few.departure is not None
    assert many.departure < 0.9 * few.departure < 0


# --- Against an independent computation ---


def blocks(rng: np.random.Generator) -> tuple[list[int], list[int], np.ndarray]:
    """The person of each case, the team of each person, and the cases' values."""
    teams = [team for team in range(4) for _ in range(int(rng.integers(5, 8)))]
    persons = [p for p in range(len(teams)) for _ in range(int(rng.integers(5, 12)))]
    y = 5 + rng.normal(size=4)[[teams[p] for p in persons]]
    y = y + 0.7 * rng.normal(size=len(teams))[persons] + rng.normal(size=len(persons))
    return persons, teams, y


def of_blocks(persons: list[int], teams: list[int], y: np.ndarray, **options: Any) -> Levels:
    return levels(
        [f"t{team}" for team in teams],
        [f"p{person}" for person in range(len(teams))],
        np.bincount(persons),
        np.bincount(persons, y),
        squares=np.bincount(persons, y * y),
        see_persons=True,
        **options,
    )


@pytest.mark.parametrize("seed", range(5))
def test_predictions_equal_those_of_the_whole_covariance_matrix(seed: int) -> None:
    persons, teams, y = blocks(np.random.default_rng(seed))
    found = of_blocks(persons, teams, y)
    by_person = np.eye(len(teams))[persons]
    by_team = np.eye(4)[np.array(teams)[persons]]
    one, var = np.ones(len(y)), found.components
    inverse = np.linalg.inv(
        var.team * by_team @ by_team.T
        + var.person * by_person @ by_person.T
        + var.within * np.eye(len(y))
    )
    common = (one @ inverse @ y) / (one @ inverse @ one)
    left = inverse @ (y - common)

    assert found.common == pytest.approx(common)
    assert [t.departure for t in found.teams] == pytest.approx(list(var.team * by_team.T @ left))
    assert found.persons is not None
    assert [p.departure for p in found.persons] == pytest.approx(
        list(var.person * by_person.T @ left), abs=1e-12
    )


@pytest.mark.parametrize(
    ("behind", "spread", "true_team"), [(0.0, 0.0, 0.0), (0.2, 0.0, -0.05), (0.1, 0.06, None)]
)
def test_chance_is_taken_out(behind: float, spread: float, true_team: float | None) -> None:
    """Two hundred departments of 8 teams, 8 persons each, 40 cases a person, drawn at 80 %."""
    rng = np.random.default_rng(20261122)
    parts: list[tuple[float, float]] = []
    true_persons: list[float] = []
    for _ in range(200):
        level = 0.8 - behind * np.repeat([1, 1, 0, 0, 0, 0, 0, 0], 8)
        of_person = spread * rng.normal(size=64)
        kept = rng.binomial(40, np.clip(level + of_person, 0, 1)).reshape(8, 8)
        gap = town(kept.tolist(), n=40, expected=0.9).gap
        assert gap is not None
        parts.append((gap.team, gap.person))
        true_persons.append(float(np.minimum(0, of_person).mean()))
    team, person = np.mean(parts, axis=0)

    if true_team is not None:
        # Two teams of eight are `behind` the others, 3/4 of it behind the common level.
        assert team == pytest.approx(0.75 * true_team, abs=0.005)
    if spread:
        assert person == pytest.approx(np.mean(true_persons), rel=0.06)
    else:
        # Chance alone would be half of 0.063 · √(2/π), which is 0.025 a case.
        assert -0.006 < person <= 0


# --- Laws ---

KEPT = st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=7), min_size=1, max_size=5)
LARGE = KEPT.filter(lambda kept: sum(map(len, kept)) >= 5)


@given(LARGE, st.floats(0, 1))
@settings(max_examples=60)
def test_the_parts_add_up_to_the_gap(kept: list[list[int]], expected: float) -> None:
    gap = town(kept, n=20, expected=expected, smallest=1).gap

    assert gap is not None
    assert gap.system + gap.team + gap.person == pytest.approx(gap.service_gap, abs=1e-12)
    assert max(gap.team, gap.person) <= 0
    if gap.shares:
        assert sum(gap.shares) == pytest.approx(1, rel=1e-9, abs=1e-12 / abs(gap.service_gap))


@given(LARGE, st.integers(1, 99))
@settings(max_examples=60)
def test_kept_and_broken_promises_mirror(kept: list[list[int]], percent: int) -> None:
    broken = [[20 - one for one in team] for team in kept]
    one = town(kept, n=20, expected=percent / 100, smallest=1)
    other = town(broken, n=20, expected=1 - percent / 100, smallest=1, better="lower")

    assert one.gap is not None
    assert other.gap is not None
    assert other.gap[:4] == pytest.approx(one.gap[:4], abs=1e-9)
    assert other.common == pytest.approx(1 - one.common)


@given(LARGE)
@settings(max_examples=60)
def test_the_parts_of_those_shown_add_up(kept: list[list[int]]) -> None:
    found = town(kept, n=20, expected=0.9, smallest=1, see_persons=True)

    assert found.gap is not None
    assert found.persons is not None
    assert sum(team.part or 0 for team in found.teams) == pytest.approx(found.gap.team)
    assert sum(team.persons_part or 0 for team in found.teams) == pytest.approx(found.gap.person)
    assert sum(one.part or 0 for one in found.persons) == pytest.approx(found.gap.person)


# --- Who may see what ---


def test_persons_are_shown_only_to_those_who_ask() -> None:
    assert town(ONE_BEHIND).persons is None
    assert len(town(ONE_BEHIND, see_persons=True).persons or ()) == 20


def test_a_small_team_is_withheld_and_cannot_be_worked_out() -> None:
    found = town([FIVE_ALIKE * 2, FIVE_ALIKE, [40, 10], FIVE_ALIKE * 2], see_persons=True)

    assert [team.withheld for team in found.teams] == [None, SECOND, "fewer than 5 persons", None]
    for team in found.teams:
        if team.withheld:
            assert {team.persons, team.n, team.mean, team.departure, team.part} == {None}
    assert found.persons is not None
    assert {one.team for one in found.persons if one.withheld} == {"b", "c"}
    assert {one.mean for one in found.persons if one.withheld} == {None}


def test_a_person_with_few_cases_is_withheld_with_another() -> None:
    found = levels(
        ["a"] * 6, list("uvwxyz"), [4, 30, 20, 40, 50, 60], [4, 1, 2, 3, 4, 5], see_persons=True
    )

    assert found.persons is not None
    assert [one.withheld for one in found.persons[:3]] == ["fewer than 5 cases", None, SECOND]


def test_persons_without_cases_are_left_out() -> None:
    found = levels(["a"] * 6, list("uvwxyz"), [9] * 5 + [0], [3] * 5 + [0])

    assert (found.person_count, found.n) == (5, 45)


def test_nothing_varies() -> None:
    found = town([[50] * 5, [50] * 5], expected=0.9)

    assert (found.components.shares, found.common, found.mean) == (None, 1, 1)
    assert [team.departure for team in found.teams] == [0, 0]


# --- Refusals ---


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("levels-rows", {"teams": ["a"] * 4}),
        ("levels-rows", {"persons": ["u"] * 5}),
        ("levels-rows", {"n": [9] * 6}),
        ("levels-cases", {"n": [9, 9, 9, 9, -1]}),
        ("levels-cases", {"n": [9, 9, 9, 9, 8.5]}),
        ("levels-cases", {"n": [9, 9, 9, 9, None]}),
        ("levels-cases", {"n": [9, 9, 9, 9, 0]}),
        ("levels-cases", {"sums": [1, 2, 3, 4, 10]}),
        ("levels-cases", {"sums": [1, 2, 3, 4, -1]}),
        ("levels-cases", {"sums": [1, 2, 3, 4, None]}),
        ("levels-cases", {"squares": [9, 9, 9, 9, 0]}),
        ("levels-too-small", {"smallest": 6}),
        ("levels-too-small", {"teams": [], "persons": [], "n": [], "sums": []}),
        ("values-infinite", {"sums": [1, 2, 3, 4, float("inf")]}),
        ("values-infinite", {"expected": float("inf")}),
        ("values-not-numbers", {"n": ["9"] * 5}),
    ],
)
def test_what_cannot_be_is_refused(code: str, changed: dict[str, Any]) -> None:
    rows: dict[str, Any] = {
        "teams": list("aaabb"),
        "persons": list("uvwxy"),
        "n": [9] * 5,
        "sums": [1, 2, 3, 4, 5],
    }
    assert levels(**rows).n == 45

    with pytest.raises(JudgeError, match=f"^{code}: "):
        levels(**{**rows, **changed})
