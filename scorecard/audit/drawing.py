"""Drawing a sample from the cases behind a figure, and drawing it again to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from scorecard.audit.cycle import Cycle, State
from scorecard.audit.desk import Desk
from scorecard.audit.events import SampleDrawn, body_of
from scorecard.audit.moment import numbered
from scorecard.audit.population import Asked, data_of, drawable, population, requirement_of
from scorecard.audit.sample_size import LEAST_IN_A_STRATUM, allocate, sample_size
from scorecard.audit.sampling import Sample, draw, draw_stratified
from scorecard.audit.scope import Figure, Requirement, freeze_baseline
from scorecard.declare.periods import Grain, parse_period
from scorecard.errors import AuditError


@dataclass(frozen=True)
class Size:
    """How many cases to draw: so many (`cases`), or as many as tell the share to `within` points.

    confidence  of the interval, in percent
    expected    the share expected to be met, in percent; 50 asks for the most cases
    equally     as many of each stratum
    expected_in the share expected in each stratum, in percent: more are drawn where cases differ
                more (Neyman's allocation). Without either, strata are drawn from by their size
    """

    within: float | None = None
    cases: int | None = None
    confidence: float = 95
    expected: float = 50
    equally: bool = False
    expected_in: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Drawing:
    """A sample as it was recorded: the cycle afterwards, the sample's number, and what was drawn
    and why so many, in words.
    """

    cycle: Cycle
    number: int
    sentence: str


@dataclass(frozen=True)
class Redrawn:
    """A sample drawn once more. `differences` are sentences; there are none where it is the same.

    What it cannot tell is whether somebody altered the landed records and the ledger's figures
    alike: `scorecard verify` looks for that.
    """

    number: int
    differences: tuple[str, ...]
    sentence: str

    @property
    def same(self) -> bool:
        """Whether the same cases came out, from the seed that nobody chose."""
        return not self.differences


def draw_sample(
    desk: Desk,
    cycle: str,
    standard: str,
    department: str | None,
    criteria: Sequence[str],
    size: Size,
    *,
    of_record: str = "",
    by: str = "",
    period: date | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Drawing:
    """Draw cases from those behind a figure of the cycle's baseline, and record them.

    The seed is the hash of the event that opened the cycle, a colon, and the number of the sample:
    nobody chooses it, and whoever draws again gets another, with a reason that is kept. `by` is
    what divides the strata. `of_record` is a criterion that asks in the case what the metric asks
    of its record: its estimate is held against the measured figure. `period` is the first day of
    the figure's; the last one of the baseline unless given. In the re-audit it is a figure of now,
    and `period` must be given.

    Raises AuditError `size-unclear`, `figure-not-frozen`, `record-is-no-share`, what is said at
    `population.data_of` and `population`, at `sample_size`, `allocate`, and what recording raises.
    """
    found = desk.cycle(cycle)
    requirement = requirement_of(found, standard, department)
    figure = _figure(desk, found, requirement, period)
    if of_record and not drawable(desk.declared, requirement).is_share:
        raise AuditError(
            "record-is-no-share",
            f"{requirement.title!r} is measured in {requirement.unit}: a share of cases met cannot "
            "be held against it.",
            hint="Draw without a criterion of record; the share of each criterion is estimated "
            "all the same.",
        )
    asked = Asked(requirement, figure, data_of(desk.declared, desk.ledger, requirement, figure))
    strata = population(desk.declared, desk.workspace, asked, by)
    sizes, sentence = _sizes(size, strata)
    number = max(found.samples, default=0) + 1
    sample = _draw(strata, _seed(desk, cycle, number), sizes, by)
    body = body_of(
        SampleDrawn.kind,
        {
            "standard": standard,
            "department": department,
            "period": figure.period,
            "seed": sample.seed,
            "digest": sample.digest,
            "strata": _kept(sample),
            "strata_by": by,
            "criteria": list(criteria),
            "of_record": of_record,
            "figure": figure,
            "data": asked.data,
            "reason": reason,
        },
    )
    # Somebody who has drawn since would have this number, and the seed with it.
    now = desk.record(cycle, body, seen=found.version if seen is None else seen)
    return Drawing(now, number, sentence)


def first_day(desk: Desk, cycle: str, standard: str, period: str) -> date:
    """The first day of the period a person means, of the grain that the baseline has.

    Raises what `parse_period` raises.
    """
    baseline = desk.cycle(cycle).opened.body.baseline
    grain = next((one.grain for one in baseline if one.standard == standard), "month")
    return parse_period(period, cast(Grain, grain), desk.organisation.fiscal_year_start).start


def redrawn(desk: Desk, cycle: str, sample: int) -> Redrawn:
    """Draw a sample again, from its seed and the landed version it names, and compare.

    Reads only. Raises AuditError `audit-number-unknown`, and what `population` raises.
    """
    found = desk.cycle(cycle)
    body = numbered("sample", found.samples, sample).body
    asked = asked_of(found, sample)
    strata = population(desk.declared, desk.workspace, asked, body.strata_by)
    different: list[str] = []
    seed = _seed(desk, cycle, sample)
    if body.seed != seed:
        different.append(
            f"The seed is {body.seed}; that of sample {sample} of this cycle would be {seed}."
        )
    sizes = {one.name: len(one.keys) for one in body.strata}
    again = None
    if {name: len(keys) for name, keys in strata.items()} == {
        one.name: one.population for one in body.strata
    }:
        again = _draw(strata, body.seed, sizes, body.strata_by)
    if again is None or again.digest != body.digest:
        different.append(
            f"The {sum(map(len, strata.values()))} cases behind the figure in {body.data} are not "
            f"the {body.population} that were drawn from."
        )
    elif _kept(again) != [one.model_dump(mode="json") for one in body.strata]:
        different.append("Other cases are drawn from the same seed than those in the sample.")
    said = (
        f"Sample {sample} is not reproducible: {' '.join(different)}"
        if different
        else f"Sample {sample} was drawn again from {body.data}: the same {len(body.keys)} of "
        f"{body.population} cases, in the same order, from the seed that nobody chose."
    )
    return Redrawn(sample, tuple(different), said)


def asked_of(cycle: Cycle, sample: int) -> Asked:
    """What a sample was drawn from.

    Raises AuditError `audit-number-unknown`, `figure-not-frozen`.
    """
    body = numbered("sample", cycle.samples, sample).body
    requirement = requirement_of(cycle, body.standard, body.department)
    figure = body.figure
    if figure is None or not body.data:
        raise AuditError(
            "figure-not-frozen",
            f"Sample {sample} does not say which figure or landed version it was drawn from.",
            hint="It was not drawn with scorecard audit draw. Draw another one, with the reason.",
        )
    return Asked(requirement, figure, body.data)


def _figure(desk: Desk, cycle: Cycle, requirement: Requirement, period: date | None) -> Figure:
    figures: Sequence[Figure] = cycle.opened.body.baseline
    if cycle.state is State.REAUDIT and period is not None:
        scope = cycle.opened.body.scope
        figures = freeze_baseline(desk.ledger, desk.declared, scope, period)
    of = [
        one
        for one in figures
        if (one.standard, one.department) == (requirement.standard, requirement.department)
    ]
    chosen = [one for one in of if period in (None, one.period)]
    if not chosen or (cycle.state is State.REAUDIT and period is None):
        there = ", ".join(f"{one.period}" for one in of)
        raise AuditError(
            "figure-not-frozen",
            f"The cycle {cycle.id} has no figure of {requirement.title!r}"
            + (f" in the period that begins on {period}." if period else " to draw from."),
            hint="In the re-audit, name the first day of a measured period."
            if cycle.state is State.REAUDIT
            else f"Its baseline has: {there}."
            if there
            else "Nothing was measured there when the cycle was opened; open another one.",
        )
    return max(chosen, key=lambda one: one.period)


def _seed(desk: Desk, cycle: str, number: int) -> str:
    opening = desk.events(cycle)[0]
    return f"{opening.hash}:{number}"


def _sizes(size: Size, strata: Mapping[str, Sequence[str]]) -> tuple[dict[str, int], str]:
    """How many of each stratum, and why, in words."""
    populations = {name: len(keys) for name, keys in strata.items()}
    whole = sum(populations.values())
    if (size.within is None) == (size.cases is None):
        raise AuditError(
            "size-unclear",
            "Either the wanted precision is given, or the number of cases.",
            hint="Write --within 5 for ± 5 points, or --cases 60.",
        )
    if size.within is not None:
        wanted = sample_size(
            whole,
            size.within / 100,
            confidence=size.confidence / 100,
            expected=size.expected / 100,
        )
        n, said = wanted.n, wanted.sentence
        fewest = sum(min(LEAST_IN_A_STRATUM, one) for one in populations.values())
        if n < fewest:
            n, said = fewest, f"{said} {fewest} are drawn, so that no stratum has fewer than two."
    else:
        assert size.cases is not None
        n, said = size.cases, f"{size.cases} of {whole} cases, as was asked."
    if "" in populations:
        return {"": n}, said
    expected = (
        {name: share / 100 for name, share in size.expected_in.items()}
        if size.expected_in
        else None
    )
    sizes = allocate(n, populations, equally=size.equally, expected=expected)
    parts = ", ".join(f"{name} {sizes[name]} of {populations[name]}" for name in sorted(sizes))
    return sizes, f"{said} By stratum: {parts}."


def _draw(
    strata: Mapping[str, Sequence[str]], seed: str, sizes: Mapping[str, int], by: str
) -> Sample:
    if by:
        return draw_stratified(strata, seed, sizes)
    return draw(strata[""], seed, sizes[""])


def _kept(sample: Sample) -> list[dict[str, object]]:
    """The strata as an event keeps them: of the reserve as many as were drawn, at most."""
    return [
        {
            "name": one.stratum,
            "population": one.population,
            "keys": list(one.cases),
            "reserve": list(one.reserve[: len(one.cases)]),
        }
        for one in sample.strata
    ]
