"""Sources as code: the contract that records must keep before they are observed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scorecard.declare.metrics import _caller  # pyright: ignore[reportPrivateUsage]
from scorecard.declare.quality import Near, Replace, Steady
from scorecard.declare.vocabulary import Expression, Row, Type

ColumnType = Literal["text", "integer", "number", "boolean", "timestamp", "date", "fiscal_year"]


@dataclass(frozen=True)
class ColumnContract:
    """What one column must hold.

    `names` are the headings under which files carry it, tried in order, letter case aside; its own
    name is always tried last. A tuple in `names` is several headings that hold the time between
    them, joined by a blank. `required` means every row must have a value; `optional` means a file
    may lack the whole column. `planned` marks times that may lie ahead (a due date): they do not
    tell the moment of a file. `values` are the allowed values; `blank` the spellings that mean
    "missing" beside the empty cell. `formats` are strptime patterns for times not in ISO 8601;
    `zone` says how times without an offset are read: "local" to the organisation, or "utc".
    `minimum` and `maximum` bound numbers. `aliases` are, by standard value, spellings that are read
    as that value, letter case and white space aside. `lookup` says the column is not in the file
    but taken from another source when measuring.
    """

    type: ColumnType
    names: tuple[str | tuple[str, ...], ...] = ()
    required: bool = False
    optional: bool = False
    planned: bool = False
    values: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    zone: Literal["local", "utc"] = "local"
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    lookup: Lookup | None = None
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def expression_type(self) -> Type:
        """The type as metrics see it: a fiscal year is the date on which it begins."""
        return "date" if self.type == "fiscal_year" else self.type

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading in `names`, each by itself."""
        grouped = ((name,) if isinstance(name, str) else name for name in self.names)
        return tuple(heading for group in grouped for heading in group)

    @property
    def parts(self) -> int:
        """How many headings may hold one value between them; mostly one."""
        return max((len(name) for name in self.names if isinstance(name, tuple)), default=1)


@dataclass(frozen=True)
class Lookup:
    """`column` of the row of `source` whose key is equal to this row's columns `by`.

    Without `column`, how many rows of `source` have the same values in its columns named `by`.
    """

    source: str
    column: str | None
    by: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A condition between the columns of a row.

    A row on which it is false goes to quarantine; without `quarantine` it is landed and counted.
    """

    code: str
    function: Callable[[Row], Any]
    reason: str
    quarantine: bool = True


@dataclass(frozen=True, eq=False)
class SourceDeclaration:
    """What `source()` makes, before rules are bound and names are checked."""

    name: str
    columns: dict[str, ColumnContract]
    key: tuple[str, ...]
    department: str | None
    dimensions: dict[str, str]
    rules: tuple[Rule, ...]
    encoding: str
    delimiter: str
    title: str | None
    url: str | None
    open311: bool
    mends: tuple[Replace, ...]
    near_duplicates: tuple[Near, ...]
    steady: Steady
    expected_every: str | None
    strict: bool
    file: Path
    line: int


@dataclass(frozen=True, eq=False)
class Source:
    """A table of observations under contract.

    `key` columns identify a row; `department` is the column that holds the department, if any;
    `dimensions` are further names by which service is split (topic, channel, team …) with their
    columns; `rules` are the bound conditions every row must not break, `expectations` those that
    only count the rows which do. `strict`: one bad row refuses its file. `mends` correct raw
    values. What only counts (`expectations`, `near_duplicates`, `steady`, `expected_every`) is no
    part of the fingerprint: it lands nothing.
    """

    name: str
    title: str
    columns: dict[str, ColumnContract]
    key: tuple[str, ...]
    department: str | None
    dimensions: dict[str, str]
    rules: tuple[tuple[str, Expression, str], ...]
    encoding: str
    delimiter: str
    url: str | None
    open311: bool
    strict: bool
    file: Path
    line: int
    mends: tuple[Replace, ...] = ()
    expectations: tuple[tuple[str, Expression, str], ...] = ()
    near_duplicates: tuple[Near, ...] = ()
    steady: Steady = field(default_factory=Steady)
    expected_every: str | None = None

    def type_of(self, column: str) -> Type:
        """The type of a column as metrics see it."""
        return self.columns[column].expression_type

    @property
    def landed_columns(self) -> dict[str, ColumnContract]:
        """The columns a file brings: all but the looked-up ones."""
        return {name: column for name, column in self.columns.items() if column.lookup is None}

    @property
    def definition(self) -> str:
        """The canonical text of the contract."""
        contract = {
            "source": self.name,
            "columns": {name: _plain(column) for name, column in self.columns.items()},
            "key": self.key,
            "department": self.department,
            "dimensions": self.dimensions,
            "rules": [[code, test.describe()] for code, test, _ in self.rules],
            "encoding": self.encoding,
            "delimiter": self.delimiter,
        }
        # Left out where they are not used: contracts from before keep their fingerprint.
        contract |= {"strict": True} if self.strict else {}
        contract |= {"mends": [[m.column, m.values] for m in self.mends]} if self.mends else {}
        return json.dumps(contract, sort_keys=True, ensure_ascii=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the contract, in hexadecimal."""
        return hashlib.sha256(self.definition.encode()).hexdigest()


