"""The engine where the records already live: a PostgreSQL database, which is only read.

Everything of one opening happens in one read-only transaction with one snapshot, so that all
figures of a run are of the same records. Nothing is created there, not even a temporary table (a
standby server allows none): each statement brings the source's rows and what was provided as
common table expressions of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from types import TracebackType
from typing import Any

from scorecard.declare.expressions import Elapsed, Node
from scorecard.declare.load import Declarations
from scorecard.declare.organisation import fold
from scorecard.declare.sources import Source
from scorecard.declare.stocks import AgeOfOpen
from scorecard.declare.vocabulary import Aggregate
from scorecard.declare.working_time import Working
from scorecard.errors import MeasureError
from scorecard.measure.engine import AnySelect
from scorecard.measure.postgresql_session import Session
from scorecard.observe.contract_sql import literal, quoted
from scorecard.observe.mending import readings
from scorecard.observe.moment import ahead_of_clock, event_columns, latest_of
from scorecard.observe.postgresql_table import FITTING, TEXTS, TableSql, postgresql_sql

_LISTED = 20
# Before this version an EXTRACT of seconds is a double, which cannot hold every microsecond.
_EXACT_SECONDS = 140_000


@dataclass(frozen=True)
class DatabaseTable:
    """The records of one source in a database: those that keep the contract.

    There are no versions to come back to. `notes` say what a person should know of them.
    """

    moment: datetime | None
    rows: int
    notes: tuple[str, ...] = ()
    version: None = None
    commit: None = None


class PostgreSQL:
    """Answers from tables or views that are named like the sources, with the contract's columns.

    `names` are the sources that must be there; they are found along the search path. Raises
    MeasureError: `records-url`, `records-driver-missing`, `records-unreachable`,
    `records-table-missing`, `records-column-missing`, `records-column-type`, `records-unreadable`,
    and at any time `records-connection-lost`. No message holds a password.
    """

    name = "postgresql"

    def __init__(self, url: str, declarations: Declarations, names: Iterable[str]) -> None:
        self._declarations = declarations
        self._provided: dict[str, str] = {}
        self._tables: dict[str, TableSql] = {}
        self._good: dict[str, str] = {}
        self._notes: dict[str, list[str]] = {}
        self._session = Session(url)
        try:
            for name in sorted(names):
                self._take(declarations.sources[name])
        except BaseException:
            self._session.close()
            raise

    @property
    def version(self) -> str:
        """The server's version."""
        return str(self._session.server_version)

    def inexact(self, aggregate: Aggregate) -> str | None:
        """Spans of time are not exact before PostgreSQL 14, which reckons them in doubles."""
        if self._session.server_version < _EXACT_SECONDS and _reckons_seconds(aggregate):
            version = self._session.server_version // 10_000
            return (
                f"PostgreSQL {version} takes the seconds of a span as a double, and only from 14 "
                "on are they exact to the microsecond."
            )
        return None

    def sql(self, select: AnySelect) -> str:
        """The text of a statement with the rows it reads, as it can be run in the database.

        What was provided is left out: a calendar is too long to read.
        """
        text = postgresql_sql(select)
        return self._with({name: self._good[name] for name in self._read_by(text)}) + text

    def rows(self, select: AnySelect) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        text = postgresql_sql(select)
        named = {name: self._good[name] for name in self._read_by(text)}
        provided = {name: rows for name, rows in self._provided.items() if name in text}
        return self._session.run(self._with(named | provided) + text)

    def provide(self, name: str, columns: Mapping[str, list[Any]]) -> None:
        """Keep a table of whole numbers and dates for the statements that follow."""
        arrays = [
            f"CAST({literal(_array(values))} AS {'date' if _dated(values) else 'bigint'}[])"
            for values in columns.values()
        ]
        named = ", ".join(map(quoted, columns))
        self._provided[name] = f"SELECT * FROM unnest({', '.join(arrays)}) AS provided({named})"

    def records(self, name: str) -> DatabaseTable:
        """What is known of a source's records: read once, all of them.

        Raises MeasureError `records-key-repeated`; `row-refused` under a strict contract.
        """
        source = self._declarations.sources[name]
        organisation = self._declarations.organisation
        table = self._tables[name]
        columns = event_columns(source)
        [(rows, *found)] = self._session.run(table.tally(columns))
        faults, maxima = found[: len(table.faults)], found[len(table.faults) :]
        self._refuse_repeated_key(source, table)
        notes = list(self._notes[name])
        left_out = sum(faults)
        if left_out:
            reasons: dict[str, int] = {}
            for fault, count in zip(table.faults, faults, strict=True):
                words = f"{fault.code} ({fault.column})" if fault.column else fault.code
                reasons[words] = reasons.get(words, 0) + count
            told = ", ".join(f"{words}: {count:,}" for words, count in reasons.items() if count)
            broken = "row of {} breaks" if left_out == 1 else "rows of {} break"
            broken = broken.format(repr(name))
            if source.strict:
                raise MeasureError(
                    "row-refused",
                    f"{left_out:,} {broken} the contract, which is strict: {told}.",
                    file=source.file,
                    line=source.line,
                    hint="Have them mended in the database, or leave out strict=True: then such "
                    "rows are left out of the figures.",
                )
            notes.append(f"{left_out:,} {broken} the contract, left out: {told}")
        latest = latest_of(dict(zip(columns, maxima, strict=True)), organisation, source)
        if latest is not None and (ahead := ahead_of_clock(latest, datetime.now(UTC))):
            notes.append(f"{name!r}: {ahead.removesuffix('; if it is a mistake, give --as-of')}")
        return DatabaseTable(latest[0] if latest else None, rows, tuple(notes))

    def __enter__(self) -> PostgreSQL:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def _take(self, source: Source) -> None:
        relation = self._session.run(
            "SELECT c.oid, format('%I.%I', n.nspname, c.relname) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            f"WHERE c.oid = to_regclass({literal(quoted(source.name))}) "
            "AND c.relkind IN ('r', 'v', 'm', 'p', 'f')"
        )
        if not relation:
            raise MeasureError(
                "records-table-missing",
                f"There is no table or view {source.name!r} in {self._session.name}.",
                file=source.file,
                line=source.line,
                hint="Make a view of that name, or name its schema in the URL: "
                "?options=-csearch_path%3Dschema",
            )
        [(oid, table)] = relation
        found = self._session.run(
            "SELECT a.attname, CASE t.typtype WHEN 'e' THEN 'enum' ELSE t.typname END, "
            "format_type(a.atttypid, a.atttypmod) FROM pg_attribute a "
            "JOIN pg_type y ON y.oid = a.atttypid "
            "JOIN pg_type t ON t.oid = CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END "
            f"WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped"
        )
        held = {name: (kind, shown) for name, kind, shown in found}
        self._refuse_missing(source, table, held.keys())
        self._refuse_types(source, table, held)
        [(encoding,)] = self._session.run("SHOW server_encoding")
        kinds = {name: kind for name, (kind, _) in held.items()}
        about = self._declarations.organisation, source, table, kinds
        unicode = encoding == "UTF8"
        read_as = self._read_as(source, TableSql(*about, unicode=unicode), kinds)
        sql = TableSql(*about, read_as, unicode=unicode)
        departments, self._notes[source.name] = self._departments(source, sql)
        self._tables[source.name] = sql
        self._good[source.name] = sql.good(departments)

    def _read_as(
        self, source: Source, sql: TableSql, kinds: Mapping[str, str]
    ) -> dict[str, dict[str, str]]:
        """By column the texts in the table that the contract mends or has as aliases."""
        found: dict[str, dict[str, str]] = {}
        for name in source.landed_columns:
            steps = [new for _, new in readings(source, name)]
            if not steps or name not in kinds:
                continue
            if source.columns[name].type != "text" and kinds[name] not in TEXTS:
                raise MeasureError(
                    "records-column-type",
                    f"The contract of {source.name!r} mends the texts of {name!r}, and in the "
                    f"table they are no texts but {kinds[name]}.",
                    file=source.file,
                    line=source.line,
                    hint="Correct the values in a view, and take the mend out of the contract.",
                )
            for (text,) in self._session.run(sql.texts(name)):
                new = reduce(lambda value, step: step(value), steps, text)
                if new != text:
                    found.setdefault(name, {})[text] = new
        return found

    def _departments(self, source: Source, sql: TableSql) -> tuple[dict[str, str], list[str]]:
        if sql.spelt is None:
            return {}, []
        known = self._declarations.organisation.department_of
        counted = self._session.run(sql.spellings())
        declared = {
            spelling: known[fold(spelling)] for spelling, _ in counted if fold(spelling) in known
        }
        others = [f"{s!r} ({n:,})" for s, n in counted if s not in declared]
        if not others:
            return declared, []
        more = f" and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
        named = ", ".join(others[:_LISTED])
        return declared, [f"{source.name!r} has departments that are not declared: {named}{more}"]

    def _refuse_missing(self, source: Source, table: str, held: Iterable[str]) -> None:
        wanted = source.landed_columns
        missing = [n for n, c in wanted.items() if n not in set(held) and not c.optional]
        if missing:
            raise MeasureError(
                "records-column-missing",
                f"The table {table} has no column {', '.join(map(repr, missing))}.",
                file=source.file,
                line=source.line,
                hint="Columns are named as in the contract, not by its headings; make a view that "
                "names them so, or mark the column optional=True.",
            )

    def _refuse_types(
        self, source: Source, table: str, held: Mapping[str, tuple[str, str]]
    ) -> None:
        wrong = [
            f"{name!r} is {held[name][1]}, and the contract says {column.type}"
            for name, column in source.landed_columns.items()
            if name in held and held[name][0] not in FITTING[column.type]
        ]
        if wrong:
            raise MeasureError(
                "records-column-type",
                f"In the table {table} {'; '.join(wrong)}.",
                file=source.file,
                line=source.line,
                hint="Make a view that casts it, or change the contract. Which types fit: "
                "docs/engines.md",
            )

    def _refuse_repeated_key(self, source: Source, table: TableSql) -> None:
        asked = table.repeated_key()
        found = self._session.run(asked) if asked else []
        if found:
            key = ", ".join(f"{n} = {v!r}" for n, v in zip(source.key, found[0], strict=True))
            raise MeasureError(
                "records-key-repeated",
                f"More than one row of {source.name!r} has the key {key}.",
                file=source.file,
                line=source.line,
                hint="A row would count twice. Make a view with the one that holds.",
            )

    def _read_by(self, text: str) -> Iterator[str]:
        # A name too many does no harm: an expression that nobody reads is not run.
        return (name for name in self._good if name in text)

    def _with(self, named: Mapping[str, str]) -> str:
        if not named:
            return ""
        # Otherwise one that is read twice would first be written out whole (since PostgreSQL 12).
        inline = "NOT MATERIALIZED " if self._session.server_version >= 120_000 else ""
        parts = (f"{quoted(name)} AS {inline}({rows})" for name, rows in named.items())
        return "WITH " + ",\n".join(parts) + "\n"


def _reckons_seconds(node: Node) -> bool:
    """Whether some part of it is taken from the seconds of a span or of an instant."""
    if isinstance(node, Elapsed | Working | AgeOfOpen):
        return True
    parts = (getattr(node, name) for name in node.__dataclass_fields__)
    return any(
        _reckons_seconds(item)
        for part in parts
        for item in (part if isinstance(part, tuple) else (part,))
        if isinstance(item, Node)
    )


def _dated(values: list[Any]) -> bool:
    return any(isinstance(value, date) for value in values)


def _array(values: list[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
