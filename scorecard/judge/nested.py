"""How much cases differ between teams, between the persons of a team, and within one person."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scorecard.judge.values import Numbers

# Below this, of the sum of squares, cases differ by arithmetic alone.
_NOISE = 1e-12


class Cases(NamedTuple):
    """Cases summed by person; one place for each person, and every person has a case.

    team      the number of the person's team, from 0, none left out
    n         cases
    sums      what the cases add up to; of a share, those that were kept
    squares   what their squares add up to; of a share, the same as `sums`
    """

    team: NDArray[np.intp]
    n: Numbers
    sums: Numbers
    squares: Numbers


class Shares(NamedTuple):
    """Parts of the variance of a single case; together 1."""

    team: float
    person: float
    within: float


@dataclass(frozen=True, slots=True)
class Components:
    """Variances, in the square of the metric's unit.

    team       between teams
    person     between the persons of one team
    within     between the cases of one person: the system, and chance
    unbiased   `team` and `person` as estimated. Chance is taken off, which can leave less than
               nothing; then `team` and `person` say 0
    notes      what could not be told apart, and what is not there, in sentences
    """

    team: float
    person: float
    within: float
    unbiased: tuple[float, float]
    notes: tuple[str, ...]

    @property
    def shares(self) -> Shares | None:
        """Each as a part of all three (intraclass shares); None where all cases are alike."""
        total = self.team + self.person + self.within
        if not total:
            return None
        return Shares(self.team / total, self.person / total, self.within / total)


class Departures(NamedTuple):
    """How far each is from its common level, and the variance that is left in saying so."""

    mean: Numbers
    variance: Numbers


def components(cases: Cases) -> Components:
    """Variance components of cases nested in persons nested in teams, by the analysis of variance.

    With y̅ the means of a person (ij), a team (i) and the whole, n the cases, a teams, b persons, N
    cases in all:

        SS within = Σ y² - Σ n_ij y̅_ij²                      N - b degrees of freedom
        SS person = Σ n_ij (y̅_ij - y̅_i)²                     b - a
        SS team   = Σ n_i (y̅_i - y̅)²                         a - 1
        within = SS within / (N - b)
        person = (SS person - (b - a) within) / (N - k12)
        team   = (SS team - (k12 - k3) person - (a - 1) within) / (N - k1)
        k1 = Σ n_i² / N,  k12 = Σ_i Σ_j n_ij² / n_i,  k3 = Σ n_ij² / N

    Unbiased for any numbers of cases; the variance of the mean of few cases, which is chance, is
    taken off. A share is a mean of zeros and ones, so that its binomial variance is `within`.

    Levels that cannot be told apart are said in `notes` and count at the higher one that is known:
    with one person a team, persons as teams; with one case a person, persons as chance; with one
    team, teams as the system.
    Source: Searle, S. R., Casella, G. and McCulloch, C. E. (1992), "Variance Components", Wiley
    (analysis of variance estimators of the nested model, unbalanced data).
    """
    team, n, sums, squares = cases
    persons, all_cases = len(n), float(n.sum())
    team_n = np.bincount(team, n)
    teams = len(team_n)
    means = sums / n
    team_means = np.bincount(team, sums) / team_n
    ss_person = float((n * (means - team_means[team]) ** 2).sum())
    ss_team = float((team_n * (team_means - sums.sum() / all_cases) ** 2).sum())
    ss_within = _within(cases)
    if ss_person + ss_team + ss_within <= _NOISE * float(squares.sum()):
        return Components(0.0, 0.0, 0.0, (0.0, 0.0), ("All cases are alike.",))
    k1 = float((team_n**2).sum()) / all_cases
    k12 = float((n**2 / team_n[team]).sum())
    k3 = float((n**2).sum()) / all_cases
    free_within, free_person, free_team = all_cases - persons, persons - teams, teams - 1
    notes: list[str] = []

    within = person = between = 0.0
    if free_within:
        within = ss_within / free_within
        if free_person:
            person = (ss_person - free_person * within) / (all_cases - k12)
        else:
            notes.append("Each team has one person, so that persons count as their teams.")
    else:
        notes.append("Each person has one case, so that persons cannot be told from chance.")
        free, rest = (free_person, ss_person) if free_person else (free_team, ss_team)
        within = rest / free
    if not free_team:
        notes.append("There is one team, so that it cannot be told from the system.")
    elif free_within or free_person:
        between = (ss_team - (k12 - k3) * person - free_team * within) / (all_cases - k1)
    if between < 0:
        notes.append("Teams differ by no more than chance would make them differ.")
    if person < 0:
        notes.append("Persons of a team differ by no more than chance would make them differ.")
    return Components(max(0.0, between), max(0.0, person), within, (between, person), tuple(notes))


def predicted(cases: Cases, found: Components) -> tuple[float, Departures, Departures]:
    """The common level, the departures of teams from it, and those of persons from their team's.

    The common level μ is what the system gives with a usual team and a usual person. It and the
    departures are the best linear unbiased predictions of the model case = μ + u + v + e with the
    variances in `found`; few cases say little, and are drawn towards 0:

        e_p = person + within / n_p             variance of a person's mean within the team
        y_t = Σ y̅_p/e_p / Σ 1/e_p,  e_t = 1 / Σ 1/e_p
        μ   = Σ y_t/(team + e_t) / Σ 1/(team + e_t)
        u_t = team / (team + e_t) · (y_t - μ)   variance team · e_t / (team + e_t)
        v_p = person / e_p · (y̅_p - μ - u_t)    variance person · within / (n_p e_p)
                                                         + (person / e_p)² · variance of u_t

    μ and the variance components are taken as known.
    Source: Searle, Casella and McCulloch (1992), "Variance Components", Wiley (prediction of
    random variables).
    """
    own = found.person + found.within / cases.n
    # Without any variance below the team, a person's mean weighs by its cases.
    weights = 1 / own if own.all() else cases.n
    means = cases.sums / cases.n
    in_team = np.bincount(cases.team, weights)
    levels = np.bincount(cases.team, weights * means) / in_team
    chance = 1 / in_team if own.all() else np.zeros(len(in_team))
    spread = found.team + chance
    by = 1 / spread if spread.all() else in_team
    common = float((by * levels).sum() / by.sum())
    team = np.divide(found.team, spread, out=np.zeros_like(spread), where=spread > 0)
    of_team = Departures(team * (levels - common), team * chance)
    person = np.divide(found.person, own, out=np.zeros_like(own), where=own > 0)
    of_person = Departures(
        person * (means - common - of_team.mean[cases.team]),
        person * found.within / cases.n + person**2 * of_team.variance[cases.team],
    )
    return common, of_team, of_person


def _within(cases: Cases) -> float:
    """Squares less what the means account for: a small difference of large numbers, so exact."""
    rows = zip(cases.n.tolist(), cases.sums.tolist(), cases.squares.tolist(), strict=True)
    exact = (Fraction(square) - Fraction(total) ** 2 / Fraction(n) for n, total, square in rows)
    return max(0.0, fsum(float(each) for each in exact))
