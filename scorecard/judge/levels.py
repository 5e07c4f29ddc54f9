"""What of a gap belongs to the system, to teams, and to persons, with chance taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from scorecard.errors import JudgeError
from scorecard.judge.gap import Better
from scorecard.judge.nested import Cases, Components, components, predicted
from scorecard.judge.values import Numbers, numbers
from scorecard.judge.withheld import withheld

Row = ArrayLike | Sequence[float | None]


class GapParts(NamedTuple):
    """A service gap (0 or more: kept) in three parts that add up to it, in the metric's unit.

    team     what teams below the common level are expected to take from the whole: 0 or less
    person   what persons below their own team's level are expected to take from it: 0 or less
    system   service_gap - team - person: what would be left of the gap if no team and no person
             were below; less than 0 is beyond the reach of anybody's effort
    shares   of a gap that is missed, the parts as fractions of it (system, team, person); None
             where the promise is kept. Where the system alone would keep the promise its share is
             below 0, and the others are together above 1
    """

    service_gap: float
    system: float
    team: float
    person: float
    shares: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class TeamLevel:
    """A team, or the reason why it is not shown; then all else is None.

    mean       its figure, as it is
    departure  how far it differs from the common level, with chance taken out, in the metric's unit
    part       what it is expected to take from the whole's service gap, 0 or less. Where a little
               is not certain it is not 0, so that parts add up; they rank nobody
    persons_part  the same of its persons, together
    """

    team: str
    withheld: str | None
    persons: int | None = None
    n: int | None = None
    mean: float | None = None
    departure: float | None = None
    part: float | None = None
    persons_part: float | None = None


@dataclass(frozen=True, slots=True)
class PersonLevel:
    """A person, or the reason why they are not shown; `departure` is from their team's level."""

    team: str
    person: str
    withheld: str | None
    n: int | None = None
    mean: float | None = None
    departure: float | None = None
    part: float | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """Cases n, persons and teams; the whole's mean, and the common level: what the system gives
    with a usual team and a usual person. `persons` is None unless it was asked for."""

    n: int
    person_count: int
    mean: float
    common: float
    components: Components
    gap: GapParts | None
    teams: tuple[TeamLevel, ...]
    persons: tuple[PersonLevel, ...] | None


def levels(
    teams: Sequence[str],
    persons: Sequence[str],
    n: Row,
    sums: Row,
    *,
    squares: Row | None = None,
    expected: float | None = None,
    better: Better = "higher",
    smallest: int = 5,
    see_persons: bool = False,
) -> Levels:
    """Tell the system, teams and persons apart, from cases summed by person; one place a person.

    n, sums       cases, and what they add up to: cases kept for a share, days for a mean
    squares       what the squares of a mean's cases add up to; None for a share
    expected      the promise for the whole, in the unit of sums / n (a share is a fraction)
    smallest      teams with fewer persons or cases, and persons with fewer cases, are withheld,
                  and so are those by which they could be worked out
    see_persons   the reader may see persons; without it only the sum of their parts is given

    The common level and the departures u of teams and v of persons are those of
    `nested.predicted`, so that few cases say little. With w the share of all cases, signs so that
    less is worse, and E the expectation given the cases (u and v normal about their predictions):

        team part   = Σ w_t · E min(0, u_t),   variance of u_t: team · e_t / (team + e_t)
        person part = Σ w_p · E min(0, v_p),   of v_p: person · within / (n_p e_p)
                                                       + (person / e_p)² · variance of u_t
        system part = service gap - team part - person part

    The expectation, and not min(0, prediction), because predictions differ less from each other
    than teams do, which would lay at the system's door what is the teams'.

    Persons without cases are left out. Raises JudgeError: `levels-rows` for rows that do not fit
    or a person twice in a team, `levels-cases` for numbers of cases, sums or squares that cannot
    be, `levels-too-small` for fewer than `smallest` persons or cases in all; those of `numbers`.
    Sources: Searle, Casella and McCulloch (1992), "Variance Components", Wiley (prediction);
    Snijders, T. A. B. and Bosker, R. J. (2012), "Multilevel Analysis", 2nd ed., Sage (the mean of
    zeros and ones among them); for the question, Deming, W. E. (1986), "Out of the Crisis", MIT.
    The division of the gap is this project's own definition.
    """
    names, cases = _cases(teams, persons, n, sums, squares)
    team_names = list(dict.fromkeys(team for team, _ in names))
    all_cases = int(cases.n.sum())
    if len(names) < max(smallest, 1) or all_cases < smallest:
        raise JudgeError(
            "levels-too-small",
            f"{len(names)} persons with {all_cases} cases are too few to be told apart.",
            hint=f"Take a larger unit or a longer period: at least {smallest} of both.",
        )
    found = components(cases)
    common, of_team, of_person = predicted(cases, found)
    whole = fsum(cases.sums) / all_cases
    sign = 1.0 if better == "higher" else -1.0
    team_n = np.bincount(cases.team, cases.n)
    team_below = team_n / all_cases * _below(sign * of_team.mean, of_team.variance)
    below = cases.n / all_cases * _below(sign * of_person.mean, of_person.variance)
    sizes = np.bincount(cases.team).tolist()
    hidden = withheld({"persons": sizes, "cases": team_n.astype(int).tolist()}, smallest)
    team_means = np.bincount(cases.team, cases.sums) / team_n
    persons_below = np.bincount(cases.team, below)
    return Levels(
        n=all_cases,
        person_count=len(names),
        mean=whole,
        common=common,
        components=found,
        gap=_parts(whole, expected, sign, team_below, below),
        teams=tuple(
            TeamLevel(name, reason)
            if reason
            else TeamLevel(
                team=name,
                withheld=None,
                persons=sizes[place],
                n=int(team_n[place]),
                mean=float(team_means[place]),
                departure=float(of_team.mean[place]),
                part=float(team_below[place]),
                persons_part=float(persons_below[place]),
            )
            for place, (name, reason) in enumerate(zip(team_names, hidden, strict=True))
        ),
        persons=_persons(names, cases, of_person.mean, below, hidden, smallest)
        if see_persons
        else None,
    )


