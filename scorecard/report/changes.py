"""What changed under one figure between two states of knowledge, and which rows did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scorecard.declare.load import Declarations, where_columns
from scorecard.declare.periods import Period, midnight
from scorecard.declare.standards import Standard
from scorecard.errors import MeasureError
from scorecard.ledger.batches import batches
from scorecard.ledger.measurements import MeasurementRow, current
from scorecard.ledger.runs import latest_run
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import ImportBatch, Run
from scorecard.measure.between import AFTER, BEFORE, Between, between
from scorecard.measure.contribution import adds_row_by_row
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engines import landed_tables, landed_versions, refuse_missing
from scorecard.report.explain import chosen_row, find_standard
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import judged_row, scope_of, shared_fields
from scorecard.report.since import refuse_reversed
from scorecard.workspace import Workspace


@dataclass(frozen=True)
class State:
    """One figure as it was known: the row, the run that told it, and what that run had read.

    `known_until` is the latest moment the records knew; `fingerprint` that of the definition by
    which the metric was measured then; `batches` the imports it rests on.
    """

    row: ScorecardRow
    run: Run
    known_until: datetime
    landed_version: int | None
    fingerprint: str
    batches: tuple[ImportBatch, ...]


@dataclass(frozen=True)
class Changes:
    """Two states of one figure and, where both go by the declared definition, the rows between.

    `between` is None where the definition differs (`same_definition` false): then the figures
    answer different questions, and so `difference` is None too, as it is where either figure is
    unknown. It is None as well where the figure is not made of one row after the other, and where
    the records of a state were not landed.
    """

    before: State
    after: State
    source: str
    at: str
    fingerprint: str
    same_definition: bool
    between: Between | None
    synthetic: bool

    @property
    def difference(self) -> float | None:
        """The figure after less the figure before, in its unit."""
        was, now = self.before.row.actual, self.after.row.actual
        if not self.same_definition or was is None or now is None:
            return None
        return now - was

    @property
    def reckoned_otherwise(self) -> list[State]:
        """States whose rows, by the declarations of today, have another n than was recorded.

        A contract, a department's names or the standard's `where` have changed since.
        """
        if self.between is None:
            return []
        reckoned = (self.before, self.between.n_before), (self.after, self.between.n_after)
        return [state for state, n in reckoned if int(n) != state.row.n]


def kept_no_rows(*states: State) -> bool:
    """Whether some state's records are in a database, which does not keep how they were."""
    return any(state.landed_version is None for state in states)


def changes(
    declarations: Declarations,
    ledger: Ledger,
    workspace: Workspace,
    standard: str,
    *,
    since: datetime,
    as_of: datetime | None = None,
    department: str | None = None,
    period: date | None = None,
    sample: int = 10,
) -> Changes:
    """What changed under a standard's figure from what was known at `since` to what is known now,
    or was at `as_of`; department and period as in `explain`.

    Raises `standard-unknown`, `state-unknown` where the metric had not been measured by one of the
    moments, `states-reversed` where `as_of` lies before `since`, and `figure-unknown` where neither
    state has a figure; `changes-of-derived` where the metric is a derived one.
    """
    one = find_standard(declarations, standard)
    _refuse_derived(declarations, one)
    refuse_reversed("--since", since, as_of)
    asked = _Asked(declarations, ledger, one, department or one.department)
    start = period or chosen_row(declarations, ledger, one, department, None, as_of).period
    before, after = asked.state(start, since), asked.state(start, as_of)
    if before.row.actual is None and after.row.actual is None:
        raise MeasureError(
            "figure-unknown",
            f"In neither state has {one.id!r} a figure in {after.row.label}.",
            hint="Ask for another period or department.",
        )
    metric = declarations.metrics[one.metric]
    same = before.fingerprint == after.fingerprint == metric.fingerprint
    by_row = same and adds_row_by_row(metric.aggregate) and not kept_no_rows(before, after)
    return Changes(
        before=before,
        after=after,
        source=metric.source,
        at=metric.at,
        fingerprint=metric.fingerprint,
        same_definition=same,
        between=asked.between(workspace, before, after, sample) if by_row else None,
        synthetic=declarations.organisation.synthetic,
    )


