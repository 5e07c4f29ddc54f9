"""What drives a change between two stretches of time: parts that did better, and another mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.stocks import AgeOfOpen
from scorecard.declare.vocabulary import Backlog, Count, Mean, Rate, Ratio, Sum
from scorecard.errors import JudgeError
from scorecard.judge.drivers import Driver, Drivers, Figure, Sums, drivers, largest
from scorecard.judge.rounding import shown
from scorecard.report.compare_units import Unit
from scorecard.report.phrases import UNKNOWN, distance_words, listed, with_unit

# Contributions below this are not named in a sentence, as shares of the largest.
_WORTH_NAMING = 0.1


@dataclass(frozen=True)
class ChangeLine:
    """One part of a change: its figure and its share of the whole on both sides, and what its own
    change (`rate`) and that of its share (`mix`) did to the whole, in the metric's unit.

    `only` names the side it is on, where it is on one only.
    """

    name: str
    before: float | None
    after: float | None
    weight_before: float | None
    weight_after: float | None
    rate: float
    mix: float
    effect: float
    only: str


@dataclass(frozen=True)
class Change:
    """A change of the whole from one stretch to another, with all that it is made of.

    `sentence` says it; where it cannot be divided, `why` says so and the rest is empty.
    """

    since: str
    until: str
    unit: str
    before: float | None = None
    after: float | None = None
    rate: float = 0.0
    mix: float = 0.0
    sentence: str = ""
    why: str = ""
    lines: tuple[ChangeLine, ...] = ()
    has_mix: bool = False


def change(
    before: Sequence[Unit],
    after: Sequence[Unit],
    metric: AnyMetric,
    since: str,
    until: str,
    by: str,
) -> Change:
    """Divide the change of all units together among them; those that did most come first.

    `since` and `until` name the two stretches, `by` what the units are values of. A unit without a
    figure on one side had no cases there.
    """
    figure, scale, why = _figure(metric)
    if figure is None:
        return Change(since, until, metric.unit, why=why)
    names = list(dict.fromkeys(unit.name for unit in (*before, *after)))
    try:
        found = drivers(
            names, _sums(before, names, figure), _sums(after, names, figure), figure=figure
        )
    except JudgeError as error:
        empty = since if not any(unit.row.n for unit in before) else until
        known = any(unit.row.n for unit in before) and any(unit.row.n for unit in after)
        reason = str(error.args[1]) if known else f"There are no records in {empty}."
        return Change(since, until, metric.unit, why=reason)
    there = (
        {unit.name for unit in before if unit.row.n},
        {unit.name for unit in after if unit.row.n},
    )
    parts = [part for part in found.parts if part.part in there[0] | there[1]]
    lines = [_line(part, scale, there, since, until) for part in parts]
    return Change(
        since=since,
        until=until,
        unit=metric.unit,
        before=scale * found.before,
        after=scale * found.after,
        rate=scale * found.rate,
        mix=scale * found.mix,
        sentence=_sentence(found, scale, metric.unit, since, until, by),
        lines=tuple(sorted(lines, key=lambda line: (-abs(line.effect), line.name))),
        has_mix=figure not in ("count", "sum"),
    )


def effect_words(effect: float, unit: str) -> str:
    """`+4.3`, `−0.2`, `0.0`: what a part did to the whole, with its sign and without its unit."""
    return shown(effect, unit, signed=True).replace("-", "−")


def _figure(metric: AnyMetric) -> tuple[Figure | None, float, str]:
    if metric.is_share:
        return "share", 100.0, ""
    match metric.aggregate if isinstance(metric, Metric) else None:
        case Mean() | AgeOfOpen():
            return "mean", 1.0, ""
        case Rate() as rate:
            return "ratio", rate.per, ""
        case Ratio():
            return "ratio", 1.0, ""
        case Count() | Backlog():
            return "count", 1.0, ""
        case Sum():
            return "sum", 1.0, ""
        case None:
            return None, 1.0, "A figure worked out from others is no sum of what its parts have."
        case other:
            what = type(other).__name__.lower()
            return (
                None,
                1.0,
                (
                    f"A {what} of the whole is no sum of what its parts have, so no division of "
                    "its change is true. Ask for the share done in time, which adds."
                ),
            )


def _sums(units: Sequence[Unit], names: Sequence[str], figure: Figure) -> Sums:
    rows = {unit.name: unit.row for unit in units if unit.row.n}
    above = [rows[name].numerator if name in rows else 0.0 for name in names]
    if figure in ("count", "sum"):
        return Sums(above)
    return Sums(above, [rows[name].denominator if name in rows else 0.0 for name in names])


def _line(
    part: Driver, scale: float, there: tuple[set[str], set[str]], since: str, until: str
) -> ChangeLine:
    on = [name for name, names in zip((since, until), there, strict=True) if part.part in names]
    return ChangeLine(
        name=part.part,
        before=scale * part.before if part.before is not None and part.part in there[0] else None,
        after=scale * part.after if part.after is not None and part.part in there[1] else None,
        weight_before=part.weight_before,
        weight_after=part.weight_after,
        rate=scale * part.rate,
        mix=scale * part.mix,
        effect=scale * part.effect,
        only=on[0] if len(on) == 1 else "",
    )


def _sentence(found: Drivers, scale: float, unit: str, since: str, until: str, by: str) -> str:
    ends = [with_unit(shown(scale * end, unit), unit) for end in (found.before, found.after)]
    went = f"Against {since}, the whole went from {ends[0]} to {ends[1]} in {until}"
    amount = shown(abs(scale * found.change), unit)
    if not amount.strip("0.,"):
        return f"{went}: it did not change in what is shown."
    side = "more" if found.change > 0 else "less"
    reasons = largest(found)
    most = abs(reasons[0].effect)
    named = [
        f"{_reason(each.part, by)} {_did(scale * each.effect, unit)}"
        for each in reasons
        if abs(each.effect) >= _WORTH_NAMING * most
    ]
    return (
        f"{went}: {distance_words(amount, unit)} {side}. What weighs most: {listed(named)}."
        f"{_other_cases(found, since)}"
    )


def _other_cases(found: Drivers, since: str) -> str:
    """A warning where most of the whole was not there on the other side."""
    both = [part for part in found.parts if part.weight_before and part.weight_after]
    sides = (
        fsum(part.weight_before or 0.0 for part in both),
        fsum(part.weight_after or 0.0 for part in both),
    )
    has_mix = any(part.weight_before is not None for part in found.parts)
    if not has_mix or min(sides) >= 0.5:
        return ""
    share = "less than 1" if min(sides) < 0.01 else f"only {100 * min(sides):.0f}"
    return (
        f" But {share} % of one side is of parts that are there on both, so "
        f"these are other cases than in {since} rather than better or worse work."
    )


def _reason(part: str | None, by: str) -> str:
    return f"another mix by {by}" if part is None else f"{part} itself"


def _did(effect: float, unit: str) -> str:
    return f"({effect_words(effect, unit)})" if effect else f"({UNKNOWN})"
