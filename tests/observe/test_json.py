"""JSON is read object by object; what is broken is named by its place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorecard as s
from scorecard.errors import ImportRefused
from scorecard.observe import files
from scorecard.observe.files import SourceFile
from scorecard.observe.json_reader import JsonReader
from tests.observe.desk import Desk, make_source


def refusal(desk: Desk, content: str | bytes) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        desk.land_text(content, "a.json")
    assert desk.landed() is None
    assert desk.bad() == []
    return caught.value


ROW = '{"id": "1", "open date": "2026-01-01"}'


@pytest.mark.parametrize(
    "content",
    [
        f"[{ROW}]",
        f" \n[\n{ROW}\n]\n",
        f'{{"meta": {{"rows": [1, 2]}}, "data": [{ROW}], "n": 1}}',
        f'{{"service_requests": {{"request": [{ROW}]}}}}',
        f"\ufeff[{ROW}]",
    ],
)
def test_the_array_of_objects_is_found(desk: Desk, content: str) -> None:
    assert desk.land_text(content, "a.json").rows_new == 1
    assert desk.land_text(gzip.compress(content.encode()), "b.json.gz").rows_unchanged == 1


def test_values_of_every_kind_become_texts(desk: Desk) -> None:
    columns = {
        "id": s.text(),
        "n": s.number(),
        "exact": s.text(),
        "flag": s.boolean(),
        "nested": s.text(),
        "at": s.timestamp(optional=True),
    }
    rows = (
        '[{"id": 1, "n": 1.50, "exact": 1.50, "flag": true, "nested": {"a": [1, 0.5, null]}},'
        '{"id": 123456789012345678901, "n": null, "exact": " x ", "flag": null, "nested": ""}]'
    )
    desk = desk.under(make_source(columns))
    with pytest.raises(ImportRefused, match="moment-unknown"):
        desk.land_text(rows, "a.json")
    desk.land_text(rows.replace('"id": 1,', '"id": 1, "at": "2026-01-01",'), "a.json")
    assert desk.rows("id, n, exact, flag, nested") == [
        ("1", 1.5, "1.50", True, '{"a": [1, 0.5, null]}'),
        ("123456789012345678901", None, "x", None, None),
    ]


def test_broken_rows_are_quarantined_with_the_line_of_their_object(desk: Desk) -> None:
    content = (
        '[{"id": "1", "open date": "2026-01-01"},\n'
        ' {"id": "2",\n  "open date": "yesterday"},\n'
        " 7, null,\n"
        ' {"id": "3", "id": "4"},\n'
        ' {"ID": "3", "id": "4"}, {"id": "\\ud800", "open date": null},\n'
        ' {"id": "5"}, {"open date": "2026-01-01"}]'
    )
    receipt = desk.land_text(content, "a.json")
    assert (receipt.rows_read, receipt.rows_new, receipt.rows_quarantined) == (9, 2, 7)
    assert [(row.line, row.code) for row in desk.bad()] == [
        (2, "time-unreadable"),
        (4, "row-not-object"),
        (4, "row-not-object"),
        (5, "field-duplicate"),
        (6, "field-duplicate"),
        (6, "text-control"),
        (7, "value-missing"),
    ]
    assert json.loads(desk.bad()[0].row) == {"id": "2", "open date": "yesterday"}


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (f"[{ROW},\n {{'id': 1}}]", 2, 3),
        (f"[{ROW}\n,]", 2, 2),
        (f"[{ROW}", 1, 40),
        (f"[{ROW}]\n]", 2, 1),
        (f"[{ROW},\n\n  {{", 3, 4),
        ('[{"id": NaN}]', 1, 2),
        ('[{"id": ' + "[" * 100_000, 1, None),
        ("id,open date\n1,2026-01-01", 1, 1),
        (f'{{"a" [{ROW}]}}', 1, 6),
    ],
)
def test_a_mistake_in_json_is_refused_with_its_place(
    desk: Desk, content: str, line: int, column: int | None
) -> None:
    error = refusal(desk, content)
    assert (error.code, error.line) == ("json-invalid", line)
    assert column is None or error.column == column


def test_json_without_the_records_is_refused(desk: Desk) -> None:
    assert refusal(desk, '{"a": 1}').code == "json-shape"
    assert refusal(desk, f'{{"a": [{ROW}], "b": [{ROW}]}}').code == "json-shape"
    assert refusal(desk, '[{"id": "1"}]').code == "column-missing"
    assert refusal(desk, '[{"code": 404, "description": "no such city"}]').code == "column-missing"
    assert refusal(desk, '[{"id": "' + "x" * 9_000_000).code == "line-too-long"


RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.text(), "b": st.text() | st.none() | st.integers() | st.booleans()}
    ),
    min_size=1,
    max_size=10,
)


@given(RECORDS, st.sampled_from([None, 0, 2]), st.integers(1, 40), st.booleans())
def test_any_records_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[dict[str, object]],
    indent: int | None,
    chunk: int,
    ascii_only: bool,
) -> None:
    file = tmp_path_factory.mktemp("json") / "a.json"
    content = json.dumps(records, indent=indent, ensure_ascii=ascii_only)
    if not ascii_only and any("\ud800" <= letter <= "\udfff" for letter in content):
        return
    file.write_text(content, encoding="utf-8", errors="surrogatepass")
    source = make_source({"id": s.text(), "b": s.text()})
    with pytest.MonkeyPatch.context() as patched:
        # Chunks of a few bytes, so that values lie across them.
        patched.setattr(files, "_CHUNK", chunk)
        batches = [make() for make in JsonReader(SourceFile(file, "utf-8"), source).batches()]
    found = [row for batch in batches for row in batch.table.to_pylist()]
    lines = [line for batch in batches for line in batch.lines.tolist()]

    def text(value: object) -> object:
        if isinstance(value, bool):
            return str(value).lower()
        return value if value is None else str(value).strip()

    assert found == [{name: text(value) for name, value in row.items()} for row in records]
    step = {None: 0, 0: 4, 2: 4}[indent]
    assert lines == [1 if not step else 2 + step * number for number in range(len(records))]


def test_open311_service_requests_are_landed(desk: Desk, shared_data: Path) -> None:
    columns = {
        "id": s.text("service_request_id", required=True),
        "status": s.text(),
        "topic": s.text("service_name"),
        "opened_at": s.timestamp("requested_datetime"),
        "updated_at": s.timestamp("updated_datetime"),
        "due_at": s.timestamp("expected_datetime", planned=True),
    }
    desk = desk.under(make_source(columns, open311=True))
    file = shared_data / "open311" / "sf_requests_2011.json"
    receipt = desk.land(file)
    requests = json.loads(file.read_text())
    assert receipt.rows_read == receipt.rows_new == len(requests) == 500
    promised = sum(request["expected_datetime"] is not None for request in requests)
    assert desk.rows("count(due_at)") == [(promised,)]