collected: ContextVar[list[SourceDeclaration]] = ContextVar("collected")


def source(
    name: str,
    *,
    columns: dict[str, ColumnContract],
    key: str | Sequence[str],
    department: str | None = None,
    dimensions: dict[str, str] | None = None,
    rules: Iterable[Rule] = (),
    encoding: str = "utf-8",
    delimiter: str = ",",
    title: str | None = None,
    url: str | None = None,
    open311: bool = False,
    mends: Iterable[Replace] = (),
    near_duplicates: Iterable[Near] = (),
    steady: Steady | None = None,
    expected_every: str | None = None,
    strict: bool = False,
) -> SourceDeclaration:
    """Declare a source: its columns, the key that identifies a row, and what splits it.

    `department` names the column with the department, `dimensions` maps further names (topic,
    channel …) to columns. `encoding` and `delimiter` describe delimited files. `url` says where the
    publisher offers the records. `open311=True` says that JSON and XML are GeoReport v2 service
    requests. `strict=True` refuses a file with a single row that breaks the contract; by default
    such rows go to quarantine and the others are landed.

    `mends` correct raw values while files are read. `near_duplicates`, `steady` and
    `expected_every` ("7 days": how often records should come) say what `scorecard quality` looks
    at.
    """
    file, line = _caller()
    declared = SourceDeclaration(
        name=name,
        columns=dict(columns),
        key=(key,) if isinstance(key, str) else tuple(key),
        department=department,
        dimensions=dict(dimensions or {}),
        rules=tuple(rules),
        encoding=encoding,
        delimiter=delimiter,
        title=title,
        url=url,
        open311=open311,
        mends=tuple(mends),
        near_duplicates=tuple(near_duplicates),
        steady=Steady() if steady is None else steady,
        expected_every=expected_every,
        strict=strict,
        file=file,
        line=line,
    )
    collecting = collected.get(None)
    if collecting is not None:
        collecting.append(declared)
    return declared


def rule(
    code: str, function: Callable[[Row], Any], reason: str, *, quarantine: bool = True
) -> Rule:
    """A rule between columns: rows on which it is false are quarantined under `code`.

    A row on which it is neither true nor false, because a value is missing, keeps it. With
    `quarantine=False` rows that break it are landed, and counted by `scorecard quality`.
    """
    return Rule(code, function, reason, quarantine)


