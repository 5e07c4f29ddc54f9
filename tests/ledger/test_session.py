"""Sessions: no update is lost, nothing half-written stays, and a ledger that is none is refused."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from scorecard.errors import LedgerError
from scorecard.ledger import ImportBatch, Ledger, Measurement, Run, open_ledger


def some_run(organisation: str = "harbor") -> Run:
    return Run(organisation=organisation, known_at=datetime.now(UTC), engine="duckdb", sources={})


def count_runs(ledger: Ledger) -> int:
    with ledger.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Run)) or 0


@pytest.mark.parametrize(
    "times", [pytest.param(50, id="50"), pytest.param(1000, id="1000", marks=pytest.mark.slow)]
)
def test_four_processes_lose_no_increment(
    ledger: Ledger, in_processes: Callable[..., list[str]], times: int
) -> None:
    with ledger.write() as session:
        batch = ImportBatch(
            organisation="harbor",
            source="requests",
            file_name="cases.csv",
            file_sha256="0" * 64,
            file_bytes=1,
            moment=datetime.now(UTC),
            moment_given=False,
            imported_at=datetime.now(UTC),
            rows_read=0,
            rows_new=0,
            rows_changed=0,
            rows_unchanged=0,
            rows_quarantined=0,
            contract_fingerprint="0" * 64,
            landed_version=0,
        )
        session.add(batch)

    in_processes("increment", ledger.engine.url, batch.id, 4, times)

    with ledger.read() as session:
        assert session.get_one(ImportBatch, batch.id).rows_read == 4 * times


def test_an_exception_in_a_writing_session_leaves_nothing(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as session:
            session.add(some_run())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert count_runs(ledger) == 0


def test_a_reading_session_cannot_write(ledger: Ledger) -> None:
    with ledger.read() as session:
        session.add(some_run())
        with pytest.raises(DBAPIError, match=r"read-?only"):
            session.flush()

    with ledger.write() as session:
        session.add(some_run())
    assert count_runs(ledger) == 1


def test_a_reading_session_sees_one_state_while_others_write(ledger: Ledger) -> None:
    with ledger.read() as session:
        before = len(session.scalars(sa.select(Run)).all())
        with ledger.write() as other:
            other.add(some_run())
        after = len(session.scalars(sa.select(Run)).all())

    assert (before, after, count_runs(ledger)) == (0, 0, 1)


def test_a_measurement_of_a_run_that_does_not_exist_is_refused(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError), ledger.write() as session:
        session.execute(
            sa.insert(Measurement).values(
                organisation="harbor",
                metric="m",
                fingerprint="none",
                grain="month",
                period=datetime.now(UTC).date(),
                scope="{}",
                n=1,
                run_id=77,
            )
        )


def test_a_sqlite_ledger_has_the_settings_that_keep_it_whole(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "new" / "ledger.sqlite3") as ledger, ledger.read() as session:
        settings = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }

    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "synchronous": 2,
    }


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("id,opened\n1,2026-07-01\n")

    with pytest.raises(LedgerError, match="is not a SQLite database") as refused:
        open_ledger(file)

    assert refused.value.code == "ledger-not-ours"
    assert file.read_text() == "id,opened\n1,2026-07-01\n"
    assert list(tmp_path.iterdir()) == [file]


def test_another_programs_sqlite_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE bookmark (address TEXT)")
    connection.close()
    before = file.read_bytes()

    with pytest.raises(LedgerError, match="bookmark") as refused:
        open_ledger(file)

    assert refused.value.code == "ledger-not-ours"
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.touch()

    with open_ledger(file) as ledger:
        assert count_runs(ledger) == 0


def test_a_damaged_sqlite_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)

    with pytest.raises(LedgerError) as refused:
        open_ledger(file)

    assert refused.value.code == "ledger-unreachable"


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="directory") as refused:
        open_ledger(tmp_path)

    assert refused.value.code == "ledger-unreachable"


def test_a_file_without_permission_is_refused(unprivileged: Path) -> None:
    file = unprivileged / "ledger.sqlite3"
    open_ledger(file).close()
    file.chmod(0)

    with pytest.raises(LedgerError, match="Permission denied") as refused:
        open_ledger(file)

    assert refused.value.code == "ledger-unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://auditor:s3cr%2Fet@127.0.0.1:1/ledger",
        "postgres://auditor@127.0.0.1:1/ledger?password=s3cr%2Fet",
    ],
)
def test_a_server_that_cannot_be_reached_is_named_without_its_password(url: str) -> None:
    with pytest.raises(LedgerError) as refused:
        open_ledger(url)

    assert refused.value.code == "ledger-unreachable"
    assert "127.0.0.1" in str(refused.value)
    assert "s3cr" not in str(refused.value)
    # Nothing that a traceback prints leads to the driver's own error either.
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_missing_database_is_refused(postgres_url: str) -> None:
    with pytest.raises(LedgerError, match="does not exist") as refused:
        open_ledger(sa.make_url(postgres_url).set(database="nowhere").render_as_string())

    assert refused.value.code == "ledger-unreachable"


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(LedgerError, match=r"service-scorecard\[postgresql\]") as refused:
        open_ledger("postgresql://127.0.0.1/ledger")

    assert refused.value.code == "ledger-driver-missing"
