"""The figures: recording them run by run, and reading what is known now or was known then.

A late record makes a new figure beside the old one. Whoever asks as of an earlier instant reads
exactly what was handed in then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from math import isfinite
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scorecard.ledger.runs import run_as_of
from scorecard.ledger.scope import TABLE, Pair, RunScope, Stretches, chunks
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import Definition, Run


class MeasurementRow(NamedTuple):
    """One figure: the actual service of one metric, scope and period.

    fingerprint              of the metric's definition
    period                   the first local day
    department               None for the whole organisation
    scope                    canonical JSON of the further dimensions' values; "{}" where none
    value                    in the metric's unit; None where there is no data
    numerator, denominator   the sums behind it, where there are any
    n                        observations it rests on
    squares                  the sum of the squared values of a mean
    lower_95 … upper_80      the ends of the 95 % and the 80 % interval where the sums do not give
                             them: of percentiles
    """

    metric: str
    fingerprint: str
    grain: str
    period: date
    department: str | None
    scope: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int
    squares: float | None = None
    lower_95: float | None = None
    upper_95: float | None = None
    lower_80: float | None = None
    upper_80: float | None = None


class DefinitionText(NamedTuple):
    """A metric's definition: its SHA-256 in hex, the metric's name, and canonical JSON."""

    fingerprint: str
    metric: str
    canonical: str


class RunReceipt(NamedTuple):
    """What a run wrote: its id, when its figures became known, and how many figures of each kind.

    A changed figure stands beside the one it replaces; a withdrawn one has nothing in its place.
    Unchanged are those that were measured again and found the same.

    in_full, in_part, untouched   (metric, grain) pairs by how much of them was measured
    periods                       those of the pairs in part that had or have figures
    """

    run: int
    known_at: datetime
    new: int
    changed: int
    unchanged: int
    withdrawn: int
    in_full: int
    in_part: int
    untouched: int
    periods: int

    def __str__(self) -> str:
        text = (
            f"Run {self.run}, known at {self.known_at:%Y-%m-%dT%H:%M:%SZ}: "
            f"{self.new:,} new, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {self.withdrawn:,} withdrawn."
        )
        if self.in_part or self.untouched:
            text += (
                f" Measured in full: {self.in_full:,}; in the {self.periods:,} periods that "
                f"were touched: {self.in_part:,}; untouched: {self.untouched:,}."
            )
        return text


class Overtaken(Exception):
    """Another run came between the one on whose figures this one builds and this one."""


_Key = tuple[str, str, date, str | None, str]
_NUMBERS = (
    *("value", "numerator", "denominator", "squares"),
    *("lower_95", "upper_95", "lower_80", "upper_80"),
)
_COLUMNS = [TABLE.c[name] for name in MeasurementRow._fields]


def current(
    ledger: Ledger,
    organisation: str,
    as_of: datetime | None = None,
    metrics: Collection[str] | None = None,
    *,
    run: int | None = None,
    grains: Collection[str] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[MeasurementRow]:
    """The figures known now, or as of an instant (aware datetime), or as of one run.

    metrics, grains   only these; None for all
    since, until      only periods whose first day is in this stretch, both ends included

    Ordered by metric, grain, period, department (the whole organisation first) and scope. Empty
    where nothing had been measured. Of `as_of` and `run` the earlier one counts.
    """
    with ledger.read() as session:
        if as_of is not None:
            known = run_as_of(session, organisation, as_of)
            if known is None:
                return []
            run = known if run is None else min(run, known)
        wanted = sa.select(*_COLUMNS).where(TABLE.c.organisation == organisation, _visible(run))
        if metrics is not None:
            wanted = wanted.where(TABLE.c.metric.in_(metrics))
        if grains is not None:
            wanted = wanted.where(TABLE.c.grain.in_(grains))
        if since is not None:
            wanted = wanted.where(TABLE.c.period >= since)
        if until is not None:
            wanted = wanted.where(TABLE.c.period <= until)
        rows = [MeasurementRow._make(row) for row in session.execute(wanted)]
    # Sorted here, since databases differ in where nulls and capitals go.
    return sorted(rows, key=lambda row: (row[0], row[2], row[3], row[4] or "", row[5]))


def record_run(
    ledger: Ledger,
    organisation: str,
    engine: str,
    sources: Mapping[str, Mapping[str, Any]],
    definitions: Iterable[DefinitionText],
    rows: Iterable[MeasurementRow],
    scope_of_run: Iterable[Pair],
    *,
    only: Mapping[Pair, Stretches] | None = None,
    plan: Mapping[str, Mapping[str, str]] | None = None,
    after: int | None = None,
    now: datetime | None = None,
) -> RunReceipt:
    """Make `rows` what is known of the (metric, grain) pairs in `scope_of_run`.

    sources        by source what was read: `{"version": int, "moment": ISO instant, "rows": int}`
    definitions    of every fingerprint in `rows` that the ledger does not hold yet
    rows           all figures of those pairs; what the ledger holds of them besides is withdrawn
    only           pairs that were measured in some periods only, with those periods; the figures
                   of their other periods stay
    plan           kept with the run
    after          the run whose figures stay; None where none do
    now            when the figures became known (aware); the clock's time by default. Moved to
                   just after the run before it where it is not later

    One transaction: all of it is written or nothing. A run that changes nothing is recorded too,
    since it is known from then on that the figures still hold.

    Raises ValueError for a row outside `scope_of_run`, two rows with one key, a number that is not
    finite, a period that is no date, and a fingerprint without a definition; Overtaken where
    `after` is not the last run.
    """
    scope = RunScope(frozenset(scope_of_run), only or {})
    given = _by_key(rows, scope)
    with ledger.write() as session:
        _alone(session, organisation)
        if after is not None and after != run_as_of(session, organisation, None):
            raise Overtaken
        moment = _after_the_last(session, organisation, now or ledger.clock())
        run = Run(
            organisation=organisation,
            known_at=moment,
            engine=engine,
            sources={source: dict(read) for source, read in sources.items()},
            plan=None if plan is None else {metric: dict(by) for metric, by in plan.items()},
        )
        session.add(run)
        session.flush()
        _keep_definitions(session, organisation, moment, definitions, given.values())

        held = _held(session, organisation, scope)
        same = {key for key, (row, _) in held.items() if given.get(key) == row}
        replaced = [row_id for key, (_, row_id) in held.items() if key not in same]
        added = [row for key, row in given.items() if key not in same]
        for ids in chunks(replaced):
            session.execute(
                sa.update(TABLE).where(TABLE.c.id.in_(ids)).values(superseded_by=run.id)
            )
        if added:
            constant = {"organisation": organisation, "run_id": run.id}
            session.execute(sa.insert(TABLE), [row._asdict() | constant for row in added])
        # What only gains a spread, or another one, is the figure that it was.
        unchanged = sum(key in given and _alike(given[key], row) for key, (row, _) in held.items())
        changed = sum(key in given for key in held) - unchanged
        parts = scope.only.keys() & scope.pairs
        untouched = sum(not scope.only[pair] for pair in parts)
        return RunReceipt(
            run=run.id,
            known_at=moment,
            new=sum(key not in held for key in given),
            changed=changed,
            unchanged=unchanged,
            withdrawn=sum(key not in given for key in held),
            in_full=len(scope.pairs - parts),
            in_part=len(parts) - untouched,
            untouched=untouched,
            periods=len({key[1:3] for key in held.keys() | given.keys() if key[:2] in parts}),
        )


def _visible(run: int | None) -> sa.ColumnElement[bool]:
    superseded_by = TABLE.c.superseded_by
    if run is None:
        return superseded_by.is_(None)
    return sa.and_(TABLE.c.run_id <= run, sa.or_(superseded_by.is_(None), superseded_by > run))


def _by_key(rows: Iterable[MeasurementRow], scope: RunScope) -> dict[_Key, MeasurementRow]:
    given: dict[_Key, MeasurementRow] = {}
    for row in rows:
        if type(row.period) is not date:
            raise ValueError(f"the period of {row.metric} is no date: {row.period!r}")
        if not scope.holds(row.metric, row.grain, row.period):
            raise ValueError(
                f"{row.metric} by {row.grain} of {row.period} is not in the scope of this run"
            )
        key = _key(row)
        if key in given:
            raise ValueError(f"two figures for one key: {key}")
        # As the database gives them back, so that equal figures compare equal.
        given[key] = row._replace(
            **{name: _number(row, getattr(row, name)) for name in _NUMBERS},
            n=int(row.n),
        )
    return given


def _key(row: MeasurementRow) -> _Key:
    return row.metric, row.grain, row.period, row.department, row.scope


def _alike(one: MeasurementRow, other: MeasurementRow) -> bool:
    """Whether the figures are the same, whatever is kept beside them for their intervals."""
    beside = len(MeasurementRow._field_defaults)
    return one[:-beside] == other[:-beside]


def _number(row: MeasurementRow, number: float | None) -> float | None:
    if number is None:
        return None
    if not isfinite(number):
        raise ValueError(f"{row.metric} of {row.period} is not finite; unknown is None")
    return float(number)


def _alone(session: Session, organisation: str) -> None:
    """Runs of one organisation follow one another. (On SQLite every writing session does.)"""
    if session.get_bind().dialect.name == "postgresql":
        digest = sha256(f"scorecard run {organisation}".encode()).digest()
        lock = int.from_bytes(digest[:8], signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.literal(lock, sa.BigInteger))))


def _after_the_last(session: Session, organisation: str, now: datetime) -> datetime:
    """`now`, or just after the last run: a clock set back must not reorder what was known."""
    last = session.scalar(
        sa.select(sa.func.max(Run.known_at)).where(Run.organisation == organisation)
    )
    utc = now.astimezone(UTC)
    return utc if last is None or utc > last else last + timedelta(microseconds=1)


def _keep_definitions(
    session: Session,
    organisation: str,
    moment: datetime,
    definitions: Iterable[DefinitionText],
    rows: Iterable[MeasurementRow],
) -> None:
    offered = {definition.fingerprint: definition for definition in definitions}
    needed = {row.fingerprint for row in rows}
    asked = sorted(needed | set(offered))
    kept: set[str] = set()
    for some in chunks(asked):
        kept |= set(
            session.scalars(
                sa.select(Definition.fingerprint).where(Definition.fingerprint.in_(some))
            )
        )
    missing = needed - set(offered) - kept
    if missing:
        raise ValueError(f"figures without a definition: {', '.join(sorted(missing))}")
    fresh = [
        definition._asdict() | {"organisation": organisation, "first_seen": moment}
        for fingerprint, definition in offered.items()
        if fingerprint not in kept
    ]
    if fresh:
        insert = (
            postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        )
        # Another organisation's run may be keeping the same one at this moment.
        session.execute(insert(Definition).on_conflict_do_nothing(), fresh)


def _held(
    session: Session, organisation: str, scope: RunScope
) -> dict[_Key, tuple[MeasurementRow, int]]:
    """What is known now of what is in the scope, with the id of each row."""
    held: dict[_Key, tuple[MeasurementRow, int]] = {}
    for condition in scope.conditions():
        wanted = sa.select(*_COLUMNS, TABLE.c.id).where(
            TABLE.c.organisation == organisation, TABLE.c.superseded_by.is_(None), condition
        )
        for *fields, row_id in session.execute(wanted):
            row = MeasurementRow._make(fields)
            if scope.holds(row.metric, row.grain, row.period):
                held[_key(row)] = row, row_id
    return held
