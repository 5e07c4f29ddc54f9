"""Which days an import touched: so that only their periods need to be measured again.

Each commit of a landed table keeps, for every column of times, the local days of the rows that came
or whose content changed, as they are now and as they were before. A row that a later file merely
repeats touches nothing. Where the days are not known, everything counts as touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from scorecard.declare.sources import Source
from scorecard.observe.contract_sql import quoted
from scorecard.observe.delta import kept_metadata
from scorecard.workspace import Workspace

# Stretches of days, first and last included, in order and apart from one another.
Days = tuple[tuple[date, date], ...]

# An import of more rows than this touches everything: it is a load, not an increment.
MOST_ROWS = 1_000_000
_MOST_STRETCHES = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def time_columns(source: Source) -> list[str]:
    """The columns that can place a row in a period."""
    return [
        name
        for name, column in source.landed_columns.items()
        if column.type in ("timestamp", "date", "fiscal_year")
    ]


def touched_days(
    connection: duckdb.DuckDBPyConnection, rows: str, source: Source, zone: ZoneInfo
) -> dict[str, Any] | None:
    """The days that the rows of the query `rows` touch, as a commit keeps them.

    None where a time lies outside the years 1 to 9999.
    """
    names = time_columns(source)
    if not names:
        return {"zone": zone.key, "days": {}}
    # Hours, because they are few, and their days can be worked out by the rules of one time zone
    # database: the one by which periods are cut.
    asked = ", ".join(
        f"list(DISTINCT {_number(name, source)}) FILTER ({quoted(name)} IS NOT NULL)"
        for name in names
    )
    [found] = connection.execute(f"SELECT {asked} FROM ({rows})").fetchall()
    try:
        days = {
            name: fewest(_stretches(_days(numbers or [], name, source, zone)), _MOST_STRETCHES)
            for name, numbers in zip(names, found, strict=True)
        }
    except (OverflowError, ValueError):
        return None
    return {
        "zone": zone.key,
        "days": {
            name: [[first.isoformat(), last.isoformat()] for first, last in stretches]
            for name, stretches in days.items()
        },
    }


def touched_since(
    workspace: Workspace,
    organisation_id: str,
    source: Source,
    now: int | None,
    then: Mapping[str, Any],
    zone: ZoneInfo,
) -> dict[str, Days] | None:
    """By column of times the days touched between two states of a source's landed table.

    `now` is the later version; `then` what a run of measuring recorded of the earlier state: its
    `version` and `commit`.
    None where it is not known: another table, a commit that kept no days, or days of another zone.
    """
    version, commit = then.get("version"), then.get("commit")
    if commit is None or not isinstance(version, int) or now is None or version > now:
        return None
    path = workspace.landed(organisation_id, source.name)
    if kept_metadata(path, version).get("commit") != commit:
        return None
    found: dict[str, list[tuple[date, date]]] = {name: [] for name in time_columns(source)}
    for between in range(version + 1, now + 1):
        touched = kept_metadata(path, between).get("touched")
        if not touched or touched["zone"] != zone.key or touched["days"].keys() != found.keys():
            return None
        for name, stretches in touched["days"].items():
            found[name] += [
                (date.fromisoformat(first), date.fromisoformat(last)) for first, last in stretches
            ]
    return {name: joined(stretches) for name, stretches in found.items()}


def joined(stretches: Iterable[tuple[date, date]]) -> Days:
    """Any stretches of days as the fewest that hold the same days."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(stretches):
        if found and (found[-1][1] >= first or found[-1][1] + _DAY == first):
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def fewest(days: Days, most: int) -> Days:
    """At most so many stretches that hold all these days: the shortest gaps are closed."""
    gaps = sorted(range(1, len(days)), key=lambda i: (days[i - 1][1] - days[i][0], i))
    starts = [0, *sorted(gaps[: most - 1])] if days else []
    ends = [*(i - 1 for i in starts[1:]), len(days) - 1]
    return tuple((days[i][0], days[j][1]) for i, j in zip(starts, ends, strict=False))


def _number(name: str, source: Source) -> str:
    """The hour of an instant or the day of a date, counted from 1970 on."""
    if source.columns[name].type == "timestamp":
        return f"CAST(floor(epoch_us({quoted(name)}) / 3600e6) AS BIGINT)"
    return f"CAST({quoted(name)} - DATE '1970-01-01' AS BIGINT)"


def _days(numbers: list[int], name: str, source: Source, zone: ZoneInfo) -> set[date]:
    if source.columns[name].type != "timestamp":
        return {_EPOCH.date() + timedelta(days=number) for number in numbers}
    found: set[date] = set()
    for number in numbers:
        start = _EPOCH + timedelta(hours=number)
        # Where the zone lies half an hour off, a day may begin within the hour.
        found.add(start.astimezone(zone).date())
        found.add((start + _HOUR - timedelta(microseconds=1)).astimezone(zone).date())
    return found


def _stretches(days: set[date]) -> Days:
    return joined((day, day) for day in days)
