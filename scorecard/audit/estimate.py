"""The share met among all cases, estimated from those examined, with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scorecard.audit.exact_share import exact_share
from scorecard.errors import AuditError
from scorecard.judge.confidence_level import confidence_level
from scorecard.judge.intervals import Interval, normal_quantile, tail


@dataclass(frozen=True, slots=True)
class Examined:
    """What was recorded of the cases drawn from one population, or from one stratum of it.

    population      cases there are
    met, not_met    drawn cases the criterion applies to
    not_applicable  drawn cases it does not apply to, the replaced ones among them
    not_recorded    drawn cases without an answer

    Raises AuditError `record-count-invalid` for counts that are no whole numbers from 0, and for
    more drawn cases than there are.
    """

    population: int
    met: int
    not_met: int
    not_applicable: int = 0
    not_recorded: int = 0

    def __post_init__(self) -> None:
        counts = (self.met, self.not_met, self.not_applicable, self.not_recorded)
        for count in (*counts, self.population):
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                raise AuditError(
                    "record-count-invalid", f"A count is a whole number from 0, not {count!r}."
                )
        if sum(counts) > self.population:
            raise AuditError(
                "record-count-invalid",
                f"{sum(counts)} cases are recorded of the {self.population} there are.",
            )

    @property
    def applicable(self) -> int:
        """Examined cases the criterion applies to."""
        return self.met + self.not_met

    @property
    def answered(self) -> int:
        """Examined cases with an answer."""
        return self.applicable + self.not_applicable


@dataclass(frozen=True, slots=True)
class Estimate:
    """The share met among the cases the criterion applies to. Shares are fractions.

    share       None where no case is applicable, or answers are missing
    possible    between which shares it lies, had the missing answers all been "not met" or all
                "met"; both are `share` where none is missing; None where no case is applicable
    interval    where the share of all cases lies, with `confidence`; it takes in both ends of
                `possible`. None where no case is applicable
    n           examined cases the criterion applies to
    examined    cases with an answer
    missing     drawn cases without one
    population  cases there are
    sentence    the same in plain words
    """

    share: float | None
    possible: Interval | None
    interval: Interval | None
    confidence: float
    n: int
    examined: int
    missing: int
    population: int
    sentence: str


def estimate(drawn: Examined | Mapping[str, Examined], confidence: float = 0.95) -> Estimate:
    """The share met among all cases, from a simple sample or from strata by name.

    Simple: the exact interval of `exact_share` for the cases the criterion applies to. How many of
    these there are is not known where some drawn ones were not applicable: the finite correction
    takes the largest number still possible, by the same method, so that it never flatters.

    Stratified, with W the estimated part of all applicable cases that is in the stratum, φ the part
    of its cases that is applicable, p the share met among those, f = n / N its part examined:

        share    = Σ W p
        variance = Σ (W / φ)² (1 - f) / n · (φ p(1 - p) + φ(1 - φ)(p - share)²)

    The variance takes p and share drawn a little towards the whole (one case of the whole's share
    is added to each stratum), for a stratum in which all are alike is not known to be so. It gives
    the sample that would tell as much: share (1 - share) / variance cases, times (z / t)² with
    Satterthwaite's degrees of freedom; and these an exact binomial interval.

    Where every case was examined, either interval has no width.

    Raises AuditError `population-empty` (no strata), `stratum-unexamined` (a stratum of which no
    case was drawn tells nothing), JudgeError `confidence-out-of-range`.
    Sources: Cochran (1977), Sampling Techniques, §5.4 (degrees of freedom), §5A.14 (not
    applicable: domains); Korn, E. L. and
    Graubard, B. I. (1998), "Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data", Survey Methodology 24(2), 193-201.
    """
    confidence_level(confidence)
    strata = {"": drawn} if isinstance(drawn, Examined) else dict(drawn)
    if not strata:
        raise AuditError("population-empty", "There is no stratum to estimate from.")
    for name, one in strata.items():
        if one.answered + one.not_recorded == 0:
            raise AuditError(
                "stratum-unexamined",
                f"No case of {f'stratum {name!r}' if name else 'the sample'} is recorded.",
                hint="Examine at least one case, or leave the stratum out of the audit's scope.",
            )
    missing = sum(one.not_recorded for one in strata.values())
    worst = _share([_missing_as(one, met=False) for one in strata.values()], confidence)
    best = (
        _share([_missing_as(one, met=True) for one in strata.values()], confidence)
        if missing
        else worst
    )
    counts = {
        "confidence": confidence,
        "n": sum(one.applicable for one in strata.values()),
        "examined": sum(one.answered for one in strata.values()),
        "missing": missing,
        "population": sum(one.population for one in strata.values()),
    }
    if worst is None or best is None:
        sentence = f"The criterion applies to none of the {counts['examined']} cases examined."
        return Estimate(None, None, None, **counts, sentence=sentence)
    possible = Interval(worst[0], best[0])
    interval = Interval(worst[1].lower, best[1].upper)
    share = None if missing else worst[0]
    return Estimate(
        share, possible, interval, **counts, sentence=_sentence(possible, interval, **counts)
    )


def _missing_as(one: Examined, *, met: bool) -> Examined:
    return replace(
        one,
        met=one.met + one.not_recorded * met,
        not_met=one.not_met + one.not_recorded * (not met),
        not_recorded=0,
    )


def _share(strata: list[Examined], confidence: float) -> tuple[float, Interval] | None:
    """The share and its interval, where every case drawn has an answer."""
    if not any(one.applicable for one in strata):
        return None
    if len(strata) == 1:
        one = strata[0]
        possible = exact_share(one.applicable, one.answered, one.population, confidence)
        there = round(possible.upper * one.population)
        return one.met / one.applicable, exact_share(one.met, one.applicable, there, confidence)
    return _stratified(strata, confidence)


def _stratified(strata: list[Examined], confidence: float) -> tuple[float, Interval]:
    from scipy.special import stdtrit

    applicable = [one.population * one.applicable / one.answered for one in strata]
    weights = [one / sum(applicable) for one in applicable]
    share = sum(
        weight * one.met / one.applicable
        for one, weight in zip(strata, weights, strict=True)
        if one.applicable
    )
    n = sum(one.applicable for one in strata)
    whole = (sum(one.met for one in strata) + 1) / (n + 2)
    drawn_in = [(one.met + whole) / (one.applicable + 1) for one in strata]
    middle = sum(weight * p for weight, p in zip(weights, drawn_in, strict=True))
    variance, fourth = 0.0, 0.0
    for one, p in zip(strata, drawn_in, strict=True):
        part = one.applicable / one.answered
        spread = part * p * (1 - p) + part * (1 - part) * (p - middle) ** 2
        left = 1 - one.answered / one.population
        own = (one.population / sum(applicable)) ** 2 * left * spread / one.answered
        variance += own
        fourth += own**2 / max(1, one.answered - 1)
    if not variance:
        return share, Interval(share, share)
    as_good_as = middle * (1 - middle) / variance
    # A variance that itself rests on few cases is less sure.
    z = normal_quantile(confidence)
    t = float(stdtrit(variance**2 / fourth, 1 - tail(confidence)))
    return share, _binomial(share, as_good_as * (z / t) ** 2, confidence)


def _binomial(share: float, n: float, confidence: float) -> Interval:
    """Clopper and Pearson's interval of a share of `n` cases, which need not be whole."""
    from scipy.special import betaincinv

    met, beyond = share * n, tail(confidence)
    failed = n - met
    lower = 0.0 if met <= 0 else float(betaincinv(met, failed + 1, beyond))
    upper = 1.0 if failed <= 0 else float(betaincinv(met + 1, failed, 1 - beyond))
    return Interval(min(lower, share), max(upper, share))


def _sentence(
    possible: Interval,
    interval: Interval,
    *,
    confidence: float,
    n: int,
    examined: int,
    missing: int,
    population: int,
) -> str:
    low, high = (f"{100 * end:.1f}" for end in interval)
    if missing:
        said = (
            f"{missing} of {examined + missing} drawn cases have no answer: the share met is "
            f"between {100 * possible.lower:.1f} and {100 * possible.upper:.1f} %"
        )
    else:
        said = f"{100 * possible.lower:.1f} % met, from {n} cases the criterion applies to"
    if examined == population:
        return f"{said}; every case was examined."
    return (
        f"{said}; among all such cases of the {population} there are, it is {low} to {high} %, "
        f"with {100 * confidence:g} % confidence."
    )
