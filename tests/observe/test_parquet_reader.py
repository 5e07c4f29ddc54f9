"""Parquet files keep the contract as other files do, and a row is known by its number."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import scorecard as s
from scorecard.errors import ImportRefused
from tests.observe.desk import Desk, make_source

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def parquet_of(desk: Desk, columns: dict[str, Any], name: str = "a.parquet", **more: Any) -> Path:
    file = desk.folder / name
    parquet.write_table(pa.table(columns), file, **more)
    return file


def refusal(desk: Desk, file: Path) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        desk.land(file)
    assert desk.landed() is None
    assert desk.bad() == []
    return caught.value


@pytest.mark.parametrize("name", ["a.parquet", "A.PARQUET", "a[1]*?'.parquet"])
def test_the_rows_of_a_parquet_file_are_landed(desk: Desk, name: str) -> None:
    file = parquet_of(
        desk, {"ID": [1, 2], "open date": [DAY, None], "dept": [" DPW ", None], "x": [0, 0]}, name
    )
    receipt = desk.land(file)
    assert (receipt.rows_new, receipt.rows_quarantined) == (2, 0)
    assert receipt.moment == DAY
    assert desk.rows("id, opened_at, department") == [("1", DAY, "DPW"), ("2", None, None)]
    assert any("ignored: x" in note for note in receipt.notes)
    assert desk.land(file).rows_unchanged == 2


def test_values_of_every_type_are_read_as_the_contract_says(desk: Desk) -> None:
    columns = {
        **{"id": s.text(), "local": s.timestamp(), "exact": s.timestamp(), "day": s.date()},
        **{"n": s.number(), "i": s.integer(), "flag": s.boolean(), "nested": s.text()},
        "price": s.number(),
    }
    desk = desk.under(make_source(columns))
    noon = datetime(2026, 1, 1, 12, 0, 0, 500)
    file = parquet_of(
        desk,
        {
            **{"id": pa.array(["a"]).dictionary_encode(), "local": [noon]},
            "exact": pa.array([noon], pa.timestamp("ns", "Asia/Tokyo")),
            **{"day": [date(2026, 2, 3)], "n": [1e20], "i": [3.0], "flag": [True]},
            **{"nested": [{"a": [1, None]}], "price": [Decimal("1.50")]},
        },
    )
    assert desk.land(file).rows_new == 1
    local = datetime(2026, 1, 1, 17, 0, 0, 500, tzinfo=UTC)
    asked = "id, local, exact, day, n, i, flag, nested, price"
    [row] = desk.rows(asked)
    assert row[:4] == ("a", local, noon.replace(tzinfo=UTC), date(2026, 2, 3))
    assert row[4:] == (1e20, 3, True, '{"a":[1,null]}', 1.5)


def test_a_bad_row_goes_to_quarantine_under_its_number(desk: Desk) -> None:
    count = 45_000
    opened: list[str | None] = ["2026-01-01"] * count
    opened[41_233] = "soon"
    file = parquet_of(
        desk,
        {"id": list(range(count)), "Open Date": opened, "more": ["é"] * count},
        row_group_size=7_000,
    )
    receipt = desk.land(file)
    assert (receipt.rows_new, receipt.rows_quarantined) == (count - 1, 1)
    [row] = desk.bad()
    assert (row.line, row.column, row.code) == (41_234, "opened_at", "time-unreadable")
    assert json.loads(row.row) == {"id": "41233", "Open Date": "soon", "more": "é"}


def test_rows_are_numbered_in_the_order_of_the_file(desk: Desk) -> None:
    count = 60_000
    file = parquet_of(
        desk,
        {"id": [str(number) for number in range(count)], "Open Date": ["bad"] * (count - 1) + [""]},
        row_group_size=5_000,
    )
    desk.land(file, DAY)
    assert all(row.line == int(row.key or "") + 1 for row in desk.bad())


def test_wrong_columns_are_refused_with_the_nearest(desk: Desk) -> None:
    refused = refusal(desk, parquet_of(desk, {"id": [1], "Open Dat": ["2026-01-01"]}))
    assert refused.code == "column-missing"
    assert "Open Dat" in str(refused)


def test_two_columns_of_one_meaning_are_refused(desk: Desk) -> None:
    file = parquet_of(desk, {"id": [1], "Open Date": ["2026-01-01"], "open date ": ["x"]})
    assert refusal(desk, file).code == "header-duplicate"


def test_a_file_without_rows_is_refused(desk: Desk) -> None:
    empty = pa.array([], pa.string())
    assert refusal(desk, parquet_of(desk, {"id": empty, "Open Date": empty})).code == "no-rows"
    assert refusal(desk, desk.write("b.parquet", b"")).code == "file-empty"


def test_a_damaged_file_is_refused(desk: Desk) -> None:
    columns = {"id": [f"x{n}" for n in range(9_000)], "Open Date": ["2026-01-01"] * 9_000}
    whole = parquet_of(desk, columns, compression="zstd", use_dictionary=False).read_bytes()
    torn = whole[:200] + bytes(5_000) + whole[5_200:]
    for content in (b"PAR1", b"id,Open Date\n1,2026-01-01\n", whole[:-20], whole[:5_000], torn):
        assert refusal(desk, desk.write("b.parquet", content)).code == "parquet-unreadable"


def test_text_that_is_no_utf_8_refuses_the_file(desk: Desk) -> None:
    raw = pa.array([b"a", b"\xff\xfe"], pa.binary())
    text = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    file = parquet_of(desk, {"id": text, "Open Date": ["2026-01-01"] * 2})
    assert refusal(desk, file).code == "parquet-unreadable"


def test_a_packed_parquet_file_is_refused(desk: Desk) -> None:
    assert refusal(desk, desk.write("a.parquet.gz", b"\x1f\x8b....")).code == "format-unknown"
