"""A small source with landed rows of any content, for measuring without importing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scorecard.declare.load import Declarations, bind_source
from scorecard.declare.metrics import Metric
from scorecard.declare.organisation import Department, Organisation, WorkingCalendar
from scorecard.declare.sources import (
    ColumnContract,
    Source,
    integer,
    number,
    source,
    text,
    timestamp,
)
from scorecard.declare.vocabulary import Aggregate, Row, Type
from scorecard.observe.contract_sql import landed_types
from scorecard.observe.landed import Landed

TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "fiscal_year": pa.date32(),
}


def requests(**more: ColumnContract) -> Source:
    """A source of requests, with `more` columns."""
    return bind_source(
        source(
            "requests",
            key="id",
            department="department",
            dimensions={"topic": "topic"},
            columns={
                "id": text(),
                "department": text(),
                "topic": text(),
                "opened_at": timestamp(),
                "closed_at": timestamp(),
                "due_at": timestamp(planned=True),
                "score": integer(),
                "weight": number(),
                **more,
            },
        )
    )


def row_of(declared: Source) -> Row:
    """`r` for metrics over the source."""
    types: dict[str, Type] = {name: declared.type_of(name) for name in declared.columns}
    return Row(declared.name, types, lambda word, names: None)


def metric_of(name: str, aggregate: Aggregate, *, at: str = "opened_at", **more: Any) -> Metric:
    """A metric over `requests`, made without a file."""
    fields = {
        "unit": "number",
        "better": "higher",
        "min_n": 1,
        "decimals": None,
        "examples": (),
        "file": Path("metrics.py"),
        "line": 1,
    } | more
    return Metric(
        name=name,
        title=name,
        description=name,
        source="requests",
        at=at,
        aggregate=aggregate,
        **fields,
    )


def declarations(
    sources: dict[str, Source], metrics: list[Metric], time_zone: str = "America/New_York"
) -> Declarations:
    """Declarations of a small organisation."""
    return Declarations(
        organisation=Organisation(
            id="small-town",
            name="Small Town",
            time_zone=time_zone,
            fiscal_year_start=7,
            calendar=WorkingCalendar(holidays=[date(2026, 2, 16)]),
            departments=[
                Department(id="works", name="Works"),
                Department(id="parks", name="Parks"),
            ],
        ),
        sources=sources,
        metrics={metric.name: metric for metric in metrics},
        standards={},
        tables=(),
        folder=Path(),
        places={},
        notes=(),
    )


def landed_rows(
    declared: Source, rows: list[dict[str, Any]], folder: Path, moment: datetime
) -> Landed:
    """Rows as a landed table of one file."""
    columns = {
        name: pa.array([row.get(name) for row in rows], TYPES[column.type])
        for name, column in declared.landed_columns.items()
    }
    columns["_department"] = pa.array([row.get("_department") for row in rows], pa.string())
    file = folder / f"{declared.name}.parquet"
    pq.write_table(pa.table(columns), file)
    return Landed(
        version=0, files=(str(file),), rows=len(rows), moment=moment, types=landed_types(declared)
    )
