"""A proposal to tighten an expected value, or a reasoned refusal; loosening with a reason alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, isfinite, log10

from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.capability import capability
from scorecard.judge.gap import Better, noise
from scorecard.judge.promise import Call, Promise, Scale, promise
from scorecard.judge.values import number

# Two years of months: a season must have come back before a promise builds on it.
ENOUGH = 24
# The words of a chart that this rests upon.
_STEADY, _KEEPS = "common cause", "keeps"
# Rounding gives away no more than this part of what was gained.
_GIVEN_AWAY = 0.25


class Refusal(StrEnum):
    """Why nothing tighter is proposed. The value is the shown word."""

    NOT_IN_FORCE = "not in force"
    BEYOND = "beyond the scale"
    TOO_FEW = "too few"
    NOT_STABLE = "not stable"
    NOT_KEPT = "not kept consistently"
    NO_VARIATION = "no variation"
    NO_LIMIT = "no limit"
    NO_ROOM = "no room"


_SENTENCES = {
    Refusal.NOT_IN_FORCE: "There is no expected value in force that could be tightened.",
    Refusal.BEYOND: "The present expected value lies outside the metric's scale; correct it first.",
    Refusal.TOO_FEW: "There are {n} periods; tightening needs {enough}.",
    Refusal.NOT_STABLE: "The chart shows more than common cause: no new promise can rest on it.",
    Refusal.NOT_KEPT: "The present expected value is not kept consistently yet.",
    Refusal.NO_VARIATION: "Every period has the same value; check that the service is recorded.",
    Refusal.NO_LIMIT: "{n} periods cannot tell what is kept with {confidence:g} % confidence.",
    Refusal.NO_ROOM: "What would be kept with {confidence:g} % confidence is not better than the "
    "present expected value by more than the tolerance.",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tighter expected value, or the refusal to propose one.

    value      proposed, in the metric's unit; None where refused
    refusal    the reason's word; None where a value is proposed
    sentence   the proposal or the reason in plain words; values stand without their unit
    kept       the probability that the next period keeps `value`, at least the confidence asked for
    cpk        capability to keep `value`: its one-sided Cpk, None where refused or not known
    present    the expected value in force
    promise    what could be promised, on which this rests
    """

    value: float | None
    refusal: Refusal | None
    sentence: str
    kept: float | None
    cpk: float | None
    present: float | None
    promise: Promise


@dataclass(frozen=True, slots=True)
class Loosening:
    """A person's decision to promise less, with the stated reason."""

    present: float
    value: float
    reason: str


def tighten(
    values: ArrayLike | Sequence[float | None],
    present: float | None,
    *,
    better: Better,
    variation: str,
    assurance: str | None = None,
    confidence: float = 0.95,
    tolerance: float = 0.0,
    step: float | None = None,
    scale: Scale = (None, None),
    denominators: ArrayLike | Sequence[float | None] | None = None,
    next_denominator: float | None = None,
) -> Proposal:
    """A tighter expected value that the next period would keep with `confidence`, or why not.

    values, better, tolerance, scale, denominators, next_denominator   as `promise` takes them
    present      the expected value in force; None: none is
    variation    the chart's word; all but "common cause" are not stable
    assurance    the chart's word for `present`; all but "keeps" are not kept consistently. None: no
                 chart has one, and a Cpk of 1 or more against `present` takes its place
    step         the proposal is a whole multiple of it, rounded towards the easier side; unless
                 given the largest of 1, 2 and 5 times a power of ten that gives away no more than a
                 quarter of the distance from `present`

    Proposed only where there are 24 periods, the process is stable, `present` is kept
    consistently, and the rounded value is better than `present` by more than the tolerance. Nothing
    easier than `present` is ever proposed.

    Raises JudgeError `step-impossible`, and what `promise` raises.
    """
    if step is not None and not (isfinite(step) and step > 0):
        raise JudgeError("step-impossible", f"A step is above 0, not {step!r}.")
    found = promise(
        values,
        better=better,
        declared=present,
        tolerance=tolerance,
        scale=scale,
        denominators=denominators,
        next_denominator=next_denominator,
        confidences=(confidence,),
    )
    refusal = _refused(found, values, present, better, variation, assurance)
    value = None
    if refusal is None:
        assert present is not None
        limit = found.offers[0].value
        value = None if limit is None else rounded_easier(limit, present, better, step)
        if value is None:
            refusal = Refusal.NO_LIMIT
        elif _gain(value, present, better) <= tolerance + noise(present, tolerance):
            refusal = Refusal.NO_ROOM
    if refusal is not None or value is None:
        sentence = _SENTENCES[refusal or Refusal.NO_LIMIT].format(
            n=found.n, enough=ENOUGH, confidence=100 * confidence
        )
        return Proposal(None, refusal, sentence, None, None, present, found)
    again = promise(
        values,
        better=better,
        declared=value,
        scale=scale,
        denominators=denominators,
        next_denominator=next_denominator,
        confidences=(confidence,),
    )
    sentence = (
        f"{value:g} instead of {present:g} would be kept in the next period with a probability of "
        f"{_percent(again.kept)}."
    )
    return Proposal(value, None, sentence, again.kept, _cpk(values, value, better), present, found)


