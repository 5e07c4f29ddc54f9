"""Each type accepts what it says and nothing else; each fault has its code and its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scorecard as s
from scorecard.declare.sources import ColumnContract
from scorecard.ledger import open_ledger
from tests.observe.desk import Desk, make_source

AT = datetime(2026, 6, 1, tzinfo=UTC)
Read = Callable[[ColumnContract, str], tuple[Any, str | None]]


@pytest.fixture(scope="module")
def read(
    tmp_path_factory: pytest.TempPathFactory,
) -> Read:
    """The value landed, or the code under which it is in quarantine.

    The values of one column are rows of one file.
    """
    asked: list[tuple[ColumnContract, list[str]]] = []
    for column, value, _ in (*READ, *BREAKING):
        values = next((values for known, values in asked if known == column), None)
        if values is None:
            asked.append((column, values := []))
        values.append(value)
    folder = tmp_path_factory.mktemp("values")
    found: list[tuple[ColumnContract, dict[str, tuple[Any, str | None]]]] = []
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        for number, (column, values) in enumerate(asked):
            own = folder / str(number)
            own.mkdir()
            desk = Desk(own, ledger, make_source({"id": s.text(), "x": column}))
            quoted = ['"' + value.replace('"', '""') + '"' for value in values]
            # The last row keeps its contract always, so that something is landed.
            lines = ["id,x", *(f"{place},{cell}" for place, cell in enumerate(quoted)), "last,"]
            desk.land_text("\n".join([*lines, ""]), as_of=AT)
            landed = dict(desk.rows("id, x"))
            codes = {row.key: row.code for row in desk.bad()}
            assert {row.column for row in desk.bad()} <= {"x"}
            assert not landed.keys() & codes.keys()
            assert landed.keys() | codes.keys() == {*map(str, range(len(values))), "last"}
            outcomes = {
                value: (landed.get(str(place)), codes.get(str(place)))
                for place, value in enumerate(values)
            }
            found.append((column, outcomes))

    def read(column: ColumnContract, value: str) -> tuple[Any, str | None]:
        return next(outcomes for known, outcomes in found if known == column)[value]

    return read


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # pyright: ignore[reportArgumentType]


LOCAL, UTC_TIME = s.timestamp(), s.timestamp(zone="utc")
AMERICAN = s.timestamp(formats=["%m/%d/%Y %I:%M %p", "%m/%d/%Y"])
OFFSET = s.timestamp(formats=["%d.%m.%Y %H:%M %z"])
BOUNDED = s.integer(minimum=0, maximum=10)


READ = [
    (s.text(), "  a b \u00a0", "a b"),
    (s.text(), "   ", None),
    (s.text(blank=["N/A", "-"]), " N/A ", None),
    (s.text(blank=["N/A"]), "n/a", "n/a"),
    (s.text(), "tab\tand\nline", "tab\tand\nline"),
    (s.integer(), "-12", -12),
    (s.integer(), "+7", 7),
    (s.integer(), "007", 7),
    (s.integer(), "12.0", 12),
    (s.integer(), " 12 ", 12),
    (s.integer(), "9223372036854775807", 2**63 - 1),
    (s.integer(blank=["NA"]), "NA", None),
    (s.number(), "1e-3", 0.001),
    (s.number(), ".5", 0.5),
    (s.number(), "-0.0", 0.0),
    (s.number(), "12", 12.0),
    (s.boolean(), "YES", True),
    (s.boolean(), "f", None),
    (s.boolean(), "n", False),
    (s.boolean(), "1", True),
    (LOCAL, "2026-07-01T12:00:00Z", utc(2026, 7, 1, 12)),
    (LOCAL, "2026-07-01 12:00:00.34+00", utc(2026, 7, 1, 12, 0, 0, 340000)),
    (LOCAL, "2026-07-01T12:00:00.1234567Z", utc(2026, 7, 1, 12, 0, 0, 123456)),
    (LOCAL, "2026-07-01T12:00+02", utc(2026, 7, 1, 10)),
    (LOCAL, "2026-07-01T12:00-0530", utc(2026, 7, 1, 17, 30)),
    (LOCAL, "2026-07-01T12:00:00", utc(2026, 7, 1, 16)),
    (LOCAL, "2026-01-01 12:00:00", utc(2026, 1, 1, 17)),
    (LOCAL, "2026-07-01", utc(2026, 7, 1, 4)),
    (UTC_TIME, "2026-07-01 12:00:00", utc(2026, 7, 1, 12)),
    (UTC_TIME, "2026-07-01 12:00:00-04:00", utc(2026, 7, 1, 16)),
    (AMERICAN, "7/4/2026 1:05 PM", utc(2026, 7, 4, 17, 5)),
    (AMERICAN, "07/04/2026", utc(2026, 7, 4, 4)),
    (AMERICAN, "2026-07-04T00:00:00Z", utc(2026, 7, 4)),
    (OFFSET, "04.07.2026 12:00 +0200", utc(2026, 7, 4, 10)),
    (s.date(), "2026-07-04", date(2026, 7, 4)),
    (s.date(), "2026-07-04T23:59:00.000", date(2026, 7, 4)),
    (s.date(formats=["%d/%m/%Y"]), "04/07/2026", date(2026, 7, 4)),
    (s.fiscal_year(), "2023-2024", date(2023, 4, 1)),
    (s.fiscal_year(), "2023-24", date(2023, 4, 1)),
    (s.fiscal_year(), "2023/24", date(2023, 4, 1)),
    (s.fiscal_year(), "1999-00", date(1999, 4, 1)),
]


@pytest.mark.parametrize(("column", "value", "expected"), READ)
def test_a_value_is_read(read: Read, column: ColumnContract, value: str, expected: object) -> None:
    found, code = read(column, value)
    if expected is None and column.type == "boolean":
        assert code == "boolean-unreadable"
    else:
        assert (found, code) == (expected, None)
        assert str(found) == str(expected)


BREAKING = [
    (s.integer(), "1,234", "integer-unreadable"),
    (s.integer(), "1.5", "integer-unreadable"),
    (s.integer(), "1e3", "integer-unreadable"),
    (s.integer(), "0x10", "integer-unreadable"),
    (s.integer(), "1_000", "integer-unreadable"),
    (s.integer(), "9223372036854775808", "integer-unreadable"),
    (s.number(), "1,234.5", "number-unreadable"),
    (s.number(), "nan", "number-unreadable"),
    (s.number(), "inf", "number-unreadable"),
    (s.number(), "1e999", "number-unreadable"),
    (s.number(), "12%", "number-unreadable"),
    (s.boolean(), "maybe", "boolean-unreadable"),
    (LOCAL, "yesterday", "time-unreadable"),
    (LOCAL, "infinity", "time-unreadable"),
    (LOCAL, "2026-7-1", "time-unreadable"),
    (LOCAL, "2026-07-01T12:00:00 America/Chicago", "time-unreadable"),
    (LOCAL, "2025-02-30", "date-impossible"),
    (LOCAL, "2025-02-30T00:00:00Z", "date-impossible"),
    (LOCAL, "2026-07-01T25:00:00Z", "date-impossible"),
    (LOCAL, "2026-07-01T12:00:60Z", "date-impossible"),
    (LOCAL, "0000-01-01", "date-impossible"),
    (LOCAL, "9999-12-31T23:59:59Z", "date-impossible"),
    (LOCAL, "03/04/2026", "date-ambiguous"),
    (LOCAL, "13/04/2026", "time-unreadable"),
    (AMERICAN, "13/04/2026", "date-impossible"),
    (s.date(), "2025-02-29", "date-impossible"),
    (s.date(), "2026-07-04T00:00:00Z", "time-unreadable"),
    (s.date(), "03.04.2026", "date-ambiguous"),
    (s.fiscal_year(), "2023-2025", "date-impossible"),
    (s.fiscal_year(), "2023-23", "date-impossible"),
    (s.fiscal_year(), "2023", "time-unreadable"),
    (s.text(values=["Open", "Closed"]), "open", "value-not-allowed"),
    (BOUNDED, "11", "out-of-range"),
    (BOUNDED, "-1", "out-of-range"),
    (s.number(minimum=0.5), "0.4999999999999999", "out-of-range"),
]


@pytest.mark.parametrize(("column", "value", "code"), BREAKING)
def test_a_value_that_breaks_the_contract_has_its_code(
    read: Read, column: ColumnContract, value: str, code: str
) -> None:
    assert read(column, value) == (None, code)


def test_the_reason_names_heading_and_value(desk: Desk) -> None:
    desk.land_text("id,Open Date\n1,2026-01-01\n2,2025-02-30\n,2026-01-01\n3,04/03/2026\n")
    told = [(row.line, row.column, row.code, row.key) for row in desk.bad()]
    assert told == [
        (3, "opened_at", "date-impossible", "2"),
        (4, "id", "value-missing", None),
        (5, "opened_at", "date-ambiguous", "3"),
    ]
    assert desk.bad()[0].reason.startswith("Open Date: '2025-02-30' is a time that does not exist")
    assert desk.bad()[1].reason == "id: the value is missing."


def test_a_key_must_be_there_even_if_not_called_required(desk: Desk) -> None:
    source = make_source({"a": s.text(), "b": s.date()}, key=("a", "b"))
    desk = desk.under(source)
    desk.land_text("a,b\nx,2026-01-01\nx,\n,2026-01-01\n")
    assert [(row.line, row.column, row.code) for row in desk.bad()] == [
        (3, "b", "value-missing"),
        (4, "a", "value-missing"),
    ]


def test_a_rule_quarantines_only_where_it_is_false(desk: Desk) -> None:
    rules = [
        s.rule("closed-early", lambda r: r.closed_at >= r.opened_at, "closed before opened"),
        s.rule("huge", lambda r: r.n * r.n < 100, "n is too large"),
    ]
    columns = {
        "id": s.text(),
        "opened_at": s.timestamp(),
        "closed_at": s.timestamp(),
        "n": s.integer(),
    }
    desk = desk.under(make_source(columns, rules=rules))
    desk.land_text(
        "id,opened_at,closed_at,n\n"
        "1,2026-01-02,2026-01-01,1\n"
        "2,2026-01-02,,1\n"
        "3,2026-01-02,2026-01-03,50\n"
        "4,2026-01-02,2026-01-03,9000000000000000000\n"
        "5,2026-01-02,2026-01-02,\n"
    )
    assert [(row.line, row.column, row.code, row.reason) for row in desk.bad()] == [
        (2, None, "closed-early", "closed before opened"),
        (4, None, "huge", "n is too large"),
    ]
    # The square of the fourth is beyond 64 bits: not known to be false, so the row is kept.
    assert desk.rows("id") == [("2",), ("4",), ("5",)]


@settings(max_examples=60)
@given(st.datetimes(datetime(1901, 1, 1), datetime(2037, 12, 31)))
def test_local_times_are_those_of_the_zone_database(moment: datetime) -> None:
    from zoneinfo import ZoneInfo

    import duckdb

    zone = ZoneInfo("America/New_York")
    there = [moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        [(found,)] = connection.execute(
            "SELECT timezone('America/New_York', $1::TIMESTAMP)", [moment]
        ).fetchall()
    # An hour that comes twice, or not at all, has two readings.
    assert found.astimezone(UTC) in there


def test_departments_are_found_by_any_declared_spelling(desk: Desk) -> None:
    receipt = desk.land_text(
        "id,Open Date,Dept\n1,2026-01-01,dpw\n2,2026-01-01,PUBLIC  Works\n3,2026-01-01,\n"
        "4,2026-01-01,Zoo\n5,2026-01-01,Zoo\n6,2026-01-01,parks\n"
    )
    assert desk.rows("id, department, _department") == [
        ("1", "dpw", "works"),
        ("2", "PUBLIC  Works", "works"),
        ("3", None, "unassigned"),
        ("4", "Zoo", "unassigned"),
        ("5", "Zoo", "unassigned"),
        ("6", "parks", "parks"),
    ]
    assert "departments that are not declared: 'Zoo' (2)" in receipt.notes
