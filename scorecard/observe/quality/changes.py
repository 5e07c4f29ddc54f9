"""A file beside the ones before it: how many rows, and how they spread over the values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from scorecard.declare.quality import Steady
from scorecard.observe.quality.finding import Finding, shown

_NOISE = 3.0


def compared(
    findings: Sequence[Finding], earlier: Sequence[Sequence[Finding]], steady: Steady
) -> list[Finding]:
    """The findings, those about change completed by what earlier files had, the latest first.

    `volume` gets the median of the earlier files' rows as its denominator. `mix` gets a count: the
    rows that would have to change their value for the mix of the file before, which is the total
    variation distance between the two times the rows. Without an earlier file both stay unknown.
    """
    before = {(one.code, one.column): one for one in earlier[0]} if earlier else {}
    volumes = [one.count for each in earlier for one in each if one.code == "volume" and one.count]
    made: list[Finding] = []
    for one in findings:
        last = before.get((one.code, one.column))
        if one.code == "volume" and volumes:
            one = _volume(one, round(median(volumes)), steady.volume)
        elif one.code == "mix" and last is not None:
            one = _mix(one, last, steady.mix)
        elif one.code == "missing" and last is not None and steady.mix is not None:
            more = (_share(one) - _share(last)) * 100 >= steady.mix
            one = replace(one, notable=one.notable or more)
        made.append(one)
    return made


def _volume(now: Finding, usual: int, factor: float | None) -> Finding:
    rows = now.count or 0
    unlike = factor is not None and not usual / factor <= rows <= usual * factor
    return replace(now, of=usual, notable=unlike)


def _mix(now: Finding, last: Finding, points: float | None) -> Finding:
    n, m = now.of or 0, last.of or 0
    if not n or not m:
        return now
    shares = _shares(now.detail, last.detail)
    distance = sum(abs(p - q) for p, q in shares.values()) / 2
    value, (p, q) = max(shares.items(), key=lambda item: abs(item[1][0] - item[1][1]))
    example = f"{value}: {q:.1%} before, {p:.1%} now".replace("%", " %")
    notable = points is not None and distance * 100 >= points
    # Small files differ by chance. This is the distance to be expected of two samples of one mix,
    # each share taken as normal: E|X| = sqrt(2/pi) sigma.
    pooled = [(p * n + q * m) / (n + m) for p, q in shares.values()]
    chance = sum(math.sqrt(max(0.0, s * (1 - s)) * (1 / n + 1 / m)) for s in pooled)
    chance *= math.sqrt(2 / math.pi) / 2
    return replace(
        now,
        count=round(distance * n),
        examples=shown([example] if p != q else []),
        notable=notable and distance > _NOISE * chance,
    )


def _shares(
    now: Mapping[str, Any] | None, last: Mapping[str, Any] | None
) -> dict[str, tuple[float, float]]:
    """By value its share now and before; values that only one file names one by one are others."""
    a, b = now or {}, last or {}
    values: tuple[dict[str, int], dict[str, int]] = a.get("values", {}), b.get("values", {})
    rests = int(a.get("others", 0)), int(b.get("others", 0))
    totals = [sum(each.values()) + rest for each, rest in zip(values, rests, strict=True)]
    counts: dict[str, list[int]] = {}
    for value in {**values[0], **values[1]}:
        known = [value in each or not rest for each, rest in zip(values, rests, strict=True)]
        name = value if all(known) else "all other values"
        into = counts.setdefault(name, [0, 0])
        for side in (0, 1):
            into[side] += values[side].get(value, 0)
    if any(rests):
        into = counts.setdefault("all other values", [0, 0])
        for side in (0, 1):
            into[side] += rests[side]
    return {name: (x / totals[0], y / totals[1]) for name, (x, y) in counts.items()}


def _share(one: Finding) -> float:
    return (one.count or 0) / one.of if one.of else 0.0
