"""The contract as SQL: raw texts become typed values, and each row gets the first fault it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import ColumnContract, ColumnType, Source
from scorecard.observe.batches import LONGEST_VALUE
from scorecard.observe.headings import parts
from scorecard.observe.render import SQL_TYPES, duckdb_sql, render

DUCKDB_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
    "date": "DATE",
    "fiscal_year": "DATE",
}


def landed_types(source: Source) -> dict[str, str]:
    """DuckDB's type of each column that a file brings to the source."""
    return {name: DUCKDB_TYPES[column.type] for name, column in source.landed_columns.items()}


YES, NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")
INTEGER = r"[+-]?\d+(\.0+)?"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
DAY = r"\d{4}-\d\d-\d\d"
CLOCK = r"[T ]\d\d:\d\d(:\d\d(\.\d+)?)?"
OFFSET = r"(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
FISCAL_YEAR = r"(\d{4})[-/](\d{4}|\d\d)"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# Outside these a time, moved to another zone, is no date that Python and others can hold.
_FIRST, _LAST = "0001-01-02", "9999-12-30"


@dataclass(frozen=True)
class Fault:
    """What can be wrong with a row. Without a code the value itself tells what is wrong with it."""

    column: str | None
    code: str | None
    reason: str


class ContractSql:
    """The SELECT that applies a contract to raw rows whose columns are `present`.

    `faults` are numbered from 1; the column `_bad` of a checked row is the number of its first
    fault, or 0.
    """

    def __init__(self, organisation: Organisation, source: Source, present: Iterable[str]) -> None:
        self._organisation = organisation
        self._source = source
        self._present = set(present)
        self.faults: list[Fault] = []

    def select(self, relation: str, *, control: bool, long: bool) -> str:
        """Typed columns under the contract's names, `_row`, `_line` and `_bad`."""
        self.faults = []
        columns = self._source.landed_columns
        raw, read, typed, tests = [], [], [], []
        for name, column in columns.items():
            v, u, t = (quoted(f"{level} {name}") for level in ("v", "u", "t"))
            raw.append(f"{self.text(name, column)} AS {v}")
            read.append(f"{self._typed(v, column)} AS {u}")
            typed.append(f"{_within(u, column)} AS {t}")
            for test, code, reason in self._tests(name, column, v, t, control, long):
                self.faults.append(Fault(name, code, reason))
                tests.append(f"WHEN {test} THEN {len(self.faults)}")
        bad = f"CASE {' '.join(tests)} ELSE 0 END" if tests else "0"
        named = ", ".join(f"{quoted(f't {name}')} AS {quoted(name)}" for name in columns)
        checked = (
            f"SELECT {named}, _row, _line, {bad} AS _bad FROM (SELECT *, {', '.join(typed)} "
            f"FROM (SELECT *, {', '.join(read)} "
            f"FROM (SELECT {', '.join(raw)}, _row, _line FROM {relation})))"
        )
        return self._with_rules(checked)

    def _with_rules(self, checked: str) -> str:
        if not self._source.rules:
            return checked
        columns = {
            name: sa.literal_column(quoted(name), SQL_TYPES[self._source.type_of(name)])
            for name in self._source.landed_columns
        }
        broken = []
        for code, condition, reason in self._source.rules:
            self.faults.append(Fault(None, code, reason))
            # A sum too large for its type leaves the condition unknown, and the row its place.
            test = f"NOT TRY({duckdb_sql(render(condition, columns))})"
            broken.append(f"WHEN {test} THEN {len(self.faults)}")
        bad = f"CASE WHEN _bad > 0 THEN _bad {' '.join(broken)} ELSE 0 END"
        return f"SELECT * REPLACE ({bad} AS _bad) FROM ({checked})"

    def text(self, name: str, column: ColumnContract) -> str:
        """The text, or null where it is blank; of several parts those that are not, joined."""
        found = [quoted(part) for part in parts(name, column) if part in self._present]
        if not found:
            return "CAST(NULL AS VARCHAR)"
        if column.blank:
            blank = ", ".join(literal(spelling.strip()) for spelling in ("", *column.blank))
            found = [f"CASE WHEN {part} NOT IN ({blank}) THEN {part} END" for part in found]
        else:
            found = [f"nullif({part}, '')" for part in found]
        return found[0] if len(found) == 1 else f"nullif(concat_ws(' ', {', '.join(found)}), '')"

    def _tests(
        self, name: str, column: ColumnContract, v: str, t: str, control: bool, long: bool
    ) -> Iterable[tuple[str, str | None, str]]:
        if column.required or name in self._source.key:
            yield f"{v} IS NULL", "value-missing", "the value is missing"
        if long:
            reason = f"the value is longer than {LONGEST_VALUE >> 20} MiB"
            yield f"strlen({v}) > {LONGEST_VALUE}", "value-too-long", reason
        if column.type == "text":
            if control:
                reason = "the text holds a control character"
                yield f"regexp_matches({v}, {literal(CONTROL)})", "text-control", reason
        else:
            yield f"{v} IS NOT NULL AND {t} IS NULL", None, ""
        if column.values:
            allowed = ", ".join(literal(value) for value in column.values)
            reason = f"is none of {', '.join(column.values[:12])}"
            yield f"{v} NOT IN ({allowed})", "value-not-allowed", reason
        if column.minimum is not None:
            reason = f"is below {column.minimum:g}"
            yield f"{t} < CAST({column.minimum!r} AS DOUBLE)", "out-of-range", reason
        if column.maximum is not None:
            reason = f"is above {column.maximum:g}"
            yield f"{t} > CAST({column.maximum!r} AS DOUBLE)", "out-of-range", reason

    def _typed(self, v: str, column: ColumnContract) -> str:
        match column.type:
            case "text":
                return v
            case "integer":
                return f"CASE WHEN {_like(v, INTEGER)} THEN TRY_CAST({v} AS BIGINT) END"
            case "number":
                return f"CASE WHEN {_like(v, NUMBER)} THEN TRY_CAST({v} AS DOUBLE) END"
            case "boolean":
                return (
                    f"CASE WHEN lower({v}) IN {YES!r} THEN true "
                    f"WHEN lower({v}) IN {NO!r} THEN false END"
                )
            case "timestamp":
                return self._instant(v, column)
            case "date":
                return self._day(v, column)
            case "fiscal_year":
                return self._fiscal_year(v)

    def _instant(self, v: str, column: ColumnContract) -> str:
        """The instant in ISO 8601, or in one of the column's own forms.

        The forms that most files have are looked for first, by place: that takes a third of the
        time of a regular expression, and leaves it to the cast to refuse what is no digit.
        """
        # Without an offset this cast reads the time as UTC, which is the connection's zone.
        instant = f"TRY_CAST({v} AS TIMESTAMPTZ)"
        local = instant
        if column.zone == "local" and self._organisation.time_zone != "UTC":
            local = self._local(f"TRY_CAST({v} AS TIMESTAMP)")
        branches = "".join(
            f"WHEN {v} LIKE '{form}' AND NOT suffix({v}, '{not_end}') THEN {value} "
            for form, not_end, value in (
                ("____-__-__T__:__:__Z", ".Z", instant),
                ("____-__-__ __:__:__", ".", local),
                ("____-__-__T__:__:__", ".", local),
                ("____-__-__ __:__:__+00", ".+00", instant),
            )
        )
        branches += f"WHEN {_like(v, f'{DAY}{CLOCK}{OFFSET}')} THEN {instant} "
        # Where the day and the time of day stand apart, the day alone is not midnight.
        clock = CLOCK if column.parts > 1 else f"({CLOCK})?"
        branches += f"WHEN {_like(v, f'{DAY}{clock}')} THEN {local} "
        for pattern in column.formats:
            parsed = f"try_strptime({v}, {literal(pattern)})"
            if "%z" in pattern.lower():
                formatted = f"CAST({parsed} AS TIMESTAMPTZ)"
            elif column.zone == "utc":
                formatted = f"timezone('UTC', {parsed})"
            else:
                formatted = self._local(parsed)
            branches += f"WHEN {parsed} IS NOT NULL THEN {formatted} "
        return f"CASE {branches}END"

    def local_time(self, v: str, column: ColumnContract) -> str:
        """The time as it is written, of a text in which it has no offset; null of others."""
        branches = f"WHEN {_like(v, f'{DAY}({CLOCK})?')} THEN TRY_CAST({v} AS TIMESTAMP) "
        # What has an offset is an instant in ISO 8601 before it is anything else.
        branches += f"WHEN {_like(v, f'{DAY}{CLOCK}{OFFSET}')} THEN NULL "
        for pattern in column.formats:
            parsed = f"try_strptime({v}, {literal(pattern)})"
            value = "NULL" if "%z" in pattern.lower() else parsed
            branches += f"WHEN {parsed} IS NOT NULL THEN {value} "
        return f"CASE {branches}END"

    def _local(self, time: str) -> str:
        return f"timezone({literal(self._organisation.time_zone)}, {time})"

    def _day(self, v: str, column: ColumnContract) -> str:
        # A time of day without an offset is taken off: the day is the local one already.
        branches = (
            f"WHEN {_like(v, f'{DAY}({CLOCK})?')} "
            f"THEN TRY_CAST(TRY_CAST({v} AS TIMESTAMP) AS DATE) "
        )
        for pattern in column.formats:
            parsed = f"try_strptime({v}, {literal(pattern)})"
            branches += f"WHEN {parsed} IS NOT NULL THEN CAST({parsed} AS DATE) "
        return f"CASE {branches}END"

    def _fiscal_year(self, v: str) -> str:
        year = f"TRY_CAST(left({v}, 4) AS BIGINT)"
        follows = (
            f"TRY_CAST(substr({v}, 6) AS BIGINT) = "
            f"CASE strlen({v}) WHEN 9 THEN {year} + 1 ELSE ({year} + 1) % 100 END"
        )
        start = f"make_date({year}, {self._organisation.fiscal_year_start}, 1)"
        branches = f"WHEN {_like(v, FISCAL_YEAR)} AND {year} > 0 AND {follows} THEN {start} "
        if self._organisation.fiscal_year_start == 1:
            branches += f"WHEN {_like(v, '[0-9]{4}')} AND {year} > 0 THEN {start} "
        return f"CASE {branches}END"


def _within(value: str, column: ColumnContract) -> str:
    """The value, or null where it is too large a number, or a time in no year that can be held."""
    if column.type == "number":
        # Adding zero takes the sign off a negative zero, so that equal rows are equal.
        return f"CASE WHEN isfinite({value}) THEN {value} + CAST(0 AS DOUBLE) END"
    if column.type not in ("timestamp", "date", "fiscal_year"):
        return value
    kind = DUCKDB_TYPES[column.type]
    bounds = f"CAST('{_FIRST}' AS {kind}) AND CAST('{_LAST}' AS {kind})"
    return f"CASE WHEN {value} BETWEEN {bounds} THEN {value} END"


def _like(v: str, pattern: str) -> str:
    return f"regexp_full_match({v}, {literal(pattern)})"


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
