"""XML is read row by row; what is broken, or could harm, is refused with its place."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorecard as s
from scorecard.errors import ImportRefused
from scorecard.observe import files, json_reader
from scorecard.observe.files import SourceFile
from scorecard.observe.json_text import plain_text
from scorecard.observe.xml_reader import XmlReader
from tests.observe.desk import TOWN, Desk, make_source

ROW = "<request><id>1</id><opened_at>2026-01-01</opened_at></request>"
SCHEMA = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">'
    '<!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>\n<r><request><id>&lol2;</id></request></r>'
)
OUTSIDE = (
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><request><id>&x;</id></request></r>'
)


def refusal(desk: Desk, content: str | bytes, name: str = "a.xml") -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        desk.land_text(content, name)
    assert desk.landed() is None
    assert desk.bad() == []
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        f"<service_requests>{ROW}</service_requests>",
        f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<s>\n <!-- a --> {ROW}\n</s>\n',
        f'<s type="array" count="1" {SCHEMA} xsi:schemaLocation="a b"><n>1</n>{ROW}</s>',
        f'<s xmlns="http://example.org/a">{ROW}</s>',
        '<x:s xmlns:x="u:1"><x:request x:y="1"><x:id>1</x:id><x:Open_Date/>'
        "<x:opened_at>2026-01-01</x:opened_at></x:request></x:s>",
        '<s><request id="1" Opened_At="2026-01-01"/></s>',
        "<s><request><id><![CDATA[1]]></id><opened_at>\n 2026-01-01 \n</opened_at></request></s>",
        "<s><request><id>&#49;</id><opened_at>2026-01-01</opened_at><u>&lt;&amp;</u></request></s>",
    ],
)
def test_the_repeated_element_is_a_row(desk: Desk, content: str) -> None:
    assert desk.land_text(content, "a.xml").rows_new == 1
    assert desk.rows("id, opened_at::DATE::VARCHAR") == [("1", "2026-01-01")]
    packed = gzip.compress(content.encode() + b"\n")
    assert desk.land_text(packed, "b.XML.gz").rows_unchanged == 1


def test_values_within_values_become_what_json_would_have(desk: Desk) -> None:
    columns = {name: s.text(optional=True) for name in ("id", "a", "b", "c", "d", "e")}
    rows = f"""<s {SCHEMA}><row>
      <id>1</id><a/><b xsi:nil="true">x</b><c kind="long"> text </c><d href="u"/>
      <e><lat>1.50</lat><url>x</url><url>y</url><deep><er/></deep></e>
    </row></s>"""
    desk = desk.under(make_source(columns))
    desk.land_text(rows, "a.xml", as_of=datetime(2026, 1, 1, tzinfo=UTC))
    [(key, a, b, c, d, e)] = desk.rows("id, a, b, c, d, e")
    assert (key, a, b, c) == ("1", None, None, "text")
    assert json.loads(d) == {"href": "u"}
    assert json.loads(e) == {"lat": "1.50", "url": ["x", "y"], "deep": {"er": None}}


def test_broken_rows_are_quarantined_with_the_line_of_their_element(desk: Desk) -> None:
    content = (
        "<s><request/>\n"
        f"  {ROW}\n"
        "  <request>\n    <id>2</id><opened_at>yesterday</opened_at></request>\n"
        "  <request><id>3</id><ID>4</ID></request>\n"
        "  <request><id>5</id><id>6</id></request>\n"
        '  <request id="7"><id>7</id></request><request/>\n'
        "  <request><opened_at>2026-01-01</opened_at></request></s>"
    )
    receipt = desk.land_text(content, "a.xml")
    assert (receipt.rows_read, receipt.rows_new, receipt.rows_quarantined) == (8, 1, 7)
    assert [(row.line, row.code) for row in desk.bad()] == [
        (1, "value-missing"),
        (3, "time-unreadable"),
        (5, "field-duplicate"),
        (6, "field-duplicate"),
        (7, "field-duplicate"),
        (7, "value-missing"),
        (8, "value-missing"),
    ]
    assert json.loads(desk.bad()[1].row) == {"id": "2", "opened_at": "yesterday"}


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (f"<s>{ROW}\n<request></s>", "xml-invalid", 2, 12),
        (f"<s>\n{ROW}", "xml-invalid", 2, len(ROW) + 1),
        (f"<s>{ROW}</s>\n<s/>", "xml-invalid", 2, 1),
        ("<s><request><id>&copy;</id></request></s>", "xml-invalid", 1, 17),
        ("<s><x:request/></s>", "xml-invalid", 1, 4),
        ("<s><request a='1' a='2'/></s>", "xml-invalid", 1, None),
        ("<s>\n<request><id>\x01</id></request></s>", "xml-invalid", 2, 14),
        ("id,opened_at\n1,2026-01-01", "xml-invalid", 1, 1),
        (LAUGHS, "xml-doctype", 2, None),
        (OUTSIDE, "xml-doctype", 1, None),
        ("<!DOCTYPE html>\n<html><body><p>Not found</p></body></html>", "xml-doctype", 1, None),
        ("<s><n>1</n>\n<m/></s>", "xml-shape", 1, None),
        ("<s/>", "xml-shape", 1, None),
        (f"<s>{ROW}\n<other><id>1</id></other></s>", "xml-shape", 2, None),
        ("<s><request>" + "<a>" * 100_000, "xml-shape", 1, None),
        ("<s>" + "<request/>" * 20_000 + "</s>", "xml-shape", 1, None),
        (f"<s><request><id>{'x' * 14_000_000}", "line-too-long", 1, None),
        (f"<s>\n<request><id>{'<a>1</a>' * 1_500_000}", "line-too-long", 2, None),
        (f"<s>{ROW}<request id='{'x' * 14_000_000}", "line-too-long", 1, None),
        (f"<s {'x' * 14_000_000}", "line-too-long", 1, None),
        ("<errors><error><code>404</code></error></errors>", "column-missing", None, None),
    ],
)
def test_what_is_no_table_of_rows_is_refused_with_its_place(
    desk: Desk, content: str, code: str, line: int | None, column: int | None
) -> None:
    error = refusal(desk, content)
    assert (error.code, error.line) == (code, line)
    assert column is None or error.column == column


def written(name: str, encoding: str, declared: str | None) -> bytes:
    said = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{said}<s>{ROW.replace('>1<', f'>{name}<')}</s>".encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("utf-16", "UTF-16"),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", "UTF-16"),
        ("utf-32", None),
        ("shift_jis", "Shift_JIS"),
    ],
)
def test_the_file_says_its_encoding(desk: Desk, encoding: str, declared: str | None) -> None:
    name = "テ" if encoding == "shift_jis" else "Café"
    content = written(name, encoding, declared)
    assert desk.land_text(content, "a.xml").rows_new == 1
    assert desk.rows("id") == [(name,)]
    assert desk.land_text(gzip.compress(content), "a.xml.gz").rows_unchanged == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (written("Café", "latin-1", "utf-8"), "encoding-unknown"),
        (written("Café", "latin-1", None), "encoding-unknown"),
        (written("1", "utf-8", "utf-16"), "encoding-unknown"),
        (written("1", "utf-8", "klingon"), "encoding-name"),
        (written("1", "utf-8", "zlib"), "encoding-name"),
        (written("1", "utf-8", "é"), "encoding-name"),
        (gzip.compress(written("1", "utf-8", "utf-8"), mtime=0)[:-9], "format-unknown"),
    ],
)
def test_a_wrong_encoding_is_told(desk: Desk, content: bytes, code: str) -> None:
    assert refusal(desk, content).code == code


def test_a_person_knows_the_encoding_better_than_the_file(desk: Desk) -> None:
    content = written("Café", "latin-1", "utf-8")
    assert desk.land_text(content, "a.xml", encoding="latin-1").rows_new == 1
    assert desk.rows("id") == [("Café",)]


def test_a_damaged_packed_file_is_refused(desk: Desk) -> None:
    packed = gzip.compress(f"<s>{ROW}</s>".encode())
    assert refusal(desk, packed[:-9], "a.xml.gz").code == "gzip-truncated"
    assert refusal(desk, b"\x1f\x8b" + b"x" * 50, "a.xml.gz").code == "gzip-bad"


LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
)
RECORDS = st.lists(
    st.fixed_dictionaries({"id": st.text(LETTERS), "b": st.text(LETTERS) | st.none()}),
    min_size=1,
    max_size=10,
)


@given(RECORDS, st.integers(1, 40), st.sampled_from(["utf-8", "utf-16"]))
def test_any_records_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[dict[str, str | None]],
    chunk: int,
    encoding: str,
) -> None:
    root = ElementTree.Element("rows")
    for record in records:
        row = ElementTree.SubElement(root, "row")
        for name, value in record.items():
            ElementTree.SubElement(row, name).text = value
    ElementTree.indent(root)
    file = tmp_path_factory.mktemp("xml") / "a.xml"
    ElementTree.ElementTree(root).write(file, encoding, xml_declaration=True)
    source = make_source({"id": s.text(), "b": s.text()})
    with pytest.MonkeyPatch.context() as patched:
        # Chunks of a few bytes, so that names and values lie across them.
        patched.setattr(files, "_CHUNK", chunk)
        opened = SourceFile(file, encoding, told=True)
        batches = [make() for make in XmlReader(opened, source).batches()]
    found = [row for batch in batches for row in batch.table.to_pylist()]
    lines = [line for batch in batches for line in batch.lines.tolist()]
    assert found == [
        {name: (value or "").strip() or None for name, value in record.items()}
        for record in records
    ]
    assert lines == [3 + 4 * number for number in range(len(records))]


def peak(file: Path, rows: int) -> int:
    reader = XmlReader(SourceFile(file, "utf-8"), make_source())
    tracemalloc.start()
    try:
        assert sum(pending().rows for pending in reader.batches()) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_CHUNK", 1 << 16)
    monkeypatch.setattr(json_reader, "_ROWS", 500)
    small, large = tmp_path / "small.xml", tmp_path / "large.xml"
    small.write_text(f"<s>{ROW * 2_000}</s>")
    large.write_text(f"<s>{ROW * 16_000}</s>")
    peak(small, 2_000)
    assert peak(large, 16_000) < 1.3 * peak(small, 2_000)


def test_service_requests_in_xml_land_the_rows_that_json_lands(
    desk: Desk, shared_data: Path
) -> None:
    requests = json.loads((shared_data / "open311" / "sf_requests_2011.json").read_text())
    fields = {name: s.text(optional=True) for request in requests for name in request}
    del fields["service_request_id"]
    columns = {
        "id": s.text("service_request_id", required=True),
        **fields,
        "requested_datetime": s.timestamp(),
        "updated_datetime": s.timestamp(),
        "expected_datetime": s.timestamp(planned=True),
    }
    desk = desk.under(make_source(columns, open311=True))
    assert desk.land(shared_data / "open311" / "sf_requests_2011.json").rows_new == 500
    landed = desk.rows("* EXCLUDE (_batch)")

    def element(name: str, value: object) -> str:
        text = plain_text(value)
        return f"<{name}/>" if text is None else f"<{name}>{escape(text)}</{name}>"

    rows = ["".join(element(name, value) for name, value in each.items()) for each in requests]
    content = "".join(f"  <request>{row}</request>\n" for row in rows)
    in_xml = f'<?xml version="1.0"?>\n<service_requests>\n{content}</service_requests>\n'
    receipt = desk.land_text(in_xml, "sf.xml")
    assert (receipt.rows_read, receipt.rows_unchanged) == (500, 500)
    assert desk.rows("* EXCLUDE (_batch)") == landed
    empty = replace(desk, organisation=TOWN.model_copy(update={"id": "other-town"}))
    assert empty.land(desk.folder / "sf.xml").rows_new == 500
    assert empty.rows("* EXCLUDE (_batch)") == landed
