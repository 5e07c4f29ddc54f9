"""What a cycle is about, frozen when it is opened: requirements, places, and the baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from scorecard.declare.load import Declarations
from scorecard.declare.periods import Grain, Period, containing, midnight
from scorecard.declare.standards import Standard, scope_text
from scorecard.declare.standards_check import scope_names
from scorecard.declare.suggest import hint
from scorecard.errors import AuditError
from scorecard.ledger import Ledger, MeasurementRow, Run, current, latest_run


class Frozen(BaseModel):
    """A part of an event."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Requirement(Frozen):
    """A standard as it was on the day of opening.

    `department` is None for the organisation as a whole; `side`, `expected`, `tolerance` and
    `since` are None where no value was in force. `definition` is the metric's fingerprint, `where`
    the scope under which the ledger keeps the figures.
    """

    standard: str
    title: str
    metric: str
    definition: str
    unit: str
    where: str = "{}"
    department: str | None = None
    side: Literal["at_least", "at_most"] | None = None
    expected: FiniteFloat | None = None
    tolerance: FiniteFloat | None = None
    since: date | None = None


class Scope(Frozen):
    """Requirements and places. An empty list of places leaves them unrestricted: all of them."""

    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    departments: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()

    @property
    def standards(self) -> tuple[str, ...]:
        """Ids of the standards, each once, in order."""
        return tuple(dict.fromkeys(one.standard for one in self.requirements))

    def overlaps(self, other: Scope) -> bool:
        """Whether there is anything that both are about."""
        return bool({*self.standards} & {*other.standards}) and all(
            not one or not two or {*one} & {*two}
            for one, two in (
                (self.departments, other.departments),
                (self.teams, other.teams),
                (self.touchpoints, other.touchpoints),
                (self.customers, other.customers),
            )
        )


class Figure(Frozen):
    """The actual service of one requirement in one period, as known at an instant.

    `period` is the first day. `complete` says whether the records knew the whole of it, `min_n` is
    the fewest observations that the metric asks for.
    """

    standard: str
    department: str | None
    period: date
    grain: str
    actual: FiniteFloat | None
    numerator: FiniteFloat | None
    denominator: FiniteFloat | None
    n: int
    known_at: datetime
    complete: bool = True
    min_n: int = 1

    @property
    def caveat(self) -> str:
        """Why nothing should be judged by it, as a sentence; empty where something may be."""
        if self.actual is None:
            return "There is no data."
        if not self.complete:
            return f"The {self.grain.replace('_', ' ')} was not over by what the records knew."
        if self.n < self.min_n:
            return f"Too few: n is {self.n:,}; {self.min_n:,} are needed."
        return ""


def freeze_scope(
    declared: Declarations,
    standards: Sequence[str],
    day: date,
    *,
    departments: Sequence[str] = (),
    teams: Sequence[str] = (),
    touchpoints: Sequence[str] = (),
    customers: Sequence[str] = (),
) -> Scope:
    """The standards as they are on `day`: for each department in scope that reports them.

    A shared standard without a restriction to departments is in scope for the whole too. Raises
    AuditError `scope-unknown`.
    """
    organisation = declared.organisation
    known = [one.id for one in organisation.departments]
    _refuse_unknown("standard", standards, list(declared.standards))
    _refuse_unknown("department", departments, known)
    all_teams = [team.id for one in organisation.departments for team in one.teams]
    _refuse_unknown("team", teams, all_teams)
    found: list[Requirement] = []
    for id in standards:
        standard = declared.standards[id]
        metric = declared.metric(standard.metric)
        reported: list[str | None] = [
            one for one in departments or known if standard.reported_by(one)
        ]
        if standard.shared and not departments:
            reported.insert(0, None)
        if not reported:
            raise AuditError(
                "scope-unknown",
                f"the standard {id!r} is reported by none of {', '.join(departments)}.",
                hint="Leave it out, or take its department in.",
            )
        for department in reported:
            value = standard.expected_on(day, department)
            side = None if value is None else "at_least" if value.at_most is None else "at_most"
            found.append(
                Requirement(
                    standard=id,
                    title=standard.title,
                    metric=standard.metric,
                    definition=metric.fingerprint,
                    unit=metric.unit,
                    where=ledger_scope(standard, declared),
                    department=department,
                    side=side,
                    expected=value.value if value else None,
                    tolerance=value.tolerance if value else None,
                    since=value.from_ if value else None,
                )
            )
    return Scope(
        requirements=tuple(found),
        departments=tuple(departments),
        teams=tuple(teams),
        touchpoints=tuple(touchpoints),
        customers=tuple(customers),
    )


