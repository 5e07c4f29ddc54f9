"""What the columns of a table of texts hold: how many values, which, and of what type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scorecard.declare.organisation import Department, Organisation
from scorecard.declare.sources import ColumnContract, Source
from scorecard.observe.contract_sql import CONTROL, ContractSql, literal, quoted
from scorecard.observe.texts import Texts, texts_source

# Spellings of "missing" where other values show what a column holds; letter case aside.
_BLANK = (
    *("n/a", "na", "n.a.", "#n/a", "nd", "null", "(null)", "none", "nil", "nan", "(blank)", "\\n"),
    *("-", "--", "---", "–", "—", ".", "?", "not available", "not applicable", "unknown", "tbd"),
)
# Of these, the ones that hardly mean anything else in a column of texts.
_BLANK_TEXT = frozenset(
    ("n/a", "#n/a", "null", "(null)", "nan", "(blank)", "\\n", "-", "--", "---", "–", "—")
)
_FEW = 40
# What a time is read in does not matter for whether it is one, nor where a fiscal year begins.
_ANYWHERE = Organisation(
    id="anywhere",
    name="Anywhere",
    time_zone="UTC",
    fiscal_year_start=4,
    departments=[Department(id="any", name="Any")],
)


@dataclass
class Facts:
    """What one column holds.

    filled    rows with a value, spellings of "missing" included
    distinct  different values
    longest   letters of the longest value
    blanks    spellings that may mean "missing", with their rows
    few       all values with their rows, the most frequent first, where there are few; else the
              most frequent
    zeros     values that are whole numbers written with zeros in front
    control   whether a value holds a control character
    """

    column: str
    heading: str
    filled: int
    distinct: int
    longest: int
    zeros: int
    control: bool
    blanks: dict[str, int] = field(default_factory=dict[str, int])
    few: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def known(self) -> int:
        """Rows with a value that is not a spelling of "missing"."""
        return self.filled - sum(self.blanks.values())

    def known_under(self, contract: ColumnContract) -> int:
        """Rows with a value that is none of the contract's spellings of "missing"."""
        return self.filled - sum(self.blanks.get(spelling, 0) for spelling in contract.blank)

    @property
    def text_blanks(self) -> tuple[str, ...]:
        """The spellings that mean "missing" even where the column is one of texts."""
        return tuple(one for one in self.blanks if one.casefold() in _BLANK_TEXT)


def facts_of(texts: Texts) -> list[Facts]:
    """What each column holds, in the file's order."""
    found: list[Facts] = []
    for column, heading in texts.headings.items():
        c = quoted(column)
        value = f"nullif({c}, '')"
        asked = (
            f"SELECT count({value}), count(DISTINCT {value}), coalesce(max(length({c})), 0), "
            f"count(*) FILTER (regexp_full_match({c}, '0\\d+')), "
            f"coalesce(bool_or(regexp_matches({c}, {literal(CONTROL)})), false) FROM texts"
        )
        [(filled, distinct, longest, zeros, control)] = _rows(texts, asked)
        facts = Facts(column, heading, filled, distinct, longest, zeros, control)
        blank = ", ".join(literal(spelling) for spelling in _BLANK)
        facts.blanks = dict(_counted(texts, column, f"lower({c}) IN ({blank})"))
        facts.few = dict(_counted(texts, column, f"{value} IS NOT NULL"))
        found.append(facts)
    return found


def read_as(texts: Texts, contracts: Mapping[str, ColumnContract]) -> dict[str, int]:
    """By column, how many rows have a value that can be read under its contract."""
    if not contracts:
        return {}
    source = texts_source(dict(contracts))
    typed = _typed(texts, source)
    asked = ", ".join(f"count({quoted(column)})" for column in contracts)
    [counts] = _rows(texts, f"SELECT {asked} FROM ({typed})")
    return dict(zip(contracts, counts, strict=True))


def matching(texts: Texts, column: str, pattern: str) -> int:
    """How many values match a regular expression as a whole."""
    test = f"regexp_full_match({quoted(column)}, {literal(pattern)})"
    [(count,)] = _rows(texts, f"SELECT count(*) FILTER ({test}) FROM texts")
    return count


def some_values(texts: Texts, column: str, apart: Iterable[str], limit: int) -> list[str]:
    """Some of a column's different values, spread over the file."""
    left_out = ", ".join(literal(one) for one in ("", *apart))
    asked = (
        f"SELECT {quoted(column)} AS v FROM texts WHERE v NOT IN ({left_out}) "
        f"GROUP BY v ORDER BY hash(v) LIMIT {limit}"
    )
    return [value for (value,) in _rows(texts, asked)]


def repeated_keys(texts: Texts, source: Source) -> int:
    """How many rows have a key that a row before them has, once the values are read."""
    keys = ", ".join(quoted(name) for name in source.key)
    asked = f"SELECT count(*), count(DISTINCT ({keys})) FROM ({_typed(texts, source)})"
    [(rows, keys_found)] = _rows(texts, asked)
    return rows - keys_found


def distinct_together(texts: Texts, columns: Iterable[str]) -> int:
    """How many different rows the columns have together."""
    names = ", ".join(quoted(column) for column in columns)
    [(count,)] = _rows(texts, f"SELECT count(DISTINCT ({names})) FROM texts")
    return count


def faults(texts: Texts, source: Source) -> dict[tuple[str | None, str], int]:
    """How many rows the contract would refuse, by column and reason."""
    contract = ContractSql(_ANYWHERE, source, texts.headings)
    checked = contract.select("texts", control=True, long=True)
    asked = f"SELECT _bad, count(*) FROM ({checked}) WHERE _bad > 0 GROUP BY _bad ORDER BY _bad"
    return {
        (contract.faults[number - 1].column, contract.faults[number - 1].reason): count
        for number, count in _rows(texts, asked)
    }


def between(texts: Texts, source: Source, column: str) -> tuple[str, str] | None:
    """The least and the greatest value of a column of numbers or times, as text."""
    c = quoted(column)
    asked = f"SELECT min({c})::VARCHAR, max({c})::VARCHAR FROM ({_typed(texts, source)})"
    [(least, greatest)] = _rows(texts, asked)
    return None if least is None else (least, greatest)


def before(texts: Texts, source: Source, later: str, earlier: str) -> tuple[int, int]:
    """In how many rows both columns are known, and in how many `later` is before `earlier`."""
    a, b = quoted(later), quoted(earlier)
    asked = f"SELECT count({a} < {b}), count(*) FILTER ({a} < {b}) FROM ({_typed(texts, source)})"
    [(known, wrong)] = _rows(texts, asked)
    return known, wrong


def _typed(texts: Texts, source: Source) -> str:
    return ContractSql(_ANYWHERE, source, texts.headings).select("texts", control=False, long=False)


def _counted(texts: Texts, column: str, which: str) -> list[tuple[str, int]]:
    asked = (
        f"SELECT {quoted(column)} AS v, count(*) AS n FROM texts WHERE {which} "
        f"GROUP BY v ORDER BY n DESC, v LIMIT {_FEW}"
    )
    return _rows(texts, asked)


def _rows(texts: Texts, asked: str) -> list[tuple]:
    return texts.connection.execute(asked).fetchall()