def text(
    *names: str,
    required: bool = False,
    optional: bool = False,
    values: Iterable[str] = (),
    blank: Iterable[str] = (),
    aliases: Mapping[str, Iterable[str]] | None = None,
) -> ColumnContract:
    """A column of text. White space at both ends is taken off; the empty text is missing.

    `aliases` are, by standard value, spellings that are read as that value.
    """
    return ColumnContract(
        "text",
        names,
        required,
        optional,
        values=tuple(values),
        blank=tuple(blank),
        aliases=tuple(
            (value, (others,) if isinstance(others, str) else tuple(others))
            for value, others in (aliases or {}).items()
        ),
    )


def integer(
    *names: str,
    required: bool = False,
    optional: bool = False,
    blank: Iterable[str] = (),
    unit: str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> ColumnContract:
    """A column of whole numbers."""
    return ColumnContract(
        "integer",
        names,
        required,
        optional,
        blank=tuple(blank),
        unit=unit,
        minimum=minimum,
        maximum=maximum,
    )


def number(
    *names: str,
    required: bool = False,
    optional: bool = False,
    blank: Iterable[str] = (),
    unit: str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> ColumnContract:
    """A column of numbers with decimals."""
    return ColumnContract(
        "number",
        names,
        required,
        optional,
        blank=tuple(blank),
        unit=unit,
        minimum=minimum,
        maximum=maximum,
    )


def boolean(*names: str, required: bool = False, optional: bool = False) -> ColumnContract:
    """A column of yes and no: true/false, yes/no, y/n, 1/0, letter case aside."""
    return ColumnContract("boolean", names, required, optional)


def timestamp(
    *names: str | tuple[str, ...],
    required: bool = False,
    optional: bool = False,
    planned: bool = False,
    blank: Iterable[str] = (),
    formats: Iterable[str] = (),
    zone: Literal["local", "utc"] = "local",
) -> ColumnContract:
    """A column of instants, ISO 8601 unless `formats` says otherwise.

    A time with an offset is taken as it is; one without is local to the organisation, or UTC where
    `zone="utc"`. `planned=True` for times that may lie ahead, such as a due date.

    A tuple of headings holds the time between them, as a day and a time of day often do: the values
    are joined by a blank, in that order, and read as one. All blank is a missing time. A part
    without the other is none, and not midnight either: the row goes to quarantine, unless `formats`
    has a form for that part alone.
    """
    return ColumnContract(
        "timestamp",
        names,
        required,
        optional,
        planned,
        blank=tuple(blank),
        formats=tuple(formats),
        zone=zone,
    )


def date(
    *names: str,
    required: bool = False,
    optional: bool = False,
    planned: bool = False,
    blank: Iterable[str] = (),
    formats: Iterable[str] = (),
) -> ColumnContract:
    """A column of calendar days, ISO 8601 unless `formats` says otherwise."""
    return ColumnContract(
        "date", names, required, optional, planned, blank=tuple(blank), formats=tuple(formats)
    )


def fiscal_year(*names: str, required: bool = False, optional: bool = False) -> ColumnContract:
    """A column of fiscal years written 2023-2024, 2023-24 or 2023/24: the date it begins on."""
    return ColumnContract("fiscal_year", names, required, optional)


def looked_up(
    contract: ColumnContract, *, source: str, column: str, by: str | Sequence[str]
) -> ColumnContract:
    """A column that another source holds: `column` of the row of `source` with the same key.

    `by` names this source's columns that equal the other's key, in the order of that key. A row
    without a counterpart has the value missing.
    """
    keys = (by,) if isinstance(by, str) else tuple(by)
    return ColumnContract(contract.type, lookup=Lookup(source, column, keys))


def counted(*, source: str, by: str | Sequence[str]) -> ColumnContract:
    """A column that counts the rows of another source that belong to this one; 0 where none do.

    `by` names the columns, called the same in both sources, whose values must be equal.
    """
    keys = (by,) if isinstance(by, str) else tuple(by)
    return ColumnContract("integer", lookup=Lookup(source, None, keys))


def _plain(column: ColumnContract) -> dict[str, Any]:
    from dataclasses import asdict

    plain = asdict(column)
    if not column.aliases:
        del plain["aliases"]
    return plain