def ledger_scope(standard: Standard, declared: Declarations) -> str:
    """The scope under which the ledger keeps a standard's figures: by columns, not dimensions."""
    metric = declared.metric(standard.metric)
    return scope_text(scope_names(standard, metric, declared.sources))


def freeze_baseline(
    ledger: Ledger, declared: Declarations, scope: Scope, day: date | Callable[[Grain], Period]
) -> tuple[Figure, ...]:
    """The figures of the scope's requirements in the periods that hold `day`, as known now.

    A standard judged by the quarter has the figure of the quarter in which the day lies; in place
    of a day there may be what gives the period of each grain. Figures
    without data, of too few, or of a period that is not over are kept, with what they lack. What
    was not measured has no figure. Figures of another definition than the scope's are none.
    """
    run = latest_run(ledger, declared.organisation.id)
    if run is None:
        return ()
    start = declared.organisation.fiscal_year_start

    def period_of(grain: Grain) -> Period:
        return containing(day, grain, start) if isinstance(day, date) else day(grain)

    found = measured(ledger, declared, scope, run, period_of)
    return tuple(figure for figure, _ in found.values())


def measured(
    ledger: Ledger,
    declared: Declarations,
    scope: Scope,
    run: Run,
    period_of: Callable[[Grain], Period],
) -> dict[Requirement, tuple[Figure, MeasurementRow]]:
    """What `run` knew of the requirements that are still declared, in the period of their grain.

    In the order of the scope; a requirement that was not measured then is not there.
    """
    grains: dict[str, Grain] = {
        one.standard: declared.standards[one.standard].period
        for one in scope.requirements
        if one.standard in declared.standards
    }
    periods = {grain: period_of(grain) for grain in set(grains.values())}
    if not periods:
        return {}
    starts = [one.start for one in periods.values()]
    rows = {
        (row.metric, row.fingerprint, row.grain, row.period, row.department, row.scope): row
        for row in current(
            ledger,
            declared.organisation.id,
            run=run.id,
            metrics={one.metric for one in scope.requirements},
            grains=set(periods),
            since=min(starts),
            until=max(starts),
        )
    }
    found: dict[Requirement, tuple[Figure, MeasurementRow]] = {}
    for one in scope.requirements:
        if one.standard not in grains:
            continue
        period = periods[grains[one.standard]]
        key = (one.metric, one.definition, period.grain, period.start, one.department, one.where)
        row = rows.get(key)
        if row is not None:
            found[one] = _figure(one, row, run, period, declared), row
    return found


def _figure(
    one: Requirement, row: MeasurementRow, run: Run, period: Period, declared: Declarations
) -> Figure:
    metric = declared.every_metric.get(one.metric)
    ends = midnight(period.end, declared.organisation.zone)
    moments = [run.sources.get(name, {}).get("moment") for name in metric.sources] if metric else []
    return Figure(
        standard=one.standard,
        department=one.department,
        period=row.period,
        grain=row.grain,
        actual=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        n=row.n,
        known_at=run.known_at,
        # Of several sources each must know the whole period.
        complete=all(text and datetime.fromisoformat(text) >= ends for text in moments),
        min_n=metric.min_n if metric else 1,
    )


def _refuse_unknown(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for one in asked:
        if one not in known:
            raise AuditError("scope-unknown", f"there is no {what} {one!r}.", hint=hint(one, known))
