"""What could be promised, what declared promises are called, and what could be tightened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scorecard.declare.standards import Standard
from scorecard.judge.promise import ENOUGH, Call, Promise, promise
from scorecard.judge.rounding import shown
from scorecard.judge.tightening import ENOUGH as ENOUGH_TO_TIGHTEN
from scorecard.judge.tightening import Proposal, Refusal, tighten
from scorecard.report.phase_series import PhaseSeries
from scorecard.report.phrases import (
    day_words,
    grain_words,
    number_word,
    period_words,
    plain,
    with_unit,
)

_OFTEN = {0.8: "8 of 10", 0.9: "9 of 10", 0.95: "19 of 20"}
_STABLE = "common cause"
_NOT_STABLE = "more than common cause"


@dataclass(frozen=True)
class DeclaredPromise:
    """A declared value held against performance.

    what   whose value it is: `Expected`, `Promised to the public`
    kept   the probability (0..1) that a coming period keeps it; None where it is not judged
    words  the call as a sentence
    """

    what: str
    value: str
    call: Call
    kept: float | None
    words: str


@dataclass(frozen=True)
class Offer:
    """A value that a coming period keeps with this probability; `words` say it with its unit, and
    `often` how often that is."""

    confidence: float
    value: float | None
    words: str
    often: str


@dataclass(frozen=True)
class PromiseOutlook:
    """What is said of promises. `reason` says why nothing is; then there are no calls and offers.

    basis   what it rests on, and the method
    """

    reason: str
    calls: tuple[DeclaredPromise, ...]
    offers: tuple[Offer, ...]
    basis: str


@dataclass(frozen=True)
class TighteningOutlook:
    """A tighter expected value that waits for a person, or in `words` why there is none.

    line    the entry to be declared, and `where` it belongs; both empty without a proposal
    """

    value: float | None
    refusal: Refusal | None
    words: str
    line: str
    where: str


def promise_outlook(series: PhaseSeries, standard: Standard) -> PromiseOutlook:
    """What a coming period would keep, and the calls on what is expected and publicly promised."""
    calls: list[DeclaredPromise] = []
    found = _promise(series, series.last.expected)
    if found.call is Call.NOT_STABLE and not series.signal:
        return PromiseOutlook(_NO_CHART, (), (), "")
    if found.call in _NOTHING:
        return PromiseOutlook(_NOTHING[found.call].format(**_facts(series)), (), (), "")
    for what, value in _declared(series, standard):
        one = _promise(series, value)
        calls.append(
            DeclaredPromise(what, _value(series, value), one.call, one.kept, _call(series, one))
        )
    offers = tuple(
        Offer(
            each.confidence,
            each.value,
            _value(series, each.value, rounded=True),
            f"{_OFTEN[each.confidence]} {grain_words(series.grain, 2)}",
        )
        for each in found.offers
    )
    since = period_words(series.periods[0])
    basis = (
        f"Rests on {number_word(found.n)} {grain_words(series.grain, found.n)} since {since}; "
        f"method: {found.method}."
    )
    return PromiseOutlook("", tuple(calls), offers, basis)


_NO_CHART = (
    "What could be promised is not known: without a control chart nobody can tell whether the "
    "figures are stable. Mend what is declared under [standard.chart]."
)
_NOTHING = {
    Call.TOO_FEW: "Nothing is said yet of what could be promised: it takes {enough} {many}, and "
    "{n} {known} known.",
    Call.NOT_STABLE: "What could be promised is not known: the figures are not stable ({signal}). "
    "Find out what happened. Once a new phase is declared, or the odd {many} are left out with "
    "their reason, the rest is judged by itself.",
    Call.NO_VARIATION: "Every {one} has the same value, so nothing can be said of the next; ask "
    "whether the service itself is recorded.",
}


def _facts(series: PhaseSeries) -> dict[str, str]:
    return {
        "n": number_word(series.n) if series.n else "none",
        "known": "is" if series.n == 1 else "are",
        "one": grain_words(series.grain, 1),
        "many": grain_words(series.grain, 2),
        "enough": number_word(ENOUGH),
        "signal": series.signal,
    }


def _promise(series: PhaseSeries, declared: float | None) -> Promise:
    return promise(
        series.values,
        better=series.better,
        declared=declared,
        tolerance=series.last.tolerance or 0.0,
        scale=series.scale,
        denominators=series.denominators,
        stable=series.stable,
        confidences=tuple(_OFTEN),
    )


def _declared(series: PhaseSeries, standard: Standard) -> list[tuple[str, float | None]]:
    expected = series.last.expected
    public = standard.promise.value if standard.promise else None
    if public is None:
        return [("Expected", expected)]
    if public == expected:
        return [("Expected, and promised to the public", expected)]
    return [("Expected", expected), ("Promised to the public", public)]


def _call(series: PhaseSeries, found: Promise) -> str:
    one = grain_words(series.grain, 1)
    match found.call:
        case Call.NOT_IN_FORCE:
            return "No expected value is in force."
        case Call.BEYOND:
            return "It lies outside the scale of the figure, so nobody can keep it: correct it."
        case Call.UNDER:
            return (
                f"Under-promise: as it works now, {how_often(found.kept, one)}. "
                "A better value could be promised."
            )
        case _:
            word = str(found.call).capitalize()
            return f"{word}: as it works now, {how_often(found.kept, one)}."


def how_often(kept: float | None, one: str) -> str:
    """`a coming month keeps it in about 3 of 10 cases`."""
    if kept is None:
        return "it is not known how often it is kept"
    if kept < 0.05:
        return f"hardly any coming {one} keeps it"
    if kept >= 0.95:
        return f"nearly every coming {one} keeps it"
    if kept >= 0.9:
        return f"a coming {one} keeps it in about {round(20 * kept)} of 20 cases"
    return f"a coming {one} keeps it in about {max(1, round(10 * kept))} of 10 cases"


def _value(series: PhaseSeries, value: float | None, *, rounded: bool = False) -> str:
    """`at least 78 %`; what is declared as it was written, what is worked out rounded."""
    if value is None:
        return "not known"
    number = shown(value, series.unit) if rounded else plain(value)
    return f"{_side(series).replace('_', ' ')} {with_unit(number, series.unit)}"


def _side(series: PhaseSeries) -> str:
    return "at_least" if series.better == "higher" else "at_most"


def tightening_outlook(series: PhaseSeries, standard: Standard) -> TighteningOutlook:
    """A proposal to tighten the expected value from the next period on, or why there is none."""
    later = _later(standard, series.last.department, series.last.period)
    if later is not None:
        words = f"Another expected value is declared from {day_words(later)} on: wait for it."
        return TighteningOutlook(None, None, words, "", "")
    found = tighten(
        series.values,
        series.last.expected,
        better=series.better,
        variation=_STABLE if series.stable else _NOT_STABLE,
        assurance=series.assurance,
        tolerance=series.last.tolerance or 0.0,
        scale=series.scale,
        denominators=series.denominators,
    )
    if found.value is None:
        words = f"Nothing tighter is proposed. {_refusal(series, found)}"
        return TighteningOutlook(None, found.refusal, words, "", "")
    words = (
        f"{_value(series, found.value).capitalize()} could be expected instead of "
        f"{_value(series, found.present)}: as it works now, "
        f"{how_often(found.kept, grain_words(series.grain, 1))}."
    )
    near = f", tolerance = {series.last.tolerance:.15g}" if series.last.tolerance else ""
    line = (
        f"{{ from = {series.periods[-1].next().start}, {_side(series)} = {found.value:.15g}{near}, "
        'source = "…" }'
    )
    return TighteningOutlook(found.value, None, words, line, _where(standard, series))


def _refusal(series: PhaseSeries, found: Proposal) -> str:
    if found.refusal is Refusal.TOO_FEW:
        known = (
            f"{number_word(series.n) if series.n else 'none'} {'is' if series.n == 1 else 'are'}"
        )
        many = grain_words(series.grain, ENOUGH_TO_TIGHTEN)
        return f"It takes {ENOUGH_TO_TIGHTEN} {many} without a sign of a change, and {known} known."
    if found.refusal is Refusal.NOT_STABLE:
        if not series.signal:
            return "Nobody can tell whether the figures are stable."
        return "The figures are not stable: no new promise can rest on them."
    return found.sentence


def _later(standard: Standard, department: str | None, shown_from: date) -> date | None:
    """The first day of an expected value declared for a time after the period shown."""
    override = standard.overrides.get(department) if department else None
    values = override.expected if override else standard.expected
    return min((each.from_ for each in values if each.from_ > shown_from), default=None)


def _where(standard: Standard, series: PhaseSeries) -> str:
    department = series.last.department
    if department in standard.overrides:
        return f"To accept it, add to expected under [standard.overrides.{department}]:"
    if department and standard.shared:
        return (
            "The value is the same for everyone who reports this standard. To accept another for "
            f"{series.last.department_name} alone, copy expected to "
            f"[standard.overrides.{department}] and add:"
        )
    return "To accept it, add to expected:"