def _refuse_derived(declarations: Declarations, standard: Standard) -> None:
    derived = declarations.derived.get(standard.metric)
    if derived is not None:
        inputs = {metric.name for metric in derived.measured}
        asking = [one.id for one in declarations.standards.values() if one.metric in inputs]
        raise MeasureError(
            "changes-of-derived",
            f"{derived.name!r} is worked out from other figures, {', '.join(sorted(inputs))}: "
            "no rows stand behind it directly.",
            hint=f"Ask for what they are: scorecard explain {asking[0]} --since MOMENT"
            if asking
            else "Ask with show --since for its figures in both states.",
        )


@dataclass(frozen=True)
class _Asked:
    """The figures of one standard and department."""

    declarations: Declarations
    ledger: Ledger
    standard: Standard
    department: str | None

    def period(self, start: date) -> Period:
        fiscal = self.declarations.organisation.fiscal_year_start
        return Period(start, self.standard.period, fiscal)

    def state(self, start: date, as_of: datetime | None) -> State:
        declarations, standard = self.declarations, self.standard
        organisation = declarations.organisation
        metric = declarations.metrics[standard.metric]
        run = latest_run(self.ledger, organisation.id, as_of)
        read = run.sources.get(metric.source) if run else None
        figures = (
            current(
                self.ledger,
                organisation.id,
                run=run.id,
                metrics=[metric.name],
                grains=[standard.period],
            )
            if run and read and read["moment"]
            else []
        )
        if run is None or read is None or not figures:
            raise self._unknown(as_of)
        period = self.period(start)
        known_until = datetime.fromisoformat(read["moment"])
        row = judged_row(
            shared_fields(standard, self.department, declarations, run.known_at),
            metric,
            period,
            self._of(figures, start),
            standard.expected_on(start, self.department),
            midnight(period.end, organisation.zone) <= known_until,
        )
        received = batches(self.ledger, organisation.id, metric.source)
        return State(
            row=row,
            run=run,
            known_until=known_until,
            landed_version=read["version"],
            fingerprint=figures[0].fingerprint,
            batches=tuple(
                one
                for one in received
                if read["version"] is not None and one.landed_version <= read["version"]
            ),
        )

    def _of(self, figures: list[MeasurementRow], start: date) -> MeasurementRow | None:
        place = start, self.department, scope_of(self.standard, self.declarations)
        return next((f for f in figures if (f.period, f.department, f.scope) == place), None)

    def _unknown(self, as_of: datetime | None) -> MeasureError:
        when = f" by {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
        first = latest_run(self.ledger, self.declarations.organisation.id)
        return MeasureError(
            "state-unknown",
            f"{self.standard.metric!r} had not been measured{when}.",
            hint=f"The last run is of {first.known_at:%Y-%m-%dT%H:%M:%SZ}; give a later moment."
            if first
            else "Import records and run: scorecard measure",
        )

    def between(self, workspace: Workspace, before: State, after: State, sample: int) -> Between:
        declarations = self.declarations
        metric = declarations.metrics[self.standard.metric]
        source = declarations.sources[metric.source]
        with DuckDB({}, declarations) as engine:
            for name, state in ((BEFORE, before), (AFTER, after)):
                versions = landed_versions(state.run)
                found = landed_tables(declarations, workspace, versions)
                # What was not read then is not to be read now either.
                tables = {name: table for name, table in found.items() if name in versions}
                refuse_missing(source.name, tables)
                engine.take(tables, name)
            return between(
                metric,
                declarations.sources,
                engine,
                department=self.department,
                where=where_columns(self.standard, source),
                period=self.period(before.row.period),
                zone=declarations.organisation.zone,
                known_until=(before.known_until, after.known_until),
                sample=sample,
            )
