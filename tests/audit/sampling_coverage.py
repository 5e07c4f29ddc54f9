"""How often an audit's interval holds the true share: the tables of docs/auditing/sampling.md.

    python -m tests.audit.sampling_coverage

makes populations whose share met is known, audits each 10,000 times, and writes between the markers
of the page how often the interval held the truth.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scorecard.audit.estimate import Examined, estimate
from scorecard.audit.sample_size import allocate
from scorecard.audit.sampling import draw

PAGE = Path(__file__).parents[2] / "docs" / "auditing" / "sampling.md"
AUDITS = 10_000
CONFIDENCES = (0.8, 0.95)


class Cases(NamedTuple):
    """A population or a stratum: how many cases are met, not met, not applicable."""

    met: int
    not_met: int
    not_applicable: int = 0


class Simple(NamedTuple):
    """A population, and how many applicable cases are examined."""

    name: str
    cases: Cases
    n: int


class Stratified(NamedTuple):
    """Strata by name, and how many cases are drawn from each."""

    name: str
    strata: Mapping[str, Cases]
    sizes: Mapping[str, int]


SIMPLE = (
    Simple("50 % of 1,000", Cases(500, 500), 100),
    Simple("80 % of 400", Cases(320, 80), 60),
    Simple("80 % of 100", Cases(80, 20), 60),
    Simple("90 % of 100,000", Cases(90_000, 10_000), 200),
    Simple("95 % of 2,000", Cases(1900, 100), 322),
    Simple("98 % of 5,000", Cases(4900, 100), 60),
    Simple("all of 300", Cases(300, 0), 30),
    Simple("80 % of 40", Cases(32, 8), 30),
    Simple("85 % of 1,000, 30 % not applicable", Cases(595, 105, 300), 100),
    Simple("85 % of 150, half not applicable", Cases(64, 11, 75), 50),
)
_DEPARTMENTS = {
    "a": Cases(900, 100),
    "b": Cases(320, 80),
    "c": Cases(60, 40),
    "d": Cases(20, 0),
}
_SIZES = {name: sum(cases) for name, cases in _DEPARTMENTS.items()}
_TEAMS = {f"team {place}": Cases(95 - place, 5 + place) for place in range(20)}
_UNEVEN = {"a": Cases(4750, 250), "b": Cases(90, 10), "c": Cases(50, 50)}
_ALIKE = {"a": Cases(2450, 50), "b": Cases(1470, 30), "c": Cases(980, 20)}
_APART = {"a": Cases(995, 5), "b": Cases(300, 300), "c": Cases(10, 390)}
_PARTLY = {"a": Cases(500, 50, 450), "b": Cases(200, 200, 50), "c": Cases(30, 5, 165)}


def _allocated(strata: Mapping[str, Cases], n: int, *, equally: bool = False) -> dict[str, int]:
    return allocate(n, {name: sum(cases) for name, cases in strata.items()}, equally=equally)


STRATIFIED = (
    Stratified("4 departments, proportional", _DEPARTMENTS, _allocated(_DEPARTMENTS, 120)),
    Stratified("4 departments, equal", _DEPARTMENTS, _allocated(_DEPARTMENTS, 120, equally=True)),
    Stratified(
        "4 departments, Neyman",
        _DEPARTMENTS,
        allocate(120, _SIZES, expected={"a": 0.9, "b": 0.8, "c": 0.6, "d": 0.95}),
    ),
    Stratified("one large stratum, 20 cases each", _UNEVEN, _allocated(_UNEVEN, 60, equally=True)),
    Stratified("20 teams, 3 cases each", _TEAMS, _allocated(_TEAMS, 60)),
    Stratified("98 % everywhere", _ALIKE, _allocated(_ALIKE, 150)),
    Stratified("departments far apart", _APART, _allocated(_APART, 100)),
    Stratified("some not applicable", _PARTLY, _allocated(_PARTLY, 150)),
    Stratified("nearly all examined", _TEAMS, _allocated(_TEAMS, 1600)),
)


def true_share(strata: list[Cases]) -> float:
    """The share met among the applicable cases of the whole population."""
    met = sum(one.met for one in strata)
    return met / (met + sum(one.not_met for one in strata))


def audits_of(kind: Simple, audits: int, seed: int) -> list[Examined]:
    """What `audits` auditors record who examine cases until `n` are applicable."""
    rng = np.random.default_rng([seed, kind.n, *kind.cases])
    met = rng.hypergeometric(kind.cases.met, kind.cases.not_met, kind.n, audits)
    beside = np.zeros(audits, dtype=int)
    if kind.cases.not_applicable:
        # How many that do not apply stand before the n-th that does, in an order by chance.
        applicable = np.arange(sum(kind.cases)) < kind.cases.met + kind.cases.not_met
        for place in range(audits):
            reached = np.cumsum(rng.permutation(applicable))
            beside[place] = int(np.searchsorted(reached, kind.n)) + 1 - kind.n
    return [
        Examined(sum(kind.cases), int(one), kind.n - int(one), int(none))
        for one, none in zip(met, beside, strict=True)
    ]


def strata_of(kind: Stratified, audits: int, seed: int) -> list[dict[str, Examined]]:
    """What `audits` auditors record of the cases drawn from each stratum."""
    rng = np.random.default_rng([seed, len(kind.strata), sum(kind.sizes.values())])
    drawn = {
        name: rng.multivariate_hypergeometric(cases, kind.sizes[name], audits)
        for name, cases in kind.strata.items()
    }
    return [
        {
            name: Examined(sum(kind.strata[name]), *(int(one) for one in rows[place]))
            for name, rows in drawn.items()
        }
        for place in range(audits)
    ]


def held(truth: float, found: list[Examined] | list[dict[str, Examined]]) -> list[float]:
    """The part of audits whose interval held the truth, for each confidence."""
    shares: list[float] = []
    for confidence in CONFIDENCES:
        intervals = [estimate(one, confidence).interval for one in found]
        hits = [
            one is not None and one.lower - 1e-12 <= truth <= one.upper + 1e-12 for one in intervals
        ]
        shares.append(sum(hits) / len(hits))
    return shares


def simple_coverage(kind: Simple, audits: int, seed: int = 1977) -> list[float]:
    """As `held`, of simple samples."""
    return held(true_share([kind.cases]), audits_of(kind, audits, seed))


def stratified_coverage(kind: Stratified, audits: int, seed: int = 1977) -> list[float]:
    """As `held`, of stratified samples."""
    return held(true_share([*kind.strata.values()]), strata_of(kind, audits, seed))


def hashed_coverage(audits: int) -> list[float]:
    """As `held`, of cases drawn with `draw` itself, by the seeds 0, 1, 2, …: 80 % of 200, 40."""
    met = {f"case {number}": number % 5 > 0 for number in range(200)}
    found: list[Examined] = []
    for seed in range(audits):
        good = sum(met[case] for case in draw(met, seed, 40).cases)
        found.append(Examined(200, good, 40 - good))
    return held(0.8, found)


HASHED = "80 % of 200, drawn by hash with seeds 0, 1, 2, …"


def tables(audits: int = AUDITS) -> dict[str, str]:
    """The Markdown tables by marker, one line for each population."""
    simple: list[tuple[str, int, Callable[[], list[float]]]] = [
        *((kind.name, kind.n, lambda kind=kind: simple_coverage(kind, audits)) for kind in SIMPLE),
        (HASHED, 40, lambda: hashed_coverage(audits)),
    ]
    stratified: list[tuple[str, int, Callable[[], list[float]]]] = [
        (kind.name, sum(kind.sizes.values()), lambda kind=kind: stratified_coverage(kind, audits))
        for kind in STRATIFIED
    ]
    return {"simple": _table("share met", simple), "strata": _table("strata", stratified)}


def _table(first: str, rows: list[tuple[str, int, Callable[[], list[float]]]]) -> str:
    lines = [f"| {first} | cases examined | 80 % | 95 % |", "|---|---|---|---|"]
    for name, n, compute in rows:
        cells = " | ".join(f"{100 * one:.1f}" for one in compute())
        lines.append(f"| {name} | {n} | {cells} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines) + "\n"


def marked(marker: str) -> re.Pattern[str]:
    """The place of a table in the page, between its markers."""
    return re.compile(rf"(<!-- {marker}: begin -->\n)(.*?)(<!-- {marker}: end -->\n)", re.DOTALL)


def main() -> None:
    """Write the tables into the page."""
    page = PAGE.read_text(encoding="utf-8")
    for marker, rows in tables().items():
        page, places = marked(marker).subn(lambda m, rows=rows: f"{m[1]}{rows}{m[3]}", page)
        if places != 1:
            raise SystemExit(f"{PAGE.name} has no markers for the table {marker}")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
