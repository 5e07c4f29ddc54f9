"""The samples of a cycle: what was drawn, and what has been found in it so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scorecard.audit.body import Outcome
from scorecard.audit.cycle import Cycle
from scorecard.declare.load import Declarations
from scorecard.report.audit_names import Names
from scorecard.report.audit_requirements import title_and_unit


@dataclass(frozen=True)
class Answer:
    """What was found of one criterion in one case; `by` and `at` in words."""

    outcome: Outcome
    remark: str
    by: str
    at: str


@dataclass(frozen=True)
class CaseLine:
    """A case to examine: its answers by criterion, those that were given; `stratum` is its part."""

    key: str
    stratum: str
    answers: dict[str, Answer]


@dataclass(frozen=True)
class CriterionLine:
    """How a criterion was answered in the cases to examine: counts of cases."""

    criterion: str
    met: int
    not_met: int
    not_applicable: int
    not_recorded: int


@dataclass(frozen=True)
class StratumLine:
    """A part of the population: how many cases it has, were drawn, and are held in reserve."""

    name: str
    population: int
    drawn: int
    reserve: int


@dataclass(frozen=True)
class SampleLine:
    """A sample: `drawn` of `population` cases; `examined` have an answer to every criterion.

    `cases` are those to examine, reserves in the place of cases that do not apply; `rechecked` is
    how many answers a second auditor has given; `period` is the first day of the figure's period.
    """

    number: int
    standard: str
    title: str
    department: str | None
    department_name: str
    period: date
    by: str
    at: str
    drawn: int
    population: int
    examined: int
    rechecked: int
    criteria: tuple[CriterionLine, ...]
    strata_by: str
    strata: tuple[StratumLine, ...]
    cases: tuple[CaseLine, ...]
    seed: str
    digest: str
    data: str
    reason: str
    sentence: str


def sample_lines(declared: Declarations, cycle: Cycle) -> tuple[SampleLine, ...]:
    """The samples in the order of their numbers."""
    return tuple(_line(declared, cycle, number) for number in cycle.samples)


def _line(declared: Declarations, cycle: Cycle, number: int) -> SampleLine:
    names = Names(declared)
    held = cycle.samples[number]
    drawn = held.body
    title, _ = title_and_unit(cycle, drawn.standard)
    cases = tuple(
        CaseLine(key, stratum, _answers(names, cycle, number, key))
        for key, stratum in cycle.cases(number).items()
    )
    examined = sum(1 for one in cases if len(one.answers) == len(drawn.criteria))
    return SampleLine(
        number=number,
        standard=drawn.standard,
        title=title,
        department=drawn.department,
        department_name=names.department(drawn.department),
        period=drawn.period,
        by=names.person(held.by),
        at=names.moment(held.at),
        drawn=len(drawn.keys),
        population=drawn.population,
        examined=examined,
        rechecked=sum(1 for one in cycle.rechecks.values() if one.body.sample == number),
        criteria=tuple(_criterion(one, cases) for one in drawn.criteria),
        strata_by=drawn.strata_by,
        strata=tuple(
            StratumLine(one.name, one.population, len(one.keys), len(one.reserve))
            for one in drawn.strata
        ),
        cases=cases,
        seed=drawn.seed,
        digest=drawn.digest,
        data=drawn.data,
        reason=drawn.reason,
        sentence=f"Sample {number}, {title} in {names.department(drawn.department)}: "
        f"{len(drawn.keys):,} of {drawn.population:,} cases drawn; {examined:,} of "
        f"{len(cases):,} to examine are examined.",
    )


def _answers(names: Names, cycle: Cycle, number: int, key: str) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for criterion in cycle.samples[number].body.criteria:
        one = cycle.results.get((number, key, criterion))
        if one is not None:
            found[criterion] = Answer(
                one.body.outcome, one.body.remark, names.person(one.by), names.moment(one.at)
            )
    return found


def _criterion(criterion: str, cases: tuple[CaseLine, ...]) -> CriterionLine:
    given = [one.answers[criterion].outcome for one in cases if criterion in one.answers]
    return CriterionLine(
        criterion=criterion,
        met=given.count("met"),
        not_met=given.count("not-met"),
        not_applicable=given.count("not-applicable"),
        not_recorded=len(cases) - len(given),
    )
