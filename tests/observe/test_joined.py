"""A time that stands under two headings is read as one, or not at all."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import scorecard as s
from scorecard.errors import ImportRefused
from scorecard.ledger import open_ledger
from tests.observe.desk import TOWN, Desk, make_source

AT = datetime(2026, 6, 1, tzinfo=UTC)
FORMATS = ["%m/%d/%Y %I:%M %p"]
NOON = datetime(2026, 1, 2, 17, tzinfo=UTC)


def joined(desk: Desk, **more: Any) -> Desk:
    return desk.under(
        make_source(
            {
                "id": s.text(required=True),
                "opened_at": s.timestamp("opened", ("Creation Date", "Creation Time"), **more),
            }
        )
    )


def landed(desk: Desk, rows: str, **more: Any) -> dict[str, Any]:
    joined(desk, **more).land_text(f"id,creation time,creation date\n{rows}ok,,\n", as_of=AT)
    return dict(desk.rows("id, opened_at"))


def test_day_and_hour_under_two_headings_are_one_instant(desk: Desk) -> None:
    rows = "a,12:00 PM,01/02/2026\nb, 02:55 PM , 07/01/2026 \nc,,\n"
    assert landed(desk, rows, formats=FORMATS) == {
        "a": NOON,
        "b": datetime(2026, 7, 1, 18, 55, tzinfo=UTC),
        "c": None,
        "ok": None,
    }
    assert desk.bad() == []


@pytest.mark.parametrize(
    ("clock", "day", "code"),
    [
        ("", "01/02/2026", "time-incomplete"),
        ("12:00 PM", "", "time-incomplete"),
        ("n/a", "01/02/2026", "time-incomplete"),
        ("", "2026-01-02", "time-incomplete"),
        ("25:00 PM", "01/02/2026", "date-impossible"),
        ("soon", "then", "time-unreadable"),
    ],
)
def test_half_a_time_is_neither_missing_nor_midnight(
    desk: Desk, clock: str, day: str, code: str
) -> None:
    found = landed(desk, f"a,{clock},{day}\n", formats=FORMATS, blank=["n/a"])
    assert found == {"ok": None}
    [row] = desk.bad()
    assert (row.line, row.column, row.code, row.key) == (2, "opened_at", code, "a")
    assert row.reason.startswith("creation date and creation time: ")
    assert json.loads(row.row) == {"id": "a", "creation time": clock, "creation date": day}


def test_a_blank_spelling_in_both_is_a_missing_time(desk: Desk) -> None:
    assert landed(desk, "a,n/a,n/a\nb,,n/a\n", blank=["n/a"]) == {"a": None, "b": None, "ok": None}


def test_a_form_for_the_day_alone_lets_it_stand(desk: Desk) -> None:
    found = landed(desk, "a,,01/02/2026\n", formats=[*FORMATS, "%m/%d/%Y"])
    assert found["a"] == datetime(2026, 1, 2, 5, tzinfo=UTC)


def test_typed_cells_of_a_workbook_are_joined(desk: Desk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["id", "Creation Date", "Creation Time"],
        ["a", date(2026, 1, 2), time(12)],
        ["b", date(2026, 1, 2), time()],
        ["c", None, None],
        ["d", date(2026, 1, 2), None],
    ):
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    joined(desk).land_text(written.getvalue(), "a.xlsx", as_of=AT)
    midnight = datetime(2026, 1, 2, 5, tzinfo=UTC)
    assert dict(desk.rows("id, opened_at")) == {"a": NOON, "b": midnight, "c": None}
    assert [(row.line, row.code) for row in desk.bad()] == [(5, "time-incomplete")]


def test_typed_columns_of_a_parquet_file_are_joined(desk: Desk) -> None:
    columns = {
        "id": ["a", "b", "c"],
        "CREATION DATE": [date(2026, 1, 2), None, date(2026, 1, 2)],
        "CREATION TIME": [time(12), None, None],
    }
    parquet.write_table(pa.table(columns), desk.folder / "a.parquet")
    joined(desk).land(desk.folder / "a.parquet", as_of=AT)
    assert dict(desk.rows("id, opened_at")) == {"a": NOON, "b": None}
    assert [(row.line, row.code) for row in desk.bad()] == [(3, "time-incomplete")]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_names_of_json_are_joined_object_by_object(desk: Desk, name: str) -> None:
    rows = [
        {"id": "a", "creation_date": None, "Creation Date": "2026-01-02", "Creation Time": "12:00"},
        {"id": "b", "opened": "2026-01-02T12:00:00"},
        {"id": "c"},
        {"id": "d", "Creation Date": "2026-01-02", "Creation Time": ""},
    ]
    text = json.dumps(rows) if name == "a.json" else "\n".join(map(json.dumps, rows))
    joined(desk).land_text(text, name, as_of=AT)
    assert dict(desk.rows("id, opened_at")) == {"a": NOON, "b": NOON, "c": None}
    assert [(row.key, row.code) for row in desk.bad()] == [("d", "time-incomplete")]


def test_one_heading_of_two_is_not_enough(desk: Desk) -> None:
    with pytest.raises(ImportRefused) as caught:
        joined(desk).land_text("id,Creation Date\na,2026-01-02\n", as_of=AT)
    assert caught.value.code == "column-missing"
    assert "'opened', 'Creation Date' and 'Creation Time', 'opened_at'" in str(caught.value)


def test_a_part_that_stands_twice_is_refused(desk: Desk) -> None:
    with pytest.raises(ImportRefused) as caught:
        joined(desk).land_text("id,creation time,creation date,Creation Time\na,,,\n", as_of=AT)
    assert caught.value.code == "header-duplicate"


def test_another_column_may_take_the_day(desk: Desk) -> None:
    columns = {
        "id": s.text(),
        "opened_at": s.timestamp(("day", "hour"), required=True),
        "opened_on": s.date("day"),
    }
    own = desk.under(make_source(columns))
    own.land_text("hour,id,day\n12:00,a,2026-01-02\n,b,2026-01-02\n,c,\n", as_of=AT)
    assert desk.rows("id, opened_at, opened_on") == [("a", NOON, date(2026, 1, 2))]
    assert [(row.key, row.code) for row in desk.bad()] == [
        ("b", "time-incomplete"),
        ("c", "value-missing"),
    ]


CELLS = st.sampled_from(["", " ", "-"])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(date(1990, 1, 1), date(2050, 1, 1)) | CELLS,
            st.times().map(lambda at: at.replace(second=0, microsecond=0)) | CELLS,
        ),
        min_size=1,
        max_size=20,
    )
)
def test_two_columns_give_what_one_would(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[date | str, time | str]]
) -> None:
    """Held against the standard library: both there, both blank, or in quarantine."""
    folder = Path(mkdtemp(dir=tmp_path_factory.getbasetemp()))
    lines, expected, halves = [], dict[str, datetime | None](), 0
    for number, (day, clock) in enumerate(pairs):
        written = [
            day if isinstance(day, str) else day.strftime("%m/%d/%Y"),
            clock if isinstance(clock, str) else clock.strftime("%I:%M %p"),
        ]
        lines.append(",".join([str(number), *written]))
        if isinstance(day, str) and isinstance(clock, str):
            expected[str(number)] = None
        elif isinstance(day, str) or isinstance(clock, str):
            halves += 1
        else:
            local = datetime.combine(day, clock, ZoneInfo(TOWN.time_zone))
            expected[str(number)] = local.astimezone(UTC)
    content = "\n".join(["id,Creation Date,Creation Time", *lines, "ok,,"])
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        desk = Desk(folder, ledger, make_source())
        joined(desk, formats=FORMATS, blank=["-"]).land_text(content, as_of=AT)
        found = dict(desk.rows("id, opened_at"))
        assert [row.code for row in desk.bad()] == ["time-incomplete"] * halves
    skipped = {id for id, at in expected.items() if at is not None and _in_a_gap(at, found[id])}
    expected["ok"] = None
    for id in skipped:
        # An hour the clock skips is read by each library in its own way, an hour apart at most.
        assert abs(found.pop(id) - expected.pop(id)).total_seconds() <= 3600  # pyright: ignore
    assert found == expected


def _in_a_gap(at: datetime, read: datetime) -> bool:
    """Whether the wall clock never showed this time, or showed it twice."""
    zone = ZoneInfo(TOWN.time_zone)
    wall = read.astimezone(zone).replace(tzinfo=None)
    both = [wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)]
    return at != read and both[0] != both[1]
