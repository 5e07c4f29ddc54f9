"""A file that cannot be landed as a whole is refused with a code, and leaves nothing behind."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scorecard.errors import ImportRefused
from scorecard.observe import files
from tests.observe.desk import Desk

GOOD = "id,Open Date\n1,2026-01-01T00:00:00Z\n2,2026-01-02T00:00:00Z\n"
# Without the time of packing: tests are named by these bytes, in each process the same.
PACKED = gzip.compress(GOOD.encode(), mtime=0)


def refused(desk: Desk, file: Path, **more: object) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        desk.land(file, **more)  # pyright: ignore[reportArgumentType]
    assert desk.landed() is None
    assert desk.bad() == []
    assert desk.batches() == []
    assert list((desk.workspace.root / "stage").glob("*")) == []
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file-empty"),
        ("a.csv", b"\n\r\n\n", "file-empty"),
        ("a.csv", b"\xef\xbb\xbf", "file-empty"),
        ("a.csv", b"id,Open Date\n", "no-rows"),
        ("a.csv", b"id,Open Date\n\n\n", "no-rows"),
        ("a.csv", b"id,Open Date", "no-rows"),
        ("a.xlsx", b"PK\x03\x04....", "workbook-unreadable"),
        ("a.csv", b"PK\x03\x04....", "format-unknown"),
        ("a", GOOD.encode(), "format-unknown"),
        ("a.gz", PACKED, "format-unknown"),
        ("a.csv", PACKED, "format-unknown"),
        ("a.csv.gz", GOOD.encode(), "gzip-bad"),
        ("a.csv.gz", PACKED[:-12], "gzip-truncated"),
        ("a.csv.gz", PACKED[:-4] + b"1234", "gzip-bad"),
        ("a.csv.gz", PACKED + b"rest", "gzip-bad"),
        ("a.csv", GOOD.encode("utf-16"), "encoding-unknown"),
        ("a.json", b"[]", "no-rows"),
        ("a.json", b"", "file-empty"),
    ],
)
def test_a_useless_file_is_refused(desk: Desk, name: str, content: bytes, code: str) -> None:
    assert refused(desk, desk.write(name, content)).code == code


def test_a_missing_file_and_a_folder_are_refused(desk: Desk) -> None:
    assert refused(desk, desk.folder / "none.csv").code == "file-missing"
    (desk.folder / "sub.csv").mkdir()
    assert refused(desk, desk.folder / "sub.csv").code == "file-is-directory"


def test_a_file_without_permission_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    file = desk.write("a.csv", GOOD)
    file.chmod(0)
    if os.geteuid() == 0:
        # Root may read everything, so the system's answer to others is given in its place.
        plain = Path.open

        def denied(self: Path, *given: object, **more: object) -> object:
            if self == file:
                raise PermissionError(13, "Permission denied")
            return plain(self, *given, **more)  # pyright: ignore[reportArgumentType, reportCallIssue]

        monkeypatch.setattr(Path, "open", denied)
    error = refused(desk, file)
    assert error.code == "file-unreadable"
    assert "Permission denied" in error.message


def test_a_pipe_is_refused_and_not_waited_for(desk: Desk) -> None:
    os.mkfifo(desk.folder / "a.csv")
    assert refused(desk, desk.folder / "a.csv").code == "file-unreadable"


def test_bytes_that_are_no_utf8_are_named_by_line_and_byte(desk: Desk) -> None:
    error = refused(desk, desk.write("a.csv", GOOD.encode() + "3,é\n".encode("latin-1")))
    assert (error.code, error.line) == ("encoding-unknown", 4)
    assert "0xe9" in error.message
    assert "offset 61" in error.message
    assert "latin-1" in (error.hint or "")


def test_a_cut_off_letter_at_the_very_end_is_noticed(desk: Desk) -> None:
    error = refused(desk, desk.write("a.csv", GOOD.encode() + "3,é".encode()[:-1]))
    assert error.code == "encoding-unknown"


def test_letters_that_lie_across_chunks_are_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_CHUNK", 7)
    text = "".join(f"{number},2026-01-01,{'é€𝄞' * 3}\n" for number in range(50))
    desk.land_text("id,Open Date,Dept\n" + text)
    assert {department for (department,) in desk.rows("department")} == {"é€𝄞" * 3}
    packed = desk.write("b.csv.gz", gzip.compress(("id,Open Date,Dept\n" + text).encode()))
    assert desk.land(packed).rows_unchanged == 50


@pytest.mark.parametrize(
    ("encoding", "change"),
    [
        ("latin-1", lambda text: text.encode("latin-1")),
        ("cp1252", lambda text: text.encode("cp1252")),
        ("utf-16", lambda text: text.encode("utf-16")),
        ("utf-16-le", lambda text: text.encode("utf-16-le")),
        ("utf-8-sig", lambda text: text.encode("utf-8-sig")),
        (None, lambda text: text.encode("utf-8-sig")),
    ],
)
def test_a_named_encoding_is_read(
    desk: Desk, encoding: str | None, change: Callable[[str], bytes]
) -> None:
    content = change("id,Open Date,Dept\n1,2026-01-01,Forêt\n")
    receipt = desk.land_text(content, encoding=encoding)
    assert receipt.rows_new == 1
    assert desk.rows("id, department") == [("1", "Forêt")]


def test_an_encoding_that_does_not_exist_is_refused(desk: Desk) -> None:
    file = desk.write("a.csv", GOOD)
    assert refused(desk, file, encoding="utf-9").code == "encoding-name"
    assert refused(desk, file, encoding="hex").code == "encoding-name"


def test_a_packed_file_may_have_several_members_and_padding(desk: Desk) -> None:
    head, tail = GOOD[:20].encode(), GOOD[20:].encode()
    desk.land_text(gzip.compress(head) + gzip.compress(tail) + b"\0" * 600, "a.csv.gz")
    assert len(desk.rows()) == 2


def test_a_packed_file_that_grows_without_measure_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_ALWAYS_ALLOWED", 1 << 20)
    packed = gzip.compress(b"id,Open Date\n" + b"1,2026-01-01\n" * 2_000_000)
    assert refused(desk, desk.write("a.csv.gz", packed)).code == "gzip-bomb"
