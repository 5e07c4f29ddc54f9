"""Records that live in PostgreSQL: measured there as if they had been imported, or refused."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from textwrap import dedent
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from scorecard.declare.load import Declarations
from scorecard.errors import MeasureError
from scorecard.ledger.runs import latest_run
from scorecard.measure import engines
from scorecard.measure.figures import figures
from scorecard.measure.plan import cuts
from scorecard.measure.postgresql import PostgreSQL
from scorecard.report.opened import open_scorecard
from scorecard.workspace import Workspace
from tests.postgres import new_database
from tests.small_town import RECORDS, write_town

TABLE = """
    CREATE TABLE requests (
        id integer, opened_at timestamptz, due_at timestamptz, closed_at timestamp,
        department varchar(40), topic text, remark text)
"""


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    with new_database(postgres_url) as url:
        yield url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture
def town(tmp_path: Path) -> tuple[Path, Path]:
    return write_town(tmp_path / "declared")


def fill(database: str, records: str = RECORDS) -> None:
    """The small town's records as a table of other types than the contract's where they fit."""
    with psycopg.connect(database) as connection:
        # Local times without an offset are those of New York, as in a file.
        connection.execute("SET TIME ZONE 'America/New_York'")
        connection.execute(TABLE)
        for row in csv.DictReader(StringIO(records)):
            connection.execute(
                "INSERT INTO requests VALUES (%s, %s, %s, CAST(%s AS timestamptz), %s, %s, 'x')",
                [
                    *(row["id"], row["opened_at"], row["due_at"] or None),
                    *(row["closed_at"] or None, f" {row['department']}\t", row["topic"]),
                ],
            )


def run(town: tuple[Path, Path], workspace: Path, *arguments: str, url: str = "") -> Result:
    records = ["--records", url] if url else []
    return CliRunner().invoke(
        main,
        ["--standards", str(town[0]), "--workspace", str(workspace), *records, *arguments],
    )


def declarations_of(town: tuple[Path, Path], workspace: Path) -> Declarations:
    with open_scorecard(town[0], Workspace(workspace)) as opened:
        return opened.declarations


def test_records_in_a_database_give_what_importing_them_gives(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    there, here = tmp_path / "there", tmp_path / "here"
    assert run(town, here, "import", "requests", str(town[1])).exit_code == 0
    assert run(town, here, "measure").exit_code == 0

    measured = run(town, there, "measure", url=database)
    assert measured.exit_code == 0, measured.output
    assert "1 row of 'requests' breaks the contract" in measured.stderr
    assert "closed-before-opened: 1" in measured.stderr

    def shown(workspace: Path, url: str) -> list[dict[str, Any]]:
        result = run(town, workspace, "show", "--format", "json", url=url)
        assert (result.exit_code, result.stderr) == (0, "")
        return [row | {"known_at": None} for row in json.loads(result.stdout)]

    assert shown(there, database) == shown(here, "")
    assert {"met", "too few"} <= {row["status"] for row in shown(there, "")}

    def explained(workspace: Path, url: str) -> dict[str, Any]:
        asked = ("explain", "closed-on-time", "--department", "works", "--period", "2026-01")
        result = run(town, workspace, *asked, "--format", "json", url=url)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    before, after = explained(here, ""), explained(there, database)
    assert (before["engine"], after["engine"]) == ("duckdb", "postgresql")
    assert (after["landed_version"], after["batches"]) == (None, [])
    same = ("actual", "numerator", "denominator", "n", "exclusions", "rows")
    same += tuple(name for name in before if name.startswith("rows_"))
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    with psycopg.connect(database) as connection:
        found = connection.execute(after["sql"].encode()).fetchone()
    assert found == (before["numerator"], before["denominator"], before["n"])
    text = run(town, there, "explain", "potholes", url=database)
    assert "as the database holds it now" in text.stdout


def test_a_run_in_a_database_leaves_nothing_in_the_figures_of_the_next_one_over_landed_records(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    def shown() -> list[dict[str, Any]]:
        found = json.loads(run(town, tmp_path, "show", "--format", "json").stdout)
        return [row | {"known_at": None} for row in found]

    assert run(town, tmp_path, "import", "requests", str(town[1])).exit_code == 0
    assert run(town, tmp_path, "measure").exit_code == 0
    before = shown()
    fill(database, "".join(RECORDS.splitlines(keepends=True)[:4]))
    assert run(town, tmp_path, "measure", url=database).exit_code == 0
    assert shown() != before
    # Nothing was imported since the landed records were last measured, and yet all is to be done.
    measured = run(town, tmp_path, "measure")
    assert "untouched" not in measured.stdout
    assert shown() == before


def test_what_changed_in_a_database_is_told_without_the_rows_it_no_longer_has(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    assert run(town, tmp_path, "measure", url=database).exit_code == 0
    with open_scorecard(town[0], Workspace(tmp_path)) as opened:
        first = latest_run(opened.ledger, "small-town")
    assert first is not None
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM requests WHERE id = 3")
    assert run(town, tmp_path, "measure", url=database).exit_code == 0
    asked = ("explain", "closed-on-time", "--department", "works", "--period", "2026-01")
    told = run(town, tmp_path, *asked, "--since", first.known_at.isoformat(), url=database)
    assert told.exit_code == 0, told.output
    assert "Difference: +33.3 percentage points" in told.stdout
    assert "the database does not keep how its rows were" in told.stdout
    # What is imported besides plays no part in figures that were measured in the database.
    assert run(town, tmp_path, "import", "requests", str(town[1])).exit_code == 0
    assert run(town, tmp_path, "show").stderr == ""


def test_nothing_is_written_in_the_database_and_nothing_more_than_select_is_needed(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        revoke = f"REVOKE TEMPORARY ON DATABASE {connection.info.dbname} FROM PUBLIC"
        connection.execute(revoke.encode())
        connection.execute("GRANT SELECT ON requests TO reader")
        connection.execute("ALTER ROLE reader SET default_transaction_read_only = on")
        reader = database.replace("postgres:@", "reader:@")
        assert reader != database
        assert run(town, tmp_path, "measure", url=reader).exit_code == 0
        explained = run(town, tmp_path, "explain", "potholes", url=reader)
        assert explained.exit_code == 0, explained.output
        connection.execute("REVOKE SELECT ON requests FROM reader")
        refused = run(town, tmp_path, "measure", url=reader)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("records-unreadable: ")
        connection.execute("DROP ROLE reader")


def test_all_figures_of_a_run_are_of_one_snapshot(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    declared = declarations_of(town, tmp_path)
    with PostgreSQL(database, declared, ["requests"]) as engine:
        before = engine.records("requests")
        with psycopg.connect(database) as connection:
            connection.execute("DELETE FROM requests")
        tables = {"requests": engine.records("requests")}
        assert (tables["requests"].rows, tables["requests"].moment) == (10, before.moment)
        assert list(figures(declared, tables, engine, cuts(declared)))


def test_a_connection_that_is_cut_in_the_middle_is_told_and_nothing_recorded(
    town: tuple[Path, Path], database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    workspace = Workspace(tmp_path, None, database)
    cut: list[bool] = []

    def cutting(text: str, _fraction: float) -> None:
        if not cut:
            cut.append(True)
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    from scorecard.measure.run import measure

    with open_scorecard(town[0], workspace) as opened:
        first = measure(opened.declarations, workspace, opened.ledger)
        with pytest.raises(MeasureError, match="was lost") as refused:
            measure(opened.declarations, workspace, opened.ledger, cutting)
        run_ = latest_run(opened.ledger, "small-town")
    assert refused.value.code == "records-connection-lost"
    assert cut
    assert run_ is not None
    assert run_.id == first.run


def test_what_cannot_be_reached_or_read_is_a_coded_refusal_without_the_password(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    nobody = "postgresql://me:s3cret@127.0.0.1:1/records"
    refused = run(town, tmp_path, "measure", url=nobody)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("records-unreachable: ")
    assert "s3cret" not in refused.output
    for wrong in ("mysql://me:s3cret@host/x", "records.sqlite3", "postgresql://me:s3@cret@h/x"):
        refused = run(town, tmp_path, "measure", url=wrong)
        assert refused.stderr.startswith("records-url: ")
        assert "s3" not in refused.output
    refused = run(town, tmp_path, "measure", "--engine", "postgresql")
    assert refused.stderr.startswith("records-not-given: ")


def test_without_the_driver_the_extra_is_named(
    town: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    refused = run(town, tmp_path, "measure", url="postgresql://me@host/records")
    assert refused.stderr.startswith("records-driver-missing: ")
    assert "service-scorecard[postgresql]" in refused.stderr


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ("DROP TABLE requests", "records-table-missing", "'requests'"),
        ("ALTER TABLE requests RENAME due_at TO due", "records-column-missing", "'due_at'"),
        ("ALTER TABLE requests ALTER opened_at TYPE text", "records-column-type", "'opened_at' is"),
        ("INSERT INTO requests (id) VALUES (3)", "records-key-repeated", "id = '3'"),
    ],
)
def test_a_table_that_does_not_keep_the_contract_is_refused(
    town: tuple[Path, Path], database: str, tmp_path: Path, change: str, code: str, named: str
) -> None:
    fill(database)
    with psycopg.connect(database) as connection:
        connection.execute(change.encode())
    refused = run(town, tmp_path, "measure", url=database)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{code}: ")
    assert named in refused.stderr
    assert "sources.py" in refused.stderr


def test_a_view_in_another_schema_is_found_along_the_search_path(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    with psycopg.connect(database) as connection:
        connection.execute("CREATE SCHEMA desk")
        connection.execute("ALTER TABLE requests RENAME TO cases")
        connection.execute("CREATE VIEW desk.requests AS SELECT * FROM cases WHERE id <= 3")
    measured = run(town, tmp_path, "measure", url=f"{database}&options=-csearch_path%3Ddesk,public")
    assert measured.exit_code == 0, measured.output
    with open_scorecard(town[0], Workspace(tmp_path)) as opened:
        found = latest_run(opened.ledger, "small-town")
    assert found is not None
    assert found.sources["requests"]["version"] is None
    assert found.sources["requests"]["rows"] == 3


def test_the_moment_of_a_table_is_its_latest_event_and_no_planned_one(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    with PostgreSQL(database, declarations_of(town, tmp_path), ["requests"]) as engine:
        moment = engine.records("requests").moment
    assert moment is not None
    assert moment.isoformat() == "2026-03-04T15:00:00+00:00"


def test_spans_of_time_are_refused_before_postgresql_14_unless_approximate_will_do(
    town: tuple[Path, Path], database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    # No server of that age can be had here: this one is taken for one.
    monkeypatch.setattr("scorecard.measure.postgresql._EXACT_SECONDS", 990_000)
    refused = run(town, tmp_path, "measure", url=database)
    assert refused.stderr.startswith("engine-inexact: ")
    assert "days_to_close" in refused.stderr
    file = town[0] / "metrics.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('unit="days",', 'unit="days", approximate=True,'), "utf-8")
    assert run(town, tmp_path, "measure", url=database).exit_code == 0


@pytest.fixture
def read(database: str, tmp_path: Path) -> Callable[..., tuple[list[Any], list[str]]]:
    """Read a table of one value column `v` under a contract, with `k` as its key."""

    def reading(
        contract: str, kind: str, *values: str, more: str = ""
    ) -> tuple[list[Any], list[str]]:
        folder = tmp_path / "one"
        shutil.rmtree(folder, ignore_errors=True)
        write_town(folder)
        (folder / "small_town" / "town.toml").unlink()
        (folder / "small_town" / "sources.py").write_text(
            dedent(f"""
                from scorecard import (
                    boolean, date, fiscal_year, integer, number, replace, source, text, timestamp
                )
                columns = {{"k": integer(), "v": {contract}}}
                things = source("things", key="k", columns=columns, {more})
            """),
            "utf-8",
        )
        (folder / "small_town" / "metrics.py").write_text("", "utf-8")
        with psycopg.connect(database) as connection:
            connection.execute("DROP TABLE IF EXISTS things")
            connection.execute(f"CREATE TABLE things (k bigint, v {kind})".encode())
            for number, value in enumerate(values):
                connection.execute(f"INSERT INTO things VALUES ({number}, {value})".encode())
        declared = declarations_of((folder / "small_town", folder), folder / "w")
        with PostgreSQL(database, declared, ["things"]) as engine:
            import sqlalchemy as sa

            notes = engine.records("things").notes
            table = sa.table("things", sa.column("k"), sa.column("v"))
            found = engine.rows(sa.select(table.c.v).order_by(table.c.k))
        return [value for (value,) in found], list(notes)

    return reading


@pytest.mark.parametrize(
    ("contract", "kind", "values", "read_as"),
    [
        ("text()", "text", ["E' \\ta\u00a0'", "''", "NULL", "'a\\b'"], ["a", None, None, "a\\b"]),
        ("text(blank=['n/a'])", "varchar(9)", ["' n/a'", "'N/A'"], [None, "N/A"]),
        ("text()", "char(5)", ["'ab'"], ["ab"]),
        ("text()", "bigint", ["12"], ["12"]),
        ("integer()", "smallint", ["-3"], [-3]),
        ("integer()", "numeric(20,2)", ["7.00", "NULL"], [7, None]),
        ("number()", "numeric", ["0.25", "1e300"], [0.25, 1e300]),
        ("number()", "real", ["0.5"], [0.5]),
        ("number()", "integer", ["4"], [4.0]),
        ("boolean()", "boolean", ["true", "NULL"], [True, None]),
    ],
)
def test_a_column_is_read_as_the_contract_has_it(
    read: Callable[..., tuple[list[Any], list[str]]],
    contract: str,
    kind: str,
    values: list[str],
    read_as: list[Any],
) -> None:
    found, notes = read(contract, kind, *values)
    assert (found, notes) == (read_as, [])
    assert list(map(type, found)) == list(map(type, read_as))


@pytest.mark.parametrize(
    ("contract", "kind", "values", "read_as"),
    [
        # The hour that comes twice is taken as its second, as an import takes it.
        ("timestamp()", "timestamp", ["'2026-11-01 01:30'"], ["2026-11-01T06:30:00+00:00"]),
        ("timestamp(zone='utc')", "timestamp", ["'2026-07-01'"], ["2026-07-01T00:00:00+00:00"]),
        ("timestamp()", "date", ["'2026-07-01'"], ["2026-07-01T04:00:00+00:00"]),
        ("date()", "timestamp", ["'2026-07-01 23:59'"], ["2026-07-01"]),
        ("fiscal_year()", "text", ["' 2023-24 '", "'2023/2024'"], ["2023-07-01"] * 2),
        ("fiscal_year()", "date", ["'2023-07-01'"], ["2023-07-01"]),
    ],
)
def test_a_time_is_read_as_an_import_reads_it(
    read: Callable[..., tuple[list[Any], list[str]]],
    contract: str,
    kind: str,
    values: list[str],
    read_as: list[str],
) -> None:
    found, _ = read(contract, kind, *values)
    assert [value.isoformat() for value in found] == read_as


@pytest.mark.parametrize(
    ("contract", "kind", "value", "code"),
    [
        ("integer()", "numeric", "1.5", "integer-unreadable"),
        ("integer()", "numeric", "1e30", "integer-unreadable"),
        ("number()", "float8", "'NaN'", "number-unreadable"),
        ("number()", "float8", "'-Infinity'", "number-unreadable"),
        ("number()", "numeric", "'NaN'", "number-unreadable"),
        ("timestamp()", "timestamptz", "'infinity'", "date-impossible"),
        ("date()", "date", "'0044-03-15 BC'", "date-impossible"),
        ("fiscal_year()", "text", "'2023-25'", "time-unreadable"),
        ("text(required=True)", "text", "'  '", "value-missing"),
        ("text(values=['a', 'b'])", "text", "'c'", "value-not-allowed"),
        ("number(minimum=0)", "float8", "-0.1", "out-of-range"),
        ("integer(maximum=5)", "bigint", "6", "out-of-range"),
    ],
)
def test_a_row_that_breaks_the_contract_is_left_out_and_counted(
    read: Callable[..., tuple[list[Any], list[str]]],
    contract: str,
    kind: str,
    value: str,
    code: str,
) -> None:
    more = [] if "required" in contract else ["NULL"]
    found, notes = read(contract, kind, value, *more)
    assert len(found) == len(more)
    assert notes == [f"1 row of 'things' breaks the contract, left out: {code} (v): 1"]


def test_texts_are_read_as_others_where_the_contract_says_so_as_in_an_import(
    read: Callable[..., tuple[list[Any], list[str]]],
) -> None:
    contract = "text(values=['Phone', 'Web'], aliases={'Phone': ['phone call', 'Telefón']})"
    values = ["'PHONE \u00a0Call '", "'Telefo\u0301n'", "' Wbe'", "'fone'", "'?'", "'wbe'"]
    mends = mended({"Wbe": "Web", "fone": "phone call", "?": ""})
    for kind in ("text", "varchar(20)"):
        found, notes = read(contract, kind, *values, more=mends)
        assert found == ["Phone", "Phone", "Web", "Phone", None]
        assert notes == [
            "1 row of 'things' breaks the contract, left out: value-not-allowed (v): 1"
        ]
    assert read("text()", "integer", "7", "8", more=mended({"8": ""})) == (["7", None], [])
    years = ["'23/24'", "' '", "'-'"]
    found, notes = read("fiscal_year()", "text", *years, more=mended({"23/24": "2023-24", "-": ""}))
    assert ([str(year) for year in found], notes) == (["2023-07-01", "None", "None"], [])


def mended(values: dict[str, str]) -> str:
    return f"mends=[replace('v', {values!r}, reason='Slips.')]"


def test_a_mend_of_what_is_no_text_in_the_table_is_refused(
    read: Callable[..., tuple[list[Any], list[str]]],
) -> None:
    with pytest.raises(MeasureError, match="mends the texts of 'v'") as refused:
        read("integer()", "bigint", "999", more=mended({"999": ""}))
    assert refused.value.code == "records-column-type"


def test_one_bad_row_refuses_the_table_where_the_contract_is_strict(
    read: Callable[..., tuple[list[Any], list[str]]],
) -> None:
    strict = "strict=True"
    assert read("integer(minimum=0)", "bigint", "1", more=strict) == ([1], [])
    with pytest.raises(MeasureError, match="1 row of 'things' breaks the contract") as refused:
        read("integer(minimum=0)", "bigint", "1", "-1", more=strict)
    assert refused.value.code == "row-refused"
    assert "out-of-range (v): 1" in str(refused.value)


def test_texts_are_compared_by_one_collation_whatever_the_columns(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    # The server of these tests is built without ICU, so that no collation of it folds letters.
    with psycopg.connect(database) as connection:
        connection.execute('ALTER TABLE requests ALTER topic TYPE text COLLATE "POSIX"')
    with PostgreSQL(database, declarations_of(town, tmp_path), ["requests"]) as engine:
        import sqlalchemy as sa

        table = sa.table("requests", sa.column("topic"), sa.column("_department"))
        [asked] = engine.rows(
            sa.select(*(sa.func.pg_collation_for(column) for column in table.c)).limit(1)
        )
    assert asked == ('"C"', '"C"')


def test_a_whole_number_that_grows_beyond_its_type_is_a_coded_refusal(
    town: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    fill(database)
    declared = declarations_of(town, tmp_path)
    with PostgreSQL(database, declared, ["requests"]) as engine:
        import sqlalchemy as sa

        large = sa.literal_column("9223372036854775807", sa.BigInteger())
        with pytest.raises(MeasureError) as refused:
            engine.rows(sa.select(large + large))
    assert refused.value.code == "number-too-large"


def test_the_engines_a_command_offers_are_those_there_are() -> None:
    option = next(p for p in main.commands["measure"].params if p.name == "engine")
    assert tuple(option.type.choices) == engines.ENGINES  # type: ignore[attr-defined]
