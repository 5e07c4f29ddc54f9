"""The contract over a table in PostgreSQL: its columns as declared, and which rows keep it.

Nothing is copied or written. A row that breaks the contract is left out by a condition, where an
import would have put it in quarantine; texts lose the white space at their ends, as in an import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from scorecard.declare.organisation import UNASSIGNED, Organisation
from scorecard.declare.sources import ColumnContract, Source
from scorecard.observe.contract_sql import FISCAL_YEAR, literal, quoted
from scorecard.observe.render import SQL_TYPES, render

TEXTS = frozenset({"text", "varchar", "bpchar", "name", "citext"})
_WHOLE = frozenset({"int2", "int4", "int8"})
_FLOATS = frozenset({"float4", "float8"})
# PostgreSQL's types that each type of the contract can be read from; "enum" is any enumeration.
FITTING: dict[str, frozenset[str]] = {
    "text": TEXTS | _WHOLE | {"uuid", "enum"},
    "integer": _WHOLE | {"numeric"},
    "number": _WHOLE | _FLOATS | {"numeric"},
    "boolean": frozenset({"bool"}),
    "timestamp": frozenset({"timestamptz", "timestamp", "date"}),
    "date": frozenset({"date", "timestamp"}),
    "fiscal_year": frozenset({"date"}) | TEXTS,
}
POSTGRESQL_TYPES: dict[str, str] = {
    "text": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "timestamp": "timestamp with time zone",
    "date": "date",
    "fiscal_year": "date",
}
# What Python and imports take for white space, as far as every database encoding has it.
_SPACE = r"E' \t\n\r\f\x0b\x1c\x1d\x1e\x1f'"
# In Unicode there is more of it.
_UNICODE_SPACE = "".join(
    chr(code)
    for code in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
_FIRST, _LAST = "0001-01-02", "9999-12-30"
_LARGEST = "1.7976931348623157e308"


@dataclass(frozen=True)
class TableFault:
    """A way in which rows break the contract: its code as in quarantine, and when it holds."""

    code: str
    column: str | None
    condition: str


class TableSql:
    """The statements over one table whose columns have the types `held`, by PostgreSQL's names.

    `table` is its name in SQL, with its schema. `unicode` says whether the database's texts are.
    A column that is not held is missing in each row. `faults` are numbered from 1. `read_as` gives
    by column the texts that the contract reads as others (`readings`), with those others.
    """

    def __init__(
        self,
        organisation: Organisation,
        source: Source,
        table: str,
        held: Mapping[str, str],
        read_as: Mapping[str, Mapping[str, str]] | None = None,
        *,
        unicode: bool = True,
    ) -> None:
        self._organisation = organisation
        self._source = source
        self._table = table
        self._held = held
        self._read_as = read_as or {}
        self._space = f"{_SPACE} || {literal(_UNICODE_SPACE)}" if unicode else _SPACE
        self.faults = tuple(self._faults())

    @property
    def spelt(self) -> str | None:
        """The column with the spellings of departments; None where there is none in the table."""
        column = self._source.department
        return column if column in self._source.landed_columns and column in self._held else None

    def texts(self, name: str) -> str:
        """Each text of a column as the table has it, the white space at its ends taken off."""
        text = self._stripped(f"raw.{quoted(name)}")
        return f"SELECT DISTINCT {text} FROM {self._table} AS raw WHERE {text} <> ''"

    def good(self, departments: Mapping[str, str]) -> str:
        """The rows that keep the contract: its columns, and `_department` by each spelling."""
        chosen = ", ".join(quoted(name) for name in self._source.landed_columns)
        sound = " AND ".join(f"({fault.condition}) IS NOT TRUE" for fault in self.faults)
        where = f" WHERE {sound}" if sound else ""
        department = self._department(departments)
        return f"SELECT {chosen}, {department} AS _department FROM ({self._read()}) AS read{where}"

    def spellings(self) -> str:
        """Each spelling of a department among the good rows, and how many of them have it."""
        assert self.spelt is not None
        spelling = f"CAST({quoted(self.spelt)} AS text)"
        return (
            f"SELECT {spelling}, count(*) FROM ({self.good({})}) AS good "
            f"WHERE {quoted(self.spelt)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        )

    def tally(self, latest: Iterable[str]) -> str:
        """How many rows are good, how many have each fault first, and the greatest `latest`."""
        whens = " ".join(
            f"WHEN {fault.condition} THEN {number}" for number, fault in enumerate(self.faults, 1)
        )
        bad = f"CASE {whens} ELSE 0 END" if whens else "0"
        counts = [f"count(*) FILTER (WHERE _bad = {n})" for n in range(len(self.faults) + 1)]
        maxima = [f"max({quoted(name)}) FILTER (WHERE _bad = 0)" for name in latest]
        return (
            f"SELECT {', '.join(counts + maxima)} "
            f"FROM (SELECT *, {bad} AS _bad FROM ({self._read()}) AS read) AS checked"
        )

    def repeated_key(self) -> str | None:
        """A key that more than one good row has, as texts; None where there is no key."""
        if not self._source.key:
            return None
        keys = ", ".join(f"CAST({quoted(name)} AS text)" for name in self._source.key)
        numbers = ", ".join(str(i + 1) for i in range(len(self._source.key)))
        return (
            f"SELECT {keys} FROM ({self.good({})}) AS good "
            f"GROUP BY {numbers} HAVING count(*) > 1 ORDER BY {numbers} LIMIT 1"
        )

    def _read(self) -> str:
        chosen: list[str] = []
        for name, column in self._source.landed_columns.items():
            if name not in self._held:
                typed = f"CAST(NULL AS {POSTGRESQL_TYPES[column.type]})"
                chosen += [f"{typed} AS {quoted(name)}", f"false AS {_there(name)}"]
                continue
            raw, held = f"raw.{quoted(name)}", self._held[name]
            if self._read_as.get(name):
                raw, held = self._mended(name, raw), "text"
            if held in TEXTS:
                raw = self._text(raw, column, held)
            chosen.append(f"{self._typed(raw, column, held)} AS {quoted(name)}")
            chosen.append(f"{raw} IS NOT NULL AS {_there(name)}")
        return f"SELECT {', '.join(chosen)} FROM {self._table} AS raw"

    def _mended(self, name: str, raw: str) -> str:
        read_as = self._read_as[name].items()
        whens = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in read_as)
        return f"(CASE {self._stripped(raw)} {whens} ELSE CAST({raw} AS text) END)"

    def _stripped(self, raw: str) -> str:
        return f'(btrim(CAST({raw} AS text), {self._space}) COLLATE "C")'

    def _department(self, departments: Mapping[str, str]) -> str:
        if self.spelt is None or not departments:
            return f'CAST({literal(UNASSIGNED)} AS text) COLLATE "C"'
        whens = " ".join(
            f"WHEN {literal(spelling)} THEN {literal(id)}" for spelling, id in departments.items()
        )
        spelling = f'CAST({quoted(self.spelt)} AS text) COLLATE "C"'
        return f'(CASE {spelling} {whens} ELSE {literal(UNASSIGNED)} END) COLLATE "C"'

    def _typed(self, raw: str, column: ColumnContract, held: str) -> str:
        match column.type:
            case "text":
                # What the table holds as text was read already.
                return raw if held in TEXTS else self._text(raw, column, held)
            case "integer":
                return _whole(raw) if held == "numeric" else f"CAST({raw} AS bigint)"
            case "number":
                return _double(raw, held)
            case "boolean":
                return raw
            case "timestamp":
                return self._instant(raw, column, held)
            case "date":
                return _bounded(f"CAST({raw} AS date)", "date")
            case "fiscal_year":
                return _bounded(raw if held == "date" else self._fiscal_year(raw), "date")

    def _text(self, raw: str, column: ColumnContract, held: str) -> str:
        # One collation for all: equal is what is the same letter for letter, as on other engines.
        if held not in TEXTS | {"enum"}:
            return f'CAST({raw} AS text) COLLATE "C"'
        text = self._stripped(raw)
        if column.blank:
            blank = ", ".join(literal(spelling.strip()) for spelling in ("", *column.blank))
            return f'(CASE WHEN {text} NOT IN ({blank}) THEN {text} END) COLLATE "C"'
        return f"nullif({text}, '')"

    def _instant(self, raw: str, column: ColumnContract, held: str) -> str:
        if held != "timestamptz":
            zone = "UTC" if column.zone == "utc" else self._organisation.time_zone
            raw = f"(CAST({raw} AS timestamp) AT TIME ZONE {literal(zone)})"
        return _bounded(raw, "timestamp with time zone")

    def _fiscal_year(self, text: str) -> str:
        year = f"CAST(left({text}, 4) AS integer)"
        last = f"CAST(substr({text}, 6) AS integer)"
        next_year = f"CASE length({text}) WHEN 9 THEN {year} + 1 ELSE ({year} + 1) % 100 END"
        start = f"make_date({year}, {self._organisation.fiscal_year_start}, 1)"
        pattern = literal(f"^{FISCAL_YEAR}$".replace(r"\d", "[0-9]"))
        # Each step only where the one before holds: nothing is cast that is no number.
        return (
            f"CASE WHEN {text} !~ {pattern} THEN NULL WHEN {year} = 0 THEN NULL "
            f"WHEN {last} = {next_year} THEN {start} END"
        )

    def _faults(self) -> Iterable[TableFault]:
        for name, column in self._source.landed_columns.items():
            value = quoted(name)
            if column.required or name in self._source.key:
                missing = f"{value} IS NULL"
                if column.type != "text":
                    missing = f"NOT {_there(name)}"
                yield TableFault("value-missing", name, missing)
            if name not in self._held:
                continue
            code = _UNREADABLE.get((column.type, self._held[name]))
            if code is not None:
                yield TableFault(code, name, f"{_there(name)} AND {value} IS NULL")
            if column.values:
                allowed = ", ".join(literal(one) for one in column.values)
                yield TableFault("value-not-allowed", name, f"{value} NOT IN ({allowed})")
            if column.minimum is not None:
                yield TableFault("out-of-range", name, f"{value} < {_number(column.minimum)}")
            if column.maximum is not None:
                yield TableFault("out-of-range", name, f"{value} > {_number(column.maximum)}")
        columns = {
            name: sa.literal_column(quoted(name), SQL_TYPES[self._source.type_of(name)])
            for name in self._source.landed_columns
        }
        for code, condition, _ in self._source.rules:
            kept = postgresql_sql(render(condition, columns))
            yield TableFault(code, None, f"({kept}) IS FALSE")


def postgresql_sql(statement: sa.ClauseElement) -> str:
    """The statement as PostgreSQL's text, constants written out.

    It is for a driver that is given no parameters, and a session in which backslashes are letters.
    """
    # Other forms of parameters double each percent sign.
    dialect = postgresql.dialect(paramstyle="named")
    dialect._backslash_escapes = False  # pyright: ignore[reportPrivateUsage]
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


# What can be in a column of PostgreSQL's type and is no value of the contract's.
_UNREADABLE: dict[tuple[str, str], str] = {
    ("integer", "numeric"): "integer-unreadable",
    **{("number", held): "number-unreadable" for held in _FLOATS | {"numeric"}},
    **{("timestamp", held): "date-impossible" for held in FITTING["timestamp"]},
    **{("date", held): "date-impossible" for held in FITTING["date"]},
    ("fiscal_year", "date"): "date-impossible",
    **{("fiscal_year", held): "time-unreadable" for held in TEXTS},
}


def _there(name: str) -> str:
    # No declared column has a space in its name.
    return quoted(f"has {name}")


def _whole(raw: str) -> str:
    fits = f"{raw} = trunc({raw}) AND {raw} BETWEEN {-(2**63)} AND {2**63 - 1}"
    return f"CASE WHEN {fits} THEN CAST({raw} AS bigint) END"


def _double(raw: str, held: str) -> str:
    if held in _WHOLE:
        return f"CAST({raw} AS double precision)"
    # Not a number is greater than any to PostgreSQL. Adding 0 takes the sign off a negative zero.
    limit = f"<= {_LARGEST}" if held == "numeric" else "< 'Infinity'"
    return f"CASE WHEN abs({raw}) {limit} THEN CAST({raw} AS double precision) + 0 END"


def _bounded(value: str, kind: str) -> str:
    bounds = f"CAST('{_FIRST}' AS {kind}) AND CAST('{_LAST}' AS {kind})"
    return f"CASE WHEN {value} BETWEEN {bounds} THEN {value} END"


def _number(bound: float) -> str:
    return f"CAST('{bound!r}' AS double precision)"
