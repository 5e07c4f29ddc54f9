"""How many cases to examine for a wanted precision, and how many of them in each stratum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heapreplace
from math import ceil

from scorecard.errors import AuditError
from scorecard.judge.intervals import normal_quantile

# With fewer cases an interval tells little, and the formula's normal curve does not hold.
LEAST = 30
# One case cannot show that cases of its stratum differ.
LEAST_IN_A_STRATUM = 2


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many cases to examine, and why so many.

    n            cases to examine, never more than the population
    uncorrected  what an endless population would need, before the finite correction; not rounded
    population   cases there are
    everything   whether every case is examined: there is no sampling error then
    sentence     the same in plain words
    """

    n: int
    uncorrected: float
    population: int
    everything: bool
    sentence: str


def sample_size(
    population: int,
    half_width: float,
    *,
    confidence: float = 0.95,
    expected: float = 0.5,
    least: int = LEAST,
) -> SampleSize:
    """How many of `population` cases to examine, to know a share to within ± `half_width`.

        n₀ = z² p (1 - p) / d²,    n = n₀ / (1 + (n₀ - 1) / N), rounded up

    with d = `half_width` and p = `expected`, the share that is expected to be met, both fractions;
    p = 0.5 is the widest case. At least `least` cases, and never more than there are. The count is
    of cases the criterion applies to: one it does not apply to is replaced from the reserve. Near
    0 and 1 the interval is not symmetrical, and its longer side may exceed d.

    Raises AuditError `population-empty`, `precision-out-of-range`, `expected-share-out-of-range`,
    `sample-size-invalid` (`least`), and JudgeError `confidence-out-of-range`.
    Source: Cochran, W. G. (1977), Sampling Techniques, 3rd ed., Wiley, §4.4.
    """
    z = normal_quantile(confidence)
    _whole(population, "The population")
    _whole(least, "The least number of cases")
    if population == 0:
        raise AuditError("population-empty", "There is no case to draw from.")
    if not 0 < half_width < 0.5:
        raise AuditError(
            "precision-out-of-range",
            f"The half-width is a fraction above 0 and below 0.5, not {half_width!r}.",
            hint=f"Write {half_width / 100:g}."
            if 1 <= half_width < 50
            else "To know a share exactly, examine every case.",
        )
    if not 0 < expected < 1:
        raise AuditError(
            "expected-share-out-of-range",
            f"The expected share is a fraction above 0 and below 1, not {expected!r}.",
            hint="Where nothing is known, 0.5 asks for the most cases.",
        )
    # The square of a very small width would be 0; no population is as large as the limit.
    uncorrected = min(z * z * expected * (1 - expected) / half_width / half_width, 1e300)
    # What rounding leaves behind a whole number is no further case.
    wanted = ceil(uncorrected / (1 + (uncorrected - 1) / population) - 1e-9)
    n = min(population, max(least, wanted))
    if n == population:
        sentence = f"Everything is examined: all {population} cases."
    else:
        sentence = (
            f"{n} of {population} cases tell the share to within ± {100 * half_width:g} points "
            f"with {100 * confidence:g} % confidence, if about {100 * expected:g} % are met."
        )
        if wanted < least:
            sentence += f" {wanted} would do; fewer than {least} are not drawn."
    return SampleSize(n, uncorrected, population, n == population, sentence)


