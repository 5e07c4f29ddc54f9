"""Local times without an offset that a change of the clock leaves out, or brings twice.

The contract reads both: one that is left out as the same span after the change, one that comes
twice as the second. That is right for some rows and an hour off for others, so the receipt counts
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import Source
from scorecard.observe.batches import Numbers
from scorecard.observe.contract_sql import ContractSql, quoted
from scorecard.observe.headings import parts

_MICROSECOND = timedelta(microseconds=1)
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ClockChange:
    """A change of the clock: the instant, and the local times it leaves out or brings twice."""

    at: datetime
    first: datetime
    end: datetime
    twice: bool

    @property
    def span(self) -> timedelta:
        """By how much the clock was moved."""
        return self.end - self.first


@lru_cache(maxsize=8)
def clock_changes(time_zone: str) -> tuple[ClockChange, ...]:
    """The changes of a zone's clock from 1970 to 2099, in order. (At most one a week is found.)"""
    zone = ZoneInfo(time_zone)
    found: list[ClockChange] = []
    week, before = _FIRST, _offset(_FIRST, zone)
    while week < _LAST:
        following = week + timedelta(days=7)
        after = _offset(following, zone)
        if after != before:
            at = _found_between(week, following, zone)
            ends = sorted(at.replace(tzinfo=None) + offset for offset in (before, after))
            found.append(ClockChange(at, ends[0], ends[1], twice=after < before))
        week, before = following, after
    return tuple(found)


class OddTimes:
    """The times of one file that a change of the clock leaves out or brings twice.

    The instants tell which rows are worth looking at: those next to a change, in most files few.
    Only their texts say what was written; they are kept, and read all at once.
    """

    def __init__(self, organisation: Organisation, source: Source) -> None:
        self._organisation = organisation
        self._source = source
        self._changes = clock_changes(organisation.time_zone)
        self._at = np.array([_microseconds(change.at) for change in self._changes], np.int64)
        self._span = np.array([change.span // _MICROSECOND for change in self._changes], np.int64)
        self._kept: dict[str, list[pa.Table]] = {}
        self._columns = [
            name
            for name, column in source.landed_columns.items()
            if self._changes and column.type == "timestamp" and column.zone == "local"
        ]
        # What `near` needs of each row beside its number, as the tail of a SELECT.
        self.asked = "".join(
            f", epoch_us({quoted(name)}) AS {quoted(f't {name}')}" for name in self._columns
        )

    def near(self, texts: pa.Table, good: dict[str, Any], first: int) -> dict[str, pa.Table]:
        """By column, the texts near a change in a batch, with the numbers of their rows.

        texts   the batch as it was read; its rows are numbered from `first`
        good    the good rows: `_row`, and what is `asked`, as (masked) arrays
        """
        found: dict[str, pa.Table] = {}
        rows = np.asarray(good["_row"], np.int64)
        for name in self._columns:
            instants = np.ma.asarray(good[f"t {name}"])
            near = self._near(instants.filled(0)) & ~np.ma.getmaskarray(instants)
            called = [
                part
                for part in parts(name, self._source.columns[name])
                if part in texts.column_names
            ]
            if called and near.any():
                chosen = texts.select(called).take(pa.array(rows[near] - first))
                found[name] = chosen.append_column("_row", pa.array(rows[near]))
        return found

    def keep(self, near: dict[str, pa.Table]) -> None:
        """Keep what a batch has near a change."""
        for name, texts in near.items():
            self._kept.setdefault(name, []).append(texts)

    def found(self, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, bool]]:
        """Column, and whether the time comes twice, of each such time in the relation `good`."""
        found: list[tuple[str, bool]] = []
        hours = {
            "first": [change.first for change in self._changes],
            "ends": [change.end for change in self._changes],
            "twice": [change.twice for change in self._changes],
        }
        for name, near in sorted(self._kept.items()):
            column = self._source.columns[name]
            texts = pa.concat_tables(near)
            contract = ContractSql(self._organisation, self._source, texts.column_names)
            connection.register("hours", pa.table(hours))
            connection.register("near", texts)
            asked = (
                f"SELECT twice FROM (SELECT {contract.local_time('v', column)} AS l "
                f"FROM (SELECT {contract.text(name, column)} AS v "
                "FROM near SEMI JOIN good USING (_row))) "
                "JOIN hours ON l >= hours.first AND l < hours.ends"
            )
            found += [(name, twice) for (twice,) in connection.execute(asked).fetchall()]
        return found

    def _near(self, instants: Numbers) -> Any:
        after = np.clip(np.searchsorted(self._at, instants), 0, len(self._at) - 1)
        before = np.clip(after - 1, 0, None)
        return (np.abs(instants - self._at[after]) <= self._span[after]) | (
            np.abs(instants - self._at[before]) <= self._span[before]
        )


def odd_time_notes(found: Iterable[tuple[str, bool]]) -> list[str]:
    """For the receipt: how many times of each column are left out by the clock, or come twice."""
    told = {
        False: "is left out when the clock goes forward, and were read as after the change",
        True: "comes twice when the clock goes back, and were read as the second",
    }
    return [
        f"times without offset in {column!r} in the hour that {told[twice]}: {rows:,}"
        for (column, twice), rows in sorted(Counter(found).items())
    ]


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _found_between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first second of the later offset, by halving."""
    before = _offset(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _microseconds(moment: datetime) -> int:
    return (moment - _FIRST) // _MICROSECOND
