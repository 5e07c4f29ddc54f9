"""The re-audit beside the baseline, requirement by requirement: what improved, held, regressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from scorecard.audit.difference import (
    Difference,
    Pairs,
    Test,
    paired_shares,
    two_means,
    two_percentiles,
    two_rates,
    two_shares,
)
from scorecard.audit.observed import Observed, Requirement, Scope, taken_over
from scorecard.judge.false_discovery import false_discovery
from scorecard.judge.gap import noise, service_gap
from scorecard.judge.intervals import Interval


class Outcome(StrEnum):
    """What became of a requirement. The value is the shown word."""

    IMPROVED = "improved"
    HELD = "held"
    REGRESSED = "regressed"
    NEW = "new"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class Compared:
    """One requirement in the re-audit.

    difference  re-audit less baseline, in the metric's unit; None where nothing was tested
    interval    of the difference, at the confidence asked for, for this requirement by itself
    p, q        chance of such a difference where there is none; the same after correction for all
                requirements that were tested (Benjamini and Hochberg): q decides
    steady      the whole interval lies within the tolerance: shown to have held, not only not shown
                to have changed
    reason      the outcome in a sentence
    """

    scope: Scope
    outcome: Outcome
    before: Observed | None
    after: Observed | None
    difference: float | None
    interval: Interval | None
    test: Test | None
    p: float | None
    q: float | None
    steady: bool
    reason: str


def compare(
    baseline: Mapping[Scope, Observed],
    reaudit: Mapping[Scope, Observed],
    requirements: Mapping[str, Requirement],
    *,
    tolerances: Mapping[Scope, float] | None = None,
    pairs: Mapping[Scope, Pairs] | None = None,
    merged: Mapping[str, str] | None = None,
    confidence: float = 0.95,
) -> list[Compared]:
    """Every requirement of the baseline and of the re-audit, in the order of their scopes.

    requirements   by the standard's id; a standard that is not there any more is "not tested"
    tolerances     where a department's is another than its requirement's
    pairs          where the same cases are in both: McNemar's test takes the place of Newcombe's
    merged         by a department that is no more, the one that took it over: the sums of both
                   baselines are added up and set against the later figure
    confidence     of the intervals, and 1 less the false discovery rate that is put up with.
                   Percentiles carry 95 % intervals alone, whatever is asked for

    Improved or regressed: q is at most 1 - confidence and the difference is larger than the
    tolerance. Held: one of the two is not so; the reason says which. New: it has no baseline.
    Raises JudgeError `confidence-out-of-range`.
    """
    merged = merged or {}
    before, gone, absorbed = taken_over(baseline, requirements, merged)
    tested: dict[Scope, Difference] = {}
    found: dict[Scope, Compared] = {}
    for scope in sorted(before.keys() | reaudit.keys() | gone.keys(), key=_order):
        was, now = before.get(scope, gone.get(scope)), reaudit.get(scope)
        if scope in gone:
            into = merged[str(scope.department)]
            reason = f"The department was merged into {into}; its baseline is counted there."
            found[scope] = _untested(scope, Outcome.NOT_TESTED, was, now, reason)
            continue
        requirement = requirements.get(scope.standard)
        hindrance = _hindrance(was, now, requirement)
        if hindrance is not None or requirement is None:
            outcome, reason = hindrance or (Outcome.NOT_TESTED, "")
            found[scope] = _untested(scope, outcome, was, now, reason)
            continue
        assert was is not None
        assert now is not None
        difference = _difference(was, now, requirement, (pairs or {}).get(scope), confidence)
        if difference is None:
            reason = f"The figures do not hold what a test of a {requirement.kind} needs."
            found[scope] = _untested(scope, Outcome.NOT_TESTED, was, now, reason)
            continue
        tested[scope] = difference
        found[scope] = _untested(scope, Outcome.HELD, was, now, "")
    corrected = false_discovery(np.array([one.p for one in tested.values()], dtype=float))
    for (scope, difference), q in zip(tested.items(), corrected.tolist(), strict=True):
        requirement = requirements[scope.standard]
        tolerance = (tolerances or {}).get(scope, requirement.tolerance)
        found[scope] = _judged(
            found[scope],
            difference,
            q,
            len(tested),
            replace(requirement, tolerance=tolerance),
            confidence,
        )
    for scope, departments in absorbed.items():
        if scope in found:
            told = f"{found[scope].reason} The baseline includes that of {', '.join(departments)}."
            found[scope] = replace(found[scope], reason=told)
    return list(found.values())


def counts(compared: Sequence[Compared]) -> dict[Outcome, int]:
    """How many requirements had each outcome, those with none included."""
    return {outcome: sum(one.outcome is outcome for one in compared) for outcome in Outcome}


def _order(scope: Scope) -> tuple[str, bool, str, str]:
    return scope.standard, scope.department is not None, scope.department or "", scope.rest


def _untested(
    scope: Scope, outcome: Outcome, was: Observed | None, now: Observed | None, reason: str
) -> Compared:
    return Compared(scope, outcome, was, now, None, None, None, None, None, False, reason)


def _hindrance(
    was: Observed | None, now: Observed | None, requirement: Requirement | None
) -> tuple[Outcome, str] | None:
    """Why nothing can be tested, if so."""
    if requirement is None:
        return Outcome.NOT_TESTED, "The standard is not declared any more."
    if was is None:
        return Outcome.NEW, "The baseline has no such requirement; there is nothing to compare."
    if now is None:
        return Outcome.NOT_TESTED, "The re-audit has no figure of it."
    if was.value is None or now.value is None:
        which = "baseline" if was.value is None else "re-audit"
        return Outcome.NOT_TESTED, f"There is no comparable value in the {which}."
    if was.definition != now.definition:
        return Outcome.NOT_TESTED, "The metric's definition changed between the two."
    if requirement.kind == "count" or requirement.kind == "rate":
        cases = (was.count or 0) + (now.count or 0)
        if cases < requirement.min_n:
            return Outcome.NOT_TESTED, f"Too few: {cases:g} cases; {requirement.min_n} are needed."
    elif min(was.n, now.n) < requirement.min_n:
        return (
            Outcome.NOT_TESTED,
            f"Too few: n was {was.n:,} and is {now.n:,}; {requirement.min_n:,} are needed.",
        )
    return None


def _difference(
    was: Observed,
    now: Observed,
    requirement: Requirement,
    pairs: Pairs | None,
    confidence: float,
) -> Difference | None:
    found: Difference | None = None
    per = 1.0
    if requirement.kind == "mean":
        found = two_means(was, now, confidence)
    elif requirement.kind == "percentile":
        found = two_percentiles(was, now)
    elif requirement.kind == "share":
        per = requirement.per
        if pairs is not None:
            found = paired_shares(pairs, confidence)
        elif None not in (was.numerator, was.denominator, now.numerator, now.denominator):
            found = two_shares(
                was.numerator or 0.0,
                was.denominator or 0.0,
                now.numerator or 0.0,
                now.denominator or 0.0,
                confidence,
            )
    elif requirement.kind == "rate" and None in (was.denominator, now.denominator):
        found = None
    else:
        per = requirement.per if requirement.kind == "rate" else _length(was)
        found = two_rates(
            was.count or 0.0, _length(was), now.count or 0.0, _length(now), confidence
        )
    if found is None:
        return None
    ends = Interval(*(per * end for end in found.interval))
    return found._replace(value=per * found.value, interval=ends)


def _length(one: Observed) -> float:
    return 1.0 if one.denominator is None else one.denominator


def _judged(
    compared: Compared,
    difference: Difference,
    q: float,
    tests: int,
    requirement: Requirement,
    confidence: float,
) -> Compared:
    allowed = 1 - confidence + 1e-12
    margin = requirement.tolerance + noise(requirement.tolerance)
    gain = service_gap(difference.value, requirement.better)
    assert gain is not None
    steady = -margin <= difference.interval.lower and difference.interval.upper <= margin
    outcome = Outcome.HELD
    if q > allowed:
        reason = "No difference is shown"
        if difference.p <= allowed:
            reason = f"By itself a difference would be shown, but not among {tests} requirements"
        reason += "; it is within the tolerance." if steady else "."
    elif abs(gain) <= margin:
        reason = f"A difference is shown; it is within the tolerance of {requirement.tolerance:g}."
    else:
        outcome = Outcome.IMPROVED if gain > 0 else Outcome.REGRESSED
        reason = f"A difference is shown, and it is larger than {requirement.tolerance:g}."
        if not requirement.tolerance:
            reason = "A difference is shown."
    if difference.test is Test.INTERVALS and q > allowed:
        reason += " Intervals that overlap are a cautious test: it may be there all the same."
    return replace(
        compared,
        outcome=outcome,
        difference=difference.value,
        interval=difference.interval,
        test=difference.test,
        p=difference.p,
        q=q,
        steady=steady,
        reason=reason,
    )
