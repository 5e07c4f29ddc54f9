"""The form in which texts are compared: letter case, white space and Unicode form aside."""

from __future__ import annotations

import unicodedata

import duckdb
import pyarrow as pa
from duckdb.func import PythonUDFType

from scorecard.declare.organisation import fold

_GAPS = ("'  '", "chr(9)", "chr(10)", "chr(12)", "chr(13)")


def alike(text: str) -> str:
    """The text as `fold` gives it, in Unicode's form NFKC: full-width letters are letters."""
    return fold(unicodedata.normalize("NFKC", text))


def make_alike(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the function `alike_text`."""
    connection.create_function(
        "alike_text", _alike, ["VARCHAR"], "VARCHAR", type=PythonUDFType.ARROW
    )


def alike_sql(value: str) -> str:
    """SQL of `alike` of a text. Plain ASCII, the most of it, does not leave the engine."""
    single = " AND ".join(f"NOT contains({value}, {gap})" for gap in _GAPS)
    spaced = f"trim(lower(regexp_replace({value}, '\\s+', ' ', 'g')))"
    return (
        f"CASE WHEN strlen({value}) > length({value}) THEN alike_text({value}) "
        # Looking for gaps takes a tenth of the time of an expression that would close them.
        f"WHEN {single} THEN trim(lower({value})) ELSE {spaced} END"
    )


def _alike(texts: pa.ChunkedArray) -> pa.Array:
    folded = [None if text is None else alike(text) for text in texts.to_pylist()]
    return pa.array(folded, pa.string())