def _below(mean: Numbers, variance: Numbers) -> Numbers:
    """E min(0, x) of a normal x: mean · Φ(-mean/sd) - sd · φ(mean/sd)."""
    sd = np.sqrt(variance)
    z = np.divide(mean, sd, out=np.zeros_like(mean), where=sd > 0)
    expected = mean * ndtr(-z) - sd * np.exp(-z * z / 2) / sqrt(2 * pi)
    return np.minimum(0.0, np.where(sd > 0, expected, mean))


def _parts(
    whole: float, expected: float | None, sign: float, team: Numbers, person: Numbers
) -> GapParts | None:
    if expected is None:
        return None
    [promised] = numbers([expected], "expected")
    if np.isnan(promised):
        return None
    service_gap = sign * (whole - float(promised))
    of_team, of_person = fsum(team), fsum(person)
    system = fsum([service_gap, -of_team, -of_person])
    shares = None
    if service_gap < 0:
        shares = (system / service_gap, of_team / service_gap, of_person / service_gap)
    return GapParts(service_gap, system, of_team, of_person, shares)


def _persons(
    names: list[tuple[str, str]],
    cases: Cases,
    departures: Numbers,
    below: Numbers,
    hidden: list[str | None],
    smallest: int,
) -> tuple[PersonLevel, ...]:
    reasons: list[str | None] = [hidden[team] for team in cases.team]
    for team, reason in enumerate(hidden):
        mine = np.flatnonzero(cases.team == team)
        if reason is None:
            own = withheld({"cases": cases.n[mine].astype(int).tolist()}, smallest)
            for place, of_one in zip(mine.tolist(), own, strict=True):
                reasons[place] = of_one
    return tuple(
        PersonLevel(*name, reason)
        if reason
        else PersonLevel(
            *name,
            withheld=None,
            n=int(cases.n[place]),
            mean=float(cases.sums[place] / cases.n[place]),
            departure=float(departures[place]),
            part=float(below[place]),
        )
        for place, (name, reason) in enumerate(zip(names, reasons, strict=True))
    )


def _cases(
    teams: Sequence[str], persons: Sequence[str], n: Row, sums: Row, squares: Row | None
) -> tuple[list[tuple[str, str]], Cases]:
    rows = (
        numbers(n, "n"),
        numbers(sums, "sums"),
        numbers(sums if squares is None else squares, "squares"),
    )
    names = list(zip(teams, persons, strict=False))
    if {len(teams), len(persons), *map(len, rows)} != {len(names)} or len({*names}) < len(names):
        raise JudgeError(
            "levels-rows", "There must be one team, person and number a row, each person once."
        )
    count, total, square = rows
    possible = (count >= 0) & (count == np.floor(count)) & ((count > 0) | (total == 0))
    possible &= square * count >= total * total * (1 - 1e-9)
    if squares is None:
        possible &= (total >= 0) & (total <= count)
    if not possible.all():  # NaN compares as not possible
        place = int(np.argmin(possible))
        raise JudgeError(
            "levels-cases",
            f"Row {place} has {count[place]:g} cases that add up to {total[place]:g}, and their "
            f"squares to {square[place]:g}, which cannot be.",
            hint="A share needs 0 to n; a mean needs `squares`; a person without cases has 0.",
        )
    some = count > 0
    names = [name for name, there in zip(names, some, strict=True) if there]
    numbered = {team: place for place, team in enumerate(dict.fromkeys(team for team, _ in names))}
    team = np.array([numbered[team] for team, _ in names], dtype=np.intp)
    return names, Cases(team, count[some], total[some], square[some])
