"""The rank of each unit, never without how far it might as well be another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecard.errors import JudgeError
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.gap import Better
from scorecard.judge.shrinkage import Shrinkage, ShrunkUnit
from scorecard.judge.units import Kind, check_word
from scorecard.judge.values import Numbers, whole_number


@dataclass(frozen=True, slots=True)
class Rank:
    """Rank 1 is the best; `rank` is the middle of the ranks that the unit takes, `lowest` (the
    best) and `highest` (the worst) their interval. None where the unit has no estimate."""

    name: str
    rank: int | None
    lowest: int | None
    highest: int | None
    of: int

    @property
    def words(self) -> str:
        """`rank 3, between 1 and 9 of 20`; `no rank` without an estimate."""
        if self.rank is None:
            return "no rank"
        return f"rank {self.rank}, between {self.lowest} and {self.highest} of {self.of}"


def ranks(
    shrunk: Shrinkage,
    *,
    better: Better = "higher",
    confidence: float = 0.95,
    draws: int = 10_000,
    seed: int = 1,
) -> tuple[Rank, ...]:
    """The rank of each unit and its interval, one a unit in the order given.

    True values are drawn `draws` times from the units' own distributions (`shrink`,
    `shrink_means`) and ranked each time; a unit's rank is the median of its ranks, its interval
    the equal-tailed quantiles. The same numbers give the same ranks, in whatever order the units
    stand. Two units may share a rank.

    Marshall, E. C. and Spiegelhalter, D. J. (1998), "Reliability of league tables of in vitro
    fertilisation clinics: retrospective analysis of live birth rates", BMJ 316, 1701-1704.
    Intervals hold for each unit by itself, not for all at once.

    Raises JudgeError: `confidence-out-of-range`; `ranks-draws` for fewer than 100 draws, or a
    `seed` below 0;
    `units-unknown-word` for another `better`.
    """
    check_word("better", better, ("higher", "lower"))
    if draws < 100:
        raise JudgeError("ranks-draws", f"{draws} draws are too few for an interval.")
    if whole_number(seed, "seed") < 0:
        raise JudgeError("ranks-draws", f"seed is {seed}: draws start from 0 or above.")
    tails = [(1 - confidence_level(confidence)) / 2, 0.5, (1 + confidence) / 2]
    placed = {unit.posterior for unit in shrunk.units if unit.posterior is not None}
    drawn_from = sorted(unit.posterior for unit in shrunk.units if unit.posterior is not None)
    count = len(drawn_from)
    drawn = _draws(shrunk.kind, drawn_from, draws, np.random.default_rng(seed))
    order = np.argsort(-drawn if better == "higher" else drawn, axis=0, kind="stable")
    position = np.empty_like(order)
    np.put_along_axis(position, order, np.arange(1, count + 1)[:, None], axis=0)
    # Units with the same distribution have the same ranks: theirs are taken together.
    found = {
        posterior: np.quantile(
            position[[i for i, one in enumerate(drawn_from) if one == posterior]],
            tails,
            method="inverted_cdf",
        )
        for posterior in placed
    }
    return tuple(_rank(unit, found, count) for unit in shrunk.units)


def _rank(unit: ShrunkUnit, found: dict[tuple[float, float], Numbers], count: int) -> Rank:
    if unit.posterior is None:
        return Rank(unit.name, None, None, None, count)
    lowest, middle, highest = (int(at) for at in found[unit.posterior])
    return Rank(unit.name, middle, lowest, highest, count)


def _draws(
    kind: Kind, posteriors: list[tuple[float, float]], draws: int, random: np.random.Generator
) -> Numbers:
    """True values drawn from each distribution: one row a unit, one column a draw."""
    shape = (len(posteriors), draws)
    first, second = np.array(posteriors).reshape(-1, 2).T[:, :, None]
    if kind is Kind.SHARE:
        # A beta with nothing on one side is a certainty; the generator wants more than 0.
        tiny = np.finfo(float).tiny
        return random.beta(np.maximum(first, tiny), np.maximum(second, tiny), shape)
    if kind is Kind.RATE:
        return random.gamma(first, 1 / second, shape)
    return random.normal(first, second, shape)
