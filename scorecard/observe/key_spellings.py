"""Keys that are one number in two spellings: 7, 007 and 7.0 in a column of text.

A text is taken as it is written, so these are three cases. Where a publisher changes how a key is
written from one file to the next, every case would be there twice; so such rows are counted.
"""

from __future__ import annotations

import duckdb

from scorecard.declare.sources import Source
from scorecard.observe.contract_sql import quoted


def has_padded(connection: duckdb.DuckDBPyConnection, source: Source) -> bool:
    """Whether a text key in the relation `good` is a whole number with leading zeros or with .0.

    Without any, there and in what is landed, no number can be written in two ways.
    """
    tests = [
        # Most keys are told by their first and last letters.
        f"bool_or(CASE WHEN starts_with({key}, '0') OR suffix({key}, '.0') "
        f"THEN regexp_full_match({key}, '0[0-9]+([.]0)?|[0-9]+[.]0') END)"
        for key in _text_keys(source)
    ]
    if not tests:
        return False
    [found] = connection.execute(f"SELECT {', '.join(tests)} FROM good").fetchall()
    return any(found)


def spelt_otherwise(connection: duckdb.DuckDBPyConnection, source: Source, landed: str) -> int:
    """How many rows of `good` that met no landed row would meet one, were numbers compared.

    `landed` selects the landed rows; the relation `met` names the rows that have met one.
    """
    texts = _text_keys(source)
    keys = [quoted(name) for name in source.key]
    named = ", ".join(
        f"{_number(key) if key in texts else key} AS k{place}" for place, key in enumerate(keys)
    )
    same = ", ".join(f"k{place}" for place in range(len(keys)))
    [(rows,)] = connection.execute(
        f"SELECT count(*) FROM (SELECT {named} FROM good ANTI JOIN met USING (_row)) "
        f"SEMI JOIN (SELECT {named} FROM ({landed})) USING ({same})"
    ).fetchall()
    return rows


def _text_keys(source: Source) -> list[str]:
    return [quoted(name) for name in source.key if source.type_of(name) == "text"]


def _number(key: str) -> str:
    """The key without leading zeros and without .0, where it is a whole number so written."""
    return (
        f"CASE WHEN regexp_full_match({key}, '[0-9]+([.]0)?') "
        f"THEN regexp_extract({key}, '^0*([0-9]+?)([.]0)?$', 1) ELSE {key} END"
    )
