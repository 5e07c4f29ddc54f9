"""Choosing an engine, and opening it over the records that it is to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, get_args

from scorecard.declare.load import Declarations
from scorecard.errors import MeasureError
from scorecard.ledger.tables import Run
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.engine import Engine, Records
from scorecard.measure.observations import looked_up_by
from scorecard.measure.plan import Cut
from scorecard.observe.landed import Landed, landed
from scorecard.workspace import Workspace

EngineName = Literal["duckdb", "postgresql", "spark"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)
# Engines that read records where they live, so that nothing is landed and no version is kept.
IN_PLACE: frozenset[str] = frozenset({"postgresql"})

Note = Callable[[str], None]


def usual_engine(workspace: Workspace) -> EngineName:
    """PostgreSQL where the workspace names a database of records, otherwise DuckDB."""
    return "duckdb" if workspace.records_url is None else "postgresql"


@contextmanager
def opened_engine(
    name: EngineName,
    declarations: Declarations,
    workspace: Workspace,
    wanted: Iterable[Cut],
    note: Note | None = None,
) -> Iterator[tuple[Engine, Mapping[str, Records]]]:
    """The engine over the records that the cuts need, and what is known of each source's.

    A landed source may be absent: its cuts are left out. In a database each must be there.
    `note` is told what a person should know of the records. Raises MeasureError: `nothing-imported`
    where no source is landed, `records-not-given`, and what the engine raises.
    """
    if name == "postgresql":
        from scorecard.measure.postgresql import PostgreSQL

        names = {source for cut in wanted for source in sources_of(cut, declarations)}
        with PostgreSQL(records_of(workspace), declarations, names) as engine:
            tables = {source: engine.records(source) for source in sorted(names)}
            for table in tables.values():
                for text in table.notes:
                    (note or _silent)(text)
            yield engine, tables
        return
    tables = landed_tables(declarations, workspace)
    if not tables:
        raise MeasureError(
            "nothing-imported",
            "There are no records to measure.",
            hint=f"First run: scorecard import {next(iter(declarations.sources))} FILE",
        )
    if name == "spark":
        from scorecard.measure.spark import Spark

        with Spark(tables, declarations, workspace.spark_url) as engine:
            yield engine, tables
        return
    with DuckDB(tables, declarations) as engine:
        yield engine, tables


def sources_of(cut: Cut, declarations: Declarations) -> frozenset[str]:
    """The names of the sources that a cut reads: its metric's, and those it looks things up in."""
    return looked_up_by(cut, declarations) | {cut.metric.source}


def records_of(workspace: Workspace) -> str:
    """The address of the database of records. Raises MeasureError `records-not-given`."""
    if workspace.records_url is None:
        raise MeasureError(
            "records-not-given",
            "No database of records was named.",
            hint="Give --records URL or set SCORECARD_RECORDS.",
        )
    return workspace.records_url


def landed_tables(
    declarations: Declarations, workspace: Workspace, versions: Mapping[str, int] | None = None
) -> dict[str, Landed]:
    """The landed tables of the declared sources, as they are or as they were at `versions`."""
    found = {
        name: landed(
            workspace, declarations.organisation.id, name, version=(versions or {}).get(name)
        )
        for name in declarations.sources
    }
    return {name: table for name, table in found.items() if table is not None}


def landed_versions(run: Run) -> dict[str, int]:
    """The version of each source's landed table that a run has read; of none in a database."""
    sources: dict[str, Any] = run.sources
    return {name: read["version"] for name, read in sources.items() if read["version"] is not None}


def refuse_missing(source: str, tables: Mapping[str, Landed]) -> None:
    """Raise `landed-missing` where a source's landed records are not in the workspace."""
    if source not in tables:
        raise MeasureError(
            "landed-missing",
            f"The landed records of {source!r} are not in this workspace.",
            hint="Use the workspace in which the figure was measured, or import again.",
        )


def _silent(_text: str) -> None:
    return None
