"""What an explanation says of a figure."""

from __future__ import annotations

import json

import duckdb
import pytest

from scorecard.errors import ScorecardError
from scorecard.report.explain import Explanation, explain
from scorecard.report.explain_text import explained
from scorecard.report.opened import Opened
from scorecard.report.show import explained_figure


def test_it_counts_what_was_left_out_and_why(town: Opened) -> None:
    found = explained_figure(town, "closed-on-time", None, "2026-03", None, 10)
    assert isinstance(found, Explanation)
    behind = found.behind
    assert (behind.landed, behind.in_scope, behind.without_time) == (10, 10, 2)
    assert (behind.in_period, behind.counted) == (1, 0)
    assert [(left.reason, left.rows) for left in behind.left_out] == [("due_at is missing", 1)]


def test_the_rows_behind_it_show_the_broken_promises_first(town: Opened) -> None:
    found = explained_figure(town, "closed-on-time", "Works", "2026-01", None, 10)
    assert isinstance(found, Explanation)
    assert [(row["id"], row["_kept"]) for row in found.behind.rows] == [
        ("3", False),
        ("1", True),
        ("2", True),
    ]


def test_its_sql_gives_the_figure(town: Opened) -> None:
    found = explained_figure(town, "closed-on-time", "works", "2026-01", None, 10)
    assert isinstance(found, Explanation)
    landed = town.workspace.landed("small-town", "requests")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW requests AS FROM read_parquet('{landed}/*.parquet')")
        numerator, denominator, n = connection.execute(found.behind.sql).fetchall()[0]
    assert (numerator, denominator, n) == (found.row.numerator, found.row.denominator, found.row.n)


def test_without_a_period_it_takes_the_last_one_that_could_be_judged(town: Opened) -> None:
    found = explain(town.declarations, town.ledger, town.workspace, "closed-on-time")
    assert found.row.label == "2026-01"


def test_it_names_definition_files_and_statement(town: Opened) -> None:
    found = explained_figure(town, "closed-on-time", None, "2026-01", None, 3)
    text = explained(found, "text")
    for part in ("numerator    4", "denominator  6", "requests.csv", "SELECT", "Share of closed"):
        assert part in text
    told = json.loads(explained(found, "json"))
    assert told["batches"][0]["rows_quarantined"] == 1
    assert told["definition"]["metric"] == "closed_on_time"
    assert len(told["rows"]) == 3


def test_an_unknown_standard_is_refused_with_the_nearest(town: Opened) -> None:
    with pytest.raises(ScorecardError, match="closed-on-time") as refused:
        explain(town.declarations, town.ledger, town.workspace, "closed-on-tme")
    assert refused.value.code == "standard-unknown"


def test_a_period_that_was_never_measured_is_refused(town: Opened) -> None:
    with pytest.raises(ScorecardError) as refused:
        explained_figure(town, "closed-on-time", None, "2031-01", None, 3)
    assert refused.value.code == "figure-unknown"
