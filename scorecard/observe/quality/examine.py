"""All checks of one file, from its stage."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import duckdb

from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import Source
from scorecard.observe.quality.finding import Finding
from scorecard.observe.quality.folding import make_alike
from scorecard.observe.quality.near import near_duplicates
from scorecard.observe.quality.rows import counted, expectations, missing, odd_times
from scorecard.observe.quality.spellings import spelt
from scorecard.observe.staging import Stage

# Another number where a check counts otherwise than before: files are then examined anew.
_CHECKS = 1
_REPEATS = ("row-duplicate", "key-duplicate")


def examined(
    stage: Stage, organisation: Organisation, source: Source, limit: datetime
) -> list[Finding]:
    """What the checks find in the rows on the stage; the relation `good` must be there.

    Rows refused, mended, read by an alias or blank as declared are counted of the rows read, all
    else of the rows that kept the contract. `limit` is the moment after which no event can lie.
    What is about change has no count yet: `scorecard.observe.quality.changes.compared` gives it.
    """
    connection: duckdb.DuckDBPyConnection = stage.connection
    make_alike(connection)
    read = stage.rows_read
    # What can always be refused is counted also where it was not, so that a trend has its zeros.
    refused = dict.fromkeys([(code, None) for code in (*_REPEATS, *_codes(source))], 0)
    refused |= stage.refused
    checks = [*missing(source), *odd_times(source, organisation, limit), *expectations(source)]
    return [
        Finding("volume", None, read, None),
        *(
            Finding(code, column, count, read, notable=count > 0)
            for (code, column), count in sorted(refused.items(), key=str)
        ),
        *(
            Finding(what, column, count, read, notable=what == "mended" and count > 0)
            for (what, column), count in sorted(stage.read_as.items())
        ),
        *counted(connection, source, checks),
        *spelt(connection, source),
        *near_duplicates(connection, source),
    ]


def _codes(source: Source) -> list[str]:
    return [code for code, *_ in source.rules]


def checks_fingerprint(source: Source) -> str:
    """A fingerprint of all that the contract declares to be counted and not refused."""
    near = [[one.columns, one.at, one.within] for one in source.near_duplicates]
    rules = [[code, condition.describe()] for code, condition, _ in source.expectations]
    steady = [source.steady.volume, source.steady.mix]
    text = json.dumps([_CHECKS, rules, near, steady], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
