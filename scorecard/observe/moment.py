"""The moment of an import: the state of the world that a file shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import duckdb

from scorecard.declare.organisation import Organisation
from scorecard.declare.periods import containing, midnight
from scorecard.declare.sources import Source
from scorecard.observe.contract_sql import quoted


def latest_event(
    connection: duckdb.DuckDBPyConnection, organisation: Organisation, source: Source
) -> tuple[datetime, str] | None:
    """The latest event time in the relation `good`, in UTC, and the column that holds it.

    A day counts as its end in the organisation's zone, a fiscal year likewise. Planned times do not
    count. None where there is no event time at all.
    """
    columns = event_columns(source)
    if not columns:
        return None
    asked = ", ".join(f"max({quoted(name)})" for name in columns)
    [latest] = connection.execute(f"SELECT {asked} FROM good").fetchall()
    return latest_of(dict(zip(columns, latest, strict=True)), organisation, source)


def event_columns(source: Source) -> list[str]:
    """The columns that tell when something happened: times that are not planned."""
    return [
        name
        for name, column in source.landed_columns.items()
        if column.type in ("timestamp", "date", "fiscal_year") and not column.planned
    ]


def latest_of(
    values: Mapping[str, date | None], organisation: Organisation, source: Source
) -> tuple[datetime, str] | None:
    """The latest of some columns' greatest values, as in `latest_event`."""
    found: list[tuple[datetime, str]] = []
    for name, value in values.items():
        if isinstance(value, datetime):
            found.append((value.astimezone(UTC), name))
        elif isinstance(value, date):
            found.append((_end(value, source.columns[name].type, organisation), name))
    return max(found, default=None)


def ahead_of_clock(latest: tuple[datetime, str], now: datetime) -> str | None:
    """A note where an event lies in the future: then the file is taken for later than it is."""
    moment, column = latest
    if moment <= now + timedelta(days=1):
        return None
    return (
        f"the latest time in {column!r}, {moment:%Y-%m-%d %H:%M} UTC, lies ahead of the clock; "
        "if it is a mistake, give --as-of"
    )


def _end(day: date, kind: str, organisation: Organisation) -> datetime:
    if kind == "fiscal_year":
        start = organisation.fiscal_year_start
        return midnight(containing(day, "fiscal_year", start).end, organisation.zone)
    return midnight(day + timedelta(days=1), organisation.zone)
