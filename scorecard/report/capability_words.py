"""Process capability of a standard, for those who work by DMAIC: figures, and how far to trust."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.judge.capability import Capability, Caution, capability
from scorecard.judge.defects import dpmo, sigma_level
from scorecard.judge.intervals import Interval
from scorecard.report.behaviour import FEWEST
from scorecard.report.phase_series import PhaseSeries
from scorecard.report.phrases import grain_words, number_word


@dataclass(frozen=True)
class CapabilityOutlook:
    """Capability as (term, text) pairs and sentences of caution; `reason` says why there is none.

    sigma    the sigma level of the share of cases missed, with the customary shift of 1.5
    missed   that share, a fraction; both None for what is no share
    """

    reason: str
    found: Capability | None
    sigma: float | None
    missed: float | None
    pairs: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]


def capability_outlook(series: PhaseSeries) -> CapabilityOutlook:
    """The capability of the last phase to keep what is expected."""
    expected = series.last.expected
    if expected is None:
        return _none("No expected value is in force, so there is no limit to be held against.")
    higher = series.better == "higher"
    found = capability(
        series.values,
        lower=expected if higher else None,
        upper=None if higher else expected,
        in_control=series.stable if series.signal or series.stable else None,
    )
    if found.n < FEWEST:
        n = f"{number_word(found.n)} {grain_words(series.grain, found.n)}"
        return _none(f"Too few: {n}, and it takes {number_word(FEWEST)}.")
    missed = _missed(series)
    sigma = None if missed is None else sigma_level(1_000_000 * missed)
    return CapabilityOutlook(
        "",
        found,
        sigma,
        missed,
        tuple(_pairs(series, found, sigma, missed)),
        tuple(_cautions(series, found)),
    )


def _none(reason: str) -> CapabilityOutlook:
    return CapabilityOutlook(reason, None, None, None, (), ())


def _missed(series: PhaseSeries) -> float | None:
    """The share of all cases of the phase on the wrong side; None for what is no share."""
    if series.numerators is None or series.denominators is None:
        return None
    used = [
        (numerator, denominator)
        for value, numerator, denominator in zip(
            series.values, series.numerators, series.denominators, strict=True
        )
        if value is not None and numerator is not None and denominator is not None
    ]
    good = sum(numerator for numerator, _ in used)
    cases = sum(denominator for _, denominator in used)
    wrong = dpmo(cases - good if series.better == "higher" else good, cases)
    return None if wrong is None else wrong / 1_000_000


def _pairs(
    series: PhaseSeries, found: Capability, sigma: float | None, missed: float | None
) -> list[tuple[str, str]]:
    many = grain_words(series.grain, 2)
    pairs = [
        ("Cpk", _index(found.cpk, found.cpk_interval)),
        ("Ppk", _index(found.ppk, found.ppk_interval)),
        (
            "Missed, expected",
            f"{_percent(found.expected_outside)} of {many}, were they normally distributed",
        ),
        ("Missed, observed", f"{_percent(found.observed_outside)} of {found.n:,} {many}"),
    ]
    if missed is not None:
        level = "no finite level" if sigma is None else f"{sigma:.1f}, with the usual shift of 1.5"
        pairs.append(("Sigma level", f"{level}; {_percent(missed)} of cases missed"))
    return pairs


def _index(value: float | None, interval: Interval | None) -> str:
    if value is None:
        return "not known"
    if interval is None:
        return f"{value:.2f}"
    return f"{value:.2f} (95 % interval {interval.lower:.2f} to {interval.upper:.2f})"


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.1f} %"


def _cautions(series: PhaseSeries, found: Capability) -> list[str]:
    n = f"{number_word(found.n)} {grain_words(series.grain, found.n)}"
    sentences = {
        Caution.TOO_FEW: f"Rests on {n}; with fewer than 25 the indices may be off by a quarter "
        "and more.",
        Caution.NO_VARIATION: "The values do not vary, so there are no indices.",
        Caution.NOT_IN_CONTROL: f"The figures are not stable ({series.signal}): the indices tell "
        "nothing of what comes next.",
        Caution.NOT_NORMAL: "The values are not normally distributed: take the observed share, "
        "not the expected one.",
    }
    return [sentences[one] for one in found.cautions if one in sentences]
