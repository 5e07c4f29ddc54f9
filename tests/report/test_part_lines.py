"""The table of a breakdown: the furthest behind first, and nothing left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from scorecard.report.part_lines import part_table
from scorecard.report.row import Part, ScorecardRow
from scorecard.report.standard import standard_page
from tests.report.rows_builder import SHARE, city_rows, row, town
from tests.report.test_standard import METRIC, standard


def part(name: str, actual: float | None, **given: Any) -> ScorecardRow:
    value = None if name in ("not recorded", "no records") else name
    return replace(row(actual, **{**SHARE, **given}), part=Part("channel", value, name))


def test_the_furthest_behind_comes_first_and_what_is_not_judged_last() -> None:
    rows = [
        part("Fax", None),
        part("Web", 81.0, n=40),
        part("Counter", 30.0, n=3, min_n=20),
        part("not recorded", 60.0, n=40),
        part("Phone", 75.0, n=900),
    ]
    table = part_table("channel", rows)
    assert table is not None
    assert [(line.name, line.style.kind, line.n) for line in table.lines] == [
        ("not recorded", "missed", 40),
        ("Phone", "missed", 900),
        ("Web", "met", 40),
        ("Counter", "unknown", 3),
        ("Fax", "unknown", 0),
    ]


def test_where_less_is_better_the_slowest_comes_first() -> None:
    named = {"North": 2.0, "South": 9.0, "East": 4.0}
    rows = [replace(row(days), part=Part("team", team, team)) for team, days in named.items()]
    table = part_table("team", rows)
    assert table is not None
    assert [line.name for line in table.lines] == ["South", "East", "North"]


def test_a_department_without_records_has_no_table() -> None:
    assert part_table("channel", [part("no records", None)]) is None


def test_the_page_asks_for_each_declared_dimension_of_who_and_when_it_shows() -> None:
    asked: list[tuple[str, str | None, date]] = []

    def parts(by: str, department: str | None, period: date) -> list[ScorecardRow]:
        asked.append((by, department, period))
        return [replace(row(2.0), part=Part(by, "x", "x"))] if by == "team" else []

    both = standard(by=["channel", "team"])
    view = standard_page(
        town(), both, METRIC, city_rows(), department="roads", period=date(2026, 5, 1), parts=parts
    )
    assert asked == [(by, "roads", date(2026, 5, 1)) for by in ("channel", "team")]
    assert [table.by for table in view.broken_down] == ["team"]


def test_a_page_that_everybody_may_read_never_asks_for_persons() -> None:
    asked: list[str] = []

    def parts(by: str, department: str | None, period: date) -> list[ScorecardRow]:
        asked.append(by)
        return [replace(row(2.0), part=Part(by, "x", "x"))]

    persons = standard(by=["person", "team", "officer"])
    view = standard_page(town(), persons, METRIC, city_rows(), department="roads", parts=parts)
    assert asked == ["team"]
    assert [table.by for table in view.broken_down] == ["team"]