def allocate(
    n: int,
    populations: Mapping[str, int],
    *,
    equally: bool = False,
    expected: Mapping[str, float] | None = None,
    least: int = LEAST_IN_A_STRATUM,
) -> dict[str, int]:
    """How many of `n` cases to examine in each stratum, of which `populations` has the size.

    Proportional to size unless told otherwise; `equally` gives each stratum as many; with
    `expected`, the share expected to be met in each (fractions), it is Neyman's allocation, which
    makes the whole's interval narrowest: in proportion to N · √(p (1 - p)). Each stratum gets
    `least` first (or all of its cases, where it has fewer), and never more than it has. Each
    further case goes where N · s / √(k (k + 1)) is largest, k being the cases there so far; ties
    go to the larger stratum, then by name. So the sum is exactly `n`, and a larger `n` takes none
    away from any stratum.

    Raises AuditError `population-empty` (no strata), `stratum-empty`,
    `sample-larger-than-population`, `sample-too-small` (fewer than the least of all strata),
    `expected-share-out-of-range`, `strata-uneven` (`expected` names other strata),
    `allocation-twofold` (both ways asked for) and `sample-size-invalid`.
    Source: Wright, T. (2012), "The Equivalence of Neyman Optimum Allocation for Sampling and Equal
    Proportions for Apportioning the U.S. House of Representatives", The American Statistician
    66(4), 217-224; Cochran (1977), §5.5 and §5.9.
    """
    _whole(n, "The sample")
    if _whole(least, "The least number of cases of a stratum") == 0:
        raise AuditError("sample-size-invalid", "A stratum needs at least one case.")
    whole = _population(populations)
    if n > whole:
        raise larger(n, whole)
    squared = _squared_weights(populations, equally, expected)
    sizes = {name: min(least, size) for name, size in populations.items()}
    left = n - sum(sizes.values())
    if left < 0:
        raise AuditError(
            "sample-too-small",
            f"{n} cases are too few for {len(populations)} strata: "
            f"with {least} of each they need {n - left}.",
            hint="Draw more, or join strata.",
        )

    def turn(name: str) -> tuple[Fraction, int, str]:
        k = sizes[name]
        return -squared[name] / (k * (k + 1)), -populations[name], name

    turns = [turn(name) for name in populations if sizes[name] < populations[name]]
    heapify(turns)
    for _ in range(left):
        name = turns[0][2]
        sizes[name] += 1
        if sizes[name] < populations[name]:
            heapreplace(turns, turn(name))
        else:
            heappop(turns)
    return sizes


def larger(n: int, population: int, stratum: str = "") -> AuditError:
    """The refusal of a sample larger than its population."""
    of = f" of stratum {stratum!r}" if stratum else ""
    return AuditError(
        "sample-larger-than-population",
        f"{n} cases cannot be drawn from the {population}{of}.",
        hint=f"Draw {population}: everything is examined then.",
    )


def _population(populations: Mapping[str, int]) -> int:
    if not populations:
        raise AuditError("population-empty", "There is no stratum to draw from.")
    for name, size in populations.items():
        if _whole(size, f"The population of stratum {name!r}") == 0:
            raise empty(name)
    return sum(populations.values())


def empty(stratum: str) -> AuditError:
    """The refusal of a stratum without cases."""
    return AuditError(
        "stratum-empty",
        f"Stratum {stratum!r} has no case.",
        hint="Leave it out of the strata, and say so in the audit's scope.",
    )


def _squared_weights(
    populations: Mapping[str, int], equally: bool, expected: Mapping[str, float] | None
) -> dict[str, Fraction]:
    """(N · s)² of each stratum, exact: no platform's rounding decides whose turn it is."""
    if expected is None:
        return {name: Fraction(1 if equally else size**2) for name, size in populations.items()}
    if equally:
        raise AuditError("allocation-twofold", "Equally and by expected shares exclude each other.")
    if expected.keys() != populations.keys():
        odd = ", ".join(sorted(expected.keys() ^ populations.keys()))
        raise AuditError(
            "strata-uneven", f"Expected shares and strata do not have the same names: {odd}."
        )
    for name, share in expected.items():
        if not 0 < share < 1:
            raise AuditError(
                "expected-share-out-of-range",
                f"The share expected in stratum {name!r} is above 0 and below 1, not {share!r}.",
            )
    shares = {name: Fraction(share) for name, share in expected.items()}
    return {name: size**2 * shares[name] * (1 - shares[name]) for name, size in populations.items()}


def _whole(count: int, what: str) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise AuditError("sample-size-invalid", f"{what} is a whole number from 0, not {count!r}.")
    return count
