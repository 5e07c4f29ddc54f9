"""System and teams: parts that add up, and what is said where they cannot be told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from scorecard.report.row import Part, ScorecardRow
from scorecard.report.team_gap import team_gap
from tests.report.rows_builder import SHARE, months, row
from tests.report.test_standard import standard

BY_TEAM = standard(department=None, departments="all", by=["team"])
NOW = row(75.0, **SHARE)


def rows_of(kept: Mapping[Any, float], periods: int = 14) -> list[ScorecardRow]:
    """A hundred cases a month for each team, of which so many are kept."""
    return [
        replace(each, part=Part("team", team, team or "not recorded"))
        for team, share in kept.items()
        for each in months([share] * periods, **SHARE, numerator=share, denominator=100.0)
    ]


def test_the_parts_add_up_to_the_gap_of_twelve_periods() -> None:
    kept = {"A": 78.0, "B": 77.0, "C": 79.0, "D": 78.0, "E": 60.0, None: 10.0}
    found = team_gap(BY_TEAM, NOW, lambda by: rows_of(kept))
    assert found is not None
    assert found.gap is not None
    mean = (78 + 77 + 79 + 78 + 60) / 5
    assert found.gap.service_gap == pytest.approx((mean - 80) / 100)
    assert found.gap.system + found.gap.team == pytest.approx(found.gap.service_gap)
    first, system, team, last = found.words
    assert last.startswith("Where teams do different work")
    assert first == (
        f"Over the last 12 months the figure is {mean:.1f} % where at least 80 % is expected now "
        "(6,000 cases with a team, 5 teams), a gap of 5.6 percentage points."
    )
    assert system.startswith(f"{-100 * found.gap.system:.1f} percentage points of it would be left")
    assert team.startswith(f"{-100 * found.gap.team:.1f} percentage points of it come from teams")


def test_teams_that_are_alike_leave_the_gap_to_the_system() -> None:
    found = team_gap(BY_TEAM, NOW, lambda by: rows_of(dict.fromkeys("ABCDE", 70.0)))
    assert found is not None
    assert found.words[0].endswith(
        "All of it belongs to the system: teams differ by no more than chance would make them "
        "differ."
    )


def test_where_the_promise_is_kept_there_is_nothing_to_divide() -> None:
    found = team_gap(BY_TEAM, NOW, lambda by: rows_of({t: 90.0 + i for i, t in enumerate("ABCDE")}))
    assert found is not None
    assert found.words[0].endswith("there is no gap to be divided.")


def test_where_single_teams_make_the_gap_the_system_is_not_blamed() -> None:
    kept = {"A": 90.0, "B": 90.0, "C": 91.0, "D": 89.0, "E": 20.0}
    found = team_gap(BY_TEAM, NOW, lambda by: rows_of(kept))
    assert found is not None
    assert found.gap is not None
    assert found.gap.team < found.gap.service_gap < 0 < found.gap.system
    assert found.found is not None
    assert (
        "It comes from teams that are behind what a usual team reaches "
        f"({100 * found.found.common:.1f} %): if none were, the promise would be kept."
    ) in found.words[0]


def test_later_periods_and_unfinished_ones_are_left_out() -> None:
    later = [
        replace(each, period=date(2026, 8, 1), numerator=0.0)
        for each in rows_of(dict.fromkeys("ABCDE", 70.0), 1)
    ]
    open_ones = [
        replace(each, complete=False, numerator=0.0)
        for each in rows_of(dict.fromkeys("ABCDE", 70.0), 1)
    ]
    past = [each for each in rows_of(dict.fromkeys("ABCDE", 70.0), 6) if each.period < NOW.period]
    found = team_gap(BY_TEAM, NOW, lambda by: [*past, *open_ones, *later])
    assert found is not None
    assert found.found is not None
    assert (found.found.n, found.found.mean) == (2500, pytest.approx(0.7))


def test_few_teams_means_and_persons_are_told() -> None:
    few = team_gap(BY_TEAM, NOW, lambda by: rows_of({"A": 70.0}))
    assert few is not None
    assert few.words == (
        "Too few to tell teams from the system: one team has records, and it takes five.",
    )
    persons = standard(department=None, departments="all", by=["team", "person"])
    mean = team_gap(persons, row(4.0), lambda by: [])
    assert mean is not None
    assert mean.words == (
        "Only a share can be divided between system and teams.",
        "Persons are measured too. They are not shown here, where everybody may read.",
    )
    assert team_gap(standard(), NOW, lambda by: []) is None
