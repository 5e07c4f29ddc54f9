"""How a figure was computed: definition, sums, exclusions, SQL, batches, and rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from scorecard.declare.load import Declarations, where_columns
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.declare.suggest import nearest
from scorecard.declare.vocabulary import Stock
from scorecard.declare.working_time import working_moments
from scorecard.errors import MeasureError, ScorecardError
from scorecard.ledger.batches import batches
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import ImportBatch, Run
from scorecard.measure.behind import Behind, behind
from scorecard.measure.calendar import provide_calendar
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engine import Engine
from scorecard.measure.engines import (
    IN_PLACE,
    landed_tables,
    landed_versions,
    records_of,
    refuse_missing,
    sources_of,
)
from scorecard.measure.plan import Cut
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import known, scorecard_rows
from scorecard.workspace import Workspace


@dataclass(frozen=True)
class Explanation:
    """One figure and everything it rests on."""

    row: ScorecardRow
    description: str
    at: str
    at_end: bool
    definition: str
    fingerprint: str
    behind: Behind
    engine: str
    source: str
    landed_version: int | None
    batches: tuple[ImportBatch, ...]
    synthetic: bool


def find_standard(declarations: Declarations, id: str) -> Standard:
    """The standard with this id. Raises `standard-unknown` with the nearest one."""
    found = declarations.standards.get(id)
    if found is None:
        near = nearest(id, list(declarations.standards))
        raise ScorecardError(
            "standard-unknown",
            f"There is no standard {id!r}.",
            hint=f"Did you mean {near!r}?" if near else "See: scorecard check --list",
        )
    return found


def explain(
    declarations: Declarations,
    ledger: Ledger,
    workspace: Workspace,
    standard: str,
    *,
    department: str | None = None,
    period: date | None = None,
    as_of: datetime | None = None,
    sample: int = 20,
) -> Explanation:
    """Explain the figure of a standard for a department (None: the whole organisation, or the one
    department whose standard it is) in a period (None: the last complete one with a figure).

    The metric is one measured from records; `explain_any` explains derived ones too.

    Raises `standard-unknown`, and `figure-unknown` where nothing was measured there.
    """
    one = find_standard(declarations, standard)
    row = chosen_row(declarations, ledger, one, department, period, as_of)
    facts = known(declarations, ledger, as_of)
    assert facts.run is not None
    metric = declarations.metrics[one.metric]
    source = declarations.sources[metric.source]
    organisation = declarations.organisation
    cut = Cut(metric, row.grain, frozenset({tuple(where_columns(one, source))}))
    with engine_of_run(facts.run, declarations, workspace, cut) as engine:
        found = behind(
            metric,
            declarations.sources,
            engine,
            department=row.department,
            where=where_columns(one, source),
            period=Period(row.period, row.grain, organisation.fiscal_year_start),
            zone=organisation.zone,
            known_until=facts.moments[source.name],
            calendar=provide_calendar(
                working_moments(metric.aggregate),
                source,
                declarations,
                engine,
                facts.moments[source.name],
            ),
            sample=sample,
        )
    version = facts.run.sources[source.name]["version"]
    return Explanation(
        row=row,
        description=metric.description,
        at=metric.at,
        at_end=isinstance(metric.aggregate, Stock),
        definition=metric.definition,
        fingerprint=metric.fingerprint,
        behind=found,
        engine=facts.run.engine,
        source=source.name,
        landed_version=version,
        batches=tuple(
            batch
            for batch in batches(ledger, organisation.id, source.name)
            if version is not None and batch.landed_version <= version
        ),
        synthetic=organisation.synthetic,
    )


def chosen_row(
    declarations: Declarations,
    ledger: Ledger,
    standard: Standard,
    department: str | None,
    period: date | None,
    as_of: datetime | None,
) -> ScorecardRow:
    """The row that is asked about; without a period the last complete one that has a figure.

    Raises `figure-unknown`.
    """
    reporter = department or standard.department
    rows = [
        row
        for row in scorecard_rows(
            declarations, ledger, standard=standard.id, period=period, as_of=as_of
        )
        if row.department == reporter
    ]
    with_figure = [row for row in rows if row.actual is not None]
    complete = [row for row in with_figure if row.status.judged]
    chosen = complete or with_figure or rows
    if not chosen:
        when = f" in the period that begins on {period}" if period else ""
        raise MeasureError(
            "figure-unknown",
            f"Nothing was measured for {standard.id!r}"
            f" of {reporter or 'the whole organisation'}{when}.",
            hint="Import records and run: scorecard measure",
        )
    return chosen[-1]


@contextmanager
def engine_of_run(
    run: Run, declarations: Declarations, workspace: Workspace, cut: Cut
) -> Iterator[Engine]:
    """An engine over the records that a run has read of what a cut needs.

    Landed records are read as they were then, by DuckDB whichever engine measured them: all give
    the same. Records in a database are read there, as they are now. Raises `landed-missing`, and
    what the engines raise.
    """
    if run.engine in IN_PLACE:
        from scorecard.measure.postgresql import PostgreSQL

        names = sources_of(cut, declarations)
        with PostgreSQL(records_of(workspace), declarations, names) as engine:
            yield engine
        return
    tables = landed_tables(declarations, workspace, landed_versions(run))
    refuse_missing(cut.metric.source, tables)
    with DuckDB(tables, declarations) as engine:
        yield engine
