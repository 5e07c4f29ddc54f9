"""Evidence: kept once, whole, under the hash of its content, whatever it is called."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.audit.evidence import LIMIT, NAME_LENGTH, EvidenceStore, Reference, shown_name
from scorecard.errors import AuditError
from scorecard.ledger.event_hash import canonical_json

DAY = date(2026, 8, 3)
NOW = datetime(2026, 8, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "w" / "evidence")


def keep(store: EvidenceStore, content: bytes, name: str = "photo.jpg") -> Reference:
    return store.keep(io.BytesIO(content), name=name, dated=DAY, by="Änne", now=NOW)


def refused(store: EvidenceStore, content: bytes | Path) -> AuditError:
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    with pytest.raises(AuditError) as error:
        store.keep(source, dated=DAY, by="ann")
    return error.value


def test_a_file_is_kept_read_only_under_its_hash_and_read_back(
    store: EvidenceStore, tmp_path: Path
) -> None:
    source = tmp_path / "Letter of 3 August.pdf"
    source.write_bytes(b"the letter")

    kept = store.keep(source, dated=DAY, by="Änne", now=NOW)

    digest = hashlib.sha256(b"the letter").hexdigest()
    assert kept == Reference(
        *(digest, 10, "Letter of 3 August.pdf", "2026-08-03", "2026-08-10T09:30:00.000000Z"),
        "Änne",
    )
    path = store.root / digest[:2] / digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    with store.opened(digest) as found:
        assert found.read() == b"the letter"
    assert list(store.files()) == [path]


def test_a_link_to_the_evidence_may_be_brought(store: EvidenceStore, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert store.keep(tmp_path / "link", dated=DAY, by="ann", now=NOW).name == "link"


def test_the_same_content_is_kept_once_with_two_references(store: EvidenceStore) -> None:
    one, two = keep(store, b"same", "a.txt"), keep(store, b"same", "b.txt")

    assert (one.sha256, one.name, two.name) == (two.sha256, "a.txt", "b.txt")
    assert len(list(store.files())) == 1


def test_many_at_once_keep_every_file_whole(store: EvidenceStore) -> None:
    contents = [bytes([number % 5]) * 300_000 for number in range(20)]
    workers = [Thread(target=keep, args=(store, content)) for content in contents]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    expected = {hashlib.sha256(one).hexdigest() for one in contents}
    assert {path.name for path in store.files()} == expected
    assert all(hashlib.sha256(p.read_bytes()).hexdigest() == p.name for p in store.files())
    assert list((store.root / "incoming").iterdir()) == []


def test_a_file_of_0_bytes_is_refused_and_leaves_nothing(store: EvidenceStore) -> None:
    assert refused(store, b"").code == "evidence-empty"
    assert list(store.files()) == []


def test_a_file_above_the_limit_is_refused_by_name_of_the_limit(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "evidence", limit=1_000)
    large = tmp_path / "large"
    large.write_bytes(b"x" * 1_001)

    for source in (large, b"x" * 1_001):
        error = refused(store, source)
        assert (error.code, "may have 1,000" in str(error)) == ("evidence-too-large", True)
    assert [*store.files(), *(store.root / "incoming").iterdir()] == []
    assert keep(store, b"x" * 1_000).bytes == 1_000


def test_a_gigabyte_is_refused_unread_or_kept_in_little_memory(
    tmp_path: Path, repository: Path
) -> None:
    source = tmp_path / "film.mp4"
    with source.open("wb") as opened:
        opened.truncate(1_000_000_000)  # a file of holes
    error = refused(EvidenceStore(tmp_path / "evidence"), source)
    assert error.code == "evidence-too-large"
    assert "has 1,000,000,000 bytes" in str(error)
    assert f"{LIMIT:,}" in str(error)
    assert not (tmp_path / "evidence").exists()

    with source.open("wb") as opened:
        opened.truncate(200_000_000)
    command = ["keep_in_little_memory", tmp_path / "evidence", source, 10**9]
    done = child(repository, *command).communicate()[0].split()
    assert len(done[0]) == 64
    assert int(done[1]) < 20_000_000


@pytest.mark.slow
def test_a_gigabyte_is_kept_in_little_memory(tmp_path: Path, repository: Path) -> None:
    source = tmp_path / "film.mp4"
    with source.open("wb") as opened:
        opened.truncate(1_000_000_000)
    command = ["keep_in_little_memory", tmp_path / "evidence", source, 10**9]
    done = child(repository, *command).communicate()[0].split()
    assert int(done[1]) < 20_000_000


def child(repository: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.audit.children", *map(str, arguments)],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_is_no_ordinary_file_is_refused(store: EvidenceStore, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for source in (pipe, tmp_path, tmp_path / "nowhere"):
        assert refused(store, source).code == "evidence-unreadable"


def test_evidence_of_a_day_to_come_is_refused_but_for_the_zones_of_the_world(
    store: EvidenceStore,
) -> None:
    source = io.BytesIO(b"x")
    assert store.keep(source, dated=date(2026, 8, 11), by="ann", now=NOW).name == "unnamed"
    with pytest.raises(AuditError, match="evidence-date"):
        store.keep(io.BytesIO(b"x"), dated=date(2026, 8, 12), by="ann", now=NOW)


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file in the way")
    assert refused(EvidenceStore(tmp_path / "evidence"), b"x").code == "evidence-unwritable"


# --- Names ---

HOSTILE = {
    "../../etc/passwd": "passwd",
    "/etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "": "unnamed",
    "..": "unnamed",
    "a/": "unnamed",
    "x\0y\x1b[31m.txt": "x\\x00y\\x1b[31m.txt",
    "two\r\nlines\u2028three.txt": "two lines three.txt",
    "photo\u202egpj.exe": "photo\\u202egpj.exe",
    "half \ud800": "half \\ud800",
    "Größe – 大きさ 📷.png": "Größe – 大きさ 📷.png",
    "Screenshot 9.41\u202fAM.png": "Screenshot 9.41 AM.png",
    "CON": "CON",
    "incoming": "incoming",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_harmless_and_never_a_path(
    store: EvidenceStore, name: str, tmp_path: Path
) -> None:
    kept = keep(store, b"content", name)

    assert kept.name == HOSTILE[name]
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    files = [path for path in tmp_path.rglob("*") if not path.is_dir()]
    assert files == [store.path(kept.sha256)]
    assert {one.name for one in folders} == {"w", "evidence", "incoming", kept.sha256[:2]}


@given(st.text(alphabet=st.characters(), max_size=400))
@settings(max_examples=200)
def test_every_name_becomes_one_short_printable_line_that_an_event_can_hold(name: str) -> None:
    shown = shown_name(name)

    assert shown.isprintable()
    assert 0 < len(shown) <= NAME_LENGTH
    assert "/" not in shown
    canonical_json(shown)


def test_a_very_long_name_keeps_its_end(store: EvidenceStore) -> None:
    kept = keep(store, b"x", "a" * 5_000 + ".jpg")
    assert (len(kept.name), kept.name[-4:]) == (NAME_LENGTH, ".jpg")


# --- Reading back ---


def test_altered_or_missing_evidence_is_not_handed_out(
    store: EvidenceStore, tmp_path: Path
) -> None:
    kept = keep(store, b"as it was")
    path = store.path(kept.sha256)

    def code() -> str:
        with pytest.raises(AuditError) as error, store.opened(kept.sha256):
            pass
        assert str(path) in str(error.value)
        return error.value.code

    path.chmod(0o644)
    path.write_bytes(b"as it is!")
    assert code() == "evidence-altered"
    # Bringing the content again neither mends it nor hides it.
    with pytest.raises(AuditError, match="evidence-altered"):
        keep(store, b"as it was")
    assert path.read_bytes() == b"as it is!"
    path.unlink()
    assert code() == "evidence-missing"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"as it was")
    path.symlink_to(elsewhere)
    assert code() == "evidence-altered"
    path.unlink()
    os.mkfifo(path)
    assert code() == "evidence-altered"


@pytest.mark.parametrize("hash_", ["", "..", "a" * 63, "A" * 64, "../" + "a" * 61, "a" * 64 + "\n"])
def test_what_is_no_hash_is_never_made_a_path(store: EvidenceStore, hash_: str) -> None:
    with pytest.raises(AuditError, match="evidence-reference"):
        store.path(hash_)