def loosen(present: float, value: float, *, better: Better, reason: str) -> Loosening:
    """The decision to promise `value` instead of `present`, which is easier, for a stated reason.

    Raises JudgeError: `loosen-without-reason` where the reason is empty, `loosen-not-easier` where
    `value` is no easier than `present`, `limit-not-finite`, `direction-unknown`.
    """
    if better not in ("higher", "lower"):
        raise JudgeError("direction-unknown", f"better is higher or lower, not {better!r}.")
    for one in (present, value):
        if not isfinite(number(one, "An expected value")):
            raise JudgeError("limit-not-finite", f"An expected value is {one!r}.")
    if not isinstance(reason, str) or not reason.strip():
        raise JudgeError(
            "loosen-without-reason",
            f"To promise {value:g} instead of {present:g} is to promise less, and needs a reason.",
            hint="State in words why the service can no longer be expected to keep it.",
        )
    if _gain(value, present, better) >= 0:
        raise JudgeError("loosen-not-easier", f"{value:g} is no easier to keep than {present:g}.")
    return Loosening(present, value, reason.strip())


def _refused(
    found: Promise,
    values: ArrayLike | Sequence[float | None],
    present: float | None,
    better: Better,
    variation: str,
    assurance: str | None,
) -> Refusal | None:
    if present is None:
        return Refusal.NOT_IN_FORCE
    if found.call == Call.BEYOND:
        return Refusal.BEYOND
    if found.n < ENOUGH:
        return Refusal.TOO_FEW
    if variation != _STEADY:
        return Refusal.NOT_STABLE
    if found.call == Call.NO_VARIATION:
        return Refusal.NO_VARIATION
    if assurance is None:
        cpk = _cpk(values, present, better)
        return None if cpk is not None and cpk >= 1 else Refusal.NOT_KEPT
    return None if assurance == _KEEPS else Refusal.NOT_KEPT


def _cpk(values: ArrayLike | Sequence[float | None], limit: float, better: Better) -> float | None:
    if better == "higher":
        return capability(values, lower=limit).cpk
    return capability(values, upper=limit).cpk


def _gain(value: float, present: float, better: Better) -> float:
    """How much tighter `value` is; below 0 where it is easier."""
    return value - present if better == "higher" else present - value


def rounded_easier(limit: float, present: float, better: Better, step: float | None) -> float:
    """`limit` on the easier side as a multiple of `step`, which is as `tighten` takes it."""
    if step is None:
        gain = _gain(limit, present, better)
        if gain <= 0:
            return limit
        step = _plain(_GIVEN_AWAY * gain)
    # A limit that is a multiple but for arithmetic stays one.
    whole = limit / step
    near = round(whole)
    if abs(whole - near) > 1e-9 * max(1.0, abs(whole)):
        near = floor(whole) if better == "higher" else ceil(whole)
    # Dividing by the step's reciprocal keeps 0.1 · 943 from being 94.30000000000001.
    return near / round(1 / step) if step < 1 and _whole(1 / step) else near * step


def _plain(most: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no more than `most`."""
    power = floor(log10(most) + 1e-12)
    leading = most / 10.0**power * (1 + 1e-12)
    digit = 5 if leading >= 5 else 2 if leading >= 2 else 1
    return digit * 10.0**power


def _whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-9 * number


def _percent(share: float | None) -> str:
    if share is None:
        return "unknown size"
    return "over 99.9 %" if share > 0.999 else f"{100 * share:.1f} %"
